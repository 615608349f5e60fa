#include "terms/corner_transfer.hpp"

#include <algorithm>
#include <cmath>

#include "fem/quadratic_basis.hpp"
#include "math/lists.hpp"

namespace knead {
namespace {

// The cells of the outermost tissue in one column, outermost first; empty where that layer does not count as thin.
std::vector<int> thin_layer(const Mesh& mesh, int outer, const std::vector<int>& cell_below_node) {
  const auto tissue = [&](int cell) { return mesh.cell_tissue[static_cast<std::size_t>(cell)]; };
  const auto point = [&](int cell, std::size_t a) {
    return mesh.points[static_cast<std::size_t>(mesh.cells[static_cast<std::size_t>(cell)][a])];
  };
  std::vector<int> layer;
  int cell = outer;
  while (cell >= 0 && tissue(cell) == tissue(outer)) {
    layer.push_back(cell);
    cell = cell_below_node[static_cast<std::size_t>(mesh.cells[static_cast<std::size_t>(cell)][4])];
  }
  if (cell < 0) return {};  // the layer is all there is
  const double thickness = norm(point(outer, 22) - point(layer.back(), 4));
  const double width = std::min(norm(point(outer, 23) - point(outer, 21)), norm(point(outer, 25) - point(outer, 19)));
  constexpr double locking = 2;  // times the thickness; narrower elements lock little (docs/performance.md)
  if (!(locking * thickness < width)) return {};
  return layer;
}

// An edge between two corner columns of a cell (0…8, as i + 3 j), and how much of it a column between takes.
struct ColumnEdge {
  int from, to;
  double share;
};
std::vector<ColumnEdge> edges_of_column(int column) {
  switch (column) {
    case 1:
      return {{0, 2, 1}};
    case 3:
      return {{0, 6, 1}};
    case 5:
      return {{2, 8, 1}};
    case 7:
      return {{6, 8, 1}};
    default:
      return {{0, 2, 0.5}, {6, 8, 0.5}, {0, 6, 0.5}, {2, 8, 0.5}};
  }
}

}  // namespace

CornerTransfer::CornerTransfer(const Mesh& mesh, const std::vector<std::uint8_t>& held) : held_(held) {
  find_parents(mesh);
  find_bending(mesh);
  find_bent_cells(mesh);
}

void CornerTransfer::find_parents(const Mesh& mesh) {
  const int num_nodes = mesh.num_nodes();
  // Corners in node order, so that those of a line stay neighbours.
  std::vector<char> is_corner(static_cast<std::size_t>(num_nodes), 0);
  for (const auto& cell : mesh.cells)
    for (int c = 0; c < 8; ++c) is_corner[static_cast<std::size_t>(cell[static_cast<std::size_t>(corner_node(c))])] = 1;
  corner_of_node_.assign(static_cast<std::size_t>(num_nodes), -1);
  for (int n = 0; n < num_nodes; ++n)
    if (is_corner[static_cast<std::size_t>(n)]) {
      corner_of_node_[static_cast<std::size_t>(n)] = num_corners();
      node_of_corner_.push_back(n);
    }
  std::vector<std::vector<int>> parents(static_cast<std::size_t>(num_nodes));
  for (const auto& nodes : mesh.cells)
    for (int a = 0; a < 27; ++a) {
      auto& list = parents[static_cast<std::size_t>(nodes[static_cast<std::size_t>(a)])];
      if (!list.empty()) continue;
      for (int c = 0; c < 8; ++c)
        if (linear(c % 2, a % 3 - 1) * linear(c / 2 % 2, a / 3 % 3 - 1) * linear(c / 4, a / 9 - 1) > 0)
          list.push_back(corner_of_node(nodes[static_cast<std::size_t>(corner_node(c))]));
    }
  std::vector<int> keys, values;
  parent_offset_.push_back(0);
  for (int n = 0; n < num_nodes; ++n) {
    for (int c : parents[static_cast<std::size_t>(n)]) {
      parent_.push_back(c);
      keys.push_back(c);
      values.push_back(n);
    }
    parent_offset_.push_back(static_cast<int>(parent_.size()));
  }
  make_lists(num_corners(), keys, values, child_offset_, child_);
}

void CornerTransfer::find_bending(const Mesh& mesh) {
  bending_of_node_.assign(mesh.points.size(), -1);
  bent_children_.resize(static_cast<std::size_t>(num_corners()));
  // The cell whose upper face has this node at its centre.
  std::vector<int> cell_below_node(mesh.points.size(), -1);
  std::vector<char> inner(mesh.cells.size(), 0);
  for (int cell = 0; cell < mesh.num_cells(); ++cell)
    cell_below_node[static_cast<std::size_t>(mesh.cells[static_cast<std::size_t>(cell)][22])] = cell;
  for (const auto& nodes : mesh.cells)
    if (const int below = cell_below_node[static_cast<std::size_t>(nodes[4])]; below >= 0)
      inner[static_cast<std::size_t>(below)] = 1;
  const auto point = [&](int node) { return mesh.points[static_cast<std::size_t>(node)]; };
  // Normals of the outer surface at its corners, not normalized.
  std::vector<Vec3d> normal(mesh.points.size(), Vec3d{{0, 0, 0}});
  for (int outer = 0; outer < mesh.num_cells(); ++outer) {
    if (inner[static_cast<std::size_t>(outer)]) continue;
    const auto& nodes = mesh.cells[static_cast<std::size_t>(outer)];
    for (std::size_t j = 0; j < 9; j += 6)
      for (std::size_t i = 0; i < 3; i += 2)
        normal[static_cast<std::size_t>(nodes[18 + i + j])] +=
            normalized(cross(point(nodes[20 + j]) - point(nodes[18 + j]), point(nodes[24 + i]) - point(nodes[18 + i])));
  }
  for (int outer = 0; outer < mesh.num_cells(); ++outer) {
    if (inner[static_cast<std::size_t>(outer)]) continue;
    const auto layer = thin_layer(mesh, outer, cell_below_node);
    if (layer.empty()) continue;
    const auto& top = mesh.cells[static_cast<std::size_t>(layer.front())];
    const auto& bottom = mesh.cells[static_cast<std::size_t>(layer.back())];
    for (const int column : {1, 3, 4, 5, 7}) {
      Bending bending;
      for (const auto& edge : edges_of_column(column))
        for (const int end : {edge.from, edge.to})
          bending.normal += normal[static_cast<std::size_t>(top[static_cast<std::size_t>(end + 18)])];
      bending.normal = normalized(bending.normal);
      for (const auto& edge : edges_of_column(column)) {
        const std::array<int, 2> upper{top[static_cast<std::size_t>(edge.from + 18)],
                                       top[static_cast<std::size_t>(edge.to + 18)]};
        const std::array<int, 2> lower{bottom[static_cast<std::size_t>(edge.from)],
                                       bottom[static_cast<std::size_t>(edge.to)]};
        const Vec3d along = 0.5 * (point(upper[1]) - point(upper[0]) + point(lower[1]) - point(lower[0]));
        for (std::size_t end = 0; end < 2; ++end) {
          const Vec3d d = point(upper[end]) - point(lower[end]), axis = cross(along, bending.normal);
          const Vec3d weight = ((end == 0 ? 0.125 : -0.125) * edge.share / dot(d, d)) *
                               cross(axis - (dot(d, axis) / dot(d, bending.normal)) * bending.normal, d);
          bending.weights.emplace_back(corner_of_node(upper[end]), weight);
          bending.weights.emplace_back(corner_of_node(lower[end]), -1.0 * weight);
        }
      }
      for (const int cell : layer)
        for (int k = 0; k < 3; ++k) {
          const int node = mesh.cells[static_cast<std::size_t>(cell)][static_cast<std::size_t>(column + 9 * k)];
          if (bending_of_node(node) >= 0) continue;
          bending.node = node;
          bending_of_node_[static_cast<std::size_t>(node)] = static_cast<int>(bendings_.size());
          for (const auto& [corner, weight] : bending.weights)
            bent_children_[static_cast<std::size_t>(corner)].emplace_back(static_cast<int>(bendings_.size()), weight);
          bendings_.push_back(bending);
        }
    }
  }
}

void CornerTransfer::find_bent_cells(const Mesh& mesh) {
  for (int cell = 0; cell < mesh.num_cells(); ++cell) {
    const auto& nodes = mesh.cells[static_cast<std::size_t>(cell)];
    BentCell bent{cell, {}};
    for (int c = 0; c < 8; ++c) bent.corners.push_back(corner_of_node(nodes[static_cast<std::size_t>(corner_node(c))]));
    bool bends = false;
    for (const int node : nodes) {
      if (bending_of_node(node) < 0) continue;
      bends = true;
      for (const auto& [corner, weight] : bending(bending_of_node(node)).weights)
        if (std::find(bent.corners.begin(), bent.corners.end(), corner) == bent.corners.end())
          bent.corners.push_back(corner);
    }
    if (bends) bent_cells_.push_back(std::move(bent));
  }
}

void CornerTransfer::row(int node, std::vector<Block>& blocks) const {
  const auto n = static_cast<std::size_t>(node);
  blocks.clear();
  const double share = 1.0 / (parent_offset_[n + 1] - parent_offset_[n]);
  for (int i = parent_offset_[n]; i < parent_offset_[n + 1]; ++i)
    blocks.push_back({parent_[static_cast<std::size_t>(i)], {share, 0, 0, 0, share, 0, 0, 0, share}});
  if (bending_of_node(node) < 0) return;
  const Bending& b = bending(bending_of_node(node));
  for (const auto& [corner, weight] : b.weights) {
    auto at = std::find_if(blocks.begin(), blocks.end(), [c = corner](const Block& x) { return x.corner == c; });
    if (at == blocks.end()) at = blocks.insert(at, Block{corner, {}});
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) at->k[3 * i + j] += b.normal[i] * weight[j];
  }
}

