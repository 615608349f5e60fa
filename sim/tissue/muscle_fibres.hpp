#pragma once
#include <cmath>
#include <string_view>

#include "tissue/fibre_law.hpp"

namespace knead {

// Muscle fibres after Blemker, Pinsky & Delp 2005 (J. Biomech. 38:657): tension over length of passive and active
// parts, and the greater stiffness against shear along the fibres. With λ the stretch of the fibres, l = λ/λ_o, n the
// unit direction of F a₀:
//   τ = T n⊗n,  T = λ dW/dλ = σ_max (f_passive(l) + α f_active(l)) l
//   f_passive = P1 (e^(P2 (l − 1)) − 1) for 1 < l < l*, then along its tangent
//   f_active  = 9 (l − 0.4)² for 0.4 < l < 0.6,  1 − 4 (1 − l)² up to 1.4,  9 (l − 1.6)² up to 1.6, 0 elsewhere
//   W_shear   = G (I₅/I₄² − 1): shear along the fibres has the matrix's modulus and 2 G more; volume does not enter.
// The paper's stiffness against shear across the fibres, and all resistance to shortening, is the matrix here: their
// form has none against shortening, which leaves a passive muscle without a solution.
struct MuscleFibres {
  static constexpr std::string_view name = "muscle";
  static constexpr std::string_view line = "passive and active tension over length, stiffer shear along the fibres";

  double max_stress = 0.3e6;      // σ_max, Pa: tension per area of a fully active fibre of optimal length
  double optimal_stretch = 1.4;   // λ_o: optimal over rest length
  double passive_scale = 0.05;    // P1
  double passive_exponent = 6.6;  // P2
  double passive_limit = 1.4;     // l*: passive tension is linear beyond
  double along_shear = 0;         // G, Pa

  void scale(double factor) { max_stress *= factor, along_shear *= factor; }

  // A force over the normalised length: f, its slope, and the integral of f from 0.
  template <class T>
  struct Force {
    T value, slope, integral;
  };
  template <class T>
  Force<T> passive(const T& l) const {
    using std::expm1;
    const T x = l - T(1);
    const T limit = T(passive_limit - 1);
    const T bounded = select(x > T(0), select(x < limit, x, limit), T(0));
    const T growth = expm1(T(passive_exponent) * bounded);
    const T slope = T(passive_scale * passive_exponent) * (growth + T(1));
    const T beyond = select(x > limit, x - limit, T(0));
    const T value = T(passive_scale) * growth;
    Force<T> f;
    f.value = value + slope * beyond;
    f.slope = select(x > T(0), slope, T(0));
    f.integral =
        T(passive_scale) * (growth / T(passive_exponent) - bounded) + (value + T(0.5) * slope * beyond) * beyond;
    return f;
  }
  template <class T>
  static Force<T> active(const T& l) {
    const T rise = l - T(0.4), top = l - T(1), fall = l - T(1.6);
    const T at_first = T(0.024), at_second = T(0.024 + 0.8 - 0.512 / 3);  // integrals up to 0.6 and 1.4
    Force<T> f{T(9) * rise * rise, T(18) * rise, T(3) * rise * rise * rise};
    const auto blend = [&](auto mask, const T& value, const T& slope, const T& integral) {
      f.value = select(mask, value, f.value);
      f.slope = select(mask, slope, f.slope);
      f.integral = select(mask, integral, f.integral);
    };
    blend(l > T(0.6), T(1) - T(4) * top * top, T(-8) * top,
          at_first + (l - T(0.6)) - T(4) / T(3) * (top * top * top + T(0.064)));
    blend(l > T(1.4), T(9) * fall * fall, T(18) * fall, at_second + T(3) * fall * fall * fall + T(0.024));
    blend(l > T(1.6), T(0), T(0), at_second + T(0.024));
    blend(l < T(0.4), T(0), T(0), T(0));
    return f;
  }

  template <class T>
  void add(const FibrePoint<T>& at, const Mat3<T>& F, LawResponse<T>& out) const {
    using std::sqrt;
    const auto there = dot(at.along, at.along) > T(0.5);
    const T present = select(there, T(1), T(0));
    Vec3<T> a = F * at.along;
    a[0] = select(there, a[0], T(1));
    const T I4 = dot(a, a);
    const T stretch = sqrt(I4);
    const T l = stretch * T(1 / optimal_stretch);
    const Force<T> p = passive(l), f = active(l);
    const T passive_rest(passive(1 / optimal_stretch).integral), active_rest(active(1 / optimal_stretch).integral);
    const T strength = present * T(max_stress), alpha = at.activation;
    const T force = strength * (p.value + alpha * f.value);
    const T tension = force * l;                                                   // T
    const T stiffness = tension + strength * (p.slope + alpha * f.slope) * l * l;  // dT/d ln λ
    out.energy += strength * (p.integral - passive_rest + alpha * (f.integral - active_rest));

    const Sym3<T> M = dyad(a);
    out.stress = out.stress + (tension / I4) * M;
    add_outer((stiffness - T(2) * tension) / (I4 * I4), M, out.tangent);

    if (!(along_shear > 0)) return;
    const Sym3<T> b = times_transposed(F);
    const Vec3<T> ba = full(b) * a;
    const T I5 = dot(a, ba);
    const T G = present * T(along_shear), inverse = T(1) / I4, square = inverse * inverse;
    const Sym3<T> N = symmetric_dyad(a, ba);
    // ψ = G (I₅/I₄² − 1): τ = 2 (ψ₄ M + ψ₅ N)
    const T psi5 = G * square, psi4 = T(-2) * G * I5 * square * inverse;
    const T psi44 = T(6) * G * I5 * square * square, psi45 = T(-2) * G * square * inverse;
    out.energy += G * (I5 * square - T(1));
    out.stress = out.stress + (T(2) * psi4) * M + (T(2) * psi5) * N;
    add_outer(T(4) * psi44, M, out.tangent);
    add_outer_pair(T(4) * psi45, M, N, out.tangent);
    add_symmetric_pair(T(4) * psi5, M, b, out.tangent);
  }
};

}  // namespace knead
