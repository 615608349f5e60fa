#pragma once
// Vector fields of the cells in the lanes of T, between their nodes and their quadrature points; for the files of
// Elastic.
#include "fem/cell_batches.hpp"
#include "fem/sum_factorisation.hpp"
#include "math/lanes.hpp"
#include "math/tensor.hpp"
#include "tissue/spatial.hpp"

namespace knead::elastic_layout {

// 3 x 27 nodal values of the cells in the lanes, from 3 a node; nodes: [27][batch_width].
template <class T>
void gather_nodes(const typename ScalarOf<T>::type* from, const int* nodes, T* to) {
  constexpr int width = T::width;
  for (int a = 0; a < 27; ++a) {
    const int* n = nodes + a * batch_width;
    for (int c = 0; c < 3; ++c) {
      typename ScalarOf<T>::type lane[width];
      for (int l = 0; l < width; ++l) lane[l] = from[3 * n[l] + c];
      to[27 * c + a] = T::load(lane);
    }
  }
}

// The same of the nodes' places at rest.
template <class T>
void gather_rest(const std::vector<Vec3d>& points, const int* nodes, T* to) {
  for (int a = 0; a < 27; ++a)
    for (int l = 0; l < T::width; ++l) {
      const Vec3d& x = points[static_cast<std::size_t>(nodes[a * batch_width + l])];
      for (int c = 0; c < 3; ++c) to[27 * c + a].set(l, x[c]);
    }
}

// Gradient by reference coordinates of a vector field: g[q][i][axis] from 3 x 27 nodal values.
template <class T>
[[gnu::always_inline]] inline void all_gradients(const T* nodal, T (*g)[3][3]) {
  for (int i = 0; i < 3; ++i) reference_gradient<9>(nodal + 27 * i, g[0][i]);
}

// The transpose: 3 x 27 nodal values from t[q][i][axis].
template <class T>
[[gnu::always_inline]] inline void integrate_all(const T (*t)[3][3], T* nodal) {
  for (int i = 0; i < 3; ++i) integrate_gradient<9>(t[0][i], nodal + 27 * i);
}

template <class T>
Mat3<T> matrix_of(const T (&g)[3][3]) {
  Mat3<T> m;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) m(i, j) = g[i][j];
  return m;
}

// Unit normal of the layers at rest, from ∂ξ/∂X: layers are surfaces of equal ζ.
template <class T>
Vec3<T> layer_normal(const Mat3<T>& inverse_rest) {
  return normalized(Vec3<T>{inverse_rest(2, 0), inverse_rest(2, 1), inverse_rest(2, 2)});
}

// F from the natural state of a layer that is pre-stretched by this much.
template <class T>
Mat3<T> from_natural_state(const Mat3<T>& F, const Mat3<T>& inverse_rest, double stretch) {
  return stretch == 1 ? F : after_pre_stretch(F, layer_normal(inverse_rest), stretch);
}

}  // namespace knead::elastic_layout
