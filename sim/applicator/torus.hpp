#pragma once
#include <string>

#include "applicator/shape.hpp"

namespace knead {

// Ring: the rim of a cup.
struct Torus {
  static constexpr const char* name = "torus";
  static constexpr const char* about = "a ring; by default it lies flat on the body";
  double radius = 0.02;        // from the centre to the middle of the tube, m
  double tube_radius = 0.002;  // m
  Vec3d axis{{0, 0, 1}};       // unit

  template <class Self, class Visitor>
  static void parameters(Self& self, Visitor&& visit) {
    visit("radius", self.radius, "m", "distance from the centre to the middle of the tube");
    visit("tube_radius", self.tube_radius, "m", "radius of the tube");
    visit("axis", self.axis, "", "direction of the ring's axis in the own axes");
  }
  std::string problem() const {
    return tube_radius > 0 && radius > tube_radius ? "" : "tube_radius must be positive and smaller than radius";
  }

  Distance evaluate(const Vec3d& x) const {
    return revolve(axis, x, [this](double rho, double z) -> ProfileDistance {
      const double q = rho - radius, l = std::hypot(q, z);
      if (l < 1e-14) return {-tube_radius, 0, 1, 0};
      return {l - tube_radius, q / l, z / l, 1 / l};
    });
  }
  double extent(const Vec3d& direction) const {
    return radius * norm(direction - dot(axis, direction) * axis) + tube_radius;
  }
};

}  // namespace knead
