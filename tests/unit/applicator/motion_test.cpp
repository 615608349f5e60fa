// Paths and strokes against geometry (circle, helix) and against what the phases promise.
#include <algorithm>
#include <cmath>

#include "applicator/delayed_motion.hpp"
#include "applicator/scripted_motion.hpp"
#include "applicator/stroke.hpp"
#include "base/error.hpp"
#include "catch.hpp"

using namespace knead;

namespace {

// Points of a quarter circle on a cylinder of radius R about the y axis.
std::vector<PathPoint> arc_points(double radius, int count) {
  std::vector<PathPoint> list;
  for (int i = 0; i < count; ++i) {
    const double phi = 0.5 * M_PI * i / (count - 1);
    const Vec3d n{{std::sin(phi), 0, std::cos(phi)}};
    list.push_back({radius * n, n});
  }
  return list;
}

Path flat_path(double length) {
  std::vector<PathPoint> list;
  for (int i = 0; i <= 10; ++i) list.push_back({{{0.1 * length * i, 0, 0}}, {{0, 0, 1}}});
  return Path(list);
}

StrokeSettings two_passes() {
  StrokeSettings s;
  s.force = 25;
  s.speed = 0.12;
  s.passes = 2;
  return s;
}

// Does a function join smoothly at t (value and slope)?
template <class F>
void require_smooth(F f, double t, double scale) {
  const double h = 1e-6;
  const double before = (f(t - h) - f(t - 2 * h)) / h, after = (f(t + 2 * h) - f(t + h)) / h;
  REQUIRE(std::abs(f(t + h) - f(t - h)) < 1e-4 * scale);
  REQUIRE(before == Approx(after).margin(1e-3 * scale));
}

}  // namespace

TEST_CASE("A path through points of a circle has its length and its frame", "[motion]") {
  const double R = 0.15;
  double last_error = 1;
  for (int count : {6, 11, 21}) {
    const Path path(arc_points(R, count));
    const double error = std::abs(path.length() - 0.5 * M_PI * R) / R;
    REQUIRE(error < 0.3 * last_error);  // better than order 1.7 with the spacing
    last_error = error;
  }
  const Path path(arc_points(R, 41));
  REQUIRE(path.length() == Approx(0.5 * M_PI * R).epsilon(3e-6));
  for (double share : {0.2, 0.35, 0.5, 0.77}) {
    const auto frame = path.at(share * path.length());
    const double phi = share * 0.5 * M_PI;
    const Vec3d point{{R * std::sin(phi), 0, R * std::cos(phi)}};
    REQUIRE(norm(frame.point - point) < 1e-6);
    REQUIRE(norm(frame.normal - point / R) < 1e-4);
    REQUIRE(norm(frame.tangent - Vec3d{{std::cos(phi), 0, -std::sin(phi)}}) < 1e-4);
    REQUIRE(dot(frame.tangent, frame.normal) == Approx(0).margin(1e-14));
  }
}

TEST_CASE("The parameter of a path is its arc length, however uneven the points", "[motion]") {
  std::vector<PathPoint> list;
  for (double x : {0.0, 0.01, 0.015, 0.05, 0.06, 0.1})
    list.push_back({{{x, 0.3 * x * x, 0.02 * std::sin(40 * x)}}, {{0, 0, 1}}});
  const Path path(list);
  const int n = 4000;
  double travelled = 0;
  for (int i = 0; i < n; ++i) {
    travelled += norm(path.at(path.length() * (i + 1) / n).point - path.at(path.length() * i / n).point);
    REQUIRE(travelled == Approx(path.length() * (i + 1) / n).epsilon(1e-5));
  }
  REQUIRE(norm(path.at(path.length()).point - list.back().point) < 1e-15);
  REQUIRE(norm(path.at(-1).point - list.front().point) < 1e-15);
}

