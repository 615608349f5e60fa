#include "run_record.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>

#include <fmt/format.h>
#include <omp.h>
#include <sys/resource.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "base/units.hpp"
#include "base/version.hpp"
#include "io/record.hpp"
#include "measure/load_profile.hpp"
#include "measure/profile_archive.hpp"
#include "measure/summary_file.hpp"
#include "measure/vessel_opening.hpp"
#include "scenario/check.hpp"

namespace knead {

namespace {

constexpr double vessel_compliance = 1e3;  // Pa, K of the tube law (Lavigne et al. 2023)

std::string cpu_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  return "unknown";
}
std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}
double peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

// Depth below the skin of the eight parts of every cell: the way up along the cell's own column, m.
std::vector<double> sample_depths(const Mesh& mesh) {
  std::vector<int> top(mesh.points.size(), -1);
  for (std::size_t l = 0; l + 1 < mesh.line_offsets.size(); ++l)
    for (int i = mesh.line_offsets[l]; i < mesh.line_offsets[l + 1]; ++i)
      top[static_cast<std::size_t>(mesh.line_nodes[static_cast<std::size_t>(i)])] =
          mesh.line_nodes[static_cast<std::size_t>(mesh.line_offsets[l + 1] - 1)];
  std::vector<double> depth;
  depth.reserve(8 * mesh.cells.size());
  for (const auto& cell : mesh.cells) {
    const Vec3d skin = mesh.points[static_cast<std::size_t>(top[static_cast<std::size_t>(cell[13])])];
    const double low = norm(skin - mesh.points[static_cast<std::size_t>(cell[4])]);
    const double high = norm(skin - mesh.points[static_cast<std::size_t>(cell[22])]);
    for (int part = 0; part < 8; ++part) depth.push_back(low + (part < 4 ? 0.25 : 0.75) * (high - low));
  }
  return depth;
}

// Every value in effect as JSON: key, value as written, where it came from.
std::string resolved_text(const Scenario& scenario) {
  nlohmann::ordered_json json;
  for (const auto& r : scenario.resolved) json[r.key] = {{"value", r.value}, {"source", r.source}};
  return json.dump(1);
}

// A step as it goes into the result file.
struct RecordedStep {
  double time = 0;
  std::map<std::string, std::vector<double>> values;
  std::vector<Pose> poses;
};

}  // namespace

struct RunRecord::Implementation {
  const Scenario& scenario;
  BuiltScenario& built;
  const RunOptions& options;
  std::optional<Recorder> recorder;
  std::vector<FieldInfo> fields;
  LoadProfile profile;
  std::optional<SummaryBuilder> summary;
  std::vector<double> volume, depth;
  std::vector<int> band;
  ForceBalance balance;
  Vec3d force_before{{0, 0, 0}}, position_before{{0, 0, 0}};
  bool has_position = false;
  double next_record = 0;
  std::optional<RecordedStep> unwritten;  // the last step, when it was not due
  std::string resolved;

  Implementation(const Scenario& s, BuiltScenario& b, const RunOptions& o) : scenario(s), built(b), options(o) {
    const Body& body = *built.body;
    const auto& names = scenario.output.fields;
    for (const auto& n : names) fields.push_back(find_field(n.text));
    if (names.empty())
      for (const auto& n : computed_fields()) fields.push_back(find_field(n));
    // A picture needs the displacement.
    if (std::none_of(fields.begin(), fields.end(), [](const FieldInfo& f) { return f.name == "displacement"; }))
      fields.push_back(find_field("displacement"));
    for (const auto& stroke : built.strokes) profile.strokes.push_back(stroke.name);
    if (profile.strokes.empty()) profile.strokes.push_back("loads");  // boundaries alone
    profile.holders.assign(body.holders.begin() + 1, body.holders.end());
    for (const auto& t : built.system->terms()) profile.holders.push_back(t->name());
    for (const auto& t : body.tissues) profile.bands.tissues.push_back(t.name);
    depth = sample_depths(body.mesh);
    std::vector<int> tissue;
    for (std::size_t c = 0; c < body.mesh.cells.size(); ++c)
      for (int k = 0; k < 8; ++k) {
        tissue.push_back(body.mesh.cell_tissue[c]);
        volume.push_back(built.system->elastic().cell_volume()[c] / 8);
      }
    band = band_of_samples(profile.bands, tissue, depth);
    summary.emplace(profile.bands, volume, band);
    resolved = resolved_text(scenario);
  }

