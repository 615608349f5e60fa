#include "measure/convergence.hpp"

#include <cmath>

#include "catch.hpp"

using namespace knead;

TEST_CASE("Errors of a known order give that order and the exact limit") {
  for (const double order : {0.6, 1.0, 1.7, 2.0})
    for (const double amplitude : {0.4, -0.4}) {
      INFO("order " << order << ", amplitude " << amplitude);
      const std::array<double, 3> size{1.0, 1.3, 2.1};  // ratios need not be equal
      std::array<double, 3> value;
      for (std::size_t i = 0; i < 3; ++i) value[i] = 5 + amplitude * std::pow(size[i], order);
      const auto estimate = estimate_convergence(size, value);
      CHECK(estimate.trend == Trend::monotone);
      CHECK(estimate.order == Approx(order));
      CHECK(estimate.limit == Approx(5));
      for (std::size_t i = 0; i < 3; ++i) CHECK(estimate.error[i] == Approx(1.25 * std::abs(value[i] - 5)));
    }
}

TEST_CASE("An order beyond that of the elements is not trusted") {
  // Fourth order by luck: extrapolated with the second, which is the larger error.
  const std::array<double, 3> size{1, 2, 4}, value{1 + 1.0 / 256, 1 + 1.0 / 16, 2};
  const auto estimate = estimate_convergence(size, value);
  CHECK(estimate.order == Approx(4));
  CHECK(estimate.error[0] == Approx(1.25 * (value[1] - value[0]) / 3));
  CHECK(estimate.error[0] > value[0] - 1);
}

TEST_CASE("Without an order the range counts three times") {
  const std::array<double, 3> size{1, 2, 4};
  const auto swinging = estimate_convergence(size, {1.0, 1.2, 0.9});
  CHECK(swinging.trend == Trend::oscillating);
  CHECK(std::isnan(swinging.order));
  CHECK(swinging.limit == 1.0);
  CHECK(swinging.error[0] == Approx(0.9));
  const auto running_away = estimate_convergence(size, {1.0, 1.2, 1.25});
  CHECK(running_away.trend == Trend::diverging);
  CHECK(running_away.error[2] == Approx(0.75));
  // The finer two still differ, the coarser two do not: nothing says where this ends.
  CHECK(estimate_convergence(size, {1.0, 1.2, 1.2}).trend == Trend::diverging);
  // The coarser two differ, the finer two do not: as far as it goes.
  const auto there = estimate_convergence(size, {1.0, 1.0, 1.2});
  CHECK(there.trend == Trend::monotone);
  CHECK(there.limit == 1.0);
  CHECK(there.error[0] == 0);
}

TEST_CASE("Values that do not depend on the size are settled") {
  const std::array<double, 3> size{1, 2, 4};
  for (const double x : {0.0, 25.0}) {
    const auto estimate = estimate_convergence(size, {x, x * (1 + 1e-12), x});
    CHECK(estimate.trend == Trend::settled);
    CHECK(estimate.limit == x);
    CHECK(estimate.error[0] == 0);
  }
}
