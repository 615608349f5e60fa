#pragma once
// Small tensors for kernels, over any arithmetic type T (double, float, Lanes).
//
// Order of the six numbers of a symmetric tensor, everywhere in Knead: xx, yy, zz, xy, yz, xz.
// Sym6 is a fourth-order tensor with major and minor symmetry, C_ijkl = C_jikl = C_ijlk = C_klij, stored as the upper
// triangle (row by row) of the 6x6 matrix of its components C_(ij)(kl) – no factors of two anywhere in storage.
#include <array>
#include <cmath>

#include "math/lanes.hpp"

namespace knead {

template <class T>
struct Vec3 {
  T v[3];
  T& operator[](int i) { return v[i]; }
  const T& operator[](int i) const { return v[i]; }
  friend Vec3 operator+(const Vec3& a, const Vec3& b) { return {a[0] + b[0], a[1] + b[1], a[2] + b[2]}; }
  friend Vec3 operator-(const Vec3& a, const Vec3& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
  friend Vec3 operator-(const Vec3& a) { return {-a[0], -a[1], -a[2]}; }
  friend Vec3 operator*(const T& s, const Vec3& a) { return {s * a[0], s * a[1], s * a[2]}; }
  friend Vec3 operator/(const Vec3& a, const T& s) { return {a[0] / s, a[1] / s, a[2] / s}; }
  Vec3& operator+=(const Vec3& b) {
    for (int i = 0; i < 3; ++i) v[i] += b[i];
    return *this;
  }
  Vec3& operator-=(const Vec3& b) {
    for (int i = 0; i < 3; ++i) v[i] -= b[i];
    return *this;
  }
};
using Vec3d = Vec3<double>;

template <class T>
T dot(const Vec3<T>& a, const Vec3<T>& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
template <class T>
Vec3<T> cross(const Vec3<T>& a, const Vec3<T>& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
template <class T>
T norm(const Vec3<T>& a) {
  using std::sqrt;
  return sqrt(dot(a, a));
}
template <class T>
Vec3<T> normalized(const Vec3<T>& a) {
  return a / norm(a);
}

template <class T>
struct Mat3 {
  T m[3][3];
  T& operator()(int i, int j) { return m[i][j]; }
  const T& operator()(int i, int j) const { return m[i][j]; }
  static Mat3 zero() { return {{{T(0), T(0), T(0)}, {T(0), T(0), T(0)}, {T(0), T(0), T(0)}}}; }
  static Mat3 identity() { return {{{T(1), T(0), T(0)}, {T(0), T(1), T(0)}, {T(0), T(0), T(1)}}}; }
  friend Mat3 operator+(const Mat3& a, const Mat3& b) {
    Mat3 r;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) r(i, j) = a(i, j) + b(i, j);
    return r;
  }
  friend Mat3 operator-(const Mat3& a, const Mat3& b) {
    Mat3 r;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) r(i, j) = a(i, j) - b(i, j);
    return r;
  }
  friend Mat3 operator*(const T& s, const Mat3& a) {
    Mat3 r;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) r(i, j) = s * a(i, j);
    return r;
  }
  friend Mat3 operator*(const Mat3& a, const Mat3& b) {
    Mat3 r;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) r(i, j) = a(i, 0) * b(0, j) + a(i, 1) * b(1, j) + a(i, 2) * b(2, j);
    return r;
  }
  friend Vec3<T> operator*(const Mat3& a, const Vec3<T>& x) {
    Vec3<T> r;
    for (int i = 0; i < 3; ++i) r[i] = a(i, 0) * x[0] + a(i, 1) * x[1] + a(i, 2) * x[2];
    return r;
  }
};
using Mat3d = Mat3<double>;

template <class T>
Mat3<T> transpose(const Mat3<T>& a) {
  Mat3<T> r;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) r(i, j) = a(j, i);
  return r;
}
// Cofactor matrix: det(a) a^-T.
template <class T>
Mat3<T> cofactor(const Mat3<T>& a) {
  Mat3<T> r;
  for (int i = 0; i < 3; ++i) {
    const int i1 = (i + 1) % 3, i2 = (i + 2) % 3;
    for (int j = 0; j < 3; ++j) {
      const int j1 = (j + 1) % 3, j2 = (j + 2) % 3;
      r(i, j) = a(i1, j1) * a(i2, j2) - a(i1, j2) * a(i2, j1);
    }
  }
  return r;
}
template <class T>
T determinant(const Mat3<T>& a) {
  return a(0, 0) * (a(1, 1) * a(2, 2) - a(1, 2) * a(2, 1)) + a(0, 1) * (a(1, 2) * a(2, 0) - a(1, 0) * a(2, 2)) +
         a(0, 2) * (a(1, 0) * a(2, 1) - a(1, 1) * a(2, 0));
}
template <class T>
Mat3<T> inverse(const Mat3<T>& a) {
  return (T(1) / determinant(a)) * transpose(cofactor(a));
}
template <class T>
T trace(const Mat3<T>& a) {
  return a(0, 0) + a(1, 1) + a(2, 2);
}

