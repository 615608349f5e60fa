// Rigid applicators on a skin that the test moves by hand: derivatives by finite differences, closed forms of a sphere
// on a bed of springs, stick and slip of a plate, balances, history, threads.
#include "terms/contact.hpp"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "base/error.hpp"
#include "catch.hpp"
#include "support/sheet.hpp"

using namespace knead;
using test::Sheet;

namespace {

ContactSettings settings(double k, Friction friction = {}, double share = 1.0 / 3, int points = 4) {
  ContactSettings s;
  s.law = {k, share * k, friction};
  s.points_per_direction = points;
  return s;
}

ApplicatorPose above(double height, const Mat3d& rotation = Mat3d::identity()) {
  ApplicatorPose pose;
  pose.position = {{0, 0, height}};
  pose.rotation = rotation;
  return pose;
}

Vector<double> random_field(std::size_t n, double size, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> number(-size, size);
  Vector<double> u(n);
  for (auto& x : u) x = number(random);
  return u;
}

Vector<double> sum(const Vector<double>& a, double s, const Vector<double>& b) {
  Vector<double> c(a);
  for (std::size_t i = 0; i < c.size(); ++i) c[i] += s * b[i];
  return c;
}

double largest(const Vector<double>& a) {
  double m = 0;
  for (double x : a) m = std::max(m, std::abs(x));
  return m;
}

struct Evaluation {
  Vector<double> r;
  double energy, force, rolling;
};
Evaluation at(Contact& contact, const Vector<double>& u, double d, double creep = 0) {
  Evaluation e{Vector<double>(u.size(), 0.0), 0, 0, 0};
  const std::array<double, 2> scalars{d, creep};
  contact.evaluate(u, scalars, e.r, nullptr, nullptr);
  e.energy = contact.energy();
  e.force = contact.force_along_pressing();
  e.rolling = -contact.rolling_force();
  return e;
}

// Tangent, and column, row and stiffnesses of travel and creep, against central differences; energy too where there is
// no friction.
void check_derivatives(Contact& contact, const Sheet& sheet, const Vector<double>& u, double d, bool has_energy,
                       double creep = 0) {
  SurfaceMatrix full(static_cast<int>(sheet.points.size()), sheet.faces), positive = full;
  Vector<double> r(u.size(), 0.0);
  const std::array<double, 2> scalars{d, creep};
  contact.evaluate(u, scalars, r, &full, &positive);
  REQUIRE(contact.in_contact());
  REQUIRE(contact.num_active() < static_cast<int>(sheet.faces.size()) * 16);  // partly
  const Contact::Border travel = contact.travel_border(), rolling = contact.creep_border();
  const double h = 1e-9;

  for (unsigned seed = 1; seed <= 3; ++seed) {
    const Vector<double> v = random_field(u.size(), 1, seed);
    const Evaluation plus = at(contact, sum(u, h, v), d, creep), minus = at(contact, sum(u, -h, v), d, creep);
    if (has_energy) {
      double rv = 0;
      for (std::size_t i = 0; i < v.size(); ++i) rv += r[i] * v[i];
      REQUIRE((plus.energy - minus.energy) / (2 * h) == Approx(rv).epsilon(1e-5).margin(1e-6 * largest(r)));
    }
    Vector<double> kv(u.size(), 0.0), kpv = kv;
    full.multiply_add(v, kv);
    positive.multiply_add(v, kpv);
    double worst = 0, quadratic = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
      worst = std::max(worst, std::abs((plus.r[i] - minus.r[i]) / (2 * h) - kv[i]));
      quadratic += v[i] * kpv[i];
    }
    REQUIRE(worst < 2e-5 * largest(kv));
    REQUIRE(quadratic >= 0);
    const auto size = [](const SparseNodes& row) {
      double all = 0;
      for (const auto& [node, value] : row) all += norm(value);
      return all;
    };
    REQUIRE((plus.force - minus.force) / (2 * h) == Approx(dot(travel.row, v)).margin(1e-5 * size(travel.row)));
    if (contact.rolls())
      REQUIRE((plus.rolling - minus.rolling) / (2 * h) == Approx(dot(rolling.row, v)).margin(1e-5 * size(rolling.row)));
  }
  const auto check_border = [&](const Contact::Border& border, const Evaluation& plus, const Evaluation& minus,
                                double by_plus, double by_minus, double by_scalar) {
    REQUIRE((by_plus - by_minus) / (2 * h) == Approx(by_scalar).epsilon(2e-5));
    Vector<double> dense(u.size(), 0.0);
    axpy(1, border.column, dense);
    for (std::size_t i = 0; i < dense.size(); ++i)
      REQUIRE((plus.r[i] - minus.r[i]) / (2 * h) == Approx(dense[i]).margin(2e-5 * largest(dense)));
  };
  const Evaluation lower = at(contact, u, d + h, creep), higher = at(contact, u, d - h, creep);
  check_border(travel, lower, higher, lower.force, higher.force, travel.by_travel);
  if (has_energy)
    REQUIRE((lower.energy - higher.energy) / (2 * h) == Approx(at(contact, u, d, creep).force).epsilon(1e-6));
  if (!contact.rolls()) return;
  const Evaluation ahead = at(contact, u, d, creep + h), behind = at(contact, u, d, creep - h);
  check_border(rolling, ahead, behind, ahead.rolling, behind.rolling, rolling.by_creep);
  const double across = std::abs(travel.by_travel) + std::abs(rolling.by_creep);
  REQUIRE((ahead.force - behind.force) / (2 * h) == Approx(travel.by_creep).margin(1e-5 * across));
  REQUIRE((lower.rolling - higher.rolling) / (2 * h) == Approx(rolling.by_travel).margin(1e-5 * across));
}

