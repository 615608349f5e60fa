#include "run_record_parts.hpp"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>
#include <omp.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/version.hpp"
#include "body/position.hpp"
#include "fem/quadratic_basis.hpp"
#include "measure/contact_measure.hpp"
#include "measure/sample_depth.hpp"
#include "measure/vessel_opening.hpp"
#include "scenario/check.hpp"
#include "scenario/sources.hpp"

namespace knead {

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
namespace {

// Every value in effect as JSON: key, value as written, where it came from.
std::string resolved_text(const Scenario& scenario) {
  nlohmann::ordered_json json;
  for (const auto& r : scenario.resolved) json[r.key] = {{"value", r.value}, {"source", r.source}};
  return json_text(json, 1);
}

}  // namespace

RunRecord::Implementation::Implementation(const Scenario& s, BuiltScenario& b, const RunOptions& o)
    : scenario(s), built(b), options(o) {
  const Body& body = *built.body;
  const auto& names = scenario.output.fields;
  for (const auto& n : names) fields.push_back(find_field(n.text));
  if (names.empty())
    for (const auto& n : usual_fields()) fields.push_back(find_field(n));
  // A picture needs the displacement.
  if (std::none_of(fields.begin(), fields.end(), [](const FieldInfo& f) { return f.name == "displacement"; }))
    fields.push_back(find_field("displacement"));
  cell_fields = {"tissue_pressure", "max_shear_strain", "volume_ratio"};
  for (const auto& f : fields)
    if (Elastic::find_point_field(f.name) && std::ranges::find(cell_fields, f.name) == cell_fields.end())
      cell_fields.push_back(f.name);
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

RunInfo RunRecord::Implementation::info() const {
  const Body& body = *built.body;
  const auto& build = build_information();
  RunInfo i;
  i.title = scenario.title;
  i.scenario_path = scenario.path;
  i.scenario_text = scenario.text;
  i.resolved_scenario = resolved;
  i.sources = sources_json(sources_of(scenario, body));
  i.version = build.version;
  i.git_hash = build.git_commit;
  i.host = host_name();
  i.cpu = cpu_name();
  i.flags = fmt::format("{} {}", build.compiler, build.flags);
  i.threads = omp_get_max_threads();
  i.stiffness_class = scenario.tissue.stiffness == StiffnessClass::indentation ? "indentation" : "lower-bound";
  i.body = body.name;
  i.anatomy = body.anatomy;
  i.preview = options.preview;
  i.notes = built.notes;
  for (const auto& t : body.tissues) i.tissues.push_back(t.name);
  i.directions = body.directions;
  i.regions = body.regions;
  i.holders = body.holders;
  i.holder = body.holder;
  if (body.surface)
    for (const auto& l : landmarks_on(body))
      i.landmarks.push_back({l.name, body.surface->point(l.across, l.along), l.description});
  i.applicators = built.applicators;
  return i;
}

std::string RunRecord::Implementation::leak_of(const PressedApplicator& cup) const {
  const Suction::Leak& leak = *cup.suction->leak();
  // Along the body or across it; a body without anatomy has its axes.
  constexpr Vec3d axes[] = {{0, 0, 1}, {0, 0, -1}, {0, -1, 0}, {0, 1, 0}, {1, 0, 0}, {-1, 0, 0}};
  constexpr const char* names[] = {"+z", "-z", "-y", "+y", "+x", "-x"};
  const auto& named = built.body->directions;
  std::string side;
  double most = 0;
  for (std::size_t i = 0; i < std::size(axes); ++i) {
    if (dot(axes[i], leak.direction) <= most) continue;
    most = dot(axes[i], leak.direction);
    side = i < named.size() ? named[i] + " side" : std::string("side of ") + names[i];
  }
  return fmt::format(
      "{} lost its seal{} at t = {:.3f} s under {:.1f} kPa: air came in under the rim; press it on harder, take a "
      "smaller cup or a flatter place, or refine the body there",
      cup.name, side.empty() ? "" : " on the " + side, leak.time, 1e-3 * leak.suction);
}

std::vector<std::string> RunRecord::Implementation::pad_warnings(const std::vector<StrokeSummary>& summaries) const {
  std::vector<std::string> warnings;
  if (built.strokes.empty()) return warnings;  // boundaries alone are measured, too
  for (const StrokeSummary& measured : summaries) {
    const StrokeSchedule& stroke = built.strokes[static_cast<std::size_t>(measured.stroke)];
    if (measured.phase.empty() && measured.largest_pad_compression > stroke.pad_thickness)
      warnings.push_back(fmt::format(
          "{} compresses the pad of its applicator by {:.1f} mm, but it is {:.1f} mm thick: its stiffness is "
          "a constant, and a real one would have become much harder; press with less force, or give "
          "pad_stiffness",
          stroke.name, 1e3 * measured.largest_pad_compression, 1e3 * stroke.pad_thickness));
  }
  return warnings;
}

StaticCellData RunRecord::Implementation::static_data() const {
  StaticCellData data;
  const Body& body = *built.body;
  if (!body.region.empty())
    for (std::size_t c = 0; c < body.mesh.cells.size(); ++c)
      for (int k = 0; k < 8; ++k)  // the quadrature point of the octant
        data.region.push_back(body.region[27 * c + static_cast<std::size_t>(corner_node(k))]);
  return data;
}

std::vector<HistoryColumn> RunRecord::Implementation::history_columns() const {
  std::vector<HistoryColumn> columns;
  for (const auto& c : load_profile_columns()) columns.push_back({c.name, c.units, c.description});
  columns.push_back({"relative_force_error", "1",
                     "force left over when applied forces and reactions are added, over the largest of them"});
  columns.push_back({"relative_moment_error", "1", "the same for moments about the origin of the axes"});
  columns.push_back({"elastic_energy", "J", "energy of the whole system in the mixed form"});
  return columns;
}

RecordSettings RunRecord::Implementation::record_settings() const {
  RecordSettings settings;
  settings.compress = scenario.output.compression > 0;
  settings.precision_bits = scenario.output.precision_bits >= 23 ? 0 : scenario.output.precision_bits;
  return settings;
}

std::vector<std::size_t> RunRecord::Implementation::strokes_at(double time) const {
  std::vector<std::size_t> list;
  std::optional<std::size_t> next;
  for (std::size_t i = 0; i < built.strokes.size(); ++i) {
    const auto& [name, applicator, start, end, force, pad] = built.strokes[i];
    if (time > end * (1 + 1e-12)) continue;
    if (time > start * (1 + 1e-12)) list.push_back(i);
    if (!next || start < built.strokes[*next].start) next = i;
  }
  if (list.empty() && !built.strokes.empty()) list.push_back(next.value_or(built.strokes.size() - 1));
  return list;
}

LoadProfileRow RunRecord::Implementation::measure(std::size_t stroke, double time) {
  const PressedApplicator& a = built.system->applicators()[built.strokes[stroke].applicator];
  LoadProfileRow row;
  row.time = time;
  row.stroke = static_cast<int>(stroke);
  row.pass = a.motion->pass_at(time);
  row.phase = to_string(a.motion->phase_at(time));
  row.normal_force = a.contact->force_along_pressing();
  row.tangential_force = norm(a.contact->force() - row.normal_force * a.contact->pose().pressing);
  row.contact = measure_contact(*a.contact);
  const auto touch = a.contact->in_contact() ? a.contact->touch_travel() : std::nullopt;
  row.indentation = touch ? std::max(0.0, a.contact->travel() - *touch) : 0;
  row.friction_work = a.contact->friction_work();
  const ApplicatorPose& pose = a.contact->pose();
  const Vec3d position = pose.position + a.contact->travel() * pose.pressing;
  AppliedLoad load{a.contact->force(), a.contact->moment(position), position, pose.rotation};
  if (a.suction) {
    load.suction = row.suction = a.suction->suction();
    load.dome_volume = row.dome_volume = a.suction->dome_volume();
    row.dome_height = a.suction->dome_height();
    load.force += a.suction->force();
    load.moment += a.suction->moment(position);
  }
  row.contact_force = load.force;
  const auto earlier = before.find(row.stroke);
  if (earlier != before.end()) {
    const Before& b = earlier->second;
    row.work = b.work + work_of_step(b.load, load);
    if (b.pass == row.pass) {
      row.travel = b.travel;
      if (row.phase == "move") row.travel += norm(position - b.load.position);
    }
  }
  before[row.stroke] = {load, row.pass, row.travel, row.work};
  return row;
}

RecordedStep RunRecord::Implementation::gather(const Unknowns& x, Elastic::Fields cell_values, double time,
                                               const std::map<std::size_t, double>& speeds) {
  const Body& body = *built.body;
  const std::size_t num_nodes = body.mesh.points.size();
  std::vector<double> pressure(num_nodes, 0.0), shear(3 * num_nodes, 0.0), gap(num_nodes, 0.0);
  RecordedStep step;
  step.time = time;
  for (std::size_t i = 0; i < built.system->applicators().size(); ++i) {
    const PressedApplicator& a = built.system->applicators()[i];
    const ContactNodes nodes = a.contact->nodal_projection();
    for (std::size_t k = 0; k < nodes.node.size(); ++k) {
      const auto n = static_cast<std::size_t>(nodes.node[k]);
      pressure[n] += nodes.pressure[k];
      for (int c = 0; c < 3; ++c) shear[3 * n + static_cast<std::size_t>(c)] += nodes.shear[k][c];
      gap[n] = gap[n] == 0 ? nodes.gap[k] : std::min(gap[n], nodes.gap[k]);
    }
    Pose pose;
    pose.position = a.contact->pose().position + a.contact->travel() * a.contact->pose().pressing;
    pose.rotation = a.contact->pose().rotation;
    if (const auto speed = speeds.find(i); speed != speeds.end())
      pose.velocity = speed->second * a.contact->pose().velocity_direction;
    pose.force = a.contact->force();
    pose.active = a.contact->in_contact();
    step.poses.push_back(pose);
  }
  auto& values = step.values = std::move(cell_values);
  values["displacement"].assign(x.u.begin(), x.u.end());
  values["contact_pressure"] = std::move(pressure);
  values["contact_shear"] = std::move(shear);
  values["gap"] = std::move(gap);
  auto& opening = values["vessel_opening"];
  const std::vector<double>& pressures = values["tissue_pressure"];
  for (std::size_t i = 0; i < pressures.size(); ++i)
    opening.push_back(vessel_opening(pressures[i], rest_pressure.empty() ? 0.0 : rest_pressure[i], vessel_compliance));
  if (!built.probes.empty())
    step.probes = probe_row(built.probes, body, built.system->elastic(), time, x.u, x.p, values);
  return step;
}

void RunRecord::Implementation::write(Recorder& to, const RecordedStep& step) const {
  std::vector<FieldValues> list;
  for (const auto& f : fields) list.push_back({f.name, step.values.at(f.name)});
  to.write_step(step.time, list, step.poses);
}

void RunRecord::Implementation::write_probes(RecordedStep& step) {
  if (probe_file && !step.probes.empty()) probe_file->add_row(step.probes);
  step.probes.clear();
}

}  // namespace knead
