#pragma once
// A distance that depends on the angle around an axis and the place along it, from samples.
#include <cstddef>
#include <vector>

namespace knead {

// Cubic B-splines with the samples as their coefficients: twice continuously differentiable, periodic in the angle, and
// a little smoother than the samples (a bulge of curvature c loses c/6 of the squared spacing).
class PolarTable {
 public:
  PolarTable() = default;
  // samples: one row of `around` equally spaced angles from 0 for each place low + j spacing along the axis, two rows
  // at least.
  PolarTable(std::vector<double> samples, std::size_t around, double low, double spacing);
  double at(double angle, double along) const;  // rad, m; beyond the ends as at the ends

 private:
  std::vector<double> samples_;
  std::size_t around_ = 0, rows_ = 0;
  double low_ = 0, spacing_ = 1;
};

// The samples of such a table without the terraces that voxels leave: each becomes the value of the parabola that fits
// its neighbours best, first around within half_around samples to both sides, then along within half_along rows. What
// is a parabola stays one.
std::vector<double> without_terraces(std::vector<double> samples, std::size_t around, std::size_t half_around,
                                     std::size_t half_along);

}  // namespace knead