  std::filesystem::path path(const char* name) const { return options.folder / name; }

  RunInfo info() const {
    const Body& body = *built.body;
    const auto& build = build_information();
    RunInfo i;
    i.title = scenario.title;
    i.scenario_path = scenario.path;
    i.scenario_text = scenario.text;
    i.resolved_scenario = resolved;
    i.version = build.version;
    i.git_hash = build.git_commit;
    i.host = host_name();
    i.cpu = cpu_name();
    i.flags = fmt::format("{} {}", build.compiler, build.flags);
    i.threads = omp_get_max_threads();
    i.stiffness_class = scenario.tissue.stiffness == StiffnessClass::indentation ? "indentation" : "lower-bound";
    i.body = body.name;
    i.notes = built.notes;
    for (const auto& t : body.tissues) i.tissues.push_back(t.name);
    i.regions = body.regions;
    i.holders = body.holders;
    i.holder = body.holder;
    if (body.surface)
      for (const auto& l : body.landmarks)
        i.landmarks.push_back({l.name, body.surface->point(l.across, l.along), l.description});
    i.applicators = built.applicators;
    return i;
  }

  StaticCellData static_data() const {
    StaticCellData data;
    const Body& body = *built.body;
    if (!body.region.empty())
      for (std::size_t c = 0; c < body.mesh.cells.size(); ++c)
        for (int k = 0; k < 8; ++k) {
          const int q = 2 * (k % 2) + 6 * (k / 2 % 2) + 18 * (k / 4);
          data.region.push_back(body.region[27 * c + static_cast<std::size_t>(q)]);
        }
    return data;
  }

  std::vector<HistoryColumn> history_columns() const {
    std::vector<HistoryColumn> columns;
    for (const auto& c : load_profile_columns()) columns.push_back({c.name, c.units, c.description});
    columns.push_back({"relative_force_error", "1",
                       "force left over when applied forces and reactions are added, over the largest of them"});
    columns.push_back({"relative_moment_error", "1", "the same for moments about the origin of the axes"});
    columns.push_back({"elastic_energy", "J", "energy of the whole system in the mixed form"});
    return columns;
  }

  std::size_t active_stroke(double time) const {
    for (std::size_t i = 0; i < built.strokes.size(); ++i)
      if (time <= built.strokes[i].end * (1 + 1e-12)) return i;
    return built.strokes.empty() ? 0 : built.strokes.size() - 1;
  }

