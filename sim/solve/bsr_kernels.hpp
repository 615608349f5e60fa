#pragma once
// Definitions for bsr.hpp; include that.
#include "solve/bsr.hpp"

namespace knead {
namespace bsr {

// y (R numbers) = Σ over the row's entries of block · x. Each row of a block fills the first C lanes of a register; the
// others hold what follows in storage times zero and are left out of the sums. Even and odd entries of small blocks are
// summed apart to shorten the chain of additions.
template <class T, int R, int C>
void row_product(const BlockMatrix<T, R, C>& a, std::size_t row, const T* x, T* y) {
  static_assert(C == 3 || C == 6);
  constexpr int lanes = C == 3 ? 4 : 8, chains = R == 3 ? 2 : 1;
  static_assert(lanes - C <= static_cast<int>(BlockMatrix<T, R, C>::padding));
  typedef T Register __attribute__((vector_size(lanes * sizeof(T))));
  Register sum[chains][R] = {};
  const auto add_entry = [&](std::size_t entry, Register* to) {
    const T* block = a.block(entry);
    const T* xc = x + static_cast<std::size_t>(C) * static_cast<std::size_t>(a.column[entry]);
    Register xs;
    if constexpr (C == 3) {
      xs = Register{xc[0], xc[1], xc[2], T(0)};
    } else {
      xs = Register{xc[0], xc[1], xc[2], xc[3], xc[4], xc[5], T(0), T(0)};
    }
    for (int i = 0; i < R; ++i) {
      Register block_row;
      __builtin_memcpy(&block_row, block + C * i, sizeof(block_row));
      to[i] += block_row * xs;
    }
  };
  const std::size_t end = a.row_offset[row + 1];
  std::size_t entry = a.row_offset[row];
  for (; entry + 2 <= end; entry += 2) {
    add_entry(entry, sum[0]);
    add_entry(entry + 1, sum[chains - 1]);
  }
  if (entry < end) add_entry(entry, sum[0]);
  for (int i = 0; i < R; ++i) {
    const Register total = chains == 2 ? sum[0][i] + sum[chains - 1][i] : sum[0][i];
    T value = total[0];
    for (int k = 1; k < C; ++k) value += total[k];
    y[i] = value;
  }
}

// f(row, its R numbers of A x) for every row, rows in parallel.
template <class T, int R, int C, class F>
void for_row_products(const BlockMatrix<T, R, C>& a, const Vector<T>& x, F&& f) {
  assert(x.size() == static_cast<std::size_t>(a.num_columns) * C);
#pragma omp parallel for schedule(static)
  for (int row = 0; row < a.num_rows; ++row) {
    T sum[R];
    row_product(a, static_cast<std::size_t>(row), x.data(), sum);
    f(static_cast<std::size_t>(row), sum);
  }
}

// Sorted distinct columns of row `row` of A B; seen[c] == row marks the columns met.
template <class TA, class TB, int R, int K, int C>
void row_columns(const BlockMatrix<TA, R, K>& a, const BlockMatrix<TB, K, C>& b, int row, std::vector<int>& seen,
                 std::vector<int>& columns) {
  columns.clear();
  for (std::size_t ea = a.row_offset[static_cast<std::size_t>(row)];
       ea < a.row_offset[static_cast<std::size_t>(row) + 1]; ++ea) {
    const auto k = static_cast<std::size_t>(a.column[ea]);
    for (std::size_t eb = b.row_offset[k]; eb < b.row_offset[k + 1]; ++eb) {
      const int c = b.column[eb];
      if (seen[static_cast<std::size_t>(c)] == row) continue;
      seen[static_cast<std::size_t>(c)] = row;
      columns.push_back(c);
    }
  }
}

}  // namespace bsr

template <class T, int R, int C>
void multiply(const BlockMatrix<T, R, C>& a, const Vector<T>& x, Vector<T>& y) {
  bsr::for_row_products(a, x, [&](std::size_t row, const T* sum) {
    for (std::size_t i = 0; i < R; ++i) y[row * R + i] = sum[i];
  });
}

template <class T, int R, int C>
void multiply_add(const BlockMatrix<T, R, C>& a, const Vector<T>& x, Vector<T>& y) {
  bsr::for_row_products(a, x, [&](std::size_t row, const T* sum) {
    for (std::size_t i = 0; i < R; ++i) y[row * R + i] += sum[i];
  });
}

template <class T, int R, int C>
void residual(const BlockMatrix<T, R, C>& a, const Vector<T>& b, const Vector<T>& x, Vector<T>& r) {
  bsr::for_row_products(a, x, [&](std::size_t row, const T* sum) {
    for (std::size_t i = 0; i < R; ++i) r[row * R + i] = b[row * R + i] - sum[i];
  });
}

template <class T, int B>
BlockMatrix<T, B> pattern_of_groups(int num_rows, std::span<const int> groups, int group_size) {
  const auto size = static_cast<std::size_t>(group_size), rows = static_cast<std::size_t>(num_rows);
  assert(groups.size() % size == 0);
  // Groups of each row.
  std::vector<std::size_t> offset(rows + 1, 0);
  for (int row : groups) ++offset[static_cast<std::size_t>(row) + 1];
  for (std::size_t i = 0; i < rows; ++i) offset[i + 1] += offset[i];
  std::vector<std::size_t> group_of(groups.size()), next(offset.begin(), offset.end() - 1);
  for (std::size_t k = 0; k < groups.size(); ++k) group_of[next[static_cast<std::size_t>(groups[k])]++] = k / size;

  BlockMatrix<T, B> a;
  a.num_rows = a.num_columns = num_rows;
  a.row_offset.reserve(rows + 1);
  std::vector<int> seen(rows, -1);
  for (int row = 0; row < num_rows; ++row) {
    const std::size_t begin = a.column.size();
    const auto add_column = [&](int c) {
      if (seen[static_cast<std::size_t>(c)] == row) return;
      seen[static_cast<std::size_t>(c)] = row;
      a.column.push_back(c);
    };
    add_column(row);
    for (std::size_t k = offset[static_cast<std::size_t>(row)]; k < offset[static_cast<std::size_t>(row) + 1]; ++k)
      for (std::size_t m = 0; m < size; ++m) add_column(groups[group_of[k] * size + m]);
    std::sort(a.column.begin() + static_cast<std::ptrdiff_t>(begin), a.column.end());
    a.row_offset.push_back(a.column.size());
  }
  a.allocate_values();
  return a;
}

template <class S, class T, int R, int C>
BlockMatrix<S, R, C> convert(const BlockMatrix<T, R, C>& a) {
  BlockMatrix<S, R, C> b;
  b.num_rows = a.num_rows;
  b.num_columns = a.num_columns;
  b.row_offset = a.row_offset;
  b.column = a.column;
  b.values.resize(a.values.size());
  copy(a.values, b.values);
  return b;
}

template <class T, int R, int C>
BlockMatrix<T, C, R> transpose(const BlockMatrix<T, R, C>& a) {
  BlockMatrix<T, C, R> t;
  t.num_rows = a.num_columns;
  t.num_columns = a.num_rows;
  t.row_offset.assign(static_cast<std::size_t>(t.num_rows) + 1, 0);
  for (int c : a.column) ++t.row_offset[static_cast<std::size_t>(c) + 1];
  for (std::size_t i = 0; i < static_cast<std::size_t>(t.num_rows); ++i) t.row_offset[i + 1] += t.row_offset[i];
  t.column.resize(a.num_entries());
  t.allocate_values();
  std::vector<std::size_t> next(t.row_offset.begin(), t.row_offset.end() - 1);
  for (int row = 0; row < a.num_rows; ++row) {
    for (std::size_t e = a.row_offset[static_cast<std::size_t>(row)];
         e < a.row_offset[static_cast<std::size_t>(row) + 1]; ++e) {
      const std::size_t to = next[static_cast<std::size_t>(a.column[e])]++;
      t.column[to] = row;
      for (int i = 0; i < R; ++i)
        for (int j = 0; j < C; ++j) t.block(to)[j * R + i] = a.block(e)[i * C + j];
    }
  }
  return t;
}

template <class T, class TA, class TB, int R, int K, int C>
BlockMatrix<T, R, C> product_pattern(const BlockMatrix<TA, R, K>& a, const BlockMatrix<TB, K, C>& b) {
  assert(a.num_columns == b.num_rows);
  BlockMatrix<T, R, C> c;
  c.num_rows = a.num_rows;
  c.num_columns = b.num_columns;
  c.row_offset.assign(static_cast<std::size_t>(c.num_rows) + 1, 0);
  const auto in_rows = [&](auto&& f) {
#pragma omp parallel
    {
      std::vector<int> seen(static_cast<std::size_t>(c.num_columns), -1), columns;
#pragma omp for schedule(static)
      for (int row = 0; row < c.num_rows; ++row) {
        bsr::row_columns(a, b, row, seen, columns);
        f(static_cast<std::size_t>(row), columns);
      }
    }
  };
  in_rows([&](std::size_t row, const std::vector<int>& columns) { c.row_offset[row + 1] = columns.size(); });
  for (std::size_t i = 0; i < static_cast<std::size_t>(c.num_rows); ++i) c.row_offset[i + 1] += c.row_offset[i];
  c.column.resize(c.row_offset.back());
  in_rows([&](std::size_t row, std::vector<int>& columns) {
    std::sort(columns.begin(), columns.end());
    std::copy(columns.begin(), columns.end(), c.column.begin() + static_cast<std::ptrdiff_t>(c.row_offset[row]));
  });
  c.allocate_values();
  return c;
}

template <class T, class TA, class TB, int R, int K, int C>
void product_values(const BlockMatrix<TA, R, K>& a, const BlockMatrix<TB, K, C>& b, BlockMatrix<T, R, C>& c) {
#pragma omp parallel
  {
    std::vector<std::size_t> place(static_cast<std::size_t>(c.num_columns));
    std::vector<double> sum;
#pragma omp for schedule(static)
    for (int r = 0; r < c.num_rows; ++r) {
      const auto row = static_cast<std::size_t>(r);
      const std::size_t begin = c.row_offset[row], count = c.row_offset[row + 1] - begin;
      for (std::size_t k = 0; k < count; ++k) place[static_cast<std::size_t>(c.column[begin + k])] = k;
      sum.assign(count * R * C, 0.0);
      for (std::size_t ea = a.row_offset[row]; ea < a.row_offset[row + 1]; ++ea) {
        const auto inner = static_cast<std::size_t>(a.column[ea]);
        const TA* block_a = a.block(ea);
        for (std::size_t eb = b.row_offset[inner]; eb < b.row_offset[inner + 1]; ++eb) {
          const TB* block_b = b.block(eb);
          double* to = &sum[place[static_cast<std::size_t>(b.column[eb])] * R * C];
          for (int i = 0; i < R; ++i)
            for (int k = 0; k < K; ++k)
              for (int j = 0; j < C; ++j)
                to[i * C + j] += static_cast<double>(block_a[i * K + k]) * static_cast<double>(block_b[k * C + j]);
        }
      }
      if (count == 0) continue;
      T* values = c.block(begin);
      for (std::size_t k = 0; k < count * R * C; ++k) values[k] = static_cast<T>(sum[k]);
    }
  }
}

}  // namespace knead
