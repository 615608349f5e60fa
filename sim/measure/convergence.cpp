#include "measure/convergence.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace knead {

namespace {

constexpr double least_order = 0.5, most_order = 2;
constexpr double safety = 1.25;      // of an extrapolated error
constexpr double without_order = 3;  // times the range, where nothing can be extrapolated
constexpr double rounding = 1e-9;    // relative; below it values count as equal

// ε₃₂/ε₂₁ for an error that falls with the power p of the size; grows with p.
double ratio_for_order(double p, double r21, double r32) {
  return std::pow(r21, p) * std::expm1(p * std::log(r32)) / std::expm1(p * std::log(r21));
}

}  // namespace

std::string to_string(Trend trend) {
  switch (trend) {
    case Trend::settled:
      return "settled";
    case Trend::monotone:
      return "monotone";
    case Trend::oscillating:
      return "oscillating";
    case Trend::diverging:
      return "diverging";
  }
  return "";
}

ConvergenceEstimate estimate_convergence(const std::array<double, 3>& size, const std::array<double, 3>& value) {
  assert(0 < size[0] && size[0] < size[1] && size[1] < size[2]);
  ConvergenceEstimate result;
  result.order = std::numeric_limits<double>::quiet_NaN();
  result.limit = value[0];
  const auto [low, high] = std::minmax_element(value.begin(), value.end());
  const double range = *high - *low, largest = std::max(std::abs(*low), std::abs(*high));
  if (!(range > rounding * largest)) return result;
  const double e21 = value[1] - value[0], e32 = value[2] - value[1];
  const double r21 = size[1] / size[0], r32 = size[2] / size[1];
  result.error.fill(without_order * range);
  if (e21 * e32 < 0) {
    result.trend = Trend::oscillating;
    return result;
  }
  // The ratio of a vanishing order; below it finer meshes do not help.
  const double wanted = e21 != 0 ? e32 / e21 : std::numeric_limits<double>::infinity();
  if (!(wanted > std::log(r32) / std::log(r21))) {
    result.trend = Trend::diverging;
    return result;
  }
  result.trend = Trend::monotone;
  double from = 1e-6, to = 20;
  for (int i = 0; i < 100; ++i) {
    const double middle = 0.5 * (from + to);
    (ratio_for_order(middle, r21, r32) < wanted ? from : to) = middle;
  }
  result.order = 0.5 * (from + to);
  const double order = std::clamp(result.order, least_order, most_order);
  result.limit = value[0] - e21 / (std::pow(r21, order) - 1);
  for (std::size_t i = 0; i < 3; ++i) result.error[i] = safety * std::abs(value[i] - result.limit);
  return result;
}

}  // namespace knead
