#pragma once
// Products of symmetric tensors that make up spatial tangents. Components in the order of math/tensor.hpp.
#include "math/tensor.hpp"

namespace knead {

// c += s A⊗A
template <class T>
void add_outer(const T& s, const Sym3<T>& a, Sym6<T>& c) {
  int n = 0;
  for (int i = 0; i < 6; ++i) {
    const T left = s * a[i];
    for (int j = i; j < 6; ++j) c.c[n++] += left * a[j];
  }
}

// c += s (A⊗B + B⊗A)
template <class T>
void add_outer_pair(const T& s, const Sym3<T>& a, const Sym3<T>& b, Sym6<T>& c) {
  int n = 0;
  for (int i = 0; i < 6; ++i)
    for (int j = i; j < 6; ++j) c.c[n++] += s * (a[i] * b[j] + b[i] * a[j]);
}

// c += s (A⊗I + I⊗A)
template <class T>
void add_outer_identity(const T& s, const Sym3<T>& a, Sym6<T>& c) {
  for (int i = 0; i < 3; ++i) {
    c(i, i) += T(2) * s * a[i];
    for (int j = i + 1; j < 3; ++j) c(i, j) += s * (a[i] + a[j]);
    for (int j = 3; j < 6; ++j) c(i, j) += s * a[j];
  }
}

// c += s I⊗I
template <class T>
void add_identity_outer(const T& s, Sym6<T>& c) {
  for (int i = 0; i < 3; ++i)
    for (int j = i; j < 3; ++j) c(i, j) += s;
}

// c += s 𝕊, the fourth-order symmetric identity 𝕊_ijkl = (δ_ik δ_jl + δ_il δ_jk)/2
template <class T>
void add_symmetric_identity(const T& s, Sym6<T>& c) {
  for (int i = 0; i < 3; ++i) c(i, i) += s;
  for (int i = 3; i < 6; ++i) c(i, i) += T(0.5) * s;
}

// c += s A⊙A, (A⊙A)_ijkl = (A_ik A_jl + A_il A_jk)/2
template <class T>
void add_symmetric_product(const T& s, const Sym3<T>& a, Sym6<T>& c) {
  const T half = T(0.5) * s;
  int n = 0;
  for (int p = 0; p < 6; ++p) {
    const int i = sym3_row[p], j = sym3_column[p];
    for (int q = p; q < 6; ++q) {
      const int k = sym3_row[q], l = sym3_column[q];
      c.c[n++] += half * (a(i, k) * a(j, l) + a(i, l) * a(j, k));
    }
  }
}

// c += s (A⊙B + B⊙A), (A⊙B)_ijkl = (A_ik B_jl + A_il B_jk)/2
template <class T>
void add_symmetric_pair(const T& s, const Sym3<T>& a, const Sym3<T>& b, Sym6<T>& c) {
  const T half = T(0.5) * s;
  int n = 0;
  for (int p = 0; p < 6; ++p) {
    const int i = sym3_row[p], j = sym3_column[p];
    for (int q = p; q < 6; ++q) {
      const int k = sym3_row[q], l = sym3_column[q];
      c.c[n++] += half * (a(i, k) * b(j, l) + a(i, l) * b(j, k) + b(i, k) * a(j, l) + b(i, l) * a(j, k));
    }
  }
}

// A − (tr A / 3) I, exactly zero for multiples of I
template <class T>
Sym3<T> deviator(const Sym3<T>& a) {
  Sym3<T> r = a;
  for (int i = 0; i < 3; ++i) {
    const int j = (i + 1) % 3, k = (i + 2) % 3;
    r[i] = ((a[i] - a[j]) + (a[i] - a[k])) / T(3);
  }
  return r;
}

// F H with H = s (I − n⊗n) + n⊗n/s²: the deformation of what was stretched by s in the plane across the unit vector n,
// at constant volume, before F.
template <class T>
Mat3<T> after_pre_stretch(const Mat3<T>& F, const Vec3<T>& n, double s) {
  const Vec3<T> Fn = F * n;
  const T plane = T(s), thickness = T(1 / (s * s) - s);
  Mat3<T> r;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) r(i, j) = plane * F(i, j) + thickness * Fn[i] * n[j];
  return r;
}

// A A for symmetric A
template <class T>
Sym3<T> square(const Sym3<T>& a) {
  return times_transposed(full(a));
}

}  // namespace knead