TEST_CASE("A stroke runs through its phases and repeats them", "[motion]") {
  const StrokeSettings s = two_passes();
  const Stroke stroke(flat_path(0.24), Sphere{0.03}, s);
  // Trapezoid with smooth ends: L/v + t_a.
  const double glide = 0.24 / 0.12 + s.acceleration;
  const double pass = s.approach + s.ramp + glide + s.release + s.rest;
  REQUIRE(stroke.end() == Approx(2 * pass));
  const auto boundaries = stroke.boundaries();
  REQUIRE(boundaries.front() == 0);
  REQUIRE(boundaries.back() == stroke.end());
  REQUIRE(std::is_sorted(boundaries.begin(), boundaries.end()));
  REQUIRE(boundaries.size() == 1 + 6 + 5);  // the first rest is a lift and a way back

  REQUIRE(stroke.phase_at(0.1) == Phase::approach);
  REQUIRE(stroke.phase_at(0.75) == Phase::ramp);
  REQUIRE(stroke.phase_at(2) == Phase::move);
  REQUIRE(stroke.phase_at(3.3) == Phase::release);
  REQUIRE(stroke.phase_at(3.9) == Phase::rest);
  REQUIRE(stroke.pass_at(3.9) == 0);
  REQUIRE(stroke.pass_at(pass + 0.1) == 1);
  REQUIRE(stroke.phase_at(s.approach) == Phase::approach);  // a boundary belongs to what ends there
  REQUIRE(stroke.control_at(0.1) == Control::travel);
  REQUIRE(stroke.control_at(2) == Control::force);
  REQUIRE(stroke.control_at(3.9) == Control::travel);

  REQUIRE(stroke.force_at(0.2) == Approx(0.25));
  REQUIRE(stroke.force_at(0.75) == Approx(0.5 * (0.25 + 25)));
  REQUIRE(stroke.force_at(2) == 25);
  REQUIRE(stroke.travel_at(0, 0) == Approx(-s.clearance));
  REQUIRE(stroke.travel_at(s.approach, 0) == Approx(0).margin(1e-15));
  REQUIRE(stroke.travel_at(pass - 0.5 * s.rest, 0.004) == Approx(-s.clearance));
  REQUIRE(stroke.travel_at(pass, 0.004) == Approx(-s.clearance));
}

TEST_CASE("A tool is off the skin soon after its release, however long it rests", "[motion]") {
  StrokeSettings s = two_passes();
  s.rest = 180;
  const Stroke stroke(flat_path(0.24), Sphere{0.03}, s);
  const double dent = 0.009;  // of tissue that has not come back
  for (const double end : {0.5 * stroke.end(), stroke.end()}) {
    const double released = end - s.rest;
    REQUIRE(stroke.phase_at(released + 0.1) == Phase::rest);
    REQUIRE(stroke.travel_at(released, dent) == Approx(dent));
    REQUIRE(stroke.travel_at(released + s.approach, dent) == Approx(-s.clearance));
    REQUIRE(stroke.travel_at(end - 1, dent) == Approx(-s.clearance));
    REQUIRE(stroke.phase_at(end - 1) == Phase::rest);
  }
}

