#pragma once
// Model files: tissues, bodies, subjects, applicators and techniques as TOML.
#include <filesystem>
#include <string>
#include <vector>

#include "body/model_folder.hpp"

namespace knead {

// Where models are looked up, in order: beside the scenario (and in models/ there), the folders of $KNEAD_MODELS
// (separated by ':'), the installed share folder, the source tree.
std::vector<std::string> standard_model_folders(const std::filesystem::path& scenario_folder);

struct ModelEntry {
  std::string name;
  std::filesystem::path path;
  std::string summary;  // its `title` or `description`, one line
};
std::vector<ModelEntry> list_models(const std::vector<std::string>& folders, const std::string& kind);

}  // namespace knead
