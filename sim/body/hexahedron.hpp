#pragma once
// The 27-node hexahedron on [-1, 1]³ as a map from its own axes to space: positions and derivatives.
#include <array>

#include "body/mesh.hpp"

namespace knead {

// Values (or first derivatives) of the three quadratic Lagrange polynomials with nodes -1, 0, 1.
constexpr std::array<double, 3> lagrange_values(double x) { return {x * (x - 1) / 2, 1 - x * x, x * (x + 1) / 2}; }
constexpr std::array<double, 3> lagrange_derivatives(double x) { return {x - 0.5, -2 * x, x + 0.5}; }

// Three-point Gauss rule on [-1, 1]; point q = i + 3 j + 9 k of a cell lies at (gauss[i], gauss[j], gauss[k]).
inline constexpr std::array<double, 3> gauss_points{-0.774596669241483377, 0.0, 0.774596669241483377};
inline constexpr std::array<double, 3> gauss_weights{5.0 / 9, 8.0 / 9, 5.0 / 9};
// The point of that rule next to (ξ, η, ζ).
constexpr int nearest_gauss_point(const Vec3d& local) {
  int q = 0;
  for (int axis = 2; axis >= 0; --axis)
    q = 3 * q + (local[axis] < gauss_points[0] / 2 ? 0 : local[axis] > gauss_points[2] / 2 ? 2 : 1);
  return q;
}

// The twelve edges between corner nodes, four along each axis.
inline constexpr std::array<std::array<std::size_t, 2>, 12> corner_edges{
    {{0, 2}, {6, 8}, {18, 20}, {24, 26}, {0, 6}, {2, 8}, {18, 24}, {20, 26}, {0, 18}, {2, 20}, {6, 24}, {8, 26}}};

using CellPoints = std::array<Vec3d, 27>;
CellPoints cell_points(const Mesh& mesh, int cell);

// Position, m, at (ξ, η, ζ).
Vec3d map_point(const CellPoints& x, double xi, double eta, double zeta);
// Jacobian matrix of the map, m: column j is the derivative along axis j.
Mat3d map_jacobian(const CellPoints& x, double xi, double eta, double zeta);

// Position on a nine-node face at (r, s) and its two derivatives, m.
struct FacePoint {
  Vec3d position, along_r, along_s;
};
FacePoint map_face(const Mesh& mesh, const std::array<int, 9>& nodes, double r, double s);

// Smallest scaled Jacobian over the corners (determinant of the unit edge tangents, 1 for a box) and the smallest
// determinant at the Gauss points over their mean.
struct CellQuality {
  double scaled_jacobian, jacobian_ratio;
};
CellQuality cell_quality(const CellPoints& x);

// Volume of a cell and area of a face by the 3-point rule, m³ and m².
double cell_volume(const CellPoints& x);
double face_area(const Mesh& mesh, const std::array<int, 9>& nodes);

}  // namespace knead
