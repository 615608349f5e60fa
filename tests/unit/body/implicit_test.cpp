#include "body/implicit.hpp"

#include <cmath>
#include <random>

#include "body/slab_chart.hpp"
#include "catch.hpp"

using namespace knead;

namespace {
// Least distance to the surface found by brute force from outside: the distance of a union of balls along the axis.
double tapered_by_sampling(Vec3d a, Vec3d b, double ra, double rb, Vec3d x) {
  double least = 1e9;
  for (int i = 0; i <= 20000; ++i) {
    const double t = i / 20000.0;
    least = std::min(least, norm(x - (1 - t) * a - t * b) - ((1 - t) * ra + t * rb));
  }
  return least;
}
}  // namespace

TEST_CASE("Tubes are the envelope of their balls") {
  const Vec3d a{0.01, 0.02, -0.01}, b{0.05, -0.01, 0.04};
  const ImplicitShape tube = make_tube(a, b, 0.012, 0.006);
  std::mt19937 random(7);
  for (int i = 0; i < 60; ++i) {
    Vec3d x;
    for (int k = 0; k < 3; ++k) x[k] = 0.16 * static_cast<double>(random()) / 4294967296.0 - 0.06;
    const double d = tube.distance(x);
    if (d > 0) CHECK(d == Approx(tapered_by_sampling(a, b, 0.012, 0.006, x)).margin(1e-7));
  }
  const ImplicitShape ball = make_tube(a, a, 0.01, 0.01);
  CHECK(ball.distance(a + Vec3d{0, 0.03, 0}) == Approx(0.02));
  CHECK(ball.distance(a) == Approx(-0.01));
}

TEST_CASE("Bars, plates and ellipsoids have their distances") {
  const ImplicitShape bar = make_bar({0, 0, 0}, {0.04, 0, 0}, {0, 0, 1}, 0.006, 0.01, 0);
  CHECK(bar.distance({0.02, 0.013, 0}) == Approx(0.01));  // width lies along y here
  CHECK(bar.distance({0.02, 0, 0.015}) == Approx(0.01));  // height along z
  CHECK(bar.distance({0.05, 0, 0}) == Approx(0.01));      // ends at its points
  CHECK(bar.distance({0.02, 0, 0}) == Approx(-0.003));
  CHECK(bar.distance({0.043, 0.007, 0}) == Approx(0.005));  // 3-4-5 off the edge
  const ImplicitShape rounded = make_bar({0, 0, 0}, {0.04, 0, 0}, {0, 0, 1}, 0.02, 0.02, 0.01);
  CHECK(rounded.distance({0.02, 0.006, 0.008}) == Approx(0).margin(1e-12));  // a cylinder of radius 10 mm
  const ImplicitShape plate = make_plate({{0, 0, 0}, {0.04, 0, 0}, {0.04, 0, 0.04}, {0, 0, 0.04}}, 0.01);
  CHECK(plate.distance({0.01, 0.02, 0.01}) == Approx(0.015));
  CHECK(plate.distance({0.07, 0, 0.08}) == Approx(0.05 - 0.005));
  CHECK(plate.distance({0.02, 0, 0.02}) == Approx(-0.005));
  const ImplicitShape ellipsoid = make_ellipsoid({0, 0, 0}, Mat3d::identity(), {0.03, 0.02, 0.01});
  CHECK(ellipsoid.distance({0.03, 0, 0}) == Approx(0).margin(1e-15));
  CHECK(ellipsoid.distance({0, 0, 0.012}) == Approx(0.002).epsilon(0.25));
  CHECK(ellipsoid.distance({0, 0.01, 0}) < 0);
}

TEST_CASE("A loft is the prism or the cone between its outlines") {
  const std::vector<Vec3d> base{{0, 0, 0}, {0.04, 0, 0}, {0.04, 0.02, 0}, {0, 0.02, 0}};
  std::vector<Vec3d> top = base;
  for (Vec3d& p : top) p = {0.5 * p[0], 0.5 * p[1] + 0.01, 0.1};
  const ImplicitShape loft = make_loft({base, top});
  CHECK(loft.distance({0.01, 0.005, 0.02}) == Approx(-0.003));  // the outline starts at y = 2 mm there
  CHECK(loft.distance({0.05, 0.01, 1e-9}) == Approx(0.01));
  CHECK(loft.distance({0.035, 0.01, 0.05}) == Approx(0.005));     // half way the outline is 30 mm wide
  CHECK(loft.distance({0.01, 0.0125, 0.05}) == Approx(-0.0075));  // and runs from 5 to 20 mm
  CHECK(loft.distance({0.01, 0.01, -0.02}) == Approx(0.02));
  CHECK(loft.distance({0.01, 0.014, 0.13}) == Approx(0.03));
  // The middle of the outline moves by 5 mm over 100 mm.
  const Vec3d course = loft.course(0.05);
  CHECK(course[1] / course[2] == Approx(0.05));
  CHECK(norm(course) == Approx(1));
}

TEST_CASE("A swept plate is the slab that it draws") {
  ImplicitShape plate = make_plate({{-1, 0, -1}, {1, 0, -1}, {1, 0, 1}, {-1, 0, 1}}, 0.01);
  plate.sweep = {0, 0.06, 0};
  CHECK(plate.distance({0, -0.02, 0}) == Approx(0.015).margin(1e-4));
  CHECK(plate.distance({0, 0.08, 0}) == Approx(0.015).margin(1e-4));
  CHECK(plate.distance({0, 0.03, 0}) == Approx(-0.005).margin(1e-4));
  Vec3d centre;
  double reach = 0;
  plate.bounding_ball(centre, reach);
  for (const Vec3d& p : plate.points) CHECK(norm(p + plate.sweep - centre) <= reach);
}

TEST_CASE("A smooth curve passes through its points and is smooth") {
  const SmoothCurve curve({-0.1, 0, 0.03, 0.1}, {0.02, 0, 0.001, 0.015});
  CHECK(curve.value_and_slope(0.03).first == Approx(0.001));
  CHECK(curve.value_and_slope(-0.1).first == Approx(0.02));
  for (double x : {-0.12, -0.05, 0.0, 0.03, 0.07, 0.1, 0.15}) {
    const double h = 1e-6;
    const double slope = (curve.value_and_slope(x + h).first - curve.value_and_slope(x - h).first) / (2 * h);
    CHECK(curve.value_and_slope(x).second == Approx(slope).margin(1e-5));
  }
  // Natural cubic spline through (0,0), (1,1), (2,0): s(1/2) = 0.6875.
  const SmoothCurve natural({0, 1, 2}, {0, 1, 0});
  CHECK(natural.value_and_slope(0.5).first == Approx(0.6875));
}
