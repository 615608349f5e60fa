#include "body/smooth_mask.hpp"

#include <algorithm>
#include <cmath>

namespace knead {

SmoothMask::SmoothMask(const LabelMap& map, const std::vector<bool>& wanted)
    : size_(map.size), inverse_(inverse(map.axes)), origin_(map.origin), value_(map.label.size()) {
  std::transform(map.label.begin(), map.label.end(), value_.begin(),
                 [&](std::uint16_t label) { return label < wanted.size() && wanted[label] ? 1.0f : 0.0f; });
  const std::array<std::size_t, 3> stride{1, static_cast<std::size_t>(size_[0]),
                                          static_cast<std::size_t>(size_[0]) * static_cast<std::size_t>(size_[1])};
  std::vector<float> line;
  for (std::size_t a = 0; a < 3; ++a) {
    const auto length = static_cast<std::size_t>(size_[a]);
    const std::size_t b = a == 0 ? 1 : 0, c = a == 2 ? 1 : 2;
    line.resize(length + 2);
    for (std::size_t k = 0; k < static_cast<std::size_t>(size_[c]); ++k)
      for (std::size_t j = 0; j < static_cast<std::size_t>(size_[b]); ++j) {
        float* const first = value_.data() + j * stride[b] + k * stride[c];
        for (int pass = 0; pass < 2; ++pass) {
          for (std::size_t i = 0; i < length; ++i) line[i + 1] = first[i * stride[a]];
          line[0] = line[1];
          line[length + 1] = line[length];
          for (std::size_t i = 0; i < length; ++i)
            first[i * stride[a]] = 0.25f * line[i] + 0.5f * line[i + 1] + 0.25f * line[i + 2];
        }
      }
  }
}

double SmoothMask::at(const Vec3d& x) const {
  const Vec3d voxel = inverse_ * (x - origin_);
  std::array<std::size_t, 3> low{}, high{};
  std::array<double, 3> share{};
  for (std::size_t a = 0; a < 3; ++a) {
    const double place = std::clamp(voxel[static_cast<int>(a)], 0.0, size_[a] - 1.0);
    low[a] = static_cast<std::size_t>(place);
    high[a] = std::min(low[a] + 1, static_cast<std::size_t>(size_[a]) - 1);
    share[a] = place - static_cast<double>(low[a]);
  }
  double sum = 0;
  for (int corner = 0; corner < 8; ++corner) {
    const bool i = (corner & 1) != 0, j = (corner & 2) != 0, k = (corner & 4) != 0;
    const double weight = (i ? share[0] : 1 - share[0]) * (j ? share[1] : 1 - share[1]) * (k ? share[2] : 1 - share[2]);
    const std::size_t n = (i ? high[0] : low[0]) +
                          static_cast<std::size_t>(size_[0]) *
                              ((j ? high[1] : low[1]) + static_cast<std::size_t>(size_[1]) * (k ? high[2] : low[2]));
    sum += weight * static_cast<double>(value_[n]);
  }
  return sum;
}

}  // namespace knead
