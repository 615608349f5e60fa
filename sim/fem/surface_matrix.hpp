#pragma once
#include <array>
#include <vector>

#include "math/byte_count.hpp"
#include "math/vector.hpp"

namespace knead {

// Stiffness that lives on nine-node faces (contact, membranes, support): a block-sparse matrix of 3x3 blocks over the
// nodes of the faces it was made for. The pattern is fixed, the values are refilled at each linearisation.
// Products are row by row, so they do not depend on the number of threads.
class SurfaceMatrix {
 public:
  SurfaceMatrix() = default;
  // faces: node numbers of the nine-node faces; num_nodes: nodes of the mesh.
  SurfaceMatrix(int num_nodes, const std::vector<std::array<int, 9>>& faces);

  void set_zero();
  // Adds a dense 27x27 matrix (row-major, unknowns ordered node by node, three components each) of one face, N/m.
  void add(const std::array<int, 9>& nodes, const double* k);

  // y += A x for vectors of 3 unknowns a node.
  void multiply_add(const Vector<double>& x, Vector<double>& y) const;

  // Diagonal block of a node as 9 numbers, nullptr when the node is on no face.
  const double* diagonal_block(int node) const;

  std::size_t bytes() const { return bytes_of(row_of_node_, row_node_, row_offset_, column_, values_); }
  int num_rows() const { return static_cast<int>(row_node_.size()); }
  int row_node(int row) const { return row_node_[static_cast<std::size_t>(row)]; }
  std::size_t row_begin(int row) const { return row_offset_[static_cast<std::size_t>(row)]; }
  std::size_t row_end(int row) const { return row_offset_[static_cast<std::size_t>(row) + 1]; }
  int column_node(std::size_t entry) const { return column_[entry]; }
  const double* block(std::size_t entry) const { return &values_[9 * entry]; }
  bool is_zero(std::size_t entry) const;

 private:
  std::vector<int> row_of_node_;  // -1 where a node is on no face
  std::vector<int> row_node_;
  std::vector<std::size_t> row_offset_;
  std::vector<int> column_;     // node numbers, ascending in each row
  std::vector<double> values_;  // 9 per entry, row-major blocks
};

// The blocks of a SurfaceMatrix that are not zero, in single precision: most faces that an applicator could touch are
// not in contact, and a preconditioner multiplies many times with the same values.
class NonzeroBlocks {
 public:
  void assign(const SurfaceMatrix& matrix);
  std::size_t bytes() const { return bytes_of(row_node_, row_offset_, column_, values_); }
  // y += A x
  void multiply_add(const Vector<float>& x, Vector<float>& y) const;

 private:
  std::vector<int> row_node_;
  std::vector<std::size_t> row_offset_;
  std::vector<int> column_;
  Vector<float> values_;  // 9 per entry, row-major blocks
};

}  // namespace knead
