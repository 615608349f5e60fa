#include "body/slab_chart.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace knead {

SmoothCurve::SmoothCurve(std::vector<double> x, std::vector<double> y)
    : x_(std::move(x)), y_(std::move(y)), second_(x_.size(), 0.0) {
  assert(x_.size() == y_.size() && !x_.empty());
  const std::size_t n = x_.size();
  if (n < 3) return;
  // Thomas algorithm for the second derivatives, zero at both ends.
  std::vector<double> upper(n, 0.0), right(n, 0.0);
  for (std::size_t i = 1; i + 1 < n; ++i) {
    const double before = x_[i] - x_[i - 1], after = x_[i + 1] - x_[i];
    const double diagonal = 2 * (before + after) - before * upper[i - 1];
    upper[i] = after / diagonal;
    right[i] = (6 * ((y_[i + 1] - y_[i]) / after - (y_[i] - y_[i - 1]) / before) - before * right[i - 1]) / diagonal;
  }
  for (std::size_t i = n - 2; i >= 1; --i) second_[i] = right[i] - upper[i] * second_[i + 1];
}

std::pair<double, double> SmoothCurve::value_and_slope(double x) const {
  const std::size_t n = x_.size();
  if (n == 0) return {0.0, 0.0};
  if (n == 1) return {y_[0], 0.0};
  const auto above = std::upper_bound(x_.begin() + 1, x_.end() - 1, x);
  const auto i = static_cast<std::size_t>(above - x_.begin()) - 1;
  const double h = x_[i + 1] - x_[i], chord = (y_[i + 1] - y_[i]) / h;
  if (x < x_.front()) {
    const double slope = chord - h * (2 * second_[0] + second_[1]) / 6;
    return {y_[0] + slope * (x - x_[0]), slope};
  }
  if (x > x_.back()) {
    const double slope = chord + h * (second_[i] + 2 * second_[i + 1]) / 6;
    return {y_.back() + slope * (x - x_.back()), slope};
  }
  const double b = (x - x_[i]) / h, a = 1 - b;
  return {a * y_[i] + b * y_[i + 1] + ((a * a * a - a) * second_[i] + (b * b * b - b) * second_[i + 1]) * h * h / 6,
          chord + ((1 - 3 * a * a) * second_[i] + (3 * b * b - 1) * second_[i + 1]) * h / 6};
}

SlabChart::Height SlabChart::height(double across, double along) const {
  const auto [sag, sag_slope] = sagittal.value_and_slope(along);
  const double r = across / fall_width;
  double out = sag - (quadratic_fall * r * r + quartic_fall * r * r * r * r);
  double by_across = -(2 * quadratic_fall * r + 4 * quartic_fall * r * r * r) / fall_width, by_along = sag_slope;
  for (const Bump& bump : bumps) {
    const auto [value, slope] = bump.height.value_and_slope(along);
    for (double side : {-1.0, 1.0}) {
      if (lateral == 0 ? side < 0 && bump.across == 0 : side != lateral) continue;
      const double t = (across - side * bump.across) / bump.width, g = std::exp(-0.5 * t * t);
      out += value * g;
      by_across -= value * g * t / bump.width;
      by_along += slope * g;
    }
  }
  return {-out, -by_across, -by_along};
}

double SlabChart::smooth_y(double across, double along, double share) const {
  const double r = across / fall_width;
  return -sagittal.value_and_slope(along).first + share * (quadratic_fall * r * r + quartic_fall * r * r * r * r);
}

Vec3d SlabChart::point(double across, double along) const { return {across, height(across, along).y, along}; }

Vec3d SlabChart::normal(double across, double along) const {
  const Height h = height(across, along);
  return normalized(Vec3d{h.across, -1, h.along});
}

bool SlabChart::contains(double across, double along) const {
  return std::abs(across) <= bounds.across && along >= bounds.along_min && along <= bounds.along_max;
}

Vec3d SlabChart::cranial(double along) const {
  return normalized(Vec3d{0, -sagittal.value_and_slope(along).second, 1});
}

Vec3d SlabChart::rightwards(double across) const {
  const double r = across / fall_width;
  return normalized(Vec3d{1, (2 * quadratic_fall * r + 4 * quartic_fall * r * r * r) / fall_width, 0});
}

}  // namespace knead
