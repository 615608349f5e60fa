// Products with the cached tangent: sum factorisation over eight (double) or sixteen (float) cells at once.
//
// With the notation of elastic.cpp and h = ∂du/∂x the linearised weak form needs no rest gradients:
//   ∇δu : A : ∇du = e(δu) : c : e(du) + (h τ) : ∇δu - p J (div δu div du - ∇δu : hᵀ)
#include "math/tensor.hpp"
#include "terms/elastic.hpp"
#include "terms/elastic_gradients.hpp"
#include "terms/elastic_layout.hpp"

namespace knead {

using namespace elastic_layout;

namespace {
enum ApplyMode { mode_augmented, mode_plain, mode_positive, mode_pressure_columns, mode_augment_rhs };

// Fetches lines of point data a few points before they are used: the hardware alone leaves a third of the speed unused.
// Beyond the last point of a sweep lies the next one, and beyond all of them the padding of point_data_.
inline void prefetch(const float* data, int lines) {
  for (int i = 0; i < lines; ++i) __builtin_prefetch(data + i * batch_width);
}
}  // namespace

template <class T, int mode>
void Elastic::apply_kernel(const typename ScalarOf<T>::type* u, const typename ScalarOf<T>::type* p,
                           typename ScalarOf<T>::type* yu, typename ScalarOf<T>::type* yp) const {
  using S = typename ScalarOf<T>::type;
  constexpr int width = T::width;
  constexpr bool has_u = mode == mode_augmented || mode == mode_plain || mode == mode_positive;
  constexpr bool has_p = mode != mode_positive;
  S* partial;
  if constexpr (std::is_same_v<S, double>)
    partial = partial_.data();
  else
    partial = partial_float_.data();
  constexpr bool add = mode == mode_augment_rhs;
  batches_.sum_over_cells(partial, yu, add, [&](int b, S* element_vector) {
    for (int offset = 0; offset < batch_width; offset += width) {
      const int* cells = &batches_.cell[static_cast<std::size_t>(b) * batch_width + static_cast<std::size_t>(offset)];
      const int* nodes =
          &batches_.node[static_cast<std::size_t>(b) * 27 * batch_width + static_cast<std::size_t>(offset)];
      const float* cell_data = &cell_data_[cell_base(b) + static_cast<std::size_t>(offset)];

      T g[27][3][3];
      if constexpr (has_u) {
        T nodal[81];
        gather_nodes(u, nodes, nodal);
        all_gradients(nodal, g);
      }
      // Spatial gradient h in place of the reference gradient, and B u on the way.
      T bu[4] = {T(S(0)), T(S(0)), T(S(0)), T(S(0))};
      if constexpr (has_u)
        for (int q = 0; q < 27; ++q) {
          const float* first = &point_data_[first_base(b, q) + static_cast<std::size_t>(offset)];
          prefetch(first + first_ahead * num_first * batch_width, num_first);
          T G[9];
          for (int i = 0; i < 9; ++i) G[i] = T::load(first + (field_G + i) * batch_width);
          for (int i = 0; i < 3; ++i) {
            const T r0 = g[q][i][0], r1 = g[q][i][1], r2 = g[q][i][2];
            for (int j = 0; j < 3; ++j) g[q][i][j] = r0 * G[j] + r1 * G[3 + j] + r2 * G[6 + j];
          }
          const T weighted = T::load(first + field_wJ * batch_width) * (g[q][0][0] + g[q][1][1] + g[q][2][2]);
          bu[0] -= weighted;
          for (int j = 1; j < 4; ++j) bu[j] -= weighted * T::load(first + (field_phi + j - 1) * batch_width);
        }
      // Pressure against which div δu is tested: p + γ M⁻¹ (B u + K_pp p), or its parts.
      T p_hat[4];
      const T gamma = T::load(cell_data + cell_gamma * batch_width);
      if constexpr (has_p) {
        T pe[4];
        for (int j = 0; j < 4; ++j) {
          S lane[width];
          for (int l = 0; l < width; ++l) lane[l] = cells[l] >= 0 ? p[4 * cells[l] + j] : S(0);
          pe[j] = T::load(lane);
        }
        if constexpr (mode == mode_augment_rhs) {
          for (int j = 0; j < 4; ++j) p_hat[j] = gamma * pe[j];
        } else {
          T rp[4];
          for (int i = 0; i < 4; ++i) {
            rp[i] = bu[i];
            for (int j = 0; j < 4; ++j) rp[i] += T::load(cell_data + (cell_kpp + index4(i, j)) * batch_width) * pe[j];
            p_hat[i] = mode == mode_plain ? pe[i] : pe[i] + gamma * rp[i];
          }
          if (yp)
            for (int l = 0; l < width; ++l)
              if (cells[l] >= 0)
                for (int j = 0; j < 4; ++j) yp[4 * cells[l] + j] = rp[j][l];
        }
      } else {
        for (int j = 0; j < 4; ++j) p_hat[j] = gamma * bu[j];
      }

      for (int q = 0; q < 27; ++q) {
        const float* first_data = &point_data_[first_base(b, q) + static_cast<std::size_t>(offset)];
        const float* second_data = &point_data_[second_base(b, q) + static_cast<std::size_t>(offset)];
        const auto first = [&](int field) { return T::load(first_data + field * batch_width); };
        const auto second = [&](int field) { return T::load(second_data + field * batch_width); };
        if constexpr (has_u)
          prefetch(second_data + second_ahead * num_second * batch_width, num_second);
        else
          prefetch(first_data + first_ahead * num_first * batch_width, num_first);
        const T pressure = first(field_wJ) * (p_hat[0] + p_hat[1] * first(field_phi) + p_hat[2] * first(field_phi + 1) +
                                              p_hat[3] * first(field_phi + 2));
        T t[3][3];
        if constexpr (has_u) {
          T h[3][3];
          for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j) h[i][j] = g[q][i][j];
          const T e[6] = {h[0][0], h[1][1], h[2][2], h[0][1] + h[1][0], h[1][2] + h[2][1], h[0][2] + h[2][0]};
          T s[6];
          for (int i = 0; i < 6; ++i) {
            s[i] = second(field_c + Sym6<T>::index(i, 0)) * e[0];
            for (int j = 1; j < 6; ++j) s[i] += second(field_c + Sym6<T>::index(i, j)) * e[j];
          }
          Sym3<T> tau;
          for (int i = 0; i < 6; ++i) tau[i] = second(field_tau + i);
          for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j)
              t[i][j] = s[Sym3<T>::index(i, j)] + h[i][0] * tau(0, j) + h[i][1] * tau(1, j) + h[i][2] * tau(2, j);
          if constexpr (mode != mode_positive) {
            const T pJ = second(field_pJ);
            const T divergence = h[0][0] + h[1][1] + h[2][2];
            for (int i = 0; i < 3; ++i)
              for (int j = 0; j < 3; ++j) t[i][j] += pJ * h[j][i];
            for (int i = 0; i < 3; ++i) t[i][i] -= pJ * divergence;
          }
          for (int i = 0; i < 3; ++i) t[i][i] -= pressure;
        } else {
          for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j) t[i][j] = i == j ? -pressure : T(S(0));
        }
        for (int i = 0; i < 3; ++i)
          for (int a = 0; a < 3; ++a)
            g[q][i][a] = t[i][0] * first(field_G + 3 * a) + t[i][1] * first(field_G + 3 * a + 1) +
                         t[i][2] * first(field_G + 3 * a + 2);
      }
      T r[81];
      integrate_all(g, r);
      for (int a = 0; a < 27; ++a)
        for (int c = 0; c < 3; ++c) r[27 * c + a].store(element_vector + (3 * a + c) * batch_width + offset);
    }
  });
}

