// The body before the first stroke: weight and natural tension in equilibrium.
#include <cmath>

#include <fmt/format.h>

#include "body/specimens.hpp"
#include "catch.hpp"
#include "step/stepper.hpp"
#include "verification/case_table.hpp"
#include "verification/statics.hpp"

using namespace knead;
using namespace knead::test;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Mesh block(double height, int elements) {
  BlockSettings settings;
  settings.size = {{0.1, 0.08, height}};
  settings.elements = {2, 2, elements};
  return make_block(settings);
}

struct Mounted {
  std::shared_ptr<Body> body;
  std::unique_ptr<System> system;
  Unknowns x;
};

Mounted mount(std::shared_ptr<Body> body, const SystemSettings& settings = tight_settings()) {
  Mounted m{std::move(body), nullptr, {}};
  m.system = std::make_unique<System>(m.body, std::vector<std::unique_ptr<SurfaceTerm>>{},
                                      std::vector<PressedApplicator>{}, std::vector<PrescribedComponent>{}, settings);
  Stepper stepper(*m.system, {}, {1.0});
  const auto outcome = stepper.mount();
  REQUIRE(outcome);
  INFO(outcome->failure);
  REQUIRE(outcome->ok);
  m.x = stepper.state().x;
  return m;
}

}  // namespace

TEST_CASE("A confined column stands under its weight with hydrostatic pressure") {
  const double height = 0.06, density = 1060, g = 9.80665;
  auto body = one_tissue_body(block(height, 3), Ogden{{3e3, 9.0}}, infinity);
  body->tissues[0].density = density;
  body->gravity = {{0, 0, -g}};
  hold(*body, "left", 1);
  hold(*body, "right", 1);
  hold(*body, "front", 2);
  hold(*body, "back", 2);
  hold(*body, "bottom", 7);
  const Mounted m = mount(body);
  double worst = 0, largest = 0;
  for (const LinearPressure& p : cell_pressures(*m.system, m.x))
    for (const double dz : {-0.01, 0.0, 0.01}) {
      const Vec3d place = p.centre + Vec3d{{0, 0, dz}};
      worst = std::max(worst, std::abs(p.at(place) - density * g * (height - place[2])));
    }
  for (double u : m.x.u) largest = std::max(largest, std::abs(u));
  CHECK(report(error_row(61,
                         "Weight of a confined incompressible column of 60 mm: largest difference of the pressure, Pa",
                         "p = ρ g (h − z), 624 Pa at the bottom", worst, 1e-3, mesh_size(m.body->mesh))));
  CHECK(largest < 1e-9);
  const ForceBalance balance = m.system->balance(m.x);
  CHECK(report(relative_row(61, "The same: force on the bottom, N", "ρ g V", density * g * 0.1 * 0.08 * height,
                            norm(balance.weight), 1e-10, mesh_size(m.body->mesh))));
  CHECK(balance.force_error < 1e-8);
  CHECK(balance.moment_error < 1e-8);
}

TEST_CASE("A layer with natural tension pulls at what holds it, and shrinks to its natural state when nothing does") {
  const double stretch = 1.05, mu = 150e3, alpha = 20;
  {
    auto body = one_tissue_body(block(0.002, 1), Ogden{{mu, alpha}}, infinity);
    body->tissues[0].pre_stretch = stretch;
    hold(*body, "left", 1);
    hold(*body, "right", 1);
    hold(*body, "front", 2);
    hold(*body, "back", 2);
    hold(*body, "bottom", 4);
    const Mounted m = mount(body);
    const double force = sum_over(internal_forces(*m.system, m.x), nodes_of(m.body->mesh, "right"))[0];
    CHECK(report(relative_row(61, "Skin with a pre-stretch of 1.05, held flat: tension, Pa",
                              "2μ/α (λ^α − λ^(−2α)), free across the layer",
                              2 * mu / alpha * (std::pow(stretch, alpha) - std::pow(stretch, -2 * alpha)),
                              force / (0.08 * 0.002), 1e-8, mesh_size(m.body->mesh))));
  }
  {
    auto body = one_tissue_body(block(0.01, 1), Ogden{{mu, alpha}}, 1e7);
    body->tissues[0].pre_stretch = stretch;
    hold(*body, "left", 1);
    hold(*body, "front", 2);
    hold(*body, "bottom", 4);
    const Mounted m = mount(body);
    double worst = 0;
    for (int n = 0; n < m.body->mesh.num_nodes(); ++n) {
      const Vec3d& X = m.body->mesh.points[static_cast<std::size_t>(n)];
      const Vec3d natural{{X[0] / stretch, X[1] / stretch, X[2] * stretch * stretch}};
      worst = std::max(worst, norm(X + displacement_at(m.x, n) - natural));
    }
    CHECK(report(error_row(61, "The same, free: distance from its natural state, m",
                           "shorter by λ in its plane, thicker by λ²", worst, 1e-9, mesh_size(m.body->mesh))));
  }
}