TEST_CASE("A row of points is pressed one after the other, each from its own touch", "[motion]") {
  StrokeSettings s = two_passes();
  s.points = 3;
  s.hold = 1;
  s.touch = {0, 0.002, 0.006};
  s.approach_end = {0.0005, 0.0025, 0.0065};
  const Stroke stroke(flat_path(0.24), Sphere{0.03}, s);
  const double press = s.approach + s.ramp + s.hold + s.release + s.rest;
  REQUIRE(stroke.end() == Approx(6 * press));  // twice along three points
  for (int k = 0; k < 6; ++k) {
    const double start = k * press, x = 0.12 * (k % 3);
    REQUIRE(stroke.pass_at(start + 1.2) == k);
    REQUIRE(stroke.phase_at(start + s.approach + s.ramp + 0.5) == Phase::hold);
    REQUIRE(stroke.force_at(start + s.approach + s.ramp + 0.5) == 25);
    for (const double t : {0.1, 0.7, 1.5, 2.4})
      REQUIRE(stroke.pose_at(start + t).position[0] == Approx(x).margin(1e-12));
    REQUIRE(stroke.travel_at(start + s.approach, 0) == Approx(s.approach_end[static_cast<std::size_t>(k % 3)]));
    // The way to the next point leads through the air.
    const double moving = start + press - 0.25 * s.rest;
    REQUIRE(stroke.phase_at(moving) == Phase::rest);
    if (k < 5) REQUIRE(stroke.travel_at(moving, 0.01) < s.touch[2] - 0.9 * s.clearance);
  }
  REQUIRE_THROWS(Stroke(flat_path(0.24), Sphere{0.03}, [&] {
    auto none = s;
    none.hold = 0;
    return none;
  }()));
}

TEST_CASE("Circles on a cylinder keep their distance from the place, and the hand does not turn", "[motion]") {
  constexpr double radius = 0.06, amplitude = 0.02;
  StrokeSettings s = two_passes();
  s.passes = 1;
  s.hold = 0.3;
  // A cylinder about the x axis, touched at the top; `across` runs along its circumference.
  const auto skin = [](double along, double across) {
    const double angle = across / radius;
    return PathPoint{{{along, radius * std::sin(angle), radius * std::cos(angle)}},
                     {{0, std::sin(angle), std::cos(angle)}}};
  };
  s.rub.emplace();
  s.rub->along = s.rub->across = amplitude;
  s.rub->rate = 2;
  s.rub->turns = 5;
  s.rub->skin = skin;
  const Stroke stroke(Path({skin(0, 0)}, {{1, 0, 0}}), Sphere{0.01}, s);
  const double start = s.approach + s.ramp + s.hold, end = start + 5 / 2.0;
  REQUIRE(stroke.end() == Approx(end + s.release + s.rest));
  double turned = 0, last = 0;
  const int n = 2000;
  for (int i = 0; i <= n; ++i) {
    const double t = start + (end - start) * i / n;
    const ApplicatorPose pose = stroke.pose_at(t);
    const Vec3d normal = -pose.pressing, foot = pose.position - 0.01 * normal;
    REQUIRE(std::hypot(foot[1], foot[2]) == Approx(radius));
    REQUIRE(norm(normal - Vec3d{{0, foot[1] / radius, foot[2] / radius}}) < 1e-12);
    REQUIRE(pose.rotation(0, 0) == Approx(1));  // +x stays along the cylinder
    const double across = radius * std::asin(foot[1] / radius), angle = std::atan2(foot[0], across);
    const bool full = t > start + 0.25 && t < end - 0.25;
    if (full) REQUIRE(std::hypot(foot[0], across) == Approx(amplitude));
    if (full) REQUIRE(std::abs(dot(pose.velocity_direction, normal)) < 1e-3);
    if (i > 0) turned += std::remainder(angle - last, 2 * M_PI);
    last = angle;
  }
  REQUIRE(std::abs(turned) == Approx(2 * M_PI * 5).epsilon(0.02));
  for (const double t : {start, end}) REQUIRE(norm(stroke.pose_at(t).position - Vec3d{{0, 0, radius + 0.01}}) < 1e-9);
  for (const double t : {start, start + 0.25, end - 0.25, end})
    for (int i = 0; i < 3; ++i) require_smooth([&](double x) { return stroke.pose_at(x).position[i]; }, t, 0.1);
}

