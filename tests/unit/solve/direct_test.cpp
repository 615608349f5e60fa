#include "solve/direct.hpp"

#include "catch.hpp"
#include "solve/eigenvalue.hpp"

using namespace knead;

TEST_CASE("The direct solver takes nonsymmetric and indefinite matrices") {
  // [0 2; 3 1]: det −6
  const DirectSolver two(2, std::vector<Triplet>{{0, 1, 1.5}, {0, 1, 0.5}, {1, 0, 3}, {1, 1, 1}});
  REQUIRE(two.factored());
  Vector<double> x;
  two.solve({4, 5}, x);
  CHECK(x[0] == Approx(1));
  CHECK(x[1] == Approx(2));

  // A saddle point: identity block of 30, constraint that the sum is 60, so every entry is 2 and the multiplier −2.
  std::vector<Triplet> saddle;
  for (int i = 0; i < 30; ++i) {
    saddle.push_back({i, i, 1});
    saddle.push_back({i, 30, 1});
    saddle.push_back({30, i, 1});
  }
  const DirectSolver constrained(31, saddle);
  REQUIRE(constrained.factored());
  Vector<double> b(31, 0.0);
  b[30] = 60;
  constrained.solve(b, x);
  for (std::size_t i = 0; i < 30; ++i) CHECK(x[i] == Approx(2));
  CHECK(x[30] == Approx(-2));
}

TEST_CASE("The direct solver says that a matrix is singular") {
  CHECK_FALSE(DirectSolver(2, std::vector<Triplet>{{0, 0, 1}, {0, 1, 2}, {1, 0, 2}, {1, 1, 4}}).factored());
  CHECK_FALSE(DirectSolver(2, std::vector<Triplet>{{0, 0, 1}}).factored());
}
