// Pieces of the positive tangent K' + γ Bᵀ M⁻¹ B as small dense blocks: for the line smoother and the coarse level.
#include "fem/quadratic_basis.hpp"
#include "math/tensor.hpp"
#include "terms/elastic.hpp"
#include "terms/elastic_layout.hpp"

namespace knead {

namespace {

using namespace elastic_layout;

template <class T>
struct Point {
  T G[9], wJ, phi[3];
  Sym6<T> c;
  Sym3<T> tau;
  void load(const float* first, const float* second) {
    for (int i = 0; i < 9; ++i) G[i] = T::load(first + (field_G + i) * batch_width);
    wJ = T::load(first + field_wJ * batch_width);
    for (int i = 0; i < 3; ++i) phi[i] = T::load(first + (field_phi + i) * batch_width);
    for (int i = 0; i < 21; ++i) c.c[i] = T::load(second + (field_c + i) * batch_width);
    for (int i = 0; i < 6; ++i) tau[i] = T::load(second + (field_tau + i) * batch_width);
  }
  Vec3<T> spatial(const std::array<double, 3>& reference) const {
    using S = typename ScalarOf<T>::type;
    Vec3<T> n;
    for (int j = 0; j < 3; ++j)
      n[j] = T(S(reference[0])) * G[j] + T(S(reference[1])) * G[3 + j] + T(S(reference[2])) * G[6 + j];
    return n;
  }
};

// Stress c : e for unit displacements of one node along x, y, z (gradient n): s[k][component].
template <class T>
void stress_of_node(const Sym6<T>& c, const Vec3<T>& n, T (*s)[6]) {
  for (int i = 0; i < 6; ++i) {
    s[0][i] = c(i, 0) * n[0] + c(i, 3) * n[1] + c(i, 5) * n[2];
    s[1][i] = c(i, 1) * n[1] + c(i, 3) * n[0] + c(i, 4) * n[2];
    s[2][i] = c(i, 2) * n[2] + c(i, 4) * n[1] + c(i, 5) * n[0];
  }
}

// block += nᵃ · s + (nᵃ · τ nᵇ) I; rows of node a, columns of node b.
template <class T>
void add_block(const Vec3<T>& na, const T (*s)[6], const T& geometric, T* block) {
  for (int i = 0; i < 3; ++i)
    for (int k = 0; k < 3; ++k)
      block[3 * i + k] +=
          na[0] * s[k][Sym3<T>::index(i, 0)] + na[1] * s[k][Sym3<T>::index(i, 1)] + na[2] * s[k][Sym3<T>::index(i, 2)];
  for (int i = 0; i < 3; ++i) block[4 * i] += geometric;
}

template <class T>
Vec3<T> times(const Sym3<T>& tau, const Vec3<T>& n) {
  Vec3<T> r;
  for (int i = 0; i < 3; ++i) r[i] = tau(i, 0) * n[0] + tau(i, 1) * n[1] + tau(i, 2) * n[2];
  return r;
}

template <class T>
void add_divergence(const Point<T>& point, const Vec3<T>& n, T (*b)[3]) {
  for (int i = 0; i < 3; ++i) {
    const T x = point.wJ * n[i];
    b[0][i] -= x;
    for (int j = 0; j < 3; ++j) b[j + 1][i] -= x * point.phi[j];
  }
}
template <class T>
void add_augmentation(const T& gamma, const T (*ba)[3], const T (*bb)[3], T* block) {
  for (int i = 0; i < 3; ++i)
    for (int k = 0; k < 3; ++k) {
      T sum = ba[0][i] * bb[0][k];
      for (int j = 1; j < 4; ++j) sum += ba[j][i] * bb[j][k];
      block[3 * i + k] += gamma * sum;
    }
}

constexpr std::array<double, 3> gauss(int q) {
  return {gauss_point[static_cast<std::size_t>(q % 3)], gauss_point[static_cast<std::size_t>(q / 3 % 3)],
          gauss_point[static_cast<std::size_t>(q / 9)]};
}

// Reference gradients of the functions at the 27 points: [point][function].
template <std::size_t N>
constexpr auto gradients_at_points(std::array<double, 3> (*gradient)(int, double, double, double)) {
  std::array<std::array<std::array<double, 3>, N>, 27> g{};
  for (std::size_t q = 0; q < 27; ++q)
    for (std::size_t a = 0; a < N; ++a) {
      const auto at = gauss(static_cast<int>(q));
      g[q][a] = gradient(static_cast<int>(a), at[0], at[1], at[2]);
    }
  return g;
}
constexpr auto quadratic_gradients = gradients_at_points<27>(quadratic_gradient);
constexpr auto linear_gradients = gradients_at_points<8>(linear_gradient);

constexpr int pair_a[6] = {0, 1, 1, 2, 2, 2};
constexpr int pair_b[6] = {0, 0, 1, 0, 1, 2};

}  // namespace

void Elastic::line_blocks(LineBlocks& out) const {
  out.values.resize(static_cast<std::size_t>(num_cells()) * 9 * 6 * 9);
#pragma omp parallel for schedule(static)
  for (int b = 0; b < batches_.num_batches; ++b) {
    const int* cells = &batches_.cell[static_cast<std::size_t>(b) * batch_width];
    F16 blocks[9][6][9], divergence[27][4][3];
    for (auto& column : blocks)
      for (auto& pair : column)
        for (auto& x : pair) x = F16(0.0f);
    for (auto& node : divergence)
      for (auto& row : node)
        for (auto& x : row) x = F16(0.0f);
    for (int q = 0; q < 27; ++q) {
      Point<F16> point;
      point.load(&point_data_[first_base(b, q)], &point_data_[second_base(b, q)]);
      for (int column = 0; column < 9; ++column) {
        Vec3<F16> n[3];
        F16 s[3][3][6];
        Vec3<F16> tau_n[3];
        for (int k = 0; k < 3; ++k) {
          n[k] =
              point.spatial(quadratic_gradients[static_cast<std::size_t>(q)][static_cast<std::size_t>(column + 9 * k)]);
          stress_of_node(point.c, n[k], s[k]);
          tau_n[k] = times(point.tau, n[k]);
          add_divergence(point, n[k], divergence[column + 9 * k]);
        }
        for (int pair = 0; pair < 6; ++pair)
          add_block(n[pair_a[pair]], s[pair_b[pair]], dot(n[pair_a[pair]], tau_n[pair_b[pair]]), blocks[column][pair]);
      }
    }
    const F16 gamma = F16::load(&cell_data_[cell_base(b) + cell_gamma * batch_width]);
    for (int column = 0; column < 9; ++column)
      for (int pair = 0; pair < 6; ++pair)
        add_augmentation(gamma, divergence[column + 9 * pair_a[pair]], divergence[column + 9 * pair_b[pair]],
                         blocks[column][pair]);
    for (int l = 0; l < batch_width; ++l) {
      if (cells[l] < 0) continue;
      float* to = &out.values[static_cast<std::size_t>(cells[l]) * 9 * 6 * 9];
      for (int i = 0; i < 9 * 6 * 9; ++i) to[i] = (&blocks[0][0][0])[i][l];
    }
  }
}

void Elastic::corner_matrices(Vector<double>& out) const {
  out.resize(static_cast<std::size_t>(num_cells()) * corner_matrix_size);
#pragma omp parallel for schedule(static)
  for (int part = 0; part < 2 * batches_.num_batches; ++part) {
    const int b = part / 2, offset = 8 * (part % 2);
    const int* cells = &batches_.cell[static_cast<std::size_t>(b) * batch_width + static_cast<std::size_t>(offset)];
    D8 blocks[36][9], divergence[8][4][3];
    for (auto& pair : blocks)
      for (auto& x : pair) x = D8(0.0);
    for (auto& node : divergence)
      for (auto& row : node)
        for (auto& x : row) x = D8(0.0);
    for (int q = 0; q < 27; ++q) {
      Point<D8> point;
      point.load(&point_data_[first_base(b, q) + static_cast<std::size_t>(offset)],
                 &point_data_[second_base(b, q) + static_cast<std::size_t>(offset)]);
      Vec3<D8> n[8];
      for (int a = 0; a < 8; ++a) {
        n[a] = point.spatial(linear_gradients[static_cast<std::size_t>(q)][static_cast<std::size_t>(a)]);
        add_divergence(point, n[a], divergence[a]);
      }
      for (int bb = 0; bb < 8; ++bb) {
        D8 s[3][6];
        stress_of_node(point.c, n[bb], s);
        const Vec3<D8> tau_n = times(point.tau, n[bb]);
        for (int a = bb; a < 8; ++a) add_block(n[a], s, dot(n[a], tau_n), blocks[a * (a + 1) / 2 + bb]);
      }
    }
    const D8 gamma = D8::load(&cell_data_[cell_base(b) + static_cast<std::size_t>(cell_gamma * batch_width + offset)]);
    for (int a = 0; a < 8; ++a)
      for (int bb = 0; bb <= a; ++bb)
        add_augmentation(gamma, divergence[a], divergence[bb], blocks[a * (a + 1) / 2 + bb]);
    for (int l = 0; l < 8; ++l) {
      if (cells[l] < 0) continue;
      double* to = &out[static_cast<std::size_t>(cells[l]) * corner_matrix_size];
      for (std::size_t i = 0; i < corner_matrix_size; ++i) to[i] = (&blocks[0][0])[i][l];
    }
  }
}

std::array<double, 9> Elastic::corner_block(const double* matrix, int a, int b) {
  std::array<double, 9> block;
  const bool lower = a >= b;
  const double* k = matrix + 9 * (lower ? a * (a + 1) / 2 + b : b * (b + 1) / 2 + a);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) block[3 * i + j] = lower ? k[3 * i + j] : k[3 * j + i];
  return block;
}

