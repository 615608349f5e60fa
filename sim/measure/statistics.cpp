#include "measure/statistics.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>

namespace knead {

double weighted_mean(std::span<const double> values, std::span<const double> weights) {
  assert(values.size() == weights.size());
  double sum = 0, weight = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += weights[i] * values[i];
    weight += weights[i];
  }
  return weight > 0 ? sum / weight : 0;
}

std::vector<double> weighted_percentiles(std::span<const double> values, std::span<const double> weights,
                                         std::span<const double> fractions) {
  assert(values.size() == weights.size());
  assert(std::is_sorted(fractions.begin(), fractions.end()));
  std::vector<std::size_t> order;
  double total = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(weights[i] > 0)) continue;
    order.push_back(i);
    total += weights[i];
  }
  std::vector<double> result(fractions.size(), 0.0);
  if (order.empty()) return result;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  // A sum of many weights may miss its exact value by rounding; a fraction that is met to 1e-12 is met.
  const double slack = 1e-12 * total;
  double below = 0;
  std::size_t next = 0;
  for (std::size_t f = 0; f < fractions.size(); ++f) {
    while (next + 1 < order.size() && below + weights[order[next]] < fractions[f] * total - slack)
      below += weights[order[next++]];
    result[f] = values[order[next]];
  }
  return result;
}

double weight_above(std::span<const double> values, std::span<const double> weights, double threshold) {
  assert(values.size() == weights.size());
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] > threshold) sum += weights[i];
  return sum;
}

double trapezoid(std::span<const double> times, std::span<const double> values) {
  assert(times.size() == values.size());
  double integral = 0;
  for (std::size_t i = 1; i < times.size(); ++i)
    integral += (times[i] - times[i - 1]) * (values[i] + values[i - 1]) / 2;
  return integral;
}

}  // namespace knead
