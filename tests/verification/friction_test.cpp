// Stick and slip of a stiff block under a rigid plate with a pad, there and back; and a sphere that slides over a
// block.
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

TEST_CASE("Stick, slip and return slip of a stiff block under a plate") {
  // The block is a hundred million times stiffer than the pad: every point is a spring k_T with a slider μ p in series.
  BlockSettings block;
  block.size = {{0.02, 0.02, 0.01}};
  block.elements = {3, 3, 1};
  const double area = 0.02 * 0.02, k = 1e6, k_t = 3e5, coefficient = 0.4, press = 1e-3;
  const auto body = one_tissue_body(make_block(block), NeoHookean{1e12, VolumetricSplit::split}, 1e12);
  hold(*body, "bottom", 7);
  ContactSettings settings;
  settings.law = {k, k_t, {coefficient, 1, 1e4}};
  ScriptedMotionSettings motion;
  // The plate is wider than the block and stands on it at travel 0.
  motion.pose.position = {{0.01, 0.01, 0.015}};
  motion.travel = [=](double t) { return std::min(t, 1.0) * press; };
  const auto shift = [](double t) { return t < 1 ? 0 : t < 4 ? 1e-3 * (t - 1) : 3e-3 - 1e-3 * (t - 4); };
  motion.shift[0] = shift;
  motion.end = 10;
  std::vector<PressedApplicator> applicators;
  applicators.push_back({"plate",
                         std::make_unique<Contact>(body->mesh.points, nodes_of_faces(body->mesh, "top"),
                                                   RoundedBox{{{0.2, 0.2, 0.01}}, 0.001}, settings, 0),
                         std::make_shared<ScriptedMotion>(motion)});
  SystemSettings solver = tight_settings();
  System system(body, {}, std::move(applicators), {}, solver);
  const Contact& contact = *system.applicators()[0].contact;
  Unknowns x = system.rest();
  const double normal_force = k * press * area, limit = coefficient * normal_force;
  double slider = 0;  // where the sliders stand, by hand
  double worst_stick = 0, worst_slip = 0, worst_return = 0, worst_normal = 0;
  bool stuck = false, slid = false, slid_back = false;
  for (int i = 1; i <= 28; ++i) {
    const double time = 0.25 * i;
    system.set_time(time, x.scalars);
    const NewtonReport r = system.solve(x);
    INFO(time << ": " << r.reason);
    REQUIRE(r.converged);
    system.commit(x);
    if (time < 1) continue;
    const double spring = k_t * area * (shift(time) - slider);
    const double expected = std::clamp(spring, -limit, limit);
    slider = shift(time) - expected / (k_t * area);
    const double error = std::abs(contact.force()[0] - expected) / limit;
    worst_normal = std::max(worst_normal, std::abs(-contact.force()[2] / normal_force - 1));
    if (std::abs(spring) < limit) {
      worst_stick = std::max(worst_stick, error);
      stuck = stuck || expected != 0;
    } else if (spring > 0) {
      worst_slip = std::max(worst_slip, error);
      slid = true;
    } else {
      worst_return = std::max(worst_return, error);
      slid_back = true;
    }
  }
  REQUIRE((stuck && slid && slid_back));
  const std::string size = mesh_size(body->mesh), law = "springs k_T and sliders μ p in series, Simo & Laursen 1992";
  CHECK(report(
      error_row(150, "Plate on a stiff block: normal force, relative error", "k d A", worst_normal, 1e-6, size)));
  CHECK(report(error_row(151, "Plate on a stiff block, stick: friction force, largest error over μ F", law, worst_stick,
                         1e-6, size)));
  CHECK(report(error_row(152, "Plate on a stiff block, slip: friction force, largest error over μ F", "τ = μ p",
                         worst_slip, 1e-6, size)));
  CHECK(report(error_row(153, "Plate on a stiff block, return slip: friction force, largest error over μ F", "τ = −μ p",
                         worst_return, 1e-6, size)));
}

