#include "scenario/schema.hpp"

#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/units.hpp"
#include "body/chart_body.hpp"
#include "body/subject.hpp"
#include "command.hpp"
#include "scenario/models.hpp"
#include "scenario/sources.hpp"

namespace knead {
namespace {

int run_schema(const Given& given) {
  print_result(given.flag("--markdown") ? markdown_reference() : json_schema());
  return 0;
}

struct ModelKind {
  const char *word, *folder;
};
constexpr ModelKind model_kinds[] = {{"tissue", "tissues"},
                                     {"body", "bodies"},
                                     {"subject", "subjects"},
                                     {"applicator", "applicators"},
                                     {"technique", "techniques"}};

// What can be named on a body in a scenario.
std::string names_on_body(const std::string& path, const std::vector<std::string>& folders) {
  const std::string person = find_model(folders, "subjects", "average");
  const BodySummary summary = read_body_summary(path, read_subject(person, folders));
  std::string out;
  std::size_t width = 0;
  for (const Landmark& l : summary.landmarks) width = std::max(width, l.name.size());
  if (!summary.landmarks.empty())
    out += "  Landmarks, for places such as \"" + summary.landmarks[0].name + " + 20 mm lateral\"\n";
  for (const Landmark& l : summary.landmarks) out += fmt::format("    {:<{}}  {}\n", l.name, width, l.description);
  if (!summary.muscles.empty())
    out += fmt::format("\n  Muscles, for tissue.muscle_tone and tissue.activation\n    {}\n",
                       fmt::join(summary.muscles, ", "));
  if (!summary.bones.empty()) out += fmt::format("\n  Bones\n    {}\n", fmt::join(summary.bones, ", "));
  return out + "\n";
}

// Every value of models/tissues/muscle.toml with its source, and what a body names; nothing when there is no such
// model.
std::string explain_model(const ModelKind& kind, const std::string& name) {
  const auto folders = standard_model_folders(std::filesystem::current_path());
  if (!model_exists(folders, kind.folder, name)) return "";
  const std::string path = find_model(folders, kind.folder, name);
  ModelSource source = read_model_source(kind.folder, path);
  if (kind.word == std::string_view("subject")) source.values = subject_sources(read_subject(path, folders));
  std::string out = fmt::format("{}: {}\n  {}\n\n", name, source.title, path);
  if (!source.like.empty()) out += fmt::format("  like {0}: knead explain {1}.{0}\n\n", source.like, kind.word);
  if (kind.word == std::string_view("body")) out += names_on_body(path, folders);
  for (const SourcedValue& v : source.values) {
    out += fmt::format("  {}{}{}  [{}]\n", v.key, v.value.empty() ? "" : " = " + v.value,
                       v.range.empty() ? "" : fmt::format("  ({})", v.range), v.tag);
    out += fmt::format("      {}\n", v.source);
    if (!v.citation.empty()) out += fmt::format("      cite: {}\n", fmt::join(v.citation, ", "));
  }
  return out;
}

// "tissue.muscle" is one model; "foot" all of that name.
std::string explain_models(const std::string& key) {
  std::string out;
  for (const ModelKind& kind : model_kinds) {
    const std::string prefix = std::string(kind.word) + ".";
    if (key.find('.') == std::string::npos)
      out += explain_model(kind, key);
    else if (key.starts_with(prefix))
      out += explain_model(kind, key.substr(prefix.size()));
  }
  return out;
}

int run_explain(const Given& given) {
  const auto key = given.value("KEY");
  const auto matches = match_key(key);
  if (matches.empty() || key.find('.') != std::string::npos) {
    if (const std::string model = explain_models(key); !model.empty()) {
      print_result(model);
      return 0;
    }
  }
  if (matches.empty()) {
    std::vector<std::string> known;
    for (const auto& spec : schema()) known.push_back(spec.key);
    for (const auto& spec : schema()) known.push_back(last_part(spec.key));
    throw Error(ExitCode::wrong_usage, fmt::format("no key is called {}{}", in_quotes(key), did_you_mean(key, known)));
  }
  std::string out;
  for (const auto* spec : matches) out += (out.empty() ? "" : "\n") + explain(*spec);
  print_result(out);
  return 0;
}

}  // namespace

Command schema_command() {
  return {"schema",
          "print the JSON Schema of scenario files, for editors",
          {{"--markdown", Argument::Kind::flag, "the reference page instead"}},
          &run_schema};
}

Command explain_command() {
  return {"explain",
          "explain a key of scenario files, or what a model names and where its numbers come from",
          {{.name = "KEY", .about = "for example stroke.force, tissue.muscle or body.calf", .required = true}},
          &run_explain};
}

}  // namespace knead
