#pragma once
// Blending between two values and between many.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace knead {

// Cubic from 0 to 1 with zero slopes at both ends; clamped beyond them.
inline double smoothstep(double t) {
  t = std::clamp(t, 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

// Through points with ascending x (two at least), straight in between and beyond the ends.
inline double interpolate_straight(const std::vector<double>& x, const std::vector<double>& y, double at) {
  std::size_t i = 0;
  while (i + 2 < x.size() && at > x[i + 1]) ++i;
  return y[i] + (y[i + 1] - y[i]) * (at - x[i]) / (x[i + 1] - x[i]);
}

// Angle from one direction to another, 0 … 2π, rad.
inline double turned(double from, double to) {
  constexpr double whole = 2 * std::numbers::pi;
  return to - from - whole * std::floor((to - from) / whole);
}

}  // namespace knead
