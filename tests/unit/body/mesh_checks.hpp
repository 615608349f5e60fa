#pragma once
// Checks that hold for every mesh, used by several tests.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "body/hexahedron.hpp"
#include "body/mesh.hpp"

namespace knead::test {

inline double volume(const Mesh& mesh) {
  double sum = 0;
  for (int c = 0; c < mesh.num_cells(); ++c) sum += cell_volume(cell_points(mesh, c));
  return sum;
}

inline double area(const Mesh& mesh, const std::string& name) {
  double sum = 0;
  for (const Face& face : mesh.faces.at(name)) sum += face_area(mesh, face_nodes(mesh, face));
  return sum;
}

// ∫ x·n dA over a face set: three times the volume when the set is closed and every normal points outwards.
inline double flux_of_position(const Mesh& mesh, const std::vector<Face>& faces) {
  double sum = 0;
  for (const Face& face : faces) {
    const auto nodes = face_nodes(mesh, face);
    for (std::size_t j = 0; j < 3; ++j)
      for (std::size_t i = 0; i < 3; ++i) {
        const FacePoint f = map_face(mesh, nodes, gauss_points[i], gauss_points[j]);
        sum += gauss_weights[i] * gauss_weights[j] * dot(f.position, cross(f.along_r, f.along_s));
      }
  }
  return sum;
}

// Every node in exactly one line, and neighbours in a line are ζ-neighbours in some element.
inline bool lines_are_sound(const Mesh& mesh) {
  std::vector<int> seen(mesh.points.size(), 0);
  for (int node : mesh.line_nodes) ++seen[static_cast<std::size_t>(node)];
  if (std::any_of(seen.begin(), seen.end(), [](int n) { return n != 1; })) return false;
  std::vector<std::pair<int, int>> edges;
  for (const auto& cell : mesh.cells)
    for (std::size_t a = 0; a < 18; ++a) edges.emplace_back(cell[a], cell[a + 9]);
  std::sort(edges.begin(), edges.end());
  for (std::size_t l = 0; l + 1 < mesh.line_offsets.size(); ++l) {
    for (int i = mesh.line_offsets[l]; i + 1 < mesh.line_offsets[l + 1]; ++i) {
      const std::pair<int, int> edge{mesh.line_nodes[static_cast<std::size_t>(i)],
                                     mesh.line_nodes[static_cast<std::size_t>(i) + 1]};
      if (!std::binary_search(edges.begin(), edges.end(), edge)) return false;
    }
  }
  return mesh.line_offsets.front() == 0 && mesh.line_offsets.back() == mesh.num_nodes();
}

// All faces that belong to one cell only.
inline std::vector<Face> boundary_faces(const Mesh& mesh) {
  std::map<int, std::vector<Face>> of_centre;  // the middle node of a face belongs to no other face
  for (int c = 0; c < mesh.num_cells(); ++c)
    for (int s = 0; s < 6; ++s) {
      const Face face{c, static_cast<Side>(s)};
      of_centre[face_nodes(mesh, face)[4]].push_back(face);
    }
  std::vector<Face> result;
  for (const auto& [node, faces] : of_centre)
    if (faces.size() == 1) result.push_back(faces[0]);
  return result;
}

}  // namespace knead::test
