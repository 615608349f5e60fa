#include "step/system.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

namespace knead {

namespace {

std::vector<std::array<int, 9>> all_faces(const std::vector<std::unique_ptr<SurfaceTerm>>& terms,
                                          const std::vector<PressedApplicator>& applicators) {
  std::vector<std::array<int, 9>> faces;
  const auto append = [&](const SurfaceTerm& term) {
    const auto more = term.faces();
    faces.insert(faces.end(), more.begin(), more.end());
  };
  for (const auto& t : terms) append(*t);
  for (const auto& a : applicators) append(*a.contact);
  return faces;
}

std::vector<std::uint8_t> held_bits(const Body& body, const std::vector<PrescribedComponent>& prescribed) {
  std::vector<std::uint8_t> held = body.held;
  for (const auto& p : prescribed)
    held[p.index / 3] = static_cast<std::uint8_t>(held[p.index / 3] | (1u << (p.index % 3)));
  return held;
}

// A Newton step may raise the residual by this factor, three times in a solve: contact that closes does so.
constexpr double largest_growth = 30;

class Stopwatch {
 public:
  explicit Stopwatch(double& total) : total_(total), start_(std::chrono::steady_clock::now()) {}
  ~Stopwatch() { total_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  double& total_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace

System::System(std::shared_ptr<const Body> body, std::vector<std::unique_ptr<SurfaceTerm>> terms,
               std::vector<PressedApplicator> applicators, std::vector<PrescribedComponent> prescribed,
               const SystemSettings& settings)
    : body_(std::move(body)),
      terms_(std::move(terms)),
      applicators_(std::move(applicators)),
      prescribed_(std::move(prescribed)),
      settings_(settings),
      elastic_(*body_),
      multigrid_(body_->mesh, held_bits(*body_, prescribed_), settings.multigrid) {
  const auto faces = all_faces(terms_, applicators_);
  full_ = SurfaceMatrix(body_->mesh.num_nodes(), faces);
  positive_ = full_;
  mask_.resize(multigrid_.mask().size());
  copy(multigrid_.mask(), mask_);
  const std::size_t num_travel = applicators_.size();
  force_control_.assign(num_travel, 0);
  target_force_.assign(num_travel, 0);
  prescribed_travel_.assign(num_travel, 0);
  travel_stiffness_.assign(num_travel, 1);
  travel_schur_.assign(num_travel, 1);
  // Forces below a millionth of μ h² are rounding: the scale of a body that nothing touches yet.
  for (std::size_t c = 0; c < elastic_.cell_volume().size(); ++c)
    smallest_force_ = std::max(smallest_force_, 1e-6 * elastic_.pressure_scale()[c] * elastic_.cell_volume()[c]);
  const std::size_t nu = mask_.size(), np = 4 * static_cast<std::size_t>(elastic_.num_cells());
  work_u_.assign(nu, 0.0);
  result_u_.assign(nu, 0.0);
  work_p_.assign(np, 0.0);
  result_p_.assign(np, 0.0);
  float_u_.assign(nu, 0.0f);
  float_z_.assign(nu, 0.0f);
  float_p_.assign(np, 0.0f);
}

Unknowns System::rest() const {
  Unknowns x;
  x.u.assign(mask_.size(), 0.0);
  x.p.assign(work_p_.size(), 0.0);
  x.travel.assign(applicators_.size(), 0.0);
  return x;
}

void System::set_time(double time, const std::vector<double>& last_travel) {
  time_ = time;
  for (auto& t : terms_) t->set_time(time);
  for (std::size_t i = 0; i < applicators_.size(); ++i) {
    auto& a = applicators_[i];
    a.contact->set_pose(a.motion->pose_at(time));
    force_control_[i] = a.motion->control_at(time) == Control::force;
    target_force_[i] = a.motion->force_at(time);
    prescribed_travel_[i] = a.motion->travel_at(time, last_travel[i]);
  }
}

void System::evaluate(const Unknowns& x, bool linearise, Residual& r) {
  r.u.resize(x.u.size());
  r.p.resize(x.p.size());
  r.travel.assign(applicators_.size(), 0.0);
  const auto outcome = elastic_.evaluate(x.u, x.p, r.u, r.p, linearise);
  r.valid = outcome.valid;
  r.worst_cell = outcome.worst_cell;
  r.min_jacobian = outcome.min_jacobian;
  r.energy = outcome.energy;
  if (!r.valid) return;
  r.force_scale = 0;
  for (double f : r.u) r.force_scale = std::max(r.force_scale, std::abs(f));
  if (linearise) {
    full_.set_zero();
    positive_.set_zero();
  }
  const auto add = [&](SurfaceTerm& term) {
    term.evaluate(x.u, x.travel, r.u, linearise ? &full_ : nullptr, linearise ? &positive_ : nullptr);
    r.energy += term.energy();
  };
  for (auto& t : terms_) add(*t);
  for (std::size_t i = 0; i < applicators_.size(); ++i) {
    Contact& contact = *applicators_[i].contact;
    add(contact);
    if (!force_control_[i]) continue;
    r.travel[i] = contact.force_along_pressing() - target_force_[i];
    // Out of contact the row would be empty: move on by a pad's depth of the wanted force.
    if (linearise)
      travel_stiffness_[i] =
          contact.in_contact() ? contact.travel_stiffness() : std::max(target_force_[i], 1e-9) / 1e-3;
  }
  parallel_blocks(r.u.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) r.u[i] *= mask_[i];
  });
}

double System::norm(const Residual& r) const {
  const auto& scale = elastic_.pressure_scale();
  double sum = dot(r.u, r.u);
  sum += reduce_blocks(r.p.size(), [&](std::size_t begin, std::size_t end) {
    double s = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const double x = scale[i / 4] * r.p[i];
      s += x * x;
    }
    return s;
  });
  for (double t : r.travel) sum += t * t;
  return std::sqrt(sum);
}

// Layout of Krylov vectors: u, then p over its scale, then travel.
void System::apply(const Vector<double>& x, Vector<double>& y) {
  const std::size_t nu = mask_.size(), np = work_p_.size();
  const auto& scale = elastic_.pressure_scale();
  parallel_blocks(nu, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) work_u_[i] = x[i];
  });
  parallel_blocks(np, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) work_p_[i] = scale[i / 4] * x[nu + i];
  });
  elastic_.apply_augmented(work_u_, work_p_, result_u_, result_p_);
  full_.multiply_add(work_u_, result_u_);
  for (std::size_t t = 0; t < applicators_.size(); ++t) {
    const double d = x[nu + np + t];
    if (!force_control_[t]) {
      y[nu + np + t] = d;
      continue;
    }
    double sum = travel_stiffness_[t] * d;
    for (const auto& [node, v] : applicators_[t].contact->travel_row())
      for (int c = 0; c < 3; ++c)
        sum += v[c] * work_u_[3 * static_cast<std::size_t>(node) + static_cast<std::size_t>(c)];
    y[nu + np + t] = sum;
    for (const auto& [node, v] : applicators_[t].contact->travel_column())
      for (int c = 0; c < 3; ++c)
        result_u_[3 * static_cast<std::size_t>(node) + static_cast<std::size_t>(c)] += v[c] * d;
  }
  parallel_blocks(nu, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) y[i] = mask_[i] * result_u_[i];
  });
  parallel_blocks(np, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) y[nu + i] = scale[i / 4] * result_p_[i];
  });
}

