#include "body/body_model.hpp"

#include <algorithm>

namespace knead {

const Muscle* muscle_at(const std::vector<Muscle>& muscles, const Vec3d& x) {
  const auto found = std::ranges::find_if(muscles, [&](const Muscle& m) { return m.holds(x); });
  return found == muscles.end() ? nullptr : &*found;
}

std::vector<std::uint8_t> regions_of(const std::vector<Muscle>& muscles, std::vector<std::string>& names) {
  names = {"none"};
  std::vector<std::uint8_t> regions;
  for (const Muscle& muscle : muscles) {
    auto name = std::ranges::find(names, muscle.name);
    if (name == names.end()) name = names.insert(names.end(), muscle.name);
    regions.push_back(static_cast<std::uint8_t>(name - names.begin()));
  }
  return regions;
}

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
