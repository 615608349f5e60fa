#include "solve/bsr.hpp"

#include "catch.hpp"
#include "dense.hpp"
#include "solve/eigenvalue.hpp"
#include "threads.hpp"

using namespace knead;

namespace {

// A matrix with about a third of its blocks, filled with random numbers.
template <class T, int R, int C>
BlockMatrix<T, R, C> random_matrix(int rows, int columns, std::uint64_t seed) {
  BlockMatrix<T, R, C> a;
  a.num_rows = rows;
  a.num_columns = columns;
  Vector<double> chance(static_cast<std::size_t>(rows * columns));
  fill_random(chance, seed);
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j)
      if (chance[static_cast<std::size_t>(i * columns + j)] > 0.3) a.column.push_back(j);
    a.row_offset.push_back(a.column.size());
  }
  a.allocate_values();
  Vector<T> numbers(a.num_entries() * a.block_size);
  fill_random(numbers, seed + 1);
  std::copy(numbers.begin(), numbers.end(), a.values.begin());
  return a;
}

template <class T, int R, int C>
Eigen::MatrixXd dense(const BlockMatrix<T, R, C>& a) {
  Eigen::MatrixXd d = Eigen::MatrixXd::Zero(a.num_rows * R, a.num_columns * C);
  for (int row = 0; row < a.num_rows; ++row)
    for (std::size_t e = a.row_offset[static_cast<std::size_t>(row)];
         e < a.row_offset[static_cast<std::size_t>(row) + 1]; ++e)
      for (int i = 0; i < R; ++i)
        for (int j = 0; j < C; ++j) d(row * R + i, a.column[e] * C + j) = static_cast<double>(a.block(e)[i * C + j]);
  return d;
}

template <class T>
Eigen::VectorXd dense(const Vector<T>& x) {
  Eigen::VectorXd d(static_cast<Eigen::Index>(x.size()));
  for (std::size_t i = 0; i < x.size(); ++i) d[static_cast<Eigen::Index>(i)] = static_cast<double>(x[i]);
  return d;
}

template <class T, int R, int C>
void check_products(double tolerance) {
  const BlockMatrix<T, R, C> a = random_matrix<T, R, C>(17, 23, 5);
  Vector<T> x(23 * C), y(17 * R), b(17 * R);
  fill_random(x, 9);
  fill_random(b, 10);
  multiply(a, x, y);
  CHECK((dense(y) - dense(a) * dense(x)).norm() < tolerance);
  residual(a, b, x, y);
  CHECK((dense(y) - (dense(b) - dense(a) * dense(x))).norm() < tolerance);
  y = b;
  multiply_add(a, x, y);
  CHECK((dense(y) - (dense(b) + dense(a) * dense(x))).norm() < tolerance);
  CHECK((dense(transpose(a)) - dense(a).transpose()).norm() == 0);
}

}  // namespace

TEST_CASE("Block matrices multiply vectors as dense ones do") {
  check_products<double, 3, 3>(1e-12);
  check_products<float, 3, 3>(1e-4);
  check_products<double, 3, 6>(1e-12);
  check_products<float, 6, 3>(1e-4);
  check_products<double, 6, 6>(1e-12);
  check_products<float, 6, 6>(1e-4);
}

TEST_CASE("Numbers that are not finite stay in their rows") {
  // The product reads a little beyond each row of a block; what lies there must not matter.
  BlockMatrix<float, 3> a;
  a.num_rows = a.num_columns = 2;
  a.column = {0, 1};
  a.row_offset = {0, 1, 2};
  a.allocate_values();
  for (std::size_t k = 0; k < 9; ++k) a.block(0)[k] = 1, a.block(1)[k] = std::numeric_limits<float>::infinity();
  const Vector<float> x(6, 2.0f);
  Vector<float> y(6);
  multiply(a, x, y);
  for (std::size_t i = 0; i < 3; ++i) CHECK(y[i] == 6.0f);
  CHECK(std::isinf(y[3]));
}

TEST_CASE("Block matrices multiply each other as dense ones do") {
  const auto a = random_matrix<double, 3, 6>(11, 14, 1);
  const auto b = random_matrix<double, 6, 3>(14, 9, 2);
  const auto c = product<double>(a, b);
  CHECK((dense(c) - dense(a) * dense(b)).norm() < 1e-12);
  for (int row = 0; row < c.num_rows; ++row)
    CHECK(std::is_sorted(
        c.column.begin() + static_cast<std::ptrdiff_t>(c.row_offset[static_cast<std::size_t>(row)]),
        c.column.begin() + static_cast<std::ptrdiff_t>(c.row_offset[static_cast<std::size_t>(row) + 1])));
  // New values in the old pattern
  auto a2 = a;
  scale(2, a2.values);
  auto c2 = c;
  product_values(a2, b, c2);
  CHECK((dense(c2) - 2 * dense(c)).norm() < 1e-12);
}

TEST_CASE("The pattern of groups couples their members and nothing else") {
  const std::vector<int> groups = {0, 1, 2, 2, 3, 4};
  auto a = pattern_of_groups<double, 3>(6, groups, 3);
  CHECK(a.num_entries() == 3u + 3u + 5u + 3u + 3u + 1u);
  CHECK(a.find(1, 3) == a.num_entries());
  CHECK(a.find(2, 4) < a.num_entries());
  CHECK(a.find(5, 5) < a.num_entries());
  double block[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  a.add(3, 2, block);
  a.add(3, 2, block);
  CHECK(dense(a)(10, 8) == 12);
  CHECK(dense(a).sum() == 90);
}

TEST_CASE("Block products give the same bits for any number of threads") {
  const auto a = random_matrix<float, 3, 3>(300, 300, 7);
  Vector<float> x(900);
  fill_random(x, 1);
  CHECK(test::same_for_any_number_of_threads([&] {
    Vector<float> y(900);
    multiply(a, x, y);
    return y;
  }));
  CHECK(test::same_for_any_number_of_threads([&] { return product<double>(a, a).values; }));
}
