#include "solve/near_null_space.hpp"

#include <algorithm>

namespace knead {

Vector<double> rigid_body_modes(std::span<const Vec3d> points) {
  Vec3d centre{{0, 0, 0}};
  for (const Vec3d& x : points) centre += x;
  centre = centre / std::max(1.0, static_cast<double>(points.size()));
  double radius = 0;
  for (const Vec3d& x : points) radius = std::max(radius, norm(x - centre));
  if (radius == 0) radius = 1;

  Vector<double> modes(points.size() * 18, 0.0);
  for (std::size_t n = 0; n < points.size(); ++n) {
    const Vec3d x = (points[n] - centre) / radius;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      modes[(3 * n + axis) * 6 + axis] = 1;
      Vec3d unit{{0, 0, 0}};
      unit[static_cast<int>(axis)] = 1;
      const Vec3d rotation = cross(unit, x);
      for (std::size_t c = 0; c < 3; ++c) modes[(3 * n + c) * 6 + 3 + axis] = rotation[static_cast<int>(c)];
    }
  }
  return modes;
}

}  // namespace knead
