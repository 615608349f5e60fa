// Newton's method on all terms together (docs/theory.md, section 11).
#include "step/system.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/stopwatch.hpp"

namespace knead {

namespace {

// A Newton step may raise the residual by this factor, three times in a solve: contact that closes does so.
constexpr double largest_growth = 30;

// Below this rate of reduction the linear solver hardly converges at all.
constexpr double slowest_rate = 0.05;

// Contact points whose phase is another one.
int count_changes(const std::vector<char>& before, const std::vector<char>& now) {
  int count = 0;
  for (std::size_t i = 0; i < now.size(); ++i) count += before[i] != now[i] ? 1 : 0;
  return count;
}

}  // namespace

WorstResidual System::worst_residual(const Residual& r, double force_scale) const {
  using Equation = WorstResidual::Equation;
  const auto& s = settings_.newton;
  WorstResidual worst;
  const auto compare = [&](Equation equation, std::size_t index, double value, double limit) {
    const double excess = value == 0 ? 0 : std::abs(value) / limit;
    if (excess > worst.excess || std::isnan(excess))
      worst = {equation, index, std::isnan(excess) ? std::numeric_limits<double>::infinity() : excess};
  };
  double sum[3] = {0, 0, 0};
  for (std::size_t i = 0; i < r.u.size(); ++i) {
    compare(Equation::force, i / 3, r.u[i], s.force_tolerance * force_scale);
    sum[i % 3] += r.u[i];
  }
  const auto& volume = elastic_.cell_volume();
  for (std::size_t i = 0; i < r.p.size(); ++i)
    compare(Equation::volume, i / 4, r.p[i], s.volume_tolerance * volume[i / 4]);
  // Without an applicator the largest nodal force stands for the applied one.
  double applied = force_scale;
  for (std::size_t t = 0; t < applicators_.size(); ++t) {
    applied = std::max(applied, knead::norm(applicators_[t].contact->force()));
  }
  for (std::size_t i = 0; i < scalars_.size(); ++i) {
    const std::size_t t = scalars_[i].applicator;
    const double target = std::max(std::abs(target_force_[t]), force_scale);
    constexpr Equation equations[] = {Equation::travel, Equation::roll, Equation::suction};
    if (scalars_[i].free)
      compare(equations[static_cast<int>(scalars_[i].kind)], t, r.scalars[i], s.scalar_tolerance * target);
  }
  for (std::size_t c = 0; c < 3; ++c) compare(Equation::balance, c, sum[c], s.balance_tolerance * applied);
  return worst;
}

NewtonReport System::solve(Unknowns& x) {
  NewtonReport report;
  for (;;) {
    const int before = report.newton_iterations;
    newton(x, report);
    report.longest_round = std::max(report.longest_round, report.newton_iterations - before);
    if (!report.converged) break;
    const PressedApplicator* sinking = nullptr;
    for (const auto& a : applicators_)
      if (a.contact->needs_augmentation()) sinking = &a;
    if (!sinking) return report;
    if (report.augmentations == settings_.max_augmentations) {
      report.converged = false;
      report.reason = fmt::format("{} still sinks in by {:.2g} of an element after {} rounds of multipliers",
                                  sinking->name, sinking->contact->relative_penetration(), report.augmentations);
      break;
    }
    ++report.augmentations;
    Stopwatch watch(seconds_.surfaces);
    for (auto& a : applicators_)
      if (a.contact->hard()) a.contact->augment();
  }
  reject();
  return report;
}

void System::reject() {
  for (auto& a : applicators_) a.contact->reject();
}

bool System::find_direction(const Vector<double>& b, double forcing, bool renew, Vector<double>& direction,
                            NewtonReport& report) {
  FgmresSettings krylov;
  krylov.relative_tolerance = forcing;
  krylov.restart = settings_.restart;
  const auto apply_here = [this](const Vector<double>& v, Vector<double>& out) { apply(v, out); };
  const auto precondition_here = [this](const Vector<double>& v, Vector<double>& out) { precondition(v, out); };
  direction.assign(b.size(), 0.0);
  int& iterations = report.krylov_counts.emplace_back(0);
  for (;; renew = true) {
    if (renew) {
      Stopwatch watch(seconds_.preconditioner);
      ++report.preconditioners;
      if (!rebuild_preconditioner()) {
        report.reason = "the tangent is not usable (a number is not finite or has no positive part)";
        return false;
      }
    }
    // An old one may take three times the iterations that a new one took; then a new one goes on from there.
    krylov.max_iterations = settings_.max_krylov;
    if (!renew)
      krylov.max_iterations =
          std::min(krylov.max_iterations, 3 + static_cast<int>(-3 * std::log(forcing) / rates_.fresh));
    FgmresResult result;
    {
      Stopwatch watch(seconds_.krylov);
      result = fgmres(apply_here, precondition_here, b, direction, krylov, workspace_);
    }
    iterations += result.iterations;
    report.krylov_iterations += result.iterations;
    if (!renew && !result.converged) {
      if (result.broke_down) direction.assign(b.size(), 0.0);
      continue;
    }
    const double reduction = result.residual_history.front() / std::max(result.residual, 1e-300);
    rates_.last = std::max(slowest_rate, std::log(reduction) / std::max(1, result.iterations));
    if (renew) rates_.fresh = rates_.last;
    if (!result.broke_down || result.relative_residual < 0.5) return true;
    report.reason = fmt::format("the linear solver broke down (relative residual {:.2e})", result.relative_residual);
    return false;
  }
}

void System::newton(Unknowns& x, NewtonReport& report) {
  report.converged = false;
  const auto& s = settings_.newton;
  // Prescribed values: their increments enter the first linear system, not the state, so that the first trial deforms
  // the whole body and not only the cells at the boundary.
  Vector<double> increment(mask_.size(), 0.0);
  bool has_increment = false;
  for (const auto& p : prescribed_) {
    increment[p.index] = (p.value ? p.value(time_) : 0.0) - x.u[p.index];
    has_increment = has_increment || increment[p.index] != 0;
  }
  for (std::size_t i = 0; i < scalars_.size(); ++i) {
    const Scalar& scalar = scalars_[i];
    if (scalar.free) continue;
    if (scalar.kind == Scalar::Kind::travel) x.scalars[i] = prescribed_travel_[scalar.applicator];
    if (scalar.kind == Scalar::Kind::suction)
      x.scalars[i] = applicators_[scalar.applicator].suction->prescribed_unknown();
  }

  Residual r, trial;
  Unknowns y;
  Vector<double> b, direction;
  evaluate(x, true, r);
  if (!r.valid) {
    report.reason = "the state at the start of the step is not valid (J <= 0)";
    report.worst_cell = r.worst_cell;
    report.min_jacobian = r.min_jacobian;
    return;
  }
  double previous_norm = 0, force_scale = r.force_scale;
  int growths = 0;
  std::vector<char> phases;
  for (int k = 0;; ++k) {
    const double residual_norm = norm(r);
    report.residuals.push_back(residual_norm);
    std::vector<char> now;
    for (const auto& a : applicators_) {
      const auto more = a.contact->phases();
      now.insert(now.end(), more.begin(), more.end());
    }
    report.contact_changes.push_back(k == 0 ? -1 : count_changes(phases, now));
    phases = std::move(now);
    report.min_jacobian = r.min_jacobian;
    report.worst_cell = r.worst_cell;
    force_scale = std::max(r.force_scale, smallest_force_);
    report.worst = worst_residual(r, force_scale);
    if (!has_increment && report.worst.excess <= 1) {
      report.converged = true;
      return;
    }
    if (stop_ && stop_->load() != 0) {
      report.stopped = true;
      report.reason = "stopped";
      return;
    }
    if (k == s.max_iterations) {
      report.reason = fmt::format("Newton did not converge in {} iterations (residual {:.2e} N)", k, residual_norm);
      return;
    }

    ++report.newton_iterations;
    right_hand_side(r, b);
    if (has_increment) {  // b -= K increment
      fill(work_p_, 0);
      elastic_.apply_augmented(increment, work_p_, result_u_, result_p_);
      full_.multiply_add(increment, result_u_);
      const std::size_t nu = mask_.size();
      const auto& scale = elastic_.pressure_scale();
      for (std::size_t i = 0; i < nu; ++i) b[i] -= mask_[i] * result_u_[i];
      for (std::size_t i = 0; i < result_p_.size(); ++i) b[nu + i] -= scale[i / 4] * result_p_[i];
      for (std::size_t i = 0; i < scalars_.size(); ++i)
        if (scalars_[i].free) b[nu + result_p_.size() + i] -= knead::dot(scalars_[i].row, increment);
    }
    // No solve needs to be better than what the balance of forces still asks for.
    double applied = force_scale;
    for (const auto& a : applicators_) applied = std::max(applied, knead::norm(a.contact->force()));
    const double target = 0.3 * std::min(s.balance_tolerance * applied, s.force_tolerance * force_scale);
    // While prescribed values move, the right-hand side is the load and not the residual, and no line search guards the
    // trial: it has to be near the solution of the linear system everywhere.
    const double load = has_increment ? knead::norm(b) : residual_norm;
    double forcing = forcing_term(load, previous_norm, target, s.forcing);
    if (has_increment) forcing = std::min(forcing, s.forcing.first);
    // A preconditioner of an older step is not kept: contact has moved, and a resumed run has none.
    const bool renew = k == 0 || rebuild_pays(rates_, forcing, residual_norm, previous_norm, s.reuse);
    if (!find_direction(b, forcing, renew, direction, report)) return;

    // Backtracking. The residual may grow a few times: contact that closes raises it before it falls.
    if (has_increment)
      for (std::size_t i = 0; i < increment.size(); ++i) direction[i] += increment[i];
    double step = 1;
    bool accepted = false;
    const double start_norm = residual_norm;
    for (int attempt = 0; attempt < 8; ++attempt) {
      add_scaled(direction, step, x, y);
      evaluate(y, true, trial);
      const double trial_norm = trial.valid ? norm(trial) : std::nan("");
      const bool decreased = trial_norm <= (1 - s.line_search.decrease * step * (1 - forcing)) * start_norm;
      const bool tolerated = std::isfinite(trial_norm) && (has_increment || start_norm == 0 ||
                                                           (growths < 3 && trial_norm <= largest_growth * start_norm));
      if (decreased || tolerated) {
        if (!decreased && !has_increment) ++growths;
        accepted = true;
        break;
      }
      step = shorter_step(step, start_norm, trial_norm, forcing, s.line_search);
    }
    if (!accepted) {
      report.reason = trial.valid ? "no Newton step reduces the residual" : "every Newton step inverts a cell";
      report.worst_cell = trial.worst_cell;
      report.min_jacobian = trial.min_jacobian;
      return;
    }
    if (has_increment) {
      has_increment = step < 1;
      for (const auto& p : prescribed_) {
        increment[p.index] -= step * increment[p.index];
        if (!has_increment) y.u[p.index] = p.value ? p.value(time_) : 0.0;
      }
    }
    previous_norm = load;
    std::swap(x, y);
    std::swap(r, trial);
  }
}

}  // namespace knead
