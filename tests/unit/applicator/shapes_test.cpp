// Every shape of the list against what a distance function must be: unit gradient, derivatives by finite differences,
// closest points on the surface, closed forms.
#include "applicator/shapes.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "catch.hpp"

using namespace knead;

namespace {

struct Example {
  std::string label;
  Shape shape;
};

Union knuckles(double blend) {
  Union u;
  for (int i = 0; i < 4; ++i) u.parts.push_back({Sphere{0.010}, {{0, 0.02 * (i - 1.5), 0.001 * i}}, Mat3d::identity()});
  u.parts.push_back({Capsule{0.012, 0.05, {{0, 1, 0}}}, {{-0.015, 0, 0.01}}, rotation_about({{0, 0, 1}}, 0.4)});
  u.blend = blend;
  return u;
}

std::vector<Example> examples() {
  return {{"sphere", Sphere{0.012}},
          {"palm", Ellipsoid{{{0.045, 0.040, 0.018}}}},
          {"thumb", Ellipsoid{{{0.012, 0.010, 0.010}}}},
          {"needle", Ellipsoid{{{0.002, 0.030, 0.011}}}},
          {"forearm", Capsule{0.032, 0.10, {{0, 1, 0}}}},
          {"slanted rod", Capsule{0.008, 0.03, normalized(Vec3d{{1, 2, -0.5}})}},
          {"block", RoundedBox{{{0.04, 0.03, 0.02}}, 0.004}},
          {"punch", Cylinder{0.015, 0.03, 0.003, {{0, 0, 1}}}},
          {"roller", Cylinder{0.075, 0.30, 0.01, {{0, 1, 0}}}},
          {"rim", Torus{0.022, 0.002, {{0, 0, 1}}}},
          {"knuckles", knuckles(0)},
          {"webbed knuckles", knuckles(0.006)}};
}

double size_of(const Shape& shape) {
  return std::max({extent(shape, {{1, 0, 0}}), extent(shape, {{0, 1, 0}}), extent(shape, {{0, 0, 1}})});
}

// Seeded points in a box around the shape where the distance is smooth over the difference stencil.
template <class F>
void at_smooth_points(const Shape& shape, int count, F&& f) {
  std::mt19937 random(20240511);
  const double size = size_of(shape);
  std::uniform_real_distribution<double> coordinate(-1.6 * size, 1.6 * size);
  const double probe = 1e-5 * size;
  for (int found = 0, tried = 0; found < count; ++tried) {
    REQUIRE(tried < 400 * count);
    const Vec3d x{{coordinate(random), coordinate(random), coordinate(random)}};
    const Distance d = evaluate(shape, x);
    // Deep inside there are kinks; a step of the gradient beyond what the Hessian explains betrays one nearby, too.
    if (d.value < -0.25 * size) continue;
    bool smooth = true;
    for (int i = 0; i < 3 && smooth; ++i) {
      for (const double side : {-4.0, 4.0}) {
        Vec3d near = x;
        near[i] += side * probe;
        const Vec3d change = evaluate(shape, near).normal - d.normal;
        smooth = smooth && norm(change) < 0.02;
      }
    }
    for (const double s : {0.0, 1.0}) {  // the seams where two pieces meet: a jump of the Hessian
      Vec3d near = x;
      for (int i = 0; i < 3; ++i) near[i] += (2 * s - 1) * 3 * probe;
      const Mat3d jump = evaluate(shape, near).hessian - d.hessian;
      double largest = 0;
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) largest = std::max(largest, std::abs(jump(i, j)));
      smooth = smooth && largest * size < 0.5;
    }
    if (!smooth) continue;
    ++found;
    f(x, d);
  }
}

}  // namespace

TEST_CASE("The gradient of every distance is a unit vector", "[shape]") {
  for (const auto& [label, shape] : examples()) {
    INFO(label);
    const bool blended = label == "webbed knuckles";
    at_smooth_points(shape, 300, [blended](const Vec3d&, const Distance& d) {
      if (blended)
        REQUIRE(norm(d.normal) <= 1 + 1e-12);
      else
        REQUIRE(norm(d.normal) == Approx(1).epsilon(1e-12));
    });
  }
}

