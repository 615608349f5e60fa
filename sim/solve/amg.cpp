#include "solve/amg.hpp"

#include <cassert>
#include <cmath>
#include <cstdio>
#include <optional>

#include "base/stopwatch.hpp"
#include "solve/aggregation.hpp"
#include "solve/banded_lines.hpp"
#include "solve/block_diagonal.hpp"
#include "solve/coarse_solver.hpp"
#include "solve/eigenvalue.hpp"

namespace knead {
namespace {

constexpr int line_half_bandwidth = 8;  // nodes of a line couple to the next two

// A level that is smoothed; B unknowns a node.
template <int B>
struct Level {
  BlockMatrix<float, B> a;
  BlockMatrix<float, B, 6> prolongator;
  BlockMatrix<float, 6, B> restrictor;
  InverseBlockDiagonal<float, B> inverse_diagonal;
  std::optional<BandedLines> lines;
  double block_eigenvalue = 0;  // of D⁻¹A with the diagonal blocks D
  std::vector<ChebyshevStep> steps;
  ChebyshevWorkspace<float> workspace;
  Vector<float> residual, coarse_b, coarse_x;

  std::size_t bytes() const {
    return a.bytes() + prolongator.bytes() + restrictor.bytes() + bytes_of(inverse_diagonal.blocks) +
           (lines ? lines->bytes() : 0) + workspace.bytes() + bytes_of(residual, coarse_b, coarse_x);
  }

  void smooth(const Vector<float>& b, Vector<float>& x, bool zero_start) {
    const auto apply = [&](const Vector<float>& from, Vector<float>& to) { multiply(a, from, to); };
    if (lines) {
      chebyshev_smooth(
          apply, [&](const Vector<float>& r, Vector<float>& z) { lines->solve(r, z); }, b, x, steps, zero_start,
          workspace);
    } else {
      chebyshev_smooth(
          apply, [&](const Vector<float>& r, Vector<float>& z) { inverse_diagonal.multiply(r, z); }, b, x, steps,
          zero_start, workspace);
    }
  }

  // Takes over new values; returns the largest eigenvalue for the smoother. One that is not positive, or not finite,
  // leaves nothing to smooth with.
  double set_matrix(const BlockMatrix<double, B>& matrix, const ChebyshevSettings& smoother) {
    a = convert<float>(matrix);
    inverse_diagonal = InverseBlockDiagonal<float, B>(matrix);
    const auto apply = [&](const Vector<float>& from, Vector<float>& to) { multiply(a, from, to); };
    const std::size_t n = static_cast<std::size_t>(a.num_rows) * B;
    block_eigenvalue = estimate_largest_eigenvalue<float>(
        apply, [&](const Vector<float>& r, Vector<float>& z) { inverse_diagonal.multiply(r, z); }, n);
    double eigenvalue = block_eigenvalue;
    if (lines) {
      fill_lines(matrix);
      eigenvalue = estimate_largest_eigenvalue<float>(
          apply, [&](const Vector<float>& r, Vector<float>& z) { lines->solve(r, z); }, n);
    }
    if (is_usable_eigenvalue(eigenvalue)) steps = chebyshev_steps(smoother, eigenvalue);
    residual.resize(n);
    return eigenvalue;
  }

