#include "body/body_model.hpp"

namespace knead {

double BodyModel::bone_distance(const Vec3d& x, std::size_t* nearest) const {
  double least = 1e300;
  for (std::size_t i = 0; i < bones.size(); ++i) {
    if (norm(x - bones[i].centre) - bones[i].reach >= least) continue;
    const double d = bones[i].shape.distance(x);
    if (d < least) {
      least = d;
      if (nearest) *nearest = i;
    }
  }
  return least;
}

}  // namespace knead
