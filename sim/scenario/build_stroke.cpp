// Strokes and applicators of a scenario as what touches the body: shape and pad, path and motion, step lengths.
#include "scenario/build_stroke.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>

#include "applicator/scripted_motion.hpp"
#include "base/units.hpp"
#include "body/chart_body.hpp"
#include "scenario/build_parts.hpp"
#include "scenario/models.hpp"
#include "terms/contact_applicator.hpp"

namespace knead {
namespace {

// Coordinates of a limb's skin are longer or shorter than the skin itself: coordinate per metre of it at a place,
// across and along.
std::array<double, 2> coordinates_per_metre(const Body& body, const SurfacePosition& place) {
  constexpr double step = 1e-3;  // m
  const auto length = [&](double across, double along) {
    return norm(body.surface->point(place.across + across, place.along + along) -
                body.surface->point(place.across, place.along));
  };
  return {step / length(step, 0), step / length(0, step)};
}

// Which way the hand's own left, +y, lies from the place: towards larger or smaller coordinates across.
double left_of(const Body& body, const SurfacePosition& place, const Vec3d& heading) {
  const Vec3d across =
      body.surface->point(place.across + 1e-3, place.along) - body.surface->point(place.across, place.along);
  return dot(cross(body.surface->normal(place.across, place.along), heading), across) > 0 ? 1 : -1;
}

// aside: of the path, to the left along the skin, m
Path make_path(const Body& body, const Scenario& scenario, const StrokeSpec& stroke, double aside) {
  std::vector<PathPoint> points;
  const auto at = [&](double across, double along) {
    return PathPoint{body.surface->point(across, along), body.surface->normal(across, along)};
  };
  const auto left = [&](const SurfacePosition& place, const Vec3d& heading) {
    if (aside == 0) return 0.0;
    const double moved = aside * left_of(body, place, heading) * coordinates_per_metre(body, place)[0];
    if (!body.surface->contains(place.across + moved, place.along))
      throw Error(ExitCode::invalid_input, stroke.where,
                  fmt::format("a hand of {} is beside the body: choose a smaller grip", in_quotes(stroke.name)));
    return moved;
  };
  if (stroke.path) {
    const SurfacePosition from = place_on_surface(body, scenario, stroke.path->from);
    const SurfacePosition to = place_on_surface(body, scenario, stroke.path->to);
    if (std::hypot(to.across - from.across, to.along - from.along) < 1e-4)
      throw Error(ExitCode::invalid_input, stroke.path->where,
                  "the path starts and ends at the same place: choose another `to`");
    constexpr int num_samples = 33;
    const Vec3d heading = at(to.across, to.along).point - at(from.across, from.along).point;
    for (int i = 0; i < num_samples; ++i) {
      const double s = static_cast<double>(i) / (num_samples - 1);
      SurfacePosition place = from;
      place.across += s * (to.across - from.across);
      place.along += s * (to.along - from.along);
      points.push_back(at(place.across + left(place, heading), place.along));
    }
    return Path(points);
  }
  if (!stroke.at) throw Error(ExitCode::invalid_input, stroke.where, "the stroke needs a `path` or a place `at`");
  const SurfacePosition place = place_on_surface(body, scenario, *stroke.at);
  const Vec3d along =
      body.surface->point(place.across, place.along + 1e-3) - body.surface->point(place.across, place.along);
  return Path({at(place.across + left(place, along), place.along)}, along);
}

// A pad of the scenario takes the place of the applicator's; without one, what has no pad is hard.
void put_pad_on(Applicator& applicator, const std::optional<double>& stiffness, double penalty) {
  if (stiffness) applicator.hard = false;
  if (!stiffness && !applicator.hard) return;
  applicator.pad_stiffness = stiffness.value_or(penalty);
  applicator.pad_thickness = Applicator{}.pad_thickness;
  applicator.pad_stiffens = false;
}

// Penalty of hard applicators, Pa/m: some ten times what tissue answers a ripple of an element's length with, 4 μ/h, so
// that a round of multipliers takes nine tenths of the penetration away, and Newton's method still converges easily.
double hard_penalty(const Body& body, const std::vector<Face>& skin) {
  double largest = 0;
  for (const Face& face : skin) {
    const auto nodes = face_nodes(body.mesh, face);
    const auto at = [&](std::size_t a) { return body.mesh.points[static_cast<std::size_t>(nodes[a])]; };
    const double size = std::sqrt(norm(cross(at(5) - at(3), at(7) - at(1))));
    const auto tissue = static_cast<std::size_t>(body.mesh.cell_tissue[static_cast<std::size_t>(face.cell)]);
    largest = std::max(largest, 40 * shear_modulus(body.tissues[tissue].law) / size);
  }
  return largest;
}

Rub make_rub(const Body& body, const Scenario& scenario, const StrokeSpec& stroke, Hand hand) {
  Rub rub;
  rub.along = stroke.amplitude_along;
  rub.across = stroke.amplitude_across;
  rub.rate = stroke.rate;
  rub.turns = stroke.cycles;
  if (hand != Hand::only) {
    if (hand == Hand::right) rub.along = -rub.along;
    return rub;
  }
  const SurfacePosition place = place_on_surface(body, scenario, *stroke.at);
  const auto surface = body.surface;
  const auto [per_across, per_along] = coordinates_per_metre(body, place);
  for (const double sign : {-1.0, 1.0})
    if (!surface->contains(place.across + sign * per_across * rub.across, place.along) ||
        !surface->contains(place.across, place.along + sign * per_along * rub.along))
      throw Error(ExitCode::invalid_input, stroke.at->where,
                  fmt::format("the way around {} leaves the body: choose a place further from its ends, or smaller "
                              "amplitudes",
                              in_quotes(stroke.at->words)));
  rub.skin = [=, per_across = per_across, per_along = per_along](double along, double across) {
    const double a = place.across + per_across * across, b = place.along + per_along * along;
    return PathPoint{surface->point(a, b), surface->normal(a, b)};
  };
  return rub;
}

// Makes an applicator roll about its own +y.
void let_roll(Applicator& applicator, const Location& where) {
  const double radius = extent(applicator.shape, {{0, 0, -1}});
  for (int i = 1; i < 16; ++i) {
    const double angle = 2 * std::numbers::pi * i / 16;
    const double reach = extent(applicator.shape, {{std::sin(angle), 0, -std::cos(angle)}});
    if (std::abs(reach - radius) > 1e-6 * radius)
      throw Error(ExitCode::invalid_input, where,
                  fmt::format("{} cannot roll: it is not round about its axis across the path; take a sphere, or a "
                              "cylinder or capsule with axis = [0, 1, 0]",
                              applicator.name));
  }
  if (!(applicator.friction.coefficient > 0))
    throw Error(ExitCode::invalid_input, where,
                fmt::format("{} cannot roll without friction, which is what turns it: give friction or lubrication",
                            applicator.name));
  applicator.rolling_radius = radius;
}

// Shape or model, pad, friction and rolling as a [[stroke]] or an [[applicator]] says. A shape has no pad.
template <class Spec>
Applicator make_applicator(const Scenario& scenario, const Spec& spec, const Name& model, const std::string& name,
                           double penalty) {
  Applicator applicator;
  if (spec.shape) {
    applicator.shape = make_shape(ShapeRequest{spec.shape->kind.text, spec.shape->parameters, spec.shape->where});
    applicator.name = name.empty() ? spec.shape->kind.text : name;
    applicator.hard = true;
  } else {
    applicator = read_applicator(find_model(scenario.model_folders, "applicators", model.text, model.where));
  }
  put_pad_on(applicator, spec.pad_stiffness, penalty);
  applicator.friction = {spec.friction.coefficient, spec.friction.exponent, spec.friction.pressure};
  if (spec.rolls) let_roll(applicator, spec.where);
  return applicator;
}

// Where the strokes of a path meet the undeformed skin, all along it for a prescribed depth, and how far the skin, held
// still, lets them in.
void find_touch(const Body& body, const Skin& skin, const Path& path, const Applicator& applicator, StrokeSettings& s) {
  const Stroke stroke(path, applicator.shape, s);
  Contact contact(body.mesh.points, skin.faces, applicator.shape, ContactSettings::of(applicator), -1);
  const int intervals = path.length() == 0 ? 0 : s.travel ? 32 : std::max(s.points - 1, 1);
  const Vector<double> rest(3 * body.mesh.points.size(), 0.0);
  s.touch.clear();
  s.approach_end.clear();
  for (int i = 0; i <= intervals; ++i) {
    contact.set_pose(stroke.pose_on(path.length() * i / std::max(intervals, 1)));
    const double touch = contact.touch_travel().value_or(0);
    s.touch.push_back(touch);
    if (i > 0 && (s.travel || s.points == 1)) continue;
    contact.set_travel(touch);
    s.approach_end.push_back(contact.travel_for_force(rest, stroke.touch_force()).value_or(touch));
  }
}

Mat3d frame_of(const Vec3d& pressing) {
  const Vec3d z = -normalized(pressing);
  const Vec3d helper = std::abs(z[0]) < 0.9 ? Vec3d{{1, 0, 0}} : Vec3d{{0, 1, 0}};
  const Vec3d x = normalized(helper - dot(helper, z) * z), y = cross(z, x);
  Mat3d r;
  for (int i = 0; i < 3; ++i) {
    r(i, 0) = x[i];
    r(i, 1) = y[i];
    r(i, 2) = z[i];
  }
  return r;
}

// Three quarters of an element of glide, a fifth of the radius of what rolls, a sixteenth of a circle, a sixth of a
// ramp at most; a cup, which touches along a thin ring, asks for shorter ones.
// size: of an element, m; preview_scale: how much larger than the scenario's.
std::vector<StepSettings::Limit> step_limits(const StrokeSpec& spec, const Pressed& pressed, const Stroke& stroke,
                                             double size, double preview_scale) {
  std::vector<StepSettings::Limit> limits;
  const bool cup = pressed.gas.has_value();
  double way = 0.75 * size, ramp = cup ? 1.0 / 15 : preview_scale / 6;
  if (spec.rolls) way = std::min(way, 0.2 * pressed.applicator.rolling_radius);
  const auto add = [&](double from, double to, double largest) { limits.push_back({from, to, largest}); };
  for (const Stroke::Segment& segment : stroke.segments()) {
    const double duration = segment.end - segment.start;
    if (segment.phase == Phase::hold && spec.force_log) {
      // A step follows a tenth of the largest force, up and down, on average.
      double variation = 0;
      for (std::size_t i = 1; i < spec.force_log->value.size(); ++i)
        variation += std::abs(spec.force_log->value[i] - spec.force_log->value[i - 1]);
      add(segment.start, segment.end, duration / std::clamp(10 * variation / *spec.force, 10.0, 1000.0));
    } else if (segment.phase == Phase::ramp || segment.phase == Phase::release) {
      add(segment.start, segment.end, ramp * duration);
    } else if (segment.stretch_start != segment.stretch_end) {
      add(segment.start, segment.end, duration / 10);
    } else if (segment.lift_start != segment.lift_end) {
      add(segment.start, segment.end, std::min(way / (1.5 * spec.lift), 1.0 / 8) * duration);
    } else if (segment.phase == Phase::move && spec.rubs()) {
      const double fastest = 2 * std::numbers::pi * spec.rate * std::max(spec.amplitude_along, spec.amplitude_across);
      add(segment.start, segment.end, std::min(way / fastest, 1 / (16 * spec.rate)));
    } else if (segment.phase == Phase::move) {
      add(segment.start, segment.end, way / spec.speed);
    }
  }
  if (!cup) return limits;
  const GasSchedule& gas = *pressed.gas;
  if (gas.flame)
    add(gas.seal, gas.seal + 5 * gas.flame->cooling, 0.1 * gas.flame->cooling);
  else
    add(gas.seal, gas.sealed(), gas.pumping / 25);
  return limits;
}

}  // namespace

double constant_pad(const Applicator& applicator) {
  return applicator.pad_stiffens ? std::numeric_limits<double>::infinity() : applicator.pad_thickness;
}

Skin skin_of(const Body& body, const Location& where) {
  const auto& faces = named_faces(body, {skin_set(body.mesh), where});
  return {face_nodes(body.mesh, faces), hard_penalty(body, faces)};
}

std::vector<Hand> hands_of(const StrokeSpec& stroke) {
  return stroke.grip ? std::vector{Hand::left, Hand::right} : std::vector{Hand::only};
}

Pressed press(const Body& body, const Scenario& scenario, const StrokeSpec& stroke, Hand hand, const Skin& skin,
              const BuildOptions& options) {
  Pressed result;
  result.applicator = make_applicator(scenario, stroke, stroke.applicator, "", skin.penalty);
  result.faces = skin.faces;

  StrokeSettings s;
  s.force = stroke.force.value_or(s.force);
  s.clearance = stroke.clearance;
  s.approach = stroke.approach;
  s.ramp = stroke.ramp;
  s.hold = stroke.hold;
  s.release = stroke.release;
  s.rest = stroke.rest;
  if (stroke.speed > 0) s.speed = stroke.speed;
  s.passes = stroke.repeat;
  s.return_by = stroke.return_by;
  s.light_force = stroke.light_force;
  s.tilt_across = stroke.tilt;
  s.travel = stroke.travel;
  s.points = stroke.points;
  s.stretch_time = stroke.stretch_time;
  if (stroke.force_log) s.hold_force = [log = *stroke.force_log](double time) { return log.eval(time); };
  if (stroke.rubs()) s.rub = make_rub(body, scenario, stroke, hand);
  const double side = hand == Hand::left ? 1 : hand == Hand::right ? -1 : 0;
  const Path path = make_path(body, scenario, stroke, 0.5 * side * stroke.grip.value_or(0));
  if (hand != Hand::only) {
    const Path other = make_path(body, scenario, stroke, -0.5 * side * *stroke.grip);
    const Path middle = make_path(body, scenario, stroke, 0);
    const Path::Frame here = path.at(0.5 * path.length());
    const Vec3d facing = normalized(other.at(0.5 * other.length()).point - here.point);
    const Vec3d out = middle.at(0.5 * middle.length()).normal, up = normalized(out - dot(out, facing) * facing);
    const Vec3d pressing = std::cos(stroke.lean) * facing + std::sin(stroke.lean) * up;
    s.lean = std::atan2(dot(pressing, cross(here.normal, here.tangent)), -dot(pressing, here.normal));
    if (stroke.lift > 0) s.lift = Lift{stroke.lift, stroke.lift_time, up};
  }
  if (hand != Hand::only && norm(body.table) > 0)
    for (const double arc : {0.0, path.length()})
      if (dot(path.at(arc).normal, body.table) > least_cosine_on_table)
        throw Error(ExitCode::invalid_input, stroke.where,
                    fmt::format("a hand of {} is between the body and the table: choose a smaller grip",
                                in_quotes(stroke.name)));
  check_cup(result.applicator, stroke);
  find_touch(body, skin, path, result.applicator, s);
  const auto motion = std::make_shared<Stroke>(path, result.applicator.shape, s);
  if (result.applicator.cup_volume > 0) {
    result.gas = make_gas(stroke, *motion);
    take_skin_under_cup(body, *motion, result);
  }
  for (const StepSettings::Limit& limit :
       step_limits(stroke, result, *motion, body.element_size / options.element_scale, options.preview_scale()))
    result.limits.push_back({limit.start, limit.end, options.step_scale * limit.largest});
  if (stroke.stretch > 0) result.stretch = [motion](double time) { return motion->stretch_at(time); };
  result.motion = motion;
  return result;
}

Pressed press(const Body& body, const Scenario& scenario, const ApplicatorSpec& spec, double end, const Skin& skin) {
  Pressed result;
  result.applicator = make_applicator(scenario, spec, spec.model, spec.name, skin.penalty);
  result.faces = skin.faces;
  ScriptedMotionSettings s;
  s.pose.pressing = spec.axis;
  s.pose.rotation = frame_of(spec.axis);
  s.pose.position = point_in_body(body, scenario, spec.position);
  const auto function = [](const Table& table) { return TimeFunction([table](double t) { return table.eval(t); }); };
  const auto add_knots = [&](const Table& table) { s.knots.insert(s.knots.end(), table.t.begin(), table.t.end()); };
  if (spec.travel) s.travel = function(*spec.travel), add_knots(*spec.travel);
  if (spec.force) s.force = function(*spec.force), add_knots(*spec.force);
  for (std::size_t c = 0; c < 3; ++c)
    if (spec.shift[c]) s.shift[c] = function(*spec.shift[c]), add_knots(*spec.shift[c]);
  s.end = end;
  result.motion = std::make_shared<ScriptedMotion>(s);
  return result;
}

void refuse_on_table(const Body& body, const Scenario& scenario, const StrokeSpec& stroke) {
  if (!(norm(body.table) > 0)) return;
  std::vector<Position> places;
  if (stroke.at) places.push_back(*stroke.at);
  if (stroke.path) places.insert(places.end(), {stroke.path->from, stroke.path->to});
  for (const Position& position : places) {
    const SurfacePosition at = place_on_surface(body, scenario, position);
    const Vec3d normal = body.surface->normal(at.across, at.along);
    if (!(dot(normal, body.table) > least_cosine_on_table)) continue;
    std::string others;
    for (const Posture& p : body.postures)
      if (dot(normal, p.down) <= least_cosine_on_table) others += (others.empty() ? "" : " or ") + in_quotes(p.name);
    throw Error(ExitCode::invalid_input, position.where,
                fmt::format("{} lies on the table when the body {} has the posture {}; {}choose a place that looks up",
                            in_quotes(position.words), in_quotes(body.name), in_quotes(body.posture),
                            others.empty() ? "" : "set posture = " + others + " in [body], or "));
  }
}

}  // namespace knead
