#pragma once
// The sections of a scenario, from the checked tree to structs. `at` stands on the whole scenario.
#include "scenario/cursor.hpp"
#include "scenario/scenario.hpp"

namespace knead {

BodySpec fill_body(const Cursor& at);
SubjectSpec fill_subject(const Cursor& at);
TissueSpec fill_tissue(const Cursor& at);
std::vector<ModifierSpec> fill_modifiers(const Cursor& at);
std::vector<StrokeSpec> fill_strokes(const Cursor& at);
std::vector<ApplicatorSpec> fill_applicators(const Cursor& at);
std::vector<BoundarySpec> fill_boundaries(const Cursor& at);
TimeSpec fill_time(const Cursor& at);
OutputSpec fill_output(const Cursor& at);
std::vector<ExpectSpec> fill_expect(const Cursor& at);

// Shared by strokes and applicators. Friction is frictionless when nothing is given.
FrictionSpec fill_friction(const Cursor& at);
std::optional<ShapeSpec> fill_shape(const Cursor& at);

// What concerns several sections, and names that must exist.
void check_scenario(const Scenario& scenario, Diagnostics& diagnostics);

}  // namespace knead
