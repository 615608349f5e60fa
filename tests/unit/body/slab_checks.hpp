#pragma once
#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "body/body.hpp"
#include "catch.hpp"
#include "mesh_checks.hpp"

namespace knead::test {

inline bool is_bone(const Body& body, std::size_t node) {
  return body.holders[body.holder[node]].rfind("bone", 0) == 0;
}

// What holds for every body, whatever its parameters.
inline void check_invariants(const Body& body) {
  const Mesh& mesh = body.mesh;
  const MeshQuality quality = measure_quality(mesh);
  CHECK(quality.min_scaled_jacobian > 0.1);
  CHECK(quality.min_jacobian > 0.1);
  CHECK(lines_are_sound(mesh));
  const std::vector<Face> boundary = boundary_faces(mesh);
  CHECK(flux_of_position(mesh, boundary) == Approx(3 * volume(mesh)).epsilon(1e-9));

  // The named sets are the whole boundary, each face once.
  std::size_t named = 0;
  for (const char* set : {"top", "bottom", "left", "right", "caudal", "cranial", "bone"}) {
    named += mesh.faces.at(set).size();
  }
  CHECK(named == boundary.size());

  // Bones hold exactly the nodes of the faces that are in none of the other sets, fully.
  std::set<std::pair<int, int>> other;
  for (const char* set : {"top", "bottom", "left", "right", "caudal", "cranial"})
    for (const Face& f : mesh.faces.at(set)) other.insert({f.cell, static_cast<int>(f.side)});
  std::vector<char> on_bone(mesh.points.size(), 0);
  for (const Face& f : boundary) {
    if (other.count({f.cell, static_cast<int>(f.side)}) != 0) continue;
    for (int n : face_nodes(mesh, f)) on_bone[static_cast<std::size_t>(n)] = 1;
  }
  int wrong = 0;
  for (std::size_t n = 0; n < mesh.points.size(); ++n) {
    const bool held = is_bone(body, n);
    if (held != (on_bone[n] != 0) || (held && body.held[n] != 7)) ++wrong;
    if (!held && (body.held[n] != 0) != (body.holder[n] == 1)) ++wrong;
  }
  CHECK(wrong == 0);

  // Over a bone that faces the skin lie at least two elements: four nodes of its line.
  std::vector<int> above(mesh.points.size(), 0);
  for (std::size_t l = 0; l + 1 < mesh.line_offsets.size(); ++l)
    for (int i = mesh.line_offsets[l]; i < mesh.line_offsets[l + 1]; ++i)
      above[static_cast<std::size_t>(mesh.line_nodes[static_cast<std::size_t>(i)])] = mesh.line_offsets[l + 1] - 1 - i;
  int thin = 0;
  for (const Face& f : mesh.faces.at("bone")) {
    if (f.side != Side::zeta_minus) continue;
    for (int n : face_nodes(mesh, f)) thin += above[static_cast<std::size_t>(n)] < 4 ? 1 : 0;
  }
  CHECK(thin == 0);
  for (const Face& f : mesh.faces.at("bone")) {
    CHECK(body.tissues[static_cast<std::size_t>(mesh.cell_tissue[static_cast<std::size_t>(f.cell)])].name != "skin");
  }

  // No element is left with so few free nodes that its four pressures lock it.
  std::ptrdiff_t fewest = 27;
  for (const auto& cell : mesh.cells) {
    fewest = std::min(fewest, std::count_if(cell.begin(), cell.end(),
                                            [&](int n) { return body.held[static_cast<std::size_t>(n)] != 7; }));
  }
  CHECK(fewest >= 8);

  // All elements hang together through faces: walk from the first.
  std::map<int, std::vector<int>> sharing;
  for (int c = 0; c < mesh.num_cells(); ++c)
    for (int s = 0; s < 6; ++s) sharing[face_nodes(mesh, {c, static_cast<Side>(s)})[4]].push_back(c);
  std::vector<std::vector<int>> next(mesh.cells.size());
  for (const auto& [node, cells] : sharing)
    if (cells.size() == 2) {
      next[static_cast<std::size_t>(cells[0])].push_back(cells[1]);
      next[static_cast<std::size_t>(cells[1])].push_back(cells[0]);
    }
  std::vector<char> seen(mesh.cells.size(), 0);
  std::vector<int> front{0};
  seen[0] = 1;
  std::size_t reached = 0;
  while (!front.empty()) {
    const int c = front.back();
    front.pop_back();
    ++reached;
    for (int d : next[static_cast<std::size_t>(c)])
      if (seen[static_cast<std::size_t>(d)] == 0) {
        seen[static_cast<std::size_t>(d)] = 1;
        front.push_back(d);
      }
  }
  CHECK(reached == mesh.cells.size());
}

}  // namespace knead::test
