#include <algorithm>
#include <limits>

#include "body/body.hpp"
#include "body/hexahedron.hpp"

namespace knead {

MeshQuality measure_quality(const Mesh& mesh) {
  MeshQuality total;
  total.min_jacobian = mesh.cells.empty() ? 0.0 : std::numeric_limits<double>::infinity();
  total.min_edge = total.min_jacobian;
  for (int c = 0; c < mesh.num_cells(); ++c) {
    const CellPoints x = cell_points(mesh, c);
    const CellQuality quality = cell_quality(x);
    if (total.worst_cell < 0 || quality.scaled_jacobian < total.min_scaled_jacobian) {
      total.min_scaled_jacobian = quality.scaled_jacobian;
      total.worst_cell = c;
    }
    total.min_jacobian = std::min(total.min_jacobian, quality.jacobian_ratio);
    double shortest = std::numeric_limits<double>::infinity(), longest = 0;
    for (const auto& edge : corner_edges) {
      const double length = norm(x[edge[1]] - x[edge[0]]);
      shortest = std::min(shortest, length);
      longest = std::max(longest, length);
    }
    total.min_edge = std::min(total.min_edge, shortest);
    total.max_edge = std::max(total.max_edge, longest);
    total.max_aspect = std::max(total.max_aspect, longest / shortest);
  }
  return total;
}

}  // namespace knead
