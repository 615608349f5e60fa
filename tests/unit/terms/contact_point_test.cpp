// Contact at a point: the tangent is the derivative of the residual, also where the distance function is a blend; what
// friction loses.
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
      ContactLaw law{6e6, 2e6, {mu, 0.9, 1e4}};
      if (n % 3 == 1) law.thickness = 5e-3;
      ContactMemory memory;
      memory.place = y + Vec3d{{3e-4, -2e-4, 4e-4}};
      memory.open = n % 2 == 0 ? 2e-4 : 0;
      if (memory.open == 0) {
        memory.normal = normalized(evaluate(shape, memory.place).normal);
        memory.elastic_slip = 2e-4 * cross(memory.normal, Vec3d{{0.8, 0.6, 0}});
      }
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

TEST_CASE("A pad that stiffens bears its modulus at half its thickness", "[contact]") {
  // p = k d/(1 − d/h): at d = h/2 twice k d, and its work is k h² (−ln(1 − d/h) − d/h).
  const double modulus = 3e5, thickness = 4e-3, depth = 2e-3;
  ContactLaw law{modulus / thickness, 1e7, {}};
  law.thickness = thickness;
  const Shape plate = RoundedBox{{{0.2, 0.2, 0.02}}, 0.001};
  const Vec3d y{{0, 0, -0.01 + depth}};
  const ContactResponse c = contact_point(law, {}, y, evaluate(plate, y));
  REQUIRE(c.pressure == Approx(modulus));
  REQUIRE(c.energy == Approx(modulus * thickness * (std::log(2.0) - 0.5)));
  REQUIRE(c.tangent(2, 2) == Approx(4 * modulus / thickness));
}

TEST_CASE("A point that came down within the step slips only from where it touched", "[contact]") {
  // A flat plate above, coming down while it moves sideways: the path from the touch is a share of the whole.
  const ContactLaw law{1e7, 5e6, {10, 1, 1e4}};
  const Shape plate = RoundedBox{{{0.2, 0.2, 0.02}}, 0.001};
  ContactMemory memory;
  memory.open = 3e-4;
  memory.place = {{0, 0, -0.01 - 3e-4}};
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
    memory.place = {{-0.05, 0, -0.01}};
    const Vec3d y{{0, 0, -0.01 + depth}};
    const ContactResponse c = contact_point(law, memory, y, evaluate(plate, y));
    REQUIRE(c.sliding);
    REQUIRE(norm(c.shear) / c.pressure == Approx(mu).epsilon(1e-9));
  }
}

namespace {

// Takes a point along a path in steps; what it did in all of them, per area.
struct Path {
  ContactMemory memory;
  ContactState state;
  double work = 0;  // of the forces on the applicator by the trapezoid rule, J/m²
  double lost = 0;

  template <class Place>
  Path(const ContactLaw& law, const Shape& shape, int steps, Place&& place) {
    Vec3d force{{0, 0, 0}};
    for (int i = 0; i <= steps; ++i) {
      const Vec3d y = place(static_cast<double>(i) / steps);
      const Distance d = evaluate(shape, y);
      if (i == 0) {
        memory = {y, d.normal, {{0, 0, 0}}, std::max(0.0, d.value), std::max(0.0, -law.stiffness * d.value), 0};
        force = -memory.pressure * d.normal;
        continue;
      }
      const ContactResponse c = contact_point(law, memory, y, d);
      work += 0.5 * dot(force + c.residual, y - memory.place);
      lost += c.lost;
      force = c.residual;
      memory = {y, c.normal, c.elastic_slip, c.active ? 0 : c.gap, c.pressure, 0};
      state = c;
    }
  }
  double stored(const ContactLaw& law) const {
    return state.energy + 0.5 * law.tangential_stiffness * dot(state.elastic_slip, state.elastic_slip);
  }
};

}  // namespace

