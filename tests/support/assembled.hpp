#pragma once
// The mixed problem assembled entry by entry with plain loops over shape functions and solved directly: slow, obvious,
// and independent of the matrix-free kernels, so that it can judge them.
#include <cmath>

#include "body/body.hpp"
#include "fem/quadratic_basis.hpp"
#include "math/vector.hpp"
#include "solve/direct.hpp"

namespace knead::test {

struct Assembled {
  std::vector<Triplet> matrix;  // unknowns: 3 a node, then 4 a cell
  Vector<double> residual;
};

// Residual and tangent at (u, p); p in the basis {1, φ1, φ2, φ3} built here from moments of each cell.
inline Assembled assemble(const Body& body, const Vector<double>& u, const Vector<double>& p) {
  Assembled out;
  const std::size_t nu = 3 * body.mesh.points.size();
  out.residual.assign(nu + p.size(), 0.0);
  for (std::size_t cell = 0; cell < body.mesh.cells.size(); ++cell) {
    const auto& nodes = body.mesh.cells[cell];
    const Tissue& tissue = body.tissues[static_cast<std::size_t>(body.mesh.cell_tissue[cell])];
    double weight[27], volume = 0;
    Vec3d position[27], rest_gradient[27][27];
    for (int q = 0; q < 27; ++q) {
      const double x = gauss_point[static_cast<std::size_t>(q % 3)],
                   y = gauss_point[static_cast<std::size_t>(q / 3 % 3)],
                   z = gauss_point[static_cast<std::size_t>(q / 9)];
      Mat3d jacobian = Mat3d::zero();
      position[q] = {{0, 0, 0}};
      for (int a = 0; a < 27; ++a) {
        const Vec3d& X = body.mesh.points[static_cast<std::size_t>(nodes[static_cast<std::size_t>(a)])];
        const auto g = quadratic_gradient(a, x, y, z);
        position[q] += quadratic_value(a, x, y, z) * X;
        for (int i = 0; i < 3; ++i)
          for (int j = 0; j < 3; ++j) jacobian(i, j) += X[i] * g[static_cast<std::size_t>(j)];
      }
      weight[q] = cube_weight(q) * determinant(jacobian);
      volume += weight[q];
      const Mat3d inverse_t = transpose(inverse(jacobian));
      for (int a = 0; a < 27; ++a) {
        const auto g = quadratic_gradient(a, x, y, z);
        rest_gradient[q][a] = inverse_t * Vec3d{{g[0], g[1], g[2]}};
      }
    }
    // Pressure basis by Gram–Schmidt on 1, X, Y, Z with ∫ φi φj = V δij.
    double phi[4][27];
    for (int j = 0; j < 4; ++j) {
      for (int q = 0; q < 27; ++q) phi[j][q] = j == 0 ? 1.0 : position[q][j - 1] - position[13][j - 1];
      for (int pass = 0; pass < 2; ++pass)
        for (int k = 0; k < j; ++k) {
          double overlap = 0;
          for (int q = 0; q < 27; ++q) overlap += weight[q] * phi[j][q] * phi[k][q] / volume;
          for (int q = 0; q < 27; ++q) phi[j][q] -= overlap * phi[k][q];
        }
      double size = 0;
      for (int q = 0; q < 27; ++q) size += weight[q] * phi[j][q] * phi[j][q] / volume;
      for (int q = 0; q < 27; ++q) phi[j][q] /= std::sqrt(size);
    }
    for (int q = 0; q < 27; ++q) {
      Mat3d F = Mat3d::identity();
      for (int a = 0; a < 27; ++a)
        for (int i = 0; i < 3; ++i)
          for (int j = 0; j < 3; ++j)
            F(i, j) +=
                u[3 * static_cast<std::size_t>(nodes[static_cast<std::size_t>(a)]) + static_cast<std::size_t>(i)] *
                rest_gradient[q][a][j];
      const double J = determinant(F);
      double pressure = 0;
      for (std::size_t j = 0; j < 4; ++j) pressure += phi[j][q] * p[4 * cell + j];
      LawResponse<double> response;
      std::visit([&](const auto& law) { law.evaluate(F, response); }, tissue.law);
      const auto volumetric = volume_ratio(tissue.volumetric, pressure, 1.0 / tissue.kappa);
      const Mat3d inverse_t = transpose(inverse(F));
      const auto row = [&](int a, int i) { return 3 * nodes[static_cast<std::size_t>(a)] + i; };
      const auto pressure_row = [&](int j) { return static_cast<int>(nu + 4 * cell) + j; };
      for (int a = 0; a < 27; ++a) {
        const Vec3d na = inverse_t * rest_gradient[q][a];
        for (int i = 0; i < 3; ++i) {
          double force = -pressure * J * na[i];
          for (int j = 0; j < 3; ++j) force += response.stress(i, j) * na[j];
          out.residual[static_cast<std::size_t>(row(a, i))] += weight[q] * force;
          for (int j = 0; j < 4; ++j) {
            const double b = -weight[q] * J * na[i] * phi[j][q];
            out.matrix.push_back({row(a, i), pressure_row(j), b});
            out.matrix.push_back({pressure_row(j), row(a, i), b});
          }
        }
        for (int b = 0; b < 27; ++b) {
          const Vec3d nb = inverse_t * rest_gradient[q][b];
          double geometric = 0;
          for (int j = 0; j < 3; ++j)
            for (int l = 0; l < 3; ++l) geometric += na[j] * response.stress(j, l) * nb[l];
          for (int i = 0; i < 3; ++i)
            for (int k = 0; k < 3; ++k) {
              double entry = i == k ? geometric : 0.0;
              for (int j = 0; j < 3; ++j)
                for (int l = 0; l < 3; ++l)
                  entry += na[j] * nb[l] * response.tangent(Sym3d::index(i, j), Sym3d::index(k, l));
              entry -= pressure * J * (na[i] * nb[k] - na[k] * nb[i]);
              out.matrix.push_back({row(a, i), row(b, k), weight[q] * entry});
            }
        }
      }
      for (int j = 0; j < 4; ++j) {
        out.residual[nu + 4 * cell + static_cast<std::size_t>(j)] -= weight[q] * phi[j][q] * (J - volumetric.ratio);
        for (int k = 0; k < 4; ++k)
          out.matrix.push_back(
              {pressure_row(j), pressure_row(k), weight[q] * phi[j][q] * phi[k][q] * volumetric.slope});
      }
    }
  }
  return out;
}

}  // namespace knead::test