void CornerTransfer::restrict_residual(const Vector<float>& fine, Vector<float>& coarse) const {
#pragma omp parallel for schedule(static)
  for (int c = 0; c < num_corners(); ++c) {
    const auto corner = static_cast<std::size_t>(c);
    float sum[3] = {0, 0, 0};
    const auto free = [&](std::size_t n, std::size_t k) { return (held_[n] >> k & 1) ? 0.0f : 1.0f; };
    for (int i = child_offset_[corner]; i < child_offset_[corner + 1]; ++i) {
      const auto n = static_cast<std::size_t>(child_[static_cast<std::size_t>(i)]);
      const float weight = 1.0f / static_cast<float>(parent_offset_[n + 1] - parent_offset_[n]);
      for (std::size_t k = 0; k < 3; ++k) sum[k] += weight * free(n, k) * fine[3 * n + k];
    }
    for (const auto& [index, weight] : bent_children_[corner]) {
      const Bending& b = bending(index);
      const auto n = static_cast<std::size_t>(b.node);
      float along = 0;
      for (std::size_t k = 0; k < 3; ++k)
        along += static_cast<float>(b.normal[static_cast<int>(k)]) * free(n, k) * fine[3 * n + k];
      for (int k = 0; k < 3; ++k) sum[k] += static_cast<float>(weight[k]) * along;
    }
    for (std::size_t k = 0; k < 3; ++k) coarse[3 * corner + k] = held(c, static_cast<int>(k)) ? 0.0f : sum[k];
  }
}

