// Uniform pressure and suction on a circle of a half-space, and on a bonded layer, at small strain; lengths over a.
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "catch.hpp"
#include "terms/traction.hpp"
#include "verification/axisymmetric.hpp"
#include "verification/case_table.hpp"

using namespace knead;
using namespace knead::test;

namespace {

constexpr double load = 1e-4;  // pressure over G

struct Loaded {
  std::shared_ptr<Body> body;
  std::unique_ptr<System> system;
  Unknowns x;
  double sink(double radius) const {  // of the surface, over p a / E
    const int node = nearest_node(body->mesh, {{radius, 0, 0}});
    return -displacement_at(x, node)[2];
  }
};

Loaded press_circle(double poisson, double thickness, double pressure, int refinement) {
  const bool half_space = thickness == 0;
  const int n = 4 * refinement;
  const double depth = half_space ? 12 : thickness, far = half_space ? 12 : 2 + 5 * thickness;
  // Steps shrink towards the edge of the circle, where the slope of the surface is infinite.
  const double growth = refinement == 1 ? 2.2 : 1.6;
  std::vector<double> radii =
      joined(joined(graded(0.3, 1, n, 1 / growth), graded(1, 2, n, growth)), graded(2, far, n, 1.3));
  std::vector<double> depths =
      depth <= 1 ? graded(0, depth, n, growth) : joined(graded(0, 1, n, growth), graded(1, depth, 2 * n, 1.15));
  Loaded out;
  out.body = quarter_body(quarter_layer(radii, depths), poisson, !half_space);
  const auto force = std::make_shared<double>(pressure * std::numbers::pi);
  std::vector<PrescribedComponent> prescribed;
  if (half_space) prescribe_far_field(prescribed, *out.body, poisson, force);
  std::vector<std::unique_ptr<SurfaceTerm>> terms;
  terms.push_back(std::make_unique<Traction>(Traction::normal(
      "circle", out.body->mesh.points, faces_of(out.body->mesh, "top"), [=](double) { return -pressure; },
      [](Vec3d x) { return std::hypot(x[0], x[1]) < 1 ? 1.0 : 0.0; })));
  out.system = std::make_unique<System>(out.body, std::move(terms), std::vector<PressedApplicator>{}, prescribed,
                                        small_strain_settings());
  out.x = out.system->rest();
  solve_at_end(*out.system, out.x);
  return out;
}

// Mean compressive stress and its value by the solid angle Ω of the circle, seen from x: σ_m/p = (1 + ν) Ω/(3 π) (sum
// of Boussinesq's σ_kk = −(1 + ν) Q z/(π ρ³)). Ω by the trapezoidal rule over rings.
double solid_angle(const Vec3d& x) {
  constexpr int rings = 200, angles = 200;
  double sum = 0;
  for (int i = 0; i < rings; ++i)
    for (int j = 0; j < angles; ++j) {
      const double r = (i + 0.5) / rings, angle = 2 * std::numbers::pi * (j + 0.5) / angles;
      const double distance = norm(Vec3d{{r * std::cos(angle) - x[0], r * std::sin(angle) - x[1], -x[2]}});
      sum += r / rings * 2 * std::numbers::pi / angles * -x[2] / std::pow(distance, 3);
    }
  return sum;
}

}  // namespace

TEST_CASE("Uniform circular pressure and suction on a half-space") {
  int order = 100;
  for (double poisson : {0.45, 0.5})
    for (double sign : {1.0, -1.0}) {
      const Loaded coarse = press_circle(poisson, 0, sign * load, 1), fine = press_circle(poisson, 0, sign * load, 2);
      const double unit = sign * load / youngs_modulus(poisson);
      const std::string name = sign > 0 ? "pressure" : "suction";
      CHECK(report(relative_row(
          order++, fmt::format("Uniform circular {} on a half-space, ν = {}: u_z(0) E/(p a)", name, poisson),
          "Love (physics 7.4): 2 (1 − ν²)", 2 * (1 - poisson * poisson), fine.sink(0) / unit, 0.01,
          fmt::format("{}; coarse mesh {:.5f}", mesh_size(fine.body->mesh), coarse.sink(0) / unit))));
      CHECK(report(relative_row(
          order++, fmt::format("Uniform circular {} on a half-space, ν = {}: u_z(a) E/(p a)", name, poisson),
          "Love (physics 7.4): 4 (1 − ν²)/π", 4 * (1 - poisson * poisson) / std::numbers::pi, fine.sink(1) / unit, 0.01,
          fmt::format("{}; coarse mesh {:.5f}", mesh_size(fine.body->mesh), coarse.sink(1) / unit))));
    }
}

TEST_CASE("Mean stress with depth under a uniform circular pressure") {
  const Loaded fine = press_circle(0.5, 0, load, 2);
  Elastic::Fields fields;
  fine.system->elastic().fields(fine.x.u, fine.x.p, fields);
  const auto pressures = cell_pressures(*fine.system, fine.x);
  // On the axis: the cells with an edge on it, at its middle.
  const double table[][2] = {{0.25, 0.7575}, {0.5, 0.5528}, {1, 0.2929}, {1.5, 0.1679}, {2, 0.1056}, {3, 0.0513}};
  int order = 110;
  for (const auto& [depth, expected] : table) {
    // The formula itself, against the table.
    REQUIRE(1.5 / (3 * std::numbers::pi) * solid_angle({{0, 0, -depth}}) == Approx(expected).epsilon(2e-3));
    // Nearest centre of a cell to this depth on the axis: there the linear pressure is most accurate.
    std::size_t best = 0;
    for (std::size_t i = 0; i < pressures.size(); ++i)
      if (norm(pressures[i].centre - Vec3d{{0, 0, -depth}}) < norm(pressures[best].centre - Vec3d{{0, 0, -depth}}))
        best = i;
    const Vec3d place = pressures[best].centre;
    const double right = 1.5 / (3 * std::numbers::pi) * solid_angle(place);
    CHECK(report(relative_row(
        order++,
        fmt::format("Uniform circular pressure on a half-space, ν = 0.5: mean stress over p at z/a = {:.3f}",
                    -place[2]),
        fmt::format("sum of Boussinesq's point loads (physics 7.4; on the axis at z/a = {}: {})", depth, expected),
        right, pressures[best].constant / load, 0.01, mesh_size(fine.body->mesh))));
  }
}

TEST_CASE("Uniform circular pressure on a bonded layer") {
  const double table[3][5] = {{0.5, 1.1736, 0.8779, 0.4468, 0.1165},
                              {0.49, 1.1951, 0.9007, 0.4699, 0.1354},
                              {0.45, 1.2760, 0.9856, 0.5551, 0.2042}};
  const double a_over_h[4] = {0.25, 0.5, 1, 2};
  int order = 120;
  for (const auto& entry : table)
    for (int i = 0; i < 4; ++i) {
      const Loaded coarse = press_circle(entry[0], 1 / a_over_h[i], -load, 1),
                   fine = press_circle(entry[0], 1 / a_over_h[i], -load, 2);
      const double unit = -load / youngs_modulus(entry[0]);
      CHECK(report(relative_row(
          order++,
          fmt::format("Suction on a circle of a bonded layer, a/h = {}, ν = {}: u_z(0) E/(p a)", a_over_h[i], entry[0]),
          "table by Hankel transform (physics 7.6)", entry[i + 1], fine.sink(0) / unit, 0.01,
          fmt::format("{}; coarse mesh {:.5f}", mesh_size(fine.body->mesh), coarse.sink(0) / unit))));
    }
}
