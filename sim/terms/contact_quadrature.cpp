#include "terms/contact_quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "fem/quadratic_basis.hpp"

namespace knead {

void gauss_legendre(int n, std::vector<double>& point, std::vector<double>& weight) {
  point.assign(static_cast<std::size_t>(n), 0.0);
  weight.assign(static_cast<std::size_t>(n), 0.0);
  for (int i = 0; i < n; ++i) {
    // Newton for the roots of the Legendre polynomial P_n, by its three-term recurrence.
    double x = -std::cos(std::numbers::pi * (i + 0.75) / (n + 0.5)), slope = 1;
    for (int iteration = 0; iteration < 50; ++iteration) {
      double p = 1, before = 0;
      for (int k = 1; k <= n; ++k) {
        const double next = ((2 * k - 1) * x * p - (k - 1) * before) / k;
        before = p;
        p = next;
      }
      slope = n * (x * p - before) / (x * x - 1);
      const double step = p / slope;
      x -= step;
      if (std::abs(step) < 1e-16) break;
    }
    point[static_cast<std::size_t>(i)] = x;
    weight[static_cast<std::size_t>(i)] = 2 / ((1 - x * x) * slope * slope);
  }
}

FaceRule::FaceRule(int points_per_direction) {
  std::vector<double> point, weight_1d;
  gauss_legendre(points_per_direction, point, weight_1d);
  const auto hat_1d = [](int node, double x) { return std::max(0.0, 1 - std::abs(x - (node - 1))); };
  for (std::size_t j = 0; j < point.size(); ++j)
    for (std::size_t i = 0; i < point.size(); ++i) {
      const double r = point[i], s = point[j];
      place.push_back({r, s});
      weight.push_back(weight_1d[i] * weight_1d[j]);
      std::array<double, 9> n, dr, ds, h;
      for (int a = 0; a < 9; ++a) {
        const auto k = static_cast<std::size_t>(a);
        n[k] = quadratic(a % 3, r) * quadratic(a / 3, s);
        dr[k] = quadratic_derivative(a % 3, r) * quadratic(a / 3, s);
        ds[k] = quadratic(a % 3, r) * quadratic_derivative(a / 3, s);
        h[k] = hat_1d(a % 3, r) * hat_1d(a / 3, s);
      }
      value.push_back(n);
      derivative_r.push_back(dr);
      derivative_s.push_back(ds);
      hat.push_back(h);
    }
}

std::vector<std::size_t> FaceRule::nearest_of(const FaceRule& other) const {
  std::vector<std::size_t> nearest;
  for (const auto& at : other.place) {
    const auto distance = [&](const auto& x) {
      return (x[0] - at[0]) * (x[0] - at[0]) + (x[1] - at[1]) * (x[1] - at[1]);
    };
    const auto closer = [&](const auto& x, const auto& y) { return distance(x) < distance(y); };
    nearest.push_back(static_cast<std::size_t>(std::min_element(place.begin(), place.end(), closer) - place.begin()));
  }
  return nearest;
}

}  // namespace knead
