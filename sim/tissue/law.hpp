#pragma once
// What every constitutive law gives at one quadrature point, and the list of laws.
//
// A law is a struct with its parameters (SI) and
//   template <class T> void evaluate(const Mat3<T>& F, LawResponse<T>& out) const;
// It gives Ψ(F) of docs/theory.md without the volumetric part κU(J), which the pressure unknown carries.
#include "math/tensor.hpp"

namespace knead {

// c is defined by D²Ψ[δu, du] = e(δu) : c : e(du) + (∇du τ) : ∇δu with gradients by the current position.
template <class T>
struct LawResponse {
  T energy;         // Ψ, J/m³ of rest volume
  Sym3<T> stress;   // Kirchhoff stress τ = (∂Ψ/∂F) Fᵀ, Pa
  Sym6<T> tangent;  // spatial tangent c, Pa
};

// Isochoric split: a function of C̄ = J^(-2/3) C only. Coupled: stress-free through a -μ ln J-type term, the form that
// other programs use.
enum class VolumetricSplit { split, coupled };

}  // namespace knead
