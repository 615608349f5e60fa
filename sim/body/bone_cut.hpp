#pragma once
// Bones cut out of a column grid: element by element, then the remaining surface is moved onto their shape.
#include <cstdint>
#include <string>
#include <vector>

#include "body/body_model.hpp"
#include "body/column_grid.hpp"

namespace knead {

struct BoneCut {
  std::vector<std::uint8_t> removed;  // per grid cell: 0 tissue, 1 bone, 2 a pocket taken as bone
  int filled = 0;                     // removed although not bone: pockets, isolated cells
  double largest_gap = 0;             // m, from the moved surface nodes to the bone's surface
};

// An element is bone when most of it lies inside a bone; a bone thinner than an element takes the elements its middle
// passes through. Skin and fat are never bone. Pockets one element wide and cells without a way to the skin are
// removed.
BoneCut cut_bones(const ColumnGrid& grid, const BodyModel& model);

// Nodes shared by remaining and removed cells, per grid node.
std::vector<std::uint8_t> bone_surface_nodes(const ColumnGrid& grid, const BoneCut& cut);

// Moves those nodes (and eases their neighbours) as far as no remaining element gets worse than a scaled Jacobian of
// 0.24; nodes on the fascia, the bottom and the cut planes stay in them.
void fit_to_bones(ColumnGrid& grid, BoneCut& cut, const BodyModel& model);

}  // namespace knead
