#include "scenario/schema.hpp"

#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/units.hpp"
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

// "tissue.muscle" → every value of models/tissues/muscle.toml with its source; nothing when there is no such model.
std::string explain_model(const std::string& key) {
  constexpr std::pair<const char*, const char*> kinds[] = {{"tissue", "tissues"},
                                                           {"body", "bodies"},
                                                           {"subject", "subjects"},
                                                           {"applicator", "applicators"},
                                                           {"technique", "techniques"}};
  const auto dot = key.find('.');
  const auto folders = standard_model_folders(std::filesystem::current_path());
  for (const auto& [word, kind] : kinds) {
    if (dot == std::string::npos || key.substr(0, dot) != word) continue;
    const std::string name = key.substr(dot + 1);
    if (!model_exists(folders, kind, name)) return "";
    const std::string path = find_model(folders, kind, name);
    ModelSource source = read_model_source(kind, path);
    if (word == std::string_view("subject")) source.values = subject_sources(read_subject(path, folders));
    std::string out = fmt::format("{}: {}\n  {}\n\n", name, source.title, path);
    if (!source.like.empty()) out += fmt::format("  like {0}: knead explain {1}.{0}\n\n", source.like, word);
    for (const SourcedValue& v : source.values) {
      out += fmt::format("  {}{}{}  [{}]\n", v.key, v.value.empty() ? "" : " = " + v.value,
                         v.range.empty() ? "" : fmt::format("  ({})", v.range), v.tag);
      out += fmt::format("      {}\n", v.source);
      if (!v.citation.empty()) out += fmt::format("      cite: {}\n", fmt::join(v.citation, ", "));
    }
    return out;
  }
  return "";
}

int run_explain(const Given& given) {
  const auto key = given.value("KEY");
  if (const std::string model = explain_model(key); !model.empty()) {
    print_result(model);
    return 0;
  }
  const auto matches = match_key(key);
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
          "explain a key of scenario files, or where the numbers of a model come from",
          {{.name = "KEY", .about = "for example stroke.force, or tissue.muscle", .required = true}},
          &run_explain};
}

}  // namespace knead
