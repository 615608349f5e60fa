// What concerns several sections of a scenario, and names that must exist.
#include <algorithm>

#include <fmt/format.h>

#include "applicator/shapes.hpp"
#include "base/units.hpp"
#include "body/subject.hpp"
#include "io/field.hpp"
#include "scenario/anatomy.hpp"
#include "scenario/check.hpp"
#include "scenario/fill.hpp"
#include "scenario/models.hpp"
#include "scenario/tree.hpp"
#include "terms/contact_applicator.hpp"

namespace knead {
namespace {

void check_model(const Scenario& scenario, const std::string& kind, const Name& name, Diagnostics& diagnostics) {
  if (name.empty()) return;
  try {
    static_cast<void>(find_model(scenario.model_folders, kind, name.text, name.where));
  } catch (const Error& error) {
    diagnostics.add(error);
  }
}

void check_tissue(const Scenario& scenario, const Name& name, Diagnostics& diagnostics) {
  const auto& defined = scenario.tissue.definitions;
  if (name.empty() || std::any_of(defined.begin(), defined.end(), [&](const auto& t) { return t.name == name.text; }))
    return;
  if (model_exists(scenario.model_folders, "tissues", name.text)) return;
  std::vector<std::string> known;
  for (const auto& tissue : defined) known.push_back(tissue.name);
  for (const auto& entry : list_models(scenario.model_folders, "tissues")) known.push_back(entry.name);
  diagnostics.add(name.where,
                  fmt::format("there is no tissue {}, neither as [tissue.{}] nor in models/tissues{}",
                              in_quotes(name.text), key_text(name.text.substr(0, 40)), did_you_mean(name.text, known)));
}

// The subject's file knows its keys and their dimensions.
void check_subject(const Scenario& scenario, Diagnostics& diagnostics) {
  check_model(scenario, "subjects", scenario.subject.like, diagnostics);
  if (!model_exists(scenario.model_folders, "subjects", scenario.subject.like.text)) return;
  try {
    const auto& like = scenario.subject.like;
    auto subject =
        read_subject(find_model(scenario.model_folders, "subjects", like.text, like.where), scenario.model_folders);
    bool fits = true;
    for (const auto& [key, value] : scenario.subject.values) {
      try {
        override_subject(subject, key, value.text, value.where);
      } catch (const Error& error) {
        diagnostics.add(error);
        fits = false;
      }
    }
    if (fits) follow_relations(subject);
  } catch (const Error& error) {
    diagnostics.add(error);
  }
}

void check_shape(const std::optional<ShapeSpec>& shape, Diagnostics& diagnostics) {
  if (!shape) return;
  try {
    static_cast<void>(make_shape({shape->kind.text, shape->parameters, shape->where}));
  } catch (const Error& error) {
    diagnostics.add(error, shape->where);
  }
}

// A model that is there must also make sense.
void check_applicator(const Scenario& scenario, const Name& name, Diagnostics& diagnostics) {
  check_model(scenario, "applicators", name, diagnostics);
  if (name.empty() || !model_exists(scenario.model_folders, "applicators", name.text)) return;
  try {
    const auto path = find_model(scenario.model_folders, "applicators", name.text, name.where);
    static_cast<void>(read_applicator(path));
  } catch (const Error& error) {
    diagnostics.add(error, name.where);
  }
}

void check_faces(const Scenario& scenario, Diagnostics& diagnostics) {
  if (!scenario.body.is_specimen()) return;
  const auto known = specimen_faces(scenario.body);
  for (const auto& boundary : scenario.boundaries) {
    const auto& on = boundary.on;
    if (on.empty() || std::find(known.begin(), known.end(), on.text) != known.end()) continue;
    diagnostics.add(on.where, fmt::format("there are no faces named {}{}; this body has {}", in_quotes(on.text),
                                          did_you_mean(on.text, known), fmt::join(known, ", ")));
  }
}

void check_body(const Scenario& scenario, Diagnostics& diagnostics) {
  const auto& body = scenario.body;
  if (body.name.empty()) return;
  if (body.is_specimen()) {
    check_tissue(scenario, body.tissue, diagnostics);
    for (const auto& layer : body.layers) check_tissue(scenario, layer.tissue, diagnostics);
    return;
  }
  if (!scenario.boundaries.empty())
    diagnostics.add(scenario.boundaries.front().where,
                    "boundaries belong to specimens (block, cylinder, sphere); an anatomical body brings its own");
  try {
    static_cast<void>(body_file(scenario));
  } catch (const Error& error) {
    const auto hint = did_you_mean(body.name.text, {"block", "cylinder", "sphere"});
    if (body.name.text.ends_with(".toml")) {
      diagnostics.add(error);
    } else {
      for (const auto& d : error.diagnostics())
        diagnostics.add(d.where, d.message.find("did you mean") == std::string::npos && !hint.empty()
                                     ? fmt::format("there is no body {}{}", in_quotes(body.name.text), hint)
                                     : d.message + ", or a specimen: block, cylinder, sphere");
    }
  }
  check_subject(scenario, diagnostics);
}

void check_fields(const std::vector<Name>& fields, Diagnostics& diagnostics) {
  std::vector<std::string> known;
  for (const auto& field : field_list()) known.push_back(field.name);
  const auto& computed = computed_fields();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Name& field = fields[i];
    const auto same = [&](const Name& other) { return other.text == field.text; };
    if (std::any_of(fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(i), same))
      diagnostics.add(field.where, fmt::format("the field {} is named twice", in_quotes(field.text)));
    if (std::find(known.begin(), known.end(), field.text) == known.end())
      diagnostics.add(field.where, fmt::format("there is no field {}{}; `knead list fields` shows all",
                                               in_quotes(field.text), did_you_mean(field.text, known)));
    else if (std::find(computed.begin(), computed.end(), field.text) == computed.end())
      diagnostics.add(field.where, fmt::format("the field {} is not computed by an elastic run; it has {}",
                                               in_quotes(field.text), fmt::join(computed, ", ")));
  }
}

// What the layout of a stroke in time needs.
void check_timing(const Scenario& scenario, std::size_t index, Diagnostics& diagnostics) {
  const StrokeSpec& stroke = scenario.strokes[index];
  const auto require = [&](bool good, const std::string& key, const char* sentence) {
    if (good) return;
    // Strokes without a name are addressed by their number.
    const Location by_number = place_of(scenario, fmt::format("stroke.{}.{}", index + 1, key), stroke.where);
    diagnostics.add(place_of(scenario, fmt::format("stroke.{}.{}", key_text(stroke.name), key), by_number),
                    fmt::format("{}: {}", key, sentence));
  };
  require(stroke.clearance > 0, "clearance", "a stroke begins above the skin; give a positive length");
  const std::pair<const char*, double> durations[] = {
      {"approach", stroke.approach}, {"ramp", stroke.ramp}, {"release", stroke.release}, {"rest", stroke.rest}};
  for (const auto& [key, duration] : durations)
    require(duration > 0, key, "this phase of a stroke must take time; give a positive duration");
  if ((stroke.at && !stroke.path && !stroke.rubs() && stroke.lift == 0 && stroke.stretch == 0) || stroke.points > 1)
    require(stroke.hold > 0, "hold", "a press at one place needs a hold with a positive duration");
  require(!(stroke.travel && stroke.return_by == StrokeSpec::Return::light), "return",
          "a light return needs the force of the stroke; this one has a travel");
  if (stroke.points == 1 && stroke.return_by == StrokeSpec::Return::light && stroke.force)
    require(stroke.light_force > 0 && stroke.light_force < *stroke.force, "light_force",
            "a light return needs a force between zero and the force of the stroke");
}

// Results are addressed by the names of strokes and applicators.
void check_names(const Scenario& scenario, Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const auto& stroke : scenario.strokes) names.push_back(stroke.name);
  for (std::size_t i = 0; i < scenario.applicators.size(); ++i) {
    const auto name = applicator_name(scenario, i);
    if (std::find(names.begin(), names.end(), name) != names.end())
      diagnostics.add(scenario.applicators[i].where,
                      fmt::format("something else is already named {}; a name addresses one", in_quotes(name)));
    names.push_back(name);
  }
}

}  // namespace

