// The Newton matrix of all terms as an action, and its preconditioner (docs/theory.md, sections 11 and 12).
#include "step/system.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/LU>

namespace knead {

double System::derivative(Scalar::Kind equation, Scalar::Kind unknown, const PressedApplicator& a) const {
  using Kind = Scalar::Kind;
  double sum = 0;
  if (equation != Kind::suction && unknown != Kind::suction) {
    const Contact::Border& b = equation == Kind::creep ? a.contact->creep_border() : a.contact->travel_border();
    sum += unknown == Kind::creep ? b.by_creep : b.by_travel;
  }
  if (a.suction && equation != Kind::creep && unknown != Kind::creep) {
    const Suction::Border& b = equation == Kind::suction ? a.suction->suction_border() : a.suction->travel_border();
    sum += unknown == Kind::suction ? b.by_suction : b.by_travel;
  }
  return sum;
}

// Border and coupling of the scalars at the last evaluate. Those of different applicators meet in the tissue only.
void System::couple_scalars() {
  using Kind = Scalar::Kind;
  const std::size_t n = scalars_.size();
  std::fill(coupling_.begin(), coupling_.end(), 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    Scalar& s = scalars_[i];
    entry(coupling_, i, i) = 1;
    s.column.clear();
    s.row.clear();
    if (!s.free) continue;
    const PressedApplicator& a = applicators_[s.applicator];
    // Out of contact the row would be empty: move on by a tenth of an element for the wanted force.
    if (s.kind != Kind::suction && !a.contact->in_contact()) {
      entry(coupling_, i, i) =
          std::max(target_force_[s.applicator], smallest_force_) / (0.1 * a.contact->smallest_face());
      continue;
    }
    if (s.kind == Kind::suction) {
      s.column = a.suction->suction_border().column;
      s.row = a.suction->suction_border().row;
    } else {
      const Contact::Border& border = s.kind == Kind::creep ? a.contact->creep_border() : a.contact->travel_border();
      s.column = border.column;
      s.row = border.row;
    }
    if (s.kind == Kind::travel && a.suction) {
      s.column = sum(s.column, a.suction->travel_border().column);
      s.row = sum(s.row, a.suction->travel_border().row);
    }
    for (std::size_t j = 0; j < n; ++j)
      if (scalars_[j].free && scalars_[j].applicator == s.applicator)
        entry(coupling_, i, j) = derivative(s.kind, scalars_[j].kind, a);
  }
}

// Layout of Krylov vectors: u, then p over its scale, then the scalars.
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
  for (std::size_t i = 0; i < scalars_.size(); ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < scalars_.size(); ++j) sum += entry(coupling_, i, j) * x[nu + np + j];
    if (scalars_[i].free) {
      sum += dot(scalars_[i].row, work_u_);
      axpy(x[nu + np + i], scalars_[i].column, result_u_);
    }
    y[nu + np + i] = sum;
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
  for (std::size_t i = 0; i < scalars_.size(); ++i) {
    double d = 0;
    for (std::size_t j = 0; j < scalars_.size(); ++j) d += entry(schur_inverse_, i, j) * r[nu + np + j];
    z[nu + np + i] = d;
    if (scalars_[i].free) axpy(d, scalars_[i].column, float_u_);
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
  // Stiffness that applicators feel with the tissue behind them in series: D − R P⁻¹ C.
  const auto n = static_cast<Eigen::Index>(scalars_.size());
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Matrix series = Eigen::Map<const Matrix>(coupling_.data(), n, n);
  for (std::size_t j = 0; j < scalars_.size(); ++j) {
    if (!scalars_[j].free || scalars_[j].column.empty()) continue;
    const auto jj = static_cast<Eigen::Index>(j);
    fill(float_u_, 0);
    axpy(1, scalars_[j].column, float_u_);
    multigrid_.vcycle(float_u_, float_z_);
    for (std::size_t i = 0; i < scalars_.size(); ++i)
      if (scalars_[i].free) series(static_cast<Eigen::Index>(i), jj) -= dot(scalars_[i].row, float_z_);
    series(jj, jj) = std::max(series(jj, jj), 1e-3 * std::abs(entry(coupling_, j, j)));
  }
  Eigen::Map<Matrix>(schur_inverse_.data(), n, n) = series.inverse();
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
  for (std::size_t t = 0; t < scalars_.size(); ++t) b[nu + np + t] = -r.scalars[t];
}

}  // namespace knead
