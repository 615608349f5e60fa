// What contact reports: points, patch statistics, fields on the nodes. Pressures are per current area.
#include <algorithm>
#include <cmath>

#include "terms/contact.hpp"

namespace knead {
namespace {

// Value that a share of the area does not exceed.
double percentile(std::vector<std::pair<double, double>> value_and_area, double share) {
  std::sort(value_and_area.begin(), value_and_area.end());
  double total = 0, sum = 0;
  for (const auto& [value, area] : value_and_area) total += area;
  for (const auto& [value, area] : value_and_area) {
    sum += area;
    if (sum >= share * total) return value;
  }
  return value_and_area.empty() ? 0 : value_and_area.back().first;
}

}  // namespace

std::vector<char> Contact::phases() const {
  std::vector<char> out(state_.size(), 0);
  const bool smooth = settings_.law.friction.coefficient == 0;
  for (std::size_t i = 0; i < state_.size(); ++i)
    if (state_[i].active) out[i] = state_[i].sliding || smooth ? 2 : 1;
  return out;
}

std::vector<ContactPoint> Contact::points() const {
  std::vector<ContactPoint> list;
  for (std::size_t face = 0; face < faces_.size(); ++face) {
    if (!evaluated_[face]) continue;
    for (std::size_t q = 0; q < num_points_; ++q) {
      const ContactState& state = state_[index(face, q)];
      if (!state.active) continue;
      ContactPoint point;
      point.face = static_cast<int>(face);
      point.position = point_position(face, q);
      point.rest_area = weight_[index(face, q)];
      point.area = present_area(face, q);
      point.gap = state.gap;
      const double to_current = point.rest_area / point.area;
      point.pressure = to_current * state.pressure;
      point.shear = to_current * (rotation_ * state.shear);
      point.sliding = state.sliding;
      list.push_back(point);
    }
  }
  return list;
}

ContactSummary Contact::summary() const {
  ContactSummary s;
  std::vector<std::pair<double, double>> pressure, shear;
  double normal = 0, tangential = 0;
  for (const ContactPoint& point : points()) {
    const double tau = norm(point.shear);
    s.area += point.area;
    normal += point.pressure * point.area;
    tangential += tau * point.area;
    s.peak_pressure = std::max(s.peak_pressure, point.pressure);
    s.peak_shear = std::max(s.peak_shear, tau);
    s.largest_penetration = std::max(s.largest_penetration, -point.gap);
    pressure.emplace_back(point.pressure, point.area);
    shear.emplace_back(tau, point.area);
  }
  if (s.area == 0) return s;
  s.mean_pressure = normal / s.area;
  s.mean_shear = tangential / s.area;
  s.pressure_95 = percentile(std::move(pressure), 0.95);
  s.shear_95 = percentile(std::move(shear), 0.95);
  return s;
}

ContactNodes Contact::nodal_projection() const {
  ContactNodes nodes;
  nodes.node = nodes_;
  nodes.pressure.assign(nodes_.size(), 0);
  nodes.shear.assign(nodes_.size(), Vec3d{{0, 0, 0}});
  nodes.area.assign(nodes_.size(), 0);
  nodes.gap.assign(nodes_.size(), 0);
  for (std::size_t face = 0; face < faces_.size(); ++face)
    for (std::size_t q = 0; q < num_points_; ++q) {
      const ContactState& state = state_[index(face, q)];
      const double w = weight_[index(face, q)], area = present_area(face, q);
      const Vec3d shear = rotation_ * state.shear;
      for (std::size_t a = 0; a < 9; ++a) {
        const auto local = static_cast<std::size_t>(local_faces_[face][a]);
        const double share = rule_.hat[q][a];
        nodes.area[local] += share * area;
        if (!state.active) continue;
        nodes.pressure[local] += share * w * state.pressure;
        nodes.shear[local] += (share * w) * shear;
      }
    }
  const auto count = static_cast<long>(nodes_.size());
#pragma omp parallel for schedule(static)
  for (long i = 0; i < count; ++i) {
    const auto k = static_cast<std::size_t>(i);
    nodes.pressure[k] /= nodes.area[k];
    nodes.shear[k] = nodes.shear[k] / nodes.area[k];
    nodes.gap[k] = knead::evaluate(shape_, to_own_axes(now_[k])).value;
  }
  return nodes;
}

}  // namespace knead