struct Tool {
  std::string label;
  Shape shape;
};
std::vector<Tool> tools() {
  Union knuckles;
  for (int i = 0; i < 3; ++i)
    knuckles.parts.push_back({Sphere{0.012}, {{0.004 * i, 0.02 * (i - 1), 0}}, Mat3d::identity()});
  Union webbed = knuckles;
  webbed.blend = 0.008;
  return {{"sphere", Sphere{0.03}},
          {"ellipsoid", Ellipsoid{{{0.03, 0.02, 0.012}}}},
          {"capsule", Capsule{0.012, 0.03, {{0, 1, 0}}}},
          {"box", RoundedBox{{{0.05, 0.04, 0.03}}, 0.008}},
          {"cylinder", Cylinder{0.02, 0.03, 0.006, {{0, 0, 1}}}},
          {"torus", Torus{0.02, 0.006, {{0, 0, 1}}}},
          {"union", knuckles},
          {"blended union", webbed}};
}

const Mat3d tilted = rotation_about({{0, 0, 1}}, 0.7) * rotation_about({{1, 0, 0}}, 0.15);

// A pose where the tool has sunk in by `depth` at travel 0.
ApplicatorPose sunk(const Shape& shape, double depth, const Mat3d& rotation = tilted) {
  return above(extent(shape, transpose(rotation) * Vec3d{{0, 0, -1}}) - depth, rotation);
}

}  // namespace

TEST_CASE("Contact forces, tangents and travel terms are derivatives of the energy, for every shape", "[contact]") {
  const Sheet sheet(0.05, 6, 1.5);
  const Vector<double> u = random_field(sheet.unknowns(), 3e-4, 42);
  for (const auto& [label, shape] : tools()) {
    INFO(label);
    Contact contact(sheet.points, sheet.faces, shape, settings(6e6), 0);
    ApplicatorPose pose = sunk(shape, 0.003);
    pose.pressing = normalized(Vec3d{{0.1, -0.05, -1}});
    contact.set_pose(pose);
    REQUIRE(contact.symmetric());
    check_derivatives(contact, sheet, u, 4e-4, true);
    // Without friction the row is the column.
    const Contact::Border& border = contact.travel_border();
    for (std::size_t i = 0; i < border.row.size(); ++i) {
      REQUIRE(border.row[i].first == border.column[i].first);
      REQUIRE(norm(border.row[i].second - border.column[i].second) <= 1e-9 * border.by_travel);
    }
  }
}

