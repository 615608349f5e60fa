#pragma once
// Parts of build(), one concern each.
#include <memory>
#include <vector>

#include "applicator/shapes.hpp"
#include "body/body.hpp"
#include "body/position.hpp"
#include "body/tissue_file.hpp"
#include "io/run_info.hpp"
#include "scenario/build.hpp"
#include "scenario/scenario.hpp"
#include "step/system.hpp"

namespace knead {

// How the sheets of models/tissues are to be read.
SheetRequest sheet_request(const Scenario& scenario);
Tissue make_tissue(const TissueDefinition& definition);
// coarsening: elements this much larger than the scenario says.
Body build_specimen(const Scenario& scenario, double coarsening);
Body build_anatomy(const Scenario& scenario, const BuildOptions& options);

// Adds what one [[boundary]] asks for; knots of its tables are appended to `knots` (s).
void add_boundary(const Body& body, const BoundarySpec& spec, std::vector<std::unique_ptr<SurfaceTerm>>& terms,
                  std::vector<PrescribedComponent>& prescribed, std::vector<double>& knots);

// One end of a body drawn out along it, while strokes hold their places.
struct EndStretch {
  Name end;                             // "distal", "cranial", …
  double distance = 0;                  // m
  std::function<double(double)> share;  // of it over time in s
};
// The soft tissue of the ends slides past the bones: within slide_length of one it moves less, down to nothing on it.
inline constexpr double slide_length = 15e-3;  // m
void add_stretches(const Body& body, const std::vector<EndStretch>& stretches,
                   std::vector<PrescribedComponent>& prescribed);

// The faces of that name; an Error at its place, which names the known ones, when the body has none.
const std::vector<Face>& named_faces(const Body& body, const Name& name);

// Adds what every [[modifier]] asks for.
void add_modifiers(const Scenario& scenario, Body& body);

// Chart coordinates and depth below the skin, m.
SurfacePosition place_on_surface(const Body& body, const Scenario& scenario, const Position& position);
// A point in body axes, m.
Vec3d point_in_body(const Body& body, const Scenario& scenario, const Position& position);

// Kind and parameters, for the result file.
void describe_shape(const Shape& shape, ApplicatorInfo& info);

}  // namespace knead
