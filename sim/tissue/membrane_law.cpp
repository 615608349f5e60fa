#include "tissue/membrane_law.hpp"

#include <cmath>

namespace knead {
namespace {

struct FibreResponse {
  double energy, force, stiffness;  // per width: J/m², N/m, N/m
};

// Energy, n(ε) and n'(ε) of one family.
FibreResponse fibre(double stiffness, double toe, double strain) {
  if (strain <= 0) return {0, 0, 0};
  if (strain < toe) {
    const double s = strain / toe;
    return {stiffness * strain * strain * s / 6, 0.5 * stiffness * strain * s, stiffness * s};
  }
  return {stiffness * (0.5 * strain * (strain - toe) + toe * toe / 6), stiffness * (strain - 0.5 * toe), stiffness};
}

// A neo-Hookean sheet: S = μt (I − C⁻¹/det C),  4 ∂²w/∂C∂C = 2 μt/det C (C⁻¹⊗C⁻¹ + C⁻¹⊙C⁻¹).
void add_taut(double mu, const std::array<double, 3>& c, double det, MembraneResponse& out) {
  const double i11 = c[1] / det, i22 = c[0] / det, i12 = -c[2] / det;
  out.energy += 0.5 * mu * (c[0] + c[1] + 1 / det - 3);
  out.stress[0] += mu * (1 - i11 / det);
  out.stress[1] += mu * (1 - i22 / det);
  out.stress[2] -= mu * i12 / det;
  const double m = 2 * mu / det;
  out.tangent[0] += m * 2 * i11 * i11;
  out.tangent[1] += m * (i11 * i22 + i12 * i12);
  out.tangent[2] += m * 2 * i11 * i12;
  out.tangent[3] += m * 2 * i22 * i22;
  out.tangent[4] += m * 2 * i22 * i12;
  out.tangent[5] += m * (i12 * i12 + 0.5 * (i11 * i22 + i12 * i12));
}

// Wrinkled: w = μt/2 (c₁ + 2/√c₁ − 3) in the larger eigenvalue of C alone, with its unit vector N₁ and N₂ across it:
// S = 2 w' N₁⊗N₁,  4 ∂²w/∂C∂C = 4 w'' N₁N₁N₁N₁ + 4 w'/(c₁ − c₂) 2 sym(N₁N₂) ⊗ sym(N₁N₂).
void add_wrinkled(double mu, const std::array<double, 3>& c, double c1, double c2, MembraneResponse& out) {
  const double turn = 0.5 * std::atan2(2 * c[2], c[0] - c[1]), x = std::cos(turn), y = std::sin(turn);
  const double slope = 0.5 * mu * (1 - std::pow(c1, -1.5)), curvature = 0.75 * mu * std::pow(c1, -2.5);
  const double along[3] = {x * x, y * y, x * y}, between[3] = {-x * y, x * y, 0.5 * (x * x - y * y)};
  out.energy += 0.5 * mu * (c1 + 2 / std::sqrt(c1) - 3);
  for (std::size_t k = 0; k < 3; ++k) out.stress[k] += 2 * slope * along[k];
  constexpr std::size_t row[6] = {0, 0, 0, 1, 1, 2}, column[6] = {0, 1, 2, 1, 2, 2};
  for (std::size_t k = 0; k < 6; ++k)
    out.tangent[k] +=
        4 * curvature * along[row[k]] * along[column[k]] + 8 * slope / (c1 - c2) * between[row[k]] * between[column[k]];
}

void add_wrinkling(double mu, const std::array<double, 3>& c, MembraneResponse& out) {
  const double det = c[0] * c[1] - c[2] * c[2];
  const double mean = 0.5 * (c[0] + c[1]), radius = std::hypot(0.5 * (c[0] - c[1]), c[2]);
  const double c1 = mean + radius, c2 = det / c1;
  constexpr double rounding = 1e-10;  // at rest a sheet is taut, whatever its last digits are
  if (c2 * std::sqrt(c1) >= 1 - rounding) return add_taut(mu, c, det, out);
  if (c1 > 1) return add_wrinkled(mu, c, c1, c2, out);
}

}  // namespace

MembraneResponse MembraneLaw::evaluate(const std::array<double, 3>& c) const {
  MembraneResponse out{};
  const double stiffness[2] = {along, across};
  for (std::size_t k = 0; k < 2; ++k) {
    const double stretch = std::sqrt(c[k]);
    const FibreResponse f = fibre(stiffness[k], toe_strain, stretch - 1);
    out.energy += f.energy;
    out.stress[k] = f.force / stretch;
    out.tangent[3 * k] = (f.stiffness * stretch - f.force) / (stretch * c[k]);
  }

  if (wrinkles)
    add_wrinkling(matrix / 3, c, out);
  else
    add_taut(matrix / 3, c, c[0] * c[1] - c[2] * c[2], out);
  return out;
}

}  // namespace knead
