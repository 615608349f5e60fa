#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "scenario/build.hpp"
#include "scenario/scenario.hpp"

namespace knead {

struct RunOptions {
  std::filesystem::path folder;  // gets run.vtkhdf, summary.json, load_profile.csv, checkpoints
  bool resume = false;
  bool preview = false;
  bool overwrite = false;                  // may a finished result be replaced?
  int checkpoint_every = 10;               // steps; a checkpoint makes both the straight and the resumed run forget
  const std::atomic<int>* stop = nullptr;  // set from a signal handler: stop with the last finished step
};

// What a run spent its time on, wall time in s. The parts add up to RunResult::wall_seconds.
struct RunSeconds {
  double build = 0;      // body, contact, first structures of the solver
  SolverSeconds solver;  // inside the steps
  double steps = 0;      // what else the steps took: sums and norms, first guesses
  double measures = 0;   // force balance, fields, contact measures, summaries
  double output = 0;     // result file, checkpoints, probes, tables
  double rest = 0;

  // Name and seconds of each: build, tissue, surfaces, preconditioner, krylov, steps, measures, output, rest.
  std::vector<std::pair<std::string, double>> parts() const;
};

struct RunResult {
  ExitCode code = ExitCode::done;
  std::string message;       // why it ended early, one sentence
  double time = 0, end = 0;  // s, reached and asked for
  long steps = 0, rejected = 0, newton_iterations = 0, krylov_iterations = 0;
  double wall_seconds = 0;
  RunSeconds seconds;
  double worst_force_error = 0, worst_moment_error = 0;
  std::filesystem::path result, summary, profile;
  std::filesystem::path probes;  // empty when there are none
};

// What happened in a step, for progress lines.
struct StepReport {
  double time = 0, end = 0;
  long step = 0;
  int newton_iterations = 0, krylov_iterations = 0;
  double seconds = 0;                   // that solving took
  double force = 0, peak_pressure = 0;  // N, Pa
  std::string stroke, phase;
};

// The story of a run: step, measure, record – until the end, a stop, or a step that cannot be made.
RunResult run_simulation(const Scenario& scenario, const RunOptions& options,
                         const std::function<void(const StepReport&)>& report = {});
// The same of a scenario that is built already, with options.preview.
RunResult run_simulation(const Scenario& scenario, BuiltScenario built, const RunOptions& options,
                         const std::function<void(const StepReport&)>& report = {});

}  // namespace knead
