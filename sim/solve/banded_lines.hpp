#pragma once
// Direct solves on many independent lines of nodes at once: the smoother along the thickness of thin layers.
//
// The matrix of a line with m nodes has 3 m unknowns and couplings |i − j| ≤ half_bandwidth only. Sixteen lines of
// equal or similar length share the lanes of SIMD registers; shorter ones are padded with the identity. Per unknown
// there are half_bandwidth + 1 numbers in single precision: 36 bytes for half_bandwidth 8. A group is solved forwards
// and backwards while its factor is in cache, so a solve reads the factor from memory once.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "math/byte_count.hpp"
#include "math/vector.hpp"
#include "solve/lines.hpp"

namespace knead {

class BandedLines {
 public:
  static constexpr int width = 16;  // lines in a group

  BandedLines() = default;
  // half_bandwidth: 2 for node blocks, 5 when neighbours couple (Q1), 8 when a node couples to the next two (Q2).
  BandedLines(const LineList& lines, int half_bandwidth);

  void set_zero();
  // Entry (i, j) of a line's symmetric matrix, j ≤ i ≤ j + half_bandwidth, unknown i = 3 position + component. Lower
  // triangle only; N/m. Threads may fill different lines at the same time.
  float& entry(int line, int i, int j) {
    assert(j <= i && i - j <= half_bandwidth_);
    return values_[base_[static_cast<std::size_t>(line)] +
                   static_cast<std::size_t>(i * (half_bandwidth_ + 1) + i - j) * width];
  }
  void add(int line, int i, int j, double value) { entry(line, i, j) += static_cast<float>(value); }
  // Adds a row-major 3×3 block that couples two positions of a line, row_position ≥ column_position; of a diagonal
  // block the lower triangle is read, of a block outside the band (row_position − column_position beyond it) nothing.
  void add_block(int line, int row_position, int column_position, const double* k);

  // Line and position of a node; −1 when it is in none.
  int line_of_node(int node) const {
    return static_cast<std::size_t>(node) < line_of_node_.size() ? line_of_node_[static_cast<std::size_t>(node)] : -1;
  }
  int position_of_node(int node) const { return position_of_node_[static_cast<std::size_t>(node)]; }

  // L D Lᵀ in place, in double arithmetic. A pivot that is not above 1e-6 of its diagonal entry is replaced by that
  // entry's size (by 1 if the entry is zero) and its couplings to the unknowns before it are dropped, which keeps the
  // solve positive definite and the factors bounded. Returns how many were replaced.
  std::int64_t factor();

  // x = (line matrices)⁻¹ r for vectors of 3 unknowns a node; nodes in no line keep their x. x and r may be the same.
  void solve(const Vector<float>& r, Vector<float>& x) const;

  int num_lines() const { return static_cast<int>(base_.size()); }
  int half_bandwidth() const { return half_bandwidth_; }
  std::size_t bytes() const { return bytes_of(groups_, base_, nodes_, line_of_node_, position_of_node_, values_); }

 private:
  struct Group {
    std::size_t first_value;  // of its values
    std::size_t first_node;   // of its node numbers, `width` per position, −1 where padded
    int length;               // nodes of its longest line
    int full_length;          // nodes of its shortest line
  };
  template <int H>
  std::int64_t factor_group(const Group& group);
  template <int H>
  void solve_group(const Group& group, float* y) const;
  void gather(const Group& group, const float* x, float* y) const;
  void scatter(const Group& group, const float* y, float* x) const;

  int half_bandwidth_ = 0;
  int longest_ = 0;
  std::vector<Group> groups_;
  std::vector<std::size_t> base_;  // of each line: the index of its entry (0, 0)
  std::vector<int> nodes_;
  std::vector<int> line_of_node_, position_of_node_;
  Vector<float> values_;  // [group][unknown][i − j][lane]; after factor(): 1/d, then −L
};

}  // namespace knead
