#include "solve/banded_lines.hpp"

#include "catch.hpp"
#include "dense.hpp"
#include "solve/eigenvalue.hpp"
#include "threads.hpp"

using namespace knead;

namespace {

struct Problem {
  LineList list;
  BandedLines lines;
  std::vector<Eigen::MatrixXd> dense;  // of each line
  int num_nodes = 0;
};

// Lines of the given lengths over shuffled node numbers, every fifth node in no line; random diagonally dominant bands.
Problem make_problem(const std::vector<int>& lengths, int half_bandwidth) {
  Problem p;
  int used = 0;
  for (int length : lengths) used += length;
  p.num_nodes = used + used / 4 + 1;
  std::vector<int> free;
  for (int node = 0; node < p.num_nodes; ++node)
    if (node % 5 != 4) free.push_back(node);
  for (std::size_t i = 0; i < free.size(); ++i) std::swap(free[i], free[(i * 7919) % free.size()]);
  std::size_t next = 0;
  for (int length : lengths) {
    for (int k = 0; k < length; ++k) p.list.nodes.push_back(free[next++]);
    p.list.offsets.push_back(static_cast<int>(p.list.nodes.size()));
  }
  p.lines = BandedLines(p.list, half_bandwidth);
  for (int line = 0; line < p.list.num_lines(); ++line) {
    const int n = 3 * lengths[static_cast<std::size_t>(line)];
    Vector<double> numbers(static_cast<std::size_t>(n * (half_bandwidth + 1)));
    fill_random(numbers, static_cast<std::uint64_t>(line) + 17);
    Eigen::MatrixXd a = Eigen::MatrixXd::Zero(n, n);
    for (int i = 0; i < n; ++i)
      for (int j = std::max(0, i - half_bandwidth); j <= i; ++j) {
        const double value =
            i == j ? half_bandwidth + 2.0 : numbers[static_cast<std::size_t>(i * (half_bandwidth + 1) + i - j)];
        a(i, j) = a(j, i) = static_cast<double>(static_cast<float>(value));
        p.lines.add(line, i, j, value);
      }
    p.dense.push_back(a);
  }
  return p;
}

Eigen::VectorXd part(const Problem& p, int line, const Vector<float>& x) {
  const int begin = p.list.offsets[static_cast<std::size_t>(line)],
            end = p.list.offsets[static_cast<std::size_t>(line) + 1];
  Eigen::VectorXd v(3 * (end - begin));
  for (int k = begin; k < end; ++k)
    for (int c = 0; c < 3; ++c)
      v[3 * (k - begin) + c] =
          static_cast<double>(x[static_cast<std::size_t>(3 * p.list.nodes[static_cast<std::size_t>(k)] + c)]);
  return v;
}

std::vector<int> mixed_lengths() {
  std::vector<int> lengths;
  for (int i = 0; i < 61; ++i) lengths.push_back(1 + (i * 13) % 19);
  for (int i = 0; i < 40; ++i) lengths.push_back(11);
  return lengths;
}

}  // namespace

TEST_CASE("Line solves agree with dense Cholesky for lines of any length") {
  for (int half_bandwidth : {2, 5, 8}) {
    Problem p = make_problem(mixed_lengths(), half_bandwidth);
    CHECK(p.lines.factor() == 0);
    Vector<float> r(static_cast<std::size_t>(3 * p.num_nodes)), x(r.size(), -7.0f);
    fill_random(r, 2);
    p.lines.solve(r, x);
    double largest = 0;
    for (int line = 0; line < p.list.num_lines(); ++line) {
      const Eigen::VectorXd exact = p.dense[static_cast<std::size_t>(line)].llt().solve(part(p, line, r));
      largest = std::max(largest, (part(p, line, x) - exact).norm() / exact.norm());
    }
    CHECK(largest < 3e-6);
    // Nodes in no line keep their values.
    CHECK(p.lines.line_of_node(4) == -1);
    for (std::size_t c = 12; c < 15; ++c) CHECK(x[c] == -7.0f);
    // r and x may be one vector.
    Vector<float> same = r;
    p.lines.solve(same, same);
    for (int node : p.list.nodes)
      CHECK(same[static_cast<std::size_t>(3 * node)] == x[static_cast<std::size_t>(3 * node)]);
  }
}

