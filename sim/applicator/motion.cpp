#include "applicator/motion.hpp"

#include <algorithm>
#include <cmath>

#include "applicator/scripted_motion.hpp"
#include "base/error.hpp"

namespace knead {

std::string to_string(Phase phase) {
  switch (phase) {
    case Phase::approach:
      return "approach";
    case Phase::ramp:
      return "ramp";
    case Phase::hold:
      return "hold";
    case Phase::move:
      return "move";
    case Phase::release:
      return "release";
    case Phase::rest:
      return "rest";
  }
  return "";
}

ScriptedMotion::ScriptedMotion(ScriptedMotionSettings settings) : settings_(std::move(settings)) {
  if (settings_.travel.has_value() == settings_.force.has_value())
    throw Error(ExitCode::invalid_input, "an applicator needs either a travel or a force over time, not both");
  if (!(settings_.end > 0))
    throw Error(ExitCode::invalid_input, "the motion of an applicator needs a positive end time");
  boundaries_ = {0, settings_.end};
  for (double t : settings_.knots)
    if (t > 0 && t < settings_.end) boundaries_.push_back(t);
  std::sort(boundaries_.begin(), boundaries_.end());
  boundaries_.erase(std::unique(boundaries_.begin(), boundaries_.end()), boundaries_.end());
}

Phase ScriptedMotion::phase_at(double) const {
  return settings_.shift[0] || settings_.shift[1] || settings_.shift[2] ? Phase::move : Phase::hold;
}

ApplicatorPose ScriptedMotion::pose_at(double time) const {
  ApplicatorPose pose = settings_.pose;
  const double step = 1e-6 * settings_.end;
  Vec3d velocity{{0, 0, 0}};
  for (int i = 0; i < 3; ++i) {
    const auto& shift = settings_.shift[static_cast<std::size_t>(i)];
    if (!shift) continue;
    pose.position[i] += (*shift)(time);
    velocity[i] = (*shift)(time) - (*shift)(time - step);  // towards the end of the interval that ends now
  }
  for (int i = 0; i < 3; ++i) pose.rolled += (pose.position[i] - settings_.pose.position[i]) * pose.rotation(i, 0);
  const double speed = norm(velocity);
  if (speed > 0) pose.velocity_direction = velocity / speed;
  return pose;
}

}  // namespace knead
