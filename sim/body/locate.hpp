#pragma once
// Which material point of the undeformed body lies at a place.
#include <vector>

#include "body/mesh.hpp"

namespace knead {

struct MaterialPoint {
  int cell = -1;
  Vec3d local{{0, 0, 0}};  // (ξ, η, ζ), each in [-1, 1]
  double distance = 0;     // m, from the place asked for at rest: rounding when that lies in the mesh
};

// The point of the mesh nearest to x (m, rest position): the map of a 27-node element is inverted by Gauss–Newton steps
// that stay in the element. On a face that elements share it belongs to the first of them.
MaterialPoint locate_point(const Mesh& mesh, const Vec3d& x);

// The same on faces of the mesh.
MaterialPoint locate_on_faces(const Mesh& mesh, const std::vector<Face>& faces, const Vec3d& x);

}  // namespace knead
