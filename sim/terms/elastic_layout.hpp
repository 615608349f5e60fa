#pragma once
// How Elastic caches the tangent, shared by the files that read it.
#include <cstddef>

#include "fem/cell_batches.hpp"
#include "math/lanes.hpp"

namespace knead::elastic_layout {

using D8 = Lanes<double, 8>;
using F16 = Lanes<float, 16>;

// What is cached at a quadrature point; all but G and φ carry the weight w. Each batch keeps one block of what the
// first sweep over its points reads and one of what only the second sweep adds, so that both read memory in order.
enum FirstField { field_G = 0, field_wJ = 9, field_phi = 10, num_first = 13 };
enum SecondField { field_c = 0, field_tau = 21, field_pJ = 27, num_second = 28 };
constexpr int num_fields = int{num_first} + int{num_second};
enum CellField { cell_kpp = 0, cell_gamma = 10, num_cell_fields = 11 };

inline std::size_t first_base(int batch, int q) {
  return (static_cast<std::size_t>(batch) * 27 * num_fields + static_cast<std::size_t>(q) * num_first) * batch_width;
}
inline std::size_t second_base(int batch, int q) {
  return (static_cast<std::size_t>(batch) * 27 * num_fields + 27 * num_first +
          static_cast<std::size_t>(q) * num_second) *
         batch_width;
}
// How many points ahead of the present one each sweep fetches, and the floats that the second reaches beyond the last.
constexpr int first_ahead = 5, second_ahead = 3;
constexpr std::size_t point_padding = std::size_t{second_ahead} * num_second * batch_width;
inline std::size_t cell_base(int batch) { return static_cast<std::size_t>(batch) * num_cell_fields * batch_width; }

// Position of (row, column) in the ten numbers of a symmetric 4x4 matrix.
constexpr int index4(int i, int j) { return i <= j ? i * 4 - i * (i - 1) / 2 + (j - i) : index4(j, i); }

}  // namespace knead::elastic_layout