void CornerTransfer::prolong_add(const Vector<float>& coarse, Vector<float>& fine) const {
#pragma omp parallel for schedule(static)
  for (int node = 0; node < static_cast<int>(corner_of_node_.size()); ++node) {
    const auto n = static_cast<std::size_t>(node);
    float sum[3] = {0, 0, 0};
    for (int i = parent_offset_[n]; i < parent_offset_[n + 1]; ++i)
      for (std::size_t k = 0; k < 3; ++k)
        sum[k] += coarse[3 * static_cast<std::size_t>(parent_[static_cast<std::size_t>(i)]) + k];
    const float share = 1.0f / static_cast<float>(parent_offset_[n + 1] - parent_offset_[n]);
    for (float& x : sum) x *= share;
    if (bending_of_node(node) >= 0) {
      const Bending& b = bending(bending_of_node(node));
      float along = 0;
      for (const auto& [corner, weight] : b.weights)
        for (std::size_t k = 0; k < 3; ++k)
          along += static_cast<float>(weight[static_cast<int>(k)]) * coarse[3 * static_cast<std::size_t>(corner) + k];
      for (int k = 0; k < 3; ++k) sum[k] += static_cast<float>(b.normal[k]) * along;
    }
    for (std::size_t k = 0; k < 3; ++k)
      if (!(held_[n] >> k & 1)) fine[3 * n + k] += sum[k];
  }
}

std::size_t CornerTransfer::bytes() const {
  std::size_t sum = bytes_of(held_, corner_of_node_, node_of_corner_, parent_offset_, parent_) +
                    bytes_of(child_offset_, child_, bendings_, bending_of_node_, bent_children_, bent_cells_);
  for (const auto& b : bendings_) sum += bytes_of(b.weights);
  for (const auto& children : bent_children_) sum += bytes_of(children);
  for (const auto& cell : bent_cells_) sum += bytes_of(cell.corners);
  return sum;
}

}  // namespace knead
