#pragma once
// A label map's voxels as a smooth function of place, so that surfaces do not follow the steps of the voxels.
#include <vector>

#include "body/label_map.hpp"

namespace knead {

// 1 inside the wanted labels and 0 outside, blurred by a Gaussian with a standard deviation of one voxel along each
// voxel axis (twice the binomial 1 2 1) and interpolated between the voxels' centres. The surface is where it is a
// half. A sphere's surface of radius R moves inwards by some voxel²/R. Beyond its edges the map goes on as it ends.
class SmoothMask {
 public:
  // wanted: by label.
  SmoothMask(const LabelMap& map, const std::vector<bool>& wanted);
  double at(const Vec3d& x) const;  // 0 … 1

 private:
  std::array<int, 3> size_;
  Mat3d inverse_;
  Vec3d origin_;
  std::vector<float> value_;
};

}  // namespace knead
