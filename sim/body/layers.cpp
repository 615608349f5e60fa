#include "body/layers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "body/hexahedron.hpp"

namespace knead {

namespace {

struct Ray {
  Vec3d origin, direction;
};

// Where a ray meets a nine-node face: distance along it, by Newton on (r, s, t).
std::optional<double> meet(const Mesh& mesh, const std::array<int, 9>& nodes, const Ray& ray) {
  Vec3d low{1e300, 1e300, 1e300}, high{-1e300, -1e300, -1e300};
  for (int n : nodes)
    for (int a = 0; a < 3; ++a) {
      low[a] = std::min(low[a], mesh.points[static_cast<std::size_t>(n)][a]);
      high[a] = std::max(high[a], mesh.points[static_cast<std::size_t>(n)][a]);
    }
  const Vec3d centre = 0.5 * (low + high);
  const double t0 = dot(centre - ray.origin, ray.direction);
  if (norm(ray.origin + t0 * ray.direction - centre) > norm(high - low)) return {};
  double r = 0, s = 0, t = t0;
  for (int iteration = 0; iteration < 25; ++iteration) {
    const FacePoint f = map_face(mesh, nodes, r, s);
    const Vec3d gap = ray.origin + t * ray.direction - f.position;
    if (norm(gap) < 1e-10) {
      constexpr double tolerance = 1 + 1e-6;
      if (std::abs(r) > tolerance || std::abs(s) > tolerance) return {};
      return t;
    }
    const Mat3d jacobian{{{f.along_r[0], f.along_s[0], -ray.direction[0]},
                          {f.along_r[1], f.along_s[1], -ray.direction[1]},
                          {f.along_r[2], f.along_s[2], -ray.direction[2]}}};
    if (std::abs(determinant(jacobian)) < 1e-18) return {};
    const Vec3d step = inverse(jacobian) * gap;
    r = std::clamp(r + step[0], -2.0, 2.0);
    s = std::clamp(s + step[1], -2.0, 2.0);
    t += step[2];
  }
  return {};
}

struct Crossing {
  double distance;
  int from, to;  // tissue inside and beyond; −1 outside the mesh
  std::array<int, 9> nodes;
};

}  // namespace

std::vector<LayerThickness> measure_layers(const Body& body, double across, double along) {
  if (!body.surface->contains(across, along)) return {};
  const Mesh& mesh = body.mesh;
  const Ray ray{body.surface->point(across, along), -body.surface->normal(across, along)};

  // Faces between tissues and at the edge of the mesh, found by their middle node, which no other face has.
  std::vector<std::array<int, 2>> owner(mesh.points.size(), {-1, -1});
  std::vector<Face> first(mesh.points.size());
  for (int c = 0; c < mesh.num_cells(); ++c)
    for (int side = 0; side < 6; ++side) {
      const Face face{c, static_cast<Side>(side)};
      const auto middle = static_cast<std::size_t>(face_nodes(mesh, face)[4]);
      if (owner[middle][0] < 0) first[middle] = face;
      owner[middle][owner[middle][0] < 0 ? 0 : 1] = c;
    }
  std::vector<Crossing> crossings;
  for (std::size_t n = 0; n < owner.size(); ++n) {
    if (owner[n][0] < 0) continue;
    const int a = mesh.cell_tissue[static_cast<std::size_t>(owner[n][0])];
    const int b = owner[n][1] < 0 ? -1 : mesh.cell_tissue[static_cast<std::size_t>(owner[n][1])];
    if (a == b) continue;
    const auto nodes = face_nodes(mesh, first[n]);
    const auto distance = meet(mesh, nodes, ray);
    if (!distance) continue;
    const FacePoint f = map_face(mesh, nodes, 0, 0);
    const bool outwards = dot(cross(f.along_r, f.along_s), ray.direction) > 0;  // of the first owner
    crossings.push_back({*distance, outwards ? a : b, outwards ? b : a, nodes});
  }
  std::sort(crossings.begin(), crossings.end(),
            [](const Crossing& x, const Crossing& y) { return x.distance < y.distance; });

  std::vector<LayerThickness> layers;
  double start = 0;
  for (const Crossing& crossing : crossings) {
    if (crossing.from < 0) {  // into the skin
      start = crossing.distance;
      continue;
    }
    if (crossing.distance < start + 1e-9) continue;  // the same crossing, found on two faces
    LayerThickness layer;
    layer.tissue = body.tissues[static_cast<std::size_t>(crossing.from)].name;
    layer.thickness = crossing.distance - start;
    if (crossing.to >= 0) {
      layer.ends_at = body.tissues[static_cast<std::size_t>(crossing.to)].name;
    } else {
      layer.ends_at = "bottom";
      for (int n : crossing.nodes) {
        const std::string& holder = body.holders[body.holder[static_cast<std::size_t>(n)]];
        if (holder.rfind("bone", 0) == 0 && n == crossing.nodes[4]) layer.ends_at = holder;
      }
    }
    layers.push_back(layer);
    start = crossing.distance;
    if (crossing.to < 0) break;
  }
  return layers;
}

std::map<std::string, double> measure_volumes(const Body& body) {
  std::map<std::string, double> volumes;
  for (int c = 0; c < body.mesh.num_cells(); ++c) {
    const auto tissue = static_cast<std::size_t>(body.mesh.cell_tissue[static_cast<std::size_t>(c)]);
    volumes[body.tissues[tissue].name] += cell_volume(cell_points(body.mesh, c));
  }
  return volumes;
}

}  // namespace knead
