#pragma once
// A signed distance on a grid of samples: the shape of a bone that was segmented in a scan.
#include <array>
#include <functional>
#include <vector>

#include "math/tensor.hpp"

namespace knead {

class SampledDistance {
 public:
  // inside: 0 … 1, a half on the surface; sampled on a grid of `spacing` between low and high. Distances start from
  // where the samples cross a half and follow |∇d| = 1 by sweeps in all eight directions (H. Zhao, Math. Comp. 74
  // (2005) 603), of first order in the spacing.
  SampledDistance(const std::function<double(const Vec3d&)>& inside, const Vec3d& low, const Vec3d& high,
                  double spacing);

  // m, negative inside; beyond the grid that of the nearest place in it and the way there.
  double at(const Vec3d& x) const;
  double deepest() const { return deepest_; }  // m, positive: radius of the largest ball inside
  const Vec3d& low() const { return low_; }
  Vec3d high() const;

 private:
  std::size_t index(int i, int j, int k) const {
    return static_cast<std::size_t>(i) +
           static_cast<std::size_t>(size_[0]) *
               (static_cast<std::size_t>(j) + static_cast<std::size_t>(size_[1]) * static_cast<std::size_t>(k));
  }
  void start_at_surface(const std::vector<double>& inside, std::vector<bool>& fixed);
  void sweep(const std::vector<bool>& fixed);

  Vec3d low_;
  double spacing_;
  std::array<int, 3> size_{};
  std::vector<float> distance_;
  double deepest_ = 0;
};

}  // namespace knead
