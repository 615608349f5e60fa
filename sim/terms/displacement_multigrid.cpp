#include "terms/displacement_multigrid.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include <omp.h>

#include "base/stopwatch.hpp"
#include "fem/quadratic_basis.hpp"
#include "math/lists.hpp"
#include "solve/eigenvalue.hpp"
#include "solve/near_null_space.hpp"

namespace knead {

namespace {

constexpr int pair_a[6] = {0, 1, 1, 2, 2, 2};
constexpr int pair_b[6] = {0, 0, 1, 0, 1, 2};

// c = a b and c = aᵀ b for row-major 3×3 blocks.
void multiply(const double* a, const double* b, double* c) {
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) c[3 * i + j] = a[3 * i] * b[j] + a[3 * i + 1] * b[3 + j] + a[3 * i + 2] * b[6 + j];
}
void multiply_transposed(const double* a, const double* b, double* c) {
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) c[3 * i + j] = a[i] * b[j] + a[3 + i] * b[3 + j] + a[6 + i] * b[6 + j];
}

}  // namespace

DisplacementMultigrid::DisplacementMultigrid(const Mesh& mesh, const std::vector<std::uint8_t>& held,
                                             const MultigridSettings& settings)
    : mesh_(mesh), settings_(settings), transfer_(mesh, held) {
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

  // Couplings of the coarse level: groups of 16 corners, filled up with their first where a cell has only its own.
  constexpr std::size_t most_corners = 16;
  std::vector<int> groups;
  std::vector<char> bent(mesh.cells.size(), 0);
  for (const auto& b : transfer_.bent_cells()) {
    assert(b.corners.size() <= most_corners);
    bent[static_cast<std::size_t>(b.cell)] = 1;
    groups.insert(groups.end(), b.corners.begin(), b.corners.end());
    groups.resize((groups.size() + most_corners - 1) / most_corners * most_corners, b.corners[0]);
  }
  keys.clear();
  values.clear();
  for (int cell = 0; cell < mesh.num_cells(); ++cell) {
    if (bent[static_cast<std::size_t>(cell)]) continue;
    for (int c = 0; c < 8; ++c) {
      const int node = mesh.cells[static_cast<std::size_t>(cell)][static_cast<std::size_t>(corner_node(c))];
      keys.push_back(transfer_.corner_of_node(node));
      values.push_back(8 * cell + c);
      groups.push_back(keys.back());
    }
    groups.resize(groups.size() + most_corners - 8, keys.back());
  }
  const int num_corners = transfer_.num_corners();
  make_lists(num_corners, keys, values, corner_cell_offset_, corner_cell_);
  corners_ = pattern_of_groups<double, 3>(num_corners, groups, static_cast<int>(most_corners));
  std::vector<Vec3d> points;
  for (int n : transfer_.node_of_corner()) points.push_back(mesh.points[static_cast<std::size_t>(n)]);
  near_null_space_ = rigid_body_modes(points);
  for (std::size_t l = 0; l + 1 < mesh.line_offsets.size(); ++l) {
    for (int i = mesh.line_offsets[l]; i < mesh.line_offsets[l + 1]; ++i) {
      const int c = transfer_.corner_of_node(mesh.line_nodes[static_cast<std::size_t>(i)]);
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
  surface_blocks_.assign(surface);
  std::optional<Stopwatch> watch(std::in_place, seconds_.lines);
  {
    Elastic::LineBlocks blocks;
    elastic.line_blocks(blocks);
    assemble_lines(blocks);
  }
  boosted_pivots_ = lines_.factor();
  watch.emplace(seconds_.eigenvalue);
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
  if (!is_usable_eigenvalue(largest_eigenvalue_)) return false;
  steps_ = chebyshev_steps(settings_.smoother, largest_eigenvalue_);

  watch.emplace(seconds_.coarse);
  {
    Vector<double> matrices;
    elastic.corner_matrices(matrices);
    assemble_corners(matrices);
  }
  watch.emplace(seconds_.aggregation);
  if (amg_) {
    amg_->rebuild(corners_);
  } else {
    amg_.emplace(corners_, near_null_space_, settings_.amg, corner_lines_);
  }
  if (!amg_->definite()) {
    amg_.reset();
    return false;
  }
  return true;
}

void DisplacementMultigrid::assemble_lines(const Elastic::LineBlocks& line_blocks) {
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
      const float* blocks = &line_blocks.values[static_cast<std::size_t>(packed) * 6 * 9];
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

void DisplacementMultigrid::assemble_corners(const Vector<double>& corner_matrices) {
  corners_.set_zero();
#pragma omp parallel for schedule(static)
  for (int row = 0; row < corners_.num_rows; ++row)
    for (int e = corner_cell_offset_[static_cast<std::size_t>(row)];
         e < corner_cell_offset_[static_cast<std::size_t>(row) + 1]; ++e) {
      const int packed = corner_cell_[static_cast<std::size_t>(e)], cell = packed / 8, c = packed % 8;
      const double* k = &corner_matrices[static_cast<std::size_t>(cell) * Elastic::corner_matrix_size];
      for (int d = 0; d < 8; ++d)
        corners_.add(row,
                     transfer_.corner_of_node(
                         mesh_.cells[static_cast<std::size_t>(cell)][static_cast<std::size_t>(corner_node(d))]),
                     Elastic::corner_block(k, c, d).data());
    }
  add_bent_cells(corner_matrices);
  // Surface terms: Pᵀ K P block by block.
  std::vector<CornerTransfer::Block> rows, columns;
  for (int r = 0; r < surface_->num_rows(); ++r) {
    transfer_.row(surface_->row_node(r), rows);
    for (std::size_t e = surface_->row_begin(r); e < surface_->row_end(r); ++e) {
      if (surface_->is_zero(e)) continue;
      const double* k = surface_->block(e);
      transfer_.row(surface_->column_node(e), columns);
      for (const auto& column : columns) {
        double kp[9];
        multiply(k, column.k, kp);
        for (const auto& row : rows) {
          double pkp[9];
          multiply_transposed(row.k, kp, pkp);
          corners_.add(row.corner, column.corner, pkp);
        }
      }
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
          if (transfer_.held(row, i) || transfer_.held(col, j)) k[3 * i + j] = row == col && i == j ? 1.0 : 0.0;
    }
}

// Cells whose nodes bend: Tᵀ K T with K on the trilinear and the bending functions, T from the corners to their
// amplitudes. In chunks, so that the matrices take little room; every row is added to by one thread, cell after cell.
void DisplacementMultigrid::add_bent_cells(const Vector<double>& corner_matrices) {
  constexpr std::size_t chunk = 512, most_corners = 16, width = 3 * most_corners;
  constexpr std::size_t size = Elastic::EnrichedCell::size, most_extra = Elastic::EnrichedCell::max_extra;
  const auto& bent = transfer_.bent_cells();
  std::vector<Elastic::EnrichedCell> cells;
  Vector<double> matrices, bent_matrices;
  for (std::size_t first = 0; first < bent.size(); first += chunk) {
    const std::size_t count = std::min(chunk, bent.size() - first);
    cells.assign(count, {});
    for (std::size_t i = 0; i < count; ++i) {
      auto& cell = cells[i];
      cell.cell = bent[first + i].cell;
      for (int a = 0; a < 27; ++a) {
        const int index = bending_of(cell.cell, a);
        if (index < 0) continue;
        assert(cell.num_extra < Elastic::EnrichedCell::max_extra);
        cell.node[static_cast<std::size_t>(cell.num_extra)] = a;
        cell.direction[static_cast<std::size_t>(cell.num_extra++)] = transfer_.bending(index).normal;
      }
    }
    elastic_->enriched_rows(cells, matrices);
    bent_matrices.resize(count * width * width);
#pragma omp parallel for schedule(static)
    for (std::size_t i = 0; i < count; ++i) {
      const auto& corners = bent[first + i].corners;
      const auto num_extra = static_cast<std::size_t>(cells[i].num_extra), columns = 3 * corners.size();
      // Rows of the bending functions; columns: trilinear unknowns, then bending.
      const double* k = &matrices[i * most_extra * size];
      const double* trilinear = &corner_matrices[static_cast<std::size_t>(cells[i].cell) * Elastic::corner_matrix_size];
      // Amplitudes by the unknowns of the corners.
      std::vector<double> t(num_extra * columns, 0.0), kt((24 + num_extra) * columns, 0.0);
      for (std::size_t f = 0; f < num_extra; ++f)
        for (const auto& [corner, weight] : transfer_.bending(bending_of(cells[i].cell, cells[i].node[f])).weights) {
          const auto at = static_cast<std::size_t>(std::find(corners.begin(), corners.end(), corner) - corners.begin());
          for (std::size_t c = 0; c < 3; ++c) t[f * columns + 3 * at + c] += weight[static_cast<int>(c)];
        }
      for (int a = 0; a < 8; ++a)
        for (int b = 0; b < 8; ++b) {
          const auto block = Elastic::corner_block(trilinear, a, b);
          for (std::size_t j = 0; j < 9; ++j)
            kt[(3 * static_cast<std::size_t>(a) + j / 3) * columns + 3 * static_cast<std::size_t>(b) + j % 3] =
                block[j];
        }
      for (std::size_t r = 0; r < 24 + num_extra; ++r) {
        for (std::size_t c = 0; r >= 24 && c < 24; ++c) kt[r * columns + c] = k[(r - 24) * size + c];
        for (std::size_t f = 0; f < num_extra; ++f) {
          const double coupling = r < 24 ? k[f * size + r] : k[(r - 24) * size + 24 + f];
          for (std::size_t c = 0; c < columns; ++c) kt[r * columns + c] += coupling * t[f * columns + c];
        }
      }
      double* tkt = &bent_matrices[i * width * width];
      for (std::size_t r = 0; r < columns; ++r)
        for (std::size_t c = 0; c < columns; ++c) {
          double sum = r < 24 ? kt[r * columns + c] : 0.0;
          for (std::size_t f = 0; f < num_extra; ++f) sum += t[f * columns + r] * kt[(24 + f) * columns + c];
          tkt[r * width + c] = sum;
        }
    }
#pragma omp parallel
    {
      const int num_threads = omp_get_num_threads(), thread = omp_get_thread_num();
      for (std::size_t i = 0; i < count; ++i) {
        const auto& corners = bent[first + i].corners;
        const double* tkt = &bent_matrices[i * width * width];
        for (std::size_t r = 0; r < corners.size(); ++r) {
          if (corners[r] % num_threads != thread) continue;
          for (std::size_t c = 0; c < corners.size(); ++c)
            corners_.add(corners[r], corners[c], &tkt[3 * r * width + 3 * c], static_cast<int>(width));
        }
      }
    }
  }
}

void DisplacementMultigrid::apply(const Vector<float>& x, Vector<float>& y) const {
  ++num_applications_;
  elastic_->apply_positive(x, y);
  surface_blocks_.multiply_add(x, y);
  parallel_blocks(y.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) y[i] = mask_[i] != 0 ? y[i] : x[i];
  });
}

void DisplacementMultigrid::vcycle(const Vector<float>& r, Vector<float>& z) {
  Stopwatch whole(seconds_.cycles);
  const auto apply_here = [this](const Vector<float>& x, Vector<float>& y) {
    Stopwatch watch(seconds_.fine_operator);
    apply(x, y);
  };
  const auto precondition = [this](const Vector<float>& x, Vector<float>& y) {
    Stopwatch watch(seconds_.line_solves);
    lines_.solve(x, y);
  };
  parallel_blocks(r.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) masked_[i] = mask_[i] * r[i];
  });
  z.resize(r.size());
  chebyshev_smooth<float>(apply_here, precondition, masked_, z, steps_, true, workspace_);
  apply_here(z, residual_);
  parallel_blocks(r.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) residual_[i] = masked_[i] - residual_[i];
  });
  std::optional<Stopwatch> watch(std::in_place, seconds_.transfer);
  transfer_.restrict_residual(residual_, coarse_rhs_);
  watch.emplace(seconds_.coarse_levels);
  amg_->apply(coarse_rhs_, coarse_solution_);
  watch.emplace(seconds_.transfer);
  transfer_.prolong_add(coarse_solution_, z);
  watch.reset();
  chebyshev_smooth<float>(apply_here, precondition, masked_, z, steps_, false, workspace_);
}

std::vector<MemoryPart> DisplacementMultigrid::memory() const {
  return {
      {"factors of the Q2 lines", lines_.bytes() + bytes_of(line_cell_offset_, line_cell_)},
      {"Q1 matrix", corners_.bytes() + bytes_of(corner_cell_offset_, corner_cell_)},
      {"Q1 smoother and levels below", amg_ ? amg_->bytes() : 0},
      {"transfer, rigid-body modes", transfer_.bytes() + bytes_of(near_null_space_, corner_lines_.nodes)},
      {"contact, membranes, supports: nonzero blocks", surface_blocks_.bytes()},
      {"vectors of a cycle", workspace_.bytes() + bytes_of(mask_, residual_, coarse_rhs_, coarse_solution_, masked_)}};
}

}  // namespace knead
