#pragma once
// Decisions of an inexact Newton method, as pure functions; the loop over them lives with the time step.
#include <cmath>

namespace knead {

// Forcing term: how well the linear system of a Newton step is solved. Eisenstat & Walker, "Choosing the forcing terms
// in an inexact Newton method", SIAM J. Sci. Comput. 17 (1996), choice 2: η = γ (‖F_k‖/‖F_k−1‖)^α.
struct ForcingSettings {
  double first = 1e-2;
  double largest = 0.1;
  double smallest = 1e-8;
  double gamma = 0.9;
  double alpha = 2;
};

// Sufficient decrease ‖F(u + λ s)‖ ≤ (1 − t λ (1 − η)) ‖F(u)‖, the condition of the same paper.
struct LineSearchSettings {
  double decrease = 1e-4;  // t
  double shortest_step = 1.0 / 1024;
  double smallest_factor = 0.1;  // of λ from one trial to the next
  double largest_factor = 0.5;
};

// When the preconditioner of an older tangent is replaced.
struct ReuseSettings {
  double worth = 2;        // when a new one saves more than so many Krylov iterations; below 0: always
  double unsettled = 0.5;  // when the residual has not fallen below this part of the previous one: contact changed
};

// When Newton is done; each is checked by the caller, who knows the forces and volumes.
struct NewtonSettings {
  int max_iterations = 25;
  double force_tolerance = 1e-6;  // max |r_u| over the largest nodal force of the step
  double volume_tolerance = 1e-8;  // |∫ φ (J − J*)| over the volume of each element, for its four pressure functions
  double scalar_tolerance = 1e-8;   // each scalar equation, over its largest term
  double balance_tolerance = 1e-7;  // |Σ r_u| over the applied force, in each direction
  ForcingSettings forcing{};
  LineSearchSettings line_search{};
  ReuseSettings reuse{};
};

// Relative tolerance η_k of the next linear solve. previous_residual ≤ 0 marks the first Newton iteration. The last
// solve need not be better than half of what convergence still asks for (target: the norm at which Newton is done, 0 if
// unknown; Kelley 1995, section 6.3). Eisenstat & Walker keep η above γ η_k−1^α while that exceeds 0.1; below the
// largest η here, 0.1, that never happens.
double forcing_term(double residual, double previous_residual, double target, const ForcingSettings& settings);

// How well a preconditioner did: natural logarithm of the factor by which a Krylov iteration reduced the residual.
struct ReductionRates {
  double fresh = 0;  // in the first solve with it
  double last = 0;   // in the latest
};

// Does building a preconditioner of the present tangent pay, for a linear solve to the relative tolerance `forcing`?
bool rebuild_pays(const ReductionRates& rates, double forcing, double residual, double previous_residual,
                  const ReuseSettings& settings);

struct LineSearchResult {
  double step = 0;      // λ; 0 when none was accepted
  double residual = 0;  // ‖F‖ there
  int trials = 0;
  bool accepted = false;
};

// Next λ after a trial at `step` gave `trial`, from `start` at λ = 0: the minimum of the parabola through ‖F‖² at 0 and
// at the trial whose slope at 0 is that of a Newton step, −2 (1 − η) ‖F‖², kept between the two factors. A trial that
// is not finite (a state that is not allowed, J ≤ 0) is answered by the largest factor.
double shorter_step(double step, double start, double trial, double forcing, const LineSearchSettings& settings);

// Backtracking from λ = 1. residual_at(λ) returns ‖F(u + λ s)‖, or NaN or infinity for a state that is not allowed.
template <class ResidualAt>
LineSearchResult backtrack(ResidualAt&& residual_at, double start, double forcing,
                           const LineSearchSettings& settings = {}) {
  LineSearchResult result;
  for (double step = 1; step >= settings.shortest_step;) {
    const double trial = residual_at(step);
    ++result.trials;
    if (std::isfinite(trial) && trial <= (1 - settings.decrease * step * (1 - forcing)) * start) {
      result.step = step;
      result.residual = trial;
      result.accepted = true;
      return result;
    }
    step = shorter_step(step, start, trial, forcing, settings);
  }
  return result;
}

}  // namespace knead
