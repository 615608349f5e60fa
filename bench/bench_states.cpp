// Krylov iterations to a tight tolerance along a scenario: at rest, in contact, under pressure. Every linear system of
// every Newton step is solved to the tolerance, whatever Newton would ask for.
//   bench_states SCENARIO [--set KEY=VALUE]... [--models FOLDER]... [--until SECONDS] [--tolerance T] [--preview 1]
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/program.hpp"
#include "scenario/build.hpp"
#include "scenario/models.hpp"
#include "scenario/read.hpp"

using namespace knead;

namespace {

int run(int argc, char** argv) {
  if (argc < 2) throw Error(ExitCode::wrong_usage, "bench_states needs a scenario");
  ReadOptions options;
  BuildOptions build_options;
  double until = 1e300, tolerance = 1e-6;
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string key = argv[i], value = argv[i + 1];
    if (key == "--set") options.overrides.push_back(value);
    if (key == "--models") options.model_folders.push_back(value);
    if (key == "--until") until = std::stod(value);
    if (key == "--tolerance") tolerance = std::stod(value);
    if (key == "--preview") build_options.preview = true;
  }
  const std::filesystem::path path = argv[1];
  if (!options.model_folders.empty())
    for (const auto& folder : standard_model_folders(path.parent_path())) options.model_folders.push_back(folder);
  BuiltScenario built = build(read_scenario(path, options), build_options);
  System& system = *built.system;
  system.set_forcing({.first = tolerance, .largest = tolerance, .smallest = tolerance});
  system.set_reuse({.worth = -1});  // a preconditioner of the present tangent for every system
  Stepper stepper(system, built.step, built.boundaries);
  const Body& body = *built.body;
  fmt::print("{} displacement unknowns, {} elements, relative tolerance {:.0e}\n", system.num_displacement_unknowns(),
             body.mesh.num_cells(), tolerance);
  fmt::print("{:>8} {:>7} {:>8} {:>10} {:>9} {:>7}  {}\n", "time s", "newton", "contact", "max p/mu", "krylov", "min J",
             "iterations of each linear system");
  std::optional<StepOutcome> mounting = stepper.mount();
  while (mounting || (!stepper.finished() && stepper.state().time < until)) {
    const StepOutcome outcome = mounting ? *std::exchange(mounting, std::nullopt) : stepper.advance();
    if (!outcome.ok) {
      fmt::print("{}\n", outcome.failure);
      return static_cast<int>(ExitCode::no_convergence);
    }
    const auto& counts = outcome.newton.krylov_counts;
    const bool contact = std::any_of(system.applicators().begin(), system.applicators().end(),
                                     [](const auto& a) { return a.contact->in_contact(); });
    double ratio = 0;
    for (int c = 0; c < body.mesh.num_cells(); ++c)
      ratio = std::max(ratio, stepper.state().x.p[4 * static_cast<std::size_t>(c)] / system.elastic().local_modulus(c));
    fmt::print("{:8.4f} {:7d} {:>8} {:10.2f} {:9d} {:7.3f}  {}\n", outcome.time, outcome.newton.newton_iterations,
               contact ? "yes" : "no", ratio, counts.empty() ? 0 : *std::max_element(counts.begin(), counts.end()),
               outcome.newton.min_jacobian, fmt::join(counts, " "));
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return run_program("bench_states", run, argc, argv); }