Location place_of(const Scenario& scenario, const std::string& key, const Location& table) {
  for (const auto& value : scenario.resolved)
    if (value.key == key && value.origin != Origin::technique &&
        (value.where.line > 0 || value.origin == Origin::command_line))
      return value.where;
  return table;
}

const std::vector<std::string>& usual_fields() {
  static const std::vector<std::string> list{
      "displacement",  "tissue_pressure", "von_mises",        "max_shear_strain", "strain_energy_density",
      "fibre_stretch", "volume_ratio",    "contact_pressure", "contact_shear",    "gap",
      "vessel_opening"};
  return list;
}

const std::vector<std::string>& computed_fields() {
  static const std::vector<std::string> list = [] {
    std::vector<std::string> all = usual_fields();
    all.insert(all.end(), {"cauchy_stress", "principal_stress", "green_lagrange_strain", "principal_strain"});
    return all;
  }();
  return list;
}

std::vector<std::string> specimen_faces(const BodySpec& body) {
  if (body.name.text == "block") return {"back", "bottom", "front", "left", "right", "sides", "top"};
  const bool cylinder = body.name.text == "cylinder";
  std::vector<std::string> faces{"outer"};
  if (body.inner_radius > 0) faces.push_back("inner");
  if (cylinder) faces.insert(faces.end(), {"bottom", "top"});
  if (body.sector == Sector::quarter || (!cylinder && body.sector != Sector::full)) faces.push_back("symmetry-x");
  if (body.sector != Sector::full) faces.push_back("symmetry-y");
  if (!cylinder && body.sector != Sector::full) faces.push_back("symmetry-z");
  std::sort(faces.begin(), faces.end());
  return faces;
}

