#include "body/bone_cut.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "body/hexahedron.hpp"

namespace knead {

namespace {

constexpr double first_layer_share = 0.85;  // the element under the fascia is bone only if this much of it is

struct Cell {
  int i, j, k;
};

class Cutter {
 public:
  Cutter(const ColumnGrid& grid, const BodyModel& model) : grid_(grid), model_(model) {
    cut_.removed.assign(grid.num_cells(), 0);
  }

  BoneCut run() {
    classify();
    bool changed = true;
    while (changed) {
      const bool filled = fill_pockets(), separated = separate_edges(), isolated = remove_unreachable();
      changed = filled || separated || isolated;
    }
    return std::move(cut_);
  }

 private:
  bool removed(int i, int j, int k) const {
    if (!grid_.has_cell(i, j, k)) return false;
    return cut_.removed[grid_.cell(i, j, k)] != 0;
  }
  void remove(int i, int j, int k) {
    cut_.removed[grid_.cell(i, j, k)] = 2;
    ++cut_.filled;
  }

  bool is_bone(int i, int j, int k) const {
    const auto x = grid_.cell_points(i, j, k);
    std::size_t nearest = 0;
    const double d = model_.bone_distance(x[13], &nearest);
    double reach = 0;
    for (const Vec3d& p : x) reach = std::max(reach, norm(p - x[13]));
    if (d > reach) return false;
    const bool first = k == grid_.muscle - 1;
    const int levels = first ? 10 : 4;
    int inside = 0, all = 0;
    for (int c = 0; c < levels; ++c)
      for (double b : {-0.75, -0.25, 0.25, 0.75})
        for (double a : {-0.75, -0.25, 0.25, 0.75}) {
          inside += model_.bone_distance(map_point(x, a, b, (2 * c + 1.0) / levels - 1)) < 0 ? 1 : 0;
          ++all;
        }
    if (first) return inside > first_layer_share * all;
    if (2 * inside > all) return true;
    // Extent of the cell across the bone's surface; a thinner bone is taken as half of it to each side.
    const Vec3d g = distance_gradient([&](const Vec3d& p) { return model_.bone_distance(p); }, x[13], 1e-5);
    const double extent =
        std::abs(dot(g, x[14] - x[12])) + std::abs(dot(g, x[16] - x[10])) + std::abs(dot(g, x[22] - x[4]));
    return d < std::max(0.0, 0.5 * extent - model_.bones[nearest].shape.thinnest_half());
  }

  void classify() {
    const int nz = grid_.nz();
#pragma omp parallel for schedule(static)
    for (int j = 0; j < nz; ++j)
      for (int i = 0; i < grid_.nx(); ++i)
        for (int k = 0; k < grid_.muscle; ++k) cut_.removed[grid_.cell(i, j, k)] = is_bone(i, j, k) ? 1 : 0;
  }

  // Cells between bones on opposite sides, or between bone above and the bottom, could hardly move.
  bool fill_pockets() {
    std::vector<Cell> pockets;  // found first, filled then: both sides of the body alike
    for (int j = 0; j < grid_.nz(); ++j)
      for (int i = 0; i < grid_.nx(); ++i)
        for (int k = 0; k < grid_.muscle; ++k) {
          if (removed(i, j, k)) continue;
          const bool above = k + 1 < grid_.muscle && removed(i, j, k + 1);
          if ((removed(i - 1, j, k) && removed(i + 1, j, k)) || (removed(i, j - 1, k) && removed(i, j + 1, k)) ||
              (above && (k == 0 || removed(i, j, k - 1)))) {
            pockets.push_back({i, j, k});
          }
        }
    for (const Cell& c : pockets) remove(c.i, c.j, c.k);
    return !pockets.empty();
  }

