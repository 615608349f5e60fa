// Uses headers and code of several installed libraries; prints the version that they say they have.
#include <cmath>
#include <cstdio>

#include "base/error.hpp"
#include "base/version.hpp"
#include "tissue/neo_hookean.hpp"

int main() {
  // Uniaxial stretch of an incompressible neo-Hookean solid: sigma = mu (stretch^2 - 1 / stretch).
  const double shear_modulus = 5e3, stretch = 1.25;
  knead::NeoHookean law;
  law.mu = shear_modulus;
  knead::Mat3<double> F = knead::Mat3<double>::zero();
  F(0, 0) = stretch;
  F(1, 1) = F(2, 2) = 1 / std::sqrt(stretch);
  knead::LawResponse<double> response{};
  law.evaluate(F, response);
  const double stress = response.stress[0] - response.stress[1];
  const double expected = shear_modulus * (stretch * stretch - 1 / stretch);
  if (std::abs(stress - expected) > 1e-9 * expected) {
    std::fprintf(stderr, "stress %.12g Pa instead of %.12g Pa\n", stress, expected);
    return 1;
  }
  try {
    throw knead::Error(knead::ExitCode::invalid_input, {"case.toml", 3, 7}, "unknown key");
  } catch (const knead::Error& error) {
    if (error.code() != knead::ExitCode::invalid_input) return 1;
  }
  std::puts(knead::build_information().version);
}
