#include "solve/chebyshev.hpp"

#include <cassert>

namespace knead {
namespace {

// Weights that make the fourth-kind polynomial optimal for the V-cycle bound (Lottes 2023, table of optimal β).
double optimal_weight(int degree, int k) {
  constexpr double table[4][4] = {{1.12500000000000, 0, 0, 0},
                                  {1.02387287570313, 1.26408905371085, 0, 0},
                                  {1.00842544782028, 1.08867839208730, 1.33753125909618, 0},
                                  {1.00391310427285, 1.04035811188593, 1.14863498546254, 1.38268869241000}};
  return degree <= 4 ? table[degree - 1][k] : 1.0;
}

}  // namespace

std::vector<ChebyshevStep> chebyshev_steps(const ChebyshevSettings& settings, double largest_eigenvalue) {
  assert(settings.degree >= 1 && settings.ratio > 1 && largest_eigenvalue > 0);
  const double upper = settings.safety * largest_eigenvalue;
  std::vector<ChebyshevStep> steps;
  if (settings.kind == ChebyshevKind::fourth) {
    for (int k = 0; k < settings.degree; ++k) {
      steps.push_back(
          {(2.0 * k - 1) / (2.0 * k + 3), (8.0 * k + 4) / (2.0 * k + 3) / upper, optimal_weight(settings.degree, k)});
    }
    steps.front().previous = 0;
    return steps;
  }
  const double lower = largest_eigenvalue / settings.ratio;
  const double centre = 0.5 * (upper + lower), radius = 0.5 * (upper - lower);
  double rho = radius / centre;
  steps.push_back({0, 1 / centre, 1});
  for (int k = 1; k < settings.degree; ++k) {
    const double rho_new = 1 / (2 * centre / radius - rho);
    steps.push_back({rho_new * rho, 2 * rho_new / radius, 1});
    rho = rho_new;
  }
  return steps;
}

}  // namespace knead
