#pragma once
#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "applicator/motion.hpp"
#include "applicator/path.hpp"
#include "applicator/shapes.hpp"

namespace knead {

// To and fro across a place, or around it: an ellipse that begins and ends in its middle, within half a turn each.
struct Rub {
  // Half axes along the heading and across it, m: equal for a circle, one 0 for a line. A negative one along sets out
  // backwards.
  double along = 0, across = 0;
  double rate = 1;  // turns per second, Hz
  int turns = 1;
  // Undeformed, at these distances from the place. Without it the applicator moves straight, in the plane that it
  // faces.
  std::function<PathPoint(double along, double across)> skin;

  double duration() const { return turns / rate; }  // s
  // Distances along and across at a time since its start, m; twice continuously differentiable.
  std::array<double, 2> offset(double time) const;
};

// After the hold, what is gripped is carried away from the body, rubbed if asked for, and let go up there.
struct Lift {
  double height = 0;    // m
  double duration = 0;  // s
  Vec3d up{{0, 0, 1}};  // unit
};

// How one stroke is laid out in time. Durations in s.
struct StrokeSettings {
  double force = 25;             // N along the pressing axis while it moves or holds
  std::optional<double> travel;  // into the body from the touch, instead of the force, m: prescribed throughout
  double touch_share = 0.01;     // share of the force that counts as touching
  double clearance = 5e-3;       // above the skin before approach and after the lift, m
  double approach = 0.5;         // from the clearance to the skin
  double ramp = 0.5;             // touching force to full force
  double hold = 0;               // at full force: before a glide, or the whole of a press
  std::function<double(double)> hold_force;  // N over the time of the hold, at most the force; empty: constant
  double speed = 0.1;                        // of the glide, m/s
  double acceleration = 0.2;                 // from rest to speed and from speed to rest, each
  double release = 0.5;                      // full force to touching force
  double rest = 0.5;                         // the lift, then waiting, or the way back if another pass follows
  int passes = 1;
  int points = 1;          // above 1: presses at so many places along the path, the ends among them, instead of a glide
  std::optional<Rub> rub;  // at one place, after the hold
  std::optional<Lift> lift;  // before that
  double stretch_time = 0;   // s, after the hold: something else lengthens the tissue under the applicator
  enum class Return { lift, light, full };
  Return return_by = Return::lift;
  double light_force = 0;  // N on the way back when it returns lightly; with the full force it turns round at once
  // Travels, m; 0 is where the shape touches the tangent plane of the undeformed skin.
  std::vector<double> touch{0};         // of the first touch of the undeformed skin, at equal distances along the path
  std::vector<double> approach_end{0};  // where the approach hands over to the force; one, or one for every point
  double tilt_across = 0;               // about the lateral axis, leading edge up, rad
  double tilt_along = 0;                // about the travel axis, right-handed, rad
  double lean = 0;  // of the shape and the pressing axis about the travel axis, towards its left, rad
};

// A stroke along a path or at a place: approach, ramp, (hold and) move, release, rest, as often as there are passes; in
// a row of points each press is a pass. The applicator's +x follows the path, its +z the skin's normal; the tilt turns
// the shape, not the pressing axis; a lean turns both. At travel 0 the shape touches the tangent plane of the
// undeformed skin. On the skin it comes back without turning round.
class Stroke : public Motion {
 public:
  Stroke(Path path, const Shape& shape, const StrokeSettings& settings);

  // One phase of one pass.
  struct Segment {
    Phase phase;
    int pass;
    bool away;  // on the way back, lightly or through the air, or waiting above the skin
    Control control;
    double start, end;                  // s
    double force_start, force_end;      // N, joined by a cubic with zero slopes
    double arc_start, arc_end;          // along the path, m
    double lift_start, lift_end;        // m
    double stretch_start, stretch_end;  // shares
  };
  const std::vector<Segment>& segments() const { return segments_; }
  const Path& path() const { return path_; }
  double touch_force() const { return settings_.touch_share * settings_.force; }  // N

  double end() const override { return segments_.back().end; }
  std::vector<double> boundaries() const override;
  Phase phase_at(double time) const override { return segment_at(time).phase; }
  int pass_at(double time) const override { return segment_at(time).pass; }
  Control control_at(double time) const override { return segment_at(time).control; }
  ApplicatorPose pose_at(double time) const override;
  ApplicatorPose pose_on(double arc) const;  // standing at that place along the path, m
  double force_at(double time) const override;
  double travel_at(double time, double last_travel) const override;

  double arc_at(double time) const;    // place along the path, m
  double speed_at(double time) const;  // along the path, m/s, negative on the way back
  // Share of the stretch that goes with the stroke, 0 … 1: grows after the hold, goes back once the applicator is off.
  double stretch_at(double time) const;

 private:
  const Segment& segment_at(double time) const;
  ApplicatorPose pose_of(const Path::Frame& frame) const;
  double lift_at(double time) const;   // m
  double touch_at(double time) const;  // travel of the first touch, m; once continuously differentiable in the place

  Path path_;
  StrokeSettings settings_;
  std::vector<Segment> segments_;
  Mat3d tilt_;
  double reach_;  // from the shape's origin down to its lowest point, m
};

}  // namespace knead