void System::precondition(const Vector<double>& r, Vector<double>& z) {
  const std::size_t nu = mask_.size(), np = work_p_.size();
  const auto& scale = elastic_.pressure_scale();
  const auto& schur = elastic_.schur_inverse();
  z.resize(r.size());
  parallel_blocks(np, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const double p = -schur[i / 4] * r[nu + i] / scale[i / 4];
      float_p_[i] = static_cast<float>(p);
      z[nu + i] = p / scale[i / 4];
    }
  });
  elastic_.apply_pressure_columns(float_p_, float_u_);
  for (std::size_t t = 0; t < applicators_.size(); ++t) {
    const double d = r[nu + np + t] / (force_control_[t] ? travel_schur_[t] : 1.0);
    z[nu + np + t] = d;
    if (!force_control_[t]) continue;
    for (const auto& [node, v] : applicators_[t].contact->travel_column())
      for (int c = 0; c < 3; ++c)
        float_u_[3 * static_cast<std::size_t>(node) + static_cast<std::size_t>(c)] += static_cast<float>(v[c] * d);
  }
  parallel_blocks(nu, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) float_u_[i] = static_cast<float>(r[i]) - float_u_[i];
  });
  multigrid_.vcycle(float_u_, float_z_);
  parallel_blocks(nu, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) z[i] = float_z_[i];
  });
}

