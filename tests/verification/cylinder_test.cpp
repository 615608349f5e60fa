// Frictionless rigid cylinder on a half-space in plane strain (Hertz), through contact, at small strain; lengths are
// over the half-width a of the contact.
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "applicator/scripted_motion.hpp"
#include "body/patch.hpp"
#include "catch.hpp"
#include "terms/contact.hpp"
#include "verification/axisymmetric.hpp"
#include "verification/case_table.hpp"

using namespace knead;
using namespace knead::test;

namespace {

constexpr double cylinder_radius = 1000;  // a/R = 1e-3: the limit of small strain
constexpr double thickness = 0.5, far = 40;

// A slab x ≥ 0, z ≤ 0 of one element in y.
Mesh slab_mesh(int refinement) {
  const int n = 4 * refinement;
  const double inwards = refinement == 1 ? 0.75 : 0.87, outwards = refinement == 1 ? 1.9 : 1.38;
  std::vector<double> across = joined(graded(0, 1, n, inwards), graded(1, 2, n, 1 / inwards));
  across = joined(across, graded(2, far, 2 * n, refinement == 1 ? 1.4 : 1.19));
  const std::vector<double> depths =
      joined(graded(0, 1, n, refinement == 1 ? 1.4 : 1.18), graded(1, far, 2 * n, outwards));
  const auto plane = [](const std::vector<double>& planes, int node) {
    return 0.5 * (planes[static_cast<std::size_t>(node / 2)] + planes[static_cast<std::size_t>((node + 1) / 2)]);
  };
  Patch patch;
  const int layers = static_cast<int>(depths.size()) - 1;
  patch.elements = {static_cast<int>(across.size()) - 1, 1, layers};
  patch.point = [=](int i, int j, int k) {
    return Vec3d{{plane(across, i), 0.5 * thickness * j, -plane(depths, 2 * layers - k)}};
  };
  patch.tissue_of_layer.assign(static_cast<std::size_t>(layers), 0);
  patch.face_names = {"middle", "outer", "front", "back", "bottom", "top"};
  return join_patches({patch}, far);
}

// Displacement in the half-space z ≤ 0 under a line load F' (N/m) along y that presses towards −z: Boussinesq's point
// loads, summed along y (Johnson, Contact Mechanics, 1985, section 2.2). Its rigid shift is free: ln 1 = 0 here.
Vec3d line_load(const Vec3d& x, double force, double poisson) {
  const double depth = -x[2], r = std::hypot(x[0], depth), scale = force / (2 * std::numbers::pi * test::shear_modulus);
  const double down = scale * (depth * depth / (r * r) - 2 * (1 - poisson) * std::log(r));
  const double out = scale * (x[0] * depth / (r * r) - (1 - 2 * poisson) * std::atan2(x[0], depth));
  return {{out, 0, -down}};
}

struct Indentation {
  double force = 0;        // of both halves per length, N/m
  double nodal_peak = 0;   // largest nodal contact pressure, Pa
  double half_width = 0;   // of the elliptic pressure with the same second moment, m
  double penetration = 0;  // largest, m
  std::string size;
};

Indentation press_cylinder(double poisson, double depth, double far_force, int refinement) {
  const auto body = one_tissue_body(slab_mesh(refinement), NeoHookean{test::shear_modulus, VolumetricSplit::split},
                                    bulk_modulus(test::shear_modulus, poisson));
  hold(*body, "middle", 1);
  hold(*body, "front", 2);
  hold(*body, "back", 2);
  std::vector<PrescribedComponent> prescribed;
  for (const char* name : {"bottom", "outer"})
    prescribe(prescribed, body->mesh, nodes_of(body->mesh, name), 7,
              [=](const Vec3d& x) { return line_load(x, far_force, poisson); });
  std::vector<std::array<int, 9>> faces;
  for (const auto& face : nodes_of_faces(body->mesh, "top"))
    if (body->mesh.points[static_cast<std::size_t>(face[4])][0] < 2) faces.push_back(face);
  ContactSettings settings;
  settings.law.stiffness = 300 * reduced_modulus(poisson);
  settings.law.tangential_stiffness = settings.law.stiffness;  // without friction it has no part
  ScriptedMotionSettings motion;
  motion.pose.position = {{0, 0.5 * thickness, cylinder_radius}};
  motion.travel = [=](double t) { return t * depth; };
  std::vector<PressedApplicator> applicators;
  applicators.push_back(
      {"cylinder",
       std::make_unique<Contact>(body->mesh.points, faces, Cylinder{cylinder_radius, 10 * thickness, 0, {{0, 1, 0}}},
                                 settings, 0),
       std::make_shared<ScriptedMotion>(motion)});
  System system(body, {}, std::move(applicators), prescribed, small_strain_settings());
  Contact& contact = *system.applicators()[0].contact;
  Unknowns x = system.rest();
  Indentation out;
  for (int i = 0; i < 4; ++i) {  // multipliers
    solve_at_end(system, x);
    out.penetration = contact.augment();
  }
  out.force = -2 * contact.force()[2] / thickness;
  const ContactNodes nodes = contact.nodal_projection();
  double sum = 0, second = 0;
  for (std::size_t i = 0; i < nodes.node.size(); ++i) out.nodal_peak = std::max(out.nodal_peak, nodes.pressure[i]);
  for (const ContactPoint& p : contact.points()) {
    sum += p.pressure * p.area;
    second += p.pressure * p.area * p.position[0] * p.position[0];
  }
  out.half_width = 2 * std::sqrt(second / sum);
  out.size = mesh_size(body->mesh);
  return out;
}

}  // namespace

TEST_CASE("Hertz: a cylinder on a half-space") {
  int order = 88;
  for (double poisson : {0.45, 0.5}) {
    // a² = 4 F' R/(π E*); the surface under the middle lies (2 F'/(π E*)) (ln 2 + 1/2) below the line load's datum.
    const double force = std::numbers::pi * reduced_modulus(poisson) / (4 * cylinder_radius);
    const double peak = 2 * force / std::numbers::pi;
    const double depth = 2 * force / (std::numbers::pi * reduced_modulus(poisson)) * (std::numbers::ln2 + 0.5);
    const Indentation coarse = press_cylinder(poisson, depth, force, 1),
                      fine = press_cylinder(poisson, depth, force, 2);
    CHECK(fine.penetration < 1e-3 * depth);
    const auto row = [&](const char* what, double fine_share, double coarse_share) {
      CHECK(
          report(relative_row(order, fmt::format("Hertz cylinder, ν = {}, plane strain, a/R = 1e-3: {}", poisson, what),
                              "Hertz (physics 7.1), far field of a line load", 1, fine_share, 0.01,
                              fmt::format("{}; coarse mesh {:.5f}", fine.size, coarse_share))));
    };
    row("force over that of Hertz", fine.force / force, coarse.force / force);
    row("peak nodal pressure over that of Hertz", fine.nodal_peak / peak, coarse.nodal_peak / peak);
    row("half-width by the second moment of the pressure", fine.half_width, coarse.half_width);
    ++order;
  }
}
