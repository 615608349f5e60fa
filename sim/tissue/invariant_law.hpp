#pragma once
// Stress and spatial tangent of laws written in the invariants of b.
//
// Split:    Ψ = w(Ī₁ − 3, Ī₂ − 3), invariants of b̄ = J^(-2/3) b (Holzapfel, Nonlinear Solid Mechanics, 2000, 6.4–6.6):
//           τ̄ = 2 (w₁ + Ī₁ w₂) b̄ − 2 w₂ b̄²,  τ = dev τ̄,
//           c = ℙ:c̄:ℙ + 2/3 tr(τ̄) ℙ − 2/3 (τ⊗I + I⊗τ),  c̄ = 4 (w₁₁ + w₂) b̄⊗b̄ − 4 w₂ b̄⊙b̄,  ℙ = 𝕊 − I⊗I/3.
// Coupled:  Ψ = w(I₁ − 3, I₂ − 3) − m ln J with m = 2 (w₁ + 2 w₂) at rest, so that the rest state is free of stress:
//           τ = 2 (w₁ + I₁ w₂) b − 2 w₂ b² − m I,  c = 4 (w₁₁ + w₂) b⊗b − 4 w₂ b⊙b + 2 m 𝕊.
// w₁₂ = w₂₂ = 0 for every law here.
#include "tissue/law.hpp"
#include "tissue/spatial.hpp"

namespace knead {

// w and its derivatives at (I₁ − 3, I₂ − 3), Pa.
template <class T>
struct InvariantDensity {
  T w, w1, w2, w11;
};

// Which terms a law has: first invariant only, and only linearly, spares most of the work.
enum class InvariantTerms { linear_in_first, nonlinear_in_first, both };

// density(I₁ − 3, I₂ − 3) → InvariantDensity<T>; rest_slope = 2 (w₁ + 2 w₂) at rest, Pa.
template <InvariantTerms terms, class T, class Density>
void evaluate_invariant_law(VolumetricSplit split, double rest_slope, const Mat3<T>& F, const Density& density,
                            LawResponse<T>& out) {
  using std::cbrt, std::log;
  constexpr bool second = terms == InvariantTerms::both;
  constexpr bool curved = terms != InvariantTerms::linear_in_first;
  const bool isochoric = split == VolumetricSplit::split;

  Sym3<T> b = times_transposed(F);
  const T J = determinant(F);
  if (isochoric) {
    const T root = cbrt(J);
    b = (T(1) / (root * root)) * b;
  }
  const T first = trace(b);
  Sym3<T> b2 = Sym3<T>::zero();
  T second_minus_3 = T(0);
  if constexpr (second) {
    b2 = square(b);
    second_minus_3 = T(0.5) * (first * first - trace(b2)) - T(3);
  }
  const InvariantDensity<T> d = density(first - T(3), second_minus_3);
  out.energy = d.w;

  T slope = T(2) * d.w1;
  if constexpr (second) slope += T(2) * first * d.w2;
  Sym3<T> stress = slope * b;
  if constexpr (second) stress = stress - T(2) * d.w2 * b2;

  Sym6<T>& c = out.tangent;
  c = Sym6<T>::zero();
  if constexpr (curved) {
    T outer = T(4) * d.w11;
    if constexpr (second) outer += T(4) * d.w2;
    add_outer(outer, b, c);
    if constexpr (second) add_symmetric_product(T(-4) * d.w2, b, c);
  }

  if (isochoric) {
    const T pull = trace(stress);
    out.stress = deviator(stress);
    if constexpr (curved) {
      Sym3<T> row;  // c̄ : I
      for (int i = 0; i < 6; ++i) row[i] = c(i, 0) + c(i, 1) + c(i, 2);
      add_outer_identity(T(-1) / T(3), row, c);
      add_identity_outer(trace(row) / T(9), c);
    }
    const T factor = T(2) / T(3) * pull;
    add_symmetric_identity(factor, c);
    add_identity_outer(-factor / T(3), c);
    add_outer_identity(T(-2) / T(3), out.stress, c);
  } else {
    const T m = T(rest_slope);
    out.energy -= m * log(J);
    for (int i = 0; i < 3; ++i) stress[i] -= m;
    out.stress = stress;
    add_symmetric_identity(T(2) * m, c);
  }
}

}  // namespace knead
