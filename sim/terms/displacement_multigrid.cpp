#include "terms/displacement_multigrid.hpp"

#include <algorithm>
#include <cmath>

#include "fem/quadratic_basis.hpp"
#include "solve/eigenvalue.hpp"
#include "solve/near_null_space.hpp"

namespace knead {

namespace {

// Counting sort of (key, value) pairs into lists per key.
void make_lists(int num_keys, const std::vector<int>& keys, const std::vector<int>& values, std::vector<int>& offset,
                std::vector<int>& list) {
  offset.assign(static_cast<std::size_t>(num_keys) + 1, 0);
  for (int k : keys) ++offset[static_cast<std::size_t>(k) + 1];
  for (std::size_t i = 1; i < offset.size(); ++i) offset[i] += offset[i - 1];
  std::vector<int> next(offset.begin(), offset.end() - 1);
  list.resize(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i)
    list[static_cast<std::size_t>(next[static_cast<std::size_t>(keys[i])]++)] = values[i];
}

constexpr int pair_a[6] = {0, 1, 1, 2, 2, 2};
constexpr int pair_b[6] = {0, 0, 1, 0, 1, 2};

}  // namespace

DisplacementMultigrid::DisplacementMultigrid(const Mesh& mesh, const std::vector<std::uint8_t>& held,
                                             const MultigridSettings& settings)
    : mesh_(mesh), settings_(settings) {
  const int num_nodes = mesh.num_nodes();
  mask_.resize(3 * static_cast<std::size_t>(num_nodes));
  for (int n = 0; n < num_nodes; ++n)
    for (int c = 0; c < 3; ++c)
      mask_[3 * static_cast<std::size_t>(n) + static_cast<std::size_t>(c)] =
          (held[static_cast<std::size_t>(n)] >> c & 1) ? 0.0f : 1.0f;

  const LineList lines{mesh.line_offsets, mesh.line_nodes};
  lines_ = BandedLines(lines, 8);
  std::vector<int> keys, values;
  for (int cell = 0; cell < mesh.num_cells(); ++cell)
    for (int column = 0; column < 9; ++column) {
      // A column of an element can be cut into several lines: each gets what couples its own nodes.
      int previous = -1;
      for (int k = 0; k < 3; ++k) {
        const int line =
            lines_.line_of_node(mesh.cells[static_cast<std::size_t>(cell)][static_cast<std::size_t>(column + 9 * k)]);
        if (line < 0 || line == previous) continue;
        keys.push_back(line);
        values.push_back(9 * cell + column);
        previous = line;
      }
    }
  make_lists(lines.num_lines(), keys, values, line_cell_offset_, line_cell_);

  // Corners in node order, so that those of a line stay neighbours.
  std::vector<char> is_corner(static_cast<std::size_t>(num_nodes), 0);
  for (const auto& cell : mesh.cells)
    for (int c = 0; c < 8; ++c) is_corner[static_cast<std::size_t>(cell[static_cast<std::size_t>(corner_node(c))])] = 1;
  corner_of_node_.assign(static_cast<std::size_t>(num_nodes), -1);
  for (int n = 0; n < num_nodes; ++n)
    if (is_corner[static_cast<std::size_t>(n)]) {
      corner_of_node_[static_cast<std::size_t>(n)] = static_cast<int>(node_of_corner_.size());
      node_of_corner_.push_back(n);
    }
  const int num_corners = static_cast<int>(node_of_corner_.size());

  std::vector<std::vector<int>> parents(static_cast<std::size_t>(num_nodes));
  keys.clear();
  values.clear();
  std::vector<int> groups;
  for (int cell = 0; cell < mesh.num_cells(); ++cell) {
    const auto& nodes = mesh.cells[static_cast<std::size_t>(cell)];
    int corner[8];
    for (int c = 0; c < 8; ++c) {
      corner[c] = corner_of_node_[static_cast<std::size_t>(nodes[static_cast<std::size_t>(corner_node(c))])];
      groups.push_back(corner[c]);
      keys.push_back(corner[c]);
      values.push_back(8 * cell + c);
    }
    for (int a = 0; a < 27; ++a) {
      auto& list = parents[static_cast<std::size_t>(nodes[static_cast<std::size_t>(a)])];
      if (!list.empty()) continue;
      for (int c = 0; c < 8; ++c)
        if (linear(c % 2, a % 3 - 1) * linear(c / 2 % 2, a / 3 % 3 - 1) * linear(c / 4, a / 9 - 1) > 0)
          list.push_back(corner[c]);
    }
  }
  make_lists(num_corners, keys, values, corner_cell_offset_, corner_cell_);
  keys.clear();
  values.clear();
  parent_offset_.push_back(0);
  for (int n = 0; n < num_nodes; ++n) {
    for (int c : parents[static_cast<std::size_t>(n)]) {
      parent_.push_back(c);
      keys.push_back(c);
      values.push_back(n);
    }
    parent_offset_.push_back(static_cast<int>(parent_.size()));
  }
  make_lists(num_corners, keys, values, child_offset_, child_);

  corners_ = pattern_of_groups<double, 3>(num_corners, groups, 8);
  std::vector<Vec3d> points;
  for (int n : node_of_corner_) {
    points.push_back(mesh.points[static_cast<std::size_t>(n)]);
    corner_held_.push_back(held[static_cast<std::size_t>(n)]);
  }
  near_null_space_ = rigid_body_modes(points);
  for (std::size_t l = 0; l + 1 < mesh.line_offsets.size(); ++l) {
    for (int i = mesh.line_offsets[l]; i < mesh.line_offsets[l + 1]; ++i) {
      const int c = corner_of_node_[static_cast<std::size_t>(mesh.line_nodes[static_cast<std::size_t>(i)])];
      if (c >= 0) corner_lines_.nodes.push_back(c);
    }
    if (static_cast<int>(corner_lines_.nodes.size()) > corner_lines_.offsets.back())
      corner_lines_.offsets.push_back(static_cast<int>(corner_lines_.nodes.size()));
  }
  residual_.resize(mask_.size());
  masked_.resize(mask_.size());
  coarse_rhs_.resize(3 * static_cast<std::size_t>(num_corners));
  coarse_solution_.resize(coarse_rhs_.size());
}

bool DisplacementMultigrid::update(const Elastic& elastic, const SurfaceMatrix& surface) {
  elastic_ = &elastic;
  surface_ = &surface;
  elastic.line_blocks(line_blocks_);
  assemble_lines();
  boosted_pivots_ = lines_.factor();
  const auto precondition = [this](const Vector<float>& r, Vector<float>& z) { lines_.solve(r, z); };
  // Random start vectors are not zero where held: couplings to those entries are cut in both directions.
  const auto apply_cut = [this](const Vector<float>& x, Vector<float>& y) {
    parallel_blocks(x.size(), [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) masked_[i] = mask_[i] * x[i];
    });
    apply(masked_, y);
    parallel_blocks(x.size(), [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) y[i] = mask_[i] != 0 ? y[i] : x[i];
    });
  };
  largest_eigenvalue_ = estimate_largest_eigenvalue<float>(apply_cut, precondition, mask_.size());
  if (!(largest_eigenvalue_ > 0) || !std::isfinite(largest_eigenvalue_)) return false;
  steps_ = chebyshev_steps(settings_.smoother, largest_eigenvalue_);

  elastic.corner_matrices(corner_matrices_);
  assemble_corners();
  if (amg_) {
    amg_->rebuild(corners_);
  } else {
    amg_.emplace(corners_, near_null_space_, settings_.amg, corner_lines_);
  }
  return true;
}

