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

// From what the instantaneous law answers to what is left of it and carried with it.
template <class T>
void relax(VolumetricSplit split, const Mat3<T>& F, const std::optional<CarriedStress<T>>& carried,
           LawResponse<T>& out) {
  if (!carried) return;
  const T factor(carried->factor);
  out.energy *= factor;
  out.stress = factor * out.stress;
  out.tangent = factor * out.tangent;
  add_carried_stress(split, F, carried->stress, out);
}

template <class T>
void evaluate_matrix(const Tissue& tissue, const Mat3<T>& F, const std::optional<CarriedStress<T>>& carried,
                     LawResponse<T>& out) {
  std::visit([&](const auto& law) { law.evaluate(F, out); }, tissue.law);
  relax(split(tissue.law), F, carried, out);
}

// Fibres see the whole deformation, and so does what they carry.
inline constexpr VolumetricSplit fibre_split = VolumetricSplit::coupled;

// Nothing for a tissue without fibres.
template <class T>
LawResponse<T> evaluate_fibres(const Tissue& tissue, const FibrePoint<T>& at, const Mat3<T>& F) {
  LawResponse<T> out{T(0), Sym3<T>::zero(), Sym6<T>::zero()};
  if (tissue.fibres) std::visit([&](const auto& law) { law.add(at, F, out); }, *tissue.fibres);
  return out;
}

template <class T>
void add_fibres(const Tissue& tissue, const FibrePoint<T>& at, const Mat3<T>& F,
                const std::optional<CarriedStress<T>>& carried, LawResponse<T>& out) {
  if (!tissue.fibres) return;
  if (!carried) return std::visit([&](const auto& law) { law.add(at, F, out); }, *tissue.fibres);
  LawResponse<T> own = evaluate_fibres(tissue, at, F);
  relax(fibre_split, F, carried, own);
  out.energy += own.energy;
  out.stress = out.stress + own.stress;
  out.tangent = out.tangent + own.tangent;
}

}  // namespace knead
