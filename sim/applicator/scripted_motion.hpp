#pragma once
#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "applicator/motion.hpp"

namespace knead {

// A number over time, s.
using TimeFunction = std::function<double(double)>;

// An explicit motion for specimens: a fixed orientation and axis, tables over time for everything else.
struct ScriptedMotionSettings {
  ApplicatorPose pose;                               // at time 0, travel 0
  std::array<std::optional<TimeFunction>, 3> shift;  // prescribed displacement in body axes, m, added to the pose
  std::optional<TimeFunction> travel;                // along the pressing axis, m; exactly one of travel
  std::optional<TimeFunction> force;                 // and force along it, N, compression positive
  std::vector<double> knots;                         // times where a table has a corner, s
  double end = 1;                                    // s
};

// All of it is one pass of one phase, move when there is a shift and hold when there is none.
class ScriptedMotion : public Motion {
 public:
  explicit ScriptedMotion(ScriptedMotionSettings settings);

  double end() const override { return settings_.end; }
  std::vector<double> boundaries() const override { return boundaries_; }
  Phase phase_at(double) const override;
  int pass_at(double) const override { return 0; }
  Control control_at(double) const override { return settings_.force ? Control::force : Control::travel; }
  ApplicatorPose pose_at(double time) const override;
  double force_at(double time) const override { return settings_.force ? (*settings_.force)(time) : 0; }
  double travel_at(double time, double last_travel) const override {
    return settings_.travel ? (*settings_.travel)(time) : last_travel;
  }

 private:
  ScriptedMotionSettings settings_;
  std::vector<double> boundaries_;
};

}  // namespace knead
