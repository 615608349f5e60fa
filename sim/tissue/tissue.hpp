#pragma once
#include <limits>
#include <span>
#include <string>

#include "tissue/laws.hpp"
#include "tissue/membrane_law.hpp"
#include "tissue/volumetric.hpp"

namespace knead {

// One material sheet. The energy density is Ψ of the law plus κ U(J).
struct Tissue {
  std::string name;
  Law law;
  VolumetricFunction volumetric = VolumetricFunction::quadratic;
  double kappa = std::numeric_limits<double>::infinity();  // coefficient of U, Pa; ∞ means incompressible
  double elastic_factor = 1;  // share of the instantaneous modulus that the law has: G(t)/G₀, already applied to it
  std::string note;
};

// A term of G(t)/G₀ = 1 − Σ g (1 − exp(−t/τ)).
struct PronyTerm {
  double g = 0;    // share of the instantaneous modulus that relaxes
  double tau = 1;  // s
};
// G(t)/G₀ after a step of strain at t = 0.
double prony_factor(std::span<const PronyTerm> terms, double time);

// Bulk modulus that the law itself has at rest, Pa: 0 when split, 2μ/3 for the coupled neo-Hookean law.
double law_bulk_modulus(const Law& law);

// κ for a bulk modulus of the whole material, Pa. Throws Error when the law alone is stiffer than that.
double kappa_from_bulk_modulus(const Law& law, double bulk_modulus);

}  // namespace knead