  // Where two remaining cells touch along an edge only, the deeper one goes, or the one further from the midline.
  bool separate_edges() {
    bool changed = false;
    const auto check = [&](Cell a, Cell b, Cell c, Cell d) {  // a and d are diagonal, b and c are
      if (removed(a.i, a.j, a.k) && removed(d.i, d.j, d.k) && !removed(b.i, b.j, b.k) && !removed(c.i, c.j, c.k)) {
        const auto away = [&](const Cell& cell) { return std::abs(2 * cell.i + 1 - grid_.nx()); };
        const Cell& deeper = c.k < b.k || (c.k == b.k && away(c) > away(b)) ? c : b;
        if (deeper.k < grid_.muscle) {
          remove(deeper.i, deeper.j, deeper.k);
          changed = true;
        }
      }
    };
    for (int j = 0; j < grid_.nz(); ++j)
      for (int i = 0; i < grid_.nx(); ++i)
        for (int k = 0; k < grid_.muscle; ++k) {
          const Cell here{i, j, k};
          const int steps[3][2][3] = {{{1, 0, 0}, {0, 1, 0}}, {{1, 0, 0}, {0, 0, 1}}, {{0, 1, 0}, {0, 0, 1}}};
          for (const auto& s : steps) {
            const Cell b{i + s[0][0], j + s[0][1], k + s[0][2]}, c{i + s[1][0], j + s[1][1], k + s[1][2]};
            const Cell d{b.i + s[1][0], b.j + s[1][1], b.k + s[1][2]};
            if (!grid_.has_cell(d.i, d.j, d.k)) continue;
            check(here, b, c, d);
            check(b, here, d, c);
          }
        }
    return changed;
  }

  bool remove_unreachable() {
    std::vector<std::uint8_t> reached(grid_.num_cells(), 0);
    std::vector<Cell> front;
    const auto visit = [&](int i, int j, int k) {
      if (!grid_.has_cell(i, j, k)) return;
      auto& mark = reached[grid_.cell(i, j, k)];
      if (mark != 0 || removed(i, j, k)) return;
      mark = 1;
      front.push_back({i, j, k});
    };
    for (int j = 0; j < grid_.nz(); ++j)
      for (int i = 0; i < grid_.nx(); ++i) visit(i, j, grid_.nk() - 1);
    while (!front.empty()) {
      const Cell c = front.back();
      front.pop_back();
      visit(c.i - 1, c.j, c.k), visit(c.i + 1, c.j, c.k), visit(c.i, c.j - 1, c.k);
      visit(c.i, c.j + 1, c.k), visit(c.i, c.j, c.k - 1), visit(c.i, c.j, c.k + 1);
    }
    bool changed = false;
    for (int j = 0; j < grid_.nz(); ++j)
      for (int i = 0; i < grid_.nx(); ++i)
        for (int k = 0; k < grid_.nk(); ++k)
          if (reached[grid_.cell(i, j, k)] == 0 && !removed(i, j, k)) {
            remove(i, j, k);
            changed = true;
          }
    return changed;
  }

  const ColumnGrid& grid_;
  const BodyModel& model_;
  BoneCut cut_;
};

}  // namespace

BoneCut cut_bones(const ColumnGrid& grid, const BodyModel& model) { return Cutter(grid, model).run(); }

std::vector<std::uint8_t> bone_surface_nodes(const ColumnGrid& grid, const BoneCut& cut) {
  std::vector<std::uint8_t> seen(grid.points.size(), 0);  // bit 0: in a remaining cell, bit 1: in a removed one
  for (int j = 0; j < grid.nz(); ++j)
    for (int i = 0; i < grid.nx(); ++i)
      for (int k = 0; k < grid.nk(); ++k) {
        const std::uint8_t bit = cut.removed[grid.cell(i, j, k)] != 0 ? 2 : 1;
        for (std::size_t n : grid.cell_nodes(i, j, k)) seen[n] = static_cast<std::uint8_t>(seen[n] | bit);
      }
  for (auto& s : seen) s = s == 3 ? 1 : 0;
  return seen;
}

}  // namespace knead