bool System::rebuild_preconditioner() {
  if (!multigrid_.update(elastic_, positive_)) return false;
  // Stiffness that an applicator feels with the tissue behind it in series: k - wᵀ P⁻¹ w.
  for (std::size_t t = 0; t < applicators_.size(); ++t) {
    if (!force_control_[t]) continue;
    const Contact& contact = *applicators_[t].contact;
    const double k = travel_stiffness_[t];
    travel_schur_[t] = k;
    if (contact.travel_column().empty()) continue;
    fill(float_u_, 0);
    for (const auto& [node, v] : contact.travel_column())
      for (int c = 0; c < 3; ++c)
        float_u_[3 * static_cast<std::size_t>(node) + static_cast<std::size_t>(c)] = static_cast<float>(v[c]);
    multigrid_.vcycle(float_u_, float_z_);
    double series = k;
    for (const auto& [node, v] : contact.travel_row())
      for (int c = 0; c < 3; ++c)
        series -=
            v[c] * static_cast<double>(float_z_[3 * static_cast<std::size_t>(node) + static_cast<std::size_t>(c)]);
    travel_schur_[t] = std::max(series, 1e-3 * k);
  }
  return true;
}

void System::right_hand_side(const Residual& r, Vector<double>& b) {
  const std::size_t nu = mask_.size(), np = work_p_.size();
  const auto& scale = elastic_.pressure_scale();
  b.resize(num_unknowns());
  copy(r.u, result_u_);
  elastic_.augment_right_hand_side(r.p, result_u_);
  parallel_blocks(nu, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) b[i] = -mask_[i] * result_u_[i];
  });
  parallel_blocks(np, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) b[nu + i] = -scale[i / 4] * r.p[i];
  });
  for (std::size_t t = 0; t < applicators_.size(); ++t) b[nu + np + t] = -r.travel[t];
}

bool System::converged(const Residual& r, double force_scale) const {
  const auto& s = settings_.newton;
  double largest = 0;
  double sum[3] = {0, 0, 0};
  for (std::size_t i = 0; i < r.u.size(); ++i) {
    largest = std::max(largest, std::abs(r.u[i]));
    sum[i % 3] += r.u[i];
  }
  if (!(largest <= s.force_tolerance * force_scale)) return false;
  const auto& volume = elastic_.cell_volume();
  for (std::size_t c = 0; c < volume.size(); ++c)
    if (!(std::abs(r.p[4 * c]) <= s.volume_tolerance * volume[c])) return false;
  double applied = 0;
  for (std::size_t t = 0; t < applicators_.size(); ++t) {
    const double target = std::max(std::abs(target_force_[t]), force_scale);
    if (force_control_[t] && !(std::abs(r.travel[t]) <= s.scalar_tolerance * target)) return false;
    applied = std::max(applied, knead::norm(applicators_[t].contact->force()));
  }
  // Without an applicator the largest nodal force stands for the applied one.
  applied = std::max(applied, force_scale);
  for (double x : sum)
    if (!(std::abs(x) <= s.balance_tolerance * applied)) return false;
  return true;
}

void System::add_scaled(const Vector<double>& direction, double step, const Unknowns& from, Unknowns& to) const {
  const std::size_t nu = mask_.size(), np = work_p_.size();
  const auto& scale = elastic_.pressure_scale();
  to.u.resize(nu);
  to.p.resize(np);
  to.travel = from.travel;
  parallel_blocks(nu, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) to.u[i] = from.u[i] + step * direction[i];
  });
  parallel_blocks(np, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) to.p[i] = from.p[i] + step * scale[i / 4] * direction[nu + i];
  });
  for (std::size_t t = 0; t < to.travel.size(); ++t) to.travel[t] += step * direction[nu + np + t];
}

