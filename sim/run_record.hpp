#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "io/checkpoint.hpp"
#include "simulation.hpp"

namespace knead {

// What a record spent its time on, wall time in s.
struct RecordSeconds {
  double measures = 0, output = 0;
};

// Everything a run leaves behind: the result file, the load profile, the summary, checkpoints.
class RunRecord {
 public:
  RunRecord(const Scenario& scenario, BuiltScenario& built, const RunOptions& options);
  ~RunRecord();

  void start();  // creates the result file
  // The body as it lies before the first step: measures of pressure count from there.
  void mounted(const StepState& state);
  StepState restore(const Checkpoint& checkpoint);  // continues it where the checkpoint was written
  void checkpoint(const std::filesystem::path& stem, const StepState& state);
  // Measures and records one accepted step.
  StepReport step(const StepState& state, const StepOutcome& outcome, double seconds);
  // Writes the state that a failed step had reached beside the result: failed.vtkhdf.
  void write_failed(const StepOutcome& outcome);
  // One sentence: where, in which tissue and phase, which equation is furthest off, and what to try.
  std::string explain_failure(const StepState& state, const StepOutcome& outcome) const;
  void finish(const RunResult& result);

  double last_force_error() const;
  double last_moment_error() const;
  const RecordSeconds& seconds() const;
  std::string scenario_hash() const;
  std::filesystem::path result_path() const;
  std::filesystem::path summary_path() const;
  std::filesystem::path profile_path() const;
  std::filesystem::path probe_path() const;
  std::filesystem::path failed_path() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> self_;
};

}  // namespace knead
