#pragma once
#include <memory>

#include "applicator/motion.hpp"

namespace knead {

// A motion that begins later than the run, and waits above the skin before and after.
class DelayedMotion final : public Motion {
 public:
  // start: s, ≥ 0
  DelayedMotion(std::shared_ptr<const Motion> motion, double start);
  double end() const override { return start_ + motion_->end(); }
  std::vector<double> boundaries() const override;
  Phase phase_at(double t) const override { return inside(t) ? motion_->phase_at(local(t)) : Phase::rest; }
  int pass_at(double t) const override { return motion_->pass_at(local(t)); }
  Control control_at(double t) const override { return inside(t) ? motion_->control_at(local(t)) : Control::travel; }
  ApplicatorPose pose_at(double t) const override { return motion_->pose_at(local(t)); }
  double force_at(double t) const override { return inside(t) ? motion_->force_at(local(t)) : 0; }
  double travel_at(double t, double last) const override { return motion_->travel_at(local(t), last); }

 private:
  bool inside(double t) const { return t > start_ && t <= end() * (1 + 1e-12); }
  double local(double t) const;

  std::shared_ptr<const Motion> motion_;
  double start_;
  std::vector<double> own_boundaries_;  // of the motion itself
};

}  // namespace knead
