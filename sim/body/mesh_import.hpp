#pragma once
// Hexahedral meshes that other programs made.
#include <cstdint>
#include <string>
#include <vector>

#include "body/mesh.hpp"

namespace knead {

struct MeshImportSettings {
  double unit = 1e-3;  // m per unit of the file's coordinates; Gmsh does not say, and anatomy comes in millimetres
};

struct ImportedMesh {
  Mesh mesh;                           // numbered along its lines; face sets are the physical surfaces
  std::vector<std::string> tissues;    // names of the physical volumes: what Mesh::cell_tissue counts
  std::vector<std::int64_t> elements;  // number in the file of each cell
  std::vector<std::string> notes;      // what was assumed, for people
};

// Reads a mesh of Gmsh (gmsh_file.hpp) with hexahedra of 8, 20 or 27 nodes and makes all of them 27-node ones; what is
// missing lies where the element's own shape functions have it, so the shape does not change. Volumes without a
// physical group become the tissue "unnamed", groups without a name "volume 3" and "surface 3". A face between two
// elements is in its set once, with the first of them. When there is a set "top" or "outer" (skin_set), ζ points to it
// through the columns of elements below.
//
// Throws Error with one sentence, besides those of read_gmsh_file: for hexahedra that are inverted or flat, by their
// numbers; for one that comes twice; for faces of a physical surface that belong to no hexahedron; for a mesh that is
// smaller than a millimetre or larger than ten metres, which is a wrong unit; and for one with more than most_nodes.
ImportedMesh import_gmsh(const std::string& path, const MeshImportSettings& settings = {});

}  // namespace knead
