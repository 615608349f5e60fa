#include "body/polar_table.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>

#include <Eigen/Dense>

namespace knead {

namespace {

// Of the four B-splines around a place t in its interval.
std::array<double, 4> weights(double t) {
  const double s = 1 - t;
  return {s * s * s / 6, (4 - 6 * t * t + 3 * t * t * t) / 6, (4 - 6 * s * s + 3 * s * s * s) / 6, t * t * t / 6};
}

// Value at 0 of the parabola of least squares through values at −before … after, in terms of these values; a constant
// or a line where there are too few.
std::vector<double> parabola_weights(std::ptrdiff_t before, std::ptrdiff_t after) {
  const auto terms = static_cast<Eigen::Index>(std::min<std::ptrdiff_t>(3, before + after + 1));
  const auto count = static_cast<Eigen::Index>(before + after + 1);
  Eigen::MatrixXd powers(count, terms);
  for (Eigen::Index i = 0; i < count; ++i)
    for (Eigen::Index p = 0; p < terms; ++p) powers(i, p) = std::pow(static_cast<double>(i - before), p);
  const Eigen::VectorXd first = Eigen::VectorXd::Unit(terms, 0);
  const Eigen::VectorXd weights = powers * (powers.transpose() * powers).ldlt().solve(first);
  return {weights.data(), weights.data() + count};
}

}  // namespace

std::vector<double> without_terraces(std::vector<double> samples, std::size_t around, std::size_t half_around,
                                     std::size_t half_along) {
  const std::size_t rows = samples.size() / around;
  const std::vector<double> before = samples;
  const auto half = static_cast<std::ptrdiff_t>(std::min(half_around, (around - 1) / 2));
  const std::vector<double> weights = parabola_weights(half, half);
  for (std::size_t j = 0; j < rows; ++j)
    for (std::size_t i = 0; i < around; ++i) {
      double sum = 0;
      for (std::size_t w = 0; w < weights.size(); ++w)
        sum += weights[w] * before[j * around + (i + around + w - static_cast<std::size_t>(half)) % around];
      samples[j * around + i] = sum;
    }
  const std::vector<double> rounded = samples;
  for (std::size_t j = 0; j < rows; ++j) {
    const std::size_t below = std::min(j, half_along), above = std::min(rows - 1 - j, half_along);
    const std::vector<double> column =
        parabola_weights(static_cast<std::ptrdiff_t>(below), static_cast<std::ptrdiff_t>(above));
    for (std::size_t i = 0; i < around; ++i) {
      double sum = 0;
      for (std::size_t w = 0; w < column.size(); ++w) sum += column[w] * rounded[(j - below + w) * around + i];
      samples[j * around + i] = sum;
    }
  }
  return samples;
}

PolarTable::PolarTable(std::vector<double> samples, std::size_t around, double low, double spacing)
    : samples_(std::move(samples)), around_(around), rows_(samples_.size() / around), low_(low), spacing_(spacing) {
  assert(rows_ >= 2 && samples_.size() == rows_ * around_);
}

double PolarTable::at(double angle, double along) const {
  const auto n = static_cast<double>(around_);
  const double turn = angle / (2 * std::numbers::pi), a = (turn - std::floor(turn)) * n;
  const double b = std::clamp((along - low_) / spacing_, 0.0, static_cast<double>(rows_ - 1));
  const double first = std::floor(a), row = std::min(std::floor(b), static_cast<double>(rows_ - 2));
  const std::array<double, 4> u = weights(a - first), v = weights(b - row);
  // The row before the first and after the last go straight on.
  const auto value = [&](std::ptrdiff_t j, std::size_t i) {
    const auto last = static_cast<std::ptrdiff_t>(rows_) - 1;
    const auto in_row = [&](std::ptrdiff_t r) { return samples_[static_cast<std::size_t>(r) * around_ + i]; };
    if (j < 0) return 2 * in_row(0) - in_row(1);
    if (j > last) return 2 * in_row(last) - in_row(last - 1);
    return in_row(j);
  };
  double sum = 0;
  for (std::size_t q = 0; q < 4; ++q)
    for (std::size_t p = 0; p < 4; ++p) {
      const std::size_t i = (static_cast<std::size_t>(first) + around_ + p - 1) % around_;
      sum += u[p] * v[q] * value(static_cast<std::ptrdiff_t>(row) + static_cast<std::ptrdiff_t>(q) - 1, i);
    }
  return sum;
}

}  // namespace knead
