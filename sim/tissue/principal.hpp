#pragma once
// Eigenvalues and eigenvectors of symmetric 3x3 tensors, the same operations for every input, so lanes can share them.
#include "math/tensor.hpp"

namespace knead {

template <class T>
struct Principal {
  T value[3];         // in no particular order
  Mat3<T> direction;  // column a is the unit eigenvector of value[a]
};

// One Jacobi rotation in the plane (p, q): makes a(p, q) zero. Indices are known at compile time, so that lanes
// stay in registers.
namespace detail {
template <int p, int q, class T>
void rotate(Mat3<T>& a, Mat3<T>& v) {
  using std::abs, std::sqrt;
  constexpr int r = 3 - p - q;
  // The smaller root of t² + 2 θ t − 1 = 0, θ = (a_qq − a_pp)/(2 a_pq), written without the division by a_pq.
  const T d = a(q, q) - a(p, p);
  const T e = T(2) * a(p, q);
  const T size = abs(d) + sqrt(d * d + e * e);
  const auto moves = size > T(0);
  const T t = select(moves, select(d < T(0), -e, e) / select(moves, size, T(1)), T(0));
  const T cosine = T(1) / sqrt(T(1) + t * t);
  const T sine = t * cosine;

  const T shift = t * a(p, q);
  a(p, p) -= shift;
  a(q, q) += shift;
  a(p, q) = a(q, p) = T(0);
  const T rp = a(r, p), rq = a(r, q);
  a(r, p) = a(p, r) = cosine * rp - sine * rq;
  a(r, q) = a(q, r) = sine * rp + cosine * rq;
  for (int i = 0; i < 3; ++i) {
    const T vp = v(i, p), vq = v(i, q);
    v(i, p) = cosine * vp - sine * vq;
    v(i, q) = sine * vp + cosine * vq;
  }
}
}  // namespace detail

// Cyclic Jacobi rotations (Golub & Van Loan, Matrix Computations, 8.5.3). Convergence is quadratic: a 3x3 tensor needs
// four sweeps for double precision, the fifth is for the rare start at 45° in all three planes.
template <class T>
Principal<T> principal(const Sym3<T>& s) {
  constexpr int sweeps = 5;
  Mat3<T> a = full(s);
  Mat3<T> v = Mat3<T>::identity();
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    detail::rotate<0, 1>(a, v);
    detail::rotate<0, 2>(a, v);
    detail::rotate<1, 2>(a, v);
  }
  return {{a(0, 0), a(1, 1), a(2, 2)}, v};
}

}  // namespace knead
