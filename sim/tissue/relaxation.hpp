#pragma once
// Relaxation of the matrix: a Prony series on its stress (Simo 1987, Comput. Methods Appl. Mech. Eng. 60:153).
//
// With S̃ the stress of the law in rest coordinates (split: J^(2/3) F⁻¹ τ F⁻ᵀ, coupled: F⁻¹ τ F⁻ᵀ) and one tensor H_i
// for each term, over a step of length Δt and x_i = Δt/τ_i:
//   H_i ← e^(−x_i) H_i + g_i ((1 − e^(−x_i))/x_i) (S̃ − S̃_n),   stress = (1 − Σ g_i) S̃ + Σ H_i,
// which is exact when S̃ changes linearly in the step, however long the step is beside τ_i. As function of the new state
// that is γ S̃ + A with A = Σ (e^(−x_i) H_i − b_i S̃_n), b_i = g_i (1 − e^(−x_i))/x_i and γ = 1 − Σ g_i + Σ b_i: the law
// scaled by γ and the stress of the energy A : C̄/2 (coupled: A : C/2), so that the tangent is symmetric.
#include <array>
#include <span>

#include "tissue/law.hpp"
#include "tissue/spatial.hpp"

namespace knead {

// A term of G(t)/G₀ = 1 − Σ g (1 − exp(−t/τ)).
struct PronyTerm {
  double g = 0;    // share of the instantaneous modulus that relaxes
  double tau = 1;  // s
};
inline constexpr std::size_t max_prony_terms = 4;

// G(t)/G₀ after a step of strain at t = 0.
double prony_factor(std::span<const PronyTerm> terms, double time);

// The numbers of one time step.
struct PronyStep {
  std::size_t count = 0;
  std::array<double, max_prony_terms> decay{};  // e^(−x_i)
  std::array<double, max_prony_terms> share{};  // b_i
  double factor = 1;                            // γ
};
// length in s, ≥ 0; at 0 nothing relaxes, with ∞ everything that can has. terms: at most max_prony_terms.
PronyStep prony_step(std::span<const PronyTerm> terms, double length);

// H_i at the end of a step in which S̃ has changed by `change`.
template <class T>
T next_memory(const PronyStep& step, std::size_t i, const T& H, const T& change) {
  return T(step.decay[i]) * H + T(step.share[i]) * change;
}
// The part of A that term i carries, from H_i and S̃ at the beginning of the step.
template <class T>
T carried_part(const PronyStep& step, std::size_t i, const T& H, const T& S) {
  return T(step.decay[i]) * H - T(step.share[i]) * S;
}

// F a Fᵀ
template <class T>
Sym3<T> congruent(const Mat3<T>& F, const Sym3<T>& a) {
  const Mat3<T> product = F * full(a);
  Sym3<T> r;
  for (int k = 0; k < 6; ++k) {
    const int i = sym3_row[k], j = sym3_column[k];
    r[k] = product(i, 0) * F(j, 0) + product(i, 1) * F(j, 1) + product(i, 2) * F(j, 2);
  }
  return r;
}

// S̃ of a Kirchhoff stress τ of the law.
template <class T>
Sym3<T> stress_at_rest(VolumetricSplit split, const Mat3<T>& F, const Sym3<T>& stress) {
  using std::cbrt;
  const Sym3<T> pulled = congruent(inverse(F), stress);
  if (split == VolumetricSplit::coupled) return pulled;
  const T root = cbrt(determinant(F));
  return (root * root) * pulled;
}

// Adds the energy A : (C̄ − I)/2 (coupled: C instead of C̄), its stress and its tangent.
template <class T>
void add_carried_stress(VolumetricSplit split, const Mat3<T>& F, const Sym3<T>& A, LawResponse<T>& out) {
  using std::cbrt;
  Sym3<T> pushed = congruent(F, A);
  if (split == VolumetricSplit::coupled) {
    out.energy += T(0.5) * (trace(pushed) - trace(A));
    out.stress = out.stress + pushed;
    return;
  }
  const T root = cbrt(determinant(F));
  pushed = (T(1) / (root * root)) * pushed;
  const T pull = trace(pushed);
  const Sym3<T> stress = deviator(pushed);
  out.energy += T(0.5) * (pull - trace(A));
  out.stress = out.stress + stress;
  const T factor = T(2) / T(3) * pull;
  add_symmetric_identity(factor, out.tangent);
  add_identity_outer(-factor / T(3), out.tangent);
  add_outer_identity(T(-2) / T(3), stress, out.tangent);
}

}  // namespace knead