TEST_CASE("A gripping hand leans to its left, carries straight up and lets go there", "[motion]") {
  StrokeSettings s = two_passes();
  s.hold = 0;
  s.rest = 0.8;
  s.lean = 0.5;
  s.rub.emplace();
  s.rub->along = -0.01;
  s.rub->rate = 0.5;
  s.lift = Lift{0.02, 1.5, {{0, 0, 1}}};
  // On the side of a cylinder about x, the skin's normal 40 degrees off the direction of the lift.
  constexpr double place = 0.7, radius = 0.05;
  const Vec3d normal{{0, std::sin(place), std::cos(place)}};
  const Stroke stroke(Path({PathPoint{radius * normal, normal}}, {{1, 0, 0}}), Sphere{0.01}, s);
  const ApplicatorPose rest = stroke.pose_at(0);
  // Its left lies across normal and heading; the sphere sits on its place in the direction that it presses from.
  const Vec3d left = cross(normal, Vec3d{{1, 0, 0}});
  REQUIRE(norm(rest.pressing - (-std::cos(0.5) * normal + std::sin(0.5) * left)) < 1e-12);
  REQUIRE(norm(rest.position - (radius * normal - 0.01 * rest.pressing)) < 1e-12);
  // Squeeze, up, to and fro up there, let go, down through the air.
  const double pass_time = s.approach + s.ramp + 1.5 + 2 + s.release + s.rest;
  REQUIRE(stroke.end() == Approx(2 * pass_time));
  for (const int pass : {0, 1}) {
    const double squeezed = pass * pass_time + s.approach + s.ramp, up = squeezed + 1.5, open = up + 2 + s.release;
    const auto height = [&](double time) { return stroke.pose_at(time).position[2] - rest.position[2]; };
    REQUIRE(stroke.control_at(squeezed) == Control::force);
    REQUIRE(stroke.force_at(squeezed) == Approx(s.force));
    REQUIRE(height(squeezed) == Approx(0).margin(1e-12));
    REQUIRE(height(squeezed + 0.75) == Approx(0.01));
    for (const double t : {up, up + 0.3, up + 1.0, up + 2.0, open}) {
      REQUIRE(height(t) == Approx(0.02));
      REQUIRE(stroke.pose_at(t).position[1] == Approx(rest.position[1]));
      REQUIRE(norm(stroke.pose_at(t).pressing - rest.pressing) < 1e-12);
      REQUIRE(stroke.control_at(t) == Control::force);
      if (t < open - s.release + 1e-9) REQUIRE(stroke.force_at(t) == Approx(s.force));
    }
    REQUIRE(stroke.pose_at(up + 0.5).position[0] < -0.004);  // backwards first
    REQUIRE(stroke.phase_at(up + 0.5) == Phase::move);
    REQUIRE(stroke.force_at(open) == Approx(stroke.touch_force()));
    REQUIRE(stroke.travel_at(open + 0.5, 0.012) == Approx(-s.clearance));
    REQUIRE(height((pass + 1) * pass_time) == Approx(0).margin(1e-12));
  }
  for (const double t : stroke.boundaries())
    if (t > 0 && t < stroke.end())
      for (int i = 0; i < 3; ++i) require_smooth([&](double x) { return stroke.pose_at(x).position[i]; }, t, 0.1);
}

TEST_CASE("What a stroke stretches is drawn out under its force, and goes back when it is off the skin", "[motion]") {
  StrokeSettings s = two_passes();
  s.hold = 0.4;
  s.stretch_time = 1.5;
  s.rest = 1;
  const Stroke stroke(Path({PathPoint{{{0, 0, 0}}, {{0, 0, 1}}}}, {{1, 0, 0}}), Sphere{0.01}, s);
  const double pass = s.approach + s.ramp + s.hold + s.stretch_time + s.release + s.rest;
  REQUIRE(stroke.end() == Approx(2 * pass));
  for (const double start : {0.0, pass}) {
    const double pinned = start + s.approach + s.ramp + s.hold, out = pinned + s.stretch_time, off = out + s.release;
    REQUIRE(stroke.stretch_at(start + 0.01) == 0);
    REQUIRE(stroke.stretch_at(pinned) == Approx(0).margin(1e-12));
    REQUIRE(stroke.stretch_at(pinned + 0.75) == Approx(0.5));
    for (const double t : {pinned + 0.3, out - 0.2}) {
      REQUIRE(stroke.force_at(t) == s.force);
      REQUIRE(stroke.phase_at(t) == Phase::move);
      REQUIRE(norm(stroke.pose_at(t).velocity_direction) == 0);  // it is the tissue that moves
    }
    for (const double t : {out, off}) REQUIRE(stroke.stretch_at(t) == Approx(1));
    REQUIRE(stroke.stretch_at(start + pass) == Approx(0).margin(1e-12));
  }
  for (const double t : stroke.boundaries())
    if (t > 0 && t < stroke.end()) require_smooth([&](double x) { return stroke.stretch_at(x); }, t, 1);
}

