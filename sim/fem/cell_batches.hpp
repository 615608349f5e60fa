#pragma once
#include <cstdint>
#include <vector>

#include "body/mesh.hpp"
#include "math/vector.hpp"

namespace knead {

inline constexpr int batch_width = 16;

// Cells in batches of 16 that share a tissue: one SIMD lane a cell. Also the way back from cells to nodes: kernels
// write 81 numbers per cell into an "element vector", and every node then adds up its own in a fixed order, so sums do
// not depend on the number of threads.
struct CellBatches {
  int num_nodes = 0;
  int num_cells = 0;
  int num_batches = 0;
  std::vector<int> cell;                   // [batch][lane]; -1 in lanes that pad a batch
  std::vector<int> node;                   // [batch][27][lane]; padding lanes repeat lane 0
  std::vector<int> tissue;                 // [batch]
  std::vector<std::uint32_t> slot_offset;  // [node + 1]
  std::vector<std::uint32_t> slot;         // position of the x component in the element vector

  explicit CellBatches(const Mesh& mesh);

  std::size_t element_vector_size() const {
    return static_cast<std::size_t>(num_batches) * 81u * static_cast<std::size_t>(batch_width);
  }

  // y = (held ? keep : Σ of the node's entries in the element vector), or y += Σ with add.
  template <class S>
  void gather_to_nodes(const Vector<S>& element_vector, Vector<S>& y, bool add) const;
};

}  // namespace knead
