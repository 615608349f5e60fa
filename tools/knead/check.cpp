#include <algorithm>
#include <iterator>

#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "base/units.hpp"
#include "check_contact.hpp"
#include "command.hpp"
#include "scenario/anatomy.hpp"
#include "scenario/build.hpp"
#include "scenario/check.hpp"
#include "scenario/limits.hpp"
#include "scenario/read.hpp"

namespace knead {
namespace {

using Json = nlohmann::ordered_json;

struct Place {
  std::string what, words;
  Vec3d point;  // m, body axes
};

// Where everything lies. The reader has refused places that do not exist.
std::vector<Place> resolve_places(const Scenario& scenario, const Body& body) {
  std::vector<Place> places;
  const auto add = [&](const std::string& what, const Position& position) {
    if (position.point) return void(places.push_back({what, "", *position.point}));
    const auto place = resolve_position(body, position.words, side_of(scenario), position.where);
    places.push_back({what, position.words, point_at(*body.surface, place)});
  };
  for (const auto& stroke : scenario.strokes) {
    if (stroke.path) {
      add(stroke.name + ", from", stroke.path->from);
      add(stroke.name + ", to", stroke.path->to);
    }
    if (stroke.at) add(stroke.name, *stroke.at);
  }
  for (std::size_t i = 0; i < scenario.applicators.size(); ++i)
    add(applicator_name(scenario, i), scenario.applicators[i].position);
  if (scenario.body.refine) add("refine", scenario.body.refine->at);
  for (const auto& probe : scenario.output.probes) add("probe " + probe.name, probe.at);
  return places;
}

struct Size {
  long nodes = 0, elements = 0, displacement_unknowns = 0, pressure_unknowns = 0;
  double memory = 0;  // bytes, upper estimate
};

Size size_of(const Body& body) {
  Size size;
  size.nodes = body.mesh.num_nodes();
  size.elements = body.mesh.num_cells();
  long held = 0;
  for (const auto bits : body.held) held += (bits & 1) + (bits >> 1 & 1) + (bits >> 2 & 1);
  size.displacement_unknowns = 3 * size.nodes - held;
  constexpr long pressures_per_element = 4;
  size.pressure_unknowns = pressures_per_element * size.elements;
  // Peaks of whole runs: 1.0 to 1.3 kB an unknown on blocks, 2.0 kB on the lower back; 45 MB before that.
  constexpr double bytes_of_program = 45e6, bytes_per_unknown = 2100;
  size.memory = bytes_of_program + bytes_per_unknown * static_cast<double>(size.displacement_unknowns);
  return size;
}

std::string origin_text(const ResolvedValue& value) {
  switch (value.origin) {
    case Origin::scenario:
      return value.where.line > 0 ? fmt::format("line {}", value.where.line) : "";
    case Origin::command_line:
      return "command line";
    case Origin::technique:
      return value.source;
    case Origin::program_default:
      return "default";
  }
  return "";
}

std::string values_text(const Scenario& scenario) {
  constexpr std::size_t widest = 48;
  std::size_t key_width = 0, value_width = 0;
  for (const auto& value : scenario.resolved) {
    key_width = std::max(key_width, std::min(widest, value.key.size()));
    value_width = std::max(value_width, std::min(widest, value.value.size()));
  }
  std::string out;
  for (const auto& value : scenario.resolved) {
    std::string source = origin_text(value);
    // Values of a file that this one extends name it.
    if (value.origin == Origin::scenario && value.where.file != scenario.path) source = to_string(value.where);
    out += fmt::format("  {:<{}}  {:<{}}  {}\n", value.key, key_width, value.value, value_width, source);
  }
  return out;
}

std::string millimetres(const Vec3d& x) {
  return fmt::format("({:.1f}, {:.1f}, {:.1f}) mm", 1e3 * x[0], 1e3 * x[1], 1e3 * x[2]);
}

// What a check finds, ready to be printed.
struct Findings {
  const Scenario& scenario;
  const BuiltScenario& built;
  Size size;
  MeshQuality quality;
  std::vector<Place> places;
  std::vector<ContactResolution> contacts;
  std::vector<std::string> warnings;
};

std::string report_text(const Findings& f) {
  const auto& scenario = f.scenario;
  std::string out = scenario.title + "\n\nValues in effect\n" + values_text(scenario);
  out += fmt::format(
      "\nMesh\n  {} elements, {} nodes, {} displacement unknowns, {} pressure unknowns\n  about {:.2f} GB of memory or "
      "less\n  smallest scaled Jacobian {:.2f}, edges {:.1f} mm to {:.1f} mm\n",
      f.size.elements, f.size.nodes, f.size.displacement_unknowns, f.size.pressure_unknowns, f.size.memory / 1e9,
      f.quality.min_scaled_jacobian, 1e3 * f.quality.min_edge, 1e3 * f.quality.max_edge);
  const auto& step = f.built.step;
  out += fmt::format("\nTime\n  {:.4g} s, ", f.built.boundaries.back());
  out += step.fixed ? fmt::format("steps of {:.3g} s\n", *step.fixed)
                    : fmt::format("steps of {:.3g} s or less\n", step.largest);
  for (const auto& stroke : f.built.strokes)
    out += fmt::format("  {}: {:.4g} s to {:.4g} s\n", stroke.name, stroke.start, stroke.end);
  if (!f.contacts.empty()) out += "\nContact\n";
  for (const auto& contact : f.contacts)
    out += fmt::format("  {}: about {:.0f} contact points across a smallest width of {:.0f} mm (estimated)\n",
                       contact.name, contact.points(), 1e3 * contact.width);
  if (!f.places.empty())
    out += f.built.body->directions.empty() ? "\nPlaces\n"
                                            : fmt::format("\nPlaces (+x right, +y {}, +z {})\n",
                                                          f.built.body->directions[3], f.built.body->directions[0]);
  for (const auto& place : f.places)
    out += fmt::format("  {}: {}{}{}\n", place.what, place.words, place.words.empty() ? "" : " = ",
                       millimetres(place.point));
  if (!f.built.notes.empty()) out += "\nAssumptions\n";
  for (const auto& note : f.built.notes) out += "  " + note + "\n";
  return out;
}

std::string report_json(const Findings& f) {
  const auto& scenario = f.scenario;
  Json values = Json::array(), points = Json::array(), contacts = Json::array(), strokes = Json::array();
  for (const auto& value : scenario.resolved)
    values.push_back({{"key", value.key},
                      {"value", value.value},
                      {"source", origin_text(value)},
                      {"file", value.where.file},
                      {"line", value.where.line}});
  for (const auto& place : f.places)
    points.push_back(
        {{"name", place.what}, {"words", place.words}, {"point_m", {place.point[0], place.point[1], place.point[2]}}});
  for (const auto& contact : f.contacts)
    contacts.push_back({{"name", contact.name},
                        {"estimated_smallest_width_m", contact.width},
                        {"points_across_it", contact.points()}});
  for (const auto& stroke : f.built.strokes)
    strokes.push_back({{"name", stroke.name}, {"start_s", stroke.start}, {"end_s", stroke.end}});
  const Json answer{{"ok", true},
                    {"title", scenario.title},
                    {"elements", f.size.elements},
                    {"nodes", f.size.nodes},
                    {"displacement_unknowns", f.size.displacement_unknowns},
                    {"pressure_unknowns", f.size.pressure_unknowns},
                    {"memory_bytes", f.size.memory},
                    {"min_scaled_jacobian", f.quality.min_scaled_jacobian},
                    {"min_edge_m", f.quality.min_edge},
                    {"max_edge_m", f.quality.max_edge},
                    {"end_s", f.built.boundaries.back()},
                    {"strokes", strokes},
                    {"contacts", contacts},
                    {"places", points},
                    {"warnings", f.warnings},
                    {"values", values},
                    {"notes", f.built.notes},
                    {"files", scenario.files}};
  return json_text(answer) + "\n";
}

int run_check(const Given& given) {
  ReadOptions options;
  options.overrides = given.values("--set");
  const Scenario scenario = read_scenario(given.value("SCENARIO"), options);
  BuildOptions build_options;
  build_options.preview = given.flag("--preview");
  // The whole of it, as a run would: what a run refuses before its first step is refused here.
  const BuiltScenario built = build(scenario, build_options);
  const Body& body = *built.body;
  auto contacts = contact_resolution(scenario, body);
  std::vector<std::string> warnings = contact_warnings(scenario, body, contacts);
  std::ranges::move(limit_warnings(scenario), std::back_inserter(warnings));
  const Size size = size_of(body);
  const double memory = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  if (size.memory > memory)
    warnings.push_back(
        fmt::format("this needs some {:.1f} GB of memory, and this machine has {:.1f} GB; use a larger "
                    "element_size or fewer elements",
                    1e-9 * size.memory, 1e-9 * memory));
  if (scenario.time.end && *scenario.time.end < built.boundaries.back() * (1 - 1e-9))
    warnings.push_back(fmt::format("time.end = {:.4g} s is before the last stroke ends; the run goes on to {:.4g} s",
                                   *scenario.time.end, built.boundaries.back()));
  const Findings findings{
      scenario,           built, size, measure_quality(body.mesh), resolve_places(scenario, body), std::move(contacts),
      std::move(warnings)};
  for (const auto& warning : findings.warnings) log_warning(warning);
  print_result(given.flag("--json") ? report_json(findings) : report_text(findings));
  return 0;
}

}  // namespace

Command check_command() {
  return {"check",
          "check a scenario and show every value, the mesh and the places, without solving",
          {{.name = "SCENARIO", .about = "a scenario file", .required = true},
           {.name = "-s,--set",
            .kind = Argument::Kind::values,
            .about = "replace a value, -s stroke.\"name\".force=\"30 N\"; can be repeated",
            .placeholder = "KEY=VALUE"},
           {"--preview", Argument::Kind::flag, "the coarse mesh of a preview"},
           {"--json", Argument::Kind::flag, "machine-readable"}},
          &run_check};
}

}  // namespace knead