TEST_CASE("A rolling applicator's torque and its derivatives, sticking and slipping", "[contact]") {
  const Sheet sheet(0.05, 6, 1.5);
  const Vector<double> u = random_field(sheet.unknowns(), 3e-4, 42);
  const Vector<double> further = sum(u, 1.0, random_field(sheet.unknowns(), 5e-5, 43));
  const std::vector<Tool> round{{"sphere", Sphere{0.03}},
                                {"cylinder", Cylinder{0.03, 0.06, 0.01, {{0, 1, 0}}}},
                                {"capsule", Capsule{0.02, 0.03, {{0, 1, 0}}}}};
  for (const auto& [label, shape] : round)
    for (double mu : {50.0, 0.02}) {
      INFO(label << ", friction " << mu);
      ContactSettings s = settings(6e6, {mu, 1, 1e4});
      s.rolling_radius = extent(shape, {{0, 0, -1}});
      Contact contact(sheet.points, sheet.faces, shape, s, 0, 1);
      contact.set_pose(sunk(shape, 0.003));
      contact.begin(u, 0);
      ApplicatorPose pose = sunk(shape, 0.003);
      pose.position += 0.004 * (tilted * Vec3d{{1, 0, 0}});
      pose.pressing = normalized(Vec3d{{0.1, -0.05, -1}});
      pose.rolled = 0.004;
      contact.set_pose(pose);
      check_derivatives(contact, sheet, further, 4e-4, false, 3e-4);
      // The torque on the applicator is minus what its force on the body has about its own axis.
      const Vec3d axis = contact.rotation() * Vec3d{{0, 1, 0}};
      const Vec3d centre = pose.position + 4e-4 * pose.pressing;
      at(contact, further, 4e-4, 3e-4);
      REQUIRE(contact.rolling_force() * s.rolling_radius ==
              Approx(-dot(axis, contact.moment(centre))).margin(1e-9 * norm(contact.force()) * s.rolling_radius));
      // Turned forwards by hand it is held back and drags the skin backwards; and the other way round.
      at(contact, further, 4e-4, 6e-3);
      const Vec3d forwards = contact.force();
      REQUIRE(contact.rolling_force() < 0);
      at(contact, further, 4e-4, -6e-3);
      REQUIRE(contact.rolling_force() > 0);
      REQUIRE(dot(forwards - contact.force(), tilted * Vec3d{{1, 0, 0}}) < 0);
    }
}

TEST_CASE("With friction the tangent is the derivative of the force, sticking, slipping and just touching",
          "[contact]") {
  const Sheet sheet(0.05, 6, 1.5);
  const Vector<double> u = random_field(sheet.unknowns(), 3e-4, 42);
  const Vector<double> further = sum(u, 1.0, random_field(sheet.unknowns(), 5e-5, 43));
  for (const auto& [label, shape] : tools())
    for (double mu : {50.0, 0.002, 0.05})
      for (double exponent : {1.0, 0.9}) {
        INFO(label << ", friction " << mu << ", exponent " << exponent);
        Contact contact(sheet.points, sheet.faces, shape, settings(6e6, {mu, exponent, 1e4}), 0);
        REQUIRE_FALSE(contact.symmetric());
        // From above the skin: points meet the applicator within the step.
        contact.set_pose(sunk(shape, 0.003));
        contact.begin(u, -0.005);
        ApplicatorPose pose = sunk(shape, 0.003);
        pose.position += Vec3d{{4e-4, -2e-4, 0}};
        contact.set_pose(pose);
        check_derivatives(contact, sheet, u, 4e-4, false);
        // From contact, the applicator moving and turning on.
        at(contact, u, 4e-4);
        contact.commit();
        pose.position += Vec3d{{-3e-5, 6e-5, 0}};
        pose.rotation = rotation_about({{0, 0, 1}}, 0.002) * pose.rotation;
        contact.set_pose(pose);
        check_derivatives(contact, sheet, further, 4.2e-4, false);
        at(contact, further, 4.2e-4);
        int sliding = 0;
        for (const auto& point : contact.points()) sliding += point.sliding ? 1 : 0;
        const auto phases = contact.phases();
        const auto in_phase = [&](char phase) { return std::count(phases.begin(), phases.end(), phase); };
        REQUIRE(in_phase(0) == static_cast<long>(phases.size()) - contact.num_active());
        REQUIRE(in_phase(2) == (mu == 0 ? contact.num_active() : sliding));
        if (mu == 50.0) REQUIRE(sliding < 0.1 * contact.num_active());
        if (mu == 0.002) REQUIRE(sliding > 0.5 * contact.num_active());
      }
}