  // speed: of the applicator whose stroke it is, m/s.
  RecordedStep gather(const StepState& state, const Elastic::Fields& cell_fields, double time, double speed) {
    const Body& body = *built.body;
    const std::size_t num_nodes = body.mesh.points.size();
    std::vector<double> pressure(num_nodes, 0.0), shear(3 * num_nodes, 0.0), gap(num_nodes, 0.0);
    RecordedStep step;
    step.time = time;
    for (auto& a : built.system->applicators()) {
      const ContactNodes nodes = a.contact->nodal_projection();
      for (std::size_t i = 0; i < nodes.node.size(); ++i) {
        const auto n = static_cast<std::size_t>(nodes.node[i]);
        pressure[n] += nodes.pressure[i];
        for (int c = 0; c < 3; ++c) shear[3 * n + static_cast<std::size_t>(c)] += nodes.shear[i][c];
        gap[n] = gap[n] == 0 ? nodes.gap[i] : std::min(gap[n], nodes.gap[i]);
      }
      Pose pose;
      pose.position = a.contact->pose().position + a.contact->travel() * a.contact->pose().pressing;
      pose.rotation = a.contact->pose().rotation;
      pose.velocity = speed * a.contact->pose().velocity_direction;
      pose.force = a.contact->force();
      pose.active = a.contact->in_contact();
      step.poses.push_back(pose);
    }
    const auto widened = [](const Vector<float>& v) { return std::vector<double>(v.begin(), v.end()); };
    auto& values = step.values;
    values["displacement"].assign(state.x.u.begin(), state.x.u.end());
    values["tissue_pressure"] = widened(cell_fields.tissue_pressure);
    values["von_mises"] = widened(cell_fields.von_mises);
    values["max_shear_strain"] = widened(cell_fields.max_shear_strain);
    values["strain_energy_density"] = widened(cell_fields.strain_energy_density);
    values["volume_ratio"] = widened(cell_fields.volume_ratio);
    values["contact_pressure"] = std::move(pressure);
    values["contact_shear"] = std::move(shear);
    values["gap"] = std::move(gap);
    auto& opening = values["vessel_opening"];
    for (double p : values["tissue_pressure"]) opening.push_back(vessel_opening(p, 0.0, vessel_compliance));
    return step;
  }

  void write(const RecordedStep& step) {
    std::vector<FieldValues> list;
    for (const auto& f : fields) list.push_back({f.name, step.values.at(f.name)});
    recorder->write_step(step.time, list, step.poses);
  }
};

RunRecord::RunRecord(const Scenario& scenario, BuiltScenario& built, const RunOptions& options)
    : self_(std::make_unique<Implementation>(scenario, built, options)) {}
RunRecord::~RunRecord() = default;

std::filesystem::path RunRecord::result_path() const { return self_->path("run.vtkhdf"); }
std::filesystem::path RunRecord::summary_path() const { return self_->path("summary.json"); }
std::filesystem::path RunRecord::profile_path() const { return self_->path("load_profile.csv"); }
double RunRecord::last_force_error() const { return self_->balance.force_error; }
double RunRecord::last_moment_error() const { return self_->balance.moment_error; }

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
  RecordSettings settings;
  settings.compress = s.scenario.output.compression > 0;
  settings.precision_bits = s.scenario.output.precision_bits >= 23 ? 0 : s.scenario.output.precision_bits;
  settings.overwrite = s.options.overwrite;
  s.recorder.emplace(result_path(), s.built.body->mesh, s.static_data(), s.info(), s.fields, s.history_columns(),
                     settings);
}

