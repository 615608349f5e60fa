#pragma once
#include <string>

#include "applicator/shape.hpp"

namespace knead {

// Solid cylinder with rounded rims: flat punches (axis z), foam rollers (axis y).
struct Cylinder {
  static constexpr const char* name = "cylinder";
  static constexpr const char* about = "a solid cylinder with rounded rims; by default it stands on its end";
  double radius = 0.01;     // m
  double length = 0.02;     // from end to end, m
  double rounding = 0.001;  // radius of the rounded rims, m
  Vec3d axis{{0, 0, 1}};    // unit

  template <class Self, class Visitor>
  static void parameters(Self& self, Visitor&& visit) {
    visit("radius", self.radius, "m", "radius");
    visit("length", self.length, "m", "length from end to end");
    visit("rounding", self.rounding, "m", "radius of the rounded rims");
    visit("axis", self.axis, "", "direction of the cylinder's axis in the own axes");
  }
  std::string problem() const {
    if (!(radius > 0 && length > 0)) return "radius and length must be positive";
    if (!(rounding >= 0 && rounding <= radius && rounding <= 0.5 * length))
      return "rounding must be between zero and the smaller of radius and half the length";
    return "";
  }

  Distance evaluate(const Vec3d& x) const {
    return revolve(axis, x, [this](double rho, double z) -> ProfileDistance {
      const double q = rho - (radius - rounding), h = std::abs(z) - (0.5 * length - rounding);
      const double side = z < 0 ? -1 : 1;
      if (q > 0 && h > 0) {
        const double l = std::hypot(q, h);
        return {l - rounding, q / l, side * h / l, 1 / l};
      }
      if (q > h) return {q - rounding, 1, 0, 0};
      return {h - rounding, 0, side, 0};
    });
  }
  double extent(const Vec3d& direction) const {
    const double along = dot(axis, direction);
    return (0.5 * length - rounding) * std::abs(along) + (radius - rounding) * norm(direction - along * axis) +
           rounding;
  }
};

}  // namespace knead
