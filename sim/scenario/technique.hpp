#pragma once
#include <string>
#include <vector>

#include "scenario/tree.hpp"

namespace knead {

// Gives every [[stroke]] of a scenario the values of its technique that it does not set itself, and the friction of its
// lubrication. Each such value remembers its file and what the file says about its origin.
void apply_techniques(Node& scenario, const std::vector<std::string>& model_folders, std::vector<std::string>& files,
                      Diagnostics& diagnostics);

}  // namespace knead
