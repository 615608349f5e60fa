#include "tissue/tissue.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"

namespace knead {

double law_bulk_modulus(const Law& law) {
  LawResponse<double> rest;
  std::visit([&](const auto& l) { l.evaluate(Mat3d::identity(), rest); }, law);
  double sum = 0;  // c_iijj
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) sum += rest.tangent(i, j);
  return split(law) == VolumetricSplit::split ? 0.0 : sum / 9;
}

double kappa_from_bulk_modulus(const Law& law, double bulk_modulus) {
  const double own = law_bulk_modulus(law);
  if (!(bulk_modulus > own)) {
    throw Error(ExitCode::invalid_input,
                fmt::format("the bulk modulus of {:g} Pa is too small: this {} law alone has {:g} Pa; raise the bulk "
                            "modulus or lower the shear modulus",
                            bulk_modulus, name(law), own));
  }
  return bulk_modulus - own;
}

}  // namespace knead
