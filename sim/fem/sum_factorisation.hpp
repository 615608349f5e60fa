#pragma once
// Q2 fields and their reference gradients at the 27 Gauss points, one direction at a time (sum factorisation, Orszag
// 1980). Three Gauss points determine a quadratic function, so gradients are taken of the values at the Gauss points
// (Kronbichler & Kormann, ACM Transactions on Mathematical Software 45, 2019): six sweeps over a cell instead of eight.
// Along a line of three points both steps use the symmetry about its middle.
#include "fem/quadratic_basis.hpp"

namespace knead {

namespace detail {

// A quadratic function at the outer Gauss points, by its values at the nearer node, the middle and the farther node.
inline constexpr double weight_near = quadratic_basis.value[0][0], weight_middle = quadratic_basis.value[0][1],
                        weight_far = quadratic_basis.value[0][2];

// The same number in every lane, in the precision of T.
template <class T>
[[gnu::always_inline]] inline T lanes_of(double x) {
  return T(static_cast<typename ScalarOf<T>::type>(x));
}

// Calls f(first) for the nine lines of a 3x3x3 array along one axis; `stride` between the three points of a line.
template <int stride, class F>
[[gnu::always_inline]] inline void for_each_line(F&& f) {
  constexpr int outer_a = stride == 1 ? 3 : 1;
  constexpr int outer_b = stride == 9 ? 3 : 9;
#pragma GCC unroll 3
  for (int b = 0; b < 3; ++b)
#pragma GCC unroll 3
    for (int a = 0; a < 3; ++a) f(a * outer_a + b * outer_b);
}

// Nodes to Gauss points along one axis; in and out may be the same.
template <int stride, class T>
[[gnu::always_inline]] inline void interpolate(const T* in, T* out) {
  const T near = lanes_of<T>(weight_near), middle = lanes_of<T>(weight_middle), far = lanes_of<T>(weight_far);
  for_each_line<stride>([&](int i) {
    const T x0 = in[i], x1 = in[i + stride], x2 = in[i + 2 * stride], m = middle * x1;
    out[i] = near * x0 + (far * x2 + m);
    out[i + stride] = x1;
    out[i + 2 * stride] = far * x0 + (near * x2 + m);
  });
}
template <int stride, class T>
[[gnu::always_inline]] inline void interpolate_transposed(const T* in, T* out) {
  const T near = lanes_of<T>(weight_near), middle = lanes_of<T>(weight_middle), far = lanes_of<T>(weight_far);
  for_each_line<stride>([&](int i) {
    const T x0 = in[i], x1 = in[i + stride], x2 = in[i + 2 * stride];
    out[i] = near * x0 + far * x2;
    out[i + stride] = middle * (x0 + x2) + x1;
    out[i + 2 * stride] = far * x0 + near * x2;
  });
}

// Values at Gauss points to derivatives there along one axis; `step` between the points of the cell in out.
template <int stride, int step, class T>
[[gnu::always_inline]] inline void differentiate(const T* in, T* out) {
  const T slope = lanes_of<T>(0.5 / gauss_abscissa), bend = lanes_of<T>(1 / gauss_abscissa), two = lanes_of<T>(2);
  for_each_line<stride>([&](int i) {
    const T x0 = in[i], x1 = in[i + stride], x2 = in[i + 2 * stride];
    const T middle = slope * (x2 - x0), second = x0 + x2 - two * x1;
    out[step * i] = middle - bend * second;
    out[step * (i + stride)] = middle;
    out[step * (i + 2 * stride)] = middle + bend * second;
  });
}
template <int stride, int step, bool add, class T>
[[gnu::always_inline]] inline void differentiate_transposed(const T* in, T* out) {
  const T slope = lanes_of<T>(0.5 / gauss_abscissa), bend = lanes_of<T>(1 / gauss_abscissa),
          twice = lanes_of<T>(2 / gauss_abscissa);
  for_each_line<stride>([&](int i) {
    const T t0 = in[step * i], t1 = in[step * (i + stride)], t2 = in[step * (i + 2 * stride)];
    const T difference = bend * (t2 - t0), sum = slope * (t0 + t1 + t2);
    const T r0 = difference - sum, r1 = twice * (t0 - t2), r2 = difference + sum;
    out[i] = add ? out[i] + r0 : r0;
    out[i + stride] = add ? out[i + stride] + r1 : r1;
    out[i + 2 * stride] = add ? out[i + 2 * stride] + r2 : r2;
  });
}

}  // namespace detail

// u: 27 nodal values of one component. out: its values at the Gauss points.
template <class T>
[[gnu::always_inline]] inline void gauss_values(const T* u, T* out) {
  detail::interpolate<1>(u, out);
  detail::interpolate<3>(out, out);
  detail::interpolate<9>(out, out);
}

// u: 27 nodal values of one component. g[step * q + axis]: its reference gradient at Gauss point q.
template <int step, class T>
[[gnu::always_inline]] inline void reference_gradient(const T* u, T* g) {
  T values[27];
  gauss_values(u, values);
  detail::differentiate<1, step>(values, g);
  detail::differentiate<3, step>(values, g + 1);
  detail::differentiate<9, step>(values, g + 2);
}

// The transpose: r = Σ over points of t[step * q + axis] against the gradients of the 27 basis functions.
template <int step, class T>
[[gnu::always_inline]] inline void integrate_gradient(const T* t, T* r) {
  T values[27];
  detail::differentiate_transposed<1, step, false>(t, values);
  detail::differentiate_transposed<3, step, true>(t + 1, values);
  detail::differentiate_transposed<9, step, true>(t + 2, values);
  detail::interpolate_transposed<9>(values, values);
  detail::interpolate_transposed<3>(values, values);
  detail::interpolate_transposed<1>(values, r);
}

}  // namespace knead
