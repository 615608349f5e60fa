#pragma once
// What can be known of a scenario before its body is built.
#include <string>
#include <vector>

#include "base/error.hpp"
#include "scenario/scenario.hpp"

namespace knead {

// Parts of check_scenario (fill.hpp). Landmarks need the outline of an anatomical body, but no mesh.
void check_places(const Scenario& scenario, Diagnostics& diagnostics);
void check_expectations(const Scenario& scenario, Diagnostics& diagnostics);

// Where a value was given, or its table when it has its default.
Location place_of(const Scenario& scenario, const std::string& key, const Location& table);

// Face sets of a specimen (body/specimens.hpp), alphabetical.
std::vector<std::string> specimen_faces(const BodySpec& body);

// Fields that a run computes; field_list() has also those that are reserved. The usual ones are those without the
// tensors and their principal values, which are recorded only by name.
const std::vector<std::string>& computed_fields();
const std::vector<std::string>& usual_fields();

// "ball", or "applicator 2" when it has no name.
std::string applicator_name(const Scenario& scenario, std::size_t index);

}  // namespace knead
