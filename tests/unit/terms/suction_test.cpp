// The gas in a cup on a skin that the test moves by hand: derivatives by finite differences, areas and volumes of caps
// in closed form, the gas law, loss of the seal.
#include "terms/suction.hpp"

#include <cmath>
#include <numbers>
#include <random>

#include "applicator/shapes.hpp"
#include "catch.hpp"
#include "support/sheet.hpp"
#include "terms/contact.hpp"

using namespace knead;
using test::Sheet;

namespace {

constexpr double ring = 0.024, rim = 0.0015, volume = 1e-4, atmosphere = 101325;
constexpr double area = std::numbers::pi * ring * ring;

CupSettings cup() { return {"suction", ring, rim, volume, atmosphere}; }

GasSchedule pump(double suction) {
  GasSchedule gas;
  gas.seal = 1;
  gas.pumping = 1;
  gas.suction = suction;
  gas.release = 10;
  return gas;
}

// Plane of the rim at z = 0.
ApplicatorPose standing(const Mat3d& rotation = Mat3d::identity()) {
  ApplicatorPose pose;
  pose.position = {{0, 0, rim}};
  pose.rotation = rotation;
  return pose;
}

// ξ for a suction, m.
double unknown(double suction) { return suction / (atmosphere * area / volume); }

Vector<double> random_field(std::size_t n, double size, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> number(-size, size);
  Vector<double> u(n);
  for (auto& x : u) x = number(random);
  return u;
}

struct Evaluation {
  Vector<double> r;
  double pull, gas_law;
};
Evaluation at(Suction& suction, const ApplicatorPose& pose, const Vector<double>& u, double travel, double xi) {
  Evaluation e{Vector<double>(u.size(), 0.0), 0, 0};
  const std::array<double, 2> scalars{travel, xi};
  suction.evaluate(u, scalars, e.r, nullptr, nullptr);
  e.pull = dot(pose.pressing, suction.force());
  e.gas_law = suction.residual();
  return e;
}

// A seal that is not round.
void set_uneven_seal(Suction& suction) {
  std::vector<double> history = suction.history();
  for (std::size_t i = 0; i < Suction::sectors; ++i)
    history[history.size() - Suction::sectors + i] = ring + 0.6 * rim * std::sin(2.0 * static_cast<double>(i));
  suction.set_history(history);
}

}  // namespace

