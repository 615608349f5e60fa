#pragma once
#include <string_view>

#include "tissue/invariant_law.hpp"

namespace knead {

// Ψ = C10 (Ī₁ − 3) + C01 (Ī₂ − 3), or coupled with I₁, I₂ and − 2 (C10 + 2 C01) ln J.  G = 2 (C10 + C01).
struct MooneyRivlin {
  static constexpr std::string_view name = "mooney-rivlin";
  static constexpr std::string_view line = "two constants; linear in the first and second invariants";

  double c10 = 0, c01 = 0;  // Pa
  VolumetricSplit split = VolumetricSplit::split;

  double shear_modulus() const { return 2 * (c10 + c01); }
  void scale(double factor) { c10 *= factor, c01 *= factor; }

  template <class T>
  void evaluate(const Mat3<T>& F, LawResponse<T>& out) const {
    const T a = T(c10), b = T(c01);
    evaluate_invariant_law<InvariantTerms::both>(
        split, 2 * (c10 + 2 * c01), F,
        [a, b](const T& first, const T& second) {
          return InvariantDensity<T>{a * first + b * second, a, b, T(0)};
        },
        out);
  }
};

}  // namespace knead
