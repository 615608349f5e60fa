#include "tissue/volumetric.hpp"

#include <cmath>

namespace knead {

double volumetric_energy(VolumetricFunction function, double J) {
  switch (function) {
    case VolumetricFunction::quadratic:
      return 0.5 * (J - 1) * (J - 1);
    case VolumetricFunction::logarithmic:
      return 0.5 * std::log(J) * std::log(J);
    case VolumetricFunction::mixed:
      break;
  }
  return 0.25 * ((J - 1) * (J + 1) - 2 * std::log(J));
}

double volumetric_slope(VolumetricFunction function, double J) {
  switch (function) {
    case VolumetricFunction::quadratic:
      return J - 1;
    case VolumetricFunction::logarithmic:
      return std::log(J) / J;
    case VolumetricFunction::mixed:
      break;
  }
  return 0.5 * (J - 1) * (J + 1) / J;
}

// G = −p (J* − 1) − κ U(J*), with the difference taken in closed form.
double volumetric_dual(VolumetricFunction function, double p, double kappa) {
  if (std::isinf(kappa)) return 0;
  const double x = p / kappa;
  switch (function) {
    case VolumetricFunction::quadratic:
      return 0.5 * p * x;
    case VolumetricFunction::logarithmic: {
      const double w = detail::lambert_w0(x);
      return kappa * w * (std::expm1(w) - 0.5 * w);
    }
    case VolumetricFunction::mixed:
      break;
  }
  const double J = volume_ratio(function, p, 1 / kappa).ratio;
  return kappa * (x - 0.5 * x * J - 0.5 * std::asinh(x));
}

}  // namespace knead
