// Energy: what an applicator puts in against what is stored and lost, over a closed cycle without friction and over a
// stroke with it.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "applicator/scripted_motion.hpp"
#include "body/specimens.hpp"
#include "catch.hpp"
#include "step/stepper.hpp"
#include "terms/contact.hpp"
#include "verification/case_table.hpp"
#include "verification/statics.hpp"

using namespace knead;
using namespace knead::test;

namespace {

constexpr double tangential_stiffness = 5e5;  // Pa/m

// A block with a skin and a ball of 12 mm radius on it: pressed for 0.4 s, moved along for 0.4 s, lifted for 0.4 s.
std::unique_ptr<System> ball_on_skin(ScriptedMotionSettings motion, double coefficient) {
  BlockSettings block;
  block.size = {{0.06, 0.05, 0.03}};
  block.elements = {12, 8, 1};
  block.layers = {{1, 0.003, 1}, {0, 0.027, 3}};
  const auto body = one_tissue_body(make_block(block), NeoHookean{4e3, VolumetricSplit::split}, 4e6);
  Tissue skin = body->tissues[0];
  skin.law = Ogden{{3e4, 6.0}};
  skin.kappa = std::numeric_limits<double>::infinity();
  body->tissues.push_back(skin);
  hold(*body, "bottom", 7);
  ContactSettings settings;
  settings.law = {5e6, tangential_stiffness, {coefficient, 1, 1e4}};
  motion.pose.position = {{0.019, 0.025, 0.042}};
  motion.end = 1.2;
  motion.knots = {0.4, 0.8};
  std::vector<PressedApplicator> applicators;
  applicators.push_back(
      {"ball",
       std::make_unique<Contact>(body->mesh.points, nodes_of_faces(body->mesh, "top"), Sphere{0.012}, settings, 0),
       std::make_shared<ScriptedMotion>(motion)});
  return std::make_unique<System>(body, std::vector<std::unique_ptr<SurfaceTerm>>{}, std::move(applicators),
                                  std::vector<PrescribedComponent>{});
}

double ramp(double from, double to, double t) { return std::clamp((t - from) / (to - from), 0.0, 1.0); }

struct Balance {
  double work = 0;         // done by the applicator so far, trapezoid rule, J
  double stored = 0;       // in tissue, pad and the springs of friction at the end, J
  double lost = 0;         // in friction, J
  double peak = 0;         // largest stored energy, J
  double discrepancy = 0;  // largest |work − stored − lost| of any step over the largest of them
  double from_press = 0;   // largest change of that difference since the press ended, over the same
  int steps = 0;
};

double stored_energy(System& system, const Unknowns& x) {
  System::Residual r;
  system.evaluate(x, false, r);
  double energy = r.energy;
  for (const ContactPoint& p : system.applicators()[0].contact->points()) {
    const double traction = norm(p.shear) * p.area / p.rest_area;  // per rest area
    energy += 0.5 * traction * traction / tangential_stiffness * p.rest_area;
  }
  return energy;
}

Balance run(System& system, const StepSettings& steps) {
  const Contact& contact = *system.applicators()[0].contact;
  Stepper stepper(system, steps, {0.4, 0.8, 1.2});
  const auto place = [&] { return contact.pose().position + contact.travel() * contact.pose().pressing; };
  Balance b;
  Vec3d before = system.applicators()[0].motion->pose_at(0).position, force_before{{0, 0, 0}};
  double largest_left_over = 0, largest = 0, after_press = 0, largest_change = 0;
  while (!stepper.finished()) {
    const StepOutcome s = stepper.advance();
    INFO(s.failure);
    REQUIRE(s.ok);
    ++b.steps;
    b.stored = stored_energy(system, stepper.state().x);
    const Vec3d now = place(), force = contact.force();
    b.work += 0.5 * dot(force + force_before, now - before);
    before = now;
    force_before = force;
    b.lost = contact.friction_work();
    b.peak = std::max(b.peak, b.stored);
    largest = std::max({largest, std::abs(b.work), b.stored + b.lost});
    const double left_over = b.work - b.stored - b.lost;
    largest_left_over = std::max(largest_left_over, std::abs(left_over));
    if (s.time <= 0.4 * (1 + 1e-12)) after_press = left_over;
    largest_change = std::max(largest_change, std::abs(left_over - after_press));
  }
  b.discrepancy = largest_left_over / largest;
  b.from_press = largest_change / largest;
  return b;
}

StepSettings fixed(double length) {
  StepSettings s;
  s.fixed = length;
  return s;
}

}  // namespace

