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

  // S = μt (I − C⁻¹/det C),  4 ∂²w/∂C∂C = 2 μt/det C (C⁻¹⊗C⁻¹ + C⁻¹⊙C⁻¹)
  const double mu = matrix / 3;
  const double det = c[0] * c[1] - c[2] * c[2];
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
  return out;
}

}  // namespace knead
