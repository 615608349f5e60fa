#pragma once
// How Elastic caches the tangent, shared by the files that read it.
#include <cstddef>

#include "fem/cell_batches.hpp"
#include "math/lanes.hpp"

namespace knead::elastic_layout {

using D8 = Lanes<double, 8>;
using F16 = Lanes<float, 16>;

// What is cached at a quadrature point, in this order; all but G and φ carry the weight w.
enum PointField {
  field_G = 0,
  field_c = 9,
  field_tau = 30,
  field_pJ = 36,
  field_wJ = 37,
  field_phi = 38,
  num_fields = 41
};
enum CellField { cell_kpp = 0, cell_gamma = 10, num_cell_fields = 11 };

inline std::size_t point_base(int batch, int q) {
  return (static_cast<std::size_t>(batch) * 27 + static_cast<std::size_t>(q)) * num_fields * batch_width;
}
inline std::size_t cell_base(int batch) { return static_cast<std::size_t>(batch) * num_cell_fields * batch_width; }

// Position of (row, column) in the ten numbers of a symmetric 4x4 matrix.
constexpr int index4(int i, int j) { return i <= j ? i * 4 - i * (i - 1) / 2 + (j - i) : index4(j, i); }

}  // namespace knead::elastic_layout
