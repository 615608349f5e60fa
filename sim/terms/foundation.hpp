#pragma once
#include <cmath>

namespace knead {

// Pressure of an elastic foundation at a depth d, and what belongs to it. p = k d for one that never ends; a foam of
// thickness D bottoms out: p = k d/(1 − d/D), along its tangent beyond nine tenths of D. Pulled (d < 0) both are k d.
struct Foundation {
  double stiffness;  // k, Pa/m at rest
  double thickness;  // D, m; ∞ for a linear one

  struct Response {
    double energy, pressure, slope;  // J/m², Pa, Pa/m
  };
  Response at(double depth) const {
    if (depth <= 0 || !std::isfinite(thickness)) return {0.5 * stiffness * depth * depth, stiffness * depth, stiffness};
    constexpr double most = 0.9;
    const double s = std::fmin(depth / thickness, most), beyond = depth - s * thickness, left = 1 - s;
    const double pressure = stiffness * thickness * s / left, slope = stiffness / (left * left);
    return {stiffness * thickness * thickness * (-std::log1p(-s) - s) + (pressure + 0.5 * slope * beyond) * beyond,
            pressure + slope * beyond, slope};
  }
};

}  // namespace knead
