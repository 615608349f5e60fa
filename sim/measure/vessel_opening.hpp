#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>

namespace knead {

inline constexpr double vessel_compliance = 1e3;  // Pa, K of runs without fluids (Lavigne et al. 2023)

// Share of the section of small vessels that tissue pressure leaves open: min(1, v(-(p - p_rest))) with the arctangent
// tube law v(x) = 1 + (2/π) atan(x / K) of the blood volume in Lavigne et al. 2023. A model proxy for
// runs without fluids: 1 at rest, 1/2 where the pressure has risen by K, towards 0 beyond.
// pressure, rest_pressure, compliance_pressure (K): Pa.
inline double vessel_opening(double pressure, double rest_pressure, double compliance_pressure) {
  const double x = -(pressure - rest_pressure);
  return std::min(1.0, 1.0 + 2.0 / std::numbers::pi * std::atan(x / compliance_pressure));
}

}  // namespace knead
