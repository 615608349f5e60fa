// What contact remembers from step to step: slip anchors, multipliers, friction work.
#include <algorithm>
#include <cassert>
#include <cmath>

#include "base/error.hpp"
#include "terms/contact.hpp"

namespace knead {

namespace {
constexpr std::size_t numbers_a_point = 5;
}

void Contact::begin(const Vector<double>& u, double travel) {
  has_history_ = true;
  place(u, travel);
  const auto num_faces = static_cast<long>(faces_.size());
#pragma omp parallel for schedule(static)
  for (long i = 0; i < num_faces; ++i) {
    const auto face = static_cast<std::size_t>(i);
    for (std::size_t q = 0; q < num_points_; ++q) {
      const Vec3d y = to_own_axes(point_position(face, q));
      memory_[index(face, q)] = {y, std::max(0.0, knead::evaluate(shape_, y).value), 0};
    }
  }
  std::fill(has_multipliers_.begin(), has_multipliers_.end(), char(0));
}

void Contact::commit() {
  const bool friction = settings_.law.friction.coefficient != 0;
  const auto num_faces = static_cast<long>(faces_.size());
#pragma omp parallel for schedule(static)
  for (long i = 0; i < num_faces; ++i) {
    const auto face = static_cast<std::size_t>(i);
    if (!friction && !has_multipliers_[face]) continue;
    bool keeps_multiplier = false;
    for (std::size_t q = 0; q < num_points_; ++q) {
      ContactMemory& memory = memory_[index(face, q)];
      const ContactState& state = state_[index(face, q)];
      if (!state.active) memory.multiplier = 0;
      keeps_multiplier = keeps_multiplier || memory.multiplier > 0;
      if (!friction) continue;
      const Vec3d y = to_own_axes(point_position(face, q));
      if (state.active)
        memory = {y - state.elastic_slip, 0, memory.multiplier};
      else
        memory = {y, std::max(0.0, evaluated_[face] ? state.gap : knead::evaluate(shape_, y).value), 0};
    }
    has_multipliers_[face] = keeps_multiplier ? 1 : 0;
  }
  if (!friction) return;
  for (std::size_t face = 0; face < faces_.size(); ++face) {
    if (!evaluated_[face]) continue;
    for (std::size_t q = 0; q < num_points_; ++q) {
      const ContactState& state = state_[index(face, q)];
      if (state.sliding) friction_work_ += weight_[index(face, q)] * norm(state.shear) * state.slip;
    }
  }
}

double Contact::augment() {
  double largest = 0;
  for (std::size_t face = 0; face < faces_.size(); ++face) {
    if (!evaluated_[face]) continue;
    bool any = false;
    for (std::size_t q = 0; q < num_points_; ++q) {
      ContactMemory& memory = memory_[index(face, q)];
      const ContactState& state = state_[index(face, q)];
      if (state.active) largest = std::max(largest, std::abs(state.gap));
      memory.multiplier = std::max(0.0, memory.multiplier - settings_.law.stiffness * state.gap);
      any = any || memory.multiplier > 0;
    }
    has_multipliers_[face] = any ? 1 : 0;
  }
  return largest;
}

void Contact::clear_multipliers() {
  for (auto& memory : memory_) memory.multiplier = 0;
  std::fill(has_multipliers_.begin(), has_multipliers_.end(), char(0));
}

std::vector<double> Contact::history() const {
  std::vector<double> values;
  values.reserve(numbers_a_point * memory_.size() + 1);
  for (const auto& m : memory_)
    values.insert(values.end(), {m.anchor[0], m.anchor[1], m.anchor[2], m.open, m.multiplier});
  values.push_back(friction_work_);
  return values;
}

void Contact::set_history(std::span<const double> values) {
  if (values.size() != numbers_a_point * memory_.size() + 1)
    throw Error(ExitCode::file_error,
                "the contact history has " + std::to_string(values.size()) + " numbers, this body needs " +
                    std::to_string(numbers_a_point * memory_.size() + 1) + ": resume with the scenario that wrote it");
  for (std::size_t i = 0; i < memory_.size(); ++i) {
    const double* v = &values[numbers_a_point * i];
    memory_[i] = {{{v[0], v[1], v[2]}}, v[3], v[4]};
  }
  friction_work_ = values.back();
  for (std::size_t face = 0; face < faces_.size(); ++face) {
    has_multipliers_[face] = 0;
    for (std::size_t q = 0; q < num_points_; ++q)
      if (memory_[index(face, q)].multiplier > 0) has_multipliers_[face] = 1;
  }
  has_history_ = true;
}

}  // namespace knead
