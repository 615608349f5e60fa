#include "fem/surface_matrix.hpp"

#include <algorithm>
#include <cassert>

namespace knead {

SurfaceMatrix::SurfaceMatrix(int num_nodes, const std::vector<std::array<int, 9>>& faces)
    : row_of_node_(static_cast<std::size_t>(num_nodes), -1) {
  std::vector<std::vector<int>> neighbours(static_cast<std::size_t>(num_nodes));
  for (const auto& face : faces)
    for (int a : face)
      neighbours[static_cast<std::size_t>(a)].insert(neighbours[static_cast<std::size_t>(a)].end(), face.begin(),
                                                     face.end());
  row_offset_.push_back(0);
  for (int node = 0; node < num_nodes; ++node) {
    auto& list = neighbours[static_cast<std::size_t>(node)];
    if (list.empty()) continue;
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    row_of_node_[static_cast<std::size_t>(node)] = static_cast<int>(row_node_.size());
    row_node_.push_back(node);
    column_.insert(column_.end(), list.begin(), list.end());
    row_offset_.push_back(column_.size());
  }
  values_.assign(9 * column_.size(), 0.0);
}

void SurfaceMatrix::set_zero() { std::fill(values_.begin(), values_.end(), 0.0); }

void SurfaceMatrix::add(const std::array<int, 9>& nodes, const double* k) {
  for (std::size_t a = 0; a < 9; ++a) {
    const int row = row_of_node_[static_cast<std::size_t>(nodes[a])];
    assert(row >= 0);
    const auto begin = column_.begin() + static_cast<std::ptrdiff_t>(row_begin(row));
    const auto end = column_.begin() + static_cast<std::ptrdiff_t>(row_end(row));
    for (std::size_t b = 0; b < 9; ++b) {
      const auto entry = static_cast<std::size_t>(std::lower_bound(begin, end, nodes[b]) - column_.begin());
      double* block = &values_[9 * entry];
      for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j) block[3 * i + j] += k[(3 * a + i) * 27 + 3 * b + j];
    }
  }
}

template <class T>
void SurfaceMatrix::multiply_add(const Vector<T>& x, Vector<T>& y) const {
#pragma omp parallel for schedule(static)
  for (int row = 0; row < num_rows(); ++row) {
    double sum[3] = {0, 0, 0};
    for (std::size_t e = row_begin(row); e < row_end(row); ++e) {
      const double* b = block(e);
      const T* v = &x[3 * static_cast<std::size_t>(column_[e])];
      for (std::size_t i = 0; i < 3; ++i)
        sum[i] += b[3 * i] * static_cast<double>(v[0]) + b[3 * i + 1] * static_cast<double>(v[1]) +
                  b[3 * i + 2] * static_cast<double>(v[2]);
    }
    T* out = &y[3 * static_cast<std::size_t>(row_node(row))];
    for (std::size_t i = 0; i < 3; ++i) out[i] += static_cast<T>(sum[i]);
  }
}
template void SurfaceMatrix::multiply_add(const Vector<double>&, Vector<double>&) const;
template void SurfaceMatrix::multiply_add(const Vector<float>&, Vector<float>&) const;

const double* SurfaceMatrix::diagonal_block(int node) const {
  const int row = row_of_node_[static_cast<std::size_t>(node)];
  if (row < 0) return nullptr;
  const auto begin = column_.begin() + static_cast<std::ptrdiff_t>(row_begin(row));
  const auto end = column_.begin() + static_cast<std::ptrdiff_t>(row_end(row));
  const auto entry = static_cast<std::size_t>(std::lower_bound(begin, end, node) - column_.begin());
  return block(entry);
}

}  // namespace knead
