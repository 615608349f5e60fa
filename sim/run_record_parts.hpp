#pragma once
// What a RunRecord holds; for the files that implement it.
#include <map>
#include <optional>

#include "io/record.hpp"
#include "io/table_file.hpp"
#include "measure/load_profile.hpp"
#include "measure/stroke_summary.hpp"
#include "run_record.hpp"

namespace knead {

std::string cpu_name();
std::string host_name();

// A step as it goes into the result file.
struct RecordedStep {
  double time = 0;
  std::map<std::string, std::vector<double>> values;
  std::vector<Pose> poses;
  std::vector<double> probes;  // row of probes.csv, empty when it is written or not wanted
};

struct RunRecord::Implementation {
  const Scenario& scenario;
  BuiltScenario& built;
  const RunOptions& options;
  std::optional<Recorder> recorder;
  std::optional<TableFile> probe_file;
  std::vector<FieldInfo> fields;
  std::vector<std::string> cell_fields;  // of Elastic: those of them, and what measures need
  LoadProfile profile;
  std::optional<SummaryBuilder> summary;
  std::vector<double> volume, depth;  // of the eight parts of each element
  std::vector<int> band;
  ForceBalance balance;
  // What a stroke had come to in the last step.
  struct Before {
    AppliedLoad load;
    int pass = 0;
    double travel = 0;  // m, in that pass
    double work = 0;    // J
  };
  std::map<int, Before> before;  // by stroke
  double next_record = 0;
  std::optional<RecordedStep> unwritten;  // the last step, when it was not due
  std::vector<double> rest_pressure;      // of the mounted body, by part of an element, Pa; empty: nothing to mount
  std::string resolved;                   // every value in effect as JSON
  RecordSeconds seconds;

  Implementation(const Scenario& s, BuiltScenario& b, const RunOptions& o);
  std::filesystem::path path(const char* name) const { return options.folder / name; }
  RunInfo info() const;
  StaticCellData static_data() const;
  std::vector<HistoryColumn> history_columns() const;
  RecordSettings record_settings() const;
  // At the end of a step; between strokes the next one, after the last that one.
  std::vector<std::size_t> strokes_at(double time) const;
  // What the applicator of a stroke does after a step; loads of all together are left to the caller.
  LoadProfileRow measure(std::size_t stroke, double time);
  // The fields of a state at the last evaluate. speeds: of the applicators, m/s, where they move.
  RecordedStep gather(const Unknowns& x, Elastic::Fields cell_fields, double time,
                      const std::map<std::size_t, double>& speeds);
  // A sentence for each stroke that squeezed its pad by more than its thickness.
  std::vector<std::string> pad_warnings(const std::vector<StrokeSummary>& summaries) const;
  // A sentence about a cup that has let air in.
  std::string leak_of(const PressedApplicator& cup) const;
  void write(Recorder& to, const RecordedStep& step) const;
  void write_probes(RecordedStep& step);
};

}  // namespace knead
