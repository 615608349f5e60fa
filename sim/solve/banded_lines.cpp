#include "solve/banded_lines.hpp"

#include <algorithm>
#include <numeric>

#include "math/lanes.hpp"

namespace knead {
namespace {

constexpr std::size_t lanes = BandedLines::width;
using Numbers = Lanes<float, BandedLines::width>;
using WideNumbers = Lanes<double, BandedLines::width>;

// Values of one unknown: its diagonal and the H couplings to the unknowns before it.
template <int H>
constexpr std::size_t row_size = (H + 1) * lanes;

}  // namespace

BandedLines::BandedLines(const LineList& list, int half_bandwidth) : half_bandwidth_(half_bandwidth) {
  assert(half_bandwidth == 2 || half_bandwidth == 5 || half_bandwidth == 8);
  const int num_lines = list.num_lines();
  const auto length = [&](int line) {
    return list.offsets[static_cast<std::size_t>(line) + 1] - list.offsets[static_cast<std::size_t>(line)];
  };
  // Longest first; lines of equal length stay in order, so neighbours share a group.
  std::vector<int> order(static_cast<std::size_t>(num_lines));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return length(a) > length(b); });

  int last_node = -1;
  for (int node : list.nodes) last_node = std::max(last_node, node);
  line_of_node_.assign(static_cast<std::size_t>(last_node) + 1, -1);
  position_of_node_.assign(line_of_node_.size(), -1);
  base_.resize(static_cast<std::size_t>(num_lines));
  std::size_t num_values = 0;
  for (std::size_t begin = 0; begin < order.size(); begin += lanes) {
    const std::size_t end = std::min(begin + lanes, order.size());
    Group group{};
    group.first_value = num_values;
    group.first_node = nodes_.size();
    group.length = length(order[begin]);
    group.full_length = end - begin == lanes ? length(order[end - 1]) : 0;
    if (group.length == 0) break;
    nodes_.resize(nodes_.size() + static_cast<std::size_t>(group.length) * lanes, -1);
    for (std::size_t k = begin; k < end; ++k) {
      const int line = order[k];
      base_[static_cast<std::size_t>(line)] = num_values + (k - begin);
      for (int p = 0; p < length(line); ++p) {
        const int node = list.nodes[static_cast<std::size_t>(list.offsets[static_cast<std::size_t>(line)] + p)];
        assert(line_of_node_[static_cast<std::size_t>(node)] < 0);
        nodes_[group.first_node + static_cast<std::size_t>(p) * lanes + (k - begin)] = node;
        line_of_node_[static_cast<std::size_t>(node)] = line;
        position_of_node_[static_cast<std::size_t>(node)] = p;
      }
    }
    num_values += static_cast<std::size_t>(3 * group.length * (half_bandwidth + 1)) * lanes;
    longest_ = std::max(longest_, group.length);
    groups_.push_back(group);
  }
  values_.resize(num_values);
  set_zero();
}

void BandedLines::set_zero() {
  fill(values_, 0);
  // Padding is the identity.
  for (const Group& group : groups_) {
    for (int p = group.full_length; p < group.length; ++p) {
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        if (nodes_[group.first_node + static_cast<std::size_t>(p) * lanes + lane] >= 0) continue;
        for (int c = 0; c < 3; ++c) {
          const auto row = static_cast<std::size_t>((3 * p + c) * (half_bandwidth_ + 1));
          values_[group.first_value + row * lanes + lane] = 1;
        }
      }
    }
  }
}

void BandedLines::add_block(int line, int row_position, int column_position, const double* k) {
  assert(row_position >= column_position);
  for (int a = 0; a < 3; ++a) {
    for (int b = 0; b < 3; ++b) {
      const int i = 3 * row_position + a, j = 3 * column_position + b;
      if (j <= i && i - j <= half_bandwidth_) add(line, i, j, k[3 * a + b]);
    }
  }
}

// Row by row: with u_ij = l_ij d_j,  u_ij = a_ij − Σ_k u_ik l_jk  over the band, then l_ij = u_ij / d_j and
// d_i = a_ii − Σ_k u_ik l_ik (Golub & Van Loan 2013, section 4.3).
template <int H>
std::int64_t BandedLines::factor_group(const Group& group) {
  std::int64_t replaced = 0;
  // l[(i mod H)][m] = l_{i, i−m} and 1/d of the last H rows, in double.
  WideNumbers l[H][H + 1];
  WideNumbers inverse[H];
  for (int i = 0; i < H; ++i) {
    inverse[i] = WideNumbers(1.0);
    for (int m = 0; m <= H; ++m) l[i][m] = WideNumbers(0.0);
  }
  const int n = 3 * group.length;
  float* row = &values_[group.first_value];
  for (int i = 0; i < n; ++i, row += row_size<H>) {
    WideNumbers u[H + 1];
    for (int m = 0; m <= H; ++m) u[m] = WideNumbers::load(row + static_cast<std::size_t>(m) * lanes);
    const WideNumbers diagonal = u[0];
    for (int m = std::min(H, i); m >= 1; --m) {
      const int j = i - m;
      // k runs over the columns that rows i and j share: k = j − s, distance m + s from i.
      for (int s = 1; m + s <= H && s <= j; ++s) u[m] -= u[m + s] * l[j % H][s];
    }
    WideNumbers d = u[0];
    WideNumbers factors[H + 1];
    for (int m = 1; m <= std::min(H, i); ++m) {
      factors[m] = u[m] * inverse[(i - m) % H];
      d -= u[m] * factors[m];
    }
    for (int lane = 0; lane < width; ++lane) {
      const double entry_size = std::fabs(diagonal[lane]);
      if (d[lane] > 1e-6 * entry_size) continue;
      // Cut from the unknowns before it: what is left is positive, and Σ l_ik² d_k ≤ a_ii bounds every factor that
      // stays. With its couplings kept, the rows that follow would grow without bound.
      d.set(lane, entry_size > 0 ? entry_size : 1.0);
      for (int m = 1; m <= std::min(H, i); ++m) factors[m].set(lane, 0.0);
      ++replaced;
    }
    const WideNumbers inverse_d = WideNumbers(1.0) / d;
    inverse[i % H] = inverse_d;
    inverse_d.store(row);
    for (int m = 1; m <= H; ++m) {
      if (m <= i) {
        l[i % H][m] = factors[m];
        (-factors[m]).store(row + static_cast<std::size_t>(m) * lanes);
      } else {
        l[i % H][m] = WideNumbers(0.0);
        Numbers(0.0f).store(row + static_cast<std::size_t>(m) * lanes);
      }
    }
  }
  return replaced;
}