template <class T>
struct Sym3 {
  T s[6];  // xx, yy, zz, xy, yz, xz
  T& operator[](int i) { return s[i]; }
  const T& operator[](int i) const { return s[i]; }
  static constexpr int index(int i, int j) {
    constexpr int table[3][3] = {{0, 3, 5}, {3, 1, 4}, {5, 4, 2}};
    return table[i][j];
  }
  T& operator()(int i, int j) { return s[index(i, j)]; }
  const T& operator()(int i, int j) const { return s[index(i, j)]; }
  static Sym3 zero() { return {{T(0), T(0), T(0), T(0), T(0), T(0)}}; }
  static Sym3 identity() { return {{T(1), T(1), T(1), T(0), T(0), T(0)}}; }
  friend Sym3 operator+(const Sym3& a, const Sym3& b) {
    Sym3 r;
    for (int i = 0; i < 6; ++i) r[i] = a[i] + b[i];
    return r;
  }
  friend Sym3 operator-(const Sym3& a, const Sym3& b) {
    Sym3 r;
    for (int i = 0; i < 6; ++i) r[i] = a[i] - b[i];
    return r;
  }
  friend Sym3 operator*(const T& x, const Sym3& a) {
    Sym3 r;
    for (int i = 0; i < 6; ++i) r[i] = x * a[i];
    return r;
  }
};
using Sym3d = Sym3<double>;
// Row and column of each of the six components.
inline constexpr int sym3_row[6] = {0, 1, 2, 0, 1, 0};
inline constexpr int sym3_column[6] = {0, 1, 2, 1, 2, 2};

template <class T>
T trace(const Sym3<T>& a) {
  return a[0] + a[1] + a[2];
}
template <class T>
Mat3<T> full(const Sym3<T>& a) {
  return {{{a[0], a[3], a[5]}, {a[3], a[1], a[4]}, {a[5], a[4], a[2]}}};
}
// a : b = a_ij b_ij
template <class T>
T contract(const Sym3<T>& a, const Sym3<T>& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + T(2) * (a[3] * b[3] + a[4] * b[4] + a[5] * b[5]);
}
// F Fᵀ (left Cauchy–Green tensor b) and Fᵀ F (right, C).
template <class T>
Sym3<T> times_transposed(const Mat3<T>& f) {
  Sym3<T> b;
  for (int k = 0; k < 6; ++k) {
    const int i = sym3_row[k], j = sym3_column[k];
    b[k] = f(i, 0) * f(j, 0) + f(i, 1) * f(j, 1) + f(i, 2) * f(j, 2);
  }
  return b;
}
template <class T>
Sym3<T> transposed_times(const Mat3<T>& f) {
  return times_transposed(transpose(f));
}
template <class T>
T determinant(const Sym3<T>& a) {
  return determinant(full(a));
}

template <class T>
struct Sym6 {
  T c[21];
  static constexpr int index(int i, int j) {  // of components i, j = 0…5
    return i <= j ? i * 6 - i * (i - 1) / 2 + (j - i) : j * 6 - j * (j - 1) / 2 + (i - j);
  }
  T& operator()(int i, int j) { return c[index(i, j)]; }
  const T& operator()(int i, int j) const { return c[index(i, j)]; }
  static Sym6 zero() {
    Sym6 r;
    for (auto& x : r.c) x = T(0);
    return r;
  }
  friend Sym6 operator+(const Sym6& a, const Sym6& b) {
    Sym6 r;
    for (int i = 0; i < 21; ++i) r.c[i] = a.c[i] + b.c[i];
    return r;
  }
  friend Sym6 operator*(const T& x, const Sym6& a) {
    Sym6 r;
    for (int i = 0; i < 21; ++i) r.c[i] = x * a.c[i];
    return r;
  }
  // (C : e)_ij = C_ijkl e_kl
  Sym3<T> contract(const Sym3<T>& e) const {
    Sym3<T> r;
    for (int i = 0; i < 6; ++i) {
      r[i] = (*this)(i, 0) * e[0] + (*this)(i, 1) * e[1] + (*this)(i, 2) * e[2] +
             T(2) * ((*this)(i, 3) * e[3] + (*this)(i, 4) * e[4] + (*this)(i, 5) * e[5]);
    }
    return r;
  }
};

}  // namespace knead
