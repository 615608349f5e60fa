#include "run_record.hpp"

#include <algorithm>
#include <cmath>
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

  LoadProfileRow row;
  StepReport report;
  double speed = 0;
  row.time = time;
  if (!s.built.strokes.empty()) {
    const std::size_t stroke = s.active_stroke(time);
    const StrokeSchedule& schedule = s.built.strokes[stroke];
    const PressedApplicator& a = system.applicators()[schedule.applicator];
    row.stroke = static_cast<int>(stroke);
    row.pass = a.motion->pass_at(time);
    row.phase = to_string(a.motion->phase_at(time));
    row.contact_force = s.balance.applied;
    row.normal_force = a.contact->force_along_pressing();
    row.tangential_force = norm(a.contact->force() - row.normal_force * a.contact->pose().pressing);
    row.contact = measure_contact(*a.contact);
    const auto touch = a.contact->in_contact() ? a.contact->touch_travel() : std::nullopt;
    row.indentation = touch ? std::max(0.0, a.contact->travel() - *touch) : 0;
    if (a.suction) {
      row.suction = a.suction->suction();
      row.dome_height = a.suction->dome_height();
      row.dome_volume = a.suction->dome_volume();
    }
    const ApplicatorPose& pose = a.contact->pose();
    const Vec3d position = pose.position + a.contact->travel() * pose.pressing;
    AppliedLoad load{a.contact->force(), a.contact->moment(position), position, pose.rotation};
    if (a.suction) {
      load.force += a.suction->force();
      load.moment += a.suction->moment(position);
      load.suction = row.suction;
      load.dome_volume = row.dome_volume;
    }
    const LoadProfileRow* before = s.profile.rows.empty() ? nullptr : &s.profile.rows.back();
    const bool same_pass = before && before->stroke == row.stroke && before->pass == row.pass;
    if (s.load_before && same_pass) {
      const double way = norm(position - s.load_before->position);
      row.work = before->work + work_of_step(*s.load_before, load);
      row.travel = before->travel;
      if (row.phase == "move") {
        row.travel += way;
        speed = way / outcome.length;
      }
    } else if (before) {
      row.work = before->work;
    }
    s.load_before = load;
    report.stroke = schedule.name;
  } else {
    row.phase = "hold";
  }
  for (const auto& a : system.applicators())
    if (a.suction && a.suction->leak() && a.suction->leak()->time == time) log_warning(s.leak_of(a));
  for (const auto& a : system.applicators()) row.friction_work += a.contact->friction_work();
  row.reactions.assign(s.balance.reaction.begin() + 1, s.balance.reaction.end());
  row.imbalance = s.balance.imbalance;
  row.largest_load = norm(s.balance.applied);
  for (const Vec3d& reaction : s.balance.reaction) row.largest_load = std::max(row.largest_load, norm(reaction));
  row.newton_iterations = outcome.newton.newton_iterations;
  row.krylov_iterations = outcome.newton.krylov_iterations;
  row.cutbacks = outcome.rejected;
  row.wall_time = seconds;

  Elastic::Fields fields = system.elastic().fields(state.x.u, state.x.p, s.cell_fields);
  std::vector<double> pressure = fields.at("tissue_pressure");
  for (std::size_t i = 0; i < s.rest_pressure.size(); ++i) pressure[i] -= s.rest_pressure[i];
  row.bands = pressure_by_band(pressure, s.volume, s.band, s.profile.bands.size());
  s.summary->add(row, {pressure, fields.at("max_shear_strain"), fields.at("volume_ratio")});
  s.profile.rows.push_back(row);

  watch.emplace(s.seconds.output);
  std::vector<double> history;
  for (const auto& c : load_profile_columns()) history.push_back(c.value(row));
  history.push_back(s.balance.force_error);
  history.push_back(s.balance.moment_error);
  history.push_back(s.balance.energy);
  s.recorder->write_history(history);

  const bool at_boundary = std::any_of(s.built.boundaries.begin(), s.built.boundaries.end(), [&](double b) {
    return std::abs(b - time) <= 1e-9 * s.built.boundaries.back();
  });
  const bool last = time >= s.built.boundaries.back() * (1 - 1e-12);
  using Keep = OutputSpec::Keep;
  const auto& output = s.scenario.output;
  const bool due = last || at_boundary || !output.every || time >= s.next_record - 1e-9;
  s.unwritten = s.gather(state.x, std::move(fields), time, speed);
  if (due) s.write_probes(*s.unwritten);
  if (due && output.every) s.next_record = *output.every * (std::floor((time + 1e-9) / *output.every) + 1);
  // What is kept of a whole mesh may be less.
  if (last || (due && output.keep == Keep::all) || (at_boundary && output.keep == Keep::strokes)) {
    s.write(*s.recorder, *s.unwritten);
    s.unwritten.reset();
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
  d.element_size = s.scenario.body.element_size * (s.options.preview ? preview_coarsening : 1.0);
  d.statement = result_statement(s.built.body->anatomy);
  d.stiffness_class = s.scenario.tissue.stiffness == StiffnessClass::indentation ? "indentation" : "lower-bound";
  d.version = build.version;
  d.git_hash = build.git_commit;
  d.flags = build.flags;
  d.cpu = cpu_name();
  d.host = host_name();
  d.threads = omp_get_max_threads();
  d.num_unknowns = static_cast<long>(s.built.system->num_unknowns());
  d.num_steps = static_cast<int>(s.profile.rows.size());
  for (const auto& row : s.profile.rows) {
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
  for (const std::string& warning : s.pad_warnings(summaries)) {
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