namespace {

struct Slide {
  double drag = 0, wobble = 0;  // mean and largest deviation of −F_x/F_z on the way
  double torque = 0;            // largest about the axis, over the force and the radius
  double creep = 0;             // per way, at the end
  std::string size;
};

// Half of a sphere of 120 mm radius under 2 × 24 mN slides 6 mm along a soft thick block: contact radius 6 mm, so that
// the surface tilts little (a/R = 0.05) and μ F is what Coulomb's law asks for up to the square of that.
Slide slide_sphere(double coefficient, bool rolls = false) {
  BlockSettings block;
  block.size = {{0.06, 0.03, 0.03}};
  block.positions[0] = {0, 0.008, 0.0145};
  for (int i = 0; i < 14; ++i) block.positions[0].push_back(0.0185 + 0.002 * i);
  block.positions[0].insert(block.positions[0].end(), {0.051, 0.06});
  block.positions[1] = {0, 0.002, 0.004, 0.006, 0.009, 0.015, 0.03};
  block.positions[2] = {0, 0.009, 0.017, 0.0225, 0.0265, 0.03};
  const auto body = one_tissue_body(make_block(block), NeoHookean{5e3, VolumetricSplit::split}, 5e5);
  hold(*body, "bottom", 7);
  hold(*body, "front", 2);
  ContactSettings settings;
  constexpr double radius = 0.12;
  settings.law = {3e7, 1e7, {coefficient, 1, 1e4}};
  settings.rolling_radius = rolls ? radius : 0;
  ScriptedMotionSettings motion;
  motion.pose.position = {{0.0285, 0, 0.03 + radius}};
  motion.force = [](double t) { return 0.024 * std::min(t, 1.0); };
  motion.shift[0] = [](double t) { return t < 1 ? 0 : 0.003 * (t - 1); };
  motion.end = 3;
  motion.knots = {1};
  std::vector<PressedApplicator> applicators;
  applicators.push_back({"ball",
                         std::make_unique<Contact>(body->mesh.points, nodes_of_faces(body->mesh, "top"), Sphere{radius},
                                                   settings, 0, rolls ? 1 : -1),
                         std::make_shared<ScriptedMotion>(motion)});
  System system(body, {}, std::move(applicators), {});
  const Contact& contact = *system.applicators()[0].contact;
  StepSettings steps;
  steps.fixed = 0.25;
  Stepper stepper(system, steps, {1, 3});
  Slide out;
  std::vector<double> drags;
  double creep_before = 0;
  while (!stepper.finished()) {
    const StepOutcome s = stepper.advance();
    INFO(s.failure);
    REQUIRE(s.ok);
    const double force = -contact.force()[2];
    if (s.time > 1.6) {
      drags.push_back(contact.force()[0] / force);  // full slip by then
      const Vec3d centre = contact.pose().position + contact.travel() * contact.pose().pressing;
      out.torque = std::max(out.torque, std::abs(contact.moment(centre)[1]) / (force * radius));
    } else {
      creep_before = contact.creep();
    }
  }
  out.creep = (contact.creep() - creep_before) / (0.003 * 1.5);
  for (double d : drags) out.drag += d / static_cast<double>(drags.size());
  for (double d : drags) out.wobble = std::max(out.wobble, std::abs(d - out.drag));
  out.size = mesh_size(body->mesh);
  return out;
}

}  // namespace

TEST_CASE("A sphere that slides over an elastic block") {
  const Slide smooth = slide_sphere(0);
  CHECK(report(error_row(155, "Sliding sphere without friction: mean drag over force",
                         "an elastic half-space takes no work", smooth.drag, 0.01,
                         fmt::format("{}; largest deviation on the way {:.1e}", smooth.size, smooth.wobble))));
  const Slide rough = slide_sphere(0.3);
  CHECK(
      report(relative_row(156, "Sliding sphere with μ = 0.3: mean drag over μ F", "Coulomb", 1, rough.drag / 0.3, 0.01,
                          fmt::format("{}; largest deviation on the way {:.1e}", rough.size, rough.wobble / 0.3))));
  // Towed and free to turn it neither drags nor is turned. Nothing is lost but in the slip at the rim of the contact,
  // and between incompressible bodies pressure alone makes no slip (Johnson, Contact Mechanics, 1985, section 8.2).
  const Slide rolling = slide_sphere(0.3, true);
  CHECK(report(error_row(157, "Towed free-rolling sphere with μ = 0.3: largest torque over F R", "balance of moments",
                         rolling.torque, 1e-6, rolling.size)));
  CHECK(report(error_row(158, "Towed free-rolling sphere with μ = 0.3: mean drag over μ F", "drag below 1 %",
                         rolling.drag / 0.3, 0.01,
                         fmt::format("{}; largest deviation on the way {:.1e}, creep {:.1e} of the way", rolling.size,
                                     rolling.wobble / 0.3, rolling.creep))));
}