StepReport RunRecord::step(const StepState& state, const StepOutcome& outcome, double seconds) {
  auto& s = *self_;
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
    row.indentation = std::max(0.0, a.contact->travel());
    const Vec3d position = a.contact->pose().position + a.contact->travel() * a.contact->pose().pressing;
    const LoadProfileRow* before = s.profile.rows.empty() ? nullptr : &s.profile.rows.back();
    const bool same_pass = before && before->stroke == row.stroke && before->pass == row.pass;
    if (s.has_position && same_pass) {
      row.work = before->work + work_of_step(s.force_before, row.contact_force, position - s.position_before);
      row.travel = before->travel;
      if (row.phase == "move") {
        row.travel += norm(position - s.position_before);
        speed = norm(position - s.position_before) / outcome.length;
      }
    } else if (before) {
      row.work = before->work;
    }
    s.position_before = position;
    s.has_position = true;
    report.stroke = schedule.name;
  } else {
    row.phase = "hold";
  }
  s.force_before = row.contact_force;
  row.reactions.assign(s.balance.reaction.begin() + 1, s.balance.reaction.end());
  Vec3d left_over = s.balance.applied;
  for (const Vec3d& reaction : s.balance.reaction) left_over += reaction;
  row.imbalance = norm(left_over);
  row.newton_iterations = outcome.newton.newton_iterations;
  row.krylov_iterations = outcome.newton.krylov_iterations;
  row.cutbacks = outcome.rejected;
  row.wall_time = seconds;

  Elastic::Fields fields;
  system.elastic().fields(state.x.u, state.x.p, fields);
  const std::vector<double> pressure(fields.tissue_pressure.begin(), fields.tissue_pressure.end());
  const std::vector<double> strain(fields.max_shear_strain.begin(), fields.max_shear_strain.end());
  const std::vector<double> ratio(fields.volume_ratio.begin(), fields.volume_ratio.end());
  row.bands = pressure_by_band(pressure, s.volume, s.band, s.profile.bands.size());
  s.summary->add(row, {pressure, strain, ratio});
  s.profile.rows.push_back(row);

  std::vector<double> history;
  for (const auto& c : load_profile_columns()) history.push_back(c.value(row));
  history.push_back(s.balance.force_error);
  history.push_back(s.balance.moment_error);
  System::Residual residual;
  system.evaluate(state.x, false, residual);
  history.push_back(residual.energy);
  s.recorder->write_history(history);

  const bool at_boundary = std::any_of(s.built.boundaries.begin(), s.built.boundaries.end(), [&](double b) {
    return std::abs(b - time) <= 1e-9 * s.built.boundaries.back();
  });
  const bool last = time >= s.built.boundaries.back() * (1 - 1e-12);
  bool due = last;
  if (s.scenario.output.keep == OutputSpec::Keep::strokes) due = due || at_boundary;
  if (s.scenario.output.keep == OutputSpec::Keep::all)
    due = due || at_boundary || !s.scenario.output.every || time >= s.next_record - 1e-9;
  s.unwritten = s.gather(state, fields, time, speed);
  if (due) {
    s.write(*s.unwritten);
    s.unwritten.reset();
    if (s.scenario.output.every)
      while (s.next_record <= time + 1e-9) s.next_record += *s.scenario.output.every;
  }

  report.time = time;
  report.end = s.built.boundaries.back();
  report.step = static_cast<long>(state.step);
  report.newton_iterations = row.newton_iterations;
  report.krylov_iterations = row.krylov_iterations;
  report.force = row.normal_force;
  report.peak_pressure = row.contact.peak_pressure;
  report.phase = row.phase;
  return report;
}

void RunRecord::checkpoint(const std::filesystem::path& stem, const StepState& state) {
  auto& s = *self_;
  s.recorder->sync();
  Checkpoint c;
  c.scenario_hash = scenario_hash();
  c.step = state.step;
  c.record_steps = s.recorder->num_steps();
  c.history_rows = s.recorder->num_history_rows();
  c.arrays["u"].assign(state.x.u.begin(), state.x.u.end());
  c.arrays["p"].assign(state.x.p.begin(), state.x.p.end());
  c.arrays["travel"] = state.x.travel;
  c.arrays["last_travel"] = state.last_travel;
  c.integers["was_force"].assign(state.was_force.begin(), state.was_force.end());
  for (std::size_t i = 0; i < state.history.size(); ++i) c.arrays[fmt::format("history.{}", i)] = state.history[i];
  c.integers["num_histories"] = {static_cast<std::int64_t>(state.history.size())};
  c.scalars["time"] = state.time;
  c.scalars["wanted"] = state.wanted;
  c.scalars["next_record"] = s.next_record;
  for (int i = 0; i < 3; ++i) {
    c.arrays["force_before"].push_back(s.force_before[i]);
    c.arrays["position_before"].push_back(s.position_before[i]);
  }
  NumberWriter rows;
  members(rows, s.profile.rows);
  c.arrays["load_profile"] = std::move(rows.numbers);
  c.arrays["summary"] = s.summary->save();
  write_checkpoint(stem, c);
}

