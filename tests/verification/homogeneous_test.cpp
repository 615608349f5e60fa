// Homogeneous deformations of one element, every law, against closed forms.
#include <cmath>
#include <functional>
#include <numbers>
#include <optional>

#include <fmt/format.h>

#include "body/specimens.hpp"
#include "catch.hpp"
#include "verification/case_table.hpp"
#include "verification/statics.hpp"

using namespace knead;
using namespace knead::test;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// A law and its energy density in the invariants or stretches, differentiated by hand: Cauchy stress of an
// incompressible body along 1 when the stress across is zero, and shear stress of simple shear.
struct Reference {
  std::string name, formula;
  Law law;
  std::function<double(double)> uniaxial, equibiaxial, shear;
};

// Rivlin: σ₁ = 2 (λ₁² − λ₃²)(W₁ + λ₂² W₂), λ₃ the direction without stress; simple shear τ = 2 γ (W₁ + W₂).
Reference from_invariants(std::string name, Law law, std::function<double(double)> w1, double w2) {
  Reference r{std::move(name), "Rivlin's solutions (physics 7.11)", std::move(law), {}, {}, {}};
  r.uniaxial = [=](double l) { return 2 * (l * l - 1 / l) * (w1(l * l + 2 / l) + w2 / l); };
  r.equibiaxial = [=](double l) {
    return 2 * (l * l - std::pow(l, -4)) * (w1(2 * l * l + std::pow(l, -4)) + w2 * l * l);
  };
  r.shear = [=](double g) { return 2 * g * (w1(3 + g * g) + w2); };
  return r;
}

std::vector<Reference> references() {
  std::vector<Reference> list;
  const double mu = 1.3;
  list.push_back(from_invariants(
      "neo-Hookean", NeoHookean{mu, VolumetricSplit::split}, [=](double) { return mu / 2; }, 0));
  list.push_back(from_invariants(
      "neo-Hookean, coupled", NeoHookean{mu, VolumetricSplit::coupled}, [=](double) { return mu / 2; }, 0));
  MooneyRivlin mooney;
  mooney.c10 = 0.4;
  mooney.c01 = 0.25;
  list.push_back(from_invariants(
      "Mooney-Rivlin", mooney, [](double) { return 0.4; }, 0.25));
  Yeoh yeoh;
  yeoh.c10 = 0.5;
  yeoh.c20 = 0.2;
  yeoh.c30 = 0.1;
  list.push_back(from_invariants(
      "Yeoh", yeoh, [](double i) { return 0.5 + 0.4 * (i - 3) + 0.3 * (i - 3) * (i - 3); }, 0));
  Reference ogden{"Ogden", "σ = Σ 2 μ/α (λ^α − λ₃^α) (physics 7.11)", Ogden{{1.2, 9.0}, {0.3, -4.0}}, {}, {}, {}};
  const auto sum = [](auto&& term) { return term(1.2, 9.0) + term(0.3, -4.0); };
  ogden.uniaxial = [=](double l) {
    return sum([&](double m, double a) { return 2 * m / a * (std::pow(l, a) - std::pow(l, -a / 2)); });
  };
  ogden.equibiaxial = [=](double l) {
    return sum([&](double m, double a) { return 2 * m / a * (std::pow(l, a) - std::pow(l, -2 * a)); });
  };
  // W(λ, 1, 1/λ) with γ = λ − 1/λ: τ = (dW/dλ)/(dγ/dλ).
  ogden.shear = [=](double g) {
    const double l = g / 2 + std::sqrt(1 + g * g / 4);
    return sum([&](double m, double a) { return 2 * m / a * (std::pow(l, a) - std::pow(l, -a)); }) / (l + 1 / l);
  };
  list.push_back(ogden);
  return list;
}

Mesh unit_cube() {
  BlockSettings block;
  block.size = {{1, 1, 1}};
  block.elements = {1, 1, 1};
  return make_block(block);
}