TEST_CASE("Gradient and Hessian of every shape agree with finite differences", "[shape]") {
  for (const auto& [label, shape_in_list] : examples()) {
    const Shape& shape = shape_in_list;
    INFO(label);
    const double size = size_of(shape), h = 1e-5 * size;
    at_smooth_points(shape, 200, [&](const Vec3d& x, const Distance& d) {
      for (int i = 0; i < 3; ++i) {
        Vec3d plus = x, minus = x;
        plus[i] += h;
        minus[i] -= h;
        const Distance dp = evaluate(shape, plus), dm = evaluate(shape, minus);
        REQUIRE((dp.value - dm.value) / (2 * h) == Approx(d.normal[i]).margin(2e-6));
        for (int j = 0; j < 3; ++j)
          REQUIRE((dp.normal[j] - dm.normal[j]) / (2 * h) * size ==
                  Approx(d.hessian(j, i) * size).margin(2e-3).epsilon(2e-4));
      }
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < i; ++j)
          REQUIRE(d.hessian(i, j) * size == Approx(d.hessian(j, i) * size).margin(1e-9).epsilon(1e-9));
    });
  }
}

TEST_CASE("The closest point lies on the surface", "[shape]") {
  for (const auto& [label, shape] : examples()) {
    if (label == "webbed knuckles") continue;  // a blend is no exact distance
    INFO(label);
    const double size = size_of(shape);
    const bool is_union = std::holds_alternative<Union>(shape);
    const Shape& s = shape;
    at_smooth_points(shape, 300, [&](const Vec3d& x, const Distance& d) {
      if (is_union && d.value < 0) return;  // inside two overlapping parts the deepest is a bound
      const Distance there = evaluate(s, x - d.value * d.normal);
      REQUIRE(there.value == Approx(0).margin(1e-12 * size));
    });
  }
}

TEST_CASE("No point is closer to an ellipsoid than its distance says", "[shape]") {
  const Ellipsoid e{{{0.045, 0.040, 0.018}}};
  std::mt19937 random(7);
  std::uniform_real_distribution<double> coordinate(-0.06, 0.06);
  for (int n = 0; n < 40; ++n) {
    Vec3d x{{coordinate(random), coordinate(random), coordinate(random)}};
    if (n % 4 == 0) x[2] = 0;  // the plane where the closest point can leave the plane
    if (n % 8 == 0) x[0] = 0;
    const Distance d = e.evaluate(x);
    double closest = 1e300;
    constexpr int steps = 400;
    for (int i = 0; i <= steps; ++i)
      for (int j = 0; j < 2 * steps; ++j) {
        const double theta = M_PI * i / steps, phi = M_PI * j / steps;
        const Vec3d y{{0.045 * std::sin(theta) * std::cos(phi), 0.040 * std::sin(theta) * std::sin(phi),
                       0.018 * std::cos(theta)}};
        closest = std::min(closest, norm(x - y));
      }
    // The grid of 0.4 mm overestimates the distance by at most (half a cell)²/2/distance, or half a cell when close.
    REQUIRE(std::abs(d.value) <= closest + 1e-12);
    REQUIRE(std::abs(d.value) >= closest - 4e-4);
  }
}

TEST_CASE("A sphere is an ellipsoid with equal axes and a capsule without length", "[shape]") {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> coordinate(-0.03, 0.03);
  const double r = 0.0125;
  const Sphere sphere{r};
  const std::vector<Shape> same{Ellipsoid{{{r, r, r}}}, Capsule{r, 0, {{0, 1, 0}}},
                                RoundedBox{{{2 * r, 2 * r, 2 * r}}, r}, Cylinder{r, 2 * r, r, {{1, 0, 0}}}};
  for (int n = 0; n < 200; ++n) {
    const Vec3d x{{coordinate(random), coordinate(random), coordinate(random)}};
    const Distance d = sphere.evaluate(x);
    for (const auto& shape : same) {
      const Distance other = evaluate(shape, x);
      REQUIRE(other.value == Approx(d.value).margin(1e-15));
      for (int i = 0; i < 3; ++i) {
        REQUIRE(other.normal[i] == Approx(d.normal[i]).margin(1e-12));
        for (int j = 0; j < 3; ++j) REQUIRE(other.hessian(i, j) == Approx(d.hessian(i, j)).margin(1e-8));
      }
    }
  }
}

TEST_CASE("The Hessian at the underside of an ellipsoid holds its radii of curvature", "[shape]") {
  const Ellipsoid palm{{{0.045, 0.040, 0.018}}};
  const Distance d = palm.evaluate({{0, 0, -0.018}});
  REQUIRE(d.value == Approx(0).margin(1e-16));
  REQUIRE(1 / d.hessian(0, 0) == Approx(0.045 * 0.045 / 0.018));
  REQUIRE(1 / d.hessian(1, 1) == Approx(0.040 * 0.040 / 0.018));
  REQUIRE(d.hessian(2, 2) == Approx(0).margin(1e-12));
}

