#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "body/mesh.hpp"
#include "math/byte_count.hpp"
#include "math/vector.hpp"

namespace knead {

inline constexpr int batch_width = 16;

// Cells in batches of 16 that share a tissue: one SIMD lane a cell. Also the way back from cells to nodes: kernels
// write 81 numbers per cell of a chunk of batches into a short vector, and each of its nodes adds up its own while they
// are in cache. Nodes between chunks add up the sums of the chunks afterwards. All in a fixed order, so sums do not
// depend on the number of threads.
struct CellBatches {
  int num_nodes = 0;
  int num_cells = 0;
  int num_batches = 0;
  std::vector<int> cell;    // [batch][lane]; -1 in lanes that pad a batch
  std::vector<int> node;    // [batch][27][lane]; padding lanes repeat lane 0
  std::vector<int> tissue;  // [batch]

  explicit CellBatches(const Mesh& mesh);

  std::size_t bytes() const {
    return bytes_of(cell, node, tissue, chunk_entry_, entry_target_, entry_slot_) +
           bytes_of(slot_, shared_node_, shared_offset_, shared_entry_);
  }
  // Numbers that sum_over_cells() needs room for.
  std::size_t partial_size() const { return 3 * shared_entry_.size(); }

  // y (3 a node) = Σ over cells, or added to it: kernel(batch, element_vector) writes the numbers of a batch, 3 for
  // each of its local nodes, [27][3][lane]; those of padding lanes are ignored.
  template <class S, class Kernel>
  void sum_over_cells(S* partial, S* y, bool add, Kernel&& kernel) const {
#pragma omp parallel
    {
      Vector<S> element_vector(chunk_size);
#pragma omp for schedule(static)
      for (int chunk = 0; chunk < num_chunks(); ++chunk) {
        const int first = chunk * chunk_batches, end = end_of_chunk(chunk);
        for (int b = first; b < end; ++b) kernel(b, &element_vector[static_cast<std::size_t>(b - first) * batch_size]);
        sum_chunk(chunk, element_vector.data(), partial, y, add);
      }
    }
    sum_shared(partial, y, add);
  }

 private:
  static constexpr int chunk_batches = 8;
  static constexpr std::size_t batch_size = std::size_t{81} * batch_width, chunk_size = chunk_batches * batch_size;

  int num_chunks() const { return (num_batches + chunk_batches - 1) / chunk_batches; }
  int end_of_chunk(int chunk) const { return std::min((chunk + 1) * chunk_batches, num_batches); }
  // Into y where no other chunk has a share, into partial elsewhere.
  template <class S>
  void sum_chunk(int chunk, const S* element_vector, S* partial, S* y, bool add) const;
  // The nodes between chunks.
  template <class S>
  void sum_shared(const S* partial, S* y, bool add) const;

  // An entry is a node of a chunk; its slots say where in the element vector its x components are.
  std::vector<std::uint32_t> chunk_entry_;  // [chunk + 1]
  std::vector<int> entry_target_;           // node, or -1 - number of the partial sum
  std::vector<std::uint32_t> entry_slot_;   // [entry + 1]
  std::vector<std::uint16_t> slot_;
  std::vector<int> shared_node_;
  std::vector<std::uint32_t> shared_offset_;  // [shared node + 1]
  std::vector<std::uint32_t> shared_entry_;   // numbers of partial sums
};

}  // namespace knead
