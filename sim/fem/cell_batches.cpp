#include "fem/cell_batches.hpp"

#include <algorithm>

namespace knead {

namespace {
// Cells are grouped by tissue inside runs of this many, so that neighbours stay close in memory.
constexpr int run_length = 2048;
}  // namespace

CellBatches::CellBatches(const Mesh& mesh) : num_nodes(mesh.num_nodes()), num_cells(mesh.num_cells()) {
  for (int begin = 0; begin < num_cells; begin += run_length) {
    const int end = std::min(begin + run_length, num_cells);
    std::vector<int> order;
    for (int c = begin; c < end; ++c) order.push_back(c);
    const auto tissue_of = [&](int c) { return mesh.cell_tissue[static_cast<std::size_t>(c)]; };
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return tissue_of(a) < tissue_of(b); });
    for (std::size_t i = 0; i < order.size();) {
      const int t = tissue_of(order[i]);
      tissue.push_back(t);
      int lanes = 0;
      for (; lanes < batch_width && i < order.size() && tissue_of(order[i]) == t; ++lanes, ++i)
        cell.push_back(order[i]);
      for (; lanes < batch_width; ++lanes) cell.push_back(-1);
    }
  }
  num_batches = static_cast<int>(tissue.size());

  node.resize(static_cast<std::size_t>(num_batches) * 27 * batch_width);
  const auto at = [](int b, int a, int l) {
    return (static_cast<std::size_t>(b) * 27 + static_cast<std::size_t>(a)) * batch_width + static_cast<std::size_t>(l);
  };
  for (int b = 0; b < num_batches; ++b)
    for (int l = 0; l < batch_width; ++l) {
      const std::size_t first = static_cast<std::size_t>(b) * batch_width;
      const int c = cell[first + static_cast<std::size_t>(l)];
      const auto& nodes = mesh.cells[static_cast<std::size_t>(c < 0 ? cell[first] : c)];
      for (int a = 0; a < 27; ++a) node[at(b, a, l)] = nodes[static_cast<std::size_t>(a)];
    }

  // Nodes of each chunk in ascending order, each with its slots in the order of the cells.
  static_assert(chunk_size <= std::size_t{1} << 16);
  struct Slot {
    int node;
    std::uint16_t at;
  };
  std::vector<int> num_chunks_of_node(static_cast<std::size_t>(num_nodes), 0), entry_node;
  chunk_entry_.push_back(0);
  std::vector<Slot> slots;
  for (int chunk = 0; chunk < num_chunks(); ++chunk) {
    slots.clear();
    for (int b = chunk * chunk_batches; b < end_of_chunk(chunk); ++b)
      for (int a = 0; a < 27; ++a)
        for (int l = 0; l < batch_width; ++l) {
          if (cell[static_cast<std::size_t>(b * batch_width + l)] < 0) continue;
          slots.push_back({node[at(b, a, l)],
                           static_cast<std::uint16_t>(((b - chunk * chunk_batches) * 27 + a) * 3 * batch_width + l)});
        }
    std::stable_sort(slots.begin(), slots.end(), [](const Slot& a, const Slot& b) { return a.node < b.node; });
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (i == 0 || slots[i].node != slots[i - 1].node) {
        entry_node.push_back(slots[i].node);
        entry_slot_.push_back(static_cast<std::uint32_t>(slot_.size()));
        ++num_chunks_of_node[static_cast<std::size_t>(slots[i].node)];
      }
      slot_.push_back(slots[i].at);
    }
    chunk_entry_.push_back(static_cast<std::uint32_t>(entry_node.size()));
  }
  entry_slot_.push_back(static_cast<std::uint32_t>(slot_.size()));

  std::vector<std::uint32_t> place(static_cast<std::size_t>(num_nodes));
  shared_offset_.push_back(0);
  for (int n = 0; n < num_nodes; ++n) {
    if (num_chunks_of_node[static_cast<std::size_t>(n)] < 2) continue;
    shared_node_.push_back(n);
    place[static_cast<std::size_t>(n)] = shared_offset_.back();
    shared_offset_.push_back(shared_offset_.back() +
                             static_cast<std::uint32_t>(num_chunks_of_node[static_cast<std::size_t>(n)]));
  }
  shared_entry_.resize(shared_offset_.back());
  std::uint32_t num_partial = 0;
  for (int n : entry_node) {
    if (num_chunks_of_node[static_cast<std::size_t>(n)] < 2) {
      entry_target_.push_back(n);
      continue;
    }
    entry_target_.push_back(-1 - static_cast<int>(num_partial));
    shared_entry_[place[static_cast<std::size_t>(n)]++] = num_partial++;
  }
}

template <class S>
void CellBatches::sum_chunk(int chunk, const S* element_vector, S* partial, S* y, bool add) const {
  const std::uint32_t end = chunk_entry_[static_cast<std::size_t>(chunk) + 1];
  for (std::uint32_t entry = chunk_entry_[static_cast<std::size_t>(chunk)]; entry < end; ++entry) {
    S sum[3] = {0, 0, 0};
    for (std::uint32_t i = entry_slot_[entry]; i < entry_slot_[entry + 1]; ++i) {
      const S* e = element_vector + slot_[i];
      sum[0] += e[0];
      sum[1] += e[batch_width];
      sum[2] += e[2 * batch_width];
    }
    const int target = entry_target_[entry];
    if (target < 0) {
      for (std::size_t c = 0; c < 3; ++c) partial[3 * static_cast<std::size_t>(-1 - target) + c] = sum[c];
    } else {
      S* out = y + 3 * static_cast<std::size_t>(target);
      for (std::size_t c = 0; c < 3; ++c) out[c] = add ? out[c] + sum[c] : sum[c];
    }
  }
}

template <class S>
void CellBatches::sum_shared(const S* partial, S* y, bool add) const {
  const auto num_shared = static_cast<long>(shared_node_.size());
#pragma omp parallel for schedule(static)
  for (long k = 0; k < num_shared; ++k) {
    const auto n = static_cast<std::size_t>(k);
    S sum[3] = {0, 0, 0};
    for (std::uint32_t i = shared_offset_[n]; i < shared_offset_[n + 1]; ++i)
      for (std::size_t c = 0; c < 3; ++c) sum[c] += partial[3 * static_cast<std::size_t>(shared_entry_[i]) + c];
    S* out = y + 3 * static_cast<std::size_t>(shared_node_[n]);
    for (std::size_t c = 0; c < 3; ++c) out[c] = add ? out[c] + sum[c] : sum[c];
  }
}

template void CellBatches::sum_chunk(int, const double*, double*, double*, bool) const;
template void CellBatches::sum_chunk(int, const float*, float*, float*, bool) const;
template void CellBatches::sum_shared(const double*, double*, bool) const;
template void CellBatches::sum_shared(const float*, float*, bool) const;

}  // namespace knead
