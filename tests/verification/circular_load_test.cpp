// Uniform pressure and suction on a circle of a half-space, and on a bonded layer, at small strain; lengths over a.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "applicator/shape.hpp"
#include "body/hexahedron.hpp"
#include "catch.hpp"
#include "fem/quadratic_basis.hpp"
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

// refinement: 1, 2, or 3 for one like 2 with elements through the depth that grow slowly.
Loaded press_circle(double poisson, double thickness, double pressure, int refinement) {
  const bool half_space = thickness == 0;
  const int n = 4 * std::min(refinement, 2);
  const double depth = half_space ? 12 : thickness, far = half_space ? 12 : 2 + 5 * thickness;
  // Steps shrink towards the edge of the circle, where the slope of the surface is infinite.
  const double growth = refinement == 1 ? 2.2 : 1.6;
  std::vector<double> radii =
      joined(joined(graded(0.3, 1, n, 1 / growth), graded(1, 2, n, growth)), graded(2, far, n, 1.3));
  std::vector<double> depths = refinement == 3 ? joined(graded(0, 1, n + 4, 1.2), graded(1, depth, 2 * n, 1.15))
                               : depth <= 1    ? graded(0, depth, n, growth)
                                               : joined(graded(0, 1, n, growth), graded(1, depth, 2 * n, 1.15));
  Loaded out;
  out.body = quarter_body(quarter_layer(radii, depths), poisson, !half_space);
  const auto force = std::make_shared<double>(pressure * std::numbers::pi);
  std::vector<PrescribedComponent> prescribed;
  if (half_space) prescribe_far_field(prescribed, *out.body, poisson, force);
  std::vector<std::unique_ptr<SurfaceTerm>> terms;
  terms.push_back(std::make_unique<Traction>(Traction::normal(
      "circle", out.body->mesh.points, nodes_of_faces(out.body->mesh, "top"), [=](double) { return -pressure; },
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

namespace {

// Cauchy stress at (ξ, η, ζ) of a cell at small strain, over the applied pressure.
Mat3d stress_at(const Loaded& loaded, const std::vector<LinearPressure>& pressures, int cell, const Vec3d& at) {
  const CellPoints points = cell_points(loaded.body->mesh, cell);
  const Mat3d to_own = inverse(map_jacobian(points, at[0], at[1], at[2]));
  Mat3d gradient = Mat3d::zero();
  for (int a = 0; a < 27; ++a) {
    const auto d = quadratic_gradient(a, at[0], at[1], at[2]);
    const int node = loaded.body->mesh.cells[static_cast<std::size_t>(cell)][static_cast<std::size_t>(a)];
    gradient = gradient + outer(displacement_at(loaded.x, node), transpose(to_own) * Vec3d{{d[0], d[1], d[2]}});
  }
  const double mean = (gradient(0, 0) + gradient(1, 1) + gradient(2, 2)) / 3;
  const double pressure =
      pressures[static_cast<std::size_t>(cell)].at(map_point(points, at[0], at[1], at[2])) / test::shear_modulus;
  Mat3d stress = gradient + transpose(gradient);
  for (int i = 0; i < 3; ++i) stress(i, i) -= 2 * mean + pressure;
  return (1 / load) * stress;
}

struct Polar {
  double vertical, radial, around;  // σ_z, σ_r, σ_θ over p
};

// Love's closed form under the middle of the circle (physics 7.4).
Polar love(double depth, double poisson) {
  const double s = depth / std::hypot(1, depth);
  const double radial = -0.5 * (1 + 2 * poisson - 2 * (1 + poisson) * s + s * s * s);
  return {-(1 - s * s * s), radial, radial};
}

// Sum of point loads over the circle (Johnson, Contact Mechanics, 1985, section 3.2), at (r, 0, −depth).
Polar sum_of_points(double r, double depth, double poisson) {
  constexpr int rings = 400, angles = 400;
  Polar sum{0, 0, 0};
  for (int i = 0; i < rings; ++i)
    for (int j = 0; j < angles; ++j) {
      const double radius = (i + 0.5) / rings, angle = 2 * std::numbers::pi * (j + 0.5) / angles;
      const double x = r - radius * std::cos(angle), y = radius * std::sin(angle), z = depth;
      const double flat = x * x + y * y, distance = std::sqrt(flat + z * z);
      const double weight = radius / rings / angles;  // over 2 π
      const double cube = std::pow(distance, 3), fifth = cube * distance * distance;
      const auto across = [&](double a, double b) {  // along a, b at right angles to it
        return (1 - 2 * poisson) / flat * ((1 - z / distance) * (a * a - b * b) / flat + z * b * b / cube) -
               3 * z * a * a / fifth;
      };
      sum.vertical -= weight * 3 * z * z * z / fifth;
      sum.radial += weight * across(x, y);
      sum.around += weight * across(y, x);
    }
  return sum;
}

struct Place {
  double r, depth;
  Polar right, value;
  std::string reference;
  double largest() const {
    return std::max({std::abs(right.vertical), std::abs(right.radial), std::abs(right.around)});
  }
};

// On the axis, which is an edge of cells, and at the centres of cells near three places beside it.
std::vector<Place> stress_with_depth(const Loaded& loaded, double poisson) {
  const Mesh& mesh = loaded.body->mesh;
  const auto pressures = cell_pressures(*loaded.system, loaded.x);
  std::vector<Place> places;
  const auto add = [&](double r, double depth, const Polar& right, const Mat3d& stress, const char* reference) {
    places.push_back({r, depth, right, {stress(2, 2), stress(0, 0), stress(1, 1)}, reference});
  };
  for (double depth : {0.25, 0.5, 1.0, 2.0})
    for (int cell = 0; cell < mesh.num_cells(); ++cell) {
      const CellPoints x = cell_points(mesh, cell);
      if (std::hypot(x[0][0], x[0][1]) > 1e-9 || x[0][2] > -depth || x[18][2] <= -depth) continue;
      const double zeta = 2 * (-depth - x[0][2]) / (x[18][2] - x[0][2]) - 1;
      add(0, depth, love(depth, poisson), stress_at(loaded, pressures, cell, {{-1, -1, zeta}}), "Love (physics 7.4)");
    }
  for (const Vec3d& place : {Vec3d{{0.5, 0, -0.5}}, Vec3d{{1, 0, -0.5}}, Vec3d{{1.5, 0, -1}}}) {
    std::size_t best = 0;
    const auto off = [&](const Vec3d& x) { return std::hypot(std::hypot(x[0], x[1]) - place[0], x[2] - place[2]); };
    for (std::size_t i = 0; i < pressures.size(); ++i)
      if (off(pressures[i].centre) < off(pressures[best].centre)) best = i;
    const Vec3d centre = pressures[best].centre;
    const double r = std::hypot(centre[0], centre[1]);
    Mat3d turn = Mat3d::identity();  // to the radial and circumferential axes
    turn(0, 0) = turn(1, 1) = centre[0] / r;
    turn(0, 1) = centre[1] / r;
    turn(1, 0) = -turn(0, 1);
    const Mat3d stress = turn * stress_at(loaded, pressures, static_cast<int>(best), {{0, 0, 0}}) * transpose(turn);
    add(r, -centre[2], sum_of_points(r, -centre[2], poisson), stress, "sum of point loads (physics 7.4)");
  }
  return places;
}

}  // namespace

TEST_CASE("Stress components under a uniform circular pressure and suction") {
  REQUIRE(sum_of_points(0, 1, 0.5).vertical == Approx(-0.6464).epsilon(1e-3));
  REQUIRE(sum_of_points(0, 1, 0.45).radial == Approx(love(1, 0.45).radial).epsilon(1e-3));
  int order = 200;
  for (double poisson : {0.45, 0.5}) {
    const Loaded pressed = press_circle(poisson, 0, load, 3), sucked = press_circle(poisson, 0, -load, 3);
    const auto places = stress_with_depth(pressed, poisson), other = stress_with_depth(sucked, poisson);
    REQUIRE(places.size() == 7);
    double worst = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
      const Place& place = places[i];
      const auto row = [&](const char* name, double Polar::*part) {
        const double expected = place.right.*part, value = place.value.*part;
        CHECK(report({order++,
                      fmt::format("Uniform circular pressure on a half-space, ν = {}, r/a = {:.3g}, z/a = {:.3g}: {}/p",
                                  poisson, place.r, place.depth, name),
                      place.reference + "; difference over the largest component", expected, value,
                      std::abs(value - expected) / place.largest(), 0.01, "scaled", mesh_size(pressed.body->mesh)}));
        worst = std::max(worst, std::abs(other[i].value.*part + expected) / place.largest());
      };
      row("σ_z", &Polar::vertical);
      row("σ_r", &Polar::radial);
      row("σ_θ", &Polar::around);
    }
    CHECK(
        report(error_row(order++,
                         fmt::format("Uniform circular suction on a half-space, ν = {}: largest difference of the same "
                                     "21 values with the other sign",
                                     poisson),
                         "the same formulas", worst, 0.01, mesh_size(sucked.body->mesh))));
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