void DisplacementMultigrid::assemble_lines() {
  lines_.set_zero();
#pragma omp parallel for schedule(static)
  for (int line = 0; line < lines_.num_lines(); ++line) {
    const auto free = [&](int node, int c) {
      return mask_[3 * static_cast<std::size_t>(node) + static_cast<std::size_t>(c)] != 0;
    };
    for (int e = line_cell_offset_[static_cast<std::size_t>(line)];
         e < line_cell_offset_[static_cast<std::size_t>(line) + 1]; ++e) {
      const int packed = line_cell_[static_cast<std::size_t>(e)], cell = packed / 9, column = packed % 9;
      const auto& nodes = mesh_.cells[static_cast<std::size_t>(cell)];
      const float* blocks = &line_blocks_.values[static_cast<std::size_t>(packed) * 6 * 9];
      for (int pair = 0; pair < 6; ++pair) {
        const int a = nodes[static_cast<std::size_t>(column + 9 * pair_a[pair])];
        const int b = nodes[static_cast<std::size_t>(column + 9 * pair_b[pair])];
        if (lines_.line_of_node(a) != line || lines_.line_of_node(b) != line) continue;
        const int pa = lines_.position_of_node(a), pb = lines_.position_of_node(b);
        if (std::abs(pa - pb) > 2) continue;
        for (int i = 0; i < 3; ++i)
          for (int k = 0; k < 3; ++k) {
            if (!free(a, i) || !free(b, k)) continue;
            const int row = 3 * pa + i, col = 3 * pb + k;
            const float x = blocks[9 * pair + 3 * i + k];
            if (pa > pb || (pa == pb && row >= col)) {
              lines_.entry(line, row, col) += x;
            } else if (pa < pb) {
              lines_.entry(line, col, row) += x;
            }
          }
      }
    }
    for (int i = mesh_.line_offsets[static_cast<std::size_t>(line)];
         i < mesh_.line_offsets[static_cast<std::size_t>(line) + 1]; ++i) {
      const int node = mesh_.line_nodes[static_cast<std::size_t>(i)], position = lines_.position_of_node(node);
      const double* block = surface_->diagonal_block(node);
      for (int c = 0; c < 3; ++c) {
        if (!free(node, c)) {
          lines_.entry(line, 3 * position + c, 3 * position + c) = 1.0f;
          continue;
        }
        if (!block) continue;
        for (int d = 0; d <= c; ++d)
          if (free(node, d))
            lines_.entry(line, 3 * position + c, 3 * position + d) += static_cast<float>(block[3 * c + d]);
      }
    }
  }
}

