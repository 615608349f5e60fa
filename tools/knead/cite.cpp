#include <algorithm>
#include <cctype>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "command.hpp"
#include "io/read.hpp"
#include "scenario/models.hpp"
#include "scenario/sources.hpp"

namespace knead {
namespace {

// Keys in the order in which they first appear.
std::vector<std::string> cited(const std::vector<ModelSource>& sources) {
  std::vector<std::string> keys;
  for (const auto& source : sources)
    for (const auto& value : source.values)
      for (const auto& key : value.citation)
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  return keys;
}

// What stands in a scenario beside the key, or nothing.
std::string resolved_value(const nlohmann::ordered_json& resolved, const std::string& key) {
  const auto found = resolved.find(key);
  return found == resolved.end() ? "" : found->value("value", "");
}

std::string methods(const ResultFile& file, const std::vector<ModelSource>& sources) {
  const RunInfo& info = file.info();
  const auto resolved = nlohmann::ordered_json::parse(info.resolved_scenario, nullptr, false);
  std::string text = fmt::format(
      "The simulation \"{}\" was run with Knead {} (commit {}), a finite-element program for quasi-static large "
      "deformation of soft tissue in contact with rigid applicators. ",
      info.title, info.version, info.git_hash);
  text += fmt::format(
      "The body \"{}\" was discretised with {} hexahedra with quadratic displacement and discontinuous linear "
      "pressure. ",
      info.body, file.num_cells() / 8);
  const auto named = [&](const char* kind) {
    std::vector<std::string> list;
    for (const auto& s : sources)
      if (s.kind == kind) list.push_back(s.title.empty() ? s.name : fmt::format("{} ({})", s.name, s.title));
    return list;
  };
  if (const auto subjects = named("subjects"); !subjects.empty())
    text += fmt::format(
        "Its dimensions are those of the subject {}{}. ", fmt::join(subjects, ", "),
        info.stiffness_class.empty() ? "" : fmt::format(", its stiffness the class \"{}\"", info.stiffness_class));
  text += fmt::format("Tissues: {}. ", fmt::join(info.tissues, ", "));
  if (const auto techniques = named("techniques"); !techniques.empty())
    text += fmt::format("Technique: {}. ", fmt::join(techniques, "; "));
  if (const auto applicators = named("applicators"); !applicators.empty())
    text += fmt::format("Applicator: {}. ", fmt::join(applicators, "; "));
  if (resolved.is_object()) {
    const auto end = resolved_value(resolved, "time.end");
    if (!end.empty()) text += fmt::format("Simulated time: {}. ", end);
  }
  std::size_t count = 0, chosen = 0;
  for (const auto& s : sources)
    for (const auto& v : s.values) {
      ++count;
      chosen += v.tag == "default" || v.tag == "general knowledge";
    }
  if (count > 0)
    text += fmt::format(
        "Of {} sourced values in its model files {} are engineering defaults or general knowledge, not measurements of "
        "this "
        "subject; the list below gives the source of each. ",
        count, chosen);
  for (std::string note : info.notes) {
    if (!note.empty()) note[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(note[0])));
    text += note + ". ";
  }
  text.pop_back();
  return text;
}

std::string software(const RunInfo& info) {
  return fmt::format(
      "@software{{knead,\n  author = {{{{The Knead authors}}}},\n  title = {{Knead: physics-based simulation of "
      "massage}},\n"
      "  version = {{{}}},\n  note = {{commit {}}}\n}}\n\n",
      info.version, info.git_hash);
}

int run_cite(const Given& given) {
  std::filesystem::path path = given.value("RESULT");
  if (std::filesystem::is_directory(path)) path /= "run.vtkhdf";
  const ResultFile file(path);
  const auto sources =
      file.info().sources.empty() ? std::vector<ModelSource>{} : read_sources_json(file.info().sources);
  const auto folders = standard_model_folders(std::filesystem::current_path());
  const auto keys = cited(sources);
  if (given.flag("--bibtex")) {
    print_result(software(file.info()) + bibtex(folders, keys));
    return 0;
  }
  std::string out = methods(file, sources) + "\n\n";
  for (const auto& s : sources) {
    out += fmt::format("{}/{}{}\n", s.kind, s.name, s.title.empty() ? "" : ": " + s.title);
    for (const auto& v : s.values)
      out += fmt::format("  {}{} [{}] {}{}\n", v.key, v.value.empty() ? "" : " = " + v.value, v.tag, v.source,
                         v.citation.empty() ? "" : fmt::format(" \\cite{{{}}}", fmt::join(v.citation, ",")));
    out += "\n";
  }
  print_result(out + software(file.info()) + bibtex(folders, keys));
  return 0;
}

}  // namespace

Command cite_command() {
  return {"cite",
          "a methods paragraph, the source of every number, and BibTeX of what a run used",
          {{.name = "RESULT", .about = "run.vtkhdf, or the folder that holds it", .required = true},
           {.name = "--bibtex", .kind = Argument::Kind::flag, .about = "the BibTeX alone"}},
          &run_cite};
}

}  // namespace knead
