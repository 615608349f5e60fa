#pragma once
// What three results on meshes (or with steps) of different size say about the limit.
#include <array>
#include <string>

namespace knead {

enum class Trend {
  settled,      // the three differ by rounding alone
  monotone,     // they approach a limit from one side: an order can be observed
  oscillating,  // they approach it from both sides
  diverging     // the finer two differ more than the coarser two would allow
};
std::string to_string(Trend trend);

struct ConvergenceEstimate {
  Trend trend = Trend::settled;
  double order = 0;               // observed; NaN unless monotone
  double limit = 0;               // extrapolated; the finest value unless monotone
  std::array<double, 3> error{};  // bound on |value − limit| of each, finest first, in the unit of the value
};

// size: representative sizes of an element or a step, finest first and growing; only their ratios count.
// value: the measure there.
//
// The order p solves ε₃₂/ε₂₁ = r₂₁^p (r₃₂^p − 1)/(r₂₁^p − 1) with ε_ij = φ_i − φ_j and r_ij = h_i/h_j, and the limit is
// φ₁ + (φ₁ − φ₂)/(r₂₁^q − 1) with q = p between 1/2 and 2: an order above that of the elements' stresses is luck, and a
// very small one throws the limit far away. The error is 1.25 |φ_i − limit|, Roache's factor of safety for three grids
// (Celik et al., "Procedure for estimation and reporting of uncertainty due to discretization in CFD applications",
// J. Fluids Eng. 130:078001 (2008)). Without an order it is three times the range of the values.
ConvergenceEstimate estimate_convergence(const std::array<double, 3>& size, const std::array<double, 3>& value);

}  // namespace knead