void Elastic::apply_augmented(const Vector<double>& u, const Vector<double>& p, Vector<double>& yu,
                              Vector<double>& yp) const {
  apply_kernel<D8, mode_augmented>(u.data(), p.data(), yu.data(), yp.data());
}
void Elastic::apply(const Vector<double>& u, const Vector<double>& p, Vector<double>& yu, Vector<double>& yp) const {
  apply_kernel<D8, mode_plain>(u.data(), p.data(), yu.data(), yp.data());
}
void Elastic::apply_positive(const Vector<float>& u, Vector<float>& yu) const {
  apply_kernel<F16, mode_positive>(u.data(), nullptr, yu.data(), nullptr);
}
void Elastic::apply_positive(const Vector<double>& u, Vector<double>& yu) const {
  apply_kernel<D8, mode_positive>(u.data(), nullptr, yu.data(), nullptr);
}
void Elastic::apply_pressure_columns(const Vector<float>& p, Vector<float>& yu) const {
  apply_kernel<F16, mode_pressure_columns>(nullptr, p.data(), yu.data(), nullptr);
}
void Elastic::augment_right_hand_side(const Vector<double>& rp, Vector<double>& ru) const {
  apply_kernel<D8, mode_augment_rhs>(nullptr, rp.data(), ru.data(), nullptr);
}

}  // namespace knead
