#include "applicator/stroke.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "math/interpolation.hpp"

namespace knead {
namespace {

// Integral of smoothstep() from 0.
double smoothstep_integral(double x) {
  x = std::clamp(x, 0.0, 1.0);
  return x * x * x * (1 - 0.5 * x);
}

// A glide over `length` that takes `acceleration` to reach its speed along a smooth step, and as long to stop. When the
// length is too short to reach the speed, the glide keeps its shape and goes slower.
struct Glide {
  double length, speed, acceleration, duration;

  Glide(double l, double v, double ta) : length(l), speed(v), acceleration(ta) {
    if (acceleration > 0) speed = std::min(speed, length / acceleration);
    duration = length / speed + acceleration;
  }
  double distance(double t) const {
    t = std::clamp(t, 0.0, duration);
    if (acceleration == 0) return speed * t;
    if (t < acceleration) return speed * acceleration * smoothstep_integral(t / acceleration);
    if (t > duration - acceleration)
      return length - speed * acceleration * smoothstep_integral((duration - t) / acceleration);
    return speed * (t - 0.5 * acceleration);
  }
  double rate(double t) const {
    if (t <= 0 || t >= duration) return 0;
    if (acceleration == 0) return speed;
    return speed * std::min(smoothstep(t / acceleration), smoothstep((duration - t) / acceleration));
  }
};

void check(const StrokeSettings& s, double length) {
  Diagnostics problems;
  const auto require = [&](bool good, const char* sentence) {
    if (!good) problems.add({}, sentence);
  };
  require(s.force > 0, "the force of a stroke must be positive");
  require(!s.travel || *s.travel > 0, "the travel of a stroke must be positive: it counts into the body");
  require(s.touch_share > 0 && s.touch_share < 1, "the touching share of a stroke's force must be between 0 and 1");
  require(!s.touch.empty() && (s.touch.size() == 1 || length > 0),
          "a stroke needs one first touch, and only along a path more");
  require(s.clearance > 0, "the clearance of a stroke must be positive");
  require(s.approach > 0 && s.ramp > 0 && s.release > 0 && s.rest > 0,
          "approach, ramp, release and rest of a stroke must take time: give each a positive duration");
  require(s.hold >= 0, "the hold of a stroke must not be negative");
  require(s.passes >= 1, "a stroke needs at least one pass");
  require(s.points >= 1, "a row needs at least one point");
  require(s.approach_end.size() == 1 || static_cast<int>(s.approach_end.size()) == s.points,
          "a stroke needs one end of its approach, or one for every point");
  if (s.rub) {
    require((length == 0 || s.points > 1) && !s.travel,
            "a stroke that circles or rubs stays at one place, with a force");
    require(s.rub->across >= 0 && std::abs(s.rub->along) + s.rub->across > 0 && s.rub->rate > 0 && s.rub->turns >= 1,
            "circling and rubbing need a way, a rate and turns");
    require(!s.rub->skin || length == 0, "circles on the skin belong to one place");
  }
  if (s.lift)
    require(s.lift->height > 0 && s.lift->duration > 0 && !s.travel && (length == 0 || s.points > 1) &&
                s.return_by == StrokeSettings::Return::lift,
            "a lift at one place needs a height, a duration and a force, and lets go up there");
  require(!s.hold_force || ((length == 0 || s.points > 1) && s.hold > 0 && !s.travel && !s.rub && !s.lift &&
                            s.stretch_time == 0 && s.return_by == StrokeSettings::Return::lift),
          "a force over time belongs to the hold of a press that lets go after it");
  require(s.stretch_time >= 0, "the time of a stretch must not be negative");
  if (s.stretch_time > 0)
    require((length == 0 || s.points > 1) && !s.rub && !s.lift && s.return_by == StrokeSettings::Return::lift,
            "a stretch goes with a press at one place, or at the points of a row, that lets go after it");
  require(std::abs(s.tilt_across) < 1.5 && std::abs(s.tilt_along) < 1.5, "the tilt of a stroke must stay below 85 deg");
  require(std::abs(s.lean) < 1.5, "the lean of a stroke must stay below 85 deg");
  if (length > 0 && s.points == 1) {
    require(s.speed > 0, "the speed of a stroke along a path must be positive");
    require(s.acceleration >= 0, "the acceleration time of a stroke must not be negative");
  } else {
    require(s.hold > 0 || s.rub || s.lift || s.stretch_time > 0,
            "a press at one place needs a hold with a positive duration");
  }
  if (s.return_by == StrokeSettings::Return::light && s.points == 1)
    require(!s.travel && s.light_force > 0 && s.light_force < s.force,
            "a light return needs a force between zero and the force of the stroke");
  problems.throw_if_any();
}

}  // namespace

Stroke::Stroke(Path path, const Shape& shape, const StrokeSettings& settings)
    : path_(std::move(path)), settings_(settings) {
  const StrokeSettings& s = settings_;
  const double length = path_.length(), touch = touch_force();
  check(s, length);
  // About +y a positive turn lowers +x: leading edge up is the negative one.
  tilt_ = rotation_about({{0, 1, 0}}, -s.tilt_across) * rotation_about({{1, 0, 0}}, s.tilt_along);
  reach_ = extent(shape, transpose(tilt_) * Vec3d{{0, 0, -1}});

  double now = 0, arc = 0, height = 0, stretch = 0;
  const auto add = [&](Phase phase, int pass, bool away, Control control, double duration, double force_start,
                       double force_end, double arc_end) {
    if (s.travel) control = Control::travel;
    segments_.push_back({phase, pass, away, control, now, now + duration, force_start, force_end, arc, arc_end, height,
                         height, stretch, stretch});
    now += duration;
    arc = arc_end;
  };
  const double glide = length > 0 ? Glide(length, s.speed, s.acceleration).duration : 0;
  const bool light = s.return_by == StrokeSettings::Return::light;  // at one place: the force alone comes and goes
  const bool full = length > 0 && s.return_by == StrokeSettings::Return::full, on_skin = light || full;
  const auto logged = [&](double at) { return s.hold_force ? std::max(s.hold_force(at), touch) : s.force; };
  const auto come_down = [&](int pass) {
    add(Phase::approach, pass, false, Control::travel, s.approach, touch, touch, arc);
    add(Phase::ramp, pass, false, Control::force, s.ramp, touch, logged(0), arc);
  };
  const auto press = [&](int pass) {
    if (s.hold > 0) add(Phase::hold, pass, false, Control::force, s.hold, s.force, s.force, arc);
    if (s.lift) {
      add(Phase::move, pass, false, Control::force, s.lift->duration, s.force, s.force, arc);
      segments_.back().lift_end = height = s.lift->height;
    }
    if (s.stretch_time > 0) {
      add(Phase::move, pass, false, Control::force, s.stretch_time, s.force, s.force, arc);
      segments_.back().stretch_end = stretch = 1;
    }
    if (s.rub) add(Phase::move, pass, false, Control::force, s.rub->duration(), s.force, s.force, arc);
  };
  // next: where the applicator comes down again; nowhere: it stays above the skin.
  const auto take_off = [&](int pass, std::optional<double> next) {
    add(Phase::release, pass, false, Control::force, s.release, logged(s.hold), touch, arc);
    // The lift is as fast as the approach, or as a short rest asks for: half of it before a way through the air.
    const double lift = std::min(next ? 0.5 * s.rest : s.rest, s.approach);
    add(Phase::rest, pass, false, Control::travel, lift, touch, touch, arc);
    if (s.rest > lift) add(Phase::rest, pass, true, Control::travel, s.rest - lift, touch, touch, next.value_or(arc));
    segments_.back().lift_end = height = 0;
    segments_.back().stretch_end = stretch = 0;
  };
  if (s.points > 1) {
    const int presses = s.passes * s.points;
    const auto place = [&](int k) { return length * (k % s.points) / (s.points - 1); };
    for (int k = 0; k < presses; ++k) {
      come_down(k);
      press(k);
      take_off(k, k + 1 < presses ? std::optional(place(k + 1)) : std::nullopt);
    }
    return;
  }
  for (int pass = 0; pass < s.passes; ++pass) {
    if (pass == 0 || !on_skin) {
      come_down(pass);
    } else if (full) {
      add(Phase::move, pass - 1, true, Control::force, glide, s.force, s.force, 0);
    } else {
      add(Phase::release, pass - 1, false, Control::force, s.release, s.force, s.light_force, length);
      if (length > 0) add(Phase::move, pass - 1, true, Control::force, glide, s.light_force, s.light_force, 0);
      add(Phase::ramp, pass, false, Control::force, s.ramp, s.light_force, s.force, 0);
    }
    press(pass);
    if (length > 0) add(Phase::move, pass, false, Control::force, glide, s.force, s.force, length);
    const bool last = pass + 1 == s.passes;
    if (last || !on_skin) take_off(pass, last ? std::nullopt : std::optional(0.0));
  }
}

std::array<double, 2> Rub::offset(double time) const {
  const double swell = 0.5 / rate;  // s
  const double size = smoothstep(time / swell) * smoothstep((duration() - time) / swell);
  const double angle = 2 * std::numbers::pi * rate * time;
  return {along * size * std::sin(angle), across * size * std::cos(angle)};
}

const Stroke::Segment& Stroke::segment_at(double time) const {
  const auto found = std::lower_bound(segments_.begin(), segments_.end(), time,
                                      [](const Segment& segment, double t) { return segment.end < t; });
  return found == segments_.end() ? segments_.back() : *found;
}

std::vector<double> Stroke::boundaries() const {
  std::vector<double> list{0};
  for (const auto& segment : segments_) list.push_back(segment.end);
  return list;
}

double Stroke::arc_at(double time) const {
  const Segment& segment = segment_at(time);
  const double distance = segment.arc_end - segment.arc_start;
  if (segment.phase == Phase::move) {
    const Glide glide(std::abs(distance), settings_.speed, settings_.acceleration);
    return segment.arc_start + std::copysign(glide.distance(time - segment.start), distance);
  }
  return segment.arc_start + distance * smoothstep((time - segment.start) / (segment.end - segment.start));
}

double Stroke::speed_at(double time) const {
  const Segment& segment = segment_at(time);
  if (segment.phase != Phase::move) return 0;
  const double distance = segment.arc_end - segment.arc_start;
  const Glide glide(std::abs(distance), settings_.speed, settings_.acceleration);
  return std::copysign(glide.rate(time - segment.start), distance);
}

double Stroke::stretch_at(double time) const {
  const Segment& segment = segment_at(time);
  return segment.stretch_start + (segment.stretch_end - segment.stretch_start) *
                                     smoothstep((time - segment.start) / (segment.end - segment.start));
}

double Stroke::lift_at(double time) const {
  const Segment& segment = segment_at(time);
  return segment.lift_start +
         (segment.lift_end - segment.lift_start) * smoothstep((time - segment.start) / (segment.end - segment.start));
}

ApplicatorPose Stroke::pose_on(double arc) const {
  ApplicatorPose pose = pose_of(path_.at(arc));
  pose.rolled = arc;
  return pose;
}

ApplicatorPose Stroke::pose_of(const Path::Frame& frame) const {
  const Vec3d across = cross(frame.normal, frame.tangent);
  Mat3d axes;
  for (int i = 0; i < 3; ++i) {
    axes(i, 0) = frame.tangent[i];
    axes(i, 1) = across[i];
    axes(i, 2) = frame.normal[i];
  }
  axes = rotation_about(frame.tangent, settings_.lean) * axes;
  const Vec3d out{{axes(0, 2), axes(1, 2), axes(2, 2)}};
  ApplicatorPose pose;
  pose.position = frame.point + reach_ * out;
  pose.rotation = axes * tilt_;
  pose.pressing = -out;
  return pose;
}

ApplicatorPose Stroke::pose_at(double time) const {
  const Segment& segment = segment_at(time);
  const double arc = arc_at(time);
  if (settings_.lift && (segment.lift_start > 0 || segment.lift_end > 0)) {
    const bool carried = segment.lift_start != segment.lift_end;
    if (carried || segment.phase != Phase::move) {
      ApplicatorPose pose = pose_on(arc);
      pose.position += lift_at(time) * settings_.lift->up;
      if (segment.phase == Phase::move) pose.velocity_direction = settings_.lift->up;
      return pose;
    }
  }
  if (segment.phase != Phase::move) return pose_on(arc);
  if (!settings_.rub) {
    ApplicatorPose pose = pose_on(arc);
    if (segment.arc_start == segment.arc_end) return pose;
    pose.velocity_direction = (segment.away ? -1.0 : 1.0) * path_.at(arc).tangent;
    return pose;
  }
  // The hand does not turn with its way.
  const Rub& rub = *settings_.rub;
  const Path::Frame frame = path_.at(arc);
  const auto skin = [&](double t) {
    const auto [along, across] = rub.offset(t);
    if (rub.skin) return rub.skin(along, across);
    const Vec3d up = settings_.lift ? settings_.lift->up : frame.normal;
    const Vec3d left = normalized(cross(up, frame.tangent));
    return PathPoint{frame.point + along * frame.tangent + across * left + lift_at(time) * up, frame.normal};
  };
  const double now = time - segment.start, moment = 1e-4 / rub.rate;
  const PathPoint here = skin(now);
  const Vec3d& heading = frame.tangent;
  ApplicatorPose pose =
      pose_of({here.point, normalized(heading - dot(heading, here.normal) * here.normal), here.normal});
  const Vec3d way = skin(std::min(now + moment, rub.duration())).point - skin(std::max(now - moment, 0.0)).point;
  if (norm(way) > 0) pose.velocity_direction = normalized(way);
  pose.rolled = rub.offset(now)[0];
  return pose;
}

double Stroke::force_at(double time) const {
  const Segment& segment = segment_at(time);
  if (segment.phase == Phase::hold && settings_.hold_force)
    return std::max(settings_.hold_force(time - segment.start), touch_force());
  const double x = smoothstep((time - segment.start) / (segment.end - segment.start));
  return segment.force_start + x * (segment.force_end - segment.force_start);
}

double Stroke::touch_at(double time) const {
  // Cubic between neighbours, with the slopes of the line through theirs (Catmull–Rom); beyond the ends it goes on as a
  // parabola, or straight when there are but two.
  const auto& touch = settings_.touch;
  if (touch.size() == 1) return touch[0];
  const auto last = static_cast<int>(touch.size()) - 1;
  const double place = last * std::clamp(arc_at(time) / path_.length(), 0.0, 1.0);
  const int i = std::min(static_cast<int>(place), last - 1);
  const auto inside = [&](int k) { return touch[static_cast<std::size_t>(k)]; };
  const auto beyond = [&](int k, int inwards) {
    const double end = inside(k), next = inside(k + inwards);
    return last == 1 ? 2 * end - next : 3 * (end - next) + inside(k + 2 * inwards);
  };
  const auto at = [&](int k) { return k < 0 ? beyond(0, 1) : k > last ? beyond(last, -1) : inside(k); };
  const double x = place - i, from = at(i), rise = at(i + 1) - from;
  const double slope = 0.5 * (at(i + 1) - at(i - 1)), next_slope = 0.5 * (at(i + 2) - at(i));
  return from + smoothstep(x) * rise + x * (1 - x) * ((1 - x) * slope - x * next_slope);
}

double Stroke::travel_at(double time, double last_travel) const {
  const Segment& segment = segment_at(time);
  const double x = smoothstep((time - segment.start) / (segment.end - segment.start));
  const double touch = touch_at(time), above = touch - settings_.clearance;
  if (segment.phase == Phase::approach) {
    const auto& ends = settings_.approach_end;
    const double place = path_.length() > 0 ? segment.arc_end / path_.length() : 0;
    const auto point = static_cast<std::size_t>(std::lround(place * static_cast<double>(ends.size() - 1)));
    return above + x * ((settings_.travel ? touch : ends[point]) - above);
  }
  if (segment.phase == Phase::rest) {
    const double from = settings_.travel ? touch : last_travel;
    return segment.away ? above : from + x * (above - from);
  }
  // Prescribed travel rises and falls as the force would.
  if (!settings_.travel) return last_travel;
  return touch + *settings_.travel * (force_at(time) - touch_force()) / (settings_.force - touch_force());
}

}  // namespace knead
