#include "scenario/sources.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "body/model_folder.hpp"
#include "scenario/anatomy.hpp"

namespace knead {

namespace {

using Json = nlohmann::ordered_json;

class Collector {
 public:
  explicit Collector(const Scenario& scenario) : folders_(scenario.model_folders) {}

  void add(const std::string& kind, const std::string& name) {
    if (name.empty() || !model_exists(folders_, kind, name) || !seen_.insert(kind + "/" + name).second) return;
    add_file(kind, find_model(folders_, kind, name));
    add(kind, std::string(sources.back().like));
  }
  void add_file(const std::string& kind, const std::string& path) { sources.push_back(read_model_source(kind, path)); }

  std::vector<ModelSource> sources;

 private:
  const std::vector<std::string>& folders_;
  std::set<std::string> seen_;
};

}  // namespace

ModelSource read_model_source(const std::string& kind, const std::string& path) {
  const ModelValue file = read_model_file(path, "");
  return {kind, file.text_or("name", std::filesystem::path(path).stem().string()), file.text_or("title", ""),
          kind == "tissues" ? file.text_or("like", "") : "", sources_in(file)};
}

std::vector<ModelSource> sources_of(const Scenario& scenario, const Body& body) {
  Collector collector(scenario);
  if (!scenario.body.is_specimen()) {
    collector.add_file("bodies", body_file(scenario));
    const SubjectValues subject = body_request(scenario).subject;  // as changed by the scenario
    collector.sources.push_back({"subjects", subject.name, subject.title, "", subject_sources(subject)});
  }
  for (const Tissue& tissue : body.tissues) {
    const auto& own = scenario.tissue.definitions;
    const bool in_place = std::any_of(own.begin(), own.end(), [&](const auto& d) { return d.name == tissue.name; });
    if (!in_place) collector.add("tissues", tissue.name);
  }
  for (const MembranePlacement& membrane : body.membranes) collector.add("tissues", membrane.name);
  for (const ModifierSpec& m : scenario.modifiers)
    if (!m.stiffness_ratio) collector.add("tissues", sheet_of(m.kind));
  for (const StrokeSpec& stroke : scenario.strokes) {
    collector.add("techniques", stroke.technique.text);
    collector.add("applicators", stroke.applicator.text);
  }
  for (const ApplicatorSpec& applicator : scenario.applicators) collector.add("applicators", applicator.model.text);
  return collector.sources;
}

std::string sources_json(const std::vector<ModelSource>& sources) {
  Json list = Json::array();
  for (const ModelSource& source : sources) {
    Json values = Json::array();
    for (const SourcedValue& v : source.values)
      values.push_back({{"key", v.key},
                        {"value", v.value},
                        {"range", v.range},
                        {"tag", v.tag},
                        {"source", v.source},
                        {"cite", v.citation}});
    list.push_back({{"kind", source.kind}, {"name", source.name}, {"title", source.title}, {"values", values}});
  }
  return json_text(list, -1);
}

std::vector<ModelSource> read_sources_json(const std::string& text) {
  std::vector<ModelSource> sources;
  try {
    for (const Json& entry : Json::parse(text)) {
      ModelSource source{entry.at("kind"), entry.at("name"), entry.at("title"), "", {}};
      for (const Json& v : entry.at("values"))
        source.values.push_back({v.at("key"),
                                 v.at("value"),
                                 v.at("range"),
                                 v.at("tag"),
                                 v.at("source"),
                                 v.at("cite").get<std::vector<std::string>>(),
                                 {}});
      sources.push_back(std::move(source));
    }
  } catch (const nlohmann::json::exception&) {
    throw Error(ExitCode::file_error, "the sources in this result are damaged");
  }
  return sources;
}

std::string bibtex(const std::vector<std::string>& model_folders, const std::vector<std::string>& keys) {
  std::vector<ModelValue> files;
  for (const std::string& folder : model_folders) {
    const auto path = std::filesystem::path(folder) / "references.toml";
    std::error_code problem;
    if (std::filesystem::exists(path, problem)) files.push_back(read_model_file(path.string(), "references"));
  }
  std::string out;
  for (const std::string& key : keys) {
    const ModelValue* entry = nullptr;
    for (const ModelValue& file : files)
      if (!entry) entry = file.find(key);
    if (!entry) {
      out += fmt::format("% {} is in no models/references.toml\n\n", key);
      continue;
    }
    out += fmt::format("@{}{{{}", entry->find("journal") ? "article" : "misc", key);
    for (const auto& [field, value] : entry->members)
      out += fmt::format(",\n  {} = {{{}}}", field,
                         value.kind == ModelValue::Kind::number ? fmt::format("{:g}", value.real) : value.text());
    out += "\n}\n\n";
  }
  return out;
}

}  // namespace knead
