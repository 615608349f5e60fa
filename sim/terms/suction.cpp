#include "terms/suction.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "math/interpolation.hpp"
#include "terms/contact.hpp"
#include "terms/face_assembly.hpp"

namespace knead {
namespace {

constexpr double full_turn = 2 * std::numbers::pi;
constexpr double leaking = 0.05;         // a lost suction falls with this time constant, s
constexpr double noticed_suction = 500;  // below it nobody misses a seal, Pa

// [v]× : w ↦ v × w
Mat3d cross_matrix(const Vec3d& v) {
  Mat3d m = Mat3d::zero();
  m(0, 1) = -v[2], m(0, 2) = v[1];
  m(1, 0) = v[2], m(1, 2) = -v[0];
  m(2, 0) = -v[1], m(2, 1) = v[0];
  return m;
}

}  // namespace

// Contribution of one face at q = 1 Pa where it is proportional to it.
struct Suction::FaceResult {
  double r[27] = {};                                 // ∂r_u/∂q, m²
  double by_travel[27] = {};                         // ∂²r_u/∂q ∂d, m
  double volume_row[27] = {};                        // ∂V/∂u, m²
  double force_row[27] = {};                         // ∂(a·S)/∂u at q = 1 Pa, m
  double volume_by_travel = 0, force_by_travel = 0;  // m², m
  double volume = 0, height = 0;                     // m³, m
  Vec3d force{{0, 0, 0}}, moment{{0, 0, 0}};         // m², m³
  std::vector<double> full;                          // 27 × 27 at q = 1 Pa, m; empty when not wanted
};

Suction::Suction(const std::vector<Vec3d>& points, std::vector<std::array<int, 9>> faces, CupSettings settings,
                 GasSchedule schedule, int travel_index, int suction_index)
    : points_(points),
      faces_(std::move(faces)),
      settings_(std::move(settings)),
      schedule_(std::move(schedule)),
      travel_index_(travel_index),
      suction_index_(suction_index),
      rule_(4) {
  assert(settings_.ring_radius > settings_.rim_radius && settings_.rim_radius > 0 && settings_.volume > 0);
  per_unknown_ =
      settings_.ambient * std::numbers::pi * settings_.ring_radius * settings_.ring_radius / settings_.volume;
  seal_.fill(settings_.ring_radius);
  next_seal_ = seal_;
  gas_ = settings_.ambient * settings_.volume / schedule_.temperature(0);
}

bool Suction::closed() const { return !leak_ && schedule_.closed(time_); }

double Suction::prescribed_unknown() const {
  const double q =
      leak_ ? leak_->suction * std::exp(-(time_ - leak_->time) / leaking) : schedule_.suction_at(time_, last_closed_);
  return q / per_unknown_;
}

double Suction::seal_radius() const {
  double sum = 0;
  for (double radius : seal_) sum += radius;
  return sum / static_cast<double>(sectors);
}

double Suction::seal_at(double angle, double* slope) const {
  const double n = static_cast<double>(sectors);
  double place = angle / full_turn * n;
  place -= n * std::floor(place / n);
  const auto i = std::min(static_cast<std::size_t>(place), sectors - 1);
  const double from = seal_[i], to = seal_[(i + 1) % sectors];
  if (slope) *slope = (to - from) * n / full_turn;
  return from + (place - static_cast<double>(i)) * (to - from);
}

std::pair<double, Vec3d> Suction::share(const Vec3d& y) const {
  const double rho = std::hypot(y[0], y[1]);
  double slope = 0;
  const double seal = seal_at(std::atan2(y[1], y[0]), &slope);
  const double x = (seal - rho) / settings_.rim_radius + 0.5;
  if (x <= 0) return {0, {{0, 0, 0}}};
  if (x >= 1) return {1, {{0, 0, 0}}};
  // d(seal − ρ) = slope dφ − dρ
  const double derivative = 6 * x * (1 - x) / settings_.rim_radius;
  const Vec3d out{{y[0] / rho, y[1] / rho, 0}}, around{{-y[1] / rho, y[0] / rho, 0}};
  return {smoothstep(x), derivative * ((slope / rho) * around - out)};
}

bool Suction::may_reach(const std::array<Vec3d, 9>& x) const {
  double reach = 0;
  for (const Vec3d& node : x) reach = std::max(reach, norm(node - x[4]));
  const Vec3d y = to_own_ * (x[4] - centre_);
  // The other side of a limb is not in the cup: it may be drawn in by as much as the cup is high.
  const double high = settings_.volume / (std::numbers::pi * settings_.ring_radius * settings_.ring_radius);
  return std::hypot(y[0], y[1]) < settings_.ring_radius + settings_.rim_radius + 1.5625 * reach &&
         std::abs(y[2]) < std::max(2 * settings_.ring_radius, high) + 1.5625 * reach;
}

void Suction::evaluate_face(const std::array<Vec3d, 9>& x, bool with_tangent, FaceResult& out) const {
  if (with_tangent) out.full.assign(27 * 27, 0.0);
  const Vec3d& a = pose_.pressing;
  const Vec3d axis = transpose(to_own_) * Vec3d{{0, 0, 1}};
  for (std::size_t q = 0; q < rule_.weight.size(); ++q) {
    const auto &N = rule_.value[q], &Nr = rule_.derivative_r[q], &Ns = rule_.derivative_s[q];
    const Vec3d place = interpolate(N, x), along_r = interpolate(Nr, x), along_s = interpolate(Ns, x);
    const Vec3d y = to_own_ * (place - centre_);
    const auto [s, slope] = share(y);
    if (s == 0) continue;
    const Vec3d area = rule_.weight[q] * cross(along_r, along_s);  // n da
    const Vec3d gradient = transpose(to_own_) * slope;             // ∂s/∂x
    const double height = y[2] + settings_.rim_radius, up = dot(axis, area);
    out.volume += s * height * up;
    if (s == 1) out.height = std::max(out.height, height);
    out.force += s * area;
    out.moment += s * cross(place, area);
    // ∂V by a shift of the point, and by its area vector; minus the shift is that of the cup.
    const Vec3d by_place = up * (height * gradient + s * axis);
    const Vec3d by_area = (s * height) * axis;
    const double pull = dot(a, area);
    out.volume_by_travel -= dot(a, by_place);
    out.force_by_travel -= dot(a, gradient) * pull;
    for (std::size_t i = 0; i < 9; ++i) {
      // d(n da) = w × du_i
      const Vec3d w = rule_.weight[q] * (Ns[i] * along_r - Nr[i] * along_s);
      const Vec3d volume = N[i] * by_place + cross(by_area, w);
      const Vec3d force = (N[i] * pull) * gradient + s * cross(a, w);
      for (std::size_t k = 0; k < 3; ++k) {
        const int kk = static_cast<int>(k);
        out.r[3 * i + k] -= N[i] * s * area[kk];
        out.by_travel[3 * i + k] += N[i] * dot(a, gradient) * area[kk];
        out.volume_row[3 * i + k] += volume[kk];
        out.force_row[3 * i + k] += force[kk];
      }
      if (!with_tangent) continue;
      // ∂(−N_j s n da)/∂u_i
      const Mat3d turn = s * cross_matrix(w) + N[i] * outer(area, gradient);
      for (std::size_t j = 0; j < 9; ++j)
        for (std::size_t k = 0; k < 3; ++k)
          for (std::size_t l = 0; l < 3; ++l)
            out.full[(3 * j + k) * 27 + 3 * i + l] -= N[j] * turn(static_cast<int>(k), static_cast<int>(l));
    }
  }
}

void Suction::evaluate(const Vector<double>& u, std::span<const double> scalars, Vector<double>& r, SurfaceMatrix* full,
                       SurfaceMatrix*) {
  const double travel = scalars[static_cast<std::size_t>(travel_index_)];
  suction_ = per_unknown_ * scalars[static_cast<std::size_t>(suction_index_)];
  centre_ = pose_.position + travel * pose_.pressing;
  to_own_ = transpose(pose_.rotation);

  std::vector<std::size_t> list;
  std::vector<std::array<Vec3d, 9>> places;  // of the nodes of those faces, m
  for (std::size_t face = 0; face < faces_.size(); ++face) {
    auto x = rest_positions(points_, faces_[face]);
    const auto moved = displacements(u, faces_[face]);
    for (std::size_t a = 0; a < 9; ++a) x[a] += moved[a];
    if (!may_reach(x)) continue;
    list.push_back(face);
    places.push_back(x);
  }
  std::vector<FaceResult> results(list.size());
  const auto count = static_cast<long>(list.size());
#pragma omp parallel for schedule(static)
  for (long i = 0; i < count; ++i) {
    const auto k = static_cast<std::size_t>(i);
    evaluate_face(places[k], full != nullptr, results[k]);
  }

  dome_volume_ = dome_height_ = 0;
  force_ = moment_ = {{0, 0, 0}};
  borders_ = {};
  struct Nodal {
    int node;
    Vec3d r, by_travel, volume, force;
  };
  std::vector<Nodal> nodal;
  double volume_by_travel = 0, force_by_travel = 0, pull = 0;
  for (std::size_t k = 0; k < list.size(); ++k) {
    FaceResult& f = results[k];
    dome_volume_ += f.volume;
    dome_height_ = std::max(dome_height_, f.height);
    force_ += suction_ * f.force;
    moment_ += suction_ * f.moment;
    pull += dot(pose_.pressing, f.force);
    volume_by_travel += f.volume_by_travel;
    force_by_travel += f.force_by_travel;
    const auto& nodes = faces_[list[k]];
    for (std::size_t i = 0; i < 9; ++i) {
      const auto at = [&](const double* from) { return Vec3d{{from[3 * i], from[3 * i + 1], from[3 * i + 2]}}; };
      nodal.push_back({nodes[i], at(f.r), at(f.by_travel), at(f.volume_row), at(f.force_row)});
      for (std::size_t c = 0; c < 3; ++c) r[3 * static_cast<std::size_t>(nodes[i]) + c] += suction_ * f.r[3 * i + c];
    }
    if (!full || suction_ == 0) continue;
    for (double& entry : f.full) entry *= suction_;
    full->add(nodes, f.full.data());
  }
  std::stable_sort(nodal.begin(), nodal.end(), [](const Nodal& a, const Nodal& b) { return a.node < b.node; });
  for (const Nodal& n : nodal) {
    const bool more = !borders_[0].column.empty() && borders_[0].column.back().first == n.node;
    const auto add = [&](SparseNodes& to, const Vec3d& value) {
      if (more)
        to.back().second += value;
      else
        to.emplace_back(n.node, value);
    };
    add(borders_[0].column, suction_ * n.by_travel);
    add(borders_[0].row, suction_ * n.force);
    add(borders_[1].column, per_unknown_ * n.r);
    add(borders_[1].row, per_unknown_ * n.volume);
  }
  // The gas law; a trial that draws a vacuum beyond a hundredth of an atmosphere goes on along the tangent there.
  const double least = 0.01 * settings_.ambient, heat = gas_ * schedule_.temperature(time_);
  const double pressure = settings_.ambient - suction_, from = std::max(pressure, least);
  residual_ = per_unknown_ * (dome_volume_ - settings_.volume + heat / from - heat / (from * from) * (pressure - from));
  borders_[0].by_travel = suction_ * force_by_travel;
  borders_[0].by_suction = per_unknown_ * pull;
  borders_[1].by_travel = per_unknown_ * volume_by_travel;
  borders_[1].by_suction = per_unknown_ * per_unknown_ * heat / (from * from);
}

void Suction::settle(const Contact& rim) {
  const bool was_closed = closed();
  if (!was_closed && time_ <= schedule_.release)
    gas_ = (settings_.ambient - suction_) * gas_volume() / schedule_.temperature(time_);
  if ((was_closed || schedule_.regulated) && time_ <= schedule_.release) last_closed_ = suction_;

  // Inner edge of the contact in each direction: where a band of even pressure with the same mean and spread begins.
  std::array<double, sectors> weight{}, mean{}, square{};
  for (const ContactPoint& point : rim.points()) {
    const Vec3d y = to_own_ * (point.position - centre_);
    const double rho = std::hypot(y[0], y[1]), load = point.pressure * point.area;
    const double place = std::atan2(y[1], y[0]) / full_turn * static_cast<double>(sectors);
    const auto nearest = static_cast<long>(std::lround(place)) + static_cast<long>(sectors);
    const auto i = static_cast<std::size_t>(nearest) % sectors;
    weight[i] += load;
    mean[i] += load * rho;
    square[i] += load * rho * rho;
  }
  for (std::size_t i = 0; i < sectors; ++i) {
    if (weight[i] == 0) {
      if (!leak_ && suction_ > noticed_suction && time_ <= schedule_.release) {
        const double angle = full_turn * static_cast<double>(i) / static_cast<double>(sectors);
        leak_ = Leak{time_, suction_, transpose(to_own_) * Vec3d{{std::cos(angle), std::sin(angle), 0}}};
      }
      continue;
    }
    const double middle = mean[i] / weight[i];
    const double spread = std::sqrt(std::max(0.0, square[i] / weight[i] - middle * middle));
    next_seal_[i] = std::clamp(middle - std::sqrt(3.0) * spread, settings_.ring_radius - settings_.rim_radius,
                               settings_.ring_radius + settings_.rim_radius);
  }
}

std::vector<double> Suction::history() const {
  std::vector<double> values{gas_, last_closed_, leak_ ? 1.0 : 0.0};
  const Leak leak = leak_.value_or(Leak{0, 0, {{0, 0, 0}}});
  values.insert(values.end(), {leak.time, leak.suction, leak.direction[0], leak.direction[1], leak.direction[2]});
  values.insert(values.end(), next_seal_.begin(), next_seal_.end());
  return values;
}

void Suction::set_history(std::span<const double> values) {
  constexpr std::size_t before = 8;
  if (values.size() != before + sectors)
    throw Error(ExitCode::file_error,
                "the history of a cup has another length: resume with the scenario that wrote it");
  gas_ = values[0];
  last_closed_ = values[1];
  leak_.reset();
  if (values[2] != 0) leak_ = Leak{values[3], values[4], {{values[5], values[6], values[7]}}};
  std::copy(values.begin() + before, values.end(), next_seal_.begin());
  seal_ = next_seal_;
}

}  // namespace knead
