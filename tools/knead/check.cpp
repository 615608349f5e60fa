#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/units.hpp"
#include "body/position.hpp"
#include "command.hpp"
#include "scenario/build.hpp"
#include "scenario/read.hpp"

namespace knead {
namespace {

using Json = nlohmann::ordered_json;

struct Place {
  std::string what, words;
  Vec3d point;  // m, body axes
};

// Where everything lies, and every place that does not exist.
std::vector<Place> resolve_places(const Scenario& scenario, const Body& body, Diagnostics& diagnostics) {
  std::vector<Place> places;
  const auto add = [&](const std::string& what, const Position& position) {
    if (position.point) return void(places.push_back({what, "", *position.point}));
    try {
      if (!body.surface)
        throw Error(
            ExitCode::invalid_input, position.where,
            fmt::format(
                "{} names a landmark, but a specimen has none; give a point such as [\"0 mm\", \"0 mm\", \"5 mm\"]",
                in_quotes(position.words)));
      const auto side = scenario.body.side == BodySide::left ? Laterality::left : Laterality::right;
      const auto place = resolve_position(body, position.words, side, position.where);
      places.push_back({what, position.words, point_at(*body.surface, place)});
    } catch (const Error& error) {
      for (const auto& d : error.diagnostics()) diagnostics.add(d.where, d.message);
    }
  };
  for (const auto& stroke : scenario.strokes) {
    if (stroke.path) {
      add(stroke.name + ", from", stroke.path->from);
      add(stroke.name + ", to", stroke.path->to);
    }
    if (stroke.at) add(stroke.name, *stroke.at);
  }
  for (const auto& applicator : scenario.applicators) add(applicator.name, applicator.position);
  for (const auto& probe : scenario.output.probes) add("probe " + probe.name, probe.at);
  return places;
}

void check_faces(const Scenario& scenario, const Body& body, Diagnostics& diagnostics) {
  std::vector<std::string> known;
  for (const auto& [name, faces] : body.mesh.faces) known.push_back(name);
  for (const auto& boundary : scenario.boundaries)
    if (!boundary.on.empty() && body.mesh.faces.count(boundary.on.text) == 0)
      diagnostics.add(boundary.on.where,
                      fmt::format("there are no faces named {}{}; this body has {}", in_quotes(boundary.on.text),
                                  did_you_mean(boundary.on.text, known), fmt::join(known, ", ")));
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
  constexpr double bytes_per_unknown = 1000;  // the budget that the solver keeps to
  size.memory = bytes_per_unknown * static_cast<double>(size.displacement_unknowns);
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

std::string report_text(const Scenario& scenario, const Body& body, const std::vector<Place>& places) {
  std::string out = scenario.title + "\n\nValues in effect\n" + values_text(scenario);
  const auto size = size_of(body);
  const auto quality = measure_quality(body.mesh);
  out += fmt::format(
      "\nMesh\n  {} elements, {} nodes, {} displacement unknowns, {} pressure unknowns\n  about {:.2f} GB of memory or "
      "less\n  smallest scaled Jacobian {:.2f}, edges {:.1f} mm to {:.1f} mm\n",
      size.elements, size.nodes, size.displacement_unknowns, size.pressure_unknowns, size.memory / 1e9,
      quality.min_scaled_jacobian, 1e3 * quality.min_edge, 1e3 * quality.max_edge);
  if (!places.empty())
    out += scenario.body.is_specimen() ? "\nPlaces\n" : "\nPlaces (+x right, +y anterior, +z cranial)\n";
  for (const auto& place : places)
    out += fmt::format("  {}: {}{}{}\n", place.what, place.words, place.words.empty() ? "" : " = ",
                       millimetres(place.point));
  if (!body.notes.empty()) out += "\nAssumptions\n";
  for (const auto& note : body.notes) out += "  " + note + "\n";
  return out;
}

std::string report_json(const Scenario& scenario, const Body& body, const std::vector<Place>& places) {
  Json values = Json::array(), points = Json::array();
  for (const auto& value : scenario.resolved)
    values.push_back({{"key", value.key},
                      {"value", value.value},
                      {"source", origin_text(value)},
                      {"file", value.where.file},
                      {"line", value.where.line}});
  for (const auto& place : places)
    points.push_back(
        {{"name", place.what}, {"words", place.words}, {"point_m", {place.point[0], place.point[1], place.point[2]}}});
  const auto size = size_of(body);
  const Json answer{{"ok", true},
                    {"title", scenario.title},
                    {"elements", size.elements},
                    {"nodes", size.nodes},
                    {"displacement_unknowns", size.displacement_unknowns},
                    {"pressure_unknowns", size.pressure_unknowns},
                    {"memory_bytes", size.memory},
                    {"places", points},
                    {"values", values},
                    {"notes", body.notes},
                    {"files", scenario.files}};
  return answer.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

int run_check(const Given& given) {
  ReadOptions options;
  options.overrides = given.values("--set");
  const Scenario scenario = read_scenario(given.value("SCENARIO"), options);
  BuildOptions build_options;
  build_options.preview = given.flag("--preview");
  const auto body = build_body(scenario, build_options);
  Diagnostics diagnostics;
  const auto places = resolve_places(scenario, *body, diagnostics);
  check_faces(scenario, *body, diagnostics);
  diagnostics.throw_if_any();
  print_result(given.flag("--json") ? report_json(scenario, *body, places) : report_text(scenario, *body, places));
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