TEST_CASE("Blocks land in the lower triangle of their line") {
  const LineList list{{0, 3}, {2, 0, 1}};
  BandedLines lines(list, 5);
  const double diagonal[9] = {4, 1, 0, 1, 5, 2, 0, 2, 6}, coupling[9] = {-1, 0.5, 0.25, 0.5, -1, 0.5, 0.75, 0.5, -1};
  for (int k = 0; k < 3; ++k) lines.add_block(0, k, k, diagonal);
  for (int k = 0; k < 2; ++k) lines.add_block(0, k + 1, k, coupling);
  lines.add_block(0, 2, 0, coupling);  // beyond the band
  REQUIRE(lines.factor() == 0);
  Eigen::Matrix3d d, c;
  d << 4, 1, 0, 1, 5, 2, 0, 2, 6;
  c << -1, 0.5, 0.25, 0.5, -1, 0.5, 0.75, 0.5, -1;
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(9, 9);
  for (int k = 0; k < 3; ++k) a.block<3, 3>(3 * k, 3 * k) = d;
  for (int k = 0; k < 2; ++k) {
    a.block<3, 3>(3 * k + 3, 3 * k) = c;
    a.block<3, 3>(3 * k, 3 * k + 3) = c.transpose();
  }
  // Of the blocks between positions two apart only entries inside the scalar band count: (6, 1), (6, 2), (7, 2).
  a(6, 1) = a(1, 6) = c(0, 1), a(6, 2) = a(2, 6) = c(0, 2), a(7, 2) = a(2, 7) = c(1, 2);
  Vector<float> r = {1, 2, 3, 4, 5, 6, 7, 8, 9}, x(9);
  lines.solve(r, x);
  Eigen::VectorXd rhs(9);
  rhs << 7, 8, 9, 1, 2, 3, 4, 5, 6;
  const Eigen::VectorXd exact = a.ldlt().solve(rhs);
  for (int k = 0; k < 9; ++k) {
    const int node = list.nodes[static_cast<std::size_t>(k / 3)];
    CHECK(x[static_cast<std::size_t>(3 * node + k % 3)] == Approx(exact[k]).epsilon(1e-5).margin(1e-6));
  }
}

TEST_CASE("A pivot that is not positive is replaced and counted") {
  BandedLines lines(LineList{{0, 2, 3}, {0, 1, 2}}, 5);
  for (int i = 0; i < 6; ++i) lines.add(0, i, i, 1);
  for (int i = 0; i < 3; ++i) lines.add(1, i, i, i == 1 ? -2 : 0);
  lines.add(0, 3, 0, 3);  // [1 3; 3 1] has the pivots 1 and −8: the second becomes 1, cut from the first
  CHECK(lines.factor() == 4);
  Vector<float> r = {1, 1, 1, 1, 1, 1, 1, 1, 1}, x(9);
  lines.solve(r, x);
  CHECK(x[3] == Approx(1));
  CHECK(x[0] == Approx(1));
  CHECK(x[6] == Approx(1));
  CHECK(x[7] == Approx(0.5));
}

TEST_CASE("A long line that is not positive keeps bounded factors") {
  const int length = 60, n = 3 * length;
  for (int half_bandwidth : {2, 5, 8}) {
    LineList list{{0, length}, {}};
    for (int k = 0; k < length; ++k) list.nodes.push_back(k);
    BandedLines lines(list, half_bandwidth);
    Vector<double> numbers(static_cast<std::size_t>(n * half_bandwidth));
    fill_random(numbers, 5);
    for (int i = 0; i < n; ++i) {
      lines.add(0, i, i, 1);
      for (int m = 1; m <= std::min(i, half_bandwidth); ++m)
        lines.add(0, i, i - m, 2 * numbers[static_cast<std::size_t>(i * half_bandwidth + m - 1)]);
    }
    CHECK(lines.factor() > n / 10);
    for (std::uint64_t seed : {1, 2, 3}) {
      Vector<float> r(static_cast<std::size_t>(n)), x(r.size());
      fill_random(r, seed);
      lines.solve(r, x);
      CHECK(std::isfinite(norm(x)));
      CHECK(dot(r, x) > 0);
    }
  }
}

TEST_CASE("Line solves give the same bits for any number of threads") {
  CHECK(test::same_for_any_number_of_threads([] {
    Problem p = make_problem(mixed_lengths(), 8);
    p.lines.factor();
    Vector<float> r(static_cast<std::size_t>(3 * p.num_nodes)), x(r.size(), 0.0f);
    fill_random(r, 2);
    p.lines.solve(r, x);
    return x;
  }));
}
