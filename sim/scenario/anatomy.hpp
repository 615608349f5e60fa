#pragma once
// An anatomical body as a scenario asks for it.
#include "body/chart_body.hpp"
#include "body/position.hpp"
#include "scenario/scenario.hpp"

namespace knead {

// Side that "lateral" refers to.
Laterality side_of(const Scenario& scenario);

// The file of the body: by name in models/bodies, or a .toml file as seen from the scenario's folder.
std::string body_file(const Scenario& scenario);
bool body_file_exists(const Scenario& scenario);
// Of the file, which exists: was it meshed by another program? A file that cannot be read was not.
bool has_own_mesh(const Scenario& scenario);

// Body, subject with its changed values, tissues and tone; refinement left out, because its place needs the outline.
// Throws Error with the place of what does not exist or fit.
BodyRequest body_request(const Scenario& scenario);

}  // namespace knead