TEST_CASE("Suction, its pull and the gas law have the derivatives that Newton's method gets", "[suction]") {
  const Sheet sheet(0.04, 10, [](double x, double y) { return 0.006 - 8 * x * x - 6 * y * y + 3 * x * y; });
  const Vector<double> u = random_field(sheet.unknowns(), 2e-4, 7);
  Suction suction(sheet.points, sheet.faces, cup(), pump(4e4), 0, 1);
  set_uneven_seal(suction);
  ApplicatorPose pose = standing(rotation_about({{0, 0, 1}}, 0.4) * rotation_about({{1, 0, 0}}, 0.1));
  pose.pressing = normalized(Vec3d{{0.1, -0.05, -1}});
  suction.set_pose(pose);
  suction.set_time(5);
  const double d = 3e-4, xi = unknown(3.5e4), h = 1e-8;
  SurfaceMatrix full(static_cast<int>(sheet.points.size()), sheet.faces);
  Vector<double> r(u.size(), 0.0);
  suction.evaluate(u, std::array<double, 2>{d, xi}, r, &full, nullptr);
  const Suction::Border travel = suction.travel_border(), gas = suction.suction_border();
  REQUIRE(suction.suction() == Approx(3.5e4));
  REQUIRE(suction.force()[2] > 0.9 * 3.5e4 * area);

  const auto differs = [&](const Vector<double>& plus, const Vector<double>& minus, const Vector<double>& expected) {
    double worst = 0, size = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      worst = std::max(worst, std::abs((plus[i] - minus[i]) / (2 * h) - expected[i]));
      size = std::max(size, std::abs(expected[i]));
    }
    return worst / size;
  };
  for (unsigned seed = 1; seed <= 3; ++seed) {
    const Vector<double> v = random_field(u.size(), 1, seed);
    Vector<double> up(u), down(u), kv(u.size(), 0.0);
    for (std::size_t i = 0; i < u.size(); ++i) up[i] += h * v[i], down[i] -= h * v[i];
    full.multiply_add(v, kv);
    const Evaluation plus = at(suction, pose, up, d, xi), minus = at(suction, pose, down, d, xi);
    REQUIRE(differs(plus.r, minus.r, kv) < 1e-4);
    REQUIRE((plus.pull - minus.pull) / (2 * h) == Approx(dot(travel.row, v)).epsilon(1e-4));
    REQUIRE((plus.gas_law - minus.gas_law) / (2 * h) == Approx(dot(gas.row, v)).epsilon(1e-4));
  }
  const auto border = [&](const Suction::Border& b, const Evaluation& plus, const Evaluation& minus) {
    Vector<double> column(u.size(), 0.0);
    axpy(1, b.column, column);
    return differs(plus.r, minus.r, column);
  };
  {
    const Evaluation plus = at(suction, pose, u, d + h, xi), minus = at(suction, pose, u, d - h, xi);
    REQUIRE(border(travel, plus, minus) < 1e-4);
    REQUIRE((plus.pull - minus.pull) / (2 * h) == Approx(travel.by_travel).epsilon(1e-4));
    REQUIRE((plus.gas_law - minus.gas_law) / (2 * h) == Approx(gas.by_travel).epsilon(1e-4));
  }
  const Evaluation plus = at(suction, pose, u, d, xi + h), minus = at(suction, pose, u, d, xi - h);
  REQUIRE(border(gas, plus, minus) < 1e-5);
  REQUIRE((plus.pull - minus.pull) / (2 * h) == Approx(travel.by_suction).epsilon(1e-6));
  REQUIRE((plus.gas_law - minus.gas_law) / (2 * h) == Approx(gas.by_suction).epsilon(1e-5));
}

TEST_CASE("A cup over a cap: pull q π R² whatever the skin does inside, volume in closed form, the gas law",
          "[suction]") {
  double last_error = 1;
  for (int n : {12, 24, 48}) {
    const double height = 0.008;
    // A paraboloid inside of the seal, flat outside: π R² w/2, and its slope at the seal has no part in the pull.
    const Sheet sheet(0.04, n,
                      [=](double x, double y) { return height * std::max(0.0, 1 - (x * x + y * y) / (ring * ring)); });
    Suction suction(sheet.points, sheet.faces, cup(), pump(4e4), 0, 1);
    suction.set_pose(standing());
    suction.set_time(5);
    const Vector<double> rest(sheet.unknowns(), 0.0);
    const Evaluation e = at(suction, standing(), rest, 0, unknown(3e4));
    const double pull = std::abs(-e.pull / (3e4 * area) - 1);
    const double cap = std::abs(suction.dome_volume() / (0.5 * area * height) - 1);
    INFO(n << ": " << pull << ", " << cap);
    REQUIRE(pull < 0.02);
    REQUIRE(cap < 0.02);
    last_error = std::max(pull, cap);
    REQUIRE(suction.dome_height() == Approx(height).epsilon(1e-3));
    REQUIRE(norm(suction.moment({{0, 0, 0}})) < 1e-9);
    // The gas that was in the empty cup at rest, and now fills what the cap has left of it.
    const double gas = volume - suction.dome_volume(), c = atmosphere * area / volume;
    REQUIRE(e.gas_law == Approx(c * (-gas + atmosphere * volume / (atmosphere - 3e4))));
    REQUIRE(at(suction, standing(), rest, 0, unknown(atmosphere - atmosphere * volume / gas)).gas_law ==
            Approx(0).margin(1e-9));
  }
  REQUIRE(last_error < 2e-3);
}

