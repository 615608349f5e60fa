#pragma once
// Lengths in body files as sums of quantities and names: "skin + fat + 12 mm", "level - 4 mm", "0.5 muscle".
#include <functional>
#include <optional>
#include <string>

#include "body/model_file.hpp"

namespace knead {

// Looks a name up: a length in m, or nothing when there is no such name.
using LengthNames = std::function<std::optional<double>(const std::string&)>;

// The sum, m. Quantities are multiplied by `scale`, names are taken as they are. Throws Error, listing the `known`
// names, when a term is neither.
double evaluate_length(const ModelValue& value, double scale, const LengthNames& names, const std::string& known);

}  // namespace knead
