// What the applicators push and what holds the body (docs/theory.md, section 14).
#include "step/system.hpp"

#include <algorithm>

namespace knead {

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
  b.energy = elastic_.evaluate(x.u, x.p, total, rp, false).energy;
  const auto add_term = [&](SurfaceTerm& term, Vec3d& force, Vec3d& moment) {
    fill(single, 0);
    term.evaluate(x.u, x.scalars, single, nullptr, nullptr);
    b.energy += term.energy();
    axpy(1, single, total);
    sum_nodes(single, [&](std::size_t, const Vec3d& f, const Vec3d& m) {
      force -= f;
      moment -= m;
    });
  };
  Vec3d weight_moment;
  elastic_.weight(x.u, b.weight, weight_moment);
  for (std::size_t t = 0; t < terms_.size(); ++t)
    add_term(*terms_[t], b.reaction[num_holders + t], b.reaction_moment[num_holders + t]);
  for (auto& a : applicators_) {
    add_term(*a.contact, b.applied, b.applied_moment);
    if (a.suction) add_term(*a.suction, b.applied, b.applied_moment);
    b.energy += a.contact->friction_energy();
  }
  // What is left at held components is the reaction of the holder.
  sum_nodes(total, [&](std::size_t n, const Vec3d& f, const Vec3d&) {
    Vec3d held{{0, 0, 0}};
    for (int c = 0; c < 3; ++c)
      if (mask_[3 * n + static_cast<std::size_t>(c)] == 0) held[c] = f[c];
    const std::size_t h = body_->holder.empty() ? 0 : body_->holder[n];
    b.reaction[h] += held;
    b.reaction_moment[h] += cross(position(n), held);
  });
  Vec3d force = b.applied + b.weight, moment = b.applied_moment + weight_moment;
  double scale = std::max(knead::norm(b.applied), knead::norm(b.weight));
  double moment_scale = std::max(knead::norm(b.applied_moment), knead::norm(weight_moment));
  for (std::size_t i = 0; i < b.reaction.size(); ++i) {
    force += b.reaction[i];
    moment += b.reaction_moment[i];
    scale = std::max(scale, knead::norm(b.reaction[i]));
    moment_scale = std::max(moment_scale, knead::norm(b.reaction_moment[i]));
  }
  // Without a load there is only rounding, and nothing to compare it with.
  double extent = 0;
  for (const Vec3d& point : body_->mesh.points) extent = std::max(extent, knead::norm(point));
  b.imbalance = knead::norm(force);
  b.force_error = b.imbalance / std::max(scale, smallest_force_);
  b.moment_error = knead::norm(moment) / std::max(moment_scale, smallest_force_ * extent);
  return b;
}

}  // namespace knead
