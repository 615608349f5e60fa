// [[boundary]] entries: what is held, moved and loaded.
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/units.hpp"
#include "math/interpolation.hpp"
#include "scenario/build_parts.hpp"
#include "terms/traction.hpp"

namespace knead {

namespace {

bool inside(const RegionSpec& region, const Vec3d& x) {
  switch (region.kind) {
    case RegionSpec::Kind::box:
      for (int i = 0; i < 3; ++i)
        if (x[i] < region.low[i] - region.tolerance || x[i] > region.high[i] + region.tolerance) return false;
      return true;
    case RegionSpec::Kind::sphere:
      return norm(x - region.centre) <= region.radius + region.tolerance;
    case RegionSpec::Kind::plane:
      return std::abs(dot(x - region.centre, region.normal)) <= region.tolerance;
  }
  return false;
}

// Faces of the set, or faces of the mesh's boundary sets that lie inside the region.
std::vector<Face> selected_faces(const Body& body, const BoundarySpec& spec) {
  if (!spec.region) return named_faces(body, spec.on);
  std::vector<Face> faces;
  std::set<std::pair<int, Side>> seen;
  for (const auto& [name, set] : body.mesh.faces)
    for (const Face& f : set) {
      bool all = true;
      for (int n : face_nodes(body.mesh, f))
        all = all && inside(*spec.region, body.mesh.points[static_cast<std::size_t>(n)]);
      if (all && seen.insert({f.cell, f.side}).second) faces.push_back(f);
    }
  return faces;
}

std::set<int> selected_nodes(const Body& body, const BoundarySpec& spec) {
  std::set<int> nodes;
  if (spec.region) {
    for (int n = 0; n < body.mesh.num_nodes(); ++n)
      if (inside(*spec.region, body.mesh.points[static_cast<std::size_t>(n)])) nodes.insert(n);
  } else {
    for (const Face& f : selected_faces(body, spec))
      for (int n : face_nodes(body.mesh, f)) nodes.insert(n);
  }
  if (nodes.empty())
    throw Error(ExitCode::invalid_input, spec.where, "no node of the mesh lies in this region: move or enlarge it");
  return nodes;
}

// Outward unit normal of a face at its centre (rest).
Vec3d face_normal(const Body& body, const Face& face) {
  const auto n = face_nodes(body.mesh, face);
  const auto x = [&](std::size_t i) { return body.mesh.points[static_cast<std::size_t>(n[i])]; };
  return normalized(cross(x(5) - x(3), x(7) - x(1)));
}

}  // namespace

const std::vector<Face>& named_faces(const Body& body, const Name& name) {
  if (const auto found = body.mesh.faces.find(name.text); found != body.mesh.faces.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [set, unused] : body.mesh.faces) known.push_back(set);
  throw Error(ExitCode::invalid_input, name.where,
              fmt::format("the body has no faces \"{}\"{}; it has {}", name.text, did_you_mean(name.text, known),
                          fmt::join(known, ", ")));
}

void add_boundary(const Body& body, const BoundarySpec& spec, std::vector<std::unique_ptr<SurfaceTerm>>& terms,
                  std::vector<PrescribedComponent>& prescribed, std::vector<double>& knots) {
  const auto use = [&](const Table& table) {
    knots.insert(knots.end(), table.t.begin(), table.t.end());
    return std::function<double(double)>([table](double t) { return table.eval(t); });
  };
  const auto hold = [&](int node, int component, const Table& table, double factor) {
    const std::size_t index = 3 * static_cast<std::size_t>(node) + static_cast<std::size_t>(component);
    for (const auto& p : prescribed)
      if (p.index == index) return;  // the earlier entry holds
    prescribed.push_back({index, [table, factor](double t) { return factor * table.eval(t); }});
  };
  if (spec.normal_displacement) {
    use(*spec.normal_displacement);
    // Along the axis that the faces' normals share.
    for (const Face& f : selected_faces(body, spec)) {
      const Vec3d normal = face_normal(body, f);
      int axis = 0;
      for (int c = 1; c < 3; ++c)
        if (std::abs(normal[c]) > std::abs(normal[axis])) axis = c;
      if (std::abs(std::abs(normal[axis]) - 1) > 1e-6)
        throw Error(ExitCode::invalid_input, spec.where,
                    "a normal displacement needs flat faces along an axis; give the three components instead");
      for (int n : face_nodes(body.mesh, f)) hold(n, axis, *spec.normal_displacement, normal[axis] > 0 ? 1.0 : -1.0);
    }
  }
  if (spec.displacement[0] || spec.displacement[1] || spec.displacement[2]) {
    const auto nodes = selected_nodes(body, spec);
    for (std::size_t c = 0; c < 3; ++c) {
      if (!spec.displacement[c]) continue;
      use(*spec.displacement[c]);
      for (int n : nodes) hold(n, static_cast<int>(c), *spec.displacement[c], 1.0);
    }
  }
  if (!spec.normal_traction && !spec.traction[0] && !spec.traction[1] && !spec.traction[2] && !spec.pressure) return;
  const auto faces = face_nodes(body.mesh, selected_faces(body, spec));
  if (faces.empty())
    throw Error(ExitCode::invalid_input, spec.where, "no face of the mesh lies in this region: move or enlarge it");
  LoadPattern pattern;
  if (spec.profile.cosine)
    pattern = [profile = spec.profile](Vec3d x) {
      // In the plane of the loaded face the radius is the distance to the centre.
      const double r = norm(x - profile.centre);
      return r < profile.radius ? 0.5 * (1 + std::cos(3.14159265358979323846 * r / profile.radius)) : 0.0;
    };
  const std::string name = "load on " + (spec.region ? std::string("a region") : spec.on.text);
  if (spec.normal_traction)
    terms.push_back(std::make_unique<Traction>(
        Traction::normal(name, body.mesh.points, faces, use(*spec.normal_traction), pattern)));
  for (std::size_t c = 0; c < 3; ++c) {
    if (!spec.traction[c]) continue;
    Vec3d direction{{0, 0, 0}};
    direction[static_cast<int>(c)] = 1;
    terms.push_back(std::make_unique<Traction>(
        Traction::along(name, body.mesh.points, faces, direction, use(*spec.traction[c]), pattern)));
  }
  if (spec.pressure)
    terms.push_back(std::make_unique<FollowerPressure>(name, body.mesh.points, faces, use(*spec.pressure), pattern));
}

void add_stretches(const Body& body, const std::vector<EndStretch>& stretches,
                   std::vector<PrescribedComponent>& prescribed) {
  std::map<std::size_t, std::vector<std::pair<double, std::function<double(double)>>>> moves;  // by index, m
  for (const EndStretch& stretch : stretches) {
    // Limbs and trunks name their ends differently, and mean the same.
    const bool upper = stretch.end.text == "proximal" || stretch.end.text == "cranial";
    const auto faces = body.mesh.faces.find(upper ? "cranial" : "caudal");
    if (faces == body.mesh.faces.end() || faces->second.empty())
      throw Error(ExitCode::invalid_input, stretch.end.where,
                  fmt::format("the body {} has no cut {} end to draw out", in_quotes(body.name), stretch.end.text));
    std::set<int> soft;
    std::vector<Vec3d> bone;
    for (const Face& face : faces->second)
      for (const int node : face_nodes(body.mesh, face)) {
        const auto n = static_cast<std::size_t>(node);
        if (body.holders[body.holder[n]] == "cut plane")
          soft.insert(node);
        else
          bone.push_back(body.mesh.points[n]);
      }
    for (const int node : soft) {
      double nearest = std::numeric_limits<double>::infinity();
      for (const Vec3d& x : bone)
        nearest = std::min(nearest, norm(x - body.mesh.points[static_cast<std::size_t>(node)]));
      const double distance = (upper ? 1 : -1) * stretch.distance * smoothstep(nearest / slide_length);
      moves[3 * static_cast<std::size_t>(node) + 2].emplace_back(distance, stretch.share);
    }
  }
  for (auto& [index, list] : moves)
    prescribed.push_back({index, [list = std::move(list)](double t) {
                            double sum = 0;
                            for (const auto& [distance, share] : list) sum += distance * share(t);
                            return sum;
                          }});
}

}  // namespace knead
