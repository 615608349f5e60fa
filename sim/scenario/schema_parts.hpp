#pragma once
// For the files that list the keys of scenarios.
#include <vector>

#include "scenario/schema.hpp"

namespace knead {

constexpr unsigned form(Form f) { return static_cast<unsigned>(f); }

inline void append(std::vector<KeySpec>& list, std::vector<KeySpec> more) {
  for (auto& spec : more) list.push_back(std::move(spec));
}

std::vector<KeySpec> tissue_keys();
std::vector<KeySpec> modifier_keys();

}  // namespace knead
