// What concerns several sections of a scenario, and names that must exist.
#include <algorithm>

#include <fmt/format.h>

#include "base/units.hpp"
#include "body/subject.hpp"
#include "io/field.hpp"
#include "scenario/fill.hpp"
#include "scenario/models.hpp"

namespace knead {
namespace {

void check_model(const Scenario& scenario, const std::string& kind, const Name& name, Diagnostics& diagnostics) {
  if (name.empty()) return;
  try {
    static_cast<void>(find_model(scenario.model_folders, kind, name.text, name.where));
  } catch (const Error& error) {
    for (const auto& d : error.diagnostics()) diagnostics.add(d.where, d.message);
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
  const auto report = [&](const Error& error) {
    for (const auto& d : error.diagnostics()) diagnostics.add(d.where, d.message);
  };
  try {
    const auto& like = scenario.subject.like;
    auto subject = read_subject(find_model(scenario.model_folders, "subjects", like.text, like.where).string());
    for (const auto& [key, value] : scenario.subject.values) {
      try {
        override_subject(subject, key, value.text, value.where);
      } catch (const Error& error) {
        report(error);
      }
    }
  } catch (const Error& error) {
    report(error);
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
  if (!body.name.text.ends_with(".toml")) {
    try {
      static_cast<void>(find_model(scenario.model_folders, "bodies", body.name.text, body.name.where));
    } catch (const Error& error) {
      const auto hint = did_you_mean(body.name.text, {"block", "cylinder", "sphere"});
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
  for (const auto& field : fields)
    if (std::find(known.begin(), known.end(), field.text) == known.end())
      diagnostics.add(field.where, fmt::format("there is no field {}{}; `knead list fields` shows all",
                                               in_quotes(field.text), did_you_mean(field.text, known)));
}

void check_expect(const Scenario& scenario, Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const auto& stroke : scenario.strokes) names.push_back(stroke.name);
  for (const auto& expect : scenario.expect)
    if (!expect.stroke.empty() && std::find(names.begin(), names.end(), expect.stroke) == names.end())
      diagnostics.add(expect.where, fmt::format("there is no stroke named {}{}", in_quotes(expect.stroke),
                                                did_you_mean(expect.stroke, names)));
}

}  // namespace

void check_scenario(const Scenario& scenario, Diagnostics& diagnostics) {
  check_body(scenario, diagnostics);
  for (const auto& stroke : scenario.strokes) check_model(scenario, "applicators", stroke.applicator, diagnostics);
  for (const auto& applicator : scenario.applicators)
    check_model(scenario, "applicators", applicator.model, diagnostics);
  check_fields(scenario.output.fields, diagnostics);
  for (const auto& probe : scenario.output.probes) check_fields(probe.fields, diagnostics);
  check_expect(scenario, diagnostics);
  if (scenario.body.is_specimen() && !scenario.strokes.empty())
    diagnostics.add(scenario.strokes.front().where,
                    "strokes need the landmarks of an anatomical body; on a specimen use [[applicator]]");
  if (scenario.strokes.empty() && scenario.boundaries.empty() && scenario.applicators.empty())
    diagnostics.add({scenario.path}, "nothing touches the body: add a [[stroke]], an [[applicator]] or a [[boundary]]");
}

}  // namespace knead
