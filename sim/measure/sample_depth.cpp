#include "measure/sample_depth.hpp"

#include <limits>

namespace knead {

std::vector<double> sample_depths(const Mesh& mesh) {
  const auto at = [&](int node) { return mesh.points[static_cast<std::size_t>(node)]; };
  std::vector<char> on_skin(mesh.points.size(), 0);
  for (const char* name : {"top", "outer"})
    if (const auto faces = mesh.faces.find(name); faces != mesh.faces.end())
      for (const Face& face : faces->second)
        for (int node : face_nodes(mesh, face)) on_skin[static_cast<std::size_t>(node)] = 1;
  std::vector<int> top(mesh.points.size(), -1), skin;
  for (std::size_t l = 0; l + 1 < mesh.line_offsets.size(); ++l) {
    const int last = mesh.line_nodes[static_cast<std::size_t>(mesh.line_offsets[l + 1] - 1)];
    if (on_skin[static_cast<std::size_t>(last)]) skin.push_back(last);
    for (int i = mesh.line_offsets[l]; i < mesh.line_offsets[l + 1]; ++i)
      top[static_cast<std::size_t>(mesh.line_nodes[static_cast<std::size_t>(i)])] = last;
  }
  std::vector<double> depth;
  depth.reserve(8 * mesh.cells.size());
  for (const auto& cell : mesh.cells) {
    int above = top[static_cast<std::size_t>(cell[13])];
    if (!on_skin[static_cast<std::size_t>(above)]) {
      double nearest = std::numeric_limits<double>::infinity();
      for (int node : skin)
        if (const double distance = norm(at(node) - at(cell[13])); distance < nearest) {
          nearest = distance;
          above = node;
        }
    }
    const double low = norm(at(above) - at(cell[4])), high = norm(at(above) - at(cell[22]));
    for (int part = 0; part < 8; ++part) depth.push_back(low + (part < 4 ? 0.25 : 0.75) * (high - low));
  }
  return depth;
}

}  // namespace knead