TEST_CASE("A hold follows a force over time, joined to ramp and release", "[motion]") {
  StrokeSettings s = two_passes();
  s.hold = 2;
  s.hold_force = [](double t) { return t < 1 ? 25 * t : 25 * (2 - t) + 5; };
  const Stroke stroke(Path({PathPoint{{{0, 0, 0}}, {{0, 0, 1}}}}, {{1, 0, 0}}), Sphere{0.01}, s);
  const double pass = s.approach + s.ramp + s.hold + s.release + s.rest;
  for (const double start : {0.0, pass}) {
    const double held = start + s.approach + s.ramp;
    REQUIRE(stroke.force_at(held) == Approx(stroke.touch_force()));  // where the log says nothing it still touches
    REQUIRE(stroke.force_at(held + 0.5) == Approx(12.5));
    REQUIRE(stroke.force_at(held + 1.5) == Approx(17.5));
    REQUIRE(stroke.force_at(held + 2) == Approx(5));
    REQUIRE(stroke.force_at(held + 2 + 0.5 * s.release) == Approx(0.5 * (5 + stroke.touch_force())));
    REQUIRE(stroke.force_at(held + 2 + s.release) == Approx(stroke.touch_force()));
  }
}

TEST_CASE("At one place a light return is a force that comes and goes", "[motion]") {
  StrokeSettings s = two_passes();
  s.hold = 0.4;
  s.return_by = StrokeSettings::Return::light;
  s.light_force = 4;
  const Stroke stroke(Path({PathPoint{{{0, 0, 0}}, {{0, 0, 1}}}}, {{1, 0, 0}}), Sphere{0.01}, s);
  const double pulse = s.ramp + s.hold + s.release;
  REQUIRE(stroke.end() == Approx(s.approach + 2 * pulse + s.rest));
  REQUIRE(stroke.force_at(s.approach + s.ramp + 0.2) == Approx(s.force));
  REQUIRE(stroke.force_at(s.approach + pulse) == Approx(4));
  REQUIRE(stroke.force_at(s.approach + pulse + s.ramp) == Approx(s.force));
  for (double t = s.approach + 0.01; t < stroke.end() - s.rest; t += 0.05)
    REQUIRE(stroke.control_at(t) == Control::force);
}

TEST_CASE("Force, place and travel of a stroke join smoothly", "[motion]") {
  StrokeSettings s = two_passes();
  for (auto way : {StrokeSettings::Return::lift, StrokeSettings::Return::light}) {
    s.return_by = way;
    s.light_force = 3;
    const Stroke stroke(flat_path(0.24), Sphere{0.03}, s);
    for (double t : stroke.boundaries()) {
      if (t == 0 || t == stroke.end()) continue;
      INFO("t = " << t);
      require_smooth([&](double x) { return stroke.force_at(x); }, t, 25);
      require_smooth([&](double x) { return stroke.arc_at(x); }, t, 0.24);
    }
    // The speed is the derivative of the place, and reaches what was asked for.
    double fastest = 0;
    for (double t = 0.013; t < stroke.end(); t += 0.0371) {
      if (stroke.phase_at(t) != Phase::move) continue;
      const double h = 1e-6;
      REQUIRE((stroke.arc_at(t + h) - stroke.arc_at(t - h)) / (2 * h) == Approx(stroke.speed_at(t)).margin(1e-6));
      fastest = std::max(fastest, std::abs(stroke.speed_at(t)));
    }
    REQUIRE(fastest == Approx(0.12));
  }
}