void DisplacementMultigrid::assemble_corners() {
  corners_.set_zero();
  const auto held = [&](int corner, int c) { return (corner_held_[static_cast<std::size_t>(corner)] >> c & 1) != 0; };
#pragma omp parallel for schedule(static)
  for (int row = 0; row < corners_.num_rows; ++row)
    for (int e = corner_cell_offset_[static_cast<std::size_t>(row)];
         e < corner_cell_offset_[static_cast<std::size_t>(row) + 1]; ++e) {
      const int packed = corner_cell_[static_cast<std::size_t>(e)], cell = packed / 8, c = packed % 8;
      const double* k = &corner_matrices_[static_cast<std::size_t>(cell) * 576 + static_cast<std::size_t>(c) * 72];
      for (int d = 0; d < 8; ++d)
        corners_.add(row,
                     corner_of_node_[static_cast<std::size_t>(
                         mesh_.cells[static_cast<std::size_t>(cell)][static_cast<std::size_t>(corner_node(d))])],
                     k + 3 * d, 24);
    }
  // Surface terms: Pᵀ K P by the parents of the two nodes of each block.
  for (int r = 0; r < surface_->num_rows(); ++r) {
    const auto a = static_cast<std::size_t>(surface_->row_node(r));
    for (std::size_t e = surface_->row_begin(r); e < surface_->row_end(r); ++e) {
      const double* k = surface_->block(e);
      if (std::all_of(k, k + 9, [](double x) { return x == 0; })) continue;
      const auto b = static_cast<std::size_t>(surface_->column_node(e));
      const double weight =
          1.0 / ((parent_offset_[a + 1] - parent_offset_[a]) * (parent_offset_[b + 1] - parent_offset_[b]));
      double scaled[9];
      for (int i = 0; i < 9; ++i) scaled[i] = weight * k[i];
      for (int i = parent_offset_[a]; i < parent_offset_[a + 1]; ++i)
        for (int j = parent_offset_[b]; j < parent_offset_[b + 1]; ++j)
          corners_.add(parent_[static_cast<std::size_t>(i)], parent_[static_cast<std::size_t>(j)], scaled);
    }
  }
  // Held unknowns become rows and columns of the identity.
#pragma omp parallel for schedule(static)
  for (int row = 0; row < corners_.num_rows; ++row)
    for (std::size_t e = corners_.row_offset[static_cast<std::size_t>(row)];
         e < corners_.row_offset[static_cast<std::size_t>(row) + 1]; ++e) {
      const int col = corners_.column[e];
      double* k = corners_.block(e);
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j)
          if (held(row, i) || held(col, j)) k[3 * i + j] = row == col && i == j ? 1.0 : 0.0;
    }
}

