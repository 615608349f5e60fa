#include <filesystem>

#include <fmt/format.h>

#include "scenario/fill.hpp"
#include "scenario/force_log.hpp"

namespace knead {
namespace {

// Two keys that say the same thing in different ways.
void need_one_of(const Cursor& at, const std::string& a, const std::string& b, const std::string& why) {
  if (at.has(a) && at.has(b)) at.problem(b, fmt::format("a stroke has either {} or {}, not both", a, b));
  if (!at.has(a) && !at.has(b)) at.problem("", fmt::format("{} needs {} or {}: {}", at.shown(), a, b, why));
}

void fill_start(const Cursor& at, StrokeSpec& stroke) {
  const Node* node = at.find("start");
  const bool is_time = node && !(node->is_text() && node->text.find("previous") != std::string::npos);
  if (is_time) {
    stroke.start = StrokeSpec::Start::at_time;
    stroke.start_time = at.quantity("start").value_or(0);
  } else {
    stroke.start = choose<StrokeSpec::Start>(at, "start");
  }
}

// Circles, to and fro, and what two hands do.
void fill_rub(const Cursor& at, StrokeSpec& stroke) {
  stroke.amplitude_along = at.quantity("amplitude_along").value_or(0);
  stroke.amplitude_across = at.quantity("amplitude_across").value_or(0);
  stroke.rate = at.quantity("rate").value_or(0);
  stroke.cycles = at.integer("cycles").value_or(1);
  stroke.grip = at.quantity("grip");
  stroke.lift = at.quantity("lift").value_or(0);
  stroke.lift_time = at.quantity("lift_time").value_or(0);
  stroke.lean = at.quantity("lean").value_or(0);
  if (!stroke.grip)
    for (const char* key : {"lift", "lift_time", "lean"})
      if (at.has(key)) at.problem(key, fmt::format("{} is for two hands: give grip, the distance between them", key));
  if (stroke.grip) {
    for (const char* key : {"travel", "rolls", "suction", "gas_temperature"})
      if (at.has(key)) at.problem(key, fmt::format("two hands press with a force, without {}", key));
    if (at.has("path") && stroke.points == 1)
      at.problem("path", "two hands grip at one place, or at the points of a row: give at, or points");
  }
  if (!stroke.rubs()) {
    for (const char* key : {"rate", "cycles"})
      if (at.has(key))
        at.problem(key, fmt::format("{} has no effect without amplitude_along or amplitude_across", key));
    return;
  }
  const char* amplitude = at.has("amplitude_along") ? "amplitude_along" : "amplitude_across";
  if (at.has("path") && !stroke.grip) at.problem("path", "a stroke that circles or rubs stays at one place: give at");
  if (at.has("travel") && !stroke.grip) at.problem("travel", "a stroke that circles or rubs needs a force");
  if (!at.has("rate")) at.problem(amplitude, "how fast? Give a rate such as \"1 Hz\"");
}

// The hold follows a measured force. Replaces force and hold, of which a technique may have given its own.
void fill_force_log(const Cursor& at, StrokeSpec& stroke) {
  const Name file = at.name("force_log");
  if (file.empty()) return;
  for (const char* key : {"force", "hold"})
    if (const Node* given = at.find(key); given && given->origin != Origin::technique)
      at.problem(key, fmt::format("a stroke that follows a force log takes its {} from there: leave {} out", key, key));
  for (const char* key :
       {"travel", "amplitude_along", "amplitude_across", "lift", "stretch", "suction", "gas_temperature"})
    if (at.has(key)) at.problem(key, fmt::format("a stroke that follows a force log only presses, without {}", key));
  if (at.has("path") && stroke.points == 1)
    at.problem("path", "a force log belongs to a press at one place, or at the points of a row: give at, or points");
  if (stroke.return_by != StrokeSpec::Return::lift)
    at.problem("return", "a stroke that follows a force log lets go after it: leave return out");
  try {
    stroke.force_log = read_force_log(std::filesystem::path(file.where.file).parent_path() / file.text, file.where);
    stroke.force = stroke.force_log->largest();
    stroke.hold = stroke.force_log->t.back();
  } catch (const Error& error) {
    for (const Diagnostic& d : error.diagnostics()) at.problem_at(d.where, d.message);
  }
}

void fill_cup(const Cursor& at, StrokeSpec& stroke) {
  stroke.suction = at.quantity("suction");
  stroke.pumping = at.quantity("pumping").value_or(0);
  stroke.regulated = at.flag("regulated").value_or(false);
  stroke.gas_temperature = at.quantity("gas_temperature");
  stroke.cooling = at.quantity("cooling").value_or(0);
  if (stroke.suction && stroke.gas_temperature)
    at.problem("gas_temperature", "a cup has either suction, from a pump, or gas_temperature, from a flame; not both");
  if (stroke.regulated && !stroke.suction) at.problem("regulated", "only a pump holds the suction: give suction");
  if (!stroke.suction && !stroke.gas_temperature) return;
  if (stroke.travel) at.problem("travel", "a cup is pressed on with a force, not a travel");
  if (stroke.points > 1) at.problem("points", "a cup is placed once: write a stroke for every place");
  if (stroke.repeat > 1 && stroke.return_by == StrokeSpec::Return::lift)
    at.problem("repeat", "a cup is placed once: write another stroke, or let it glide to and fro with return");
}

void fill_stretch(const Cursor& at, StrokeSpec& stroke) {
  stroke.stretch = at.quantity("stretch").value_or(0);
  stroke.stretch_end = at.name("stretch_end");
  const double time = at.quantity("stretch_time").value_or(0);
  if (!at.has("stretch")) {
    for (const char* key : {"stretch_end", "stretch_time"})
      if (at.has(key)) at.problem(key, fmt::format("{} has no effect without stretch", key));
    return;
  }
  stroke.stretch_time = time;
  if (!at.has("stretch_end")) at.problem("stretch", "which end is drawn out? Give stretch_end");
  if (at.has("path") && stroke.points == 1)
    at.problem("path", "a stretch goes with a press at one place, or at the points of a row: give at, or points");
  for (const char* key : {"travel", "lift", "amplitude_along", "amplitude_across", "suction", "gas_temperature"})
    if (at.has(key))
      at.problem(key, fmt::format("a stroke that stretches holds its place with a force, without {}", key));
  if (stroke.return_by != StrokeSpec::Return::lift)
    at.problem("return", "a stretch goes back when the applicator is off the skin: leave return out");
}

StrokeSpec fill_stroke(const Cursor& at, std::size_t number) {
  StrokeSpec stroke;
  stroke.where = at.where();
  stroke.name = at.text("name").value_or(fmt::format("stroke {}", number));
  stroke.technique = at.name("technique");
  stroke.applicator = at.name("applicator");
  stroke.shape = fill_shape(at);
  need_one_of(at, "applicator", "shape", "what touches the skin");
  stroke.pad_stiffness = at.quantity("pad_stiffness");
  need_one_of(at, "path", "at", "where it happens");
  if (at.has("path")) {
    const Cursor path = at.table("path");
    stroke.path =
        PathSpec{path.position("from").value_or(Position{}), path.position("to").value_or(Position{}), path.where()};
    stroke.points = at.integer("points").value_or(1);
    if (!at.has("speed") && stroke.points == 1) at.problem("path", "a stroke along a path needs a speed");
  } else if (at.has("points")) {
    at.problem("points", "points are those of a row: give the path along which they lie");
  }
  fill_rub(at, stroke);
  stroke.at = at.position("at");
  if (!at.has("force_log")) need_one_of(at, "force", "travel", "how hard it presses");
  stroke.force = at.quantity("force");
  stroke.travel = at.quantity("travel");
  stroke.speed = at.quantity("speed").value_or(0);
  stroke.repeat = at.integer("repeat").value_or(1);
  stroke.return_by = choose<StrokeSpec::Return>(at, "return");
  if (stroke.lift > 0 && stroke.return_by != StrokeSpec::Return::lift)
    at.problem("return", "hands that have lifted let go: leave return out");
  if (stroke.return_by == StrokeSpec::Return::light)
    stroke.light_force = at.quantity("light_force").value_or(0);
  else if (const Node* light = at.find("light_force"); light && light->origin != Origin::technique)
    at.problem("light_force", "light_force has no effect unless return = \"light\"");
  stroke.clearance = at.quantity("clearance").value_or(0);
  stroke.approach = at.quantity("approach").value_or(0);
  stroke.ramp = at.quantity("ramp").value_or(0);
  stroke.hold = at.quantity("hold").value_or(0);
  stroke.release = at.quantity("release").value_or(0);
  stroke.rest = at.quantity("rest").value_or(0);
  stroke.tilt = at.quantity("tilt").value_or(0);
  stroke.rolls = at.flag("rolls").value_or(false);
  if (stroke.rolls && stroke.amplitude_across > 0)
    at.problem("amplitude_across", "what rolls goes to and fro along one line: leave amplitude_across out");
  fill_cup(at, stroke);
  fill_stretch(at, stroke);
  fill_force_log(at, stroke);
  stroke.lubrication = at.name("lubrication");
  stroke.friction = fill_friction(at);
  if (const Node* friction = at.find("friction");
      friction && friction->origin != Origin::technique && at.has("lubrication"))
    at.problem("friction", "a stroke has either friction or lubrication, not both");
  fill_start(at, stroke);
  return stroke;
}

}  // namespace

std::vector<StrokeSpec> fill_strokes(const Cursor& top) {
  std::vector<StrokeSpec> strokes;
  for (const Cursor& at : top.tables("stroke")) {
    strokes.push_back(fill_stroke(at, strokes.size() + 1));
    for (std::size_t i = 0; i + 1 < strokes.size(); ++i)
      if (strokes[i].name == strokes.back().name)
        at.problem("name",
                   fmt::format("there are two strokes named {}; a name addresses one", in_quotes(strokes[i].name)));
  }
  return strokes;
}

}  // namespace knead
