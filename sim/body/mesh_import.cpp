#include "body/mesh_import.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <unordered_map>

#include "base/error.hpp"
#include "base/units.hpp"
#include "body/gmsh_file.hpp"
#include "body/hexahedron.hpp"
#include "body/outward.hpp"

namespace knead {
namespace {

constexpr auto& lexicographic = gmsh_lexicographic;

// Nodes or corners in ascending order as a key; unused entries are -1.
using Key = std::array<int, 4>;
struct KeyHash {
  std::size_t operator()(const Key& key) const {
    std::uint64_t hash = 0x9e3779b97f4a7c15u;
    for (int entry : key) {
      hash ^= static_cast<std::uint64_t>(static_cast<std::uint32_t>(entry));
      hash *= 0xbf58476d1ce4e5b9u;
      hash ^= hash >> 29;
    }
    return static_cast<std::size_t>(hash);
  }
};

// The local nodes around a node in the middle of an edge, a face or the cell: the corners of that edge, face or cell,
// and the middles of its edges.
struct Surroundings {
  std::vector<std::size_t> corners, edges;
};

Surroundings surroundings(std::size_t node) {
  const std::array<std::size_t, 3> place{node % 3, node / 3 % 3, node / 9};
  Surroundings result;
  for (std::size_t other = 0; other < 27; ++other) {
    const std::array<std::size_t, 3> at{other % 3, other / 3 % 3, other / 9};
    int middles = 0;
    bool belongs = true;
    for (std::size_t a = 0; a < 3; ++a) {
      middles += at[a] == 1;
      belongs = belongs && (place[a] == 1 || at[a] == place[a]);
    }
    if (!belongs) continue;
    if (middles == 0) result.corners.push_back(other);
    if (middles == 1 && other != node) result.edges.push_back(other);
  }
  return result;
}

// Builds the 27-node cells and makes the nodes that the file lacks.
class CellBuilder {
 public:
  CellBuilder(const GmshFile& file, double unit, Mesh& mesh)
      : file_(file), unit_(unit), mesh_(mesh), node_of_(file.points.size(), -1) {
    for (std::size_t a = static_cast<std::size_t>(file.nodes_per_hexahedron); a < 27; ++a)
      around_[lexicographic[a]] = surroundings(lexicographic[a]);
  }

  void add(const GmshFile::Hexahedron& element) {
    const auto given = static_cast<std::size_t>(file_.nodes_per_hexahedron);
    std::array<int, 27> cell{};
    for (std::size_t a = 0; a < given; ++a) cell[lexicographic[a]] = node(element.nodes[a]);
    for (std::size_t a = given; a < 27; ++a) cell[lexicographic[a]] = made_node(cell, lexicographic[a]);
    mesh_.cells.push_back(cell);
  }

  // -1 when no element uses this point of the file.
  int node_of(int point) const { return node_of_[static_cast<std::size_t>(point)]; }

 private:
  int node(int point) {
    int& number = node_of_[static_cast<std::size_t>(point)];
    if (number < 0) number = append(unit_ * file_.points[static_cast<std::size_t>(point)]);
    return number;
  }

  int append(const Vec3d& point) {
    mesh_.points.push_back(point);
    return mesh_.num_nodes() - 1;
  }

  // The serendipity functions of the 20-node hexahedron (O. C. Zienkiewicz, R. L. Taylor, The finite element method)
  // are -1/4 for corners and 1/2 for edges in the middle of a face, -1/4 and 1/4 in the middle of the cell. With edges
  // that have their node half way this is the trilinear element.
  int made_node(const std::array<int, 27>& cell, std::size_t local) {
    const Surroundings& around = around_[local];
    Key key{-1, -1, -1, -1};
    const bool shared = around.corners.size() <= 4;
    if (shared) {
      for (std::size_t c = 0; c < around.corners.size(); ++c) key[c] = cell[around.corners[c]];
      std::sort(key.begin(), key.end());
      const auto found = made_.find(key);
      if (found != made_.end()) return found->second;
    }
    Vec3d corners{0, 0, 0}, edges{0, 0, 0};
    for (std::size_t c : around.corners) corners += mesh_.points[static_cast<std::size_t>(cell[c])];
    for (std::size_t e : around.edges) edges += mesh_.points[static_cast<std::size_t>(cell[e])];
    const double edge_weight = around.edges.size() == 4 ? 0.5 : 0.25;
    const int number = append(around.edges.empty() ? 0.5 * corners : edge_weight * edges - 0.25 * corners);
    if (shared) made_[key] = number;
    return number;
  }

