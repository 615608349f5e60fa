#pragma once
// The regular grid of a slab body before bones are cut out: columns along y under every node of the skin.
#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "body/slab_model.hpp"

namespace knead {

// Smaller elements around a place on the skin.
struct Refinement {
  double across = 0, along = 0;  // m, chart coordinates
  double radius = 0.04;          // m
  double size = 0.004;           // m, element size inside the radius; grows by a quarter per element outside
};

// Element boundaries from `from` to `to`, m, with sizes that follow size(x) > 0.
std::vector<double> grade_line(double from, double to, const std::function<double(double)>& size);

struct SlabGrid {
  std::vector<double> across, along;  // element lines, m
  int muscle = 0, fat = 0, skin = 0;  // elements through each layer
  std::vector<Vec3d> points;          // nodes, k (outwards) fastest, then i (across), then j (along)

  int nx() const { return static_cast<int>(across.size()) - 1; }
  int nz() const { return static_cast<int>(along.size()) - 1; }
  int nk() const { return muscle + fat + skin; }
  // Nodes count in half elements.
  std::size_t node(int i, int j, int k) const {
    return (static_cast<std::size_t>(j) * static_cast<std::size_t>(2 * nx() + 1) + static_cast<std::size_t>(i)) *
               static_cast<std::size_t>(2 * nk() + 1) +
           static_cast<std::size_t>(k);
  }
  std::size_t cell(int i, int j, int k) const {
    return (static_cast<std::size_t>(j) * static_cast<std::size_t>(nx()) + static_cast<std::size_t>(i)) *
               static_cast<std::size_t>(nk()) +
           static_cast<std::size_t>(k);
  }
  std::size_t num_cells() const {
    return static_cast<std::size_t>(nx()) * static_cast<std::size_t>(nz()) * static_cast<std::size_t>(nk());
  }
  std::array<std::size_t, 27> cell_nodes(int i, int j, int k) const;
  std::array<Vec3d, 27> cell_points(int i, int j, int k) const;
};

// Throws Error when sizes make no sense or the layers do not fit.
SlabGrid make_slab_grid(const SlabModel& model, double element_size, const std::optional<Refinement>& refine);

}  // namespace knead