TEST_CASE("A light return glides back with its own force and the applicator does not turn round", "[motion]") {
  StrokeSettings s = two_passes();
  s.return_by = StrokeSettings::Return::light;
  s.light_force = 3;
  const Stroke stroke(flat_path(0.24), Sphere{0.03}, s);
  int returns = 0;
  for (const auto& segment : stroke.segments()) {
    if (!segment.away) continue;
    ++returns;
    const double middle = 0.5 * (segment.start + segment.end);
    REQUIRE(segment.phase == Phase::move);
    REQUIRE(stroke.force_at(middle) == 3);
    REQUIRE(stroke.pose_at(middle).velocity_direction[0] == Approx(-1));
    REQUIRE(stroke.pose_at(middle).rotation(0, 0) == Approx(1));
    REQUIRE(stroke.speed_at(middle) == Approx(-0.12));
  }
  REQUIRE(returns == 1);
}

TEST_CASE("At travel 0 the shape touches the tangent plane, tilted or not", "[motion]") {
  const Shape palm = Ellipsoid{{{0.045, 0.040, 0.018}}};
  StrokeSettings s = two_passes();
  for (double tilt : {0.0, 0.2, -0.35}) {
    s.tilt_across = tilt;
    s.tilt_along = 0.5 * tilt;
    const Stroke stroke(Path(arc_points(0.15, 41)), palm, s);
    const double t = 1.7;
    const ApplicatorPose pose = stroke.pose_at(t);
    const auto frame = stroke.path().at(stroke.arc_at(t));
    REQUIRE(norm(pose.pressing + frame.normal) < 1e-15);
    REQUIRE(norm(pose.rotation * transpose(pose.rotation) * frame.normal - frame.normal) < 1e-14);
    REQUIRE(determinant(pose.rotation) == Approx(1));
    // Least distance over the tangent plane, on a grid of 0.25 mm.
    const Vec3d across = cross(frame.normal, frame.tangent);
    double least = 1;
    for (int i = -100; i <= 100; ++i)
      for (int j = -100; j <= 100; ++j) {
        const Vec3d x = frame.point + (2.5e-4 * i) * frame.tangent + (2.5e-4 * j) * across;
        least = std::min(least, evaluate(palm, transpose(pose.rotation) * (x - pose.position)).value);
      }
    REQUIRE(least == Approx(0).margin(1e-6));
    // Leading edge up: the +x axis points away from the body by the sine of the tilt.
    REQUIRE(dot(pose.rotation * Vec3d{{1, 0, 0}}, frame.normal) == Approx(std::sin(tilt)).margin(1e-15));
  }
}

TEST_CASE("A press stays at its place", "[motion]") {
  StrokeSettings s;
  s.force = 40;
  s.hold = 5;
  const Stroke press(Path({{{{0.1, 0, 0.2}}, {{0, -1, 0}}}}, {{0, 0.3, 1}}), Sphere{0.01}, s);
  REQUIRE(press.phase_at(3) == Phase::hold);
  REQUIRE(press.force_at(3) == 40);
  const ApplicatorPose pose = press.pose_at(3);
  REQUIRE(norm(pose.position - Vec3d{{0.1, -0.01, 0.2}}) < 1e-15);
  REQUIRE(norm(pose.pressing - Vec3d{{0, 1, 0}}) < 1e-15);
  REQUIRE(pose.rotation(2, 0) == Approx(1));
  REQUIRE(norm(pose.velocity_direction) == 0);
}

