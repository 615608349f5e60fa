#pragma once
// What fibres add to the isotropic matrix at one quadrature point.
//
// A fibre law is a struct with its parameters (SI) and
//   template <class T> void add(const FibrePoint<T>& at, const Mat3<T>& F, LawResponse<T>& out) const;
// It adds Ψ_f(F a₀, …), its Kirchhoff stress and its spatial tangent. Stretches are those of the whole deformation, not
// of its isochoric part: with Ī₄ a fibre would change its length when the volume changes at fixed length (Sansour 2008,
// Eur. J. Mech. A 27:28; Helfenstein et al. 2010, Int. J. Solids Struct. 47:2056).
#include "math/tensor.hpp"
#include "tissue/law.hpp"
#include "tissue/spatial.hpp"

namespace knead {

template <class T>
struct FibrePoint {
  Vec3<T> along;       // unit direction at rest; zero where there are no fibres
  Vec3<T> across;      // unit, perpendicular to it in the plane of the sheet; read by laws with two families
  T activation{T(0)};  // 0 … 1; read by muscle
};

// a⊗a
template <class T>
Sym3<T> dyad(const Vec3<T>& a) {
  Sym3<T> r;
  for (int k = 0; k < 6; ++k) r[k] = a[sym3_row[k]] * a[sym3_column[k]];
  return r;
}
// a⊗b + b⊗a
template <class T>
Sym3<T> symmetric_dyad(const Vec3<T>& a, const Vec3<T>& b) {
  Sym3<T> r;
  for (int k = 0; k < 6; ++k) {
    const int i = sym3_row[k], j = sym3_column[k];
    r[k] = a[i] * b[j] + a[j] * b[i];
  }
  return r;
}

}  // namespace knead
