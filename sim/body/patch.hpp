#pragma once
// Structured patches of hexahedra, joined where their nodes coincide: how specimens are made.
#include <array>
#include <functional>
#include <string>
#include <vector>

#include "body/mesh.hpp"

namespace knead {

struct Patch {
  std::array<int, 3> elements{1, 1, 1};
  // Position, m, at (i, j, k) in units of half an element: 0 … 2 elements. Right-handed.
  std::function<Vec3d(int, int, int)> point;
  std::vector<int> tissue_of_layer;       // per element layer along ζ, from the inside
  std::array<std::string, 6> face_names;  // per Side; empty means an inner face
};

// One mesh of all patches; nodes closer than 1e-9 of `size` (m) become one. Numbered along the ζ lines.
Mesh join_patches(const std::vector<Patch>& patches, double size);

}  // namespace knead
