#pragma once
// Quadratic Lagrange basis on [-1, 1] (nodes -1, 0, 1) at the three Gauss points, and its tensor products on the cube.
#include <array>
#include <cmath>

namespace knead {

// 1 / sqrt(...) is not constexpr in C++20: the abscissa is written out.
inline constexpr double gauss_abscissa = 0.77459666924148337704;  // sqrt(3/5)
inline constexpr std::array<double, 3> gauss_point{-gauss_abscissa, 0.0, gauss_abscissa};
inline constexpr std::array<double, 3> gauss_weight{5.0 / 9.0, 8.0 / 9.0, 5.0 / 9.0};

constexpr double quadratic(int node, double x) {
  return node == 0 ? 0.5 * x * (x - 1) : node == 1 ? 1 - x * x : 0.5 * x * (x + 1);
}
constexpr double quadratic_derivative(int node, double x) { return node == 0 ? x - 0.5 : node == 1 ? -2 * x : x + 0.5; }
constexpr double linear(int node, double x) { return node == 0 ? 0.5 * (1 - x) : 0.5 * (1 + x); }
constexpr double linear_derivative(int node, double) { return node == 0 ? -0.5 : 0.5; }

// value[q][i], derivative[q][i]: node i at Gauss point q.
struct Basis1d {
  double value[3][3];
  double derivative[3][3];
};
constexpr Basis1d make_quadratic_basis() {
  Basis1d b{};
  for (int q = 0; q < 3; ++q)
    for (int i = 0; i < 3; ++i) {
      b.value[q][i] = quadratic(i, gauss_point[static_cast<std::size_t>(q)]);
      b.derivative[q][i] = quadratic_derivative(i, gauss_point[static_cast<std::size_t>(q)]);
    }
  return b;
}
inline constexpr Basis1d quadratic_basis = make_quadratic_basis();

// Weight of Gauss point q = i + 3 j + 9 k.
constexpr double cube_weight(int q) {
  return gauss_weight[static_cast<std::size_t>(q % 3)] * gauss_weight[static_cast<std::size_t>(q / 3 % 3)] *
         gauss_weight[static_cast<std::size_t>(q / 9)];
}

// Reference gradient (∂/∂ξ, ∂/∂η, ∂/∂ζ) of node a of the 27 at a point.
constexpr std::array<double, 3> quadratic_gradient(int a, double x, double y, double z) {
  const int i = a % 3, j = a / 3 % 3, k = a / 9;
  return {quadratic_derivative(i, x) * quadratic(j, y) * quadratic(k, z),
          quadratic(i, x) * quadratic_derivative(j, y) * quadratic(k, z),
          quadratic(i, x) * quadratic(j, y) * quadratic_derivative(k, z)};
}
constexpr double quadratic_value(int a, double x, double y, double z) {
  return quadratic(a % 3, x) * quadratic(a / 3 % 3, y) * quadratic(a / 9, z);
}
// Reference gradient of corner c = i + 2 j + 4 k of the trilinear basis.
constexpr std::array<double, 3> linear_gradient(int c, double x, double y, double z) {
  const int i = c % 2, j = c / 2 % 2, k = c / 4;
  return {linear_derivative(i, x) * linear(j, y) * linear(k, z), linear(i, x) * linear_derivative(j, y) * linear(k, z),
          linear(i, x) * linear(j, y) * linear_derivative(k, z)};
}
// Local Q2 node of corner c.
constexpr int corner_node(int c) { return 2 * (c % 2) + 6 * (c / 2 % 2) + 18 * (c / 4); }

}  // namespace knead
