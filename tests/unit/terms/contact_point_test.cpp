// Contact at a point: the tangent is the derivative of the residual, also where the distance function is a blend.
#include "terms/contact_point.hpp"

#include <array>
#include <cmath>
#include <random>

#include "catch.hpp"

using namespace knead;

namespace {

Union webbed() {
  Union u;
  u.parts.push_back({Sphere{0.012}, {{0, -0.01, 0}}, Mat3d::identity()});
  u.parts.push_back({Sphere{0.010}, {{0, 0.01, 0.001}}, Mat3d::identity()});
  u.blend = 0.01;
  return u;
}

}  // namespace

TEST_CASE("In the crease of a blend residual and tangent belong together", "[contact]") {
  const Shape shape = webbed();
  std::mt19937 random(17);
  std::uniform_real_distribution<double> coordinate(-0.002, 0.002);
  int in_blend = 0, sticking = 0, sliding = 0;
  for (double mu : {0.05, 5.0})
    for (int n = 0; n < 200; ++n) {
      const Vec3d y{{coordinate(random), coordinate(random), -0.007 + coordinate(random)}};
      const Distance d = evaluate(shape, y);
      if (d.value > -1e-4 || norm(d.normal) > 0.98) continue;
      ++in_blend;
      const ContactLaw law{6e6, 2e6, {mu, 0.9, 1e4}};
      ContactMemory memory;
      memory.anchor = y + Vec3d{{3e-4, -2e-4, 4e-4}};
      memory.open = n % 2 == 0 ? 2e-4 : 0;
      memory.multiplier = n % 3 == 0 ? 500 : 0;
      const ContactResponse c = contact_point(law, memory, y, d);
      REQUIRE(c.active);
      (c.sliding ? sliding : sticking)++;
      // The normal traction is the energy's gradient, its size the pressure.
      const Vec3d normal_part = c.residual + c.shear;
      REQUIRE(norm(normal_part) == Approx(c.pressure));
      REQUIRE(dot(c.shear, d.normal) == Approx(0).margin(1e-9 * c.pressure));
      if (c.sliding)
        REQUIRE(norm(c.shear) == Approx(mu * std::pow(c.pressure / 1e4, -0.1) * c.pressure));
      else
        REQUIRE(norm(c.shear) <= mu * std::pow(c.pressure / 1e4, -0.1) * c.pressure);
      const double h = 1e-8;
      for (int j = 0; j < 3; ++j) {
        Vec3d plus = y, minus = y;
        plus[j] += h;
        minus[j] -= h;
        const ContactResponse cp = contact_point(law, memory, plus, evaluate(shape, plus));
        const ContactResponse cm = contact_point(law, memory, minus, evaluate(shape, minus));
        REQUIRE((cp.energy - cm.energy) / (2 * h) == Approx(normal_part[j]).margin(1e-5 * c.pressure));
        if (cp.sliding != c.sliding || cm.sliding != c.sliding) continue;
        for (int i = 0; i < 3; ++i)
          REQUIRE((cp.residual[i] - cm.residual[i]) / (2 * h) == Approx(c.tangent(i, j)).margin(1e-5 * law.stiffness));
      }
    }
  REQUIRE(in_blend > 100);
  REQUIRE(sticking > 20);
  REQUIRE(sliding > 20);
}

TEST_CASE("A point that came down within the step slips only from where it touched", "[contact]") {
  // A flat plate above, coming down while it moves sideways: the path from the touch is a share of the whole.
  const ContactLaw law{1e7, 5e6, {10, 1, 1e4}};
  const Shape plate = RoundedBox{{{0.2, 0.2, 0.02}}, 0.001};
  ContactMemory memory;
  memory.open = 3e-4;
  memory.anchor = {{0, 0, -0.01 - 3e-4}};
  const Vec3d y{{4e-4, 0, -0.01 + 1e-4}};  // 0.1 mm deep after a way of 0.4 mm down and 0.4 mm aside
  const ContactResponse c = contact_point(law, memory, y, evaluate(plate, y));
  REQUIRE_FALSE(c.sliding);
  REQUIRE(c.elastic_slip[0] == Approx(1e-4));
  REQUIRE(c.shear[0] == Approx(-5e6 * 1e-4));
  REQUIRE(c.pressure == Approx(1e7 * 1e-4));
}

TEST_CASE("Friction follows the power law of the pressure", "[contact]") {
  // μ = 0.5 (p/10 kPa)^(−0.15): 0.5 at 10 kPa, 0.706 at 1 kPa, and constant below 10 Pa.
  const Shape plate = RoundedBox{{{0.2, 0.2, 0.02}}, 0.001};
  const ContactLaw law{1e7, 1e7, {0.5, 0.85, 1e4}};
  for (const auto& [pressure, mu] : {std::array{1e4, 0.5}, std::array{1e3, 0.5 * std::pow(0.1, -0.15)},
                                     std::array{1.0, 0.5 * std::pow(1e-3, -0.15)}}) {
    const double depth = pressure / 1e7;
    ContactMemory memory;
    memory.anchor = {{-0.05, 0, -0.01}};
    const Vec3d y{{0, 0, -0.01 + depth}};
    const ContactResponse c = contact_point(law, memory, y, evaluate(plate, y));
    REQUIRE(c.sliding);
    REQUIRE(norm(c.shear) / c.pressure == Approx(mu).epsilon(1e-9));
  }
}
