#pragma once
// The regular grid of a body before bones are cut out: columns of elements under every node of the skin.
#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "math/tensor.hpp"

namespace knead {

// Smaller elements around a place on the skin.
struct Refinement {
  double across = 0, along = 0;  // m, chart coordinates
  double radius = 0.04;          // m
  double size = 0.004;           // m, element size inside the radius; grows by a quarter per element outside
};

// Sizes of elements, m: `size` inside the refined circle, from there they grow to that of the rest of the body.
struct ElementSizes {
  double element_size = 8e-3;  // m
  std::optional<Refinement> refine;

  // At a distance from the middle of the refinement, m.
  double at(double distance) const;
};
// Throws Error unless the sizes are positive and at most `coarsest`.
void check_sizes(const ElementSizes& sizes, double coarsest);
// Throws Error when so many columns with so many levels of nodes are more than this program takes.
void check_node_count(const ElementSizes& sizes, double columns, double levels);

// Share of a layer of n elements below its top at each half element, 0 … 1; the deepest is half as tall again.
std::vector<double> depth_shares(int n);
// Place of node i among element lines, in half elements.
double half_line(const std::vector<double>& lines, int i);

// Element boundaries from `from` to `to`, m, with sizes that follow size(x) > 0.
std::vector<double> grade_line(double from, double to, const std::function<double(double)>& size);
// How many elements that takes, before rounding up.
double count_elements(double from, double to, const std::function<double(double)>& size);

// Ends of the layers of a column, in whatever measure they have. Without a loose layer its top is the fascia.
struct LayerEnds {
  double bottom, fascia, loose_top, below_skin, top;
};

struct ColumnGrid {
  bool around = false;                           // the last element across is the neighbour of the first: a limb
  std::vector<double> across, along;             // element lines, m
  int muscle = 0, loose = 0, fat = 0, skin = 0;  // elements through each layer, outwards
  std::vector<Vec3d> points;                     // nodes, k (outwards) fastest, then i (across), then j (along)

  int nx() const { return static_cast<int>(across.size()) - 1; }
  int nz() const { return static_cast<int>(along.size()) - 1; }
  int nk() const { return muscle + loose + fat + skin; }
  // Nodes count in half elements; across there are nodes_across() of them.
  int nodes_across() const { return around ? 2 * nx() : 2 * nx() + 1; }
  int nodes_along() const { return 2 * nz() + 1; }
  int nodes_outwards() const { return 2 * nk() + 1; }
  // Into 0 … n − 1 when the grid goes around.
  int wrapped(int i, int n) const { return around ? (i % n + n) % n : i; }
  std::size_t node(int i, int j, int k) const {
    return (static_cast<std::size_t>(j) * static_cast<std::size_t>(nodes_across()) +
            static_cast<std::size_t>(wrapped(i, 2 * nx()))) *
               static_cast<std::size_t>(nodes_outwards()) +
           static_cast<std::size_t>(k);
  }
  bool has_cell(int i, int j, int k) const {
    return (around || (i >= 0 && i < nx())) && j >= 0 && k >= 0 && j < nz() && k < nk();
  }
  std::size_t cell(int i, int j, int k) const {
    return (static_cast<std::size_t>(j) * static_cast<std::size_t>(nx()) + static_cast<std::size_t>(wrapped(i, nx()))) *
               static_cast<std::size_t>(nk()) +
           static_cast<std::size_t>(k);
  }
  std::size_t num_cells() const {
    return static_cast<std::size_t>(nx()) * static_cast<std::size_t>(nz()) * static_cast<std::size_t>(nk());
  }
  // Where node k of a column lies between the ends of its layers; share as from depth_shares(muscle).
  double height(int k, const LayerEnds& ends, const std::vector<double>& share) const;
  std::array<std::size_t, 27> cell_nodes(int i, int j, int k) const;
  std::array<Vec3d, 27> cell_points(int i, int j, int k) const;
};

}  // namespace knead
