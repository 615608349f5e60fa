// Shear modulus of compressed tissue against magnetic resonance elastography of the gluteal region of ten women under
// compression (50 Hz): G = 748.5 Pa C^−1.18 in fat, 956.4 Pa C^−0.36 in muscle, with C = λ² along the compression
// (JMBBM 2023).
//
// What a shear wave feels in a body stretched by λ_1, λ_2, λ_3 is c_ijij + τ_ii, i its way and j its motion; for an
// isotropic incompressible solid that is (σ_i − σ_j) λ_i²/(λ_i² − λ_j²) (Ogden 1984, Non-linear Elastic Deformations,
// 6.3). Way and motion are not known in the experiment: the mean over all six pairs stands for them.
#include <cmath>
#include <filesystem>
#include <variant>

#include <fmt/format.h>

#include "body/tissue_file.hpp"
#include "catch.hpp"
#include "verification/case_table.hpp"

using namespace knead;
using namespace knead::test;

namespace {

constexpr double compressions[] = {1, 0.8, 0.64, 0.5, 0.36};  // C

struct Measured {
  const char* tissue;
  const char* sheet;
  double modulus, exponent;  // Pa: G = modulus C^exponent
  double fitted_alpha;       // of a one-term Ogden law with the measured modulus at rest
  double at(double C) const { return modulus * std::pow(C, exponent); }
};
const Measured measured[] = {{"fat", "subcutaneous-fat", 748.5, -1.18, 9.0}, {"muscle", "muscle", 956.4, -0.36, 3.5}};

std::array<double, 3> uniaxial(double C) {
  const double along = std::sqrt(C);
  return {along, 1 / std::sqrt(along), 1 / std::sqrt(along)};
}

template <class F>
double mean_over_pairs(const F& modulus) {
  double sum = 0;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      if (i != j) sum += modulus(i, j);
  return sum / 6;
}

// From the tangent that the solver uses.
double shear_wave_modulus(const Law& law, double C) {
  const auto stretch = uniaxial(C);
  Mat3d F = Mat3d::identity();
  for (int i = 0; i < 3; ++i) F(i, i) = stretch[static_cast<std::size_t>(i)];
  LawResponse<double> response;
  std::visit([&](const auto& l) { l.evaluate(F, response); }, law);
  return mean_over_pairs([&](int i, int j) {
    int pair = 3;
    while (!((sym3_row[pair] == i && sym3_column[pair] == j) || (sym3_row[pair] == j && sym3_column[pair] == i)))
      ++pair;
    return response.tangent(pair, pair) + response.stress[i];
  });
}

double shear_wave_modulus_of_ogden(double mu, double alpha, double C) {
  const auto stretch = uniaxial(C);
  return mean_over_pairs([&](int i, int j) {
    const double a = stretch[static_cast<std::size_t>(i)], b = stretch[static_cast<std::size_t>(j)];
    if (std::abs(a - b) < 1e-9) return mu * std::pow(a, alpha);
    return 2 * mu / alpha * (std::pow(a, alpha) - std::pow(b, alpha)) * a * a / (a * a - b * b);
  });
}

TissueSheet instantaneous_sheet(const std::string& name, TissueClass tissue_class) {
  const std::string models = std::string(KNEAD_SOURCE_DIR) + "/models";
  return read_tissue_sheet(models + "/tissues/" + name + ".toml", {{models}, tissue_class, true, false});
}

}  // namespace

TEST_CASE("The tangent of a compressed Ogden law has the moduli of shear waves") {
  for (const double alpha : {-4.0, 2.0, 9.0, 12.0})
    for (const double C : compressions) {
      INFO(alpha << " " << C);
      CHECK(shear_wave_modulus(Ogden{{1e3, alpha}}, C) ==
            Approx(shear_wave_modulus_of_ogden(1e3, alpha, C)).epsilon(1e-6));
    }
}

TEST_CASE("Shear modulus of compressed fat and muscle beside elastography") {
  int order = 300;
  const auto row = [&](const std::string& what, const Measured& m, const Law& law, double C) {
    return report(relative_row(order++, fmt::format("{}, compressed to C = {}: shear modulus, Pa", what, C),
                               "elastography under compression, 10 women, gluteal (JMBBM 2023)", m.at(C),
                               shear_wave_modulus(law, C), 0.3, "law alone"));
  };
  for (const Measured& m : measured) {
    int inside = 0;
    for (const double C : compressions)
      inside += row(fmt::format("Ogden law fitted to {} at rest, α = {}", m.tissue, m.fitted_alpha), m,
                    Ogden{{m.modulus, m.fitted_alpha}}, C);
    CHECK(inside >= 4);  // fat at C = 0.36 is outside
    const TissueSheet sheet = instantaneous_sheet(m.sheet, TissueClass::lower_bound);
    for (const double C : compressions) row(fmt::format("Sheet {}, lower-bound", m.sheet), m, sheet.tissue.law, C);
  }
}
