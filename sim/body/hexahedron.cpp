#include "body/hexahedron.hpp"

#include <algorithm>
#include <limits>

namespace knead {

CellPoints cell_points(const Mesh& mesh, int cell) {
  CellPoints x;
  for (std::size_t a = 0; a < 27; ++a) {
    x[a] = mesh.points[static_cast<std::size_t>(mesh.cells[static_cast<std::size_t>(cell)][a])];
  }
  return x;
}

Vec3d map_point(const CellPoints& x, double xi, double eta, double zeta) {
  const auto a = lagrange_values(xi), b = lagrange_values(eta), c = lagrange_values(zeta);
  Vec3d p{0, 0, 0};
  for (std::size_t k = 0; k < 3; ++k)
    for (std::size_t j = 0; j < 3; ++j)
      for (std::size_t i = 0; i < 3; ++i) p += (a[i] * b[j] * c[k]) * x[i + 3 * j + 9 * k];
  return p;
}

Mat3d map_jacobian(const CellPoints& x, double xi, double eta, double zeta) {
  const auto a = lagrange_values(xi), b = lagrange_values(eta), c = lagrange_values(zeta);
  const auto da = lagrange_derivatives(xi), db = lagrange_derivatives(eta), dc = lagrange_derivatives(zeta);
  Mat3d jacobian = Mat3d::zero();
  for (std::size_t k = 0; k < 3; ++k)
    for (std::size_t j = 0; j < 3; ++j)
      for (std::size_t i = 0; i < 3; ++i) {
        const Vec3d& p = x[i + 3 * j + 9 * k];
        const double d[3] = {da[i] * b[j] * c[k], a[i] * db[j] * c[k], a[i] * b[j] * dc[k]};
        for (int row = 0; row < 3; ++row)
          for (int column = 0; column < 3; ++column) jacobian(row, column) += d[column] * p[row];
      }
  return jacobian;
}

FacePoint map_face(const Mesh& mesh, const std::array<int, 9>& nodes, double r, double s) {
  const auto a = lagrange_values(r), b = lagrange_values(s);
  const auto da = lagrange_derivatives(r), db = lagrange_derivatives(s);
  FacePoint f{{0, 0, 0}, {0, 0, 0}, {0, 0, 0}};
  for (std::size_t j = 0; j < 3; ++j)
    for (std::size_t i = 0; i < 3; ++i) {
      const Vec3d& p = mesh.points[static_cast<std::size_t>(nodes[i + 3 * j])];
      f.position += (a[i] * b[j]) * p;
      f.along_r += (da[i] * b[j]) * p;
      f.along_s += (a[i] * db[j]) * p;
    }
  return f;
}

CellQuality cell_quality(const CellPoints& x) {
  CellQuality quality{1, 1};
  for (double zeta : {-1.0, 1.0})
    for (double eta : {-1.0, 1.0})
      for (double xi : {-1.0, 1.0}) {
        const Mat3d j = map_jacobian(x, xi, eta, zeta);
        double lengths = 1;
        for (int c = 0; c < 3; ++c) lengths *= norm(Vec3d{j(0, c), j(1, c), j(2, c)});
        quality.scaled_jacobian = std::min(quality.scaled_jacobian, lengths > 0 ? determinant(j) / lengths : -1.0);
      }
  double sum = 0, smallest = std::numeric_limits<double>::infinity();
  for (double zeta : gauss_points)
    for (double eta : gauss_points)
      for (double xi : gauss_points) {
        const double d = determinant(map_jacobian(x, xi, eta, zeta));
        sum += d;
        smallest = std::min(smallest, d);
      }
  quality.jacobian_ratio = sum > 0 ? 27 * smallest / sum : -1.0;
  return quality;
}

double cell_volume(const CellPoints& x) {
  double volume = 0;
  for (std::size_t k = 0; k < 3; ++k)
    for (std::size_t j = 0; j < 3; ++j)
      for (std::size_t i = 0; i < 3; ++i)
        volume += gauss_weights[i] * gauss_weights[j] * gauss_weights[k] *
                  determinant(map_jacobian(x, gauss_points[i], gauss_points[j], gauss_points[k]));
  return volume;
}

double face_area(const Mesh& mesh, const std::array<int, 9>& nodes) {
  double area = 0;
  for (std::size_t j = 0; j < 3; ++j)
    for (std::size_t i = 0; i < 3; ++i) {
      const FacePoint f = map_face(mesh, nodes, gauss_points[i], gauss_points[j]);
      area += gauss_weights[i] * gauss_weights[j] * norm(cross(f.along_r, f.along_s));
    }
  return area;
}

}  // namespace knead
