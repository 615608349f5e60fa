#pragma once
#include <cmath>
#include <string_view>

#include "tissue/fibre_law.hpp"

namespace knead {

// Collagen: one family of fibres, or two at ± angle from the main direction within their sheet, each dispersed about
// its mean (Gasser, Ogden & Holzapfel 2006, J. R. Soc. Interface 3:15; without dispersion Holzapfel, Gasser & Ogden
// 2000, J. Elasticity 61:1):
//   Ψ_f = Σ k1/(2 k2) (exp(k2 E²) − 1) for E > 0, else 0;  E = κ I₁ + (1 − 3κ) I₄ − 1
//   τ = 2 k1 E e^(k2 E²) h,  c = 4 k1 (1 + 2 k2 E²) e^(k2 E²) h⊗h,  h = κ b + (1 − 3κ) a⊗a,  a = F a₀.
// k2 = 0 is the quadratic limit k1 E²/2. Each family carries tension only. With a toe E_t, in which crimped fibres
// straighten, e takes the place of E: e = E²/(2 E_t) below E_t and E − E_t/2 above, so that the tangent has no jump.
struct ExponentialFibres {
  static constexpr std::string_view name = "exponential";
  static constexpr std::string_view line =
      "collagen that stiffens exponentially: one or two families, dispersed or not";

  double k1 = 0;          // Pa
  double k2 = 0;          // no unit
  double dispersion = 0;  // κ: 0 parallel … 1/3 isotropic
  double angle = 0;       // rad, of two families from `along` towards ±`across`; 0 means one family
  double toe = 0;         // E_t, no unit; twice the strain at which fibres are straight

  int num_families() const { return angle != 0 ? 2 : 1; }
  void scale(double factor) { k1 *= factor; }

  template <class T>
  void add(const FibrePoint<T>& at, const Mat3<T>& F, LawResponse<T>& out) const {
    using std::expm1;
    constexpr double rounding = sizeof(typename ScalarOf<T>::type) == sizeof(float) ? 1e-6 : 1e-12;  // of E at rest
    const Vec3<T> along = F * at.along;
    const bool two = num_families() == 2;
    const Vec3<T> across = two ? F * at.across : along;
    Sym3<T> b = Sym3<T>::zero();
    if (dispersion > 0) b = T(dispersion) * times_transposed(F);
    const T aligned = T(1 - 3 * dispersion);
    const auto there = dot(at.along, at.along) > T(0.5);
    for (int family = 0; family < num_families(); ++family) {
      Vec3<T> a = along;
      if (two) a = T(std::cos(angle)) * along + T(family == 0 ? std::sin(angle) : -std::sin(angle)) * across;
      const Sym3<T> h = b + aligned * dyad(a);
      const T raw = trace(h) - T(1);
      const T E = select(there, select(raw > T(rounding), raw, T(0)), T(0));
      const auto stretched = E > T(0);
      T e = E, e1 = T(1), e2 = T(0);  // and its derivatives by E
      if (toe > 0) {
        const auto crimped = E < T(toe);
        e = select(crimped, T(0.5 / toe) * E * E, E - T(0.5 * toe));
        e1 = select(crimped, T(1 / toe) * E, T(1));
        e2 = select(crimped, T(1 / toe), T(0));
      }
      const T x = T(k2) * e * e;
      const T growth = expm1(x);  // e^(k2 e²) − 1
      out.energy += k2 > 0 ? T(0.5 * k1 / k2) * growth : T(0.5 * k1) * e * e;
      const T slope = T(k1) * (T(1) + growth);
      out.stress = out.stress + (T(2) * slope * e * e1) * h;
      const T curve = (T(1) + T(2) * x) * e1 * e1 + e * e2;
      add_outer(select(stretched, T(4) * slope * curve, T(0)), h, out.tangent);
    }
  }
};

}  // namespace knead
