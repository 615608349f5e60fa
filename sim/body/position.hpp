#pragma once
// Anatomical places: "L5 + 40 mm lateral", "PSIS + 2 cm cranial + 35 mm deep".
#include <string>
#include <vector>

#include "base/error.hpp"
#include "body/body.hpp"

namespace knead {

enum class Laterality { left, right };

struct SurfacePosition {
  double across = 0, along = 0;  // chart coordinates, m
  double depth = 0;              // m below the skin, along its inward normal
};

// A landmark, then any number of "+ length direction" or "- length direction" with the directions lateral, medial,
// cranial, caudal and deep, or what the body calls cranial and caudal (Body::directions). Landmarks given for the right
// side are mirrored for the left; from the midline, lateral points to `side`. Throws Error (with `where`) that lists
// what there is, and when the place is not on the body.
SurfacePosition resolve_position(const Body& body, const std::string& words, Laterality side,
                                 const Location& where = {});

// The landmarks on the skin of the body; others only serve to count from.
std::vector<Landmark> landmarks_on(const Body& body);

// The point itself, m, in body axes.
Vec3d point_at(const SurfaceChart& chart, const SurfacePosition& position);

}  // namespace knead
