#include "step/system.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/stopwatch.hpp"

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
  target_force_.assign(num_travel, 0);
  prescribed_travel_.assign(num_travel, 0);
  using Kind = Scalar::Kind;
  for (const Kind kind : {Kind::travel, Kind::creep, Kind::suction})
    for (std::size_t a = 0; a < num_travel; ++a)
      if (kind == Kind::travel || (kind == Kind::creep && applicators_[a].contact->rolls()) ||
          (kind == Kind::suction && applicators_[a].suction))
        scalars_.push_back({a, kind, false, {}, {}});
  coupling_.assign(scalars_.size() * scalars_.size(), 0.0);
  for (std::size_t i = 0; i < scalars_.size(); ++i) entry(coupling_, i, i) = 1;
  schur_inverse_ = coupling_;
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
  x.scalars.assign(scalars_.size(), 0.0);
  return x;
}

void System::set_time(double time, const std::vector<double>& last_travel) {
  Stopwatch watch(seconds_.surfaces);
  time_ = time;
  elastic_.set_time(time);
  for (auto& t : terms_) t->set_time(time);
  for (std::size_t i = 0; i < applicators_.size(); ++i) {
    auto& a = applicators_[i];
    a.contact->set_pose(a.motion->pose_at(time));
    if (a.suction) {
      a.suction->set_time(time);
      a.suction->set_pose(a.contact->pose());
    }
    target_force_[i] = a.motion->force_at(time);
    prescribed_travel_[i] = a.motion->travel_at(time, last_travel[i]);
  }
  for (Scalar& s : scalars_) {
    const PressedApplicator& a = applicators_[s.applicator];
    const Phase phase = a.motion->phase_at(time);
    switch (s.kind) {
      case Scalar::Kind::travel:
        s.free = a.motion->control_at(time) == Control::force;
        break;
      case Scalar::Kind::creep:  // in the air nothing turns a roller
        s.free = phase != Phase::approach && phase != Phase::rest;
        break;
      case Scalar::Kind::suction:
        s.free = a.suction->closed();
        break;
    }
  }
}

void System::prescribe_travel(std::size_t applicator, double travel) {
  scalars_[applicator].free = false;
  prescribed_travel_[applicator] = travel;
}

void System::evaluate(const Unknowns& x, bool linearise, Residual& r) {
  r.u.resize(x.u.size());
  r.p.resize(x.p.size());
  r.scalars.assign(scalars_.size(), 0.0);
  Elastic::Outcome outcome;
  {
    Stopwatch watch(seconds_.tissue);
    outcome = elastic_.evaluate(x.u, x.p, r.u, r.p, linearise);
  }
  r.valid = outcome.valid;
  r.worst_cell = outcome.worst_cell;
  r.min_jacobian = outcome.min_jacobian;
  r.energy = outcome.energy;
  if (!r.valid) return;
  r.force_scale = 0;
  for (double f : r.u) r.force_scale = std::max(r.force_scale, std::abs(f));
  Stopwatch watch(seconds_.surfaces);
  if (linearise) {
    full_.set_zero();
    positive_.set_zero();
  }
  const auto add = [&](SurfaceTerm& term) {
    term.evaluate(x.u, x.scalars, r.u, linearise ? &full_ : nullptr, linearise ? &positive_ : nullptr);
    r.energy += term.energy();
  };
  for (auto& t : terms_) add(*t);
  for (auto& a : applicators_) {
    add(*a.contact);
    if (a.suction) add(*a.suction);
  }
  for (std::size_t i = 0; i < scalars_.size(); ++i) {
    const Scalar& s = scalars_[i];
    if (!s.free) continue;
    const PressedApplicator& a = applicators_[s.applicator];
    switch (s.kind) {
      case Scalar::Kind::travel:
        r.scalars[i] = a.force_along_pressing() - target_force_[s.applicator];
        break;
      case Scalar::Kind::creep:
        r.scalars[i] = -a.contact->rolling_force();
        break;
      case Scalar::Kind::suction:
        r.scalars[i] = a.suction->residual();
        break;
    }
  }
  if (linearise) couple_scalars();
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
  for (double t : r.scalars) sum += t * t;
  return std::sqrt(sum);
}

void System::add_scaled(const Vector<double>& direction, double step, const Unknowns& from, Unknowns& to) const {
  const std::size_t nu = mask_.size(), np = work_p_.size();
  const auto& scale = elastic_.pressure_scale();
  to.u.resize(nu);
  to.p.resize(np);
  to.scalars = from.scalars;
  parallel_blocks(nu, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) to.u[i] = from.u[i] + step * direction[i];
  });
  parallel_blocks(np, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) to.p[i] = from.p[i] + step * scale[i / 4] * direction[nu + i];
  });
  for (std::size_t t = 0; t < to.scalars.size(); ++t) to.scalars[t] += step * direction[nu + np + t];
}

void System::commit(const Unknowns& x) {
  {
    Stopwatch watch(seconds_.tissue);
    elastic_.commit(x.u);
  }
  Stopwatch watch(seconds_.surfaces);
  for (auto& t : terms_) t->commit();
  for (auto& a : applicators_) {
    if (a.suction) a.suction->settle(*a.contact);
    a.contact->commit();
  }
}

void System::forget() { multigrid_.forget(); }

std::vector<MemoryPart> System::memory() const {
  const Mesh& mesh = body_->mesh;
  std::vector<MemoryPart> parts{
      {"mesh", bytes_of(mesh.points, mesh.cells, mesh.cell_tissue, mesh.line_offsets, mesh.line_nodes)},
      {"tangent at the quadrature points", elastic_.tangent_bytes()},
      {"order and pressure basis of the elements", elastic_.cell_bytes()},
      {"scratch of the products", elastic_.scratch_bytes()}};
  if (elastic_.history_bytes() > 0) parts.push_back({"history of relaxing tissues", elastic_.history_bytes()});
  for (auto& part : multigrid_.memory()) parts.push_back(std::move(part));
  parts.push_back({"contact, membranes, supports: two matrices", full_.bytes() + positive_.bytes()});
  parts.push_back({"vectors of Newton's method",
                   bytes_of(mask_, work_u_, work_p_, result_u_, result_p_, float_u_, float_p_, float_z_)});
  parts.push_back({"Krylov vectors", workspace_.bytes()});
  return parts;
}

}  // namespace knead