TEST_CASE("Approach and lift are measured from the first touch at their end of the path", "[motion]") {
  StrokeSettings s = two_passes();
  s.touch = {0.002, -0.003};
  s.approach_end = {0.0025};
  const Stroke stroke(flat_path(0.24), Sphere{0.03}, s);
  REQUIRE(stroke.travel_at(0, 0) == Approx(0.002 - s.clearance));
  REQUIRE(stroke.travel_at(s.approach, 0) == Approx(0.0025));
  REQUIRE(stroke.travel_at(stroke.end(), 0.004) == Approx(-0.003 - s.clearance));
  s.travel = 0.008;
  const Stroke led(flat_path(0.24), Sphere{0.03}, s);
  REQUIRE(led.travel_at(s.approach, 1) == Approx(0.002));
  REQUIRE(led.travel_at(s.approach + s.ramp, 1) == Approx(0.010));
  REQUIRE(led.travel_at(led.end(), 1) == Approx(-0.003 - s.clearance));
}

TEST_CASE("A prescribed travel follows the first touch along the path", "[motion]") {
  StrokeSettings s = two_passes();
  s.travel = 0.008;
  const double length = 0.24;
  const auto touch = [](double arc) { return 1e-3 * std::sin(20 * arc) - 0.01 * arc; };
  // The slope at an end is off by a third, the next by a sixth of the third derivative, 8/m², times the interval
  // squared.
  const double interval = length / 32, error = 4.0 / 27 * (1.0 / 3 + 1.0 / 6) * 8 * std::pow(interval, 3);
  s.touch.clear();
  for (int i = 0; i <= 32; ++i) s.touch.push_back(touch(interval * i));
  const Stroke stroke(flat_path(length), Sphere{0.03}, s);
  for (double t = 0; t < stroke.end(); t += 0.0173) {
    if (stroke.phase_at(t) != Phase::move) continue;
    REQUIRE(stroke.travel_at(t, 0) == Approx(touch(stroke.arc_at(t)) + 0.008).margin(error));
    if (stroke.speed_at(t) > 0) require_smooth([&](double x) { return stroke.travel_at(x, 0); }, t, 0.01);
  }
  s.touch.clear();
  REQUIRE_THROWS_AS(Stroke(flat_path(length), Sphere{0.03}, s), Error);
}

TEST_CASE("A stroke may prescribe its travel instead of its force", "[motion]") {
  StrokeSettings s = two_passes();
  s.travel = 0.008;
  const Stroke stroke(flat_path(0.24), Sphere{0.03}, s);
  for (const auto& segment : stroke.segments()) REQUIRE(segment.control == Control::travel);
  REQUIRE(stroke.travel_at(0, 1) == Approx(-s.clearance));
  REQUIRE(stroke.travel_at(s.approach + 0.5 * s.ramp, 1) == Approx(0.004));
  REQUIRE(stroke.travel_at(2, 1) == Approx(0.008));
  REQUIRE(stroke.travel_at(stroke.end(), 1) == Approx(-s.clearance));
  for (double t : stroke.boundaries())
    if (t > 0 && t < stroke.end()) require_smooth([&](double x) { return stroke.travel_at(x, 0); }, t, 0.01);
  s.travel = -0.001;
  REQUIRE_THROWS_AS(Stroke(flat_path(0.24), Sphere{0.03}, s), Error);
}

TEST_CASE("A glide too short for its speed goes slower", "[motion]") {
  StrokeSettings s = two_passes();
  s.passes = 1;
  s.acceleration = 0.5;
  const Stroke stroke(flat_path(0.01), Sphere{0.03}, s);
  REQUIRE(stroke.arc_at(stroke.end()) == Approx(0.01));
  double fastest = 0;
  for (double t = 0; t < stroke.end(); t += 0.001) fastest = std::max(fastest, stroke.speed_at(t));
  REQUIRE(fastest == Approx(0.01 / 0.5).epsilon(1e-4));
}

