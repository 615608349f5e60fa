#pragma once
#include <string>

#include "applicator/shape.hpp"

namespace knead {

// Ball about the origin: ball tools, knuckles, the point of the elbow.
struct Sphere {
  static constexpr const char* name = "sphere";
  static constexpr const char* about = "a ball about the origin";
  double radius = 0.01;  // m

  template <class Self, class Visitor>
  static void parameters(Self& self, Visitor&& visit) {
    visit("radius", self.radius, "m", "radius");
  }
  std::string problem() const { return radius > 0 ? "" : "radius must be positive"; }

  Distance evaluate(const Vec3d& x) const {
    const double rho = norm(x);
    if (rho < 1e-14) return {-radius, {{0, 0, 1}}, Mat3d::zero()};
    const Vec3d n = x / rho;
    return {rho - radius, n, (1 / rho) * (Mat3d::identity() - outer(n, n))};
  }
  // Largest x·direction over the solid, for a unit direction.
  double extent(const Vec3d&) const { return radius; }
};

}  // namespace knead
