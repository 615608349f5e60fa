#include "body/specimens.hpp"

#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "body/body.hpp"
#include "catch.hpp"
#include "mesh_checks.hpp"

using namespace knead;
using namespace knead::test;

namespace {
constexpr double pi = std::numbers::pi;

void check_sound(const Mesh& mesh, double least_scaled_jacobian) {
  const MeshQuality quality = measure_quality(mesh);
  CHECK(quality.min_scaled_jacobian > least_scaled_jacobian);
  CHECK(quality.min_jacobian > 0.3);
  CHECK(lines_are_sound(mesh));
  // Divergence theorem: holds only if faces are oriented outwards and the mesh is closed and conforming.
  CHECK(flux_of_position(mesh, boundary_faces(mesh)) == Approx(3 * volume(mesh)).epsilon(1e-10));
}
}  // namespace

TEST_CASE("A layered block has its volume, areas, layers and outward faces") {
  BlockSettings s;
  s.size = {0.03, 0.02, 0};
  s.elements = {3, 2, 0};
  s.layers = {{0, 0.002, 1}, {1, 0.009, 2}, {2, 0.034, 4}};
  s.distortion = GENERATE(0.0, 0.15);
  const Mesh mesh = make_block(s);
  CHECK(mesh.num_cells() == 3 * 2 * 7);
  CHECK(mesh.num_nodes() == 7 * 5 * 15);
  CHECK(volume(mesh) == Approx(0.03 * 0.02 * 0.045).epsilon(1e-12));
  CHECK(area(mesh, "top") == Approx(0.03 * 0.02).epsilon(1e-12));
  CHECK(area(mesh, "left") == Approx(0.02 * 0.045).epsilon(1e-12));
  CHECK(area(mesh, "sides") == Approx(2 * (0.03 + 0.02) * 0.045).epsilon(1e-12));
  // The skin is the last layer upwards and its share of the volume is its share of the thickness.
  double skin = 0;
  for (int c = 0; c < mesh.num_cells(); ++c)
    if (mesh.cell_tissue[static_cast<std::size_t>(c)] == 0) skin += cell_volume(cell_points(mesh, c));
  CHECK(skin == Approx(0.03 * 0.02 * 0.002).epsilon(1e-12));
  for (const Face& face : mesh.faces.at("top")) {
    for (int node : face_nodes(mesh, face)) CHECK(mesh.points[static_cast<std::size_t>(node)][2] == Approx(0.045));
    CHECK(mesh.cell_tissue[static_cast<std::size_t>(face.cell)] == 0);
  }
  // Nodes of a line are neighbours in number.
  for (std::size_t i = 0; i < mesh.line_nodes.size(); ++i) CHECK(mesh.line_nodes[i] == static_cast<int>(i));
  CHECK(mesh.line_offsets.size() == 7 * 5 + 1);
  check_sound(mesh, 0.3);
}

TEST_CASE("Distortion moves inner corners as far as asked, and depends on the seed") {
  BlockSettings s;
  s.elements = {4, 4, 4};
  const Mesh straight = make_block(s);
  s.distortion = 0.15;
  const Mesh one = make_block(s), again = make_block(s);
  s.seed = 2;
  const Mesh other = make_block(s);
  double furthest = 0, difference = 0, repeat = 0;
  for (std::size_t i = 0; i < one.points.size(); ++i) {
    for (int a = 0; a < 3; ++a) furthest = std::max(furthest, std::abs(one.points[i][a] - straight.points[i][a]));
    difference = std::max(difference, norm(one.points[i] - other.points[i]));
    repeat = std::max(repeat, norm(one.points[i] - again.points[i]));
  }
  CHECK(furthest > 0.1 * 0.025);
  CHECK(furthest <= 0.15 * 0.025);
  CHECK(difference > 0.001);
  CHECK(repeat == 0);
}

TEST_CASE("Block positions along an axis are used as given") {
  BlockSettings s;
  s.positions[2] = {0, 0.001, 0.003, 0.01};
  s.layers = {{7, 0.007, 1}, {8, 0.003, 1}};
  const Mesh mesh = make_block(s);
  CHECK(mesh.num_cells() == 4 * 4 * 3);
  CHECK(volume(mesh) == Approx(0.1 * 0.1 * 0.01));
  double outer = 0;
  for (int c = 0; c < mesh.num_cells(); ++c)
    if (mesh.cell_tissue[static_cast<std::size_t>(c)] == 7) outer += cell_volume(cell_points(mesh, c));
  CHECK(outer == Approx(0.1 * 0.1 * 0.007));
}

