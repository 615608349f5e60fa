#pragma once
// Block-compressed sparse rows: matrices of dense R×C blocks, R = C = 3 for displacements, 3×6 and 6×6 inside
// multigrid. Every product works row by row in the order of the columns, so results are the same for any number of
// threads.
#include <algorithm>
#include <cassert>
#include <cstddef>
#include <span>
#include <vector>

#include "math/byte_count.hpp"
#include "math/vector.hpp"

namespace knead {

template <class T, int R, int C = R>
struct BlockMatrix {
  using value_type = T;
  static constexpr int block_rows = R;
  static constexpr int block_columns = C;
  static constexpr std::size_t block_size = static_cast<std::size_t>(R * C);
  // Zeros behind the last block, so that a SIMD load of it stays inside the array.
  static constexpr std::size_t padding = 16;

  int num_rows = 0;                        // in blocks
  int num_columns = 0;                     // in blocks
  std::vector<std::size_t> row_offset{0};  // num_rows + 1
  std::vector<int> column;                 // of each entry, ascending within a row
  Vector<T> values;                        // block_size per entry, row-major blocks, then the padding

  std::size_t num_entries() const { return column.size(); }
  std::size_t bytes() const { return bytes_of(row_offset, column, values); }
  T* block(std::size_t entry) { return &values[entry * block_size]; }
  const T* block(std::size_t entry) const { return &values[entry * block_size]; }

  void allocate_values() { values.assign(num_entries() * block_size + padding, T(0)); }
  void set_zero() { fill(values, 0); }

  // Entry of block (row, col); num_entries() when the pattern has none.
  std::size_t find(int row, int col) const {
    const auto begin = column.begin() + static_cast<std::ptrdiff_t>(row_offset[static_cast<std::size_t>(row)]);
    const auto end = column.begin() + static_cast<std::ptrdiff_t>(row_offset[static_cast<std::size_t>(row) + 1]);
    const auto it = std::lower_bound(begin, end, col);
    return it != end && *it == col ? static_cast<std::size_t>(it - column.begin()) : num_entries();
  }
  // Adds a row-major R×C block, leading dimension ld, at (row, col), which must be in the pattern.
  template <class S>
  void add(int row, int col, const S* k, int ld = C) {
    const std::size_t entry = find(row, col);
    assert(entry < num_entries());
    T* to = block(entry);
    for (int i = 0; i < R; ++i)
      for (int j = 0; j < C; ++j) to[i * C + j] += static_cast<T>(k[i * ld + j]);
  }
};

// The pattern that couples all members of each group: groups holds group_size row numbers after another (the nodes of
// the elements, for instance). Every row gets its diagonal block. Values are zero.
template <class T, int B>
BlockMatrix<T, B> pattern_of_groups(int num_rows, std::span<const int> groups, int group_size);

// A copy in another precision.
template <class S, class T, int R, int C>
BlockMatrix<S, R, C> convert(const BlockMatrix<T, R, C>& a);

template <class T, int R, int C>
BlockMatrix<T, C, R> transpose(const BlockMatrix<T, R, C>& a);

// y = A x and y += A x; x has C numbers per block column, y has R numbers per block row.
template <class T, int R, int C>
void multiply(const BlockMatrix<T, R, C>& a, const Vector<T>& x, Vector<T>& y);
template <class T, int R, int C>
void multiply_add(const BlockMatrix<T, R, C>& a, const Vector<T>& x, Vector<T>& y);
// r = b − A x
template <class T, int R, int C>
void residual(const BlockMatrix<T, R, C>& a, const Vector<T>& b, const Vector<T>& x, Vector<T>& r);

// C = A B: the pattern (without regard to values), the values into a given pattern, both. Sums are formed in double.
template <class T, class TA, class TB, int R, int K, int C>
BlockMatrix<T, R, C> product_pattern(const BlockMatrix<TA, R, K>& a, const BlockMatrix<TB, K, C>& b);
template <class T, class TA, class TB, int R, int K, int C>
void product_values(const BlockMatrix<TA, R, K>& a, const BlockMatrix<TB, K, C>& b, BlockMatrix<T, R, C>& c);
template <class T, class TA, class TB, int R, int K, int C>
BlockMatrix<T, R, C> product(const BlockMatrix<TA, R, K>& a, const BlockMatrix<TB, K, C>& b) {
  BlockMatrix<T, R, C> c = product_pattern<T>(a, b);
  product_values(a, b, c);
  return c;
}

}  // namespace knead

#include "solve/bsr_kernels.hpp"  // the definitions
