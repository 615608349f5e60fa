// Frictionless rigid sphere on a half-space (Hertz) and on a bonded layer, through contact, at small strain; lengths
// are over the contact radius a.
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "applicator/scripted_motion.hpp"
#include "catch.hpp"
#include "measure/contact_measure.hpp"
#include "step/stepper.hpp"
#include "verification/axisymmetric.hpp"
#include "verification/case_table.hpp"

using namespace knead;
using namespace knead::test;

namespace {

constexpr double sphere_radius = 1000;  // a/R = 1e-3, d/R = 1e-6: the limit of small strain

Mesh sphere_mesh(double thickness, double far, int refinement) {
  const int n = 4 * refinement;
  const double outwards = refinement == 1 ? 1.5 : 1.22;
  std::vector<double> radii =
      joined(graded(0.35, 1, n, refinement == 1 ? 0.75 : 0.87), graded(1, 2, n, 1 / (refinement == 1 ? 0.75 : 0.87)));
  radii = joined(radii, graded(2, far, n, outwards));
  std::vector<double> depths = thickness <= 1.2 ? graded(0, thickness, n, refinement == 1 ? 1.5 : 1.22)
                                                : joined(graded(0, 1, n, refinement == 1 ? 1.4 : 1.18),
                                                         graded(1, thickness, n, refinement == 1 ? 1.6 : 1.27));
  return quarter_layer(radii, depths);
}

struct Indentation {
  double force = 0;        // N
  double peak = 0;         // contact pressure at a point, Pa
  double nodal_peak = 0;   // largest nodal one, as it is recorded, Pa
  double penetration = 0;  // largest, m
  int augmentations = 0;   // of the last step
  std::string size;
};

// depth: travel of the sphere after touching, m. thickness 0 is the half-space.
Indentation press_sphere(double poisson, double thickness, double depth, int refinement) {
  const bool half_space = thickness == 0;
  const auto body = quarter_body(
      sphere_mesh(half_space ? 12 : thickness, half_space ? 12 : 2 + 5 * thickness, refinement), poisson, !half_space);
  const auto far_force = std::make_shared<double>(0);
  std::vector<PrescribedComponent> prescribed;
  if (half_space) prescribe_far_field(prescribed, *body, poisson, far_force);

  std::vector<std::array<int, 9>> faces;
  for (const auto& face : nodes_of_faces(body->mesh, "top")) {
    const Vec3d& middle = body->mesh.points[static_cast<std::size_t>(face[4])];
    if (std::hypot(middle[0], middle[1]) < 2) faces.push_back(face);
  }
  ContactSettings settings;
  settings.law.stiffness = 300 * reduced_modulus(poisson);
  settings.law.tangential_stiffness = settings.law.stiffness;  // without friction it has no part
  settings.hard = true;
  settings.penetration = 1e-3 * depth;  // elements are smaller than the contact radius of 1
  ScriptedMotionSettings motion;
  motion.pose.position = {{0, 0, sphere_radius}};
  motion.travel = [=](double) { return depth; };
  std::vector<PressedApplicator> applicators;
  applicators.push_back({"sphere",
                         std::make_unique<Contact>(body->mesh.points, faces, Sphere{sphere_radius}, settings, 0),
                         std::make_shared<ScriptedMotion>(motion)});
  System system(body, {}, std::move(applicators), prescribed, small_strain_settings());
  const Contact& contact = *system.applicators()[0].contact;
  // The far field follows the force from step to step; the sphere stands still.
  StepSettings steps;
  steps.fixed = half_space ? 0.25 : 1;
  Stepper stepper(system, steps, {1});
  Indentation out;
  while (!stepper.finished()) {
    const StepOutcome step = stepper.advance();
    if (!step.ok) throw std::runtime_error(step.failure);
    out.force = -4 * contact.force()[2];
    *far_force = out.force;
    out.augmentations = step.newton.augmentations;
  }
  out.peak = measure_contact(contact).peak_pressure;
  for (double p : contact.nodal_projection().pressure) out.nodal_peak = std::max(out.nodal_peak, p);
  out.penetration = contact.summary().largest_penetration;
  out.size = mesh_size(body->mesh);
  return out;
}

}  // namespace

TEST_CASE("Hertz: a sphere on a half-space") {
  int order = 80;
  for (double poisson : {0.45, 0.5}) {
    const double depth = 1 / sphere_radius;
    const double force = 4.0 / 3 * reduced_modulus(poisson) * std::sqrt(sphere_radius) * std::pow(depth, 1.5);
    const double peak = 1.5 * force / std::numbers::pi;
    const Indentation coarse = press_sphere(poisson, 0, depth, 1), fine = press_sphere(poisson, 0, depth, 2);
    CHECK(
        report(relative_row(order++, fmt::format("Hertz sphere, ν = {}, d/R = 1e-6: force over that of Hertz", poisson),
                            "Hertz (physics 7.1)", 1, fine.force / force, 0.01,
                            fmt::format("{}; coarse mesh {:.5f}", fine.size, coarse.force / force))));
    CHECK(report(relative_row(order++, fmt::format("Hertz sphere, ν = {}: peak pressure over that of Hertz", poisson),
                              "Hertz (physics 7.1)", 1, fine.peak / peak, 0.01,
                              fmt::format("{}; coarse mesh {:.5f}", fine.size, coarse.peak / peak))));
    CHECK(fine.penetration < 1e-3 * depth);
  }
}

TEST_CASE("A sphere on a bonded layer") {
  struct Entry {
    double poisson, a_over_h, c, f;  // c = d R/a², f = F/[(4/3) E* a³/R]
  };
  const Entry table[] = {{0.5, 0.2, 0.8563, 1.0062}, {0.5, 0.4, 0.7412, 1.0437}, {0.5, 0.6, 0.6586, 1.1255},
                         {0.5, 0.8, 0.6008, 1.2500}, {0.5, 1.0, 0.5594, 1.4105}, {0.45, 0.4, 0.7614, 1.0381},
                         {0.45, 1.0, 0.5947, 1.3513}};
  int order = 90;
  for (const Entry& e : table) {
    const double depth = e.c / sphere_radius;
    const double unit = 4.0 / 3 * reduced_modulus(e.poisson) / sphere_radius;
    const Indentation coarse = press_sphere(e.poisson, 1 / e.a_over_h, depth, 1);
    const Indentation fine = press_sphere(e.poisson, 1 / e.a_over_h, depth, 2);
    CHECK(report(
        relative_row(order++,
                     fmt::format("Sphere on a bonded layer, a/h = {}, ν = {}: F 3 R/(4 E* a³) at the depth of that a",
                                 e.a_over_h, e.poisson),
                     "Lebedev & Ufliand equation (physics 7.6)", e.f, fine.force / unit, 0.01,
                     fmt::format("{}; coarse mesh {:.5f}", fine.size, coarse.force / unit))));
  }
}
