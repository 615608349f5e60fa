#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "step/predictor.hpp"
#include "step/system.hpp"

namespace knead {

struct StepSettings {
  std::optional<double> fixed;  // s; adaptive when empty
  double first = 0.02;          // s
  double smallest = 1e-5;       // s, a failing step is halved down to this
  double largest = 0.1;         // s
  // Shorter steps while something moves or rises: largest one, s, that begins in a span of time, s.
  struct Limit {
    double start = 0, end = 0, largest = 0;
  };
  std::vector<Limit> limits;
  double growth = 1.4;      // after an easy step
  int easy_iterations = 5;  // Newton iterations that count as easy
  int hard_iterations = 9;  // and as hard: the next step is shorter
  // How far a step may end from the straight line through the two states before it: the largest difference in
  // displacement over the largest displacement. Empty: Newton's iterations alone set the step.
  std::optional<double> tolerance;
};

// Everything that the next step depends on, and a restart needs.
struct StepState {
  double time = 0;
  std::int64_t step = 0;
  double wanted = 0;  // next step length, s
  Unknowns x;
  std::vector<double> last_travel;           // per applicator, when force control ended
  std::vector<char> was_force;               // per applicator: control of the last step
  std::vector<char> was_touching;            // per applicator: in contact at its end
  std::vector<std::vector<double>> history;  // per surface term, per applicator, of the tissue
};

struct StepOutcome {
  bool ok = false;
  double time = 0, length = 0;
  int rejected = 0;  // attempts that failed and were repeated with shorter steps
  NewtonReport newton;
  std::optional<double>
      curvature;        // distance from the straight line, as for StepSettings::tolerance; none after a reset
  std::string failure;  // one sentence, when not ok; empty when the solve was asked to stop
  Unknowns reached;     // then: where Newton's method stood when it gave up on the last attempt
};

// Advances a System through time; steps land on every boundary and never leave a sliver.
class Stepper {
 public:
  // boundaries: instants to land on (phases of strokes, corners of load tables), s; the last one is the end.
  Stepper(System& system, const StepSettings& settings, std::vector<double> boundaries);

  bool finished() const { return state_.time >= boundaries_.back() - 1e-12 * boundaries_.back(); }
  double end() const { return boundaries_.back(); }
  // Brings the body to equilibrium under its weight and the pre-stretch of its layers before the first step, in shares
  // that shrink when Newton's method fails; iterations are those of all shares. Nothing for a body that has neither, or
  // after the first step; not ok with a sentence when there is no equilibrium.
  std::optional<StepOutcome> mount();
  // One accepted step, or the reason why there is none; the state is then that of the last accepted step.
  StepOutcome advance();

  const StepState& state() const { return state_; }
  // For checkpoints: the state with the terms' histories; after it, this run forgets what a resumed one cannot know.
  StepState checkpoint();
  void restore(const StepState& state);

 private:
  double next_boundary() const;
  double largest_step() const;  // from here, s
  Unknowns first_guess(double time, double length);
  bool attempt(double time, double length, StepOutcome& outcome);
  // After Newton's method has failed on x: another guess. False when there is none or it fails, too.
  bool push_and_solve(double time, StepOutcome& outcome, Unknowns& x);
  std::optional<double> distance_from_line(const Unknowns& x, double length) const;

  System& system_;
  StepSettings settings_;
  std::vector<double> boundaries_;
  StepState state_;
  Predictor predictor_;
};

}  // namespace knead