std::string applicator_name(const Scenario& scenario, std::size_t index) {
  const auto& name = scenario.applicators[index].name;
  return name.empty() ? fmt::format("applicator {}", index + 1) : name;
}

void check_scenario(const Scenario& scenario, Diagnostics& diagnostics) {
  check_body(scenario, diagnostics);
  check_faces(scenario, diagnostics);
  for (std::size_t i = 0; i < scenario.strokes.size(); ++i) {
    check_applicator(scenario, scenario.strokes[i].applicator, diagnostics);
    check_shape(scenario.strokes[i].shape, diagnostics);
    check_timing(scenario, i, diagnostics);
  }
  for (const auto& applicator : scenario.applicators) {
    check_applicator(scenario, applicator.model, diagnostics);
    check_shape(applicator.shape, diagnostics);
  }
  check_fields(scenario.output.fields, diagnostics);
  for (const auto& probe : scenario.output.probes) check_fields(probe.fields, diagnostics);
  check_names(scenario, diagnostics);
  check_expectations(scenario, diagnostics);
  check_places(scenario, diagnostics);
  const bool without_landmarks = scenario.body.is_specimen() || (body_file_exists(scenario) && has_own_mesh(scenario));
  if (without_landmarks && !scenario.strokes.empty())
    diagnostics.add(scenario.strokes.front().where,
                    "strokes need the landmarks of an anatomical body; on a specimen or an imported mesh use "
                    "[[applicator]]");
  if (scenario.strokes.empty() && scenario.boundaries.empty() && scenario.applicators.empty())
    diagnostics.add({scenario.path}, "nothing touches the body: add a [[stroke]], an [[applicator]] or a [[boundary]]");
}

}  // namespace knead
