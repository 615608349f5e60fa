#pragma once
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "tissue/fibre_laws.hpp"
#include "tissue/laws.hpp"
#include "tissue/membrane_law.hpp"
#include "tissue/relaxation.hpp"
#include "tissue/volumetric.hpp"

namespace knead {

// One material sheet. The energy density is Ψ of the law, that of the fibres in it, and κ U(J).
struct Tissue {
  std::string name;
  Law law;                                   // of the matrix
  std::optional<FibreLaw> fibres;            // along Body::fibre
  std::function<double(double)> activation;  // of muscle fibres over time in s, 0 … 1; empty means 0
  VolumetricFunction volumetric = VolumetricFunction::quadratic;
  double kappa = std::numeric_limits<double>::infinity();  // coefficient of U, Pa; ∞ means incompressible
  double elastic_factor = 1;  // share of the instantaneous modulus that the law has: G(t)/G₀, already applied to it
  double density = 1000;      // kg/m³ at rest; matters with gravity alone
  double pre_stretch = 1;     // of the natural, stress-free state within its layer; the layer is thinner by its square
  std::vector<PronyTerm> relaxation;        // of the matrix, whose law is then the instantaneous one; empty: elastic
  std::vector<PronyTerm> fibre_relaxation;  // of collagen fibres, likewise
  std::string note;
};

// Bulk modulus that the law itself has at rest, Pa: 0 when split, 2μ/3 for the coupled neo-Hookean law.
double law_bulk_modulus(const Law& law);

// κ for a bulk modulus of the whole material, Pa. Throws Error when the law alone is stiffer than that.
double kappa_from_bulk_modulus(const Law& law, double bulk_modulus);

}  // namespace knead
