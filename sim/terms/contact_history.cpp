// What contact remembers from step to step: slip anchors, multipliers, friction work.
#include <algorithm>
#include <cassert>
#include <cmath>

#include "base/error.hpp"
#include "terms/contact.hpp"

namespace knead {

namespace {
constexpr std::size_t numbers_a_point = 4;
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
  clear_multipliers();
  multiplier_n_ = multiplier_;
}

void Contact::commit() {
  end_multipliers();
  if (settings_.law.friction.coefficient == 0) return;
  const auto num_faces = static_cast<long>(faces_.size());
#pragma omp parallel for schedule(static)
  for (long i = 0; i < num_faces; ++i) {
    const auto face = static_cast<std::size_t>(i);
    for (std::size_t q = 0; q < num_points_; ++q) {
      ContactMemory& memory = memory_[index(face, q)];
      const ContactState& state = state_[index(face, q)];
      const Vec3d y = to_own_axes(point_position(face, q));
      memory.anchor = state.active ? y - state.elastic_slip : y;
      memory.open = state.active ? 0 : std::max(0.0, evaluated_[face] ? state.gap : knead::evaluate(shape_, y).value);
    }
  }
  for (std::size_t face = 0; face < faces_.size(); ++face) {
    if (!evaluated_[face]) continue;
    for (std::size_t q = 0; q < num_points_; ++q) {
      const ContactState& state = state_[index(face, q)];
      if (state.sliding) friction_work_ += weight_[index(face, q)] * norm(state.shear) * state.slip;
    }
  }
}

std::vector<double> Contact::history() const {
  std::vector<double> values;
  values.reserve(numbers_a_point * memory_.size() + nodes_.size() + 1);
  for (const auto& m : memory_) values.insert(values.end(), {m.anchor[0], m.anchor[1], m.anchor[2], m.open});
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
    memory_[i].anchor = {{v[0], v[1], v[2]}};
    memory_[i].open = v[3];
  }
  const auto multipliers = values.subspan(numbers_a_point * memory_.size(), nodes_.size());
  multiplier_.assign(multipliers.begin(), multipliers.end());
  multiplier_n_ = multiplier_;
  spread_multipliers();
  friction_work_ = values.back();
  has_history_ = true;
}

}  // namespace knead
