#include "running.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <omp.h>

namespace knead {
namespace {

std::atomic<int> stop_request{0};

void on_signal(int signal) {
  if (signal == SIGINT && stop_request.load() == 2) std::_Exit(static_cast<int>(ExitCode::interrupted));
  stop_request.store(signal == SIGINT ? 2 : 1);
}

}  // namespace

void choose_threads(const Given& given) {
  if (given.has("--threads")) {
    omp_set_num_threads(static_cast<int>(given.integer("--threads", 1, 4096)));
  } else if (const char* slurm = std::getenv("SLURM_CPUS_PER_TASK"); slurm && std::atoi(slurm) > 0) {
    omp_set_num_threads(std::atoi(slurm));
  }
}

const std::atomic<int>* watch_signals() {
  for (const int s : {SIGINT, SIGTERM, SIGUSR1}) std::signal(s, on_signal);
  return &stop_request;
}

std::string progress_detail(const StepReport& s) {
  const std::string gap = s.stroke.empty() ? "" : " ";
  return fmt::format("t {:.3f} s, step {}, {}{}{}, Newton {}, Krylov {}, {:.1f} N, peak {:.1f} kPa", s.time, s.step,
                     s.stroke, gap, s.phase, s.newton_iterations, s.krylov_iterations, s.force, 1e-3 * s.peak_pressure);
}

std::string default_folder(const std::string& scenario, const std::string& ending) {
  return (std::filesystem::path("runs") / (std::filesystem::path(scenario).stem().string() + ending)).string();
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem)
    throw Error(ExitCode::file_error,
                fmt::format("the folder {} cannot be made: {}", folder.string(), problem.message()));
}

}  // namespace knead
