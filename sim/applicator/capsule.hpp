#pragma once
#include <algorithm>
#include <string>

#include "applicator/shape.hpp"

namespace knead {

// Cylinder with hemispherical ends: forearm, finger, stick.
struct Capsule {
  static constexpr const char* name = "capsule";
  static constexpr const char* about = "a rod with hemispherical ends; by default it lies across the travel";
  double radius = 0.01;   // m
  double length = 0.04;   // straight part: between the centres of the two ends, m
  Vec3d axis{{0, 1, 0}};  // unit

  template <class Self, class Visitor>
  static void parameters(Self& self, Visitor&& visit) {
    visit("radius", self.radius, "m", "radius");
    visit("length", self.length, "m", "length of the straight part, without the round ends");
    visit("axis", self.axis, "", "direction of the rod in the own axes");
  }
  std::string problem() const {
    if (!(radius > 0)) return "radius must be positive";
    if (!(length >= 0)) return "length must not be negative";
    return "";
  }

  Distance evaluate(const Vec3d& x) const {
    return revolve(axis, x, [this](double rho, double z) -> ProfileDistance {
      const double beyond = z - std::clamp(z, -0.5 * length, 0.5 * length);
      const double l = std::hypot(rho, beyond);
      if (l < 1e-14) return {-radius, 1, 0, 0};
      return {l - radius, rho / l, beyond / l, beyond != 0 ? 1 / l : 0};
    });
  }
  double extent(const Vec3d& direction) const { return 0.5 * length * std::abs(dot(axis, direction)) + radius; }
};

}  // namespace knead