std::int64_t BandedLines::factor() {
  std::vector<std::int64_t> replaced(groups_.size(), 0);
  const auto num_groups = static_cast<long>(groups_.size());
#pragma omp parallel for schedule(static)
  for (long g = 0; g < num_groups; ++g) {
    const auto k = static_cast<std::size_t>(g);
    if (half_bandwidth_ == 2) replaced[k] = factor_group<2>(groups_[k]);
    if (half_bandwidth_ == 5) replaced[k] = factor_group<5>(groups_[k]);
    if (half_bandwidth_ == 8) replaced[k] = factor_group<8>(groups_[k]);
  }
  return std::accumulate(replaced.begin(), replaced.end(), std::int64_t{0});
}

// y = the unknowns of a group of lines, [unknown][lane]; zero where padded.
void BandedLines::gather(const Group& group, const float* x, float* y) const {
  const int* nodes = &nodes_[group.first_node];
  for (int p = 0; p < group.length; ++p, nodes += lanes, y += 3 * lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const bool inside = p < group.full_length || nodes[lane] >= 0;
      const float* from = x + 3 * static_cast<std::size_t>(inside ? nodes[lane] : 0);
      for (std::size_t c = 0; c < 3; ++c) y[c * lanes + lane] = inside ? from[c] : 0;
    }
  }
}

void BandedLines::scatter(const Group& group, const float* y, float* x) const {
  const int* nodes = &nodes_[group.first_node];
  for (int p = 0; p < group.length; ++p, nodes += lanes, y += 3 * lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      if (nodes[lane] < 0) continue;
      float* to = x + 3 * static_cast<std::size_t>(nodes[lane]);
      for (std::size_t c = 0; c < 3; ++c) to[c] = y[c * lanes + lane];
    }
  }
}

template <int H>
void BandedLines::solve_group(const Group& group, float* y) const {
  const int n = 3 * group.length;
  const float* row = &values_[group.first_value];
  // L y = r. The window holds the last H solutions, newest first.
  Numbers window[H];
  for (int m = 0; m < H; ++m) window[m] = Numbers(0.0f);
  for (int i = 0; i < n; ++i, row += row_size<H>, y += lanes) {
    // Oldest first: only the last product waits for the unknown before.
    Numbers sum = Numbers::load(y);
    for (int m = H; m >= 1; --m) sum += Numbers::load(row + static_cast<std::size_t>(m) * lanes) * window[m - 1];
    for (int m = H - 1; m >= 1; --m) window[m] = window[m - 1];
    window[0] = sum;
    sum.store(y);
  }
  // Lᵀ x = D⁻¹ y. The window holds what the unknowns already found add to those before them, nearest first.
  for (int m = 0; m < H; ++m) window[m] = Numbers(0.0f);
  for (int i = n - 1; i >= 0; --i) {
    row -= row_size<H>;
    y -= lanes;
    const Numbers found = Numbers::load(y) * Numbers::load(row) + window[0];
    for (int m = 1; m < H; ++m)
      window[m - 1] = window[m] + Numbers::load(row + static_cast<std::size_t>(m) * lanes) * found;
    window[H - 1] = Numbers::load(row + static_cast<std::size_t>(H) * lanes) * found;
    found.store(y);
  }
}

void BandedLines::solve(const Vector<float>& r, Vector<float>& x) const {
  assert(x.size() >= 3 * line_of_node_.size() && r.size() >= 3 * line_of_node_.size());
  const auto num_groups = static_cast<long>(groups_.size());
#pragma omp parallel
  {
    Vector<float> y(static_cast<std::size_t>(3 * longest_) * lanes);
#pragma omp for schedule(static)
    for (long g = 0; g < num_groups; ++g) {
      const Group& group = groups_[static_cast<std::size_t>(g)];
      gather(group, r.data(), y.data());
      if (half_bandwidth_ == 2) solve_group<2>(group, y.data());
      if (half_bandwidth_ == 5) solve_group<5>(group, y.data());
      if (half_bandwidth_ == 8) solve_group<8>(group, y.data());
      scatter(group, y.data(), x.data());
    }
  }
}

}  // namespace knead
