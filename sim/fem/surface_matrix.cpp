#include "fem/surface_matrix.hpp"

#include <algorithm>
#include <cassert>

namespace knead {

namespace {
// Adds Σ blocks x to the three unknowns of a node.
template <class T>
void add_row(const T* blocks, const int* columns, std::size_t count, const Vector<T>& x, int node, Vector<T>& y) {
  T sum[3] = {0, 0, 0};
  for (std::size_t e = 0; e < count; ++e, blocks += 9) {
    const T* v = &x[3 * static_cast<std::size_t>(columns[e])];
    for (std::size_t i = 0; i < 3; ++i)
      sum[i] += blocks[3 * i] * v[0] + blocks[3 * i + 1] * v[1] + blocks[3 * i + 2] * v[2];
  }
  T* out = &y[3 * static_cast<std::size_t>(node)];
  for (std::size_t i = 0; i < 3; ++i) out[i] += sum[i];
}
}  // namespace

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

void SurfaceMatrix::multiply_add(const Vector<double>& x, Vector<double>& y) const {
#pragma omp parallel for schedule(static)
  for (int row = 0; row < num_rows(); ++row)
    add_row(&values_[9 * row_begin(row)], &column_[row_begin(row)], row_end(row) - row_begin(row), x, row_node(row), y);
}

const double* SurfaceMatrix::diagonal_block(int node) const {
  const int row = row_of_node_[static_cast<std::size_t>(node)];
  if (row < 0) return nullptr;
  const auto begin = column_.begin() + static_cast<std::ptrdiff_t>(row_begin(row));
  const auto end = column_.begin() + static_cast<std::ptrdiff_t>(row_end(row));
  const auto entry = static_cast<std::size_t>(std::lower_bound(begin, end, node) - column_.begin());
  return block(entry);
}

bool SurfaceMatrix::is_zero(std::size_t entry) const {
  return std::all_of(block(entry), block(entry) + 9, [](double x) { return x == 0; });
}

void NonzeroBlocks::assign(const SurfaceMatrix& matrix) {
  row_node_.clear();
  column_.clear();
  values_.clear();
  row_offset_.assign(1, 0);
  for (int row = 0; row < matrix.num_rows(); ++row) {
    for (std::size_t e = matrix.row_begin(row); e < matrix.row_end(row); ++e) {
      if (matrix.is_zero(e)) continue;
      const double* k = matrix.block(e);
      column_.push_back(matrix.column_node(e));
      for (int i = 0; i < 9; ++i) values_.push_back(static_cast<float>(k[i]));
    }
    if (column_.size() == row_offset_.back()) continue;
    row_node_.push_back(matrix.row_node(row));
    row_offset_.push_back(column_.size());
  }
}

void NonzeroBlocks::multiply_add(const Vector<float>& x, Vector<float>& y) const {
  const auto num_rows = static_cast<int>(row_node_.size());
#pragma omp parallel for schedule(static)
  for (int row = 0; row < num_rows; ++row) {
    const auto r = static_cast<std::size_t>(row);
    add_row(&values_[9 * row_offset_[r]], &column_[row_offset_[r]], row_offset_[r + 1] - row_offset_[r], x,
            row_node_[r], y);
  }
}
}  // namespace knead
