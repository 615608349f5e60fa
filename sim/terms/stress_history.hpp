#pragma once
#include <array>
#include <optional>
#include <span>
#include <vector>

#include "body/body.hpp"
#include "fem/cell_batches.hpp"
#include "math/lanes.hpp"
#include "math/vector.hpp"
#include "tissue/tissue_response.hpp"

namespace knead {

// What the quadrature points of relaxing matrices, or of relaxing fibres, remember (docs/theory.md, "Relaxation"): S̃_n
// and one H_i a term, six numbers each, in single precision. Nothing where no tissue relaxes.
class StressHistory {
 public:
  using D8 = Lanes<double, 8>;

  StressHistory() = default;
  // series: that of the matrix or that of the fibres.
  StressHistory(const Body& body, const CellBatches& batches, std::vector<PronyTerm> Tissue::*series);

  bool empty() const { return values_.empty(); }
  // Δt of the present step, s; ∞: everything that can has relaxed.
  void set_step(double length);
  const PronyStep& step(std::size_t tissue) const { return steps_[tissue]; }
  bool relaxes(std::size_t tissue) const { return steps_[tissue].count > 0; }

  // A of the present step at a point of eight cells of a batch, the lanes from offset on.
  Sym3<D8> carried(int batch, int q, int offset) const;
  // With γ, for tissue_response.hpp; nothing where the tissue does not relax.
  std::optional<CarriedStress<D8>> carried_with(std::size_t tissue, int batch, int q, int offset) const {
    if (!relaxes(tissue)) return std::nullopt;
    return CarriedStress<D8>{carried(batch, q, offset), steps_[tissue].factor};
  }
  // The same at any place of one cell, weighted over its quadrature points.
  Sym3d carried(std::size_t slot, const std::array<double, points_per_cell>& weights) const;
  // The step has ended with this S̃.
  void accept(int batch, int q, int offset, const Sym3<D8>& stress);

  std::size_t bytes() const { return bytes_of(values_); }
  const Vector<float>& values() const { return values_; }
  void set_values(std::span<const double> values);  // as many as values() has

 private:
  // Of [batch][q][S̃, H₁, …][component][lane].
  std::size_t base(int batch, int q) const {
    return base_[static_cast<std::size_t>(batch)] +
           static_cast<std::size_t>(q) * (1 + step_of(batch).count) * 6 * batch_width;
  }
  const PronyStep& step_of(int batch) const { return steps_[tissue_of_[static_cast<std::size_t>(batch)]]; }

  std::vector<std::vector<PronyTerm>> terms_;  // by tissue
  std::vector<PronyStep> steps_;               // by tissue
  std::vector<std::size_t> tissue_of_, base_;  // by batch
  Vector<float> values_;
};

}  // namespace knead
