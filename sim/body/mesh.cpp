#include "body/mesh.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace knead {

std::array<int, 9> face_nodes(const Mesh& mesh, Face face) {
  // First local node and the strides along (r, s); r × s points outwards.
  struct Layout {
    int start, r, s;
  };
  static constexpr Layout layouts[6] = {{0, 9, 3}, {2, 3, 9}, {0, 1, 9}, {6, 9, 1}, {0, 3, 1}, {18, 1, 3}};
  const Layout& layout = layouts[static_cast<std::size_t>(face.side)];
  const auto& cell = mesh.cells[static_cast<std::size_t>(face.cell)];
  std::array<int, 9> nodes;
  for (int j = 0; j < 3; ++j)
    for (int i = 0; i < 3; ++i)
      nodes[static_cast<std::size_t>(i + 3 * j)] =
          cell[static_cast<std::size_t>(layout.start + i * layout.r + j * layout.s)];
  return nodes;
}

std::vector<std::array<int, 9>> face_nodes(const Mesh& mesh, const std::vector<Face>& faces) {
  std::vector<std::array<int, 9>> nodes;
  nodes.reserve(faces.size());
  for (const Face& face : faces) nodes.push_back(face_nodes(mesh, face));
  return nodes;
}

const std::vector<Face>& faces_of(const Mesh& mesh, const std::string& set) {
  static const std::vector<Face> none;
  const auto found = mesh.faces.find(set);
  return found == mesh.faces.end() ? none : found->second;
}

std::string skin_set(const Mesh& mesh) { return mesh.faces.count("top") ? "top" : "outer"; }

namespace {

int find_root(std::vector<int>& parent, int node) {
  while (parent[static_cast<std::size_t>(node)] != node) {
    int& up = parent[static_cast<std::size_t>(node)];
    up = parent[static_cast<std::size_t>(up)];
    node = up;
  }
  return node;
}

}  // namespace

void build_lines(Mesh& mesh) {
  const auto n = static_cast<std::size_t>(mesh.num_nodes());
  std::vector<int> above(n, -1), below(n, -1), chain(n);
  std::iota(chain.begin(), chain.end(), 0);
  // Where columns of different direction meet, the first ζ-edge wins and the other column ends beside that node.
  const auto link = [&](int lower, int upper) {
    const auto l = static_cast<std::size_t>(lower), u = static_cast<std::size_t>(upper);
    if (above[l] >= 0 || below[u] >= 0) return;
    const int a = find_root(chain, lower), b = find_root(chain, upper);
    if (a == b) return;  // would close a ring
    above[l] = upper;
    below[u] = lower;
    chain[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
  };
  for (const auto& cell : mesh.cells)
    for (std::size_t a = 0; a < 9; ++a) {
      link(cell[a], cell[a + 9]);
      link(cell[a + 9], cell[a + 18]);
    }
  mesh.line_offsets.assign(1, 0);
  mesh.line_nodes.clear();
  mesh.line_nodes.reserve(n);
  for (std::size_t start = 0; start < n; ++start) {
    if (below[start] >= 0) continue;
    for (int node = static_cast<int>(start); node >= 0; node = above[static_cast<std::size_t>(node)]) {
      mesh.line_nodes.push_back(node);
    }
    mesh.line_offsets.push_back(static_cast<int>(mesh.line_nodes.size()));
  }
  assert(mesh.line_nodes.size() == n);
}

void number_along_lines(Mesh& mesh) {
  build_lines(mesh);
  std::vector<int> number(mesh.points.size());
  std::vector<Vec3d> points(mesh.points.size());
  for (std::size_t i = 0; i < mesh.line_nodes.size(); ++i) {
    const auto old = static_cast<std::size_t>(mesh.line_nodes[i]);
    number[old] = static_cast<int>(i);
    points[i] = mesh.points[old];
  }
  mesh.points = std::move(points);
  for (auto& cell : mesh.cells)
    for (int& node : cell) node = number[static_cast<std::size_t>(node)];
  std::iota(mesh.line_nodes.begin(), mesh.line_nodes.end(), 0);
}

}  // namespace knead
