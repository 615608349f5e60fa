#include "simulation.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.hpp"
#include "base/stopwatch.hpp"
#include "base/version.hpp"
#include "io/checkpoint.hpp"
#include "io/record.hpp"
#include "measure/load_profile.hpp"
#include "measure/summary_file.hpp"
#include "measure/vessel_opening.hpp"
#include "run_record.hpp"

namespace knead {

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

std::vector<std::pair<std::string, double>> RunSeconds::parts() const {
  return {{"build", build},
          {"tissue", solver.tissue},
          {"surfaces", solver.surfaces},
          {"preconditioner", solver.preconditioner},
          {"krylov", solver.krylov},
          {"steps", steps},
          {"measures", measures},
          {"output", output},
          {"rest", rest}};
}

RunResult run_simulation(const Scenario& scenario, const RunOptions& options,
                         const std::function<void(const StepReport&)>& report) {
  return run_simulation(scenario, build(scenario, {options.preview}), options, report);
}

RunResult run_simulation(const Scenario& scenario, BuiltScenario built, const RunOptions& options,
                         const std::function<void(const StepReport&)>& report) {
  const auto start = std::chrono::steady_clock::now();
  Stepper stepper(*built.system, built.step, built.boundaries);

  std::filesystem::create_directories(options.folder);
  RunRecord record(scenario, built, options);
  RunResult result;
  result.end = stepper.end();
  result.result = record.result_path();
  result.summary = record.summary_path();
  result.profile = record.profile_path();
  if (!built.probes.empty()) result.probes = record.probe_path();

  const std::string hash = record.scenario_hash();
  const std::filesystem::path stem = options.folder / "run";
  if (options.resume) {
    if (const auto found = read_newest_checkpoint(stem)) {
      for (const auto& w : found->warnings) log_warning(w);
      if (found->checkpoint.scenario_hash != hash)
        throw Error(ExitCode::invalid_input, fmt::format("{} holds a checkpoint of another scenario or other settings: "
                                                         "run with the same ones, or into another folder",
                                                         options.folder.string()));
      stepper.restore(record.restore(found->checkpoint));
    } else {
      log_warning(fmt::format("no checkpoint in {}: starting from the beginning", options.folder.string()));
      record.start();
    }
  } else {
    remove_checkpoints(stem);
    record.start();
  }

  double stepping = 0;
  bool lies = true;
  std::optional<Stopwatch> mounting_watch(std::in_place, stepping);
  built.system->set_stop(options.stop);
  const auto stopped = [&] {
    result.code = options.stop->load() == 2 ? ExitCode::interrupted : ExitCode::stopped_with_checkpoint;
    result.message =
        fmt::format("stopped at t = {:.4g} s of {:.4g} s; go on with --resume", stepper.state().time, stepper.end());
  };
  const std::optional<StepOutcome> mounting = stepper.mount();
  mounting_watch.reset();
  if (mounting) {
    result.newton_iterations += mounting->newton.newton_iterations;
    result.krylov_iterations += mounting->newton.krylov_iterations;
    lies = mounting->ok;
    if (lies) {
      record.mounted(stepper.state());
    } else if (mounting->newton.stopped) {
      stopped();
    } else {
      result.code = ExitCode::no_convergence;
      result.message = mounting->failure;
      record.write_failed(*mounting);
    }
  }
  while (lies && !stepper.finished()) {
    double step_seconds = 0;
    std::optional<Stopwatch> watch(std::in_place, step_seconds);
    const StepOutcome outcome = stepper.advance();
    watch.reset();
    stepping += step_seconds;
    result.rejected += outcome.rejected;
    if (!outcome.ok && outcome.newton.stopped) {
      stopped();
      break;
    }
    if (!outcome.ok) {
      result.code = ExitCode::no_convergence;
      result.message = record.explain_failure(stepper.state(), outcome);
      record.write_failed(outcome);
      break;
    }
    ++result.steps;
    result.newton_iterations += outcome.newton.newton_iterations;
    result.krylov_iterations += outcome.newton.krylov_iterations;
    const StepReport line = record.step(stepper.state(), outcome, step_seconds);
    result.worst_force_error = std::max(result.worst_force_error, record.last_force_error());
    result.worst_moment_error = std::max(result.worst_moment_error, record.last_moment_error());
    if (report) report(line);
    if (options.checkpoint_every > 0 && stepper.state().step % options.checkpoint_every == 0 && !stepper.finished())
      record.checkpoint(stem, stepper.checkpoint());
    if (options.stop && options.stop->load() != 0 && !stepper.finished()) {
      stopped();
      break;
    }
  }
  result.time = stepper.state().time;
  result.wall_seconds = built.seconds + seconds_since(start);
  record.finish(result);
  if (result.code == ExitCode::done) remove_checkpoints(stem);
  result.wall_seconds = built.seconds + seconds_since(start);
  const SolverSeconds& solver = built.system->seconds();
  const auto& [measures, output] = record.seconds();
  result.seconds = {built.seconds, solver, stepping - solver.sum(), measures, output, 0};
  result.seconds.rest = result.wall_seconds - (built.seconds + stepping + measures + output);
  return result;
}

}  // namespace knead
