#include "scenario/build.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include <fmt/format.h>

#include "applicator/delayed_motion.hpp"
#include "base/units.hpp"
#include "body/chart_body.hpp"
#include "body/specimens.hpp"
#include "scenario/build_parts.hpp"
#include "scenario/build_stroke.hpp"
#include "terms/membrane.hpp"
#include "terms/support.hpp"

namespace knead {

namespace {

// Over time, by the trapezoid rule.
double mean_of(const Table& table) {
  double sum = 0;
  for (std::size_t i = 1; i < table.t.size(); ++i)
    sum += 0.5 * (table.value[i] + table.value[i - 1]) * (table.t[i] - table.t[i - 1]);
  return sum / table.t.back();
}

ApplicatorInfo describe(const std::string& name, const Shape& shape) {
  ApplicatorInfo info;
  info.name = name;
  describe_shape(shape, info);
  return info;
}

}  // namespace

std::shared_ptr<const Body> build_body(const Scenario& scenario, const BuildOptions& options) {
  try {
    auto body = std::make_shared<Body>(scenario.body.is_specimen() ? build_specimen(scenario, options.coarsening())
                                                                   : build_anatomy(scenario, options));
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
    built.notes.push_back(fmt::format(
        "a preview: elements up to {:g} times as large as the scenario's; a first look, peaks are 5 to 20 % off",
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
  int next_roll = static_cast<int>(scenario.applicators.size());
  for (const StrokeSpec& stroke : scenario.strokes) next_roll += static_cast<int>(hands_of(stroke).size());
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
    a.contact =
        std::make_unique<Contact>(body.mesh.points, pressed.faces, pressed.applicator.shape, settings,
                                  static_cast<int>(applicators.size()), settings.rolling_radius > 0 ? next_roll++ : -1);
    if (pressed.gas) {
      const auto& rim = std::get<Torus>(pressed.applicator.shape);
      CupSettings cup{"suction of " + name, rim.radius, rim.tube_radius, pressed.applicator.cup_volume};
      a.suction = std::make_unique<Suction>(body.mesh.points, pressed.faces, cup, *pressed.gas,
                                            static_cast<int>(applicators.size()), next_suction++);
      for (double t : {pressed.gas->sealed(), pressed.gas->release + pressed.gas->venting}) knots.push_back(t);
    }
    for (double t : pressed.motion->boundaries()) knots.push_back(t);
    built.applicators.push_back(describe(pressed.applicator.name, pressed.applicator.shape));
    if (pressed.gas) built.applicators.back().parameters["cup_volume"] = pressed.applicator.cup_volume;
    applicators.push_back(std::move(a));
  };
  double clock = 0, previous_start = 0;
  std::vector<EndStretch> stretches;
  for (const StrokeSpec& stroke : scenario.strokes) {
    if (!body.surface)
      throw Error(ExitCode::invalid_input, stroke.where,
                  "strokes need a body with a skin surface; specimens take an [[applicator]]");
    refuse_on_table(body, scenario, stroke);
    const double start = stroke.start == StrokeSpec::Start::at_time         ? stroke.start_time
                         : stroke.start == StrokeSpec::Start::with_previous ? previous_start
                                                                            : clock;
    previous_start = start;
    if (const auto& log = stroke.force_log)  // what it holds decides whether a run can go on
      built.notes.push_back(
          fmt::format("{} follows a force log: {} rows over {:.4g} s, mean {:.6g} N, largest {:.6g} N", stroke.name,
                      log->t.size(), log->t.back(), mean_of(*log), log->largest()));
    for (const Hand hand : hands_of(stroke)) {
      Pressed pressed = press(body, scenario, stroke, hand, skin, options);
      for (const StepSettings::Limit& limit : pressed.limits)
        built.step.limits.push_back({start + limit.start, start + limit.end, limit.largest});
      auto motion = std::make_shared<DelayedMotion>(pressed.motion, start);
      if (pressed.stretch)
        stretches.push_back({stroke.stretch_end, stroke.stretch, [share = pressed.stretch, start](double time) {
                               return time > start ? share(time - start) : 0.0;
                             }});
      const std::string name = stroke.name + (hand == Hand::right ? ", other hand" : "");
      built.strokes.push_back({name, applicators.size(), start, motion->end(), stroke.force.value_or(0.0),
                               constant_pad(pressed.applicator)});
      clock = std::max(clock, motion->end());
      pressed.motion = motion;
      if (pressed.gas) pressed.gas->seal += start, pressed.gas->release += start;
      add(name, std::move(pressed));
    }
  }
  add_stretches(body, stretches, prescribed);
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
