#pragma once
#include <optional>

#include "step/system.hpp"

namespace knead {

// Straight-line extrapolation in time from the last two accepted states (u, p, travel), as a first guess for Newton's
// method. Knows nothing across a reset: a boundary of a stroke, the begin or end of contact, a checkpoint.
class Predictor {
 public:
  void reset() { has_slope_ = false; }
  // The step from `before` to `after` of `length` (s) was accepted.
  void accept(const Unknowns& before, const Unknowns& after, double length);
  // Where the state would be `length` (s) later; nothing after a reset.
  std::optional<Unknowns> predict(const Unknowns& now, double length) const;

 private:
  bool has_slope_ = false;
  Unknowns slope_;  // per s
};

}  // namespace knead
