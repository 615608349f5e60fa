#include "terms/stress_history.hpp"

#include <cassert>

namespace knead {

StressHistory::StressHistory(const Body& body, const CellBatches& batches, std::vector<PronyTerm> Tissue::*series) {
  for (const Tissue& tissue : body.tissues) {
    terms_.push_back(tissue.*series);
    steps_.push_back(prony_step(terms_.back(), 0));
  }
  std::size_t size = 0;
  for (int b = 0; b < batches.num_batches; ++b) {
    tissue_of_.push_back(static_cast<std::size_t>(batches.tissue[static_cast<std::size_t>(b)]));
    base_.push_back(size);
    const PronyStep& step = step_of(b);
    if (step.count > 0) size += points_per_cell * (1 + step.count) * 6 * batch_width;
  }
  values_.assign(size, 0.0f);
}

void StressHistory::set_step(double length) {
  for (std::size_t i = 0; i < steps_.size(); ++i) steps_[i] = prony_step(terms_[i], length);
}

Sym3<StressHistory::D8> StressHistory::carried(int batch, int q, int offset) const {
  const PronyStep& step = step_of(batch);
  const float* at = &values_[base(batch, q) + static_cast<std::size_t>(offset)];
  double shares = 0;
  for (std::size_t i = 0; i < step.count; ++i) shares += step.share[i];
  Sym3<D8> A;
  for (int k = 0; k < 6; ++k) A[k] = D8(-shares) * D8::load(at + k * batch_width);
  for (std::size_t i = 0; i < step.count; ++i) {
    at += std::size_t{6} * batch_width;
    for (int k = 0; k < 6; ++k) A[k] += D8(step.decay[i]) * D8::load(at + k * batch_width);
  }
  return A;
}

Sym3d StressHistory::carried(std::size_t slot, const std::array<double, points_per_cell>& weights) const {
  const auto batch = static_cast<int>(slot / batch_width), lane = static_cast<int>(slot % batch_width);
  Sym3d sum = Sym3d::zero();
  for (int q = 0; q < points_per_cell; ++q) {
    const Sym3<D8> A = carried(batch, q, lane / 8 * 8);
    for (int k = 0; k < 6; ++k) sum[k] += weights[static_cast<std::size_t>(q)] * A[k][lane % 8];
  }
  return sum;
}

void StressHistory::accept(int batch, int q, int offset, const Sym3<D8>& stress) {
  const PronyStep& step = step_of(batch);
  float* at = &values_[base(batch, q) + static_cast<std::size_t>(offset)];
  for (int k = 0; k < 6; ++k) {
    // The difference is taken to what was kept, so that the rounding of one step does not add to that of the next.
    const D8 change = stress[k] - D8::load(at + k * batch_width);
    stress[k].store(at + k * batch_width);
    for (std::size_t i = 0; i < step.count; ++i) {
      float* H = at + ((1 + i) * 6 + static_cast<std::size_t>(k)) * batch_width;
      next_memory(step, i, D8::load(H), change).store(H);
    }
  }
}

void StressHistory::set_values(std::span<const double> values) {
  assert(values.size() == values_.size());
  for (std::size_t i = 0; i < values.size(); ++i) values_[i] = static_cast<float>(values[i]);
}

}  // namespace knead
