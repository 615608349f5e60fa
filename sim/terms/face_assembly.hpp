#pragma once
// What terms on nine-node faces share: the Gauss points of a face and the loop over faces.
#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "fem/quadratic_basis.hpp"
#include "fem/surface_matrix.hpp"
#include "math/tensor.hpp"
#include "math/vector.hpp"

namespace knead {

using FaceNodes = std::array<int, 9>;
inline constexpr int face_unknowns = 27;

// Basis of the nine nodes at one Gauss point, lexicographic in the face's own axes (r, s).
struct FacePoint {
  std::array<double, 9> value, along_r, along_s;
  double weight;  // of the 3x3 rule on [-1, 1]²
};

constexpr std::array<FacePoint, 9> make_face_points() {
  std::array<FacePoint, 9> points{};
  for (std::size_t q = 0; q < 9; ++q) {
    const std::size_t qr = q % 3, qs = q / 3;
    points[q].weight = gauss_weight[qr] * gauss_weight[qs];
    for (std::size_t a = 0; a < 9; ++a) {
      const std::size_t i = a % 3, j = a / 3;
      points[q].value[a] = quadratic_basis.value[qr][i] * quadratic_basis.value[qs][j];
      points[q].along_r[a] = quadratic_basis.derivative[qr][i] * quadratic_basis.value[qs][j];
      points[q].along_s[a] = quadratic_basis.value[qr][i] * quadratic_basis.derivative[qs][j];
    }
  }
  return points;
}
inline constexpr std::array<FacePoint, 9> face_points = make_face_points();

// Σ_a basis_a x_a
inline Vec3d interpolate(const std::array<double, 9>& basis, const std::array<Vec3d, 9>& x) {
  Vec3d sum{0, 0, 0};
  for (std::size_t a = 0; a < 9; ++a) sum += basis[a] * x[a];
  return sum;
}

// Rest positions of a face's nodes, m.
inline std::array<Vec3d, 9> rest_positions(const std::vector<Vec3d>& points, const FaceNodes& nodes) {
  std::array<Vec3d, 9> x;
  for (std::size_t a = 0; a < 9; ++a) x[a] = points[static_cast<std::size_t>(nodes[a])];
  return x;
}

// Displacements of a face's nodes, m.
inline std::array<Vec3d, 9> displacements(const Vector<double>& u, const FaceNodes& nodes) {
  std::array<Vec3d, 9> x;
  for (std::size_t a = 0; a < 9; ++a) {
    const double* from = &u[3 * static_cast<std::size_t>(nodes[a])];
    x[a] = {from[0], from[1], from[2]};
  }
  return x;
}

// What a kernel fills for one face; the matrices (27x27, row-major) are null when nobody asks for them.
struct FaceResult {
  std::array<double, face_unknowns> residual;  // N
  double* full;                                // N/m
  double* positive;                            // N/m
  double energy;                               // J
};

// Calls kernel(face number, FaceResult&) for every face and adds what it fills to r, full and positive. Kernels run in
// parallel, sums are formed in the order of the faces: the result does not depend on the number of threads.
// Returns the energy, J.
template <class Kernel>
double assemble_faces(const std::vector<FaceNodes>& faces, Vector<double>& r, SurfaceMatrix* full,
                      SurfaceMatrix* positive, const Kernel& kernel) {
  constexpr std::size_t block = 64, entries = face_unknowns * face_unknowns;
  std::vector<FaceResult> results(block);
  std::vector<double> full_entries(full ? block * entries : 0), positive_entries(positive ? block * entries : 0);
  double energy = 0;
  for (std::size_t begin = 0; begin < faces.size(); begin += block) {
    const std::size_t count = std::min(block, faces.size() - begin);
    std::fill(full_entries.begin(), full_entries.end(), 0.0);
    std::fill(positive_entries.begin(), positive_entries.end(), 0.0);
#pragma omp parallel for schedule(static)
    for (std::size_t i = 0; i < count; ++i) {
      results[i] = {
          {}, full ? &full_entries[i * entries] : nullptr, positive ? &positive_entries[i * entries] : nullptr, 0.0};
      kernel(begin + i, results[i]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const FaceNodes& nodes = faces[begin + i];
      for (std::size_t a = 0; a < 9; ++a)
        for (std::size_t c = 0; c < 3; ++c)
          r[3 * static_cast<std::size_t>(nodes[a]) + c] += results[i].residual[3 * a + c];
      if (full) full->add(nodes, results[i].full);
      if (positive) positive->add(nodes, results[i].positive);
      energy += results[i].energy;
    }
  }
  return energy;
}

}  // namespace knead