// Cauchy stress on the loaded face of an incompressible cube that slides on x = y = z = 0.
double stress_along(const Law& law, double stretch, bool equibiaxial, const std::optional<FibreLaw>& fibres = {},
                    double activation = 0) {
  const auto body = one_tissue_body(unit_cube(), law, infinity);
  if (fibres) {  // along x
    body->tissues[0].fibres = fibres;
    body->tissues[0].activation = [=](double time) { return activation * time; };
    body->fibre.assign(points_per_cell, {1, 0, 0});
    body->across.assign(points_per_cell, {0, 1, 0});
  }
  hold(*body, "left", 1);
  hold(*body, "front", 2);
  hold(*body, "bottom", 4);
  std::vector<PrescribedComponent> prescribed;
  const auto pull = [=](const Vec3d&) { return (stretch - 1) * Vec3d{{1, 1, 1}}; };
  prescribe(prescribed, body->mesh, nodes_of(body->mesh, "right"), 1, pull);
  if (equibiaxial) prescribe(prescribed, body->mesh, nodes_of(body->mesh, "back"), 2, pull);
  System system(body, {}, {}, prescribed, tight_settings());
  const Unknowns x = solve_in_steps(system, 4);
  const double force = sum_over(internal_forces(system, x), nodes_of(body->mesh, "right"))[0];
  return force * stretch;  // the face has the area 1/stretch
}

// Shear traction on the top of a cube whose boundary follows x + γ z; J = 1, so that κ has no part in it.
double shear_stress(const Law& law, double shear) {
  const auto body = one_tissue_body(unit_cube(), law, 1e3);
  std::vector<PrescribedComponent> prescribed;
  for (const char* name : {"top", "bottom", "left", "right", "front", "back"})
    prescribe(prescribed, body->mesh, nodes_of(body->mesh, name), 7, [=](const Vec3d& x) {
      return Vec3d{{shear * x[2], 0, 0}};
    });
  System system(body, {}, {}, prescribed, tight_settings());
  const Unknowns x = solve_in_steps(system, 4);
  // Force of the homogeneous stress on the top face without its edges: virtual work of a unit slide of the top.
  const Vector<double> forces = internal_forces(system, x);
  double work = 0;
  for (int n = 0; n < body->mesh.num_nodes(); ++n)
    work += forces[3 * static_cast<std::size_t>(n)] * body->mesh.points[static_cast<std::size_t>(n)][2];
  return work;
}

}  // namespace

TEST_CASE("Uniaxial and equibiaxial stretch and simple shear agree with closed forms") {
  int order = 30;
  for (const Reference& r : references()) {
    INFO(r.name);
    double worst_uniaxial = 0, worst_equibiaxial = 0, worst_shear = 0;
    Row uniaxial, equibiaxial, shear;
    const auto keep = [](double& worst, Row& row, Row candidate) {
      if (candidate.difference >= worst) {
        worst = candidate.difference;
        row = std::move(candidate);
      }
    };
    for (double stretch : {0.7, 1.5})
      keep(worst_uniaxial, uniaxial,
           relative_row(order, fmt::format("Uniaxial stretch, {}: Cauchy stress at λ = {}", r.name, stretch), r.formula,
                        r.uniaxial(stretch), stress_along(r.law, stretch, false), 1e-8, "1 cell"));
    for (double stretch : {0.85, 1.3})
      keep(worst_equibiaxial, equibiaxial,
           relative_row(order + 1, fmt::format("Equibiaxial stretch, {}: Cauchy stress at λ = {}", r.name, stretch),
                        r.formula, r.equibiaxial(stretch), stress_along(r.law, stretch, true), 1e-8, "1 cell"));
    for (double g : {0.2, 0.8})
      keep(worst_shear, shear,
           relative_row(order + 2, fmt::format("Simple shear, {}: shear stress at γ = {}", r.name, g), r.formula,
                        r.shear(g), shear_stress(r.law, g), 1e-8, "1 cell"));
    CHECK(report(uniaxial));
    CHECK(report(equibiaxial));
    CHECK(report(shear));
    order += 3;
  }
}

