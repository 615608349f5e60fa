// The Newton matrix of all terms as an action, and its preconditioner (docs/theory.md, sections 11 and 12).
#include "step/system.hpp"

#include <algorithm>

namespace knead {

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

}  // namespace knead
