#include "body/model_folder.hpp"

#include <filesystem>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "base/units.hpp"

namespace knead {
namespace fs = std::filesystem;
namespace {

// A model's name is a file name, never a way out of the folder.
bool is_plain_name(const std::string& name) {
  constexpr std::size_t longest_name = 100;
  return !name.empty() && name.size() <= longest_name && name.find_first_of("/\\") == std::string::npos &&
         name.find('\0') == std::string::npos && name.front() != '.';
}

fs::path look_up(const std::vector<std::string>& folders, const std::string& kind, const std::string& name) {
  if (!is_plain_name(name)) return {};
  for (const auto& folder : folders) {
    auto path = fs::path(folder) / kind / (name + ".toml");
    std::error_code problem;
    if (fs::is_regular_file(path, problem)) return path;
  }
  return {};
}

// Names of files end in .toml; empty for other names.
fs::path body_file(const std::string& name, const std::string& beside) {
  constexpr std::size_t longest_path = 4096;
  if (!name.ends_with(".toml") || name.size() > longest_path || name.find('\0') != std::string::npos) return {};
  return fs::path(beside) / name;
}

}  // namespace

bool model_exists(const std::vector<std::string>& folders, const std::string& kind, const std::string& name) {
  return !look_up(folders, kind, name).empty();
}

std::string find_model(const std::vector<std::string>& folders, const std::string& kind, const std::string& name,
                       const Location& where) {
  const fs::path path = look_up(folders, kind, name);
  if (!path.empty()) return path.string();
  std::set<std::string> known;
  for (const auto& folder : folders) {
    std::error_code problem;
    for (const auto& file : fs::directory_iterator(fs::path(folder) / kind, problem)) {
      if (file.path().extension() == ".toml") known.insert(file.path().stem().string());
    }
  }
  const auto hint = did_you_mean(name, {known.begin(), known.end()});
  throw Error(ExitCode::invalid_input, where,
              fmt::format("there is no {} in models/{}{}", in_quotes(name), kind,
                          !hint.empty()   ? hint
                          : known.empty() ? "; set KNEAD_MODELS to the folder with the models"
                                          : fmt::format("; there are {}", fmt::join(known, ", "))));
}

bool body_exists(const std::vector<std::string>& folders, const std::string& name, const std::string& beside) {
  std::error_code problem;
  const fs::path file = body_file(name, beside);
  return file.empty() ? model_exists(folders, "bodies", name) : fs::is_regular_file(file, problem);
}

std::string find_body(const std::vector<std::string>& folders, const std::string& name, const std::string& beside,
                      const Location& where) {
  const fs::path file = body_file(name, beside);
  if (file.empty()) return find_model(folders, "bodies", name, where);
  if (!body_exists(folders, name, beside))
    throw Error(ExitCode::invalid_input, where, fmt::format("there is no file {}", in_quotes(file.string())));
  return file.string();
}

}  // namespace knead
