// A cup on a block of gel: balance of its rim, and the vacuum that pump and flame leave, against the gas law with the
// compliance of the tissue.
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "applicator/scripted_motion.hpp"
#include "body/specimens.hpp"
#include "catch.hpp"
#include "step/stepper.hpp"
#include "terms/contact.hpp"
#include "terms/suction.hpp"
#include "verification/case_table.hpp"
#include "verification/statics.hpp"

using namespace knead;
using namespace knead::test;

namespace {

constexpr double ring = 0.0175, rim = 0.0015, volume = 3e-5, atmosphere = 101325, push = 5;

struct Held {
  double suction = 0, dome = 0, dome_at_rest = 0;  // Pa, m³
  double rim_force = 0, seal = 0;                  // N, m
  std::string size;
};

Held hold_cup(GasSchedule gas) {
  BlockSettings block;
  block.size = {{0.08, 0.08, 0.02}};
  for (int axis : {0, 1}) {
    auto& planes = block.positions[static_cast<std::size_t>(axis)];
    planes = {0, 0.008};
    for (int i = 0; i <= 12; ++i) planes.push_back(0.016 + 0.004 * i);
    planes.insert(planes.end(), {0.072, 0.08});
  }
  block.positions[2] = {0, 0.008, 0.014, 0.0175, 0.02};
  const auto body = one_tissue_body(make_block(block), NeoHookean{60e3, VolumetricSplit::split}, 3e6);
  hold(*body, "bottom", 7);
  const auto faces = nodes_of_faces(body->mesh, "top");
  ContactSettings settings;
  settings.law = {2e8, 6e7, {0.5, 1, 1e4}};
  settings.points_per_direction = 8;
  ScriptedMotionSettings motion;
  motion.pose.position = {{0.04, 0.04, 0.02 + rim}};
  motion.force = [](double t) { return push * std::min(t, 1.0); };
  motion.knots = {gas.seal, gas.sealed()};
  motion.end = 20;
  std::vector<PressedApplicator> applicators;
  applicators.push_back(
      {"cup", std::make_unique<Contact>(body->mesh.points, faces, Torus{ring, rim, {{0, 0, 1}}}, settings, 0),
       std::make_shared<ScriptedMotion>(motion),
       std::make_unique<Suction>(body->mesh.points, faces, CupSettings{"suction", ring, rim, volume, atmosphere}, gas,
                                 0, 1)});
  System system(body, {}, std::move(applicators), {});
  const Suction& suction = *system.applicators()[0].suction;
  StepSettings steps;
  steps.first = 0.1;
  steps.largest = 2;
  steps.limits = {{0, 3.0001, 0.1}};
  Stepper stepper(system, steps, {gas.seal, gas.sealed(), motion.end});
  Held out;
  while (!stepper.finished()) {
    const StepOutcome s = stepper.advance();
    INFO(s.failure);
    REQUIRE(s.ok);
    if (s.time <= gas.seal) out.dome_at_rest = suction.dome_volume();
  }
  REQUIRE_FALSE(suction.leak());
  out.suction = suction.suction();
  out.dome = suction.dome_volume();
  out.rim_force = system.applicators()[0].contact->force_along_pressing();
  out.seal = suction.seal_radius();
  out.size = mesh_size(body->mesh);
  return out;
}

GasSchedule pumped(double suction, bool regulated) {
  GasSchedule gas;
  gas.seal = 1.5;
  gas.pumping = 1;
  gas.suction = suction;
  gas.regulated = regulated;
  return gas;
}

}  // namespace

TEST_CASE("The vacuum of a cup on linear tissue") {
  const Held lower = hold_cup(pumped(8e3, true)), higher = hold_cup(pumped(12e3, true));
  CHECK(higher.suction == Approx(12e3));
  // Compliance of the tissue between the two.
  const double compliance = (higher.dome - lower.dome) / (higher.suction - lower.suction);
  CHECK(report(relative_row(
      165, "Cup of 35 mm at 12 kPa: force of the rim over q π a² + push", "balance (physics 7.12)", 1,
      higher.rim_force / (12e3 * std::numbers::pi * higher.seal * higher.seal + push), 0.01, higher.size)));
  // With the valve closed nothing moves on: the tissue is elastic.
  const Held closed = hold_cup(pumped(12e3, false));
  CHECK(report(relative_row(166, "Pump cup on elastic tissue: suction after the valve has closed, Pa",
                            "mass of the gas is kept", 12e3, closed.suction, 1e-3, closed.size)));
  // (p_atm − q)(V₀ − V(q)) = p_atm (V₀ − V(0)) T_c/T_hot with V(q) linear around what the pump showed.
  GasSchedule gas;
  gas.seal = 1.5;
  gas.flame = GasSchedule::Flame{360, 0.5};
  const Held flame = hold_cup(gas);
  const double theta = gas.cold / gas.flame->temperature;
  const double free_volume = volume - lower.dome + compliance * lower.suction;  // V₀ − V extrapolated to q = 0
  const double a = compliance, b = -(free_volume + compliance * atmosphere),
               c = atmosphere * (free_volume - (volume - flame.dome_at_rest) * theta);
  const double expected = (-b - std::sqrt(b * b - 4 * a * c)) / (2 * a);
  CHECK(flame.suction < 0.95 * atmosphere * (1 - theta));  // the dome takes a part of it
  CHECK(report(relative_row(167, "Flame cup on linear tissue, gas of 360 K: suction, Pa",
                            "gas law with the tissue's compliance (physics 7.12)", expected, flame.suction, 0.01,
                            fmt::format("{}; without tissue {:.0f}", flame.size, atmosphere * (1 - theta)))));
}
