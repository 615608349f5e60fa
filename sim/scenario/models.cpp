#include "scenario/models.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include <fmt/format.h>

#include "base/units.hpp"
#include "scenario/tree.hpp"

namespace knead {
namespace fs = std::filesystem;
namespace {

void add_folder(std::vector<std::string>& folders, const fs::path& folder) {
  std::error_code problem;
  if (folder.empty() || !fs::is_directory(folder, problem)) return;
  const auto name = fs::weakly_canonical(folder, problem).string();
  if (std::find(folders.begin(), folders.end(), name) == folders.end()) folders.push_back(name);
}

// <prefix>/share/knead/models for a program in <prefix>/bin.
fs::path installed_folder() {
  std::error_code problem;
  const auto program = fs::read_symlink("/proc/self/exe", problem);
  return problem ? fs::path{} : program.parent_path().parent_path() / "share" / "knead" / "models";
}

// models/ of the tree that this was built from. __FILE__ would not do: compiler caches make it relative.
fs::path source_folder() { return fs::path(KNEAD_SOURCE_FOLDER) / "models"; }

std::string one_line_summary(const Node& root) {
  for (const char* key : {"title", "description"})
    if (const Node* node = root.find(key); node && node->is_text()) return node->text.substr(0, node->text.find('\n'));
  return "";
}

}  // namespace

std::vector<std::string> standard_model_folders(const fs::path& scenario_folder) {
  std::vector<std::string> folders;
  const fs::path beside = scenario_folder.empty() ? fs::path(".") : scenario_folder;
  add_folder(folders, beside / "models");
  add_folder(folders, beside);
  if (const char* list = std::getenv("KNEAD_MODELS")) {
    std::string_view rest(list);
    while (!rest.empty()) {
      const auto end = std::min(rest.find(':'), rest.size());
      add_folder(folders, fs::path(rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  add_folder(folders, installed_folder());
  add_folder(folders, source_folder());
  return folders;
}

std::vector<ModelEntry> list_models(const std::vector<std::string>& folders, const std::string& kind) {
  std::vector<ModelEntry> list;
  for (const auto& folder : folders) {
    std::error_code problem;
    for (const auto& file : fs::directory_iterator(fs::path(folder) / kind, problem)) {
      if (file.path().extension() != ".toml") continue;
      const auto name = file.path().stem().string();
      const bool shadowed = std::any_of(list.begin(), list.end(), [&](const ModelEntry& e) { return e.name == name; });
      if (shadowed) continue;
      ModelEntry entry{name, file.path(), ""};
      try {
        entry.summary = one_line_summary(parse_toml_file(file.path().string()));
      } catch (const Error& error) {
        entry.summary = std::string("cannot be read: ") + error.what();
      }
      list.push_back(std::move(entry));
    }
  }
  std::sort(list.begin(), list.end(), [](const ModelEntry& a, const ModelEntry& b) { return a.name < b.name; });
  return list;
}

}  // namespace knead
