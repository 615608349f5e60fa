#pragma once
// Fascia as a sheet: energy per rest area in the in-plane stretch.
#include <array>

namespace knead {

// What a membrane gives at one point, in its fibre frame (axis 1 along the first family, 2 across it).
struct MembraneResponse {
  double energy;                  // J/m² of rest area
  std::array<double, 3> stress;   // second Piola–Kirchhoff force per rest width S = 2 ∂w/∂C: 11, 22, 12; N/m
  std::array<double, 6> tangent;  // 4 ∂²w/∂C∂C: 1111, 1122, 1112, 2222, 2212, 1212; N/m; no factors of two
};

// w(C) = fibres(√C₁₁) + fibres(√C₂₂) + w_m(C)
//
// A family of fibres carries the nominal force per width n(ε), ε = λ − 1: nothing when shortened, a parabola through
// the toe, then the straight line of slope E t:  n = E t ε²/(2 ε_t) for ε < ε_t,  E t (ε − ε_t/2) beyond; n is C¹. The
// matrix is an incompressible neo-Hookean sheet of Young's modulus E_m in plane stress (it thins as it is drawn),
// matrix = E_m t: w_m = (matrix/6) (tr C + 1/det C − 3), in compression, too. Its tangent and the fibres' are positive
// for every C.
//
// With `wrinkles` the matrix wrinkles instead of being compressed: the relaxed energy of Pipkin (1986, IMA J. Appl.
// Math. 36:85). With the principal stretches l₁ ≥ l₂ of the plane:
//   taut, l₂ ≥ 1/√l₁:            w_m as above
//   wrinkled, l₁ > 1, else:      w_m = (matrix/6) (l₁² + 2/l₁ − 3), tension along l₁ alone
//   slack:                       w_m = 0
// which is C¹; the tangent is nowhere negative. A sheet without bending stiffness that bears compression buckles in
// waves as short as the mesh allows.
struct MembraneLaw {
  static constexpr double default_toe_strain = 0.03;  // a declared default, not a measurement; use 0.01–0.06 for bands

  double along = 0;                        // E₁ t of the first fibre family, N/m
  double across = 0;                       // E₂ t of the family perpendicular to it, N/m
  double matrix = 0;                       // E_m t, N/m
  double toe_strain = default_toe_strain;  // ε_t; 0 means straight fibres
  double thickness = 0;                    // t, m: for reports, the stiffnesses above contain it
  bool wrinkles = false;                   // the matrix carries tension only

  static MembraneLaw from_moduli(double along_modulus, double across_modulus, double matrix_modulus, double thickness,
                                 double toe_strain = default_toe_strain) {
    return {along_modulus * thickness, across_modulus * thickness, matrix_modulus * thickness, toe_strain, thickness};
  }
  void scale(double factor) { along *= factor, across *= factor, matrix *= factor; }

  // c: in-plane right Cauchy–Green tensor C₁₁, C₂₂, C₁₂ in the fibre frame; det C > 0.
  MembraneResponse evaluate(const std::array<double, 3>& c) const;
};

}  // namespace knead
