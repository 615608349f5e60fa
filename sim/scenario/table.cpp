#include "scenario/table.hpp"

#include <algorithm>
#include <cmath>

namespace knead {
namespace {

constexpr double pi = 3.14159265358979323846;

// Index of the knot at or before `time`, which lies inside the table.
std::size_t segment(const std::vector<double>& t, double time) {
  return static_cast<std::size_t>(std::upper_bound(t.begin(), t.end(), time) - t.begin()) - 1;
}

}  // namespace

double Table::eval(double time) const {
  if (t.empty()) return 0;
  if (time <= t.front()) return value.front();
  if (time >= t.back()) return value.back();
  const std::size_t i = segment(t, time);
  const double s = (time - t[i]) / (t[i + 1] - t[i]);
  return value[i] + (value[i + 1] - value[i]) * (cosine ? 0.5 * (1 - std::cos(pi * s)) : s);
}

double Table::rate(double time) const {
  if (t.size() < 2 || time < t.front() || time >= t.back()) return 0;
  const std::size_t i = segment(t, time);
  const double span = t[i + 1] - t[i], s = (time - t[i]) / span;
  return (value[i + 1] - value[i]) / span * (cosine ? 0.5 * pi * std::sin(pi * s) : 1.0);
}

double Table::largest() const {
  double most = 0;
  for (const double x : value) most = std::max(most, std::abs(x));
  return most;
}

}  // namespace knead