void Elastic::enriched_rows(std::span<const EnrichedCell> cells, Vector<double>& out) const {
  constexpr int n = EnrichedCell::size, most_extra = EnrichedCell::max_extra, lanes = 8;
  out.assign(cells.size() * most_extra * n, 0.0);
  const int num_groups = (static_cast<int>(cells.size()) + lanes - 1) / lanes;
#pragma omp parallel for schedule(static)
  for (int group = 0; group < num_groups; ++group) {
    const auto first = static_cast<std::size_t>(group) * lanes;
    const auto cell_of_lane = [&](int l) -> const EnrichedCell& {
      return cells[std::min(first + static_cast<std::size_t>(l), cells.size() - 1)];
    };
    int num_extra = 0;
    const float *first_data[lanes], *second_data[lanes];
    D8 gamma;
    for (int l = 0; l < lanes; ++l) {
      num_extra = std::max(num_extra, cell_of_lane(l).num_extra);
      const int place = place_of_cell_[static_cast<std::size_t>(cell_of_lane(l).cell)];
      first_data[l] = &point_data_[first_base(place / batch_width, 0) + static_cast<std::size_t>(place % batch_width)];
      second_data[l] =
          &point_data_[second_base(place / batch_width, 0) + static_cast<std::size_t>(place % batch_width)];
      gamma.set(l, cell_data_[cell_base(place / batch_width) +
                              static_cast<std::size_t>(cell_gamma * batch_width + place % batch_width)]);
    }
    Vec3<D8> direction[most_extra];
    for (int f = 0; f < num_extra; ++f)
      for (int i = 0; i < 3; ++i)
        for (int l = 0; l < lanes; ++l) {
          const auto& c = cell_of_lane(l);
          direction[f][i].set(l, f < c.num_extra ? c.direction[static_cast<std::size_t>(f)][i] : 0.0);
        }
    D8 rows[most_extra][n], divergence[n][4];
    for (int f = 0; f < num_extra; ++f)
      for (int i = 0; i < 24 + num_extra; ++i) rows[f][i] = D8(0.0);
    for (auto& row : divergence)
      for (auto& x : row) x = D8(0.0);
    for (int q = 0; q < 27; ++q) {
      float gathered_first[num_first * batch_width], gathered_second[num_second * batch_width];
      for (int l = 0; l < lanes; ++l) {
        for (int i = 0; i < num_first * batch_width; i += batch_width)
          gathered_first[i + l] = first_data[l][q * num_first * batch_width + i];
        for (int i = 0; i < num_second * batch_width; i += batch_width)
          gathered_second[i + l] = second_data[l][q * num_second * batch_width + i];
      }
      Point<D8> point;
      point.load(gathered_first, gathered_second);
      // Gradients of the eight corner functions, then of the extra ones.
      Vec3<D8> g[8 + most_extra];
      for (int a = 0; a < 8; ++a)
        g[a] = point.spatial(linear_gradients[static_cast<std::size_t>(q)][static_cast<std::size_t>(a)]);
      for (int f = 0; f < num_extra; ++f) {
        Vec3<D8> reference;
        for (int i = 0; i < 3; ++i)
          for (int l = 0; l < lanes; ++l)
            reference[i].set(l, quadratic_gradients[static_cast<std::size_t>(q)][static_cast<std::size_t>(
                                    cell_of_lane(l).node[static_cast<std::size_t>(f)])][static_cast<std::size_t>(i)]);
        for (int j = 0; j < 3; ++j)
          g[8 + f][j] = reference[0] * point.G[j] + reference[1] * point.G[3 + j] + reference[2] * point.G[6 + j];
      }
      const auto add_volume = [&](const D8& gradient, D8* to) {
        const D8 volume = point.wJ * gradient;
        to[0] -= volume;
        for (int j = 0; j < 3; ++j) to[j + 1] -= volume * point.phi[j];
      };
      for (int a = 0; a < 8; ++a)
        for (int i = 0; i < 3; ++i) add_volume(g[a][i], divergence[3 * a + i]);
      D8 strain[most_extra][6];
      for (int f = 0; f < num_extra; ++f) {
        const Vec3<D8>&own = g[8 + f], &d = direction[f];
        D8* e = strain[f];
        for (int i = 0; i < 3; ++i) e[i] = own[i] * d[i];
        e[3] = own[0] * d[1] + own[1] * d[0];
        e[4] = own[1] * d[2] + own[2] * d[1];
        e[5] = own[0] * d[2] + own[2] * d[0];
        Sym3<D8> stress;
        for (int i = 0; i < 6; ++i) {
          stress[i] = point.c(i, 0) * e[0];
          for (int j = 1; j < 6; ++j) stress[i] += point.c(i, j) * e[j];
        }
        const Vec3<D8> tau_own = times(point.tau, own);
        for (int a = 0; a < 8; ++a) {
          const Vec3<D8> force = times(stress, g[a]);
          const D8 geometric = dot(g[a], tau_own);
          for (int i = 0; i < 3; ++i) rows[f][3 * a + i] += force[i] + geometric * d[i];
        }
        for (int h = 0; h <= f; ++h) {
          D8 energy = dot(g[8 + h], tau_own) * dot(direction[h], d);
          for (int i = 0; i < 6; ++i) energy += stress[i] * strain[h][i];
          rows[f][24 + h] += energy;
        }
        add_volume(e[0] + e[1] + e[2], divergence[24 + f]);
      }
    }
    for (int f = 0; f < num_extra; ++f)
      for (int i = 0; i <= 24 + f; ++i) {
        D8 sum = rows[f][i];
        for (int j = 0; j < 4; ++j) sum += gamma * divergence[24 + f][j] * divergence[i][j];
        for (int l = 0; l < lanes && first + static_cast<std::size_t>(l) < cells.size(); ++l) {
          double* to = &out[(first + static_cast<std::size_t>(l)) * most_extra * n];
          to[f * n + i] = sum[l];
          if (i >= 24) to[(i - 24) * n + 24 + f] = sum[l];
        }
      }
  }
}

}  // namespace knead
