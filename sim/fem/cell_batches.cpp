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
  std::vector<std::uint32_t> count(static_cast<std::size_t>(num_nodes) + 1, 0);
  const auto at = [](int b, int a, int l) {
    return (static_cast<std::size_t>(b) * 27 + static_cast<std::size_t>(a)) * batch_width + static_cast<std::size_t>(l);
  };
  for (int b = 0; b < num_batches; ++b)
    for (int l = 0; l < batch_width; ++l) {
      const std::size_t first = static_cast<std::size_t>(b) * batch_width;
      const int c = cell[first + static_cast<std::size_t>(l)];
      const auto& nodes = mesh.cells[static_cast<std::size_t>(c < 0 ? cell[first] : c)];
      for (int a = 0; a < 27; ++a) {
        node[at(b, a, l)] = nodes[static_cast<std::size_t>(a)];
        if (c >= 0) ++count[static_cast<std::size_t>(nodes[static_cast<std::size_t>(a)]) + 1];
      }
    }
  for (std::size_t n = 1; n < count.size(); ++n) count[n] += count[n - 1];
  slot_offset = count;
  slot.resize(count.back());
  for (int b = 0; b < num_batches; ++b)
    for (int a = 0; a < 27; ++a)
      for (int l = 0; l < batch_width; ++l) {
        if (cell[static_cast<std::size_t>(b) * batch_width + static_cast<std::size_t>(l)] < 0) continue;
        const auto n = static_cast<std::size_t>(node[at(b, a, l)]);
        slot[count[n]++] = static_cast<std::uint32_t>((static_cast<std::size_t>(b) * 27 + static_cast<std::size_t>(a)) *
                                                          3 * batch_width +
                                                      static_cast<std::size_t>(l));
      }
}

template <class S>
void CellBatches::gather_to_nodes(const Vector<S>& element_vector, Vector<S>& y, bool add) const {
#pragma omp parallel for schedule(static)
  for (int n = 0; n < num_nodes; ++n) {
    S sum[3] = {0, 0, 0};
    for (std::uint32_t i = slot_offset[static_cast<std::size_t>(n)]; i < slot_offset[static_cast<std::size_t>(n) + 1];
         ++i) {
      const S* e = &element_vector[slot[i]];
      sum[0] += e[0];
      sum[1] += e[batch_width];
      sum[2] += e[2 * batch_width];
    }
    S* out = &y[3 * static_cast<std::size_t>(n)];
    for (int c = 0; c < 3; ++c) out[c] = add ? out[c] + sum[c] : sum[c];
  }
}
template void CellBatches::gather_to_nodes(const Vector<double>&, Vector<double>&, bool) const;
template void CellBatches::gather_to_nodes(const Vector<float>&, Vector<float>&, bool) const;

}  // namespace knead
