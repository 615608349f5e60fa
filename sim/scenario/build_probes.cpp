// [output] probes: from places to material points.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/units.hpp"
#include "body/hexahedron.hpp"
#include "scenario/build_parts.hpp"
#include "scenario/check.hpp"
#include "scenario/probe.hpp"

namespace knead {

namespace {

bool of_contact(const std::string& field) {
  return field == "contact_pressure" || field == "contact_shear" || field == "gap";
}

// The faces that applicators may touch.
const std::vector<Face>& skin_of(const Body& body) { return faces_of(body.mesh, skin_set(body.mesh)); }

bool lies_on(const std::vector<Face>& faces, const MaterialPoint& point) {
  return std::any_of(faces.begin(), faces.end(), [&](const Face& face) {
    return face.cell == point.cell && std::abs(point.local[axis_of(face.side)] - end_of(face.side)) < 1e-9;
  });
}

// What is wrong with a place that no element holds.
std::string outside_sentence(const Body& body, const std::string& name, const Vec3d& x, const MaterialPoint& nearest) {
  double to_outside = INFINITY;
  for (const char* set : {"top", "bottom", "sides", "outer"})
    to_outside = std::min(to_outside, locate_on_faces(body.mesh, faces_of(body.mesh, set), x).distance);
  const MaterialPoint bone = locate_on_faces(body.mesh, faces_of(body.mesh, "bone"), x);
  // A place below a bone that ends at a cut is as far from either: their common edge is nearest.
  const bool in_bone = bone.distance < (1 - 1e-6) * to_outside;
  std::string where = "outside the body";
  if (in_bone) {
    const auto& nodes = body.mesh.cells[static_cast<std::size_t>(bone.cell)];
    double least = INFINITY;
    for (const int node : nodes) {
      const auto n = static_cast<std::size_t>(node);
      const std::string& holder = body.holders[body.holder[n]];
      const double distance = norm(body.mesh.points[n] - x);
      if (!holder.starts_with("bone: ") || distance >= least) continue;
      least = distance;
      where = fmt::format("in bone ({})", holder.substr(6));
    }
  }
  const Vec3d to =
      1e3 * map_point(cell_points(body.mesh, nearest.cell), nearest.local[0], nearest.local[1], nearest.local[2]);
  return fmt::format(
      "the probe {} lies {}, {:.1f} mm from the nearest {} of this mesh, at ({:.1f}, {:.1f}, {:.1f}) mm: "
      "choose a place there",
      in_quotes(name), where, 1e3 * nearest.distance, in_bone ? "soft tissue" : "point", to[0], to[1], to[2]);
}

MaterialPoint locate(const Body& body, const Scenario& scenario, const Position& at, Vec3d& x) {
  x = point_in_body(body, scenario, at);
  const bool on_skin = !at.point && place_on_surface(body, scenario, at).depth == 0;
  return on_skin ? locate_on_faces(body.mesh, skin_of(body), x) : locate_point(body.mesh, x);
}

std::vector<FieldInfo> fields_of(const Scenario& scenario, const ProbeSpec& spec, const Probe& probe,
                                 Diagnostics& diagnostics) {
  std::vector<FieldInfo> fields;
  for (const auto& field : spec.fields) {
    if (of_contact(field.text) && !probe.on_skin)
      diagnostics.add(field.where, fmt::format("{} belongs to the skin, and the probe {} lies below it", field.text,
                                               in_quotes(spec.name)));
    fields.push_back(find_field(field.text));
  }
  if (!fields.empty()) return fields;
  std::vector<std::string> names;
  for (const auto& field : scenario.output.fields) names.push_back(field.text);
  if (names.empty()) names = usual_fields();
  for (const auto& name : names)
    if (probe.on_skin || !of_contact(name)) fields.push_back(find_field(name));
  return fields;
}

}  // namespace

std::vector<Probe> locate_probes(const Scenario& scenario, const Body& body) {
  constexpr double tolerance = 0.01;  // of an element's diagonal: quadratic faces of a curved surface stand off by less
  std::vector<Probe> probes;
  Diagnostics diagnostics;
  for (const auto& spec : scenario.output.probes) {
    Probe probe{spec.name, {}, false, {}};
    Vec3d x;
    probe.point = locate(body, scenario, spec.at, x);
    const CellPoints corners = cell_points(body.mesh, probe.point.cell);
    probe.on_skin = lies_on(skin_of(body), probe.point);
    if (probe.point.distance > tolerance * norm(corners[26] - corners[0]))
      diagnostics.add(spec.at.where, outside_sentence(body, spec.name, x, probe.point));
    else
      probe.fields = fields_of(scenario, spec, probe, diagnostics);
    probes.push_back(std::move(probe));
  }
  diagnostics.throw_if_any();
  return probes;
}

}  // namespace knead