TEST_CASE("A sphere pressed into a bed of springs carries pi k d^2 (R - d)", "[contact]") {
  // Π = ∫ k/2 (R − l)² dA over l² = ρ² + (R − d)² < R²  →  F = dΠ/dd = π k d² (R − d), area π (2 R d − d²).
  const double R = 0.03, d = 0.004, k = 6e6;
  const Sheet sheet(0.02, 8);
  int i = 0;
  for (int points : {4, 8, 16}) {
    Contact contact(sheet.points, sheet.faces, Sphere{R}, settings(k, {}, 1, points), 0);
    contact.set_pose(above(R));
    const Evaluation e = at(contact, Vector<double>(sheet.unknowns(), 0.0), d);
    const double exact = M_PI * k * d * d * (R - d);
    REQUIRE(std::abs(e.force / exact - 1) < 5e-4 / std::pow(4, i));
    REQUIRE(e.energy == Approx(M_PI * k * (R * d * d * d / 3 - d * d * d * d / 4)).epsilon(1e-3));
    REQUIRE(norm(contact.force() - Vec3d{{0, 0, -e.force}}) < 1e-9 * e.force);
    const ContactSummary s = contact.summary();
    REQUIRE(s.area == Approx(M_PI * (2 * R * d - d * d)).epsilon(0.04));
    REQUIRE(s.peak_pressure == Approx(k * d).epsilon(0.02));
    REQUIRE(s.largest_penetration == Approx(d).epsilon(0.02));
    // Pressure p at depth fraction: area where it is exceeded is nearly linear in it, so 95 % stay below 0.95 of the
    // peak.
    REQUIRE(s.pressure_95 == Approx(0.95 * k * d).epsilon(0.02));
    ++i;
  }
}

TEST_CASE("A plate sticks, slips and slips back at the friction limit", "[contact]") {
  const double k = 5e6, depth = 1e-3, mu = 0.3, share = 0.5;
  const double p = k * depth, limit = mu * p / (share * k);  // largest elastic slip
  const Sheet sheet(0.02, 3);
  const RoundedBox plate{{{0.2, 0.2, 0.02}}, 0.001};
  const double area = 0.04 * 0.04;
  for (double exponent : {1.0, 0.85}) {
    Contact contact(sheet.points, sheet.faces, plate, settings(k, {mu, exponent, p}, share), -1);
    const Vector<double> u(sheet.unknowns(), 0.0);
    contact.set_pose(above(0.01 - depth));
    contact.begin(u, 0);
    double expected = 0, x = 0, slipped = 0;
    // There, back beyond the start, and there again; steps of a quarter of the limit.
    std::vector<double> steps(12, 0.25);
    steps.insert(steps.end(), 30, -0.25);
    steps.insert(steps.end(), 9, 0.25);
    for (double step : steps) {
      x += step * limit;
      ApplicatorPose pose = above(0.01 - depth);
      pose.position[0] = x * 0.6;
      pose.position[1] = x * 0.8;
      contact.set_pose(pose);
      at(contact, u, 0);
      const double trial = expected + step * mu * p;  // elastic–perfectly plastic
      expected = std::clamp(trial, -mu * p, mu * p);
      slipped += std::abs(trial - expected) / (share * k);
      // The skin is dragged along with the plate.
      REQUIRE(contact.force()[0] == Approx(0.6 * expected * area).margin(1e-10 * p * area));
      REQUIRE(contact.force()[1] == Approx(0.8 * expected * area).margin(1e-10 * p * area));
      REQUIRE(contact.force()[2] == Approx(-p * area).epsilon(1e-12));
      for (const auto& point : contact.points()) {
        REQUIRE(norm(point.shear) == Approx(std::abs(expected)).margin(1e-9 * p));
        REQUIRE(norm(point.shear) <= mu * point.pressure * (1 + 1e-6));
      }
      contact.commit();
    }
    REQUIRE(std::abs(expected) > 0.9 * mu * p);
    // What was lost is the friction force times the path slipped.
    REQUIRE(contact.friction_work() == Approx(mu * p * area * slipped).epsilon(1e-9));
  }
}

