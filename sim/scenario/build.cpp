#include "scenario/build.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>

#include <fmt/format.h>

#include "applicator/delayed_motion.hpp"
#include "applicator/scripted_motion.hpp"
#include "applicator/stroke.hpp"
#include "base/units.hpp"
#include "body/chart_body.hpp"
#include "body/specimens.hpp"
#include "scenario/build_parts.hpp"
#include "scenario/models.hpp"
#include "terms/contact_applicator.hpp"
#include "terms/membrane.hpp"
#include "terms/support.hpp"

namespace knead {

namespace {

Shape shape_of(const ShapeSpec& spec) { return make_shape(ShapeRequest{spec.kind.text, spec.parameters, spec.where}); }

ApplicatorInfo describe(const std::string& name, const Shape& shape) {
  ApplicatorInfo info;
  info.name = name;
  describe_shape(shape, info);
  return info;
}

Path make_path(const Body& body, const Scenario& scenario, const StrokeSpec& stroke) {
  std::vector<PathPoint> points;
  const auto at = [&](double across, double along) {
    return PathPoint{body.surface->point(across, along), body.surface->normal(across, along)};
  };
  if (stroke.path) {
    const SurfacePosition from = place_on_surface(body, scenario, stroke.path->from);
    const SurfacePosition to = place_on_surface(body, scenario, stroke.path->to);
    if (std::hypot(to.across - from.across, to.along - from.along) < 1e-4)
      throw Error(ExitCode::invalid_input, stroke.path->where,
                  "the path starts and ends at the same place: choose another `to`");
    constexpr int num_samples = 33;
    for (int i = 0; i < num_samples; ++i) {
      const double s = static_cast<double>(i) / (num_samples - 1);
      points.push_back(at(from.across + s * (to.across - from.across), from.along + s * (to.along - from.along)));
    }
    return Path(points);
  }
  if (!stroke.at) throw Error(ExitCode::invalid_input, stroke.where, "the stroke needs a `path` or a place `at`");
  const SurfacePosition place = place_on_surface(body, scenario, *stroke.at);
  const Vec3d along =
      body.surface->point(place.across, place.along + 1e-3) - body.surface->point(place.across, place.along);
  return Path({at(place.across, place.along)}, along);
}

// A pad of the scenario takes the place of the applicator's; without one, what has no pad is hard.
void put_pad_on(Applicator& applicator, const std::optional<double>& stiffness, double penalty) {
  if (stiffness) applicator.hard = false;
  if (!stiffness && !applicator.hard) return;
  applicator.pad_stiffness = stiffness.value_or(penalty);
  applicator.pad_thickness = Applicator{}.pad_thickness;
  applicator.pad_stiffens = false;
}

// How far a pad of constant stiffness can be compressed, m.
double constant_pad(const Applicator& applicator) {
  return applicator.pad_stiffens ? std::numeric_limits<double>::infinity() : applicator.pad_thickness;
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

// The faces that applicators may touch, and what a hard one meets there.
struct Skin {
  std::vector<std::array<int, 9>> faces;
  double penalty = 0;  // Pa/m
};

Skin skin_of(const Body& body, const Location& where) {
  const auto& faces = named_faces(body, {skin_set(body.mesh), where});
  return {face_nodes(body.mesh, faces), hard_penalty(body, faces)};
}

Rub make_rub(const Body& body, const Scenario& scenario, const StrokeSpec& stroke) {
  const SurfacePosition place = place_on_surface(body, scenario, *stroke.at);
  const auto surface = body.surface;
  // Coordinates of a limb are longer or shorter than its skin.
  constexpr double step = 1e-3;  // m
  const auto length = [&](double across, double along) {
    return norm(surface->point(place.across + across, place.along + along) - surface->point(place.across, place.along));
  };
  const double per_across = step / length(step, 0), per_along = step / length(0, step);
  Rub rub{stroke.amplitude_along, stroke.amplitude_across, stroke.rate, stroke.cycles, nullptr};
  for (const double sign : {-1.0, 1.0})
    if (!surface->contains(place.across + sign * per_across * rub.across, place.along) ||
        !surface->contains(place.across, place.along + sign * per_along * rub.along))
      throw Error(ExitCode::invalid_input, stroke.at->where,
                  fmt::format("the way around {} leaves the body: choose a place further from its ends, or smaller "
                              "amplitudes",
                              in_quotes(stroke.at->words)));
  rub.skin = [=](double along, double across) {
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

struct Pressed {
  Applicator applicator;
  std::shared_ptr<const Motion> motion;
  std::optional<GasSchedule> gas;  // of a cup, from the beginning of the stroke
  std::optional<Skin> skin;        // of a cup
  int points_per_direction = ContactSettings{}.points_per_direction;
};

// Faces that the rim of a cup may come to, and as many points on them that its contact, some half a rim wide, is seen.
Skin skin_under_cup(const Body& body, const Skin& skin, const Stroke& stroke, const Torus& rim, int& points) {
  const double near = rim.radius + rim.tube_radius + 0.03;
  const auto at = [&](int node) { return body.mesh.points[static_cast<std::size_t>(node)]; };
  Skin result{{}, skin.penalty};
  double largest = 0;
  for (const auto& face : skin.faces) {
    double distance = std::numeric_limits<double>::infinity();
    constexpr int places = 32;
    for (int i = 0; i <= places; ++i)
      distance = std::min(distance, norm(at(face[4]) - stroke.path().at(stroke.path().length() * i / places).point));
    if (distance > near) continue;
    result.faces.push_back(face);
    largest = std::max({largest, norm(at(face[5]) - at(face[3])), norm(at(face[7]) - at(face[1]))});
  }
  constexpr int fewest = 4, most = 16;
  points = std::clamp(static_cast<int>(std::ceil(largest / (0.35 * rim.tube_radius))), fewest, most);
  return result;
}

// A cup seals when its hand has pressed it on, and is opened when that lets go.
GasSchedule make_gas(const StrokeSpec& spec, const Stroke& stroke) {
  GasSchedule gas;
  for (const Stroke::Segment& segment : stroke.segments()) {
    if (segment.phase == Phase::ramp) gas.seal = segment.end;
    if (segment.phase != Phase::release) continue;
    gas.release = segment.start;
    gas.venting = segment.end - segment.start;
  }
  gas.pumping = spec.pumping;
  gas.suction = spec.suction.value_or(0);
  gas.regulated = spec.regulated;
  if (spec.gas_temperature) gas.flame = GasSchedule::Flame{*spec.gas_temperature, spec.cooling};
  if (spec.suction && stroke.segments().front().phase == Phase::approach && spec.hold < spec.pumping)
    throw Error(
        ExitCode::invalid_input, spec.where,
        fmt::format("the pump of {} needs {:g} s, but its hold takes {:g} s: make hold longer or pumping shorter",
                    in_quotes(spec.name), spec.pumping, spec.hold));
  return gas;
}

// A cup needs a vacuum, and a vacuum a cup.
void check_cup(const Applicator& applicator, const StrokeSpec& spec) {
  const bool has_gas = spec.suction || spec.gas_temperature;
  if (applicator.cup_volume > 0 && !has_gas)
    throw Error(ExitCode::invalid_input, spec.where,
                fmt::format("{} is a cup: give suction, for a pump, or gas_temperature, for a flame", applicator.name));
  if (has_gas && !(applicator.cup_volume > 0))
    throw Error(
        ExitCode::invalid_input, spec.where,
        fmt::format("{} is no cup and cannot hold a vacuum; knead list applicators shows the cups", applicator.name));
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

Pressed press(const Body& body, const Scenario& scenario, const StrokeSpec& stroke, const Skin& skin) {
  Pressed result;
  if (stroke.shape) {
    result.applicator.shape = shape_of(*stroke.shape);
    result.applicator.name = stroke.shape->kind.text;
    result.applicator.hard = true;
  } else {
    result.applicator = read_applicator(
        find_model(scenario.model_folders, "applicators", stroke.applicator.text, stroke.applicator.where));
  }
  put_pad_on(result.applicator, stroke.pad_stiffness, skin.penalty);
  result.applicator.friction = {stroke.friction.coefficient, stroke.friction.exponent, stroke.friction.pressure};
  if (stroke.rolls) let_roll(result.applicator, stroke.where);

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
  s.return_by = static_cast<StrokeSettings::Return>(stroke.return_by);
  s.light_force = stroke.light_force;
  s.tilt_across = stroke.tilt;
  s.travel = stroke.travel;
  s.points = stroke.points;
  if (stroke.rubs()) s.rub = make_rub(body, scenario, stroke);
  const Path path = make_path(body, scenario, stroke);
  check_cup(result.applicator, stroke);
  find_touch(body, skin, path, result.applicator, s);
  const auto motion = std::make_shared<Stroke>(path, result.applicator.shape, s);
  if (result.applicator.cup_volume > 0) {
    result.gas = make_gas(stroke, *motion);
    const auto& rim = std::get<Torus>(result.applicator.shape);
    result.skin = skin_under_cup(body, skin, *motion, rim, result.points_per_direction);
  }
  result.motion = motion;
  return result;
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

Pressed press(const Body& body, const Scenario& scenario, const ApplicatorSpec& spec, double end, const Skin& skin) {
  Pressed result;
  if (spec.shape) {
    result.applicator.shape = shape_of(*spec.shape);
    result.applicator.name = spec.name.empty() ? spec.shape->kind.text : spec.name;
    result.applicator.hard = true;
  } else {
    result.applicator =
        read_applicator(find_model(scenario.model_folders, "applicators", spec.model.text, spec.model.where));
  }
  put_pad_on(result.applicator, spec.pad_stiffness, skin.penalty);
  result.applicator.friction = {spec.friction.coefficient, spec.friction.exponent, spec.friction.pressure};
  if (spec.rolls) let_roll(result.applicator, spec.where);
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

// Three quarters of an element of glide, a fifth of the radius of what rolls, a sixteenth of a circle, a sixth of a
// ramp at most; a cup, which touches along a thin ring, asks for shorter ones.
void limit_steps(const StrokeSpec& spec, const Pressed& pressed, double start, double size, const BuildOptions& options,
                 std::vector<StepSettings::Limit>& limits) {
  const bool cup = pressed.gas.has_value();
  double way = 0.75 * size, ramp = cup ? 1.0 / 15 : options.preview_scale() / 6;
  if (spec.rolls) way = std::min(way, 0.2 * pressed.applicator.rolling_radius);
  const auto add = [&](double from, double to, double largest) {
    limits.push_back({start + from, start + to, options.step_scale * largest});
  };
  for (const Stroke::Segment& segment : dynamic_cast<const Stroke&>(*pressed.motion).segments()) {
    const double duration = segment.end - segment.start;
    if (segment.phase == Phase::ramp || segment.phase == Phase::release) {
      add(segment.start, segment.end, ramp * duration);
    } else if (segment.phase == Phase::move && spec.rubs()) {
      const double fastest = 2 * std::numbers::pi * spec.rate * std::max(spec.amplitude_along, spec.amplitude_across);
      add(segment.start, segment.end, std::min(way / fastest, 1 / (16 * spec.rate)));
    } else if (segment.phase == Phase::move) {
      add(segment.start, segment.end, way / spec.speed);
    }
  }
  if (!cup) return;
  const GasSchedule& gas = *pressed.gas;
  if (gas.flame)
    add(gas.seal, gas.seal + 5 * gas.flame->cooling, 0.1 * gas.flame->cooling);
  else
    add(gas.seal, gas.sealed(), gas.pumping / 25);
}

// Where a limb lies on the table no hand can be.
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

}  // namespace

std::shared_ptr<const Body> build_body(const Scenario& scenario, const BuildOptions& options) {
  try {
    auto body = std::make_shared<Body>(scenario.body.is_specimen() ? build_specimen(scenario, options.coarsening())
                                                                   : build_anatomy(scenario, options.coarsening()));
    add_modifiers(scenario, *body);
    return body;
  } catch (const Error& error) {
    Diagnostics located;
    located.add(error, scenario.body.where);
    throw Error(error.code(), located.list());
  }
}

BuiltScenario build(const Scenario& scenario, const BuildOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  BuiltScenario built;
  built.body = build_body(scenario, options);
  const Body& body = *built.body;
  built.probes = locate_probes(scenario, body);
  built.notes = body.notes;
  if (scenario.body.is_specimen())  // anatomy has told them already
    for (const Tissue& t : body.tissues)
      if (!t.note.empty()) built.notes.push_back(t.name + ": " + t.note);
  if (options.preview)
    built.notes.push_back(
        fmt::format("a preview: elements {:g} times as large as the scenario's; a first look, peaks are 5 to 20 % off",
                    preview_coarsening));
  if (options.element_scale != 1)
    built.notes.push_back(fmt::format("elements {:.4g} times as large as the scenario's", options.element_scale));
  if (options.step_scale != 1)
    built.notes.push_back(fmt::format("steps {:.4g} times as long as the scenario's", options.step_scale));

  std::vector<std::unique_ptr<SurfaceTerm>> terms;
  for (const auto& m : body.membranes) terms.push_back(std::make_unique<Membrane>(body.mesh.points, m));
  for (const auto& s : body.supports) terms.push_back(std::make_unique<ElasticSupport>(body.mesh.points, s));
  std::vector<PrescribedComponent> prescribed;
  std::vector<double> knots;
  for (const BoundarySpec& b : scenario.boundaries) add_boundary(body, b, terms, prescribed, knots);

  for (const TissueDefinition& d : scenario.tissue.definitions)
    if (d.fibres) knots.insert(knots.end(), d.fibres->activation.t.begin(), d.fibres->activation.t.end());
  for (const auto& [muscle, activation] : scenario.tissue.activation)
    knots.insert(knots.end(), activation.t.begin(), activation.t.end());

  const double explicit_end = scenario.time.end.value_or(0.0);
  std::vector<PressedApplicator> applicators;
  int next_roll = static_cast<int>(scenario.strokes.size() + scenario.applicators.size());
  int next_suction = next_roll;
  for (const StrokeSpec& stroke : scenario.strokes) next_suction += stroke.rolls ? 1 : 0;
  for (const ApplicatorSpec& spec : scenario.applicators) next_suction += spec.rolls ? 1 : 0;
  const bool touched = !scenario.strokes.empty() || !scenario.applicators.empty();
  Skin skin;
  if (touched) skin = skin_of(body, scenario.body.where);
  double end = explicit_end;
  const auto add = [&](const std::string& name, Pressed pressed) {
    PressedApplicator a;
    a.name = name;
    a.motion = pressed.motion;
    ContactSettings settings = ContactSettings::of(pressed.applicator);
    settings.name = name;
    // Travels come first among the unknowns of the applicators, then the creep of those that roll, then suctions.
    settings.points_per_direction = pressed.points_per_direction;
    const auto& faces = pressed.skin ? pressed.skin->faces : skin.faces;
    a.contact =
        std::make_unique<Contact>(body.mesh.points, faces, pressed.applicator.shape, settings,
                                  static_cast<int>(applicators.size()), settings.rolling_radius > 0 ? next_roll++ : -1);
    if (pressed.gas) {
      const auto& rim = std::get<Torus>(pressed.applicator.shape);
      CupSettings cup{"suction of " + name, rim.radius, rim.tube_radius, pressed.applicator.cup_volume};
      a.suction = std::make_unique<Suction>(body.mesh.points, faces, cup, *pressed.gas,
                                            static_cast<int>(applicators.size()), next_suction++);
      for (double t : {pressed.gas->sealed(), pressed.gas->release + pressed.gas->venting}) knots.push_back(t);
    }
    for (double t : pressed.motion->boundaries()) knots.push_back(t);
    built.applicators.push_back(describe(pressed.applicator.name, pressed.applicator.shape));
    applicators.push_back(std::move(a));
  };
  const double size = scenario.body.element_size * options.preview_scale();
  double clock = 0, previous_start = 0;
  for (const StrokeSpec& stroke : scenario.strokes) {
    if (!body.surface)
      throw Error(ExitCode::invalid_input, stroke.where,
                  "strokes need a body with a skin surface; specimens take an [[applicator]]");
    refuse_on_table(body, scenario, stroke);
    Pressed pressed = press(body, scenario, stroke, skin);
    const double start = stroke.start == StrokeSpec::Start::at_time         ? stroke.start_time
                         : stroke.start == StrokeSpec::Start::with_previous ? previous_start
                                                                            : clock;
    limit_steps(stroke, pressed, start, size, options, built.step.limits);
    auto motion = std::make_shared<DelayedMotion>(pressed.motion, start);
    built.strokes.push_back({stroke.name, applicators.size(), start, motion->end(), stroke.force.value_or(0.0),
                             constant_pad(pressed.applicator)});
    previous_start = start;
    clock = std::max(clock, motion->end());
    pressed.motion = motion;
    if (pressed.gas) pressed.gas->seal += start, pressed.gas->release += start;
    add(stroke.name, std::move(pressed));
  }
  end = std::max(end, clock);
  if (end <= 0) end = 1;
  int number = 0;
  for (const ApplicatorSpec& spec : scenario.applicators) {
    ++number;
    const std::string name = spec.name.empty() ? fmt::format("applicator {}", number) : spec.name;
    Pressed pressed = press(body, scenario, spec, end, skin);
    built.strokes.push_back(
        {name, applicators.size(), 0, end, spec.force ? spec.force->largest() : 0.0, constant_pad(pressed.applicator)});
    add(name, std::move(pressed));
  }

  knots.push_back(end);
  for (double t : knots)
    if (t <= end * (1 + 1e-12)) built.boundaries.push_back(std::min(t, end));
  const TimeSpec& time = scenario.time;
  if (time.step) built.step.fixed = *time.step * options.step_scale;
  built.step.largest = time.largest_step.value_or(0.05 * end);
  built.step.largest *= options.step_scale;
  built.step.tolerance = time.tolerance;
  built.step.first = time.first_step ? *time.first_step * options.step_scale : 0.5 * built.step.largest;
  built.step.smallest = time.smallest_step.value_or(1e-4 * built.step.largest);

  SystemSettings settings;
  built.system =
      std::make_unique<System>(built.body, std::move(terms), std::move(applicators), std::move(prescribed), settings);
  built.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return built;
}

}  // namespace knead