TEST_CASE("Fibre-reinforced tissue and muscle agree with closed forms under uniaxial and equibiaxial stretch") {
  const double mu = 1.3, k1 = 4, k2 = 1.5;
  const NeoHookean matrix{mu, VolumetricSplit::split};
  // Incompressible and free across: σ₁ of the matrix, μ (λ² − 1/λ), plus λ ∂Ψ_f/∂λ₁ with the transverse stretches 1/√λ
  // as functions of λ where the fibres see them.
  const ExponentialFibres one{k1, k2, 0, 0};
  const auto exponential = [=](double E) { return k1 * E * std::exp(k2 * E * E); };
  for (double l : {0.7, 1.15, 1.4}) {
    const double E = l * l - 1, fibres = E > 0 ? 2 * exponential(E) * l * l : 0;
    CHECK(
        report(relative_row(50, fmt::format("Uniaxial stretch along one family of fibres: Cauchy stress at λ = {}", l),
                            "μ (λ² − 1/λ) + 2 k₁ E e^(k₂E²) λ²", mu * (l * l - 1 / l) + fibres,
                            stress_along(matrix, l, false, one), 1e-8, "1 cell")));
  }
  // Equibiaxial: fibres along x only, σ_x with σ_z = 0.
  {
    const double l = 1.2, E = l * l - 1;
    CHECK(report(relative_row(51, "Equibiaxial stretch, one family: Cauchy stress along it at λ = 1.2",
                              "μ (λ² − λ⁻⁴) + 2 k₁ E e^(k₂E²) λ²",
                              mu * (l * l - std::pow(l, -4)) + 2 * exponential(E) * l * l,
                              stress_along(matrix, l, true, one), 1e-8, "1 cell")));
  }
  // Two dispersed families at ±45°, equibiaxial in their plane: E = κ I₁ + (1 − 3κ) λ² − 1 for both.
  {
    const double l = 1.15, dispersion = 0.1, I1 = 2 * l * l + std::pow(l, -4);
    const ExponentialFibres two{k1, k2, dispersion, std::numbers::pi / 4};
    const double E = dispersion * I1 + (1 - 3 * dispersion) * l * l - 1;
    const double in_plane = 2 * dispersion * l * l + (1 - 3 * dispersion) * l * l,
                 thickness = 2 * dispersion * std::pow(l, -4);
    CHECK(report(relative_row(52, "Equibiaxial stretch, two dispersed families at ±45°: Cauchy stress at λ = 1.15",
                              "Gasser, Ogden & Holzapfel 2006 with σ₃ = 0",
                              mu * (l * l - std::pow(l, -4)) + 2 * exponential(E) * (in_plane - thickness),
                              stress_along(matrix, l, true, two), 1e-8, "1 cell")));
  }
  // Muscle: σ_max f(l) l on top of the matrix.
  const MuscleFibres muscle{30, 1.2, 0.05, 6.6, 1.4, 0.8};
  const auto tension = [](double l, double activation) {
    const double active = l < 0.6 ? 9 * (l - 0.4) * (l - 0.4) : 1 - 4 * (1 - l) * (1 - l);
    const double passive = l > 1 ? 0.05 * (std::exp(6.6 * (l - 1)) - 1) : 0;
    return 30 * l * (passive + activation * active);
  };
  for (auto [l, activation] : {std::pair{1.0, 1.0}, {0.7, 0.5}, {1.5, 0.0}, {1.5, 0.3}})
    CHECK(report(
        relative_row(53, fmt::format("Muscle, activation {}: Cauchy stress along the fibres at λ = {}", activation, l),
                     "μ (λ² − 1/λ) + σ_max f(λ/λ_o) λ/λ_o (Blemker et al. 2005)",
                     mu * (l * l - 1 / l) + tension(l / 1.2, activation),
                     stress_along(matrix, l, false, muscle, activation), 1e-8, "1 cell")));
}