  void fill_lines(const BlockMatrix<double, B>& matrix) {
    lines->set_zero();
    for (int row = 0; row < matrix.num_rows; ++row) {
      const int line = lines->line_of_node(row);
      for (std::size_t e = matrix.row_offset[static_cast<std::size_t>(row)];
           e < matrix.row_offset[static_cast<std::size_t>(row) + 1]; ++e) {
        const int column = matrix.column[e];
        if (lines->line_of_node(column) != line) continue;
        const int from = lines->position_of_node(column), to = lines->position_of_node(row);
        if (from <= to && from >= to - 2) lines->add_block(line, to, from, matrix.block(e));
      }
    }
    lines->factor();
  }
};

// Sets the near-null vectors to 0 at held unknowns: those whose row has nothing but the diagonal.
void mask_held(const BlockMatrix<double, 3>& a, Vector<double>& near_null_space) {
#pragma omp parallel for schedule(static)
  for (int row = 0; row < a.num_rows; ++row) {
    bool coupled[3] = {};
    for (std::size_t e = a.row_offset[static_cast<std::size_t>(row)];
         e < a.row_offset[static_cast<std::size_t>(row) + 1]; ++e) {
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j)
          if ((a.column[e] != row || i != j) && a.block(e)[3 * i + j] != 0) coupled[i] = true;
    }
    for (std::size_t i = 0; i < 3; ++i) {
      if (coupled[i]) continue;
      for (std::size_t k = 0; k < 6; ++k) near_null_space[(static_cast<std::size_t>(row) * 3 + i) * 6 + k] = 0;
    }
  }
}

// P = T − ω D⁻¹ A T with ω = 4/3 / λmax(D⁻¹A)
template <int B>
BlockMatrix<float, B, 6> smoothed_prolongator(const BlockMatrix<double, B>& a, const BlockMatrix<double, B, 6>& t,
                                              double eigenvalue) {
  const InverseBlockDiagonal<double, B> inverse(a);
  BlockMatrix<double, B, 6> p = product<double>(a, t);
  const double omega = 4.0 / 3.0 / eigenvalue;
#pragma omp parallel for schedule(static)
  for (int r = 0; r < p.num_rows; ++r) {
    const auto row = static_cast<std::size_t>(r);
    const double* d = &inverse.blocks[row * B * B];
    for (std::size_t e = p.row_offset[row]; e < p.row_offset[row + 1]; ++e) {
      double smoothed[B * 6] = {};
      for (int i = 0; i < B; ++i)
        for (int k = 0; k < B; ++k)
          for (int j = 0; j < 6; ++j) smoothed[i * 6 + j] -= omega * d[i * B + k] * p.block(e)[k * 6 + j];
      for (int k = 0; k < B * 6; ++k) p.block(e)[k] = smoothed[k];
    }
    if (t.row_offset[row] == t.row_offset[row + 1]) continue;
    const std::size_t own = t.row_offset[row];
    double* to = p.block(p.find(r, t.column[own]));
    for (int k = 0; k < B * 6; ++k) to[k] += t.block(own)[k];
  }
  return convert<float>(p);
}

// Coarse unknowns without any stiffness (a rotation that an aggregate does not have) become rows of the identity.
void hold_empty(BlockMatrix<double, 6>& a) {
  for (int row = 0; row < a.num_rows; ++row) {
    double* block = a.block(a.find(row, row));
    for (int i = 0; i < 6; ++i)
      if (block[7 * i] == 0) block[7 * i] = 1;
  }
}

}  // namespace

struct Amg::Hierarchy {
  AmgSettings settings;
  Level<3> finest;
  std::vector<std::unique_ptr<Level<6>>> coarse;
  CoarseSolver bottom;
  std::vector<AmgLevel> levels;
  bool definite = true;
  double seconds_below_finest = 0;                                           // of cycles
  Vector<float> single_b, single_x;                                          // of precondition()
  Vector<float> outer_residual, corrected, direction, product_of_direction;  // of accelerated_cycles()

  template <int B>
  void describe(const BlockMatrix<double, B>& a, double eigenvalue) {
    levels.push_back({static_cast<std::int64_t>(a.num_rows) * B,
                      static_cast<std::int64_t>(a.num_entries() * a.block_size), eigenvalue});
  }

  // Builds everything below `level`, whose matrix is a. Returns the Galerkin matrix of the next level, or one without
  // rows when the matrix does not coarsen.
  template <int B>
  BlockMatrix<double, 6> coarsen(const BlockMatrix<double, B>& a, Level<B>& level, Vector<double>& near_null_space) {
    const Aggregates aggregates = aggregate(strength_graph(a, settings.strength_threshold));
    if (aggregates.count == 0 || aggregates.count * 6 * 5 > a.num_rows * B * 4) return {};
    TentativeProlongator<B> tentative = tentative_prolongator<B>(aggregates, near_null_space);
    level.prolongator = smoothed_prolongator(a, tentative.matrix, level.block_eigenvalue);
    level.restrictor = transpose(level.prolongator);
    level.coarse_b.resize(static_cast<std::size_t>(aggregates.count) * 6);
    level.coarse_x.resize(level.coarse_b.size());
    near_null_space = std::move(tentative.coarse_near_null_space);
    return galerkin(a, level);
  }

