#include "solve/newton.hpp"

#include <vector>

#include "catch.hpp"

using namespace knead;

TEST_CASE("Forcing terms follow Eisenstat and Walker's second choice") {
  const ForcingSettings settings{0.5, 0.9, 1e-8, 0.9, 2};
  CHECK(forcing_term(10, 0, 0, settings) == 0.5);
  // γ (‖F_k‖/‖F_k−1‖)²
  CHECK(forcing_term(1, 10, 0, settings) == Approx(0.9 * 0.01));
  CHECK(forcing_term(20, 10, 0, settings) == 0.9);
  // Near the end: half of what is still asked for
  CHECK(forcing_term(1e-3, 1, 4e-4, settings) == Approx(0.2));
  CHECK(forcing_term(1e-9, 1, 0, settings) == 1e-8);
}

TEST_CASE("An inexact Newton method with these forcing terms converges faster than linearly") {
  // F(x) = eˣ − 2, each linear solve off by the full forcing term
  const ForcingSettings settings;
  double x = 2, previous = 0;
  std::vector<double> history;
  for (int k = 0; k < 9 && (k == 0 || history.back() > 1e-13); ++k) {
    const double f = std::exp(x) - 2;
    const double forcing = forcing_term(std::fabs(f), previous, 0, settings);
    previous = std::fabs(f);
    history.push_back(previous);
    x -= f / std::exp(x) * (1 - forcing);
  }
  CHECK(history.back() <= 1e-13);
  const std::size_t n = history.size();
  CHECK(history[n - 1] / history[n - 2] < 0.1 * history[n - 3] / history[n - 4]);
  CHECK(x == Approx(std::log(2.0)));
}

TEST_CASE("A preconditioner is replaced when that saves iterations, or while the residual hardly falls") {
  const ReuseSettings settings{2, 0.5};
  // To 1e-4: 9.2 / 1 iterations with a new one, 9.2 / 0.5 with the old one.
  CHECK(rebuild_pays({1, 0.5}, 1e-4, 1, 10, settings));
  // To 0.2 they take 1.6 and 3.2.
  CHECK_FALSE(rebuild_pays({1, 0.5}, 0.2, 1, 10, settings));
  CHECK_FALSE(rebuild_pays({1, 1}, 1e-8, 1, 10, settings));
  CHECK(rebuild_pays({1, 1}, 1e-8, 6, 10, settings));
  CHECK(rebuild_pays({1, 1}, 0.1, 1, 10, {-1, 0.5}));
}

TEST_CASE("The line search saves Newton's method where the full step diverges") {
  // F(x) = atan x: the full step diverges from |x| > 1.3917 (Kelley 1995, section 8.1)
  double x = 10;
  int shortened = 0;
  for (int k = 0; k < 30 && std::fabs(std::atan(x)) > 1e-12; ++k) {
    const double step = -std::atan(x) * (1 + x * x);
    const LineSearchResult result =
        backtrack([&](double l) { return std::fabs(std::atan(x + l * step)); }, std::fabs(std::atan(x)), 0);
    REQUIRE(result.accepted);
    CHECK(result.residual <= (1 - 1e-4 * result.step) * std::fabs(std::atan(x)));
    shortened += result.step < 1;
    x += result.step * step;
  }
  CHECK(std::fabs(x) < 1e-12);
  CHECK(shortened > 0);
}

TEST_CASE("The line search steps back from states that are not allowed, and gives up in the end") {
  // F(x) = ln x has no value for x ≤ 0; from 8 the full step lands at 8 − 8 ln 8 = −8.6.
  const double x = 8, step = -8 * std::log(8.0);
  const LineSearchResult result =
      backtrack([&](double l) { return std::fabs(std::log(x + l * step)); }, std::log(8.0), 0);
  CHECK(result.accepted);
  CHECK(x + result.step * step > 0);
  CHECK(result.step == 0.25);

  const LineSearchResult ascent = backtrack([](double l) { return 1 + l; }, 1, 0);
  CHECK_FALSE(ascent.accepted);
  CHECK(ascent.step == 0);
  CHECK(ascent.trials >= 3);
}

TEST_CASE("The next step of the line search is the minimum of the parabola, within its bounds") {
  const LineSearchSettings settings;
  // ‖F‖² = 1 − 2 λ + c λ² has its minimum at 1/c; at λ = 1 it is c − 1.
  for (double c : {2.5, 4.0, 8.0}) CHECK(shorter_step(1, 1, std::sqrt(c - 1), 0, settings) == Approx(1 / c));
  CHECK(shorter_step(1, 1, 100, 0, settings) == Approx(0.1));
  CHECK(shorter_step(0.5, 1, 0.999, 0, settings) == Approx(0.25));
  CHECK(shorter_step(0.5, 1, std::nan(""), 0, settings) == Approx(0.25));
}
