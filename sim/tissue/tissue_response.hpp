#pragma once
// What the laws of a tissue answer at one point. F is the deformation from the natural state, in scalars or lanes.
#include <optional>
#include <variant>

#include "tissue/tissue.hpp"

namespace knead {

// What a relaxing matrix brings from earlier steps: A and γ of relaxation.hpp.
template <class T>
struct CarriedStress {
  Sym3<T> stress;
  double factor;
};

template <class T>
void evaluate_matrix(const Tissue& tissue, const Mat3<T>& F, const std::optional<CarriedStress<T>>& carried,
                     LawResponse<T>& out) {
  std::visit([&](const auto& law) { law.evaluate(F, out); }, tissue.law);
  if (!carried) return;
  const T factor(carried->factor);
  out.energy *= factor;
  out.stress = factor * out.stress;
  out.tangent = factor * out.tangent;
  add_carried_stress(split(tissue.law), F, carried->stress, out);
}

// Nothing for a tissue without fibres.
template <class T>
void add_fibres(const Tissue& tissue, const FibrePoint<T>& at, const Mat3<T>& F, LawResponse<T>& out) {
  if (tissue.fibres) std::visit([&](const auto& law) { law.add(at, F, out); }, *tissue.fibres);
}

}  // namespace knead
