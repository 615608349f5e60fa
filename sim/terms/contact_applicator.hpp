#pragma once
#include <string>

#include "applicator/applicator.hpp"

namespace knead {

// Reads models/applicators/<name>.toml: [shape] with kind and its parameters, or [[part]] (shape, position, rotation)
// and blend for a union; [pad] with modulus and thickness, or with stiffness and hard = true; [cup] with the volume
// above its rim. Friction is not in the file: it belongs to what is on the skin. Throws Error with the place.
Applicator read_applicator(const std::string& path);

}  // namespace knead
