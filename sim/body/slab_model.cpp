#include "body/slab_model.hpp"

#include <algorithm>
#include <cmath>

#include "math/interpolation.hpp"

namespace knead {

namespace {

// Interval of ascending knots that holds x, and the smooth weight of its upper end; clamped beyond the ends.
std::pair<std::size_t, double> locate(const std::vector<double>& knots, double x) {
  if (knots.size() == 1 || x <= knots.front()) return {0, 0.0};
  if (x >= knots.back()) return {knots.size() - 2, 1.0};
  const auto above = std::upper_bound(knots.begin(), knots.end(), x);
  const auto i = static_cast<std::size_t>(above - knots.begin()) - 1;
  return {i, smoothstep((x - knots[i]) / (knots[i + 1] - knots[i]))};
}

}  // namespace

double SiteMap::thickness(const std::string& layer, double across, double along) const {
  const auto [i, right] = locate(across_, lateral_ == 0 ? std::abs(across) : lateral_ * across);
  const auto [j, up] = locate(along_, along);
  double sum = 0;
  for (std::size_t b = 0; b < 2; ++b)
    for (std::size_t a = 0; a < 2; ++a) {
      const double weight = (a == 1 ? right : 1 - right) * (b == 1 ? up : 1 - up);
      if (weight > 0) sum += weight * subject_.at(names_[j + b][i + a] + "." + layer);
    }
  return sum;
}

}  // namespace knead