TEST_CASE("Pressing straight down wakes no friction, sliding drags with mu times the force", "[contact]") {
  const Sheet flat(0.03, 8);
  const Vector<double> u(flat.unknowns(), 0.0);
  Contact plate(flat.points, flat.faces, RoundedBox{{{0.2, 0.2, 0.02}}, 0.001}, settings(5e6, {0.5, 1, 1e4}), -1);
  plate.set_pose(above(0.011));
  plate.begin(u, 0);
  plate.set_pose(above(0.009));
  at(plate, u, 0);
  REQUIRE(plate.summary().peak_shear < 1e-9 * plate.summary().peak_pressure);

  // A shallow sphere that glides: points enter at its front, and each must slide at once.
  const double R = 0.08, mu = 0.1;
  Contact ball(flat.points, flat.faces, Sphere{R}, settings(6e6, {mu, 1, 1e4}), -1);
  ApplicatorPose pose = above(R + 1e-4);
  pose.position[0] = -0.01;
  ball.set_pose(pose);
  ball.begin(u, 0);
  pose.position[2] = R - 5e-4;
  for (int step = 0; step < 10; ++step) {
    pose.position[0] += 0.002;
    ball.set_pose(pose);
    at(ball, u, 0);
    if (step > 0) {
      const double drag = ball.force()[0], normal = -ball.force()[2];
      REQUIRE(drag == Approx(mu * normal).epsilon(0.02));
      REQUIRE(std::abs(ball.force()[1]) < 1e-9 * normal);
    }
    ball.commit();
  }
}

TEST_CASE("Nodal forces add up to the force and its moment", "[contact]") {
  const Sheet sheet(0.05, 6, 1.5);
  const Vector<double> u = random_field(sheet.unknowns(), 3e-4, 9);
  const Shape palm = Ellipsoid{{{0.03, 0.02, 0.012}}};
  Contact contact(sheet.points, sheet.faces, palm, settings(6e6, {0.3, 1, 1e4}), 0);
  ApplicatorPose pose = sunk(palm, 0.001);
  contact.set_pose(pose);
  contact.begin(u, -0.003);
  pose.position[0] += 1e-4;
  contact.set_pose(pose);
  const Evaluation e = at(contact, u, 0.001);
  Vec3d force{{0, 0, 0}}, moment{{0, 0, 0}};
  const Vec3d about{{0.01, -0.02, 0.03}};
  for (std::size_t node = 0; node < sheet.points.size(); ++node) {
    const Vec3d f{{-e.r[3 * node], -e.r[3 * node + 1], -e.r[3 * node + 2]}};
    const Vec3d x = sheet.points[node] + Vec3d{{u[3 * node], u[3 * node + 1], u[3 * node + 2]}};
    force += f;
    moment += cross(x - about, f);
  }
  REQUIRE(norm(force) > 1);
  REQUIRE(norm(force - contact.force()) < 1e-12 * norm(force));
  REQUIRE(norm(moment - contact.moment(about)) < 1e-12 * norm(force));
  REQUIRE(contact.force_along_pressing() == Approx(-contact.force()[2]));

  // And so do the points, per current area.
  Vec3d shear{{0, 0, 0}};
  double normal = 0;
  for (const auto& point : contact.points()) {
    shear += point.area * point.shear;
    normal += point.area * point.pressure;
  }
  const ContactNodes nodes = contact.nodal_projection();
  Vec3d nodal_shear{{0, 0, 0}};
  double nodal_normal = 0;
  for (std::size_t i = 0; i < nodes.node.size(); ++i) {
    REQUIRE(nodes.pressure[i] >= 0);
    nodal_normal += nodes.area[i] * nodes.pressure[i];
    nodal_shear += nodes.area[i] * nodes.shear[i];
  }
  REQUIRE(nodal_normal == Approx(normal).epsilon(1e-12));
  REQUIRE(norm(nodal_shear - shear) < 1e-12 * normal);
  const ContactSummary s = contact.summary();
  REQUIRE(s.mean_pressure * s.area == Approx(normal).epsilon(1e-12));
}

