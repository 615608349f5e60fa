#pragma once
// Specimens: bodies of simple shape for benchmarks and scenarios. All nodes lie on the exact geometry.
//
// Layers are listed from the outside (the top, the outer radius) inwards; ζ always points outwards. Face sets:
//   block     left, right (x), front, back (y: front is −y), bottom, top (z), sides (all four vertical ones)
//   cylinder  outer, inner (hollow only), bottom, top (z), symmetry-x (plane x = 0), symmetry-y (plane y = 0)
//   sphere    outer, inner, symmetry-x, symmetry-y, symmetry-z
#include <array>
#include <cstdint>
#include <vector>

#include "body/mesh.hpp"

namespace knead {

struct SpecimenLayer {
  int tissue = 0;        // index into Body::tissues
  double thickness = 0;  // m; the innermost layer of a solid cylinder or sphere ends at the core
  int elements = 1;      // through the thickness
};

struct BlockSettings {
  Vec3d size{0.1, 0.1, 0.1};                     // m, from the origin
  std::array<int, 3> elements{4, 4, 4};          // per axis
  std::array<std::vector<double>, 3> positions;  // m, ascending element planes per axis; replaces size and elements
  std::vector<SpecimenLayer> layers;             // replaces size and elements along z; empty means one tissue
  int tissue = 0;                                // when there are no layers
  // Random shift of inner element corners as a share of the shortest element edge; elements become trilinear. Corners
  // on a layer interface stay in its plane.
  double distortion = 0;
  std::uint64_t seed = 1;
};

struct CylinderSettings {
  // quarter: x, y ≥ 0; half: y ≥ 0.
  enum class Sector { full, half, quarter };
  double radius = 0.05;     // m
  double inner_radius = 0;  // m, 0 means solid
  double length = 0.1;      // m, from z = 0 to z = length, also the axis
  int elements_radial = 4;  // hollow: through the wall; solid: from the core outwards
  int elements_around = 4;  // per quarter; even when solid
  int elements_along = 4;
  Sector sector = Sector::full;
  std::vector<SpecimenLayer> layers;  // thicknesses radially; replaces elements_radial
  int tissue = 0;                     // when there are no layers, and of the core
};

struct SphereSettings {
  enum class Sector { full, octant };  // octant: x, y, z ≥ 0
  double radius = 0.05;                // m, around the origin
  double inner_radius = 0;             // m, 0 means solid
  int elements_radial = 4;
  int elements_around = 2;  // per patch edge: an octant has three patches with this many squared
  Sector sector = Sector::octant;
  std::vector<SpecimenLayer> layers;
  int tissue = 0;
};

// They throw Error when a number makes no sense.
Mesh make_block(const BlockSettings& settings);
Mesh make_cylinder(const CylinderSettings& settings);
Mesh make_sphere(const SphereSettings& settings);

}  // namespace knead
