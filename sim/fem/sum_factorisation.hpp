#pragma once
// Reference gradients of Q2 fields at the 27 Gauss points, one direction at a time (sum factorisation, Orszag 1980).
#include "fem/quadratic_basis.hpp"

namespace knead {

namespace detail {
// out[q] = Σ_i M[q][i] in[i] along one axis of a 3x3x3 array: `stride` between the three, the other nine indices
// looped.
template <bool derivative, bool transposed, bool accumulate, int stride, class T>
[[gnu::always_inline]] inline void contract_axis(const T* in, T* out) {
  using S = typename ScalarOf<T>::type;
  constexpr int outer_a = stride == 1 ? 3 : 1;
  constexpr int outer_b = stride == 9 ? 3 : 9;
#pragma GCC unroll 3
  for (int b = 0; b < 3; ++b)
#pragma GCC unroll 3
    for (int a = 0; a < 3; ++a) {
      const int base = a * outer_a + b * outer_b;
      const T x0 = in[base], x1 = in[base + stride], x2 = in[base + 2 * stride];
#pragma GCC unroll 3
      for (int q = 0; q < 3; ++q) {
        const auto m = [q](int i) {
          if constexpr (derivative)
            return static_cast<S>(transposed ? quadratic_basis.derivative[i][q] : quadratic_basis.derivative[q][i]);
          return static_cast<S>(transposed ? quadratic_basis.value[i][q] : quadratic_basis.value[q][i]);
        };
        T sum = T(m(0)) * x0 + T(m(1)) * x1 + T(m(2)) * x2;
        if constexpr (accumulate) sum += out[base + q * stride];
        out[base + q * stride] = sum;
      }
    }
}
}  // namespace detail

// u: 27 nodal values of one component. g0, g1, g2: ∂/∂ξ, ∂/∂η, ∂/∂ζ at the 27 points.
template <class T>
[[gnu::always_inline]] inline void reference_gradient(const T* u, T* g0, T* g1, T* g2) {
  using detail::contract_axis;
  T a[27], b[27], c[27];
  contract_axis<false, false, false, 1>(u, a);  // value along ξ
  contract_axis<true, false, false, 1>(u, b);   // derivative along ξ
  contract_axis<false, false, false, 3>(b, c);
  contract_axis<false, false, false, 9>(c, g0);
  contract_axis<true, false, false, 3>(a, c);
  contract_axis<false, false, false, 9>(c, g1);
  contract_axis<false, false, false, 3>(a, c);
  contract_axis<true, false, false, 9>(c, g2);
}

// The transpose: r = Σ over points of the three components of t against the gradients of the 27 basis functions.
template <class T>
[[gnu::always_inline]] inline void integrate_gradient(const T* t0, const T* t1, const T* t2, T* r) {
  using detail::contract_axis;
  T a[27], b[27], c[27];
  contract_axis<true, true, false, 9>(t2, c);
  contract_axis<false, true, false, 3>(c, a);
  contract_axis<false, true, false, 9>(t1, c);
  contract_axis<true, true, true, 3>(c, a);
  contract_axis<false, true, false, 9>(t0, c);
  contract_axis<false, true, false, 3>(c, b);
  contract_axis<false, true, false, 1>(a, r);
  contract_axis<true, true, true, 1>(b, r);
}

}  // namespace knead
