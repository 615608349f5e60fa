#include "body/locate.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "body/hexahedron.hpp"

namespace knead {

namespace {

struct Candidate {
  int cell;
  int held_axis;  // -1: the whole element; else the axis that a face holds
  int held_end;   // -1 or 1
  double least;   // m, no point of the element is nearer
};

// Of an element's box, made larger because quadratic edges bulge beyond their nodes.
double distance_to_box(const CellPoints& points, const Vec3d& x) {
  Vec3d low = points[0], high = points[0];
  for (const Vec3d& p : points)
    for (int i = 0; i < 3; ++i) {
      low[i] = std::min(low[i], p[i]);
      high[i] = std::max(high[i], p[i]);
    }
  const double margin = 0.1 * norm(high - low);
  Vec3d outside{{0, 0, 0}};
  for (int i = 0; i < 3; ++i) outside[i] = std::max({0.0, low[i] - margin - x[i], x[i] - high[i] - margin});
  return norm(outside);
}

// Least |x(ξ) - x| in the element, or on one of its faces.
MaterialPoint nearest_in(const CellPoints& points, const Candidate& candidate, const Vec3d& x) {
  constexpr int most_steps = 60;
  MaterialPoint found;
  found.cell = candidate.cell;
  Vec3d& local = found.local;
  if (candidate.held_axis >= 0) local[candidate.held_axis] = candidate.held_end;
  for (int step = 0; step < most_steps; ++step) {
    const Vec3d miss = x - map_point(points, local[0], local[1], local[2]);
    const Mat3d jacobian = map_jacobian(points, local[0], local[1], local[2]);
    Mat3d normal = transpose(jacobian) * jacobian;
    Vec3d downhill = transpose(jacobian) * miss;
    for (int i = 0; i < 3; ++i) {
      const bool at_its_end = (local[i] >= 1 && downhill[i] > 0) || (local[i] <= -1 && downhill[i] < 0);
      if (i != candidate.held_axis && !at_its_end) continue;
      for (int j = 0; j < 3; ++j) normal(i, j) = normal(j, i) = i == j ? 1 : 0;
      downhill[i] = 0;
    }
    const Vec3d before = local, change = inverse(normal) * downhill;
    for (int i = 0; i < 3; ++i) local[i] = std::clamp(local[i] + change[i], -1.0, 1.0);
    if (norm(local - before) < 1e-15) break;
  }
  found.distance = norm(x - map_point(points, local[0], local[1], local[2]));
  return found;
}

MaterialPoint nearest_of(const Mesh& mesh, std::vector<Candidate> candidates, const Vec3d& x) {
  for (auto& c : candidates) c.least = distance_to_box(cell_points(mesh, c.cell), x);
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.least < b.least; });
  MaterialPoint nearest;
  nearest.distance = std::numeric_limits<double>::infinity();
  for (const auto& candidate : candidates) {
    if (candidate.least > nearest.distance) break;
    const CellPoints points = cell_points(mesh, candidate.cell);
    const MaterialPoint found = nearest_in(points, candidate, x);
    if (found.distance < nearest.distance) nearest = found;
    const double rounding = 1e-10 * norm(points[26] - points[0]);
    if (nearest.distance <= rounding) break;
  }
  return nearest;
}

}  // namespace

MaterialPoint locate_point(const Mesh& mesh, const Vec3d& x) {
  std::vector<Candidate> candidates;
  for (int c = 0; c < mesh.num_cells(); ++c) candidates.push_back({c, -1, 0, 0});
  return nearest_of(mesh, std::move(candidates), x);
}

MaterialPoint locate_on_faces(const Mesh& mesh, const std::vector<Face>& faces, const Vec3d& x) {
  std::vector<Candidate> candidates;
  for (const Face& face : faces) candidates.push_back({face.cell, axis_of(face.side), end_of(face.side), 0});
  return nearest_of(mesh, std::move(candidates), x);
}

}  // namespace knead
