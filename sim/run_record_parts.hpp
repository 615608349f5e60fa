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
  std::optional<AppliedLoad> load_before;  // of the stroke's applicator
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
  std::size_t active_stroke(double time) const;
  // The fields of a state at the last evaluate. speed: of the applicator whose stroke it is, m/s.
  RecordedStep gather(const Unknowns& x, Elastic::Fields cell_fields, double time, double speed);
  // A sentence for each stroke that squeezed its pad by more than its thickness.
  std::vector<std::string> pad_warnings(const std::vector<StrokeSummary>& summaries) const;
  // A sentence about a cup that has let air in.
  std::string leak_of(const PressedApplicator& cup) const;
  void write(Recorder& to, const RecordedStep& step) const;
  void write_probes(RecordedStep& step);
};

}  // namespace knead