  const GmshFile& file_;
  double unit_;
  Mesh& mesh_;
  std::vector<int> node_of_;
  std::array<Surroundings, 27> around_;
  std::unordered_map<Key, int, KeyHash> made_;
};

std::string group_name(const GmshFile& file, int dimension, int group) {
  const auto found = file.group_names.find({dimension, group});
  if (found != file.group_names.end()) return found->second;
  if (group == 0) return "unnamed";
  return fmt::format("{} {}", dimension == 3 ? "volume" : "surface", group);
}

// The first few numbers of a list.
std::string some(const std::vector<std::int64_t>& numbers) {
  constexpr std::size_t most_shown = 10;
  const bool more = numbers.size() > most_shown;
  return fmt::format(
      "{}{}", fmt::join(numbers.begin(), numbers.begin() + (more ? most_shown : std::ptrdiff_t(numbers.size())), ", "),
      more ? ", …" : "");
}

void refuse_inverted(const ImportedMesh& imported, const std::string& path) {
  std::vector<std::int64_t> bad;
  for (int cell = 0; cell < imported.mesh.num_cells(); ++cell) {
    const CellQuality quality = cell_quality(cell_points(imported.mesh, cell));
    if (!(quality.scaled_jacobian > 1e-6 && quality.jacobian_ratio > 1e-6))
      bad.push_back(imported.elements[static_cast<std::size_t>(cell)]);
  }
  if (bad.empty()) return;
  throw Error(
      ExitCode::invalid_input, Location{path},
      fmt::format("{} of {} hexahedra {} inverted or flat: element{} {}; {}.", bad.size(), imported.elements.size(),
                  bad.size() == 1 ? "is" : "are", bad.size() == 1 ? "" : "s", some(bad),
                  bad.size() == imported.elements.size() ? "mirror or renumber the mesh" : "mend the mesh there"));
}

void refuse_repeated(const ImportedMesh& imported, const std::string& path) {
  std::map<std::array<int, 8>, std::int64_t> seen;
  for (std::size_t cell = 0; cell < imported.mesh.cells.size(); ++cell) {
    std::array<int, 8> corners{};
    for (std::size_t a = 0; a < 8; ++a) corners[a] = imported.mesh.cells[cell][lexicographic[a]];
    std::sort(corners.begin(), corners.end());
    const auto [entry, is_new] = seen.emplace(corners, imported.elements[cell]);
    if (!is_new) {
      throw Error(ExitCode::invalid_input, Location{path},
                  fmt::format("Elements {} and {} have the same corners; a place has one tissue, so put each volume "
                              "into one physical group.",
                              entry->second, imported.elements[cell]));
    }
  }
}

void check_size(const Mesh& mesh, const std::string& path, double unit) {
  Vec3d low = mesh.points.front(), high = low;
  for (const Vec3d& p : mesh.points)
    for (int a = 0; a < 3; ++a) {
      low[a] = std::min(low[a], p[a]);
      high[a] = std::max(high[a], p[a]);
    }
  const double size = norm(high - low);
  if (size >= 1e-3 && size <= 10) return;
  throw Error(ExitCode::invalid_input, Location{path},
              fmt::format("The mesh is {:g} mm across when its unit is {:g} mm; give the unit of its coordinates.",
                          size * 1e3, unit * 1e3));
}

// Face sets from the physical surfaces, by the corners of their quadrilaterals.
void add_face_sets(Mesh& mesh, const GmshFile& file, const CellBuilder& builder, const std::string& path) {
  if (file.quadrilaterals.empty()) return;
  std::unordered_map<Key, Face, KeyHash> face_of;
  for (int cell = 0; cell < mesh.num_cells(); ++cell)
    for (int s = 0; s < 6; ++s) {
      const Face face{cell, static_cast<Side>(s)};
      const auto nodes = face_nodes(mesh, face);
      Key key{nodes[0], nodes[2], nodes[6], nodes[8]};
      std::sort(key.begin(), key.end());
      face_of.try_emplace(key, face);
    }
  std::map<std::string, std::vector<std::int64_t>> lost;
  for (const auto& quadrilateral : file.quadrilaterals) {
    const std::string name = group_name(file, 2, quadrilateral.group);
    Key key{};
    for (std::size_t a = 0; a < 4; ++a) key[a] = builder.node_of(quadrilateral.corners[a]);
    std::sort(key.begin(), key.end());
    const auto found = face_of.find(key);
    if (found == face_of.end()) {
      lost[name].push_back(quadrilateral.number);
    } else {
      mesh.faces[name].push_back(found->second);
    }
  }
  if (lost.empty()) return;
  const auto& [name, numbers] = *lost.begin();
  const char* plural = numbers.size() == 1 ? "" : "s";
  throw Error(
      ExitCode::invalid_input, Location{path},
      fmt::format("{} face{} of the surface {} belong{} to no hexahedron: element{} {}; mesh surfaces and "
                  "volumes together.",
                  numbers.size(), plural, in_quotes(name), numbers.size() == 1 ? "s" : "", plural, some(numbers)));
}

// How many pieces the mesh has that share no node.
int num_pieces(const Mesh& mesh) {
  std::vector<int> parent(mesh.points.size());
  std::iota(parent.begin(), parent.end(), 0);
  const auto root = [&](int node) {
    while (parent[static_cast<std::size_t>(node)] != node) {
      int& up = parent[static_cast<std::size_t>(node)];
      up = parent[static_cast<std::size_t>(up)];
      node = up;
    }
    return node;
  };
  int pieces = mesh.num_nodes();
  for (const auto& cell : mesh.cells)
    for (int node : cell) {
      const int a = root(cell[0]), b = root(node);
      if (a == b) continue;
      parent[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
      --pieces;
    }
  return pieces;
}

}  // namespace

ImportedMesh import_gmsh(const std::string& path, const MeshImportSettings& settings) {
  if (!(settings.unit >= 1e-9 && settings.unit <= 1e3)) {
    throw Error(ExitCode::invalid_input, Location{path},
                fmt::format("The unit of a mesh is a length such as 1 mm, not {:g} m.", settings.unit));
  }
  const GmshFile file = read_gmsh_file(path);
  ImportedMesh imported;
  Mesh& mesh = imported.mesh;
  const auto refuse_many = [&](double least_nodes) {
    if (least_nodes <= most_nodes) return;
    throw Error(
        ExitCode::invalid_input, Location{path},
        fmt::format("The mesh has {} hexahedra, which need more than the {:.0f} nodes that a body can have; mesh "
                    "it more coarsely.",
                    file.hexahedra.size(), most_nodes));
  };
  refuse_many(8.0 * static_cast<double>(file.hexahedra.size()));  // where each shares all it can with neighbours
  std::map<int, int> tissue_of_group;
  for (const auto& element : file.hexahedra) tissue_of_group[element.group] = 0;
  for (auto& [group, tissue] : tissue_of_group) {
    const std::string name = group_name(file, 3, group);
    const auto known = std::find(imported.tissues.begin(), imported.tissues.end(), name);
    tissue = static_cast<int>(known - imported.tissues.begin());
    if (known == imported.tissues.end()) imported.tissues.push_back(name);
  }
  CellBuilder builder(file, settings.unit, mesh);
  for (const auto& element : file.hexahedra) {
    builder.add(element);
    mesh.cell_tissue.push_back(tissue_of_group.at(element.group));
    imported.elements.push_back(element.number);
  }
  refuse_many(mesh.num_nodes());
  check_size(mesh, path, settings.unit);
  refuse_repeated(imported, path);
  refuse_inverted(imported, path);
  add_face_sets(mesh, file, builder, path);

  const std::string skin = skin_set(mesh);
  const int reached = point_outwards(mesh, faces_of(mesh, skin));
  if (faces_of(mesh, skin).empty()) {
    imported.notes.push_back(
        "No physical surface is named \"top\" or \"outer\", so it is not known which way is out of the body.");
  } else if (reached < mesh.num_cells()) {
    imported.notes.push_back(fmt::format("{} of {} elements lie in no column below the surface {}.",
                                         mesh.num_cells() - reached, mesh.num_cells(), in_quotes(skin)));
  }
  number_along_lines(mesh);
  if (const int pieces = num_pieces(mesh); pieces > 1) {
    imported.notes.push_back(
        fmt::format("The mesh falls into {} pieces that share no node; if they should hold "
                    "together, merge their nodes (in Gmsh: Coherence Mesh).",
                    pieces));
  }
  if (tissue_of_group.count(0)) {
    imported.notes.push_back("Elements in no physical volume have the tissue \"unnamed\".");
  }
  return imported;
}

}  // namespace knead
