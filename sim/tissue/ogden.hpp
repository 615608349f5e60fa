#pragma once
#include <array>
#include <cassert>
#include <initializer_list>
#include <string_view>

#include "tissue/law.hpp"
#include "tissue/principal.hpp"
#include "tissue/spatial.hpp"

namespace knead {

// One term 2 μ/α² (λ₁^α + λ₂^α + λ₃^α − 3); G = Σ μ. α ≠ 0.
struct OgdenTerm {
  double mu = 0;     // Pa
  double alpha = 2;  // no unit
};
// The two other conventions in use: μ/α (…), Ogden 1972, with G = Σ μ α/2; and c/m² (…) with G = Σ c/2.
inline OgdenTerm ogden_term_from_original(double mu, double alpha) { return {0.5 * mu * alpha, alpha}; }
inline OgdenTerm ogden_term_from_c_m(double c, double m) { return {0.5 * c, m}; }

// Ψ = Σ 2 μ_i/α_i² (λ̄₁^α_i + λ̄₂^α_i + λ̄₃^α_i − 3), λ̄ = J^(-1/3) λ, or coupled with λ and − Σ 2 μ_i/α_i ln J.
//
// With ε = ln λ (ε̄ its deviator; coupled: ε̄ = ε), principal Kirchhoff stresses and tangent (Simo & Taylor 1991,
// Comput. Methods Appl. Mech. Eng. 85:273; Holzapfel 2000, 6.6):
//   τ_a = f_a − (f₁ + f₂ + f₃)/3,  f_a = Σ 2 μ/α (λ̄_a^α − 1)          (coupled: τ_a = f_a)
//   c_aabb = ∂τ_a/∂ε_b − 2 τ_a δ_ab
//   c_abab = (τ_a λ_b² − τ_b λ_a²)/(λ_a² − λ_b²)
//          = Σ μ λ̄_b^α φ(α d)/φ(2 d) − τ_b,  d = ε_a − ε_b,  φ(x) = (e^x − 1)/x  – smooth through equal stretches.
struct Ogden {
  static constexpr std::string_view name = "ogden";
  static constexpr std::string_view line = "one to four terms in powers of the principal stretches";
  static constexpr int max_terms = 4;

  int num_terms = 0;
  std::array<OgdenTerm, max_terms> terms{};
  VolumetricSplit split = VolumetricSplit::split;

  Ogden() = default;
  Ogden(std::initializer_list<OgdenTerm> list, VolumetricSplit s = VolumetricSplit::split) : split(s) {
    for (const OgdenTerm& term : list) add(term);
  }
  void add(OgdenTerm term) {
    assert(num_terms < max_terms && term.alpha != 0);
    terms[static_cast<std::size_t>(num_terms++)] = term;
  }

  double shear_modulus() const {
    double sum = 0;
    for (int i = 0; i < num_terms; ++i) sum += terms[static_cast<std::size_t>(i)].mu;
    return sum;
  }
  void scale(double factor) {
    for (OgdenTerm& term : terms) term.mu *= factor;
  }

