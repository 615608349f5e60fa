// Material points: a place of the undeformed body, its element and the coordinates in it.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "body/hexahedron.hpp"
#include "body/locate.hpp"
#include "body/specimens.hpp"
#include "catch.hpp"

using namespace knead;

namespace {

BlockSettings block(double distortion) {
  BlockSettings settings;
  settings.size = {{1, 1.2, 0.9}};
  settings.elements = {3, 4, 3};
  settings.distortion = distortion;
  return settings;
}

Mesh curved_cylinder() {
  CylinderSettings cylinder;
  cylinder.radius = 0.05;
  cylinder.elements_around = 2;
  return make_cylinder(cylinder);
}

Vec3d position(const Mesh& mesh, const MaterialPoint& point) {
  return map_point(cell_points(mesh, point.cell), point.local[0], point.local[1], point.local[2]);
}

}  // namespace

TEST_CASE("A material point is found again from its place") {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> inside(-0.999, 0.999);
  for (const Mesh& mesh : {make_block(block(0.25)), curved_cylinder()}) {
    for (int k = 0; k < 300; ++k) {
      const MaterialPoint wanted{static_cast<int>(random() % static_cast<unsigned>(mesh.num_cells())),
                                 {{inside(random), inside(random), inside(random)}},
                                 0};
      const MaterialPoint found = locate_point(mesh, position(mesh, wanted));
      REQUIRE(found.cell == wanted.cell);
      CHECK(norm(found.local - wanted.local) < 1e-9);
      CHECK(found.distance < 1e-13);
    }
  }
}

TEST_CASE("What elements share belongs to the first of them") {
  const Mesh mesh = make_block(block(0.25));
  for (int node = 0; node < mesh.num_nodes(); ++node) {
    const MaterialPoint found = locate_point(mesh, mesh.points[static_cast<std::size_t>(node)]);
    int first = 0;
    const auto holds = [&](int cell) {
      const auto& nodes = mesh.cells[static_cast<std::size_t>(cell)];
      return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
    };
    while (!holds(first)) ++first;
    CHECK(found.cell == first);
    CHECK(found.distance < 1e-13);
  }
}

TEST_CASE("From outside, the nearest point") {
  const BlockSettings settings = block(0);
  const Mesh mesh = make_block(settings);
  std::mt19937 random(12);
  std::uniform_real_distribution<double> anywhere(-1, 2);
  for (int k = 0; k < 200; ++k) {
    const Vec3d x{{anywhere(random), anywhere(random), anywhere(random)}};
    Vec3d nearest;
    for (int i = 0; i < 3; ++i) nearest[i] = std::clamp(x[i], 0.0, settings.size[i]);
    const MaterialPoint found = locate_point(mesh, x);
    CHECK(norm(position(mesh, found) - nearest) < 1e-12);
    CHECK(found.distance == Approx(norm(x - nearest)).margin(1e-12));
    // On the top alone.
    nearest[2] = settings.size[2];
    const MaterialPoint on_top = locate_on_faces(mesh, mesh.faces.at("top"), x);
    CHECK(norm(position(mesh, on_top) - nearest) < 1e-12);
    CHECK(on_top.local[2] == 1);
  }
}

TEST_CASE("A point on a curved surface lies on its elements to their order") {
  // The parabola through three points of a circle, at the angles -θ, 0 and θ, comes nearest to its centre where
  // ξ² = 1/2: by R (1 - cos θ)²/8 to first order.
  constexpr double radius = 0.05;
  const double theta = std::numbers::pi / 8, most = radius * std::pow(1 - std::cos(theta), 2) / 8;
  const Mesh mesh = curved_cylinder();
  const auto distance_at = [&](double angle) {
    const Vec3d x{{radius * std::cos(angle), radius * std::sin(angle), 0.033}};
    return locate_on_faces(mesh, mesh.faces.at("outer"), x).distance;
  };
  for (const double angle : {0.1, 0.3, 0.7, 1.2, 2.9}) CHECK(distance_at(angle) < 1.01 * most);
  const double half = std::sqrt(0.5);
  const double worst = std::atan2(std::sin(theta) * half, 1 - (1 - std::cos(theta)) / 2);
  CHECK(distance_at(theta + worst) == Approx(most).epsilon(0.01));
  CHECK(distance_at(theta) < 1e-15);
}