TEST_CASE("The seal is the inner edge of the rim's contact, and air comes in where it is lost", "[suction]") {
  const auto flat = [](double, double) { return 0.0; };
  const Sheet sheet(0.04, 40, flat);
  Vector<double> u(sheet.unknowns(), 0.0), r = u;
  ContactSettings settings;
  settings.law = {5e8, 1.6e8, {0.5, 1, 1e4}};
  Contact contact(sheet.points, sheet.faces, Torus{ring, rim, {{0, 0, 1}}}, settings, 0);
  Suction suction(sheet.points, sheet.faces, cup(), pump(4e4), 0, 1);
  const auto step = [&](double time, double travel, const ApplicatorPose& pose) {
    contact.set_pose(pose);
    suction.set_pose(pose);
    suction.set_time(time);
    const double xi = suction.closed() ? unknown(4e4) : suction.prescribed_unknown();
    const std::array<double, 2> scalars{travel, xi};
    contact.evaluate(u, scalars, r, nullptr, nullptr);
    suction.evaluate(u, scalars, r, nullptr, nullptr);
    suction.settle(contact);
    contact.commit();
  };
  // Sunk in by d the ring touches where (ρ − R)² < 2 r d; the band of its pressure begins there or a little outside.
  const double depth = 3e-4;
  step(0.5, depth, standing());
  REQUIRE(suction.suction() == 0);
  const double half = std::sqrt(2 * rim * depth);
  suction.set_time(0.5);  // what a step finds holds from the next one on
  REQUIRE(suction.seal_radius() < ring - 0.6 * half);
  REQUIRE(suction.seal_radius() > ring - 1.05 * half);
  step(1.5, depth, standing());
  REQUIRE(suction.suction() == Approx(2e4));
  REQUIRE_FALSE(suction.closed());
  step(2, depth, standing());
  REQUIRE(suction.suction() == Approx(4e4));
  step(2.5, depth, standing());
  REQUIRE(suction.closed());
  REQUIRE(suction.residual() == Approx(0).margin(1e-9));  // the mass is that at which the valve closed
  REQUIRE_FALSE(suction.leak());
  // Tilted about y it lets go on the side of −x.
  const ApplicatorPose tilted = standing(rotation_about({{0, 1, 0}}, 0.03));
  step(3, depth, tilted);
  REQUIRE(suction.leak());
  REQUIRE(suction.leak()->time == 3);
  REQUIRE(suction.leak()->suction == Approx(4e4));
  REQUIRE(suction.leak()->direction[0] < -0.7);
  REQUIRE_FALSE(suction.closed());
  // A copy goes on from its history.
  Suction copy(sheet.points, sheet.faces, cup(), pump(4e4), 0, 1);
  copy.set_history(suction.history());
  REQUIRE(copy.history() == suction.history());
  step(3.5, depth, tilted);
  REQUIRE(suction.suction() < 10);
}

TEST_CASE("Gas that a flame has heated draws a vacuum as it cools; without tissue p_atm (1 − T_c/T_hot)", "[suction]") {
  GasSchedule gas;
  gas.seal = 1;
  gas.flame = GasSchedule::Flame{600, 2};
  gas.release = 60;
  const Sheet sheet(0.04, 12, [](double, double) { return 0.0; });
  Suction suction(sheet.points, sheet.faces, cup(), gas, 0, 1);
  Vector<double> u(sheet.unknowns(), 0.0), r = u;
  Contact contact(sheet.points, sheet.faces, Torus{ring, rim, {{0, 0, 1}}}, ContactSettings{}, 0);
  contact.set_pose(standing());
  suction.set_pose(standing());
  suction.set_time(1);
  REQUIRE_FALSE(suction.closed());
  const std::array<double, 2> open{2e-4, 0};
  contact.evaluate(u, open, r, nullptr, nullptr);
  for (int i = 0; i < 2; ++i) {  // the seal is found by the first, what it holds by the second
    suction.set_time(1);
    suction.evaluate(u, open, r, nullptr, nullptr);
    suction.settle(contact);
  }
  const double sealed = suction.gas_volume();
  for (const double time : {2.0, 4.0, 40.0}) {
    suction.set_time(time);
    REQUIRE(suction.closed());
    const double temperature = 308 + 292 * std::exp(-(time - 1) / 2);
    const double expected = atmosphere * (1 - temperature / 600);
    const std::array<double, 2> scalars{2e-4, unknown(expected)};
    suction.evaluate(u, scalars, r, nullptr, nullptr);
    REQUIRE(suction.gas_volume() == Approx(sealed));
    REQUIRE(suction.residual() == Approx(0).margin(1e-8));
  }
}
