#pragma once
#include <string_view>

#include "tissue/invariant_law.hpp"

namespace knead {

// Ψ = Σ C_i0 (Ī₁ − 3)^i, i = 1…3 (Yeoh 1993, Rubber Chem. Technol. 66:754), or coupled with I₁ and − 2 C10 ln J.
// G = 2 C10.
struct Yeoh {
  static constexpr std::string_view name = "yeoh";
  static constexpr std::string_view line = "three constants; a cubic in the first invariant that stiffens with strain";

  double c10 = 0, c20 = 0, c30 = 0;  // Pa
  VolumetricSplit split = VolumetricSplit::split;

  double shear_modulus() const { return 2 * c10; }
  void scale(double factor) { c10 *= factor, c20 *= factor, c30 *= factor; }

  template <class T>
  void evaluate(const Mat3<T>& F, LawResponse<T>& out) const {
    const T a = T(c10), b = T(c20), c = T(c30);
    evaluate_invariant_law<InvariantTerms::nonlinear_in_first>(
        split, 2 * c10, F,
        [a, b, c](const T& x, const T&) {
          return InvariantDensity<T>{x * (a + x * (b + x * c)), a + x * (T(2) * b + T(3) * c * x), T(0),
                                     T(2) * b + T(6) * c * x};
        },
        out);
  }
};

}  // namespace knead
