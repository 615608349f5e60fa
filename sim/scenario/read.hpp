#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "scenario/scenario.hpp"

namespace knead {

struct ReadOptions {
  std::vector<std::string> overrides{};      // "subject.bmi=31", `stroke."up".force=30 N`
  std::vector<std::string> model_folders{};  // empty: standard_model_folders() of the scenario's folder
  std::string only_stroke{};                 // by its name: the others are left out, and it begins at once
};

// Reads, merges (`extends`, techniques, overrides), checks and resolves a scenario.
// Throws Error with every mistake found, each with its place (invalid_input), or file_error when a file cannot be read.
Scenario read_scenario(const std::filesystem::path& path, const ReadOptions& options = {});
// The same for text that is not in a file; `name` stands for the file in messages and gives the folder.
Scenario read_scenario_text(const std::string& text, const std::string& name, const ReadOptions& options = {});

}  // namespace knead
