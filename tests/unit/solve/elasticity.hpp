#pragma once
// Linear elasticity on a box of trilinear hexahedra, for the solver tests: K_ab = ∫ λ ∇N_a ∇N_bᵀ + μ (∇N_a·∇N_b I +
// ∇N_b ∇N_aᵀ) with 2×2×2 Gauss points. Nodes are numbered along z first.
#include <array>
#include <cmath>
#include <functional>
#include <vector>

#include "math/tensor.hpp"
#include "solve/bsr.hpp"
#include "solve/direct.hpp"
#include "solve/lines.hpp"
#include "solve/near_null_space.hpp"

namespace knead::test {

struct ElasticBox {
  std::vector<Vec3d> points;
  std::vector<int> cells;  // 8 nodes each
  BlockMatrix<double, 3> matrix;
  LineList lines;  // along z

  int num_nodes() const { return static_cast<int>(points.size()); }
};

using Stiffness = std::function<double(const Vec3d&)>;  // shear modulus at a cell's centre

// Grid lines along x, y, z; Poisson's ratio 0.3 (λ = 1.5 μ). held(point, component) names the held unknowns.
inline ElasticBox elastic_box(const std::array<std::vector<double>, 3>& grid, const Stiffness& shear_modulus,
                              const std::function<bool(const Vec3d&, int)>& held) {
  ElasticBox box;
  const std::array<int, 3> n = {static_cast<int>(grid[0].size()), static_cast<int>(grid[1].size()),
                                static_cast<int>(grid[2].size())};
  const auto node = [&](int i, int j, int k) { return (i * n[1] + j) * n[2] + k; };
  for (int i = 0; i < n[0]; ++i)
    for (int j = 0; j < n[1]; ++j) {
      for (int k = 0; k < n[2]; ++k) {
        box.points.push_back({{grid[0][static_cast<std::size_t>(i)], grid[1][static_cast<std::size_t>(j)],
                               grid[2][static_cast<std::size_t>(k)]}});
        box.lines.nodes.push_back(node(i, j, k));
      }
      box.lines.offsets.push_back(static_cast<int>(box.lines.nodes.size()));
    }
  for (int i = 0; i + 1 < n[0]; ++i)
    for (int j = 0; j + 1 < n[1]; ++j)
      for (int k = 0; k + 1 < n[2]; ++k)
        for (int a = 0; a < 8; ++a) box.cells.push_back(node(i + (a & 1), j + (a >> 1 & 1), k + (a >> 2)));
  box.matrix = pattern_of_groups<double, 3>(box.num_nodes(), box.cells, 8);

  std::vector<bool> is_held(box.points.size() * 3);
  for (std::size_t p = 0; p < box.points.size(); ++p)
    for (int c = 0; c < 3; ++c) is_held[3 * p + static_cast<std::size_t>(c)] = held(box.points[p], c);

  const double gauss[2] = {0.5 - 0.5 / std::sqrt(3.0), 0.5 + 0.5 / std::sqrt(3.0)};
  for (std::size_t cell = 0; cell < box.cells.size(); cell += 8) {
    const Vec3d low = box.points[static_cast<std::size_t>(box.cells[cell])];
    const Vec3d size = box.points[static_cast<std::size_t>(box.cells[cell + 7])] - low;
    const double mu = shear_modulus(low + 0.5 * size), lambda = 1.5 * mu;
    double k[8][8][9] = {};
    for (int q = 0; q < 8; ++q) {
      const double x[3] = {gauss[q & 1], gauss[q >> 1 & 1], gauss[q >> 2]};
      const double weight = 0.125 * size[0] * size[1] * size[2];
      double gradient[8][3];
      for (int a = 0; a < 8; ++a) {
        const int corner[3] = {a & 1, a >> 1 & 1, a >> 2};
        for (int c = 0; c < 3; ++c) {
          double value = 1;
          for (int m = 0; m < 3; ++m) {
            if (m == c) value *= (corner[m] ? 1 : -1) / size[m];
            if (m != c) value *= corner[m] ? x[m] : 1 - x[m];
          }
          gradient[a][c] = value;
        }
      }
      for (int a = 0; a < 8; ++a)
        for (int b = 0; b < 8; ++b) {
          const double* ga = gradient[a];
          const double* gb = gradient[b];
          const double product = ga[0] * gb[0] + ga[1] * gb[1] + ga[2] * gb[2];
          for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j)
              k[a][b][3 * i + j] +=
                  weight * (lambda * ga[i] * gb[j] + mu * gb[i] * ga[j] + (i == j ? mu * product : 0));
        }
    }
    for (std::size_t a = 0; a < 8; ++a)
      for (std::size_t b = 0; b < 8; ++b) {
        const int row = box.cells[cell + a], column = box.cells[cell + b];
        for (int i = 0; i < 3; ++i)
          for (int j = 0; j < 3; ++j)
            if (is_held[static_cast<std::size_t>(3 * row + i)] || is_held[static_cast<std::size_t>(3 * column + j)])
              k[a][b][3 * i + j] = 0;
        box.matrix.add(row, column, k[a][b]);
      }
  }
  for (int p = 0; p < box.num_nodes(); ++p)
    for (int c = 0; c < 3; ++c)
      if (is_held[static_cast<std::size_t>(3 * p + c)]) box.matrix.block(box.matrix.find(p, p))[4 * c] = 1;
  return box;
}

inline std::vector<double> uniform_grid(double length, int cells) {
  std::vector<double> x;
  for (int i = 0; i <= cells; ++i) x.push_back(length * i / cells);
  return x;
}

// Everything at z = 0 held.
inline bool held_at_bottom(const Vec3d& x, int) { return x[2] == 0; }

template <int B>
std::vector<Triplet> triplets(const BlockMatrix<double, B>& a) {
  std::vector<Triplet> list;
  for (int row = 0; row < a.num_rows; ++row)
    for (std::size_t e = a.row_offset[static_cast<std::size_t>(row)];
         e < a.row_offset[static_cast<std::size_t>(row) + 1]; ++e)
      for (int i = 0; i < B; ++i)
        for (int j = 0; j < B; ++j) list.push_back({row * B + i, a.column[e] * B + j, a.block(e)[i * B + j]});
  return list;
}

}  // namespace knead::test
