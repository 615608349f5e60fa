#include "step/stepper.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "step/push_in.hpp"

namespace knead {

namespace {

// A guess in which an applicator under force control touches with fewer than this share of the points that it would
// touch where the skin was left is no start: on so few points it is softly held, and Newton's first step plunges it
// into the body. A straight line in time makes such guesses when an applicator glides half of its contact in a step.
constexpr double smallest_hold = 0.75;

// Contact points of each applicator whose travel is unknown; 0 for the others.
std::vector<int> touching_under_force(System& system, const Unknowns& x) {
  std::vector<int> points(system.applicators().size(), 0);
  Vector<double> unused(x.u.size(), 0.0);
  for (std::size_t t = 0; t < points.size(); ++t) {
    if (!system.force_controlled(t)) continue;
    Contact& contact = *system.applicators()[t].contact;
    contact.evaluate(x.u, x.scalars, unused, nullptr, nullptr);
    points[t] = contact.num_active();
  }
  return points;
}

}  // namespace

Stepper::Stepper(System& system, const StepSettings& settings, std::vector<double> boundaries)
    : system_(system), settings_(settings), boundaries_(std::move(boundaries)) {
  std::sort(boundaries_.begin(), boundaries_.end());
  std::vector<double> kept;
  for (double b : boundaries_)
    if (b > 0 && (kept.empty() || b > kept.back() * (1 + 1e-12) + 1e-12)) kept.push_back(b);
  boundaries_ = kept;
  state_.x = system_.rest();
  state_.wanted = settings_.fixed.value_or(settings_.first);
  state_.last_travel.assign(system_.applicators().size(), 0.0);
  state_.was_force.assign(system_.applicators().size(), 0);
  state_.was_touching = state_.was_force;
}

double Stepper::next_boundary() const {
  for (double b : boundaries_)
    if (b > state_.time + 1e-12 * boundaries_.back()) return b;
  return boundaries_.back();
}

double Stepper::largest_step() const {
  double largest = settings_.largest;
  const double rounding = 1e-12 * boundaries_.back();
  for (const StepSettings::Limit& limit : settings_.limits)
    if (state_.time >= limit.start - rounding && state_.time < limit.end - rounding)
      largest = std::min(largest, limit.largest);
  return largest;
}

Unknowns Stepper::first_guess(double time, double length) {
  Unknowns x = state_.x;
  if (auto predicted = predictor_.predict(state_.x, length)) {
    const std::vector<int> held = touching_under_force(system_, x);
    System::Residual r;
    system_.evaluate(*predicted, false, r);
    const std::vector<int> kept = touching_under_force(system_, *predicted);
    bool lets_go = false;
    for (std::size_t t = 0; t < kept.size(); ++t) lets_go = lets_go || kept[t] < smallest_hold * held[t];
    if (r.valid && !lets_go) x = std::move(*predicted);
  }
  for (std::size_t t = 0; t < system_.applicators().size(); ++t) {
    if (!system_.force_controlled(t) || state_.was_force[t]) continue;
    // Force control begins: start where the skin, as it is, would already carry the force.
    auto& a = system_.applicators()[t];
    const auto start = a.contact->travel_for_force(x.u, std::max(a.motion->force_at(time), system_.smallest_force()));
    if (start) x.scalars[t] = std::max(x.scalars[t], *start);
  }
  return x;
}

std::optional<double> Stepper::distance_from_line(const Unknowns& x, double length) const {
  const auto predicted = predictor_.predict(state_.x, length);
  if (!predicted) return std::nullopt;
  double distance = 0, largest = 0;
  for (std::size_t i = 0; i < x.u.size(); ++i) {
    distance = std::max(distance, std::abs(x.u[i] - predicted->u[i]));
    largest = std::max(largest, std::abs(x.u[i]));
  }
  return largest > 0 ? distance / largest : 0;
}

// Pushes the applicator whose force control begins, or after some failures the first one under force control.
bool Stepper::push_and_solve(double time, StepOutcome& outcome, Unknowns& x) {
  constexpr int patience = 2;  // steps cut in half before
  for (std::size_t t = 0; t < system_.applicators().size(); ++t) {
    if (!system_.force_controlled(t) || (state_.was_force[t] && outcome.rejected < patience)) continue;
    NewtonReport pushed;
    auto guess = push_in(system_, t, state_.x, time, state_.last_travel, pushed);
    if (!guess) return false;
    NewtonReport last = system_.solve(*guess);
    last.newton_iterations += outcome.newton.newton_iterations + pushed.newton_iterations;
    last.krylov_iterations += outcome.newton.krylov_iterations + pushed.krylov_iterations;
    last.preconditioners += outcome.newton.preconditioners + pushed.preconditioners;
    outcome.newton = std::move(last);
    x = std::move(*guess);
    return outcome.newton.converged;
  }
  return false;
}

bool Stepper::attempt(double time, double length, StepOutcome& outcome) {
  system_.set_time(time, state_.last_travel);
  Unknowns x = first_guess(time, length);
  outcome.newton = system_.solve(x);
  const bool direct = outcome.newton.converged;
  if (!direct && !push_and_solve(time, outcome, x)) {
    outcome.reached = std::move(x);
    return false;
  }
  if (settings_.tolerance) {
    outcome.curvature = distance_from_line(x, length);
    const bool can_be_halved = 0.5 * length >= settings_.smallest;
    if (outcome.curvature > 2 * *settings_.tolerance && can_be_halved) {
      system_.reject();
      return false;
    }
  }
  bool same_contact = direct;  // what needed a push will not go on in a straight line
  for (std::size_t t = 0; t < system_.applicators().size(); ++t) {
    const char touching = system_.applicators()[t].contact->in_contact() ? 1 : 0;
    same_contact = same_contact && touching == state_.was_touching[t];
    state_.was_touching[t] = touching;
  }
  if (same_contact)
    predictor_.accept(state_.x, x, length);
  else
    predictor_.reset();
  state_.x = std::move(x);
  return true;
}

std::optional<StepOutcome> Stepper::mount() {
  if (!system_.elastic().needs_mounting() || state_.step > 0) return std::nullopt;
  StepOutcome outcome;
  outcome.ok = true;
  int newton_iterations = 0, krylov_iterations = 0;
  constexpr double first = 0.25, smallest = 1e-3;
  double share = 0, wanted = first;
  while (share < 1) {
    const double next = std::min(1.0, share + wanted);
    system_.set_time(0, state_.last_travel);
    system_.set_mounting(next);
    Unknowns x = state_.x;
    outcome.newton = system_.solve(x);
    outcome.newton.newton_iterations = newton_iterations += outcome.newton.newton_iterations;
    outcome.newton.krylov_iterations = krylov_iterations += outcome.newton.krylov_iterations;
    if (outcome.newton.converged) {
      share = next;
      state_.x = std::move(x);
      system_.commit(state_.x);
      if (outcome.newton.longest_round <= settings_.easy_iterations) wanted *= 2;
      continue;
    }
    ++outcome.rejected;
    wanted = 0.5 * (next - share);
    if (outcome.newton.stopped) {
      outcome.ok = false;
      return outcome;
    }
    if (wanted < smallest) {
      outcome.ok = false;
      outcome.failure =
          fmt::format("the body finds no equilibrium under {:.3g} of its weight, pre-stretch and muscle tension: {}",
                      next, outcome.newton.reason);
      outcome.reached = std::move(x);
      return outcome;
    }
  }
  system_.forget();
  return outcome;
}

StepOutcome Stepper::advance() {
  StepOutcome outcome;
  const double boundary = next_boundary();
  const double rest = boundary - state_.time;
  double wanted = std::min(state_.wanted, settings_.fixed ? *settings_.fixed : largest_step());
  NewtonReport failed;
  for (;;) {
    const double count = std::max(1.0, std::ceil(rest / wanted - 1e-9));
    const double length = rest / count;
    const double time = count == 1 ? boundary : state_.time + length;
    const bool ok = attempt(time, length, outcome);
    if (ok) {
      outcome.ok = true;
      outcome.time = time;
      outcome.length = length;
      system_.commit(state_.x);
      for (std::size_t t = 0; t < state_.was_force.size(); ++t) {
        state_.was_force[t] = system_.force_controlled(t) ? 1 : 0;
        if (state_.was_force[t]) state_.last_travel[t] = state_.x.scalars[t];
      }
      state_.time = time;
      if (count == 1) predictor_.reset();  // what moves changes there
      ++state_.step;
      if (!settings_.fixed) {
        const int n = outcome.newton.longest_round;
        if (n <= settings_.easy_iterations && outcome.rejected == 0)
          wanted = std::max(wanted, length) * settings_.growth;
        if (n >= settings_.hard_iterations) wanted = length * 0.7;
        // The distance grows with the square of the length.
        if (outcome.curvature > 0.0)
          wanted = std::min(wanted, 0.9 * length * std::sqrt(*settings_.tolerance / *outcome.curvature));
        state_.wanted = std::clamp(wanted, settings_.smallest, settings_.largest);
      } else {
        state_.wanted = *settings_.fixed;
      }
      return outcome;
    }
    if (outcome.newton.stopped) return outcome;
    ++outcome.rejected;
    failed = outcome.newton;
    wanted = 0.5 * length;
    if (wanted < settings_.smallest) {
      outcome.time = time;
      outcome.failure = fmt::format("no convergence at t = {:.5g} s with the smallest step of {:.2g} s: {}", time,
                                    length, failed.reason);
      return outcome;
    }
  }
}

StepState Stepper::checkpoint() {
  system_.forget();
  predictor_.reset();
  StepState s = state_;
  s.history.clear();
  for (const auto& t : system_.terms()) s.history.push_back(t->history());
  for (const auto& a : system_.applicators()) {
    s.history.push_back(a.contact->history());
    if (a.suction) s.history.push_back(a.suction->history());
  }
  s.history.push_back(system_.elastic().history());
  return s;
}

void Stepper::restore(const StepState& state) {
  state_ = state;
  system_.forget();
  predictor_.reset();
  std::size_t expected = system_.terms().size() + system_.applicators().size() + 1;
  for (const auto& a : system_.applicators()) expected += a.suction ? 1 : 0;
  if (state.history.size() != expected)
    throw Error(ExitCode::file_error, fmt::format("the checkpoint has {} histories instead of {}: it is of another "
                                                  "version of this program; run without --resume",
                                                  state.history.size(), expected));
  std::size_t i = 0;
  for (const auto& t : system_.terms()) t->set_history(state.history[i++]);
  for (auto& a : system_.applicators()) {
    a.contact->set_history(state.history[i++]);
    if (a.suction) a.suction->set_history(state.history[i++]);
  }
  system_.elastic().set_history(state.history[i++]);
}

}  // namespace knead
