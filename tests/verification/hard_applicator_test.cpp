// A hard ball by the way every run goes: from a scenario, through the stepper, with a checkpoint in between.
#include <cmath>
#include <cstring>
#include <numbers>

#include <fmt/format.h>

#include "catch.hpp"
#include "measure/contact_measure.hpp"
#include "scenario/build.hpp"
#include "scenario/read.hpp"
#include "verification/case_table.hpp"
#include "verification/statics.hpp"

using namespace knead;
using namespace knead::test;

namespace {

// Sphere of R = 200 mm on a quarter of a bonded incompressible layer of 10 mm: under `force` the contact radius is 10
// mm.
constexpr double sphere_radius = 0.2, contact_radius = 0.01, shear = 5e3;
constexpr double layer_c = 0.5594, layer_f = 1.4105;  // physics 7.6, ν = 0.5, a/h = 1
const double force = layer_f * 4.0 / 3 * (4 * shear) * std::pow(contact_radius, 3) / sphere_radius;

std::string layer(const std::string& pad) {
  return fmt::format(R"(
knead = 1
title = "A ball on a bonded layer"
[body]
name = "block"
tissue = "gel"
[body.positions]
x = ["0 mm", "3.2 mm", "6.2 mm", "8.8 mm", "11.2 mm", "14 mm", "18 mm", "25 mm", "38 mm", "60 mm"]
y = ["0 mm", "3.2 mm", "6.2 mm", "8.8 mm", "11.2 mm", "14 mm", "18 mm", "25 mm", "38 mm", "60 mm"]
z = ["0 mm", "4 mm", "7 mm", "9 mm", "10 mm"]
[tissue.gel]
law = "neo-hookean"
G = "5 kPa"
bulk_modulus = "100 MPa"
[[boundary]]
on = "bottom"
displacement = ["0 mm", "0 mm", "0 mm"]
[[boundary]]
on = "left"
displacement = {{ x = "0 mm" }}
[[boundary]]
on = "front"
displacement = {{ y = "0 mm" }}
[[applicator]]
name = "ball"
shape = {{ kind = "sphere", radius = "200 mm" }}
position = ["0 mm", "0 mm", "210 mm"]
axis = [0, 0, -1]
force = [["0 s", "{0} N"], ["1 s", "{1} N"]]
{2}
[time]
end = "1 s"
step = "0.25 s"
)",
                     0.02 * force / 4, force / 4, pad);
}

struct Run {
  Scenario scenario;
  BuiltScenario built;
  Stepper stepper;
  int augmentations = 0, newton = 0, rejected = 0;

  explicit Run(const std::string& text)
      : scenario(read_scenario_text(text, "layer.toml")),
        built(build(scenario)),
        stepper(*built.system, built.step, built.boundaries) {}
  void advance() {
    const StepOutcome step = stepper.advance();
    if (!step.ok) throw std::runtime_error(step.failure);
    augmentations += step.newton.augmentations;
    newton += step.newton.newton_iterations;
    rejected += step.rejected;
  }
  const Contact& contact() const { return *built.system->applicators()[0].contact; }
  double travel() const { return stepper.state().x.scalars[0]; }
};

}  // namespace

TEST_CASE("A hard ball in a run sinks in as a rigid one, and goes on from a checkpoint bit for bit") {
  Run hard(layer("")), resumed(layer(""));
  StepState saved;
  for (int step = 0; step < 4; ++step) {
    hard.advance();
    CHECK(hard.contact().relative_penetration() <= 1e-3);
    if (step == 1) saved = hard.stepper.checkpoint();
  }
  CHECK(hard.augmentations > 0);
  const double depth = layer_c * contact_radius * contact_radius / sphere_radius;
  const std::string size = fmt::format("{}, 4 steps, {} Newton iterations, {} rounds of multipliers",
                                       mesh_size(hard.built.body->mesh), hard.newton, hard.augmentations);
  CHECK(report(relative_row(98, "Hard ball under a force on a bonded layer, a/h = 1, by a whole run: depth",
                            "Lebedev & Ufliand equation (physics 7.6)", depth, hard.travel(), 0.02, size)));
  const double area = std::numbers::pi * contact_radius * contact_radius / 4;
  CHECK(report(relative_row(99, "The same: area of contact", "Lebedev & Ufliand equation (physics 7.6)", area,
                            measure_contact(hard.contact()).area, 0.05, size)));

  resumed.stepper.restore(saved);
  while (!resumed.stepper.finished()) resumed.advance();
  const Unknowns &a = hard.stepper.state().x, &b = resumed.stepper.state().x;
  CHECK(std::memcmp(a.u.data(), b.u.data(), a.u.size() * sizeof(double)) == 0);
  CHECK(std::memcmp(a.p.data(), b.p.data(), a.p.size() * sizeof(double)) == 0);
  CHECK(a.scalars == b.scalars);
  CHECK(hard.contact().history() == resumed.contact().history());

  // The test can see the difference that the multipliers make.
  Run soft(layer("pad_stiffness = \"10 kPa/mm\""));
  while (!soft.stepper.finished()) soft.advance();
  CHECK(soft.augmentations == 0);
  CHECK(soft.travel() > 1.1 * depth);
}