TEST_CASE("Strokes that cannot be are refused, all reasons at once", "[motion]") {
  StrokeSettings s;
  s.force = -1;
  s.speed = 0;
  s.ramp = 0;
  try {
    Stroke(flat_path(0.1), Sphere{0.01}, s);
    FAIL("accepted");
  } catch (const Error& error) {
    REQUIRE(error.diagnostics().size() == 3);
  }
  REQUIRE_THROWS_AS(Path({{{{0, 0, 0}}, {{0, 0, 1}}}, {{{0, 0, 0}}, {{0, 0, 1}}}}), Error);
}

TEST_CASE("A scripted motion follows its tables", "[motion]") {
  ScriptedMotionSettings s;
  s.pose.position = {{0, 0, 0.05}};
  s.shift[0] = [](double t) { return 0.01 * t; };
  s.force = [](double t) { return 5 * t; };
  s.knots = {0.5, 2, 0.25};
  s.end = 1;
  const ScriptedMotion motion(s);
  REQUIRE(motion.boundaries() == std::vector<double>{0, 0.25, 0.5, 1});
  REQUIRE(motion.control_at(0.3) == Control::force);
  REQUIRE(motion.force_at(0.4) == Approx(2));
  REQUIRE(motion.pose_at(0.4).position[0] == Approx(0.004));
  REQUIRE(motion.pose_at(0.4).velocity_direction[0] == Approx(1));
  s.travel = s.force;
  REQUIRE_THROWS_AS(ScriptedMotion(s), Error);
}

TEST_CASE("A later stroke ends its phases when it should, whatever the start", "[motion]") {
  const auto stroke = std::make_shared<Stroke>(flat_path(0.24), Sphere{0.03}, two_passes());
  for (int i = 1; i < 400; ++i) {
    const double start = 0.1 * i + 1e3 * (i % 7);  // not one in four of them is a sum of powers of two
    const DelayedMotion later(stroke, start);
    for (const double boundary : stroke->boundaries()) {
      if (boundary == 0) continue;
      INFO(start << " + " << boundary);
      CHECK(later.phase_at(start + boundary) == stroke->phase_at(boundary));
      CHECK(later.control_at(start + boundary) == stroke->control_at(boundary));
      CHECK(later.pass_at(start + boundary) == stroke->pass_at(boundary));
    }
    CHECK(later.phase_at(0.5 * start) == Phase::rest);
    CHECK(later.force_at(start + later.end()) == 0);
  }
}

TEST_CASE("To and fro with the whole force turns round at once and rolls back what it rolled", "[motion]") {
  StrokeSettings s = two_passes();
  s.passes = 3;
  s.return_by = StrokeSettings::Return::full;
  const double length = 0.2;
  const Stroke stroke(flat_path(length), Sphere{0.03}, s);
  const double start = s.approach + s.ramp, way = length / s.speed + s.acceleration, end = start + 5 * way;
  REQUIRE(stroke.end() == Approx(end + s.release + s.rest));
  for (int i = 0; i < 5; ++i) {
    const double t = start + (i + 0.5) * way;
    REQUIRE(stroke.phase_at(t) == Phase::move);
    REQUIRE(stroke.control_at(t) == Control::force);
    REQUIRE(stroke.force_at(t) == Approx(s.force));
    REQUIRE(stroke.pass_at(t) == i / 2);
    REQUIRE(stroke.speed_at(t) == Approx(i % 2 == 0 ? s.speed : -s.speed));
    REQUIRE(stroke.pose_at(t).rolled == Approx(0.5 * length));
    REQUIRE(stroke.pose_at(start + (i + 1) * way).rolled == Approx(i % 2 == 0 ? length : 0).margin(1e-12));
    require_smooth([&](double x) { return stroke.arc_at(x); }, start + i * way, 0.24);
  }
}
