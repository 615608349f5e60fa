#pragma once
// Statistics over samples: a value and a weight (volume, area) each. Sums run in the order of the samples.
#include <span>
#include <vector>

namespace knead {

// Σ w v / Σ w; 0 without weight.
double weighted_mean(std::span<const double> values, std::span<const double> weights);

// For each fraction (0…1, ascending): the smallest value such that the samples up to it hold at least that fraction of
// the weight. Samples without weight do not count; 0 without any weight.
std::vector<double> weighted_percentiles(std::span<const double> values, std::span<const double> weights,
                                         std::span<const double> fractions);

// Σ w over the samples with v > threshold.
double weight_above(std::span<const double> values, std::span<const double> weights, double threshold);

// ∫ f dt by the trapezoid rule.
double trapezoid(std::span<const double> times, std::span<const double> values);

}  // namespace knead
