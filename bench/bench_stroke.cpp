// A whole run of a scenario, measured: what each step took and what the time went into. The run is that of `knead run`,
// with its result file, into a folder that is removed afterwards.
//   bench_stroke [SCENARIO] [--preview] [--set KEY=VALUE]... [--until SECONDS] [--steps] [--json FILE] [--folder DIR]
//     SCENARIO   scenarios/effleurage-lower-back.toml by default
//     --until    the run ends at this time
//     --steps    a line for each step
//     --folder   where the result goes; it stays there then
#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <omp.h>

#include "base/program.hpp"
#include "measurement.hpp"
#include "scenario/build.hpp"
#include "scenario/read.hpp"
#include "simulation.hpp"

using namespace knead;

namespace {

// What a line of the table says for a part of RunSeconds.
const char* description(const std::string& part) {
  if (part == "build") return "building body and system";
  if (part == "tissue") return "residual and tangent: tissue";
  if (part == "surfaces") return "residual and tangent: contact, membranes, supports";
  if (part == "preconditioner") return "linear solve: set-up of the preconditioner";
  if (part == "krylov") return "linear solve: Krylov iterations";
  if (part == "steps") return "Newton and steps otherwise";
  if (part == "measures") return "measures and force balance";
  if (part == "output") return "output";
  if (part == "rest") return "rest";
  return part.c_str();
}

double median(std::vector<double> x) {
  if (x.empty()) return 0;
  std::nth_element(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2), x.end());
  return x[x.size() / 2];
}

// A folder of its own below the system's temporary one, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_(std::filesystem::temp_directory_path() / fmt::format("bench_stroke-{:08x}", std::random_device{}())) {}
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

int run(int argc, char** argv) {
  std::string file = "scenarios/effleurage-lower-back.toml", json_file, folder;
  ReadOptions reading;
  BuildOptions building;
  std::optional<double> until;
  bool list_steps = false;
  for (int i = 1; i < argc; ++i) {
    const std::string key = argv[i];
    if (key == "--preview") {
      building.preview = true;
    } else if (key == "--set") {
      reading.overrides.push_back(value_of(argc, argv, i));
    } else if (key == "--until") {
      until = std::stod(value_of(argc, argv, i));
    } else if (key == "--steps") {
      list_steps = true;
    } else if (key == "--json") {
      json_file = value_of(argc, argv, i);
    } else if (key == "--folder") {
      folder = value_of(argc, argv, i);
    } else if (key.rfind("--", 0) == 0) {
      throw Error(ExitCode::wrong_usage, "unknown option " + key);
    } else {
      file = key;
    }
  }

  const double empty_memory = peak_memory(), start = now();
  const Scenario scenario = read_scenario(file, reading);
  BuiltScenario built = build(scenario, building);
  if (until) {
    std::erase_if(built.boundaries, [&](double b) { return b >= *until; });
    built.boundaries.push_back(*until);
  }
  const std::size_t unknowns = built.system->num_displacement_unknowns();
  const int elements = built.body->mesh.num_cells();
  fmt::print("{}{}: {} displacement unknowns, {} elements, {} threads\n", scenario.title,
             building.preview ? ", preview" : "", unknowns, elements, omp_get_max_threads());

  std::optional<TemporaryFolder> temporary;
  RunOptions options;
  options.folder = folder.empty() ? temporary.emplace().path() : std::filesystem::path(folder);
  options.preview = building.preview;
  options.overwrite = true;
  std::vector<StepReport> steps;
  if (list_steps)
    fmt::print("{:>6} {:>9} {:>10} {:>8} {:>8} {:>8}  {}\n", "step", "time s", "phase", "Newton", "Krylov", "force N",
               "seconds");
  const RunResult result = run_simulation(scenario, std::move(built), options, [&](const StepReport& s) {
    steps.push_back(s);
    if (!list_steps) return;
    fmt::print("{:>6} {:>9.4f} {:>10} {:>8} {:>8} {:>8.2f}  {:.3f}\n", s.step, s.time, s.phase, s.newton_iterations,
               s.krylov_iterations, s.force, s.seconds);
    std::fflush(stdout);
  });
  const double wall = now() - start;
  double result_bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(options.folder))
    if (entry.is_regular_file()) result_bytes += static_cast<double>(entry.file_size());
  const double peak = peak_memory();

  const auto per = [](double a, long b) { return a / static_cast<double>(std::max(1L, b)); };
  const auto newton = static_cast<double>(result.newton_iterations),
             krylov = static_cast<double>(result.krylov_iterations);
  std::vector<double> seconds;
  for (const auto& s : steps) seconds.push_back(s.seconds);
  const double longest = seconds.empty() ? 0 : *std::max_element(seconds.begin(), seconds.end());
  fmt::print(
      "{} steps ({} repeated), {} Newton iterations ({:.1f} a step), {} Krylov iterations ({:.1f} a Newton one)\n",
      result.steps, result.rejected, result.newton_iterations, per(newton, result.steps), result.krylov_iterations,
      per(krylov, result.newton_iterations));
  fmt::print(
      "a step: median {:.3f} s, longest {:.3f} s; peak memory {:.0f} MB, {:.2f} kB per displacement unknown; "
      "result {:.1f} MB\n\n",
      median(seconds), longest, 1e-6 * peak, 1e-3 * (peak - empty_memory) / static_cast<double>(unknowns),
      1e-6 * result_bytes);

  auto parts = result.seconds.parts();
  parts.back().second += wall - result.wall_seconds;  // reading the scenario
  fmt::print("{:<52} {:>9} {:>7} {:>14}\n", "", "s", "%", "ms per step");
  nlohmann::ordered_json json_parts = nlohmann::ordered_json::array();
  for (const auto& [name, s] : parts) {
    fmt::print("{:<52} {:>9.3f} {:>7.1f} {:>14.2f}\n", description(name), s, 100 * s / wall,
               1e3 * per(s, result.steps));
    json_parts.push_back({{"name", name}, {"what", description(name)}, {"seconds", s}});
  }
  fmt::print("{:<52} {:>9.3f} {:>7.1f} {:>14.2f}\n", "wall time", wall, 100.0, 1e3 * per(wall, result.steps));
  if (result.code != ExitCode::done) fmt::print("{}\n", result.message);

  if (!json_file.empty()) {
    nlohmann::ordered_json json{{"program", "bench_stroke"},
                                {"build", build_json()},
                                {"threads", omp_get_max_threads()},
                                {"scenario", file},
                                {"preview", building.preview},
                                {"overrides", reading.overrides},
                                {"finished", result.code == ExitCode::done},
                                {"unknowns", unknowns},
                                {"elements", elements},
                                {"end_s", result.time},
                                {"steps", result.steps},
                                {"repeated", result.rejected},
                                {"newton", result.newton_iterations},
                                {"krylov", result.krylov_iterations},
                                {"median_step_s", median(seconds)},
                                {"longest_step_s", longest},
                                {"wall_s", wall},
                                {"parts", json_parts},
                                {"empty_memory_bytes", empty_memory},
                                {"peak_memory_bytes", peak},
                                {"result_bytes", result_bytes}};
    auto& rows = json["step_rows"] = nlohmann::ordered_json::array();
    for (const auto& s : steps)
      rows.push_back({{"time_s", s.time},
                      {"phase", s.phase},
                      {"newton", s.newton_iterations},
                      {"krylov", s.krylov_iterations},
                      {"seconds", s.seconds}});
    write_json(json_file, json);
  }
  return static_cast<int>(result.code);
}

}  // namespace

int main(int argc, char** argv) { return run_program("bench_stroke", run, argc, argv); }