  template <int B>
  static BlockMatrix<double, 6> galerkin(const BlockMatrix<double, B>& a, const Level<B>& level) {
    const BlockMatrix<double, B, 6> ap = product<double>(a, level.prolongator);
    BlockMatrix<double, 6> coarse_matrix = product<double>(level.restrictor, ap);
    hold_empty(coarse_matrix);
    return coarse_matrix;
  }

  bool small_enough(std::int64_t unknowns) const {
    return unknowns <= settings.coarsest_unknowns || static_cast<int>(levels.size()) + 1 >= settings.max_levels;
  }

  bool good(double eigenvalue) { return definite = is_usable_eigenvalue(eigenvalue); }

  template <int B>
  void set_bottom(const BlockMatrix<double, B>& a) {
    bottom.factor(a);
    describe(a, 0);
  }

  void build(const BlockMatrix<double, 3>& a, Vector<double> near_null_space) {
    if (small_enough(static_cast<std::int64_t>(a.num_rows) * 3)) return set_bottom(a);
    const double eigenvalue = finest.set_matrix(a, settings.smoother);
    if (!good(eigenvalue)) return;
    BlockMatrix<double, 6> matrix = coarsen(a, finest, near_null_space);
    if (matrix.num_rows == 0) return set_bottom(a);
    describe(a, eigenvalue);
    while (!small_enough(static_cast<std::int64_t>(matrix.num_rows) * 6)) {
      auto level = std::make_unique<Level<6>>();
      const double level_eigenvalue = level->set_matrix(matrix, settings.coarse_smoother);
      if (!good(level_eigenvalue)) return;
      BlockMatrix<double, 6> next = coarsen(matrix, *level, near_null_space);
      if (next.num_rows == 0) break;
      describe(matrix, level_eigenvalue);
      coarse.push_back(std::move(level));
      matrix = std::move(next);
    }
    set_bottom(matrix);
  }

  void refill(const BlockMatrix<double, 3>& a) {
    if (levels.size() == 1) return bottom.factor(a);
    levels[0].largest_eigenvalue = finest.set_matrix(a, settings.smoother);
    if (!good(levels[0].largest_eigenvalue)) return;
    BlockMatrix<double, 6> matrix = galerkin(a, finest);
    for (std::size_t k = 0; k < coarse.size(); ++k) {
      levels[k + 1].largest_eigenvalue = coarse[k]->set_matrix(matrix, settings.coarse_smoother);
      if (!good(levels[k + 1].largest_eigenvalue)) return;
      matrix = galerkin(matrix, *coarse[k]);
    }
    bottom.factor(matrix);
  }

  // One V-cycle from zero. next: index of the level below in `coarse`; beyond the last comes the direct solver.
  template <int B>
  void cycle(Level<B>& level, std::size_t next, const Vector<float>& b, Vector<float>& x) {
    level.smooth(b, x, true);
    residual(level.a, b, x, level.residual);
    multiply(level.restrictor, level.residual, level.coarse_b);
    std::optional<Stopwatch> watch;
    if (next == 0) watch.emplace(seconds_below_finest);
    if (next < coarse.size()) {
      cycle(*coarse[next], next + 1, level.coarse_b, level.coarse_x);
    } else {
      bottom.solve(level.coarse_b, level.coarse_x);
    }
    watch.reset();
    multiply_add(level.prolongator, level.coarse_x, x);
    level.smooth(b, x, false);
  }

  // Conjugate gradients from zero, with the V-cycle as preconditioner and each direction made conjugate to the last.
  void accelerated_cycles(const Vector<float>& b, Vector<float>& x) {
    const std::size_t n = b.size();
    const auto in_blocks = [n](auto&& f) {
      parallel_blocks(n, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) f(i);
      });
    };
    outer_residual = b;
    corrected.resize(n);
    direction.resize(n);
    product_of_direction.resize(n);
    fill(x, 0);
    double energy = 0;  // pᵀ A p of the last direction p
    double gained = 0;  // twice the energy that the steps have taken away
    for (int k = 0; k < settings.cycles; ++k) {
      cycle(finest, 0, outer_residual, corrected);
      const auto beta = static_cast<float>(k == 0 ? 0 : -dot(corrected, product_of_direction) / energy);
      in_blocks([&](std::size_t i) { direction[i] = corrected[i] + (k == 0 ? 0 : beta * direction[i]); });
      multiply(finest.a, direction, product_of_direction);
      energy = dot(direction, product_of_direction);
      if (!(energy > 0)) return;  // nothing left, or a direction without stiffness
      const double work = dot(outer_residual, direction), gain = work * (work / energy);
      const auto alpha = static_cast<float>(work / energy);
      in_blocks([&](std::size_t i) {
        x[i] += alpha * direction[i];
        outer_residual[i] -= alpha * product_of_direction[i];
      });
      gained += gain;
      if (gain < settings.last_gain * gained) return;
    }
  }
};

