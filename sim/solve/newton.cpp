#include "solve/newton.hpp"

#include <algorithm>

namespace knead {

double forcing_term(double residual, double previous_residual, double target, const ForcingSettings& settings) {
  double forcing = settings.first;
  if (previous_residual > 0) forcing = settings.gamma * std::pow(residual / previous_residual, settings.alpha);
  if (residual > 0) forcing = std::max(forcing, 0.5 * target / residual);
  return std::clamp(forcing, settings.smallest, settings.largest);
}

bool rebuild_pays(const ReductionRates& rates, double forcing, double residual, double previous_residual,
                  const ReuseSettings& settings) {
  if (settings.worth < 0 || residual > settings.unsettled * previous_residual) return true;
  const double wanted = -std::log(forcing);
  return wanted / rates.last - wanted / rates.fresh > settings.worth;
}

double shorter_step(double step, double start, double trial, double forcing, const LineSearchSettings& settings) {
  if (!std::isfinite(trial)) return settings.largest_factor * step;
  // q(λ) = f₀ + f₀' λ + c λ², f = ‖F‖²
  const double f0 = start * start, slope = -2 * (1 - forcing) * f0;
  const double curvature = (trial * trial - f0 - slope * step) / (step * step);
  const double minimum = curvature > 0 ? -slope / (2 * curvature) : settings.largest_factor * step;
  return std::clamp(minimum, settings.smallest_factor * step, settings.largest_factor * step);
}

}  // namespace knead