TEST_CASE("Reported pressure is per current area", "[contact]") {
  const Sheet sheet(0.02, 3);
  Vector<double> u(sheet.unknowns(), 0.0);
  for (std::size_t node = 0; node < sheet.points.size(); ++node) u[3 * node] = 0.1 * sheet.points[node][0];
  const double k = 5e6, depth = 1e-3;
  Contact contact(sheet.points, sheet.faces, RoundedBox{{{0.2, 0.2, 0.02}}, 0.001}, settings(k), -1);
  contact.set_pose(above(0.01 - depth));
  at(contact, u, 0);
  const ContactSummary s = contact.summary();
  REQUIRE(s.area == Approx(1.1 * 0.04 * 0.04));
  REQUIRE(s.peak_pressure == Approx(k * depth / 1.1));
  REQUIRE(s.mean_pressure == Approx(k * depth / 1.1));
  const ContactNodes nodes = contact.nodal_projection();
  for (std::size_t i = 0; i < nodes.node.size(); ++i) {
    REQUIRE(nodes.pressure[i] == Approx(k * depth / 1.1));
    REQUIRE(nodes.gap[i] == Approx(-depth));
  }
}

TEST_CASE("Multipliers take the penetration of a hard plate away", "[contact]") {
  // A rigid sheet on one spring under a plate that comes down by `depth`: the sheet must follow it exactly.
  const Sheet sheet(0.02, 3);
  const double k = 5e6, depth = 1e-3, area = 0.04 * 0.04, spring = 0.5 * k * area;
  Contact contact(sheet.points, sheet.faces, RoundedBox{{{0.2, 0.2, 0.02}}, 0.001}, settings(k), -1);
  contact.set_pose(above(0.01 - depth));
  double w = 0, penetration = 0;
  for (int loop = 0; loop < 25; ++loop) {
    for (int newton = 0; newton < 3; ++newton) {
      Vector<double> u(sheet.unknowns(), 0.0);
      for (std::size_t i = 2; i < u.size(); i += 3) u[i] = w;
      Vector<double> r(u.size(), 0.0);
      contact.evaluate(u, {}, r, nullptr, nullptr);
      double residual = spring * w;
      for (std::size_t i = 2; i < u.size(); i += 3) residual += r[i];
      w -= residual / (spring + contact.travel_stiffness());
    }
    penetration = contact.augment();
    if (loop == 0) REQUIRE(penetration == Approx(depth / 3));  // springs in series: k A and half of it
  }
  REQUIRE(penetration < 1e-11);
  REQUIRE(w == Approx(-depth).epsilon(1e-8));
  REQUIRE(contact.force_along_pressing() == Approx(spring * depth).epsilon(1e-8));
  // The multipliers are history, and go when the plate does.
  contact.set_pose(above(0.02));
  Vector<double> u(sheet.unknowns(), 0.0), r(u);
  contact.evaluate(u, {}, r, nullptr, nullptr);
  REQUIRE_FALSE(contact.in_contact());
  contact.commit();
  const std::size_t num_nodes = contact.nodal_projection().node.size();
  const auto history = contact.history();
  for (std::size_t i = 0; i < num_nodes; ++i) REQUIRE(history[history.size() - 2 - i] == 0);
}

TEST_CASE("The travel for a force carries it, and is the first touch for none", "[contact]") {
  const Sheet sheet(0.02, 8);
  const Vector<double> u(sheet.unknowns(), 0.0);
  const double R = 0.03, k = 6e6;
  Contact contact(sheet.points, sheet.faces, Sphere{R}, settings(k), 0);
  contact.set_pose(above(R + 0.01));
  const auto d = contact.travel_for_force(u, 10);
  REQUIRE(d.has_value());
  REQUIRE(at(contact, u, *d).force == Approx(10).epsilon(1e-8));
  // π k δ² (R − δ) = 10 N
  const double depth = *d - 0.01;
  REQUIRE(M_PI * k * depth * depth * (R - depth) == Approx(10).epsilon(0.01));
  const auto touch = contact.travel_for_force(u, 0);
  REQUIRE(touch.has_value());
  REQUIRE(*touch == Approx(0.01).epsilon(1e-3));
  REQUIRE_FALSE(at(contact, u, *touch).force > 0);
  // Without a force the first touch is found from anywhere, by the distance alone.
  contact.set_travel(5);
  REQUIRE(contact.touch_travel().value() == Approx(0.01).epsilon(1e-3));
  ApplicatorPose beside = above(R);
  beside.position[0] = 1;
  contact.set_pose(beside);
  REQUIRE_FALSE(contact.touch_travel().has_value());
  REQUIRE_FALSE(contact.travel_for_force(u, 10).has_value());
}

