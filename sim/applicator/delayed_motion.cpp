#include "applicator/delayed_motion.hpp"

#include <algorithm>
#include <cmath>

namespace knead {

DelayedMotion::DelayedMotion(std::shared_ptr<const Motion> motion, double start)
    : motion_(std::move(motion)), start_(start), own_boundaries_(motion_->boundaries()) {}

std::vector<double> DelayedMotion::boundaries() const {
  std::vector<double> b = own_boundaries_;
  for (double& t : b) t += start_;
  return b;
}

// A boundary plus the start less the start may lie a rounding beyond the boundary, in the next phase: it is put back.
double DelayedMotion::local(double t) const {
  const double time = std::clamp(t - start_, 0.0, motion_->end());
  const auto next = std::lower_bound(own_boundaries_.begin(), own_boundaries_.end(), time);
  const double rounding = 1e-12 * (t + start_);
  if (next != own_boundaries_.end() && *next - time < rounding) return *next;
  if (next != own_boundaries_.begin() && time - *std::prev(next) < rounding) return *std::prev(next);
  return time;
}

}  // namespace knead
