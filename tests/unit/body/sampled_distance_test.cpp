// Distances from samples against those of balls, and tables around an axis against the functions they sample.
#include "body/sampled_distance.hpp"

#include <cmath>
#include <numbers>

#include "body/polar_table.hpp"
#include "body/smooth_mask.hpp"
#include "catch.hpp"

using namespace knead;

namespace {

const Vec3d centre{0.011, -0.02, 0.03};
constexpr double radius = 0.02;

LabelMap ball(double edge) {
  LabelMap map;
  const int count = static_cast<int>(std::lround(0.07 / edge));
  map.size = {count, count, count};
  map.axes = edge * Mat3d::identity();
  map.origin = centre - 0.5 * (count - 1) * edge * Vec3d{1, 1, 1};
  for (int k = 0; k < count; ++k)
    for (int j = 0; j < count; ++j)
      for (int i = 0; i < count; ++i) map.label.push_back(norm(map.position(i, j, k) - centre) < radius ? 2 : 0);
  return map;
}

Vec3d direction(int a) {
  const double up = 1 - 2 * (a + 0.5) / 40, turn = 2.4 * a, flat = std::sqrt(1 - up * up);
  return {flat * std::cos(turn), flat * std::sin(turn), up};
}

}  // namespace

TEST_CASE("The distance to a sampled ball is that to the ball", "[sampled]") {
  const Vec3d room{0.03, 0.03, 0.03};
  for (const double spacing : {2e-3, 1e-3}) {
    const double first_order = 0.3 * spacing * std::log(0.06 / spacing);  // h log(1/h), and better on the surface
    INFO("spacing " << 1e3 * spacing << " mm");
    const SampledDistance samples([](const Vec3d& x) { return 0.5 - (norm(x - centre) - radius) / 0.01; },
                                  centre - room, centre + room, spacing);
    CHECK(samples.deepest() == Approx(radius).margin(first_order));
    double on_surface = 0, worst = 0;
    for (int a = 0; a < 40; ++a)
      for (double r : {0.006, 0.012, 0.0185, 0.02, 0.0215, 0.027, 0.04}) {
        const double off = std::abs(samples.at(centre + r * direction(a)) - (r - radius));
        worst = std::max(worst, off);
        if (r == radius) on_surface = std::max(on_surface, off);
      }
    CHECK(on_surface < 0.1 * spacing);
    CHECK(worst < first_order);
  }
}

TEST_CASE("The surface of a ball of voxels is that of the ball within what voxels stand out", "[sampled]") {
  constexpr double edge = 2e-3;
  const SmoothMask mask(ball(edge), {false, false, true});
  double sum = 0;
  for (int a = 0; a < 40; ++a) {
    double inside = 0, outside = 0.03;
    for (int i = 0; i < 30; ++i) {
      const double middle = 0.5 * (inside + outside);
      (mask.at(centre + middle * direction(a)) > 0.5 ? inside : outside) = middle;
    }
    CHECK(inside == Approx(radius).margin(0.5 * edge));
    sum += inside;
  }
  // On average the blur moves it inwards by voxel²/R.
  CHECK(sum / 40 == Approx(radius - edge * edge / radius).margin(0.1 * edge));
}

TEST_CASE("A table around an axis is smooth, periodic and close to what it samples", "[sampled]") {
  const auto exact = [](double angle, double z) { return 0.07 + 0.006 * std::cos(2 * angle + 0.3) + 0.1 * z; };
  std::vector<double> samples;
  for (int row = 0; row < 11; ++row)
    for (int a = 0; a < 72; ++a) samples.push_back(exact(a * std::numbers::pi / 36, -0.02 + 0.004 * row));
  const PolarTable table(samples, 72, -0.02, 0.004);
  for (double z : {-0.02, -0.013, 0.0, 0.0199, 0.02})
    for (double angle = -7; angle < 7; angle += 0.37)
      CHECK(table.at(angle, z) == Approx(exact(angle, z)).margin(0.006 * 4 * std::pow(std::numbers::pi / 36, 2) / 5));
  CHECK(table.at(1, 0.5) == table.at(1, 0.02));
  for (double at : {0.0, 2 * std::numbers::pi, std::numbers::pi / 36}) {
    constexpr double h = 1e-5;
    const double before = table.at(at, 0) - table.at(at - h, 0), after = table.at(at + h, 0) - table.at(at, 0);
    CHECK(before == Approx(after).margin(1e-3 * h));
  }
}
