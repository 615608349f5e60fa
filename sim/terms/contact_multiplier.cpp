// Multipliers of hard applicators: an augmented Lagrangian with one multiplier at each node of the skin, bilinear on
// the four quarters of a face (Puso, Laursen & Solberg 2008 pair quadratic faces with this space). Multipliers at every
// quadrature point would be more than the displacement can answer: their scatter grows from round to round.
#include <algorithm>
#include <cmath>

#include "terms/contact.hpp"

namespace knead {

std::vector<double> Contact::mean_gaps() const {
  const double k = settings_.law.stiffness;
  std::vector<double> gap(nodes_.size(), 0.0);
  for (std::size_t face = 0; face < faces_.size(); ++face) {
    if (!evaluated_[face]) continue;
    for (std::size_t q = 0; q < num_points_; ++q) {
      const double here = std::min(state_[index(face, q)].gap, memory_[index(face, q)].multiplier / k);
      for (std::size_t a = 0; a < 9; ++a) {
        const auto n = static_cast<std::size_t>(local_faces_[face][a]);
        gap[n] += rule_.hat[q][a] * weight_[index(face, q)] * here;
      }
    }
  }
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    gap[n] = multiplier_[n] > 0 || gap[n] < 0 ? gap[n] / node_area_[n] : 0;
  return gap;
}

double Contact::augment() {
  const std::vector<double> gap = mean_gaps();
  double largest = 0;
  for (std::size_t n = 0; n < nodes_.size(); ++n) {
    multiplier_[n] = std::max(0.0, multiplier_[n] - settings_.law.stiffness * gap[n]);
    largest = std::max(largest, std::abs(gap[n]));
  }
  spread_multipliers();
  return largest;
}

double Contact::relative_penetration() const {
  const std::vector<double> gap = mean_gaps();
  double largest = 0;
  for (std::size_t n = 0; n < nodes_.size(); ++n) largest = std::max(largest, std::abs(gap[n]) / node_size_[n]);
  return largest;
}

void Contact::spread_multipliers() {
  for (std::size_t face = 0; face < faces_.size(); ++face) {
    const auto& nodes = local_faces_[face];
    const auto at = [&](std::size_t a) { return multiplier_[static_cast<std::size_t>(nodes[a])]; };
    bool any = false;
    for (std::size_t a = 0; a < 9; ++a) any = any || at(a) > 0;
    if (!any && !has_multipliers_[face]) continue;
    has_multipliers_[face] = any ? 1 : 0;
    for (std::size_t q = 0; q < num_points_; ++q) {
      double& here = memory_[index(face, q)].multiplier = 0;
      for (std::size_t a = 0; a < 9; ++a) here += rule_.hat[q][a] * at(a);
    }
  }
}

void Contact::end_multipliers() {
  const bool any = std::any_of(has_multipliers_.begin(), has_multipliers_.end(), [](char has) { return has != 0; });
  if (any) {
    std::vector<char> touched(nodes_.size(), 0);
    for (std::size_t face = 0; face < faces_.size(); ++face)
      for (std::size_t q = 0; q < num_points_; ++q)
        if (state_[index(face, q)].active)
          for (int n : local_faces_[face]) touched[static_cast<std::size_t>(n)] = 1;
    for (std::size_t n = 0; n < nodes_.size(); ++n)
      if (!touched[n]) multiplier_[n] = 0;
    spread_multipliers();
  }
  multiplier_n_ = multiplier_;
}

void Contact::reject() {
  multiplier_ = multiplier_n_;
  spread_multipliers();
}

void Contact::clear_multipliers() {
  std::fill(multiplier_.begin(), multiplier_.end(), 0.0);
  spread_multipliers();
}

}  // namespace knead
