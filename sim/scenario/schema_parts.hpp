#pragma once
// For the files that list the keys of scenarios.
#include <string>
#include <vector>

#include "scenario/schema.hpp"

namespace knead {

constexpr unsigned form(Form f) { return static_cast<unsigned>(f); }

inline void append(std::vector<KeySpec>& list, std::vector<KeySpec> more) {
  for (auto& spec : more) list.push_back(std::move(spec));
}

// Keys of a value over time, and of a vector in body axes or directions of the place that may depend on time.
std::vector<KeySpec> history_keys(const std::string& key, const Dimension& dimension, const std::string& about);
std::vector<KeySpec> direction_keys(const std::string& key, const Dimension& dimension, const std::string& about);

std::vector<KeySpec> stroke_keys();
std::vector<KeySpec> applicator_keys();
std::vector<KeySpec> tissue_keys();
std::vector<KeySpec> modifier_keys();

}  // namespace knead
