#include "body/sampled_distance.hpp"

#include <algorithm>
#include <cmath>

namespace knead {

namespace {

constexpr float far_away = 1e6f;

// d with Σ max(0, d − aᵢ)² = h² for the least neighbours a along the three axes.
double from_neighbours(std::array<double, 3> a, double h) {
  std::sort(a.begin(), a.end());
  double d = a[0] + h;
  if (d <= a[1]) return d;
  d = 0.5 * (a[0] + a[1] + std::sqrt(2 * h * h - (a[0] - a[1]) * (a[0] - a[1])));
  if (d <= a[2]) return d;
  const double sum = a[0] + a[1] + a[2], squares = a[0] * a[0] + a[1] * a[1] + a[2] * a[2];
  return (sum + std::sqrt(std::max(0.0, sum * sum - 3 * (squares - h * h)))) / 3;
}

}  // namespace

SampledDistance::SampledDistance(const std::function<double(const Vec3d&)>& inside, const Vec3d& low, const Vec3d& high,
                                 double spacing)
    : low_(low), spacing_(spacing) {
  for (int a = 0; a < 3; ++a)
    size_[static_cast<std::size_t>(a)] = 2 + std::max(0, static_cast<int>(std::ceil((high[a] - low[a]) / spacing)));
  std::vector<double> value;
  for (int k = 0; k < size_[2]; ++k)
    for (int j = 0; j < size_[1]; ++j)
      for (int i = 0; i < size_[0]; ++i)
        value.push_back(inside(low_ + spacing_ * Vec3d{double(i), double(j), double(k)}));
  distance_.assign(value.size(), far_away);
  std::vector<bool> fixed(value.size(), false);
  start_at_surface(value, fixed);
  for (int round = 0; round < 2; ++round) sweep(fixed);
  for (std::size_t n = 0; n < value.size(); ++n) {
    if (value[n] <= 0.5) continue;
    deepest_ = std::max(deepest_, static_cast<double>(distance_[n]));
    distance_[n] = -distance_[n];
  }
}

Vec3d SampledDistance::high() const { return low_ + spacing_ * Vec3d{size_[0] - 1.0, size_[1] - 1.0, size_[2] - 1.0}; }

// Samples beside the surface: it crosses the edges of the grid at these distances along the axes, so the plane through
// the crossings lies at 1/d² = Σ 1/dᵢ².
void SampledDistance::start_at_surface(const std::vector<double>& inside, std::vector<bool>& fixed) {
  for (int k = 0; k < size_[2]; ++k)
    for (int j = 0; j < size_[1]; ++j)
      for (int i = 0; i < size_[0]; ++i) {
        const std::size_t here = index(i, j, k);
        const double level = inside[here] - 0.5;
        double sum = 0;
        const auto cross = [&](int di, int dj, int dk) {
          double nearest = 1e300;
          for (int side : {-1, 1}) {
            const int a = i + side * di, b = j + side * dj, c = k + side * dk;
            if (a < 0 || b < 0 || c < 0 || a >= size_[0] || b >= size_[1] || c >= size_[2]) continue;
            const double other = inside[index(a, b, c)] - 0.5;
            if ((level > 0) == (other > 0)) continue;
            nearest =
                std::min(nearest, spacing_ * std::max(1e-6, std::abs(level) / (std::abs(level) + std::abs(other))));
          }
          sum += 1 / (nearest * nearest);
        };
        cross(1, 0, 0), cross(0, 1, 0), cross(0, 0, 1);
        if (!(sum > 1e-12 / (spacing_ * spacing_))) continue;
        distance_[here] = static_cast<float>(1 / std::sqrt(sum));
        fixed[here] = true;
      }
}

void SampledDistance::sweep(const std::vector<bool>& fixed) {
  const auto value = [&](int i, int j, int k) {
    if (i < 0 || j < 0 || k < 0 || i >= size_[0] || j >= size_[1] || k >= size_[2])
      return static_cast<double>(far_away);
    return static_cast<double>(distance_[index(i, j, k)]);
  };
  for (int direction = 0; direction < 8; ++direction) {
    const auto place = [&](int step, std::size_t axis) {
      return (direction >> axis & 1) != 0 ? size_[axis] - 1 - step : step;
    };
    for (int c = 0; c < size_[2]; ++c)
      for (int b = 0; b < size_[1]; ++b)
        for (int a = 0; a < size_[0]; ++a) {
          const int i = place(a, 0), j = place(b, 1), k = place(c, 2);
          const std::size_t here = index(i, j, k);
          if (fixed[here]) continue;
          const double d = from_neighbours(
              {std::min(value(i - 1, j, k), value(i + 1, j, k)), std::min(value(i, j - 1, k), value(i, j + 1, k)),
               std::min(value(i, j, k - 1), value(i, j, k + 1))},
              spacing_);
          distance_[here] = std::min(distance_[here], static_cast<float>(d));
        }
  }
}

double SampledDistance::at(const Vec3d& x) const {
  Vec3d nearest = x;
  std::array<int, 3> first{};
  std::array<double, 3> share{};
  const Vec3d most = high();
  for (int a = 0; a < 3; ++a) {
    const auto axis = static_cast<std::size_t>(a);
    nearest[a] = std::clamp(x[a], low_[a], most[a]);
    const double place = (nearest[a] - low_[a]) / spacing_;
    first[axis] = std::min(static_cast<int>(place), size_[axis] - 2);
    share[axis] = place - first[axis];
  }
  double sum = 0;
  for (int corner = 0; corner < 8; ++corner) {
    const int i = corner & 1, j = corner >> 1 & 1, k = corner >> 2;
    sum += (i ? share[0] : 1 - share[0]) * (j ? share[1] : 1 - share[1]) * (k ? share[2] : 1 - share[2]) *
           static_cast<double>(distance_[index(first[0] + i, first[1] + j, first[2] + k)]);
  }
  return sum + norm(x - nearest);
}

}  // namespace knead
