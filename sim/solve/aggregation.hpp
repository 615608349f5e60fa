#pragma once
#include <cstddef>
#include <vector>

#include "math/vector.hpp"
#include "solve/bsr.hpp"

namespace knead {

// Which nodes are coupled, and how strongly; neighbours of node i at offset[i] … offset[i + 1], itself not among them.
struct StrengthGraph {
  std::vector<std::size_t> offset{0};
  std::vector<int> neighbour;
  std::vector<double> strength;   // ‖A_ij‖² / (‖A_ii‖ ‖A_jj‖)
  std::vector<double> stiffness;  // ‖A_ii‖, by node
  int num_nodes() const { return static_cast<int>(offset.size()) - 1; }
};
template <int B>
StrengthGraph strength_graph(const BlockMatrix<double, B>& a, double threshold);

struct Aggregates {
  int count = 0;
  std::vector<int> of_node;  // −1 for a node without neighbours
};

// Vaněk, Mandel & Brezina 1996, algorithm 2: neighbourhoods that touch no other aggregate; then the rest to the
// aggregate of the strongest neighbour; then what remains among itself. Serial, beginning with the stiffest nodes and
// going on from neighbour to neighbour: the nodes that are left over when neighbourhoods do not fill a body are then
// far from its stiff layer, which does not share its aggregates with them.
Aggregates aggregate(const StrengthGraph& graph);

// Tentative prolongator of one block per aggregated node, with orthonormal columns, and the near-null space of the
// coarse level, so that T · coarse = near_null_space on aggregated nodes. near_null_space: B × 6 numbers a node.
// A vector that depends on the others within an aggregate (rotations of a single node) gives a column of zeros.
template <int B>
struct TentativeProlongator {
  BlockMatrix<double, B, 6> matrix;
  Vector<double> coarse_near_null_space;  // 6 × 6 numbers an aggregate
};
template <int B>
TentativeProlongator<B> tentative_prolongator(const Aggregates& aggregates, const Vector<double>& near_null_space);

}  // namespace knead