TEST_CASE("A closed cycle without friction gives its energy back") {
  ScriptedMotionSettings motion;
  motion.travel = [](double t) { return 0.004 * (ramp(0, 0.4, t) - ramp(0.8, 1.2, t)); };
  // Down on one place, up on another, and back through the air.
  motion.shift[0] = [](double t) { return 0.013 * ramp(0.4, 0.8, t); };
  const auto cycle = [&](double step) { return run(*ball_on_skin(motion, 0), fixed(step)); };
  const Balance coarse = cycle(0.02), fine = cycle(0.01);
  const std::string size =
      fmt::format("384 cells, {} steps; half as many: {:.1e}", fine.steps, coarse.work / coarse.peak);
  REQUIRE(fine.peak > 1e-3);
  CHECK(report(error_row(185, "Press, slide and lift without friction: stored energy that is left, over its peak",
                         "elasticity", fine.stored / fine.peak, 1e-3, size)));
  CHECK(report(error_row(186, "Press, slide and lift without friction: work over the cycle, over the peak energy",
                         "elasticity (trapezoid rule)", fine.work / fine.peak, 1e-3, size)));
}

TEST_CASE("Work is stored or lost in friction") {
  ScriptedMotionSettings motion;
  motion.force = [](double t) { return 3 * (1.01 * ramp(0, 0.4, t) - ramp(0.8, 1.2, t)); };
  motion.shift[0] = [](double t) { return 0.013 * ramp(0.4, 0.8, t); };
  const auto stroke = [&](const StepSettings& steps) { return run(*ball_on_skin(motion, 0.3), steps); };
  const Balance by_default = stroke({}), coarse = stroke(fixed(0.04)), middle = stroke(fixed(0.02)),
                fine = stroke(fixed(0.01));
  const auto order = [&](double Balance::*what) { return std::log2(coarse.*what / (fine.*what)) / 2; };
  REQUIRE(fine.lost > 0.1 * fine.peak);
  const std::string name = "work less stored less lost energy, over the largest",
                    reference = "energy balance (trapezoid rule)";
  const auto size = [&](double Balance::*what) {
    return fmt::format("384 cells; 40, 20 ms: {:.1e}, {:.1e}: order {:.2f}", coarse.*what, middle.*what, order(what));
  };
  CHECK(report(error_row(190, "Stroke of a ball with μ = 0.3, default step: " + name, reference, by_default.discrepancy,
                         0.01, fmt::format("384 cells, {} steps", by_default.steps))));
  CHECK(report(error_row(191, "Stroke of a ball with μ = 0.3, steps of 10 ms: " + name, reference, fine.discrepancy,
                         0.01, size(&Balance::discrepancy))));
  CHECK(
      report(error_row(192, "Slide and lift of a ball with μ = 0.3, steps of 10 ms: the same from the end of the press",
                       reference, fine.from_press, 0.01, size(&Balance::from_press))));
  // A ball that a growing force presses comes down with an infinite speed, d ~ t^(2/3), and the trapezoid rule of its
  // work is of order 5/3; friction is of order 2.
  CHECK(order(&Balance::discrepancy) > 1.4);
  CHECK(order(&Balance::from_press) > 1.7);
}
