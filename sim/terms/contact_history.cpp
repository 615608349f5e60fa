// What contact remembers from step to step: slip anchors, multipliers, friction work.
#include <algorithm>
#include <cassert>
#include <cmath>

#include "base/error.hpp"
#include "terms/contact.hpp"
#include "terms/foundation.hpp"

namespace knead {

namespace {
constexpr std::size_t numbers_a_point = 11;
}

void Contact::begin(const Vector<double>& u, double travel) {
  has_history_ = true;
  place(u, travel, creep_);
  const Foundation pad{settings_.law.stiffness, settings_.law.thickness};
  const auto num_faces = static_cast<long>(faces_.size());
#pragma omp parallel for schedule(static)
  for (long i = 0; i < num_faces; ++i) {
    const auto face = static_cast<std::size_t>(i);
    for (std::size_t q = 0; q < num_points_; ++q) {
      const Vec3d y = to_own_axes(point_position(face, q));
      const Distance d = knead::evaluate(shape_, y);
      memory_[index(face, q)] = {
          y, d.normal, {{0, 0, 0}}, std::max(0.0, d.value), std::max(0.0, pad.at(-d.value).pressure), 0};
    }
  }
  clear_multipliers();
  multiplier_n_ = multiplier_;
}

void Contact::commit() {
  end_multipliers();
  if (settings_.law.friction.coefficient == 0) return;
  const auto num_faces = static_cast<long>(faces_.size());
  std::vector<double> lost(faces_.size(), 0.0);
#pragma omp parallel for schedule(static)
  for (long i = 0; i < num_faces; ++i) {
    const auto face = static_cast<std::size_t>(i);
    for (std::size_t q = 0; q < num_points_; ++q) {
      ContactMemory& memory = memory_[index(face, q)];
      const Vec3d y = to_own_axes(point_position(face, q));
      const ContactState state = evaluated_[face] ? state_[index(face, q)]
                                                  : contact_point(settings_.law, memory, y, knead::evaluate(shape_, y));
      lost[face] += weight_[index(face, q)] * state.lost;
      memory.place = y;
      memory.normal = state.normal;
      memory.elastic_slip = state.elastic_slip;
      memory.open = state.active ? 0 : std::max(0.0, state.gap);
      memory.pressure = state.pressure;
    }
  }
  for (double of_face : lost) friction_work_ += of_face;
}

double Contact::friction_energy() const {
  double energy = 0;
  for (std::size_t i = 0; i < state_.size(); ++i)
    energy += weight_[i] * dot(state_[i].elastic_slip, state_[i].elastic_slip);
  return 0.5 * settings_.law.tangential_stiffness * energy;
}

std::vector<double> Contact::history() const {
  std::vector<double> values;
  values.reserve(numbers_a_point * memory_.size() + nodes_.size() + 1);
  for (const auto& m : memory_) {
    for (const Vec3d& v : {m.place, m.normal, m.elastic_slip}) values.insert(values.end(), v.v, v.v + 3);
    values.insert(values.end(), {m.open, m.pressure});
  }
  values.insert(values.end(), multiplier_.begin(), multiplier_.end());
  values.push_back(friction_work_);
  return values;
}

void Contact::set_history(std::span<const double> values) {
  const std::size_t needed = numbers_a_point * memory_.size() + nodes_.size() + 1;
  if (values.size() != needed)
    throw Error(ExitCode::file_error, "the contact history has " + std::to_string(values.size()) +
                                          " numbers, this body needs " + std::to_string(needed) +
                                          ": resume with the scenario that wrote it");
  for (std::size_t i = 0; i < memory_.size(); ++i) {
    const double* v = &values[numbers_a_point * i];
    memory_[i].place = {{v[0], v[1], v[2]}};
    memory_[i].normal = {{v[3], v[4], v[5]}};
    memory_[i].elastic_slip = {{v[6], v[7], v[8]}};
    memory_[i].open = v[9];
    memory_[i].pressure = v[10];
  }
  const auto multipliers = values.subspan(numbers_a_point * memory_.size(), nodes_.size());
  multiplier_.assign(multipliers.begin(), multipliers.end());
  multiplier_n_ = multiplier_;
  spread_multipliers();
  friction_work_ = values.back();
  has_history_ = true;
}

}  // namespace knead
