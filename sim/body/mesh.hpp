#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "math/tensor.hpp"

namespace knead {

// Side of a hexahedron in its own axes: -ξ, +ξ, -η, +η, -ζ, +ζ. ζ runs through the thickness, outwards to the skin.
enum class Side : std::uint8_t { xi_minus, xi_plus, eta_minus, eta_plus, zeta_minus, zeta_plus };

// The local axis across which a side lies (0…2: ξ, η, ζ), and at which end of it: -1 or 1.
constexpr int axis_of(Side side) { return static_cast<int>(side) / 2; }
constexpr int end_of(Side side) { return static_cast<int>(side) % 2 == 0 ? -1 : 1; }

inline constexpr double most_nodes = 2e7;  // of a body: some 20 GB for a solve

struct Face {
  int cell = 0;
  Side side = Side::zeta_plus;
};

// 27-node hexahedra (Q2, isoparametric). Local nodes are lexicographic: a = i + 3 j + 9 k, i, j, k = 0…2 along ξ, η, ζ,
// and (ξ, η, ζ) is right-handed. Nodes are numbered so that those of one through-thickness line are neighbours.
struct Mesh {
  std::vector<Vec3d> points;                       // rest positions, m
  std::vector<std::array<int, 27>> cells;          // node numbers
  std::vector<int> cell_tissue;                    // index into Body::tissues
  std::map<std::string, std::vector<Face>> faces;  // named face sets: "top" (the skin), "bottom", "sides", …

  // Through-thickness lines: every node is in exactly one; nodes of line l are line_nodes[line_offsets[l] …
  // line_offsets[l+1]), consecutive ones are ζ-neighbours in some element.
  std::vector<int> line_offsets;
  std::vector<int> line_nodes;

  int num_nodes() const { return static_cast<int>(points.size()); }
  int num_cells() const { return static_cast<int>(cells.size()); }
};

// The nine nodes of a face, lexicographic in the face's own axes (r, s) with r × s pointing out of the cell.
std::array<int, 9> face_nodes(const Mesh& mesh, Face face);
std::vector<std::array<int, 9>> face_nodes(const Mesh& mesh, const std::vector<Face>& faces);

// A named face set; empty when the mesh has none of that name.
const std::vector<Face>& faces_of(const Mesh& mesh, const std::string& set);

// The name of the faces that applicators may touch.
std::string skin_set(const Mesh& mesh);

// Fills line_offsets and line_nodes by following the ζ-edges of the elements; works for any mesh, with or without
// columns.
void build_lines(Mesh& mesh);

// Renumbers the nodes so that line_nodes is 0, 1, 2, …; builds the lines first.
void number_along_lines(Mesh& mesh);

}  // namespace knead
