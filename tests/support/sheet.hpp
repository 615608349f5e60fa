#pragma once
#include <array>
#include <functional>
#include <vector>

#include "math/tensor.hpp"

namespace knead::test {

// Nine-node faces over [−half, half]², n × n, at the height of a function of (x, y), their normal +z. m.
struct Sheet {
  std::vector<Vec3d> points;
  std::vector<std::array<int, 9>> faces;

  Sheet(double half, int n, const std::function<double(double, double)>& height) {
    const int across = 2 * n + 1;
    for (int j = 0; j < across; ++j)
      for (int i = 0; i < across; ++i) {
        const double x = half * (i - n) / n, y = half * (j - n) / n;
        points.push_back({{x, y, height(x, y)}});
      }
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < n; ++i) {
        std::array<int, 9> face;
        for (int a = 0; a < 9; ++a) face[static_cast<std::size_t>(a)] = (2 * j + a / 3) * across + 2 * i + a % 3;
        faces.push_back(face);
      }
  }
  // bend makes it a saddle, 1/m.
  Sheet(double half, int n, double bend = 0)
      : Sheet(half, n, [=](double x, double y) { return bend * (x * x - 0.6 * y * y + 0.3 * x * y); }) {}

  std::size_t unknowns() const { return 3 * points.size(); }
};

}  // namespace knead::test
