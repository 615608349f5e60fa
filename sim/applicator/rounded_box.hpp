#pragma once
#include <algorithm>
#include <string>

#include "applicator/shape.hpp"

namespace knead {

// Box along the own axes with rounded edges: plates, blocks, the edge of a hand.
struct RoundedBox {
  static constexpr const char* name = "box";
  static constexpr const char* about = "a box along the own axes with rounded edges";
  Vec3d size{{0.02, 0.02, 0.02}};  // from face to face, m
  double rounding = 0.001;         // radius of the rounded edges, m

  template <class Self, class Visitor>
  static void parameters(Self& self, Visitor&& visit) {
    visit("size", self.size, "m", "length, width and height");
    visit("rounding", self.rounding, "m", "radius of the rounded edges");
  }
  std::string problem() const {
    const double smallest = std::min({size[0], size[1], size[2]});
    if (!(smallest > 0)) return "all three numbers of size must be positive";
    if (!(rounding >= 0 && rounding <= 0.5 * smallest))
      return "rounding must be between zero and half of the smallest number of size";
    return "";
  }

  // Distance to the box shrunk by rounding, less rounding.
  Distance evaluate(const Vec3d& x) const {
    Distance d{0, {{0, 0, 0}}, Mat3d::zero()};
    Vec3d q, sign;
    int deepest = 0;
    double outside = 0;
    for (int i = 0; i < 3; ++i) {
      q[i] = std::abs(x[i]) - (0.5 * size[i] - rounding);
      sign[i] = x[i] < 0 ? -1 : 1;
      if (q[i] > q[deepest]) deepest = i;
      if (q[i] > 0) outside += q[i] * q[i];
    }
    if (outside == 0) {
      d.value = q[deepest] - rounding;
      d.normal[deepest] = sign[deepest];
      return d;
    }
    const double rho = std::sqrt(outside);
    d.value = rho - rounding;
    for (int i = 0; i < 3; ++i) d.normal[i] = q[i] > 0 ? sign[i] * q[i] / rho : 0;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j)
        if (q[i] > 0 && q[j] > 0) d.hessian(i, j) = ((i == j ? 1 : 0) - d.normal[i] * d.normal[j]) / rho;
    return d;
  }
  double extent(const Vec3d& direction) const {
    double sum = rounding;
    for (int i = 0; i < 3; ++i) sum += (0.5 * size[i] - rounding) * std::abs(direction[i]);
    return sum;
  }
};

}  // namespace knead
