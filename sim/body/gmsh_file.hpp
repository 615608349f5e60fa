#pragma once
// What a mesh file of Gmsh holds, before it is a mesh of ours: C. Geuzaine, J.-F. Remacle, Gmsh reference manual, "MSH
// file format" versions 4.1 and 2.2 and "Node ordering".
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "math/tensor.hpp"

namespace knead {

// Where Gmsh's node a of a hexahedron stands in lexicographic order. Gmsh: corners around the lower and the upper face,
// then edges, faces and the centre; its 8-node and 20-node hexahedra are the beginning of this.
inline constexpr std::array<std::size_t, 27> gmsh_lexicographic{0,  2,  8,  6,  18, 20, 26, 24, 1,  3,  9,  5,  11, 7,
                                                                17, 15, 19, 21, 23, 25, 4,  10, 12, 14, 16, 22, 13};

struct GmshFile {
  struct Hexahedron {
    std::int64_t number = 0;      // of the element in the file
    int group = 0;                // number of its physical volume; 0: none
    std::array<int, 27> nodes{};  // index into points, the first nodes_per_hexahedron, in Gmsh's order
  };
  struct Quadrilateral {
    std::int64_t number = 0;
    int group = 0;                 // number of its physical surface; 0: none
    std::array<int, 4> corners{};  // index into points
  };

  std::vector<Vec3d> points;     // in the file's unit
  int nodes_per_hexahedron = 0;  // 8, 20 or 27
  std::vector<Hexahedron> hexahedra;
  std::vector<Quadrilateral> quadrilaterals;               // one per physical surface that it is in
  std::map<std::pair<int, int>, std::string> group_names;  // (dimension, number) to the name of a physical group
};

// Reads versions 2.2 and 4.1, as text or binary, of either byte order. Points and lines are skipped. Throws Error:
// file_error when the file cannot be read; invalid_input, with the line in text files, when it is damaged, has elements
// that are neither hexahedra nor quadrilaterals (they are counted), hexahedra with different numbers of nodes, or
// hexahedra in two physical volumes.
GmshFile read_gmsh_file(const std::string& path);

}  // namespace knead