TEST_CASE("Points at the worst places of an ellipsoid have finite answers", "[shape]") {
  for (const Vec3d& e : {Vec3d{{0.045, 0.040, 0.018}}, Vec3d{{0.01, 0.01, 0.03}}, Vec3d{{0.03, 0.01, 0.01}}}) {
    const Ellipsoid shape{e};
    for (const Vec3d& x : {Vec3d{{0, 0, 0}}, Vec3d{{1e-300, 0, 0}}, Vec3d{{0, 1e-12, 0}}, Vec3d{{0.01, 0, 0}},
                           Vec3d{{0, 0, 1e-9}}, Vec3d{{0.02, 0.001, 1e-15}}, Vec3d{{1e3, -1e3, 1e3}}}) {
      const Distance d = shape.evaluate(x);
      REQUIRE(std::isfinite(d.value));
      REQUIRE(norm(d.normal) == Approx(1));
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) REQUIRE(std::isfinite(d.hessian(i, j)));
    }
    // The centre is as deep as the smallest axis is long.
    REQUIRE(shape.evaluate({{0, 0, 0}}).value == Approx(-std::min({e[0], e[1], e[2]})));
  }
}

TEST_CASE("The extent is where the surface ends in a direction", "[shape]") {
  std::mt19937 random(11);
  std::normal_distribution<double> normal;
  for (const auto& [label, shape] : examples()) {
    INFO(label);
    for (int n = 0; n < 20; ++n) {
      const Vec3d direction = normalized(Vec3d{{normal(random), normal(random), normal(random)}});
      const double reach = extent(shape, direction);
      // From far away in that direction the distance is that to the supporting plane.
      const double far = 1e4;
      const double slack = label == "webbed knuckles" ? 0.006 / 6 * 4 : 0;
      const double supporting = far - evaluate(shape, far * direction).value;
      REQUIRE(reach >= supporting - 1e-6);
      REQUIRE(reach <= supporting + slack + 1e-6);
    }
  }
}

TEST_CASE("The blend of a union fills the crease by at most a sixth of it", "[shape]") {
  const Union sharp = knuckles(0), webbed = knuckles(0.006);
  std::mt19937 random(5);
  std::uniform_real_distribution<double> coordinate(-0.05, 0.05);
  double deepest = 0;
  for (int n = 0; n < 20000; ++n) {
    const Vec3d x{{coordinate(random), coordinate(random), 0.4 * coordinate(random)}};
    const double fill = sharp.evaluate(x).value - webbed.evaluate(x).value;
    REQUIRE(fill >= -1e-15);
    deepest = std::max(deepest, fill);
  }
  // Where two parts are equally near, exactly a sixth; a third part can add to it.
  REQUIRE(deepest > 0.9 * 0.006 / 6);
  REQUIRE(deepest < 2 * 0.006 / 6);
}

TEST_CASE("Shapes are made from names and numbers", "[shape]") {
  const Shape shape = make_shape({"ellipsoid", {{"semi_axes", {0.01, 0.02, 0.03}}}, {}});
  REQUIRE(std::get<Ellipsoid>(shape).semi_axes[2] == 0.03);
  const Shape rod = make_shape({"capsule", {{"radius", {0.01}}, {"axis", {0, 0, 2}}}, {}});
  REQUIRE(std::get<Capsule>(rod).axis[2] == 1);
  REQUIRE(shape_list().size() == 6);

  const Location where{"palm.toml", 3, 1};
  const auto message = [&](const ShapeRequest& request) {
    try {
      make_shape(request);
    } catch (const Error& error) {
      REQUIRE(error.code() == ExitCode::invalid_input);
      REQUIRE(error.diagnostics().at(0).where.line == 3);
      return error.diagnostics().at(0).message;
    }
    return std::string("accepted");
  };
  REQUIRE(message({"elipsoid", {}, where}).find("ellipsoid") != std::string::npos);
  REQUIRE(message({"sphere", {{"raduis", {0.01}}}, where}).find("radius") != std::string::npos);
  REQUIRE(message({"sphere", {{"radius", {-0.01}}}, where}).find("positive") != std::string::npos);
  REQUIRE(message({"sphere", {{"radius", {NAN}}}, where}).find("finite") != std::string::npos);
  REQUIRE(message({"ellipsoid", {{"semi_axes", {0.01}}}, where}).find("three numbers") != std::string::npos);
  REQUIRE(message({"torus", {{"radius", {0.01}}, {"tube_radius", {0.02}}}, where}).find("smaller") !=
          std::string::npos);
  REQUIRE(message({"sphere", {}, where}).find("size") != std::string::npos);
}
