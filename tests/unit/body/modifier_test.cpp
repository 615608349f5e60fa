#include "body/modifier.hpp"

#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "body/hexahedron.hpp"
#include "body/specimens.hpp"
#include "catch.hpp"

using namespace knead;

namespace {

// 40 × 40 × 24 mm in elements of 2 mm, fibres along x + y; the upper 4 mm are another tissue.
Body block() {
  BlockSettings settings;
  settings.size = {{0.04, 0.04, 0.024}};
  settings.elements = {20, 20, 12};
  Body body;
  body.mesh = make_block(settings);
  body.tissues.resize(2);
  body.tissues[0].name = "muscle";
  body.tissues[1].name = "skin";
  for (int c = 0; c < body.mesh.num_cells(); ++c)
    if (cell_points(body.mesh, c)[13][2] > 0.02) body.mesh.cell_tissue[static_cast<std::size_t>(c)] = 1;
  const float s = std::sqrt(0.5f);
  body.fibre.assign(body.mesh.cells.size() * points_per_cell, Vec3<float>{s, s, 0});
  return body;
}

struct Moments {
  double volume = 0;  // ∫ (ratio − 1)/(r − 1) dV
  Vec3d mean{0, 0, 0};
  double along = 0, across = 0;  // mean squares along (1, 1, 0)/√2 and (1, −1, 0)/√2 from the mean
};

Moments moments(const Body& body, double stiffness_ratio) {
  Moments m;
  for (int pass = 0; pass < 2; ++pass)
    for (int c = 0; c < body.mesh.num_cells(); ++c) {
      const CellPoints x = cell_points(body.mesh, c);
      for (std::size_t q = 0; q < points_per_cell; ++q) {
        const double xi = gauss_points[q % 3], eta = gauss_points[q / 3 % 3], zeta = gauss_points[q / 9];
        const double w = gauss_weights[q % 3] * gauss_weights[q / 3 % 3] * gauss_weights[q / 9] *
                         determinant(map_jacobian(x, xi, eta, zeta));
        const double share =
            (static_cast<double>(body.stiffness_ratio[static_cast<std::size_t>(c) * points_per_cell + q]) - 1) /
            (stiffness_ratio - 1);
        const Vec3d p = map_point(x, xi, eta, zeta);
        if (pass == 0) {
          m.volume += w * share;
          m.mean += w * share * p;
        } else {
          const Vec3d d = p - m.mean;
          m.along += w * share * std::pow((d[0] + d[1]) / std::sqrt(2), 2) / m.volume;
          m.across += w * share * std::pow((d[0] - d[1]) / std::sqrt(2), 2) / m.volume;
        }
      }
      if (pass == 0 && c + 1 == body.mesh.num_cells()) m.mean = m.mean / m.volume;
    }
  return m;
}

}  // namespace

TEST_CASE("A knot is a ball of the stated size and place") {
  Body body = block();
  add_modifier(body, {Modifier::Kind::knot, "knot", {{0.02, 0.018, 0.01}}, {{0, 0, 1}}, 0, 0.01, 2});
  const Moments m = moments(body, 2);
  const double ball = std::numbers::pi / 6 * std::pow(0.01, 3);
  // Blended by a smooth step over b = 2 mm about its radius R = 5 mm: larger by 3 b²/(20 R²), the step's variance.
  CHECK(m.volume == Approx(1.024 * ball).epsilon(0.02));
  CHECK(norm(m.mean - Vec3d{{0.02, 0.018, 0.01}}) < 1e-4);
  CHECK(m.along == Approx(m.across).epsilon(0.02));
  CHECK(m.along == Approx(0.01 * 0.01 / 20).epsilon(0.15));
  CHECK(body.notes.size() == 1);
  CHECK(body.notes[0].find("2 times the stiffness of muscle") != std::string::npos);
}

TEST_CASE("A taut band lies along the fibres and stays in its tissue") {
  Body body = block();
  add_modifier(body, {Modifier::Kind::taut_band, "band", {{0.02, 0.02, 0.012}}, {{0, 0, 1}}, 0.03, 0.006, 3});
  const Moments m = moments(body, 3);
  const double rod = std::numbers::pi / 4 * 0.006 * 0.006 * 0.024 + std::numbers::pi / 6 * std::pow(0.006, 3);
  CHECK(m.volume == Approx(rod).epsilon(0.1));
  CHECK(m.along > 8 * m.across);
  for (int c = 0; c < body.mesh.num_cells(); ++c)
    if (body.mesh.cell_tissue[static_cast<std::size_t>(c)] == 1)
      CHECK(body.stiffness_ratio[static_cast<std::size_t>(c) * points_per_cell] == 1.0f);
}

TEST_CASE("A scar goes through the skin and no deeper") {
  Body body = block();
  const Vec3d along{{std::sqrt(0.5), -std::sqrt(0.5), 0}};
  add_modifier(body, {Modifier::Kind::scar, "scar", {{0.02, 0.02, 0.024}}, along, 0.03, 0.01, 4});
  const Moments m = moments(body, 4);
  CHECK(m.across > 3 * m.along);
  CHECK(m.mean[2] > 0.02);
}

TEST_CASE("Modifiers that cannot be are refused with a sentence") {
  Body body = block();
  CHECK_THROWS_AS(add_modifier(body, {Modifier::Kind::knot, "far", {{0.2, 0.02, 0.01}}, {{0, 0, 1}}, 0, 0.01, 2}),
                  Error);
  CHECK_THROWS_AS(
      add_modifier(body, {Modifier::Kind::knot, "tiny", {{0.0203, 0.0203, 0.0103}}, {{0, 0, 1}}, 0, 1e-6, 2}), Error);
  body.fibre.clear();
  CHECK_THROWS_AS(
      add_modifier(body, {Modifier::Kind::taut_band, "band", {{0.02, 0.02, 0.012}}, {{0, 0, 1}}, 0.03, 0.006, 3}),
      Error);
}