TEST_CASE("Cylinders converge to their volume and area with the order of Q2 geometry") {
  const bool solid = GENERATE(true, false);
  const auto sector =
      GENERATE(CylinderSettings::Sector::full, CylinderSettings::Sector::half, CylinderSettings::Sector::quarter);
  const double share = sector == CylinderSettings::Sector::full   ? 1
                       : sector == CylinderSettings::Sector::half ? 0.5
                                                                  : 0.25;
  CylinderSettings s;
  s.radius = 0.05;
  s.inner_radius = solid ? 0 : 0.02;
  s.length = 0.08;
  s.sector = sector;
  const double exact = share * pi * (s.radius * s.radius - s.inner_radius * s.inner_radius) * s.length;
  const double exact_area = share * 2 * pi * s.radius * s.length;
  double error[2], area_error[2];
  for (int level = 0; level < 2; ++level) {
    s.elements_radial = 2 << level;
    s.elements_around = 2 << level;
    s.elements_along = 1 << level;
    const Mesh mesh = make_cylinder(s);
    error[level] = std::abs(volume(mesh) / exact - 1);
    area_error[level] = std::abs(area(mesh, "outer") / exact_area - 1);
    check_sound(mesh, 0.3);
    for (const Face& face : mesh.faces.at("outer"))
      for (int node : face_nodes(mesh, face)) {
        const Vec3d& p = mesh.points[static_cast<std::size_t>(node)];
        CHECK(std::hypot(p[0], p[1]) == Approx(s.radius).epsilon(1e-14));
      }
    for (const Face& face : mesh.faces.at("outer")) CHECK(face.side == Side::zeta_plus);
    CHECK(mesh.faces.count("inner") == (solid ? 0u : 1u));
    if (share < 1) CHECK(area(mesh, "symmetry-y") > 0);
    if (share == 0.25) {
      CHECK(area(mesh, "symmetry-x") == Approx((s.radius - s.inner_radius) * s.length).epsilon(1e-10));
      for (const Face& face : mesh.faces.at("symmetry-x"))
        for (int node : face_nodes(mesh, face)) CHECK(std::abs(mesh.points[static_cast<std::size_t>(node)][0]) < 1e-15);
    }
  }
  CHECK(error[0] < 2e-3);
  CHECK(std::log2(error[0] / error[1]) > 3.8);  // quadratic arcs: fourth order
  CHECK(std::log2(area_error[0] / area_error[1]) > 3.8);
}

TEST_CASE("Spheres converge to their volume and area with the order of Q2 geometry") {
  const bool solid = GENERATE(true, false);
  const auto sector = GENERATE(SphereSettings::Sector::full, SphereSettings::Sector::octant);
  const double share = sector == SphereSettings::Sector::full ? 1 : 0.125;
  SphereSettings s;
  s.radius = 0.05;
  s.inner_radius = solid ? 0 : 0.025;
  s.sector = sector;
  const double exact = share * 4 * pi / 3 * (std::pow(s.radius, 3) - std::pow(s.inner_radius, 3));
  double error[2], area_error[2];
  for (int level = 0; level < 2; ++level) {
    s.elements_radial = s.elements_around = 2 << level;
    const Mesh mesh = make_sphere(s);
    error[level] = std::abs(volume(mesh) / exact - 1);
    area_error[level] = std::abs(area(mesh, "outer") / (share * 4 * pi * s.radius * s.radius) - 1);
    check_sound(mesh, 0.25);
    for (const Face& face : mesh.faces.at("outer"))
      for (int node : face_nodes(mesh, face))
        CHECK(norm(mesh.points[static_cast<std::size_t>(node)]) == Approx(s.radius).epsilon(1e-14));
  }
  CHECK(error[0] < 3e-3);
  CHECK(std::log2(error[0] / error[1]) > 3.7);
  CHECK(std::log2(area_error[0] / area_error[1]) > 3.7);
}

TEST_CASE("Layers of a hollow sphere have their volumes") {
  SphereSettings s;
  s.radius = 0.05;
  s.inner_radius = 0.03;
  s.elements_around = 6;
  s.layers = {{3, 0.005, 1}, {4, 0.015, 3}};
  const Mesh mesh = make_sphere(s);
  double outer = 0;
  for (int c = 0; c < mesh.num_cells(); ++c)
    if (mesh.cell_tissue[static_cast<std::size_t>(c)] == 3) outer += cell_volume(cell_points(mesh, c));
  CHECK(outer == Approx(pi / 6 * (std::pow(0.05, 3) - std::pow(0.045, 3))).epsilon(1e-4));
}

TEST_CASE("Specimens with impossible numbers are refused") {
  BlockSettings block;
  block.size = {-0.1, 0.1, 0.1};
  CHECK_THROWS_AS(make_block(block), Error);
  block = {};
  block.layers = {{0, -0.002, 1}};
  CHECK_THROWS_AS(make_block(block), Error);
  block = {};
  block.positions[0] = {0, 0.2, 0.1};
  CHECK_THROWS_AS(make_block(block), Error);
  CylinderSettings cylinder;
  cylinder.inner_radius = 0.06;
  CHECK_THROWS_AS(make_cylinder(cylinder), Error);
  SphereSettings sphere;
  sphere.radius = std::nan("");
  CHECK_THROWS_AS(make_sphere(sphere), Error);
  sphere = {};
  sphere.inner_radius = 0.04;
  sphere.layers = {{0, 0.02, 1}, {1, 0.01, 1}};
  CHECK_THROWS_AS(make_sphere(sphere), Error);
}
