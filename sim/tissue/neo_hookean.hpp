#pragma once
#include <string_view>

#include "tissue/invariant_law.hpp"

namespace knead {

// Ψ = μ/2 (Ī₁ − 3), or coupled Ψ = μ/2 (I₁ − 3) − μ ln J.  μ = 2 C10 of other programs.
struct NeoHookean {
  static constexpr std::string_view name = "neo-hookean";
  static constexpr std::string_view line = "one shear modulus; linear in the first invariant";

  double mu = 0;  // Pa
  VolumetricSplit split = VolumetricSplit::split;

  double shear_modulus() const { return mu; }
  void scale(double factor) { mu *= factor; }

  template <class T>
  void evaluate(const Mat3<T>& F, LawResponse<T>& out) const {
    const T half = T(0.5 * mu);
    evaluate_invariant_law<InvariantTerms::linear_in_first>(
        split, mu, F,
        [half](const T& first, const T&) {
          return InvariantDensity<T>{half * first, half, T(0), T(0)};
        },
        out);
  }
};

}  // namespace knead
