#pragma once
// A patch of nine-node faces and the differences that every term on faces is checked by.
#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "math/tensor.hpp"
#include "terms/surface_term.hpp"

namespace knead {

struct SurfacePatch {
  std::vector<Vec3d> points;
  std::vector<std::array<int, 9>> faces;
  int nodes_per_side = 0;

  int node(int i, int j) const { return i + nodes_per_side * j; }
};

// n x n faces over [0, size]², lifted to height(x, y) and sheared in its plane; normals point to +z.
inline SurfacePatch make_patch(int n, double size, const std::function<double(double, double)>& height = {},
                               double shear = 0) {
  SurfacePatch patch;
  patch.nodes_per_side = 2 * n + 1;
  for (int j = 0; j <= 2 * n; ++j)
    for (int i = 0; i <= 2 * n; ++i) {
      const double x = size * i / (2 * n), y = size * j / (2 * n);
      patch.points.push_back({x + shear * y, y, height ? height(x, y) : 0.0});
    }
  for (int fj = 0; fj < n; ++fj)
    for (int fi = 0; fi < n; ++fi) {
      std::array<int, 9> face;
      for (int a = 0; a < 9; ++a) face[static_cast<std::size_t>(a)] = patch.node(2 * fi + a % 3, 2 * fj + a / 3);
      patch.faces.push_back(face);
    }
  return patch;
}

inline Vector<double> random_field(std::size_t n, double size, unsigned seed) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<double> number(-size, size);
  Vector<double> u(n);
  for (double& x : u) x = number(engine);
  return u;
}

inline Vector<double> residual(SurfaceTerm& term, const Vector<double>& u) {
  Vector<double> r(u.size(), 0.0);
  term.evaluate(u, {}, r, nullptr, nullptr);
  return r;
}

// Fourth-order central difference of f along a direction.
template <class F>
auto along(const F& f, const Vector<double>& u, const Vector<double>& direction, double h) {
  const auto at = [&](double s) {
    Vector<double> v = u;
    axpy(s * h, direction, v);
    return f(v);
  };
  const auto a = at(1), b = at(-1), c = at(2), d = at(-2);
  if constexpr (std::is_floating_point_v<std::decay_t<decltype(a)>>) {
    return (8 * (a - b) - (c - d)) / (12 * h);
  } else {
    Vector<double> r(a.size());
    for (std::size_t i = 0; i < r.size(); ++i) r[i] = (8 * (a[i] - b[i]) - (c[i] - d[i])) / (12 * h);
    return r;
  }
}

// Largest |dΠ/du·w − r·w| over some directions, over the largest |r·w|.
inline double energy_error(SurfaceTerm& term, const Vector<double>& u, double h) {
  double error = 0, size = 0;
  const Vector<double> r = residual(term, u);
  for (unsigned seed = 100; seed < 110; ++seed) {
    const Vector<double> w = random_field(u.size(), 1, seed);
    const double slope = along(
        [&](const Vector<double>& v) {
          residual(term, v);
          return term.energy();
        },
        u, w, h);
    error = std::max(error, std::abs(slope - dot(r, w)));
    size = std::max(size, std::abs(dot(r, w)));
  }
  return error / size;
}

// Largest |dr/du w − K w| over some directions, over the largest |K w|.
inline double tangent_error(SurfaceTerm& term, const Vector<double>& u, double h) {
  SurfaceMatrix full(static_cast<int>(u.size() / 3), term.faces());
  Vector<double> r(u.size(), 0.0);
  term.evaluate(u, {}, r, &full, nullptr);
  double error = 0, size = 0;
  for (unsigned seed = 200; seed < 210; ++seed) {
    const Vector<double> w = random_field(u.size(), 1, seed);
    Vector<double> product(u.size(), 0.0);
    full.multiply_add(w, product);
    const Vector<double> slope = along([&](const Vector<double>& v) { return residual(term, v); }, u, w, h);
    for (std::size_t i = 0; i < u.size(); ++i) {
      error = std::max(error, std::abs(slope[i] - product[i]));
      size = std::max(size, std::abs(product[i]));
    }
  }
  return error / size;
}

// The matrix of a term as columns; `positive` chooses which of the two.
inline std::vector<Vector<double>> dense(SurfaceTerm& term, const Vector<double>& u, bool positive) {
  SurfaceMatrix matrix(static_cast<int>(u.size() / 3), term.faces());
  Vector<double> r(u.size(), 0.0);
  term.evaluate(u, {}, r, positive ? nullptr : &matrix, positive ? &matrix : nullptr);
  std::vector<Vector<double>> columns;
  for (std::size_t k = 0; k < u.size(); ++k) {
    Vector<double> unit(u.size(), 0.0), column(u.size(), 0.0);
    unit[k] = 1;
    matrix.multiply_add(unit, column);
    columns.push_back(column);
  }
  return columns;
}

inline Vec3d sum_of_forces(const Vector<double>& r) {
  Vec3d sum{0, 0, 0};
  for (std::size_t i = 0; i < r.size(); ++i) sum[static_cast<int>(i % 3)] += r[i];
  return sum;
}

}  // namespace knead