TEST_CASE("What friction loses under a changing pressure is its integral", "[contact]") {
  // Under a flat plate: s aside while the depth goes from d to d (1 + r). τ = k_T x until it meets μ k d (1 + r x/s),
  // then the slip is the way less the growth of the elastic slip.
  const Shape plate = RoundedBox{{{0.2, 0.2, 0.02}}, 0.001};
  const double k = 1e7, kt = 5e6, mu = 0.4, d = 2e-4, s = 2e-3;
  const ContactLaw law{k, kt, {mu, 1, 1e4}};
  for (double r : {-0.6, 0.0, 1.5}) {
    const double before = mu * k * d, rise = before * r;  // over the whole way
    const double onset = before / (kt - rise / s);        // where k_T x = μ p
    const double expected = 0.5 * (before + rise * onset / s + before + rise) * (s - onset) * (1 - rise / (kt * s));
    // In one step, and in steps that the onset does not fall on.
    for (int steps : {1, 7}) {
      const Path path(law, plate, steps, [&](double t) { return Vec3d{{t * s, 0, -0.01 + d * (1 + r * t)}}; });
      CHECK(path.lost == Approx(expected).epsilon(1e-9));
    }
  }
}

TEST_CASE("Lifting a point that holds by friction loses what its spring stored", "[contact]") {
  // Sideways without sliding, then straight up: as the limit falls the spring slides back to nothing.
  const Shape plate = RoundedBox{{{0.2, 0.2, 0.02}}, 0.001};
  const ContactLaw law{1e7, 5e6, {0.4, 1, 1e4}};
  for (int steps : {2, 26}) {
    const Path path(law, plate, steps, [](double t) {
      return Vec3d{{std::min(2 * t, 1.0) * 1e-4, 0, -0.01 + 2e-4 - 3e-4 * std::max(0.0, 2 * t - 1)}};
    });
    CHECK_FALSE(path.state.active);
    CHECK(path.lost == Approx(0.5 * 5e6 * 1e-8).epsilon(1e-9));
  }
}

TEST_CASE("A point that sticks while the applicator turns keeps its elastic slip", "[contact]") {
  // On a ball: a little aside, then along the great circle across that. The slip aside stays, along it the way on the
  // sphere adds up.
  const double r = 0.0099, aside = 0.02, angle = 1.2;
  const ContactLaw law{1e7, 1e6, {1000, 1, 1e4}};
  for (int steps : {2, 4, 8}) {
    const Path path(law, Sphere{0.01}, steps + 1, [&](double t) {
      const double a = t > 0 ? aside : 0, b = angle * std::max(0.0, (t * (steps + 1) - 1) / steps);
      return r * Vec3d{{std::sin(a) * std::cos(b), std::sin(b), -std::cos(a) * std::cos(b)}};
    });
    const Vec3d across{{std::cos(aside), 0, std::sin(aside)}};
    const Vec3d along = cross(across, path.memory.normal);
    CHECK(dot(path.state.elastic_slip, across) == Approx(r * aside).epsilon(1e-3));
    CHECK(std::abs(dot(path.state.elastic_slip, along)) == Approx(r * angle).epsilon(0.2 * std::pow(angle / steps, 2)));
  }
}

TEST_CASE("Work at a point is stored or lost in friction, to second order", "[contact]") {
  const Shape ball = Sphere{0.012};
  const ContactLaw law{5e6, 2e6, {0.3, 0.85, 1e4}};
  const auto left_over = [&](int steps) {
    // Around the ball on a curve, down to 0.4 mm and off again: it slides, sticks and turns back.
    const Path path(law, ball, steps, [](double t) {
      const double depth = 4e-4 * std::sin(M_PI * 1.2 * t) * (1 + 0.2 * std::sin(9 * t)), a = 0.5 * std::sin(5 * t);
      const double b = 0.3 * t * t;
      return (0.012 - depth) * Vec3d{{std::sin(a), std::cos(a) * std::sin(b), -std::cos(a) * std::cos(b)}};
    });
    CHECK_FALSE(path.state.active);
    CHECK(path.lost > 0.1);
    return std::abs(path.work - path.stored(law) - path.lost) / path.lost;
  };
  const double coarse = left_over(50), fine = left_over(400);
  INFO(coarse << " " << fine);
  CHECK(fine < 1e-3);
  CHECK(std::log2(coarse / fine) / 3 > 1.7);
}
