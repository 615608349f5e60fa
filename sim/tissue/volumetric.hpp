#pragma once
// The volumetric energy κ U(J) as the pressure unknown sees it.
//
// W(F, p) = Ψ(F) − p (J − 1) − G(p); the row of p is −(J − J*(p)) = 0 with κ U'(J*) = −p, p > 0 in compression, and
// G' = 1 − J*. Everything is a function of x = p/κ, so κ = ∞ is x = 0: pass 1/κ.
#include <string_view>

#include "math/lanes.hpp"

namespace knead {

enum class VolumetricFunction {
  quadratic,    // U = (J − 1)²/2
  logarithmic,  // U = (ln J)²/2: no pressure below −κ/e, the volume then grows without bound
  mixed,        // U = (J² − 1 − 2 ln J)/4
};
inline constexpr std::string_view volumetric_names[] = {"quadratic", "logarithmic", "mixed"};

// J*(p) and dJ*/dp in 1/Pa; ok is false where no J* > 0 belongs to p.
template <class T>
struct VolumetricResponse {
  T ratio;
  T slope;
  decltype(T(0) < T(1)) ok;
};

namespace detail {

inline double max(double a, double b) { return a > b ? a : b; }
inline float max(float a, float b) { return a > b ? a : b; }

// W₀(x), x > −1/e: Halley's method for w e^w = x (Corless et al. 1996, Adv. Comput. Math. 5:329, section 4) from their
// branch-point series for x < 0 and the bound of Hoorfar & Hassani 2008 (J. Inequal. Pure Appl. Math. 9:51) above.
template <class T>
T lambert_w0(const T& x) {
  using std::exp, std::log1p, std::sqrt;
  const T e = T(2.718281828459045235);
  const T s = sqrt(max(T(2) * (T(1) + e * x), T(0)));
  const T low = T(-1) + s * (T(1) - s * (T(1) / T(3) - T(11) / T(72) * s));
  const T l = log1p(max(x, T(0)));
  const T high = l * (T(1) - log1p(l) / (T(2) + l));
  T w = select(x < T(0), low, high);
  for (int i = 0; i < 4; ++i) {
    const T grow = exp(w);
    const T f = w * grow - x;
    const T w1 = w + T(1);
    const auto regular = w1 > T(1e-6);
    const T one = select(regular, w1, T(1));
    w -= select(regular, f / (grow * one - (w + T(2)) * f / (T(2) * one)), T(0));
  }
  return w;
}
}  // namespace detail

// J*(p) for p in Pa and inverse_kappa = 1/κ in 1/Pa (0 for κ = ∞: J* = 1, slope 0).
template <class T>
VolumetricResponse<T> volume_ratio(VolumetricFunction function, const T& p, const T& inverse_kappa) {
  using std::exp, std::sqrt;
  const T x = p * inverse_kappa;
  if (function == VolumetricFunction::quadratic) {
    const T J = T(1) - x;
    return {J, -inverse_kappa, J > T(0)};
  }
  if (function == VolumetricFunction::logarithmic) {
    const auto ok = x > T(-0.36787944117144233);
    const T w = detail::lambert_w0(select(ok, x, T(0)));
    const T J = exp(-w);
    return {J, -inverse_kappa * J * J / (T(1) + w), ok};
  }
  const T s = sqrt(T(1) + x * x);
  const T J = select(x > T(0), T(1) / (s + select(x > T(0), x, T(0))), s - x);
  return {J, -inverse_kappa * J / s, J > T(0)};
}

// U(J), no unit.
double volumetric_energy(VolumetricFunction function, double J);
// U'(J), no unit.
double volumetric_slope(VolumetricFunction function, double J);
// G(p), J/m³; 0 for κ = ∞.
double volumetric_dual(VolumetricFunction function, double p, double kappa);

}  // namespace knead