TEST_CASE("A muscle that is tense from the beginning has shortened when it is mounted") {
  const double mu = 4e3, activation = 0.3;
  const MuscleFibres muscle;
  auto body = one_tissue_body(block(0.04, 2), NeoHookean{mu, VolumetricSplit::split}, infinity);
  body->tissues[0].fibres = muscle;
  body->tissues[0].activation = [=](double) { return activation; };
  body->fibre.assign(body->mesh.cells.size() * points_per_cell, {1, 0, 0});
  hold(*body, "left", 1);
  hold(*body, "front", 2);
  hold(*body, "bottom", 4);
  // Shorter than its rest length it is slack but for the active tension on the ascending side of the curve.
  const auto stress = [&](double stretch) {
    const double l = stretch / muscle.optimal_stretch;
    const double active = l < 0.6 ? 9 * (l - 0.4) * (l - 0.4) : 1 - 4 * (1 - l) * (1 - l);
    return mu * (stretch * stretch - 1 / stretch) + muscle.max_stress * activation * active * l;
  };
  double short_of = 0.4 * muscle.optimal_stretch, beyond = 1;
  while (beyond - short_of > 1e-14) {
    const double middle = 0.5 * (short_of + beyond);
    (stress(middle) > 0 ? beyond : short_of) = middle;
  }
  // Nothing holds it, so that the forces to which tolerances are relative vanish.
  SystemSettings settings = tight_settings();
  settings.newton.force_tolerance = 1e-6;
  settings.newton.balance_tolerance = 1e-6;
  const Mounted m = mount(body, settings);
  const Vec3d end = displacement_at(m.x, nearest_node(m.body->mesh, {{0.1, 0.04, 0.02}}));
  CHECK(report(relative_row(61, "Muscle of 100 mm, free, activation 0.3 from the beginning: stretch along the fibres",
                            "μ (λ² − 1/λ) + σ_max f(λ/λ_o) λ/λ_o = 0 (Blemker et al. 2005)", short_of, 1 + end[0] / 0.1,
                            1e-8, mesh_size(m.body->mesh))));
}

TEST_CASE("What relaxes has relaxed when it is mounted, and stays so") {
  const double stretch = 1.05, mu = 150e3, alpha = 20;
  auto body = one_tissue_body(block(0.002, 1), Ogden{{mu, alpha}}, infinity);
  body->tissues[0].pre_stretch = stretch;
  body->tissues[0].relaxation = {{0.2, 0.3}, {0.2, 10}};
  for (const char* side : {"left", "right"}) hold(*body, side, 1);
  for (const char* side : {"front", "back"}) hold(*body, side, 2);
  hold(*body, "bottom", 4);
  Mounted m = mount(body);
  const auto tension = [&] {
    return sum_over(internal_forces(*m.system, m.x), nodes_of(m.body->mesh, "right"))[0] / (0.08 * 0.002);
  };
  const double instant = 2 * mu / alpha * (std::pow(stretch, alpha) - std::pow(stretch, -2 * alpha));
  CHECK(tension() == Approx(0.6 * instant).epsilon(1e-6));
  for (double time : {0.1, 3.0, 100.0}) {
    m.system->set_time(time, {});
    REQUIRE(m.system->solve(m.x).converged);
    m.system->commit(m.x);
    CHECK(tension() == Approx(0.6 * instant).epsilon(1e-6));
  }
}
