// The mesh in a plane of constant z: elements are cut along their own axis η, which runs cranially.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "body/hexahedron.hpp"
#include "section.hpp"

namespace knead {
namespace {

// Where the line (ξ, ·, ζ) of a cell passes z = level, by Newton on η; empty when that is beyond |η| = most.
std::optional<std::array<double, 2>> pass(const CellPoints& x, double xi, double zeta, double level, double most) {
  double eta = 0;
  for (int iteration = 0; iteration < 30; ++iteration) {
    const Vec3d p = map_point(x, xi, eta, zeta);
    const double miss = p[2] - level;
    if (std::abs(miss) < 1e-9) {
      if (std::abs(eta) > most) return {};
      return std::array<double, 2>{p[0], p[1]};
    }
    const double slope = map_jacobian(x, xi, eta, zeta)(2, 1);
    if (!(slope > 1e-9)) return {};
    eta = std::clamp(eta - miss / slope, -2.0, 2.0);
  }
  return {};
}

}  // namespace

std::vector<SectionPolygon> cut_mesh(const Mesh& mesh, double level) {
  std::vector<SectionPolygon> polygons;
  constexpr int parts = 12;  // of an element that is met in part
  for (int c = 0; c < mesh.num_cells(); ++c) {
    const CellPoints x = cell_points(mesh, c);
    double low = 1e300, high = -1e300;
    for (const Vec3d& p : x) low = std::min(low, p[2]), high = std::max(high, p[2]);
    if (low > level || high < level) continue;
    SectionPolygon whole{c, {}};
    for (const auto& [xi, zeta] :
         std::array<std::array<double, 2>, 8>{{{-1, -1}, {0, -1}, {1, -1}, {1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}}}) {
      const auto p = pass(x, xi, zeta, level, 1 + 1e-6);
      if (p) whole.corners.push_back(*p);
    }
    if (whole.corners.size() == 8) {
      polygons.push_back(whole);
      continue;
    }
    // Pieces overlap a little, so that no seam shows between neighbours.
    const auto corner = [&](double xi, double zeta) { return pass(x, xi, zeta, level, 1.15); };
    for (int k = 0; k < parts; ++k)
      for (int i = 0; i < parts; ++i) {
        const double a = 2.0 * i / parts - 1, b = 2.0 * k / parts - 1, s = 2.0 / parts;
        SectionPolygon piece{c, {}};
        for (const auto& p : {corner(a, b), corner(a + s, b), corner(a + s, b + s), corner(a, b + s)})
          if (p) piece.corners.push_back(*p);
        if (piece.corners.size() > 2) polygons.push_back(piece);
      }
  }
  return polygons;
}

}  // namespace knead
