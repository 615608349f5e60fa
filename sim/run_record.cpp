#include "run_record.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include <fmt/format.h>
#include <omp.h>
#include <sys/resource.h>

#include "base/log.hpp"
#include "base/stopwatch.hpp"
#include "base/version.hpp"
#include "measure/contact_measure.hpp"
#include "measure/summary_file.hpp"
#include "run_record_parts.hpp"
#include "scenario/limits.hpp"

namespace knead {

namespace {

double peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

}  // namespace

RunRecord::RunRecord(const Scenario& scenario, BuiltScenario& built, const RunOptions& options)
    : self_(std::make_unique<Implementation>(scenario, built, options)) {}
RunRecord::~RunRecord() = default;

std::filesystem::path RunRecord::result_path() const { return self_->path("run.vtkhdf"); }
std::filesystem::path RunRecord::summary_path() const { return self_->path("summary.json"); }
std::filesystem::path RunRecord::profile_path() const { return self_->path("load_profile.csv"); }
std::filesystem::path RunRecord::probe_path() const { return self_->path("probes.csv"); }
std::filesystem::path RunRecord::failed_path() const { return self_->path("failed.vtkhdf"); }
double RunRecord::last_force_error() const { return self_->balance.force_error; }
double RunRecord::last_moment_error() const { return self_->balance.moment_error; }

const RecordSeconds& RunRecord::seconds() const { return self_->seconds; }

std::string RunRecord::scenario_hash() const {
  // Models are files, too: what they made of the body and the applicators counts.
  std::string text = self_->resolved + (self_->options.preview ? " preview" : "") + build_information().version;
  for (const auto& note : self_->built.notes) text += '\n' + note;
  for (const auto& a : self_->built.applicators) {
    text += '\n' + a.name + a.kind;
    for (const auto& [name, value] : a.parameters) text += fmt::format(" {}={}", name, value);
  }
  const auto& points = self_->built.body->mesh.points;
  text.append(reinterpret_cast<const char*>(points.data()), points.size() * sizeof(Vec3d));
  return text_hash(text);
}

void RunRecord::start() {
  auto& s = *self_;
  Stopwatch watch(s.seconds.output);
  std::filesystem::remove(failed_path());
  RecordSettings settings = s.record_settings();
  settings.overwrite = s.options.overwrite;
  s.recorder.emplace(result_path(), s.built.body->mesh, s.static_data(), s.info(), s.fields, s.history_columns(),
                     settings);
  std::filesystem::remove(probe_path());
  if (!s.built.probes.empty()) s.probe_file.emplace(probe_path(), probe_columns(s.built.probes));
}

StepReport RunRecord::step(const StepState& state, const StepOutcome& outcome, double seconds) {
  auto& s = *self_;
  std::optional<Stopwatch> watch(std::in_place, s.seconds.measures);
  System& system = *s.built.system;
  const double time = outcome.time;
  s.balance = system.balance(state.x);

  std::vector<LoadProfileRow> rows;
  std::map<std::size_t, double> speeds;
  for (const std::size_t stroke : s.strokes_at(time)) {
    const auto earlier = s.before.find(static_cast<int>(stroke));
    const double travel = earlier == s.before.end() ? 0 : earlier->second.travel;
    rows.push_back(s.measure(stroke, time));
    const LoadProfileRow& row = rows.back();
    if (row.phase == "move")
      speeds[s.built.strokes[stroke].applicator] = std::max(0.0, row.travel - travel) / outcome.length;
  }
  if (rows.empty()) {  // boundaries alone
    rows.emplace_back().time = time;
    rows.back().phase = "hold";
  }
  for (const auto& a : system.applicators())
    if (a.suction && a.suction->leak() && a.suction->leak()->time == time) log_warning(s.leak_of(a));
  double largest_load = norm(s.balance.applied);
  for (const Vec3d& reaction : s.balance.reaction) largest_load = std::max(largest_load, norm(reaction));
  for (LoadProfileRow& row : rows) {
    row.step = static_cast<int>(state.step);
    row.reactions.assign(s.balance.reaction.begin() + 1, s.balance.reaction.end());
    row.imbalance = s.balance.imbalance;
    row.largest_load = largest_load;
    row.newton_iterations = outcome.newton.newton_iterations;
    row.krylov_iterations = outcome.newton.krylov_iterations;
    row.cutbacks = outcome.rejected;
    row.wall_time = seconds;
  }

  Elastic::Fields fields = system.elastic().fields(state.x.u, state.x.p, s.cell_fields);
  std::vector<double> pressure = fields.at("tissue_pressure");
  for (std::size_t i = 0; i < s.rest_pressure.size(); ++i) pressure[i] -= s.rest_pressure[i];
  const auto bands = pressure_by_band(pressure, s.volume, s.band, s.profile.bands.size());
  for (LoadProfileRow& row : rows) row.bands = bands;
  s.summary->add(rows, {pressure, fields.at("max_shear_strain"), fields.at("volume_ratio")});
  s.profile.rows.insert(s.profile.rows.end(), rows.begin(), rows.end());

  watch.emplace(s.seconds.output);
  for (const LoadProfileRow& row : rows) {
    std::vector<double> history;
    for (const auto& c : load_profile_columns()) history.push_back(c.value(row));
    history.insert(history.end(), {s.balance.force_error, s.balance.moment_error, s.balance.energy});
    s.recorder->write_history(history);
  }

  const bool at_boundary = std::any_of(s.built.boundaries.begin(), s.built.boundaries.end(), [&](double b) {
    return std::abs(b - time) <= 1e-9 * s.built.boundaries.back();
  });
  const bool last = time >= s.built.boundaries.back() * (1 - 1e-12);
  using Keep = OutputSpec::Keep;
  const auto& output = s.scenario.output;
  const bool due = last || at_boundary || !output.every || time >= s.next_record - 1e-9;
  s.unwritten = s.gather(state.x, std::move(fields), time, speeds);
  if (due) s.write_probes(*s.unwritten);
  if (due && output.every) s.next_record = *output.every * (std::floor((time + 1e-9) / *output.every) + 1);
  // What is kept of a whole mesh may be less.
  if (last || (due && output.keep == Keep::all) || (at_boundary && output.keep == Keep::strokes)) {
    s.write(*s.recorder, *s.unwritten);
    s.unwritten.reset();
  }

  StepReport report;
  const LoadProfileRow& row = rows.front();
  if (!s.built.strokes.empty()) {
    report.stroke = s.built.strokes[static_cast<std::size_t>(row.stroke)].name;
    if (rows.size() > 1) report.stroke += fmt::format(" and {} more", rows.size() - 1);
  }
  report.time = time;
  report.end = s.built.boundaries.back();
  report.step = static_cast<long>(state.step);
  report.newton_iterations = row.newton_iterations;
  report.krylov_iterations = row.krylov_iterations;
  report.seconds = seconds;
  report.force = row.normal_force;
  report.peak_pressure = row.contact.peak_pressure;
  report.phase = row.phase;
  return report;
}

void RunRecord::mounted(const StepState& state) {
  auto& s = *self_;
  Stopwatch watch(s.seconds.measures);
  s.rest_pressure = s.built.system->elastic().fields(state.x.u, state.x.p, {"tissue_pressure"}).at("tissue_pressure");
}

void RunRecord::finish(const RunResult& result) {
  auto& s = *self_;
  Stopwatch watch(s.seconds.output);
  // What a run that ended early had reached last belongs to its result.
  if (result.code != ExitCode::done && s.recorder && s.unwritten) {
    s.write(*s.recorder, *s.unwritten);
    s.write_probes(*s.unwritten);
  }
  s.unwritten.reset();
  write_load_profile_csv(profile_path(), s.profile);
  RunDescription d;
  const auto& build = build_information();
  d.title = s.scenario.title;
  d.scenario = s.scenario.path;
  d.scenario_hash = scenario_hash();
  d.body = s.built.body->name;
  if (!s.scenario.body.is_specimen()) {
    d.subject = s.scenario.subject.like.text;
    for (const auto& [key, value] : s.scenario.subject.values) d.subject += fmt::format(", {} {}", key, value.text);
  }
  d.element_size = s.built.body->element_size;
  d.statement = result_statement(s.built.body->anatomy);
  d.stiffness_class = s.scenario.tissue.stiffness == StiffnessClass::indentation ? "indentation" : "lower-bound";
  d.version = build.version;
  d.git_hash = build.git_commit;
  d.flags = build.flags;
  d.cpu = cpu_name();
  d.host = host_name();
  d.threads = omp_get_max_threads();
  d.num_unknowns = static_cast<long>(s.built.system->num_unknowns());
  for (const auto& row : s.profile.rows) {
    if (row.step == d.num_steps) continue;  // of another stroke
    d.num_steps = row.step;
    d.newton_iterations += row.newton_iterations;
    d.krylov_iterations += row.krylov_iterations;
    d.cutbacks += row.cutbacks;
  }
  d.wall_time = result.wall_seconds;
  d.peak_memory = peak_memory();
  d.finished = result.code == ExitCode::done;
  d.preview = s.options.preview;
  d.notes = s.built.notes;
  const std::vector<StrokeSummary> summaries = s.summary->result();
  std::vector<std::string> warnings = s.pad_warnings(summaries);
  std::ranges::move(limit_warnings(s.scenario, s.profile.strokes, summaries), std::back_inserter(warnings));
  for (const std::string& warning : warnings) {
    log_warning(warning);
    d.notes.push_back(warning);
  }
  for (const auto& a : s.built.system->applicators())
    if (a.suction && a.suction->leak()) d.notes.push_back(s.leak_of(a));
  if (!result.message.empty()) d.notes.push_back("the run ended early: " + result.message);
  write_summary_json(summary_path(), d, s.profile.strokes, s.profile.holders, s.profile.bands, summaries);
  if (s.recorder) {
    if (result.code == ExitCode::done) s.recorder->finish();
    s.recorder.reset();
  }
}

}  // namespace knead
