#include "body/outward.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace knead {
namespace {

constexpr std::array<std::size_t, 6> side_centre{12, 14, 10, 16, 4, 22};  // local node in the middle of each side

Side opposite(Side side) { return static_cast<Side>(static_cast<int>(side) ^ 1); }

// Old local nodes in the new order when `side` becomes ζ+. Right-handed, as the axes of a face and its normal are.
std::array<std::size_t, 27> turned_nodes(Side side) {
  Mesh one;
  one.cells.resize(1);
  std::iota(one.cells[0].begin(), one.cells[0].end(), 0);
  const std::array<int, 9> outer = face_nodes(one, Face{0, side});
  constexpr int strides[3] = {1, 3, 9};
  const int outwards = strides[axis_of(side)] * end_of(side);
  std::array<std::size_t, 27> old{};
  for (int layer = 0; layer < 3; ++layer)
    for (std::size_t n = 0; n < 9; ++n)
      old[n + 9 * static_cast<std::size_t>(layer)] = static_cast<std::size_t>(outer[n] + (layer - 2) * outwards);
  return old;
}

}  // namespace

int point_outwards(Mesh& mesh, const std::vector<Face>& skin) {
  // The faces that share the node in their middle: one or two.
  std::unordered_map<int, std::array<Face, 2>> sharing;
  for (int cell = 0; cell < mesh.num_cells(); ++cell)
    for (int s = 0; s < 6; ++s) {
      const auto side = static_cast<Side>(s);
      const int middle = mesh.cells[static_cast<std::size_t>(cell)][side_centre[static_cast<std::size_t>(s)]];
      const auto [entry, is_new] = sharing.try_emplace(middle, std::array<Face, 2>{Face{cell, side}, Face{-1, side}});
      if (!is_new) entry->second[1] = Face{cell, side};
    }
  std::vector<std::int8_t> outer(mesh.cells.size(), -1);  // the side that becomes ζ+
  std::vector<int> reached;
  const auto enter = [&](Face face) {
    auto& known = outer[static_cast<std::size_t>(face.cell)];
    if (known >= 0) return;
    known = static_cast<std::int8_t>(face.side);
    reached.push_back(face.cell);
  };
  for (const Face& face : skin) enter(face);
  for (std::size_t next = 0; next < reached.size(); ++next) {
    const int cell = reached[next];
    const Side below = opposite(static_cast<Side>(outer[static_cast<std::size_t>(cell)]));
    const int middle = mesh.cells[static_cast<std::size_t>(cell)][side_centre[static_cast<std::size_t>(below)]];
    for (const Face& face : sharing.at(middle))
      if (face.cell >= 0 && face.cell != cell) enter(face);
  }

  std::array<std::array<std::size_t, 27>, 6> turned;
  std::array<std::array<Side, 6>, 6> side_after{};  // [side that becomes ζ+][old side]
  for (std::size_t s = 0; s < 6; ++s) {
    turned[s] = turned_nodes(static_cast<Side>(s));
    for (std::size_t now = 0; now < 6; ++now) {
      const auto old = std::find(side_centre.begin(), side_centre.end(), turned[s][side_centre[now]]);
      side_after[s][static_cast<std::size_t>(old - side_centre.begin())] = static_cast<Side>(now);
    }
  }
  for (int cell : reached) {
    auto& nodes = mesh.cells[static_cast<std::size_t>(cell)];
    const auto old = nodes;
    const auto& order = turned[static_cast<std::size_t>(outer[static_cast<std::size_t>(cell)])];
    for (std::size_t a = 0; a < 27; ++a) nodes[a] = old[order[a]];
  }
  for (auto& [name, faces] : mesh.faces)
    for (Face& face : faces) {
      const auto side = outer[static_cast<std::size_t>(face.cell)];
      if (side >= 0) face.side = side_after[static_cast<std::size_t>(side)][static_cast<std::size_t>(face.side)];
    }
  return static_cast<int>(reached.size());
}

}  // namespace knead
