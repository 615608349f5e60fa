// Frictionless flat punch on a half-space and on a bonded layer, at small strain; lengths are over the radius a.
#include <cmath>

#include <fmt/format.h>

#include "catch.hpp"
#include "verification/axisymmetric.hpp"
#include "verification/case_table.hpp"

using namespace knead;
using namespace knead::test;

namespace {

// The contact edge r = 1 is a circle of elements, with elements that shrink towards it on both sides and upwards.
// far: outer radius; depth: thickness; refinement 1, 2: number of elements.
Mesh punch_mesh(double depth, double far, int refinement) {
  const int n = 5 * refinement;
  const double ratio = refinement == 1 ? 1.9 : 1.38;
  std::vector<double> radii = joined(graded(0.3, 1, n, 1 / ratio), graded(1, 2, n, ratio));
  radii = joined(radii, graded(2, far, 5 * refinement, refinement == 1 ? 1.6 : 1.27));
  std::vector<double> depths;
  if (depth <= 1.2) {
    depths = graded(0, depth, n + 1, refinement == 1 ? 1.8 : 1.35);
  } else {
    depths = joined(graded(0, 1, n, ratio), graded(1, depth, 5 * refinement, refinement == 1 ? 1.5 : 1.22));
  }
  return quarter_layer(radii, depths);
}

// F over 2 E* a d: the factor κ of Hayes. thickness 0 is the half-space.
double punch_factor(double poisson, double thickness, int refinement, std::string& size) {
  constexpr double depth = 1e-4;
  const bool half_space = thickness == 0;
  const auto body = quarter_body(
      punch_mesh(half_space ? 12 : thickness, half_space ? 12 : 2 + 6 * thickness, refinement), poisson, !half_space);
  size = mesh_size(body->mesh);
  const auto force = std::make_shared<double>(0);
  std::vector<PrescribedComponent> prescribed;
  if (half_space) prescribe_far_field(prescribed, *body, poisson, force);
  std::vector<int> pressed;
  for (int n : nodes_of(body->mesh, "top")) {
    const Vec3d& x = body->mesh.points[static_cast<std::size_t>(n)];
    if (std::hypot(x[0], x[1]) < 1 + 1e-9) pressed.push_back(n);
  }
  prescribe(prescribed, body->mesh, pressed, 4, [](const Vec3d&) { return Vec3d{{0, 0, -depth}}; });
  System system(body, {}, {}, prescribed, small_strain_settings());
  Unknowns x = system.rest();
  // The far field follows the force that was found: its share shrinks by the box's size over a each time.
  for (int i = 0; i < (half_space ? 4 : 1); ++i) {
    solve_at_end(system, x);
    *force = -4 * sum_over(internal_forces(system, x), pressed)[2];
  }
  return *force / (2 * reduced_modulus(poisson) * depth);
}

void check_punch(int order, double poisson, double a_over_h, double expected) {
  std::string size;
  const double thickness = a_over_h > 0 ? 1 / a_over_h : 0;
  const double coarse = punch_factor(poisson, thickness, 1, size), fine = punch_factor(poisson, thickness, 2, size);
  const std::string what =
      a_over_h > 0
          ? fmt::format("Flat punch on a bonded layer, a/h = {}, ν = {}: F (1 − ν²)/(2 a E d)", a_over_h, poisson)
          : fmt::format("Flat punch on a half-space, ν = {}: F (1 − ν²)/(2 a E d)", poisson);
  CHECK(report(relative_row(order, what,
                            a_over_h > 0 ? "Lebedev & Ufliand, Hayes (physics 7.5)" : "Boussinesq (physics 7.3)",
                            expected, fine, 0.01, fmt::format("{}; coarse mesh {:.5f}", size, coarse))));
}

}  // namespace

TEST_CASE("Flat punch on a half-space") {
  check_punch(60, 0.45, 0, 1);
  check_punch(61, 0.5, 0, 1);
}

TEST_CASE("Flat punch on a bonded layer, nu = 0.45") {
  int order = 62;
  const double table[5][2] = {{0.2, 1.2523}, {0.4, 1.5993}, {0.6, 2.0328}, {1.0, 3.0914}, {2.0, 6.4206}};
  for (const auto& row : table) check_punch(order++, 0.45, row[0], row[1]);
}

TEST_CASE("Flat punch on a bonded layer, nu = 0.5") {
  int order = 67;
  const double table[5][2] = {{0.2, 1.2806}, {0.4, 1.6837}, {0.6, 2.2129}, {1.0, 3.6187}, {2.0, 9.1495}};
  for (const auto& row : table) check_punch(order++, 0.5, row[0], row[1]);
}
