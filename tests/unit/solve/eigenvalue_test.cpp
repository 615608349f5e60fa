#include "solve/eigenvalue.hpp"

#include "catch.hpp"
#include "dense.hpp"
#include "elasticity.hpp"
#include "solve/block_diagonal.hpp"
#include "threads.hpp"

using namespace knead;

TEST_CASE("The largest eigenvalue of a tridiagonal matrix") {
  // Eigenvalues of (−1, 2, −1) are 2 − 2 cos(k π / (n + 1)).
  for (int n : {1, 2, 7, 30}) {
    const std::vector<double> diagonal(static_cast<std::size_t>(n), 2.0), off(static_cast<std::size_t>(n - 1), -1.0);
    CHECK(largest_tridiagonal_eigenvalue(diagonal, off) ==
          Approx(2 - 2 * std::cos(n * 3.14159265358979324 / (n + 1))).epsilon(1e-12));
  }
}

TEST_CASE("The estimate of the largest eigenvalue is close and from below") {
  const test::ElasticBox box = test::elastic_box(
      {test::uniform_grid(1, 4), test::uniform_grid(1, 3), test::uniform_grid(0.3, 3)},
      [](const Vec3d& x) { return x[2] > 0.2 ? 20.0 : 1.0; }, test::held_at_bottom);
  const int n = 3 * box.num_nodes();
  const InverseBlockDiagonal<double, 3> inverse(box.matrix);
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(n, n), d = a;
  for (const Triplet& t : test::triplets(box.matrix)) {
    a(t.row, t.column) += t.value;
    if (t.row / 3 == t.column / 3) d(t.row, t.column) += t.value;
  }
  const double exact = Eigen::GeneralizedSelfAdjointEigenSolver<Eigen::MatrixXd>(a, d).eigenvalues().maxCoeff();
  const auto estimate = [&](int steps) {
    return estimate_largest_eigenvalue<double>(
        [&](const Vector<double>& x, Vector<double>& y) { multiply(box.matrix, x, y); },
        [&](const Vector<double>& r, Vector<double>& z) { inverse.multiply(r, z); }, static_cast<std::size_t>(n),
        {steps, 1});
  };
  CHECK(estimate(12) <= exact * (1 + 1e-12));
  CHECK(estimate(12) > 0.95 * exact);
  CHECK(estimate(60) == Approx(exact).epsilon(1e-8));
  CHECK(test::same_for_any_number_of_threads([&] { return std::vector<double>{estimate(12)}; }));
}

TEST_CASE("Random numbers are spread evenly over their interval") {
  Vector<double> x(100000);
  fill_random(x, 1);
  double mean = 0, square = 0;
  for (double v : x) mean += v / 1e5, square += v * v / 1e5;
  CHECK(std::fabs(mean) < 0.01);
  CHECK(square == Approx(1.0 / 3).epsilon(0.02));
}
