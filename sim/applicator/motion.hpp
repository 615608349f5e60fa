#pragma once
#include <memory>
#include <string>
#include <vector>

#include "math/tensor.hpp"

namespace knead {

// Phases of a stroke, in order. The lift and the way back through the air belong to rest.
enum class Phase { approach, ramp, hold, move, release, rest };
std::string to_string(Phase phase);

// Who says where the applicator is along its pressing axis: the motion, or the force it has to reach.
enum class Control { travel, force };

// Where an applicator is: a point x of its own axes stands at position + travel · pressing + rotation x.
struct ApplicatorPose {
  Vec3d position{{0, 0, 0}};            // of the own origin at travel 0, m
  Mat3d rotation = Mat3d::identity();   // own axes to body axes
  Vec3d pressing{{0, 0, -1}};           // unit, into the body; travel counts along it
  Vec3d velocity_direction{{0, 0, 0}};  // unit while it glides, zero while it does not
  double rolled = 0;                    // way that a rolling applicator has gone along its path, m
};

// How an applicator moves: a rigid pose over time, and the force or the travel that presses it.
class Motion {
 public:
  virtual ~Motion() = default;
  virtual double end() const = 0;  // s; starts at 0
  // Instants that a time step must land on, ascending, from 0 to end().
  virtual std::vector<double> boundaries() const = 0;

  // Phase, pass (from 0) and control of the interval that ends at `time`: at a boundary those of the phase just
  // finished.
  virtual Phase phase_at(double time) const = 0;
  virtual int pass_at(double time) const = 0;
  virtual Control control_at(double time) const = 0;

  virtual ApplicatorPose pose_at(double time) const = 0;
  // Wanted force along the pressing axis, N, compression positive; in approach the force that counts as touching.
  virtual double force_at(double time) const = 0;
  // Prescribed travel, m, where the control is travel. `last_travel`: the travel when force control ended, from which
  // the lift sets out.
  virtual double travel_at(double time, double last_travel) const = 0;
};

}  // namespace knead
