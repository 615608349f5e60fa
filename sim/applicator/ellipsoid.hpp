#pragma once
#include <string>

#include "applicator/shape.hpp"

namespace knead {

// Ellipsoid along the own axes: palm, thumb. The radii of curvature of the underside are a²/c and b²/c.
struct Ellipsoid {
  static constexpr const char* name = "ellipsoid";
  static constexpr const char* about = "an ellipsoid about the origin, along the own axes";
  Vec3d semi_axes{{0.01, 0.01, 0.01}};  // a, b, c along x (travel), y (across), z (away from the body), m

  template <class Self, class Visitor>
  static void parameters(Self& self, Visitor&& visit) {
    visit("semi_axes", self.semi_axes, "m", "half of the length, the width and the height");
  }
  std::string problem() const {
    return semi_axes[0] > 0 && semi_axes[1] > 0 && semi_axes[2] > 0 ? "" : "all three semi_axes must be positive";
  }

  // True distance (to the closest point), by a scalar equation for the closest point.
  Distance evaluate(const Vec3d& x) const;
  double extent(const Vec3d& direction) const {
    return norm(Vec3d{{semi_axes[0] * direction[0], semi_axes[1] * direction[1], semi_axes[2] * direction[2]}});
  }
};

}  // namespace knead