StepState RunRecord::restore(const Checkpoint& c) {
  auto& s = *self_;
  StepState state;
  const auto vector_of = [](const std::vector<double>& v) { return Vector<double>(v.begin(), v.end()); };
  state.x.u = vector_of(c.arrays.at("u"));
  state.x.p = vector_of(c.arrays.at("p"));
  state.x.travel = c.arrays.at("travel");
  state.last_travel = c.arrays.at("last_travel");
  for (const auto i : c.integers.at("was_force")) state.was_force.push_back(static_cast<char>(i));
  for (std::int64_t i = 0; i < c.integers.at("num_histories").at(0); ++i)
    state.history.push_back(c.arrays.at(fmt::format("history.{}", i)));
  state.time = c.scalars.at("time");
  state.wanted = c.scalars.at("wanted");
  state.step = c.step;
  s.next_record = c.scalars.at("next_record");
  for (int i = 0; i < 3; ++i) {
    s.force_before[i] = c.arrays.at("force_before")[static_cast<std::size_t>(i)];
    s.position_before[i] = c.arrays.at("position_before")[static_cast<std::size_t>(i)];
  }
  s.has_position = true;
  NumberReader rows(c.arrays.at("load_profile"));
  members(rows, s.profile.rows);
  s.summary->load(c.arrays.at("summary"));
  RecordSettings settings;
  settings.compress = s.scenario.output.compression > 0;
  settings.precision_bits = s.scenario.output.precision_bits >= 23 ? 0 : s.scenario.output.precision_bits;
  s.recorder.emplace(
      Recorder::resume(result_path(), static_cast<int>(c.record_steps), static_cast<int>(c.history_rows), settings));
  return state;
}

std::string RunRecord::explain_failure(const StepState& state, const StepOutcome& outcome) const {
  const auto& s = *self_;
  const Body& body = *s.built.body;
  std::string sentence = outcome.failure;
  if (!s.built.strokes.empty()) {
    const auto& schedule = s.built.strokes[s.active_stroke(state.time)];
    const auto& motion = *s.built.system->applicators()[schedule.applicator].motion;
    // The phase that the failed step belongs to: steps end on the boundaries between phases.
    const double inside = state.time + 1e-9 * s.built.boundaries.back();
    sentence += fmt::format("; stroke {}, phase {}", in_quotes(schedule.name), to_string(motion.phase_at(inside)));
  }
  if (const int cell = outcome.newton.worst_cell; cell >= 0) {
    const auto c = static_cast<std::size_t>(cell);
    const Vec3d x = body.mesh.points[static_cast<std::size_t>(body.mesh.cells[c][13])];
    sentence +=
        fmt::format("; smallest J = {:.3g} in {}, element {} at ({:.0f}, {:.0f}, {:.0f}) mm",
                    outcome.newton.min_jacobian, body.tissues[static_cast<std::size_t>(body.mesh.cell_tissue[c])].name,
                    cell, 1e3 * x[0], 1e3 * x[1], 1e3 * x[2]);
  }
  return sentence + (s.built.strokes.empty()         ? "; try smaller loads, or smaller elements there"
                     : s.scenario.body.is_specimen() ? "; try a smaller force or travel, a larger applicator, or "
                                                       "smaller elements there"
                                                     : "; try a smaller force, a larger applicator, or smaller "
                                                       "elements there (body.refine)");
}

void RunRecord::finish(const RunResult& result) {
  auto& s = *self_;
  // What a run that ended early had reached last belongs to its result.
  if (result.code != ExitCode::done && s.recorder && s.unwritten) s.write(*s.unwritten);
  s.unwritten.reset();
  write_load_profile_csv(profile_path(), s.profile);
  RunDescription d;
  const auto& build = build_information();
  d.title = s.scenario.title;
  d.scenario = s.scenario.path;
  d.scenario_hash = scenario_hash();
  d.body = s.built.body->name;
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
  d.notes = s.built.notes;
  if (!result.message.empty()) d.notes.push_back("the run ended early: " + result.message);
  write_summary_json(summary_path(), d, s.profile.strokes, s.profile.holders, s.profile.bands, s.summary->result());
  if (s.recorder) {
    if (result.code == ExitCode::done) s.recorder->finish();
    s.recorder.reset();
  }
}

}  // namespace knead