NewtonReport System::solve(Unknowns& x) {
  NewtonReport report;
  const auto& s = settings_.newton;
  // Prescribed values: their increments enter the first linear system, not the state, so that the first trial deforms
  // the whole body and not only the cells at the boundary.
  Vector<double> increment(mask_.size(), 0.0);
  bool has_increment = false;
  for (const auto& p : prescribed_) {
    increment[p.index] = (p.value ? p.value(time_) : 0.0) - x.u[p.index];
    has_increment = has_increment || increment[p.index] != 0;
  }
  for (std::size_t t = 0; t < applicators_.size(); ++t)
    if (!force_control_[t]) x.travel[t] = prescribed_travel_[t];

  Residual r, trial;
  Unknowns y;
  Vector<double> b, direction;
  {
    Stopwatch watch(report.assemble_seconds);
    evaluate(x, true, r);
  }
  if (!r.valid) {
    report.reason = "the state at the start of the step is not valid (J <= 0)";
    report.worst_cell = r.worst_cell;
    report.min_jacobian = r.min_jacobian;
    return report;
  }
  double previous_norm = 0, forcing = 0, force_scale = r.force_scale;
  int growths = 0;
  for (int k = 0;; ++k) {
    const double residual_norm = norm(r);
    report.residuals.push_back(residual_norm);
    report.min_jacobian = r.min_jacobian;
    report.worst_cell = r.worst_cell;
    force_scale = std::max(r.force_scale, smallest_force_);
    if (!has_increment && converged(r, force_scale)) {
      report.converged = true;
      report.newton_iterations = k;
      return report;
    }
    if (k == s.max_iterations) {
      report.reason = fmt::format("Newton did not converge in {} iterations (residual {:.2e} N)", k, residual_norm);
      report.newton_iterations = k;
      return report;
    }

    right_hand_side(r, b);
    if (has_increment) {  // b -= K increment
      fill(work_p_, 0);
      elastic_.apply_augmented(increment, work_p_, result_u_, result_p_);
      full_.multiply_add(increment, result_u_);
      const std::size_t nu = mask_.size();
      const auto& scale = elastic_.pressure_scale();
      for (std::size_t i = 0; i < nu; ++i) b[i] -= mask_[i] * result_u_[i];
      for (std::size_t i = 0; i < result_p_.size(); ++i) b[nu + i] -= scale[i / 4] * result_p_[i];
      for (std::size_t t = 0; t < applicators_.size(); ++t)
        if (force_control_[t])
          for (const auto& [node, v] : applicators_[t].contact->travel_row())
            for (int c = 0; c < 3; ++c)
              b[nu + result_p_.size() + t] -=
                  v[c] * increment[3 * static_cast<std::size_t>(node) + static_cast<std::size_t>(c)];
    }
    // No solve needs to be better than what the balance of forces still asks for.
    double applied = force_scale;
    for (const auto& a : applicators_) applied = std::max(applied, knead::norm(a.contact->force()));
    const double target = 0.3 * std::min(s.balance_tolerance * applied, s.force_tolerance * force_scale);
    forcing = forcing_term(residual_norm, previous_norm, k == 0 ? 0.0 : forcing, target, s.forcing);
    FgmresSettings krylov;
    krylov.relative_tolerance = forcing;
    krylov.max_iterations = settings_.max_krylov;
    krylov.restart = settings_.restart;
    FgmresResult result;
    const auto apply_here = [this](const Vector<double>& v, Vector<double>& out) { apply(v, out); };
    const auto precondition_here = [this](const Vector<double>& v, Vector<double>& out) { precondition(v, out); };
    // A preconditioner of the present tangent: building it costs a tenth of a solve, an old one doubles the iterations
    // when contact moves.
    {
      Stopwatch watch(report.setup_seconds);
      if (!rebuild_preconditioner()) {
        report.reason = "the tangent is not usable (a number is not finite or has no positive part)";
        report.newton_iterations = k;
        return report;
      }
    }
    direction.assign(b.size(), 0.0);
    {
      Stopwatch watch(report.solve_seconds);
      result = fgmres(apply_here, precondition_here, b, direction, krylov, workspace_);
    }
    report.krylov_iterations += result.iterations;
    report.krylov_counts.push_back(result.iterations);
    if (result.broke_down && !(result.relative_residual < 0.5)) {
      report.reason = fmt::format("the linear solver broke down (relative residual {:.2e})", result.relative_residual);
      report.newton_iterations = k;
      return report;
    }

    // Backtracking. The residual may grow a few times: contact that closes raises it before it falls.
    if (has_increment)
      for (std::size_t i = 0; i < increment.size(); ++i) direction[i] += increment[i];
    double step = 1;
    bool accepted = false;
    const double start_norm = residual_norm;
    Stopwatch watch(report.assemble_seconds);
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
      report.newton_iterations = k;
      return report;
    }
    if (has_increment) {
      has_increment = false;
      for (const auto& p : prescribed_) {
        increment[p.index] -= step * increment[p.index];
        has_increment = has_increment || std::abs(increment[p.index]) > 1e-15;
        if (!has_increment) y.u[p.index] = p.value ? p.value(time_) : 0.0;
      }
    }
    previous_norm = residual_norm;
    std::swap(x, y);
    std::swap(r, trial);
  }
}

