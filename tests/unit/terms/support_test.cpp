#include "terms/support.hpp"

#include <cmath>

#include "catch.hpp"
#include "surface_patch.hpp"

using namespace knead;

namespace {

double bump(double x, double y) { return 0.2 * x * (1 - x) + 0.1 * y * y; }

ElasticSupport make(const SurfacePatch& patch, double stiffness, bool lifts_off = true) {
  return ElasticSupport(patch.points, {"table", patch.faces, stiffness, lifts_off});
}
Vector<double> uniform(const SurfacePatch& patch, Vec3d d) {
  Vector<double> u;
  for (std::size_t i = 0; i < patch.points.size(); ++i) u.insert(u.end(), {d[0], d[1], d[2]});
  return u;
}

}  // namespace

TEST_CASE("A support's residual and tangent are derivatives of its energy") {
  const auto patch = make_patch(2, 1.0, bump, 0.2);
  auto term = make(patch, 500);
  auto holding = make(patch, 500, false);
  Vector<double> u = uniform(patch, {0, 0, 0.05});
  axpy(1.0, random_field(u.size(), 0.01, 5), u);
  CHECK(energy_error(term, u, 1e-5) < 1e-9);
  CHECK(tangent_error(term, u, 1e-5) < 1e-9);
  // Partly lifted: left half down, right half up.
  for (std::size_t i = 0; i < patch.points.size(); ++i) u[3 * i + 2] = 0.1 * (patch.points[i][0] - 0.52);
  CHECK(energy_error(term, u, 1e-6) < 1e-7);
  CHECK(tangent_error(term, u, 1e-6) < 1e-7);
  CHECK(energy_error(holding, u, 1e-6) < 1e-8);
  CHECK(tangent_error(holding, u, 1e-6) < 1e-8);
}

TEST_CASE("Pressed evenly a flat support answers with k u A, lifted off with nothing") {
  const double k = 2e6, size = 0.3, depth = 0.004;
  const auto patch = make_patch(3, size);
  auto term = make(patch, k);
  const auto r = residual(term, uniform(patch, {0.02, -0.01, depth}));  // sliding along it is free
  CHECK(sum_of_forces(r)[2] == Approx(k * depth * size * size));
  CHECK(sum_of_forces(r)[0] == Approx(0).margin(1e-9));
  CHECK(term.force()[2] == Approx(-k * depth * size * size));
  CHECK(term.energy() == Approx(0.5 * k * depth * depth * size * size));

  for (double x : residual(term, uniform(patch, {0, 0, -depth}))) CHECK(x == 0);
  auto holding = make(patch, k, false);
  CHECK(sum_of_forces(residual(holding, uniform(patch, {0, 0, -depth})))[2] == Approx(-k * depth * size * size));
}

TEST_CASE("A foam bottoms out: p = k d/(1 − d/D)") {
  const double k = 5e5, size = 0.2, thickness = 0.05;
  const auto patch = make_patch(2, size);
  ElasticSupport term(patch.points, {"table", patch.faces, k, true, thickness});
  double work = 0, before = 0;  // of the pressure, by trapezia
  constexpr int steps = 400;
  for (int i = 1; i <= steps; ++i) {
    const double depth = 0.044 * i / steps;
    const double force = sum_of_forces(residual(term, uniform(patch, {0, 0, depth})))[2];
    CHECK(force == Approx(k * depth / (1 - depth / thickness) * size * size));
    work += 0.5 * (before + force) * 0.044 / steps;
    before = force;
  }
  CHECK(term.energy() == Approx(work).epsilon(1e-4));
  CHECK(std::isfinite(sum_of_forces(residual(term, uniform(patch, {0, 0, 2 * thickness})))[2]));

  Vector<double> u = uniform(patch, {0, 0, 0.03});
  axpy(1.0, random_field(u.size(), 0.04, 5), u);  // some beyond the end of the foam
  CHECK(energy_error(term, u, 1e-7) < 1e-6);
  CHECK(tangent_error(term, u, 1e-7) < 1e-6);
}

TEST_CASE("A body at rest touches its support") {
  const auto patch = make_patch(1, 1.0);
  auto term = make(patch, 3);
  const auto u = uniform(patch, {0, 0, 0});
  double total = 0;  // Σ of the zz entries is k A
  const auto columns = dense(term, u, true);
  for (std::size_t j = 2; j < u.size(); j += 3)
    for (std::size_t i = 2; i < u.size(); i += 3) total += columns[j][i];
  CHECK(total == Approx(3.0));
}
