#include "body/modifier.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/units.hpp"
#include "body/hexahedron.hpp"
#include "body/implicit.hpp"
#include "body/locate.hpp"
#include "math/interpolation.hpp"

namespace knead {

void add_modifier(Body& body, const Modifier& modifier) {
  const auto refuse = [&](const std::string& sentence) {
    throw Error(ExitCode::invalid_input, fmt::format("{} {}", in_quotes(modifier.name), sentence));
  };
  const MaterialPoint centre = locate_point(body.mesh, modifier.centre);
  const auto cell = static_cast<std::size_t>(centre.cell);
  const double size = std::cbrt(cell_volume(cell_points(body.mesh, centre.cell)));
  if (centre.distance > 0.5 * size) refuse("lies in bone or outside the body: choose another place or depth");
  const int tissue = body.mesh.cell_tissue[cell];

  Vec3d from = modifier.centre, to = modifier.centre;
  if (modifier.kind != Modifier::Kind::knot) {
    Vec3d along = modifier.along;
    if (modifier.kind == Modifier::Kind::taut_band) {
      along = unit_direction(body.fibre,
                             cell * points_per_cell + static_cast<std::size_t>(nearest_gauss_point(centre.local)));
      if (!(norm(along) > 0.5)) refuse("lies where the body has no fibre direction; a taut band follows fibres");
    }
    const double half = std::max(0.0, 0.5 * (modifier.length - modifier.width));
    from = modifier.centre - half * along;
    to = modifier.centre + half * along;
  }

  if (body.stiffness_ratio.empty()) body.stiffness_ratio.assign(body.mesh.cells.size() * points_per_cell, 1.0f);
  const double blend = std::min(size, modifier.width);
  const ImplicitShape shape = make_tube(from, to, 0.5 * modifier.width, 0.5 * modifier.width);
  bool reached = false;
  for (int c = 0; c < body.mesh.num_cells(); ++c) {
    if (body.mesh.cell_tissue[static_cast<std::size_t>(c)] != tissue) continue;
    const auto x = cell_points(body.mesh, c);
    double reach = 0;
    for (const Vec3d& corner : x) reach = std::max(reach, norm(corner - x[13]));
    if (shape.distance(x[13]) > reach + blend) continue;
    for (std::size_t q = 0; q < points_per_cell; ++q) {
      const Vec3d p = map_point(x, gauss_points[q % 3], gauss_points[q / 3 % 3], gauss_points[q / 9]);
      const double weight = smoothstep(0.5 - shape.distance(p) / blend);
      if (!(weight > 0)) continue;
      auto& ratio = body.stiffness_ratio[static_cast<std::size_t>(c) * points_per_cell + q];
      ratio = static_cast<float>(static_cast<double>(ratio) * (1 + (modifier.stiffness_ratio - 1) * weight));
      reached = true;
    }
  }
  if (!reached) refuse("is smaller than the distance between the points of an element: refine the body there");
  const double across = modifier.width / size;
  std::string note = fmt::format(
      "{}: {} of {:.3g} times the stiffness of {}, {}{} wide, {:.2g} elements across", modifier.name,
      modifier_names[static_cast<int>(modifier.kind)], modifier.stiffness_ratio,
      body.tissues[static_cast<std::size_t>(tissue)].name,
      modifier.kind == Modifier::Kind::knot ? "" : format_quantity(modifier.length, dimension::length) + " long and ",
      format_quantity(modifier.width, dimension::length), across);
  constexpr double enough = 4;
  if (across < enough) note += " (four would resolve it: set body.refine there)";
  body.notes.push_back(note);
}

}  // namespace knead