void System::commit() {
  for (auto& t : terms_) t->commit();
  for (auto& a : applicators_) a.contact->commit();
}

void System::forget() { multigrid_.forget(); }

ForceBalance System::balance(const Unknowns& x) {
  ForceBalance b;
  const std::size_t num_holders = body_->holders.size();
  b.reaction.assign(num_holders + terms_.size(), Vec3d{{0, 0, 0}});
  b.reaction_moment = b.reaction;
  const auto position = [&](std::size_t node) {
    Vec3d y = body_->mesh.points[node];
    for (int c = 0; c < 3; ++c) y[c] += x.u[3 * node + static_cast<std::size_t>(c)];
    return y;
  };
  const auto sum_nodes = [&](const Vector<double>& f, auto&& take) {
    for (std::size_t n = 0; n < body_->mesh.points.size(); ++n) {
      const Vec3d v{{f[3 * n], f[3 * n + 1], f[3 * n + 2]}};
      if (v[0] != 0 || v[1] != 0 || v[2] != 0) take(n, v, cross(position(n), v));
    }
  };
  Vector<double> total(x.u.size()), rp(x.p.size()), single(x.u.size());
  elastic_.evaluate(x.u, x.p, total, rp, false);
  const auto add_term = [&](SurfaceTerm& term, Vec3d& force, Vec3d& moment) {
    fill(single, 0);
    term.evaluate(x.u, x.travel, single, nullptr, nullptr);
    axpy(1, single, total);
    sum_nodes(single, [&](std::size_t, const Vec3d& f, const Vec3d& m) {
      force -= f;
      moment -= m;
    });
  };
  for (std::size_t t = 0; t < terms_.size(); ++t)
    add_term(*terms_[t], b.reaction[num_holders + t], b.reaction_moment[num_holders + t]);
  for (auto& a : applicators_) add_term(*a.contact, b.applied, b.applied_moment);
  // What is left at held components is the reaction of the holder.
  sum_nodes(total, [&](std::size_t n, const Vec3d& f, const Vec3d&) {
    Vec3d held{{0, 0, 0}};
    for (int c = 0; c < 3; ++c)
      if (mask_[3 * n + static_cast<std::size_t>(c)] == 0) held[c] = f[c];
    const std::size_t h = body_->holder.empty() ? 0 : body_->holder[n];
    b.reaction[h] += held;
    b.reaction_moment[h] += cross(position(n), held);
  });
  Vec3d force = b.applied, moment = b.applied_moment;
  double scale = knead::norm(b.applied), moment_scale = knead::norm(b.applied_moment);
  for (std::size_t i = 0; i < b.reaction.size(); ++i) {
    force += b.reaction[i];
    moment += b.reaction_moment[i];
    scale = std::max(scale, knead::norm(b.reaction[i]));
    moment_scale = std::max(moment_scale, knead::norm(b.reaction_moment[i]));
  }
  // Without a load there is only rounding, and nothing to compare it with.
  double extent = 0;
  for (const Vec3d& point : body_->mesh.points) extent = std::max(extent, knead::norm(point));
  b.force_error = knead::norm(force) / std::max(scale, smallest_force_);
  b.moment_error = knead::norm(moment) / std::max(moment_scale, smallest_force_ * extent);
  return b;
}

}  // namespace knead
