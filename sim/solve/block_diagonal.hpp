#pragma once
#include <cmath>
#include <cstddef>

#include "math/vector.hpp"
#include "solve/bsr.hpp"

namespace knead {

// Inverts a symmetric positive B×B matrix in place by L D Lᵀ. A pivot that is not above 1e-10 of its diagonal entry is
// replaced by that entry's size (by 1 if the entry is zero), so that the result is positive definite.
template <int B>
void invert_positive(double* a) {
  double l[B][B] = {}, d[B];
  for (int i = 0; i < B; ++i) {
    const double entry_size = std::fabs(a[i * B + i]);
    double u[B];
    d[i] = a[i * B + i];
    for (int j = 0; j < i; ++j) {
      u[j] = a[i * B + j];
      for (int k = 0; k < j; ++k) u[j] -= u[k] * l[j][k];
      l[i][j] = u[j] / d[j];
      d[i] -= u[j] * l[i][j];
    }
    l[i][i] = 1;
    if (!(d[i] > 1e-10 * entry_size)) d[i] = entry_size > 0 ? entry_size : 1;
  }
  for (int column = 0; column < B; ++column) {
    double x[B];
    for (int i = 0; i < B; ++i) {
      x[i] = i == column ? 1 : 0;
      for (int k = 0; k < i; ++k) x[i] -= l[i][k] * x[k];
    }
    for (int i = B - 1; i >= 0; --i) {
      x[i] /= d[i];
      for (int k = i + 1; k < B; ++k) x[i] -= l[k][i] * x[k];
    }
    for (int i = 0; i < B; ++i) a[i * B + column] = x[i];
  }
}

// The inverses of the diagonal blocks of a matrix.
template <class T, int B>
struct InverseBlockDiagonal {
  Vector<T> blocks;  // B×B numbers a row

  InverseBlockDiagonal() = default;
  explicit InverseBlockDiagonal(const BlockMatrix<double, B>& a)
      : blocks(static_cast<std::size_t>(a.num_rows) * B * B) {
#pragma omp parallel for schedule(static)
    for (int row = 0; row < a.num_rows; ++row) {
      double inverse[B * B];
      const double* block = a.block(a.find(row, row));
      for (int k = 0; k < B * B; ++k) inverse[k] = block[k];
      invert_positive<B>(inverse);
      T* to = &blocks[static_cast<std::size_t>(row) * B * B];
      for (int k = 0; k < B * B; ++k) to[k] = static_cast<T>(inverse[k]);
    }
  }

  void multiply(const Vector<T>& r, Vector<T>& z) const {
    const auto num_rows = static_cast<long>(r.size() / B);
#pragma omp parallel for schedule(static)
    for (long row = 0; row < num_rows; ++row) {
      const auto first = static_cast<std::size_t>(row) * B;
      const T* block = &blocks[first * B];
      for (std::size_t i = 0; i < B; ++i) {
        T sum = 0;
        for (std::size_t j = 0; j < B; ++j) sum += block[i * B + j] * r[first + j];
        z[first + i] = sum;
      }
    }
  }
};

}  // namespace knead