Amg::Amg(const BlockMatrix<double, 3>& a, const Vector<double>& near_null_space, const AmgSettings& settings,
         const LineList& lines)
    : hierarchy_(std::make_unique<Hierarchy>()) {
  assert(near_null_space.size() == static_cast<std::size_t>(a.num_rows) * 18);
  hierarchy_->settings = settings;
  if (lines.num_lines() > 0) {
    // Nodes in no line are lines of their own.
    LineList all = lines;
    std::vector<bool> listed(static_cast<std::size_t>(a.num_rows), false);
    for (int node : lines.nodes) listed[static_cast<std::size_t>(node)] = true;
    for (int node = 0; node < a.num_rows; ++node) {
      if (listed[static_cast<std::size_t>(node)]) continue;
      all.nodes.push_back(node);
      all.offsets.push_back(static_cast<int>(all.nodes.size()));
    }
    hierarchy_->finest.lines.emplace(all, line_half_bandwidth);
  }
  Vector<double> masked = near_null_space;
  mask_held(a, masked);
  hierarchy_->build(a, std::move(masked));
}

Amg::~Amg() = default;
Amg::Amg(Amg&&) noexcept = default;
Amg& Amg::operator=(Amg&&) noexcept = default;

void Amg::rebuild(const BlockMatrix<double, 3>& a) { hierarchy_->refill(a); }

void Amg::apply(const Vector<float>& b, Vector<float>& x) {
  if (hierarchy_->levels.size() == 1) return hierarchy_->bottom.solve(b, x);
  if (hierarchy_->settings.cycles == 1) return hierarchy_->cycle(hierarchy_->finest, 0, b, x);
  hierarchy_->accelerated_cycles(b, x);
}

void Amg::precondition(const Vector<double>& b, Vector<double>& x) {
  Vector<float>&r = hierarchy_->single_b, &z = hierarchy_->single_x;
  const double size = norm(b);
  if (!(size > 0)) return fill(x, 0);
  r.resize(b.size());
  z.resize(b.size());
  parallel_blocks(b.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) r[i] = static_cast<float>(b[i] / size);
  });
  apply(r, z);
  parallel_blocks(b.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) x[i] = static_cast<double>(z[i]) * size;
  });
}

bool Amg::definite() const { return hierarchy_->definite; }

const std::vector<AmgLevel>& Amg::levels() const { return hierarchy_->levels; }

double Amg::operator_complexity() const {
  double sum = 0;
  for (const AmgLevel& level : levels()) sum += static_cast<double>(level.nonzeros);
  return sum / static_cast<double>(levels().front().nonzeros);
}

std::size_t Amg::bytes() const {
  const auto& h = *hierarchy_;
  std::size_t sum = h.finest.bytes() + bytes_of(h.single_b, h.single_x) +
                    bytes_of(h.outer_residual, h.corrected, h.direction, h.product_of_direction);
  for (const auto& level : h.coarse) sum += level->bytes();
  return sum;
}

double Amg::seconds_below_finest() const { return hierarchy_->seconds_below_finest; }

std::string Amg::table() const {
  std::string text = "level    unknowns    nonzeros  per row  largest eigenvalue\n";
  for (std::size_t k = 0; k < levels().size(); ++k) {
    const AmgLevel& level = levels()[k];
    char line[128];
    std::snprintf(line, sizeof(line), "%5zu %11lld %11lld %8.1f %19.3f\n", k, static_cast<long long>(level.unknowns),
                  static_cast<long long>(level.nonzeros),
                  static_cast<double>(level.nonzeros) / static_cast<double>(level.unknowns), level.largest_eigenvalue);
    text += line;
  }
  return text;
}

}  // namespace knead
