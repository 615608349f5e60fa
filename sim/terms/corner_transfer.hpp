#pragma once
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "body/mesh.hpp"
#include "math/byte_count.hpp"
#include "math/tensor.hpp"
#include "math/vector.hpp"

namespace knead {

// Between the nodes of quadratic elements (Q2) and their corners, the unknowns of the coarse level.
//
// Every node takes the mean of its parents, the corners around it: trilinear interpolation. A thin outer layer (the
// skin, one tissue less than half as thick as its elements are wide) locks with that, because a straight edge cannot
// follow the rotation of its ends without shear. There the nodes between two corner lines also move along the normal n
// by what Kirchhoff's plate does over the edge e: u += n n · (ω_A − ω_B) × e / 8, where ω ⊥ n are the rotations that
// take d = x_top − x_bottom of the layer at the two ends along with u_top − u_bottom (docs/theory.md,
// "Preconditioner").
class CornerTransfer {
 public:
  // held: per node, bits 0…2 = x, y, z is held.
  CornerTransfer(const Mesh& mesh, const std::vector<std::uint8_t>& held);

  int num_corners() const { return static_cast<int>(node_of_corner_.size()); }
  // −1 for nodes that are no corner.
  int corner_of_node(int node) const { return corner_of_node_[static_cast<std::size_t>(node)]; }
  const std::vector<int>& node_of_corner() const { return node_of_corner_; }
  bool held(int corner, int component) const {
    const auto node = static_cast<std::size_t>(node_of_corner_[static_cast<std::size_t>(corner)]);
    return (held_[node] >> component & 1) != 0;
  }

  // coarse = Pᵀ fine and fine += P coarse; 3 numbers a corner or node, held ones left out.
  void restrict_residual(const Vector<float>& fine, Vector<float>& coarse) const;
  void prolong_add(const Vector<float>& coarse, Vector<float>& fine) const;

  // One block of P: 3×3, row-major, in the row of a node.
  struct Block {
    int corner;
    double k[9];
  };
  // The blocks of a node's row, in the order of its parents.
  void row(int node, std::vector<Block>& blocks) const;

  // Movement of one node along its normal, a scalar, from the unknowns of the corners.
  struct Bending {
    int node = -1;
    Vec3d normal{{0, 0, 0}};
    std::vector<std::pair<int, Vec3d>> weights;  // corner, and what its displacement is multiplied with
  };
  // −1 for nodes that do not bend.
  int bending_of_node(int node) const { return bending_of_node_[static_cast<std::size_t>(node)]; }
  const Bending& bending(int index) const { return bendings_[static_cast<std::size_t>(index)]; }

  std::size_t bytes() const;

  // Cells with nodes that bend, and all corners that move their nodes: the cell's own eight first, 16 at most.
  struct BentCell {
    int cell;
    std::vector<int> corners;
  };
  const std::vector<BentCell>& bent_cells() const { return bent_cells_; }

 private:
  void find_parents(const Mesh& mesh);
  void find_bending(const Mesh& mesh);
  void find_bent_cells(const Mesh& mesh);

  std::vector<std::uint8_t> held_;
  std::vector<int> corner_of_node_, node_of_corner_;
  std::vector<int> parent_offset_, parent_;  // of each node
  std::vector<int> child_offset_, child_;    // of each corner: the transpose
  std::vector<Bending> bendings_;
  std::vector<int> bending_of_node_;
  std::vector<std::vector<std::pair<int, Vec3d>>> bent_children_;  // of each corner: bending, weight
  std::vector<BentCell> bent_cells_;
};

}  // namespace knead