void DisplacementMultigrid::apply(const Vector<float>& x, Vector<float>& y) const {
  ++num_applications_;
  elastic_->apply_positive(x, y);
  surface_->multiply_add(x, y);
  parallel_blocks(y.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) y[i] = mask_[i] != 0 ? y[i] : x[i];
  });
}

void DisplacementMultigrid::restrict_residual(const Vector<float>& fine, Vector<float>& coarse) const {
#pragma omp parallel for schedule(static)
  for (int c = 0; c < corners_.num_rows; ++c) {
    float sum[3] = {0, 0, 0};
    for (int i = child_offset_[static_cast<std::size_t>(c)]; i < child_offset_[static_cast<std::size_t>(c) + 1]; ++i) {
      const auto n = static_cast<std::size_t>(child_[static_cast<std::size_t>(i)]);
      const float weight = 1.0f / static_cast<float>(parent_offset_[n + 1] - parent_offset_[n]);
      for (std::size_t k = 0; k < 3; ++k) sum[k] += weight * mask_[3 * n + k] * fine[3 * n + k];
    }
    for (int k = 0; k < 3; ++k)
      coarse[3 * static_cast<std::size_t>(c) + static_cast<std::size_t>(k)] =
          (corner_held_[static_cast<std::size_t>(c)] >> k & 1) ? 0.0f : sum[k];
  }
}

void DisplacementMultigrid::prolong_add(const Vector<float>& coarse, Vector<float>& fine) const {
#pragma omp parallel for schedule(static)
  for (int node = 0; node < mesh_.num_nodes(); ++node) {
    const auto n = static_cast<std::size_t>(node);
    float sum[3] = {0, 0, 0};
    for (int i = parent_offset_[n]; i < parent_offset_[n + 1]; ++i)
      for (std::size_t k = 0; k < 3; ++k)
        sum[k] += coarse[3 * static_cast<std::size_t>(parent_[static_cast<std::size_t>(i)]) + k];
    const float weight = 1.0f / static_cast<float>(parent_offset_[n + 1] - parent_offset_[n]);
    for (std::size_t k = 0; k < 3; ++k) fine[3 * n + k] += weight * mask_[3 * n + k] * sum[k];
  }
}

void DisplacementMultigrid::vcycle(const Vector<float>& r, Vector<float>& z) {
  const auto apply_here = [this](const Vector<float>& x, Vector<float>& y) { apply(x, y); };
  const auto precondition = [this](const Vector<float>& x, Vector<float>& y) { lines_.solve(x, y); };
  parallel_blocks(r.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) masked_[i] = mask_[i] * r[i];
  });
  z.resize(r.size());
  chebyshev_smooth<float>(apply_here, precondition, masked_, z, steps_, true, workspace_);
  apply(z, residual_);
  parallel_blocks(r.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) residual_[i] = masked_[i] - residual_[i];
  });
  restrict_residual(residual_, coarse_rhs_);
  amg_->vcycle(coarse_rhs_, coarse_solution_);
  prolong_add(coarse_solution_, z);
  chebyshev_smooth<float>(apply_here, precondition, masked_, z, steps_, false, workspace_);
}

}  // namespace knead
