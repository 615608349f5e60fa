#include "solve/chebyshev.hpp"

#include <cmath>

#include "catch.hpp"

using namespace knead;

namespace {

// The factor by which the smoother multiplies an error in the direction of eigenvalue λ of M⁻¹A: run on 1×1 matrices,
// one for each λ.
std::vector<double> error_factors(const ChebyshevSettings& settings, double largest, const std::vector<double>& lambda,
                                  bool zero_start) {
  const std::size_t n = lambda.size();
  Vector<double> b(n), x(n);
  // Exact solution 1, start 0 (or 3, error 2); M = 2 and A = 2 λ.
  for (std::size_t i = 0; i < n; ++i) b[i] = 2 * lambda[i], x[i] = zero_start ? 99.0 : 3.0;
  ChebyshevWorkspace<double> workspace;
  chebyshev_smooth(
      [&](const Vector<double>& from, Vector<double>& to) {
        for (std::size_t i = 0; i < n; ++i) to[i] = 2 * lambda[i] * from[i];
      },
      [&](const Vector<double>& from, Vector<double>& to) {
        for (std::size_t i = 0; i < n; ++i) to[i] = 0.5 * from[i];
      },
      b, x, chebyshev_steps(settings, largest), zero_start, workspace);
  std::vector<double> factors;
  for (double xi : x) factors.push_back((xi - 1) / (zero_start ? -1 : 2));
  return factors;
}

double chebyshev_polynomial(int n, double x) {
  return std::fabs(x) <= 1 ? std::cos(n * std::acos(x))
                           : std::cosh(n * std::acosh(std::fabs(x))) * (x < 0 && n % 2 ? -1 : 1);
}

std::vector<double> spectrum(double largest, int n) {
  std::vector<double> lambda;
  for (int i = 1; i <= n; ++i) lambda.push_back(largest * i / n);
  return lambda;
}

}  // namespace

TEST_CASE("The first-kind smoother is the scaled Chebyshev polynomial") {
  const double largest = 2.5;
  const std::vector<double> lambda = spectrum(largest, 50);
  for (int degree = 1; degree <= 6; ++degree) {
    for (bool zero_start : {true, false}) {
      const ChebyshevSettings settings{ChebyshevKind::first, degree, 12, 1.1};
      const std::vector<double> factor = error_factors(settings, largest, lambda, zero_start);
      const double upper = 1.1 * largest, lower = largest / 12;
      const double centre = 0.5 * (upper + lower), radius = 0.5 * (upper - lower);
      for (std::size_t i = 0; i < lambda.size(); ++i) {
        const double expected =
            chebyshev_polynomial(degree, (centre - lambda[i]) / radius) / chebyshev_polynomial(degree, centre / radius);
        CHECK(factor[i] == Approx(expected).margin(1e-12));
      }
    }
  }
}

TEST_CASE("The fourth-kind smoother without weights is the scaled polynomial W") {
  // W_k(cos t) = sin((k + 1/2) t) / sin(t/2), error factor W_k(1 − 2 λ/λmax) / (2 k + 1)
  const double largest = 1.7;
  const std::vector<double> lambda = spectrum(largest, 40);
  for (int degree : {5, 7}) {
    const std::vector<double> factor =
        error_factors({ChebyshevKind::fourth, degree, 0 + 2, 1.0}, largest, lambda, false);
    for (std::size_t i = 0; i < lambda.size(); ++i) {
      const double t = std::acos(1 - 2 * lambda[i] / largest);
      CHECK(factor[i] == Approx(std::sin((degree + 0.5) * t) / std::sin(0.5 * t) / (2 * degree + 1)).margin(1e-12));
    }
  }
}

TEST_CASE("The weights of the fourth-kind smoother are optimal") {
  // Lottes: they minimise the largest value of λ p² / (1 − p²), so all degree + 1 maxima on [0, 1] are equal.
  const std::vector<double> lambda = spectrum(1.0, 200000);
  for (int degree = 1; degree <= 4; ++degree) {
    const std::vector<double> p = error_factors({ChebyshevKind::fourth, degree, 10, 1.0}, 1.0, lambda, true);
    std::vector<double> value;
    for (std::size_t i = 0; i < p.size(); ++i) value.push_back(lambda[i] * p[i] * p[i] / (1 - p[i] * p[i]));
    std::vector<double> maxima = {value[9]};  // λ → 0
    for (std::size_t i = 1; i + 1 < value.size(); ++i)
      if (i > 100 && value[i] > value[i - 1] && value[i] >= value[i + 1]) maxima.push_back(value[i]);
    maxima.push_back(value.back());
    REQUIRE(maxima.size() == static_cast<std::size_t>(degree) + 1);
    for (double m : maxima) CHECK(m == Approx(maxima.back()).epsilon(2e-3));
  }
}
