#pragma once
#include <span>

#include "math/tensor.hpp"
#include "math/vector.hpp"

namespace knead {

// Three translations and three rotations at the given points, 6 numbers for each of the 3 n unknowns, row by row.
// Rotations are about the centroid, divided by the radius of the cloud, so that all six have similar size.
Vector<double> rigid_body_modes(std::span<const Vec3d> points);

}  // namespace knead