TEST_CASE("An applicator in the air leaves no trace", "[contact]") {
  const Sheet sheet(0.02, 3);
  Contact contact(sheet.points, sheet.faces, Sphere{0.03}, settings(6e6, {0.3, 1, 1e4}), 0);
  contact.set_pose(above(0.031));
  const Evaluation e = at(contact, random_field(sheet.unknowns(), 1e-4, 1), 0);
  REQUIRE(largest(e.r) == 0);
  REQUIRE(e.force == 0);
  REQUIRE_FALSE(contact.in_contact());
  REQUIRE(contact.travel_border().column.empty());
  REQUIRE(contact.points().empty());
  REQUIRE(contact.summary().area == 0);
}

TEST_CASE("A stroke resumed from its history goes on bit for bit", "[contact]") {
  const Sheet sheet(0.05, 6, 1.5);
  const Vector<double> u = random_field(sheet.unknowns(), 3e-4, 5);
  const Shape palm = Ellipsoid{{{0.03, 0.02, 0.012}}};
  const auto pose_of = [&](int step) {
    ApplicatorPose pose = sunk(palm, 0.0015);
    pose.position += Vec3d{{2e-4 * step, 1e-4 * step, 0}};
    return pose;
  };
  const auto make = [&] { return Contact(sheet.points, sheet.faces, palm, settings(6e6, {0.2, 0.9, 1e4}), 0); };
  Contact straight = make();
  std::vector<double> saved;
  for (int step = 0; step < 8; ++step) {
    straight.set_pose(pose_of(step));
    at(straight, u, 1e-4 * step);
    if (step == 4) straight.augment();
    straight.commit();
    if (step == 4) saved = straight.history();
  }
  Contact resumed = make();
  resumed.set_history(saved);
  for (int step = 5; step < 8; ++step) {
    resumed.set_pose(pose_of(step));
    at(resumed, u, 1e-4 * step);
    resumed.commit();
  }
  REQUIRE(resumed.history() == straight.history());
  REQUIRE(at(resumed, u, 7e-4).r == at(straight, u, 7e-4).r);
  REQUIRE(saved != straight.history());
  saved.pop_back();
  REQUIRE_THROWS_AS(resumed.set_history(saved), Error);
}

TEST_CASE("Contact is the same bit for bit for any number of threads", "[contact]") {
  const Sheet sheet(0.05, 10, 1.5);
  const Vector<double> u = random_field(sheet.unknowns(), 2e-4, 5);
  const Shape palm = Ellipsoid{{{0.03, 0.02, 0.012}}};
  const int before = omp_get_max_threads();
  std::vector<double> reference;
  for (int threads : {1, 2, 3, 4}) {
    omp_set_num_threads(threads);
    Contact contact(sheet.points, sheet.faces, palm, settings(6e6, {0.2, 0.9, 1e4}), 0);
    contact.set_pose(sunk(palm, 0.001));
    contact.begin(u, -0.004);
    SurfaceMatrix full(static_cast<int>(sheet.points.size()), sheet.faces), positive = full;
    Vector<double> r(u.size(), 0.0), kv(u.size(), 0.0);
    const std::array<double, 1> travel{0.001};
    contact.evaluate(u, travel, r, &full, &positive);
    full.multiply_add(u, kv);
    contact.commit();
    std::vector<double> all(r.begin(), r.end());
    all.insert(all.end(), kv.begin(), kv.end());
    const auto history = contact.history();
    all.insert(all.end(), history.begin(), history.end());
    for (int i = 0; i < 3; ++i) all.push_back(contact.force()[i]);
    all.push_back(contact.travel_stiffness());
    all.push_back(contact.energy());
    if (threads == 1) reference = all;
    REQUIRE(all == reference);
  }
  omp_set_num_threads(before);
}