  template <class T>
  void evaluate(const Mat3<T>& F, LawResponse<T>& out) const;
};

namespace ogden {

// (e^x − 1)/x, 1 at x = 0
template <class T>
T mean_exponential(const T& x) {
  using std::abs, std::expm1;
  const auto usable = abs(x) > T(1e-30);
  const T safe = select(usable, x, T(1));
  return select(usable, expm1(safe) / safe, T(1));
}

}  // namespace ogden

template <class T>
void Ogden::evaluate(const Mat3<T>& F, LawResponse<T>& out) const {
  using std::expm1, std::log;
  const bool isochoric = split == VolumetricSplit::split;
  const Principal<T> b = principal(times_transposed(F));

  T strain[3];
  for (int a = 0; a < 3; ++a) strain[a] = T(0.5) * log(b.value[a]);
  constexpr int pair_a[3] = {0, 1, 0}, pair_b[3] = {1, 2, 2};
  T difference[3], scale2[3];  // d and 1/φ(2 d) of the three pairs
  for (int k = 0; k < 3; ++k) {
    difference[k] = strain[pair_a[k]] - strain[pair_b[k]];
    scale2[k] = T(1) / ogden::mean_exponential(T(2) * difference[k]);
  }
  if (isochoric) {
    const T mean = (strain[0] + strain[1] + strain[2]) / T(3);
    for (T& e : strain) e -= mean;
  }

  out.energy = T(0);
  T force[3] = {T(0), T(0), T(0)};      // f_a
  T stiffness[3] = {T(0), T(0), T(0)};  // ∂f_a/∂ε̄_a
  T shear[3] = {T(0), T(0), T(0)};      // Σ μ λ̄_b^α φ(α d)/φ(2 d)
  for (int i = 0; i < num_terms; ++i) {
    const OgdenTerm& term = terms[static_cast<std::size_t>(i)];
    const T alpha = T(term.alpha), mu = T(term.mu);
    const T slope = T(2 * term.mu / term.alpha);
    T power[3];  // λ̄_a^α − 1
    T sum = T(0);
    for (int a = 0; a < 3; ++a) {
      power[a] = expm1(alpha * strain[a]);
      force[a] += slope * power[a];
      stiffness[a] += T(2) * mu * (T(1) + power[a]);
      sum += power[a] - alpha * strain[a];
    }
    out.energy += slope / alpha * sum;
    for (int k = 0; k < 3; ++k)
      shear[k] += mu * (T(1) + power[pair_b[k]]) * ogden::mean_exponential(alpha * difference[k]) * scale2[k];
  }

  T stress[3] = {force[0], force[1], force[2]};
  T normal[3][3];  // c_aabb
  if (isochoric) {
    for (int a = 0; a < 3; ++a) stress[a] = ((force[a] - force[(a + 1) % 3]) + (force[a] - force[(a + 2) % 3])) / T(3);
    const T ninth = (stiffness[0] + stiffness[1] + stiffness[2]) / T(9);
    for (int a = 0; a < 3; ++a) {
      for (int c = 0; c < 3; ++c) normal[a][c] = ninth - (stiffness[a] + stiffness[c]) / T(3);
      normal[a][a] += stiffness[a] - T(2) * stress[a];
    }
  } else {
    for (int a = 0; a < 3; ++a) {
      for (int c = 0; c < 3; ++c) normal[a][c] = T(0);
      normal[a][a] = stiffness[a] - T(2) * stress[a];
    }
  }

  // Back to the axes of the body: m_a = n_a⊗n_a, and 2 sym(n_a⊗n_b) for the pairs.
  Sym3<T> m[3], g[3];
  for (int k = 0; k < 6; ++k) {
    const int i = sym3_row[k], j = sym3_column[k];
    for (int a = 0; a < 3; ++a) m[a][k] = b.direction(i, a) * b.direction(j, a);
    for (int a = 0; a < 3; ++a)
      g[a][k] =
          b.direction(i, pair_a[a]) * b.direction(j, pair_b[a]) + b.direction(i, pair_b[a]) * b.direction(j, pair_a[a]);
  }
  for (int k = 0; k < 6; ++k) out.stress[k] = stress[0] * m[0][k] + stress[1] * m[1][k] + stress[2] * m[2][k];
  out.tangent = Sym6<T>::zero();
  Sym3<T> row[3];
  for (int a = 0; a < 3; ++a)
    for (int k = 0; k < 6; ++k) row[a][k] = normal[a][0] * m[0][k] + normal[a][1] * m[1][k] + normal[a][2] * m[2][k];
  int n = 0;
  for (int p = 0; p < 6; ++p)
    for (int q = p; q < 6; ++q) {
      out.tangent.c[n++] = m[0][p] * row[0][q] + m[1][p] * row[1][q] + m[2][p] * row[2][q];
    }
  for (int k = 0; k < 3; ++k) add_outer(shear[k] - stress[pair_b[k]], g[k], out.tangent);
}

}  // namespace knead
