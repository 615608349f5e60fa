#include "scenario/probe.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "body/hexahedron.hpp"
#include "fem/quadratic_basis.hpp"
#include "measure/vessel_opening.hpp"

namespace knead {

namespace {

struct ShownUnits {
  std::string name;
  double factor;  // shown number per SI number
};

ShownUnits shown_units(const std::string& si) {
  if (si == "m") return {"mm", 1e3};
  if (si == "Pa") return {"kPa", 1e-3};
  if (si == "J/m^3") return {"kJ/m^3", 1e-3};
  return {si, 1};
}

// Value of a field at the nodes by the basis of the eight sub-hexahedra: a product of hat functions.
double between_nodes(const std::vector<double>& field, std::size_t components, std::size_t component, const Mesh& mesh,
                     const MaterialPoint& at) {
  std::array<std::array<double, 3>, 3> hat{};
  for (int axis = 0; axis < 3; ++axis) {
    const double x = at.local[axis];
    hat[static_cast<std::size_t>(axis)] = {std::max(-x, 0.0), 1 - std::abs(x), std::max(x, 0.0)};
  }
  double sum = 0;
  for (std::size_t a = 0; a < 27; ++a) {
    const auto node = static_cast<std::size_t>(mesh.cells[static_cast<std::size_t>(at.cell)][a]);
    sum += hat[0][a % 3] * hat[1][a / 3 % 3] * hat[2][a / 9] * field[components * node + component];
  }
  return sum;
}

Vec3d displacement_at(const Vector<double>& u, const Mesh& mesh, const MaterialPoint& at) {
  Vec3d sum{{0, 0, 0}};
  for (int a = 0; a < 27; ++a) {
    const auto node =
        static_cast<std::size_t>(mesh.cells[static_cast<std::size_t>(at.cell)][static_cast<std::size_t>(a)]);
    const double value = quadratic_value(a, at.local[0], at.local[1], at.local[2]);
    for (int i = 0; i < 3; ++i) sum[i] += value * u[3 * node + static_cast<std::size_t>(i)];
  }
  return sum;
}

}  // namespace

std::vector<std::string> probe_columns(const std::vector<Probe>& probes) {
  std::vector<std::string> columns{"time [s]"};
  for (const auto& probe : probes)
    for (const auto& field : probe.fields)
      for (const std::string& component : component_names(field)) {
        const auto units = shown_units(field.units).name;
        columns.push_back(fmt::format("{} {}{}{}", probe.name, field.name, component.empty() ? "" : " " + component,
                                      units == "1" ? "" : " [" + units + "]"));
      }
  return columns;
}

std::vector<double> probe_row(const std::vector<Probe>& probes, const Body& body, const Elastic& elastic, double time,
                              const Vector<double>& u, const Vector<double>& p, const NodeFields& contact) {
  std::vector<double> row{time};
  for (const auto& probe : probes) {
    const Vec3d displacement = displacement_at(u, body.mesh, probe.point);
    const Elastic::PointFields at = elastic.fields_at(u, p, probe.point);
    for (const auto& field : probe.fields) {
      const auto components = static_cast<std::size_t>(field.components);
      std::array<double, 6> values{};
      if (field.name == "displacement") {
        std::copy_n(displacement.v, 3, values.begin());
      } else if (field.name == "vessel_opening") {
        values[0] = vessel_opening(at.tissue_pressure, 0.0, vessel_compliance);
      } else if (const auto* of_tissue = Elastic::find_point_field(field.name)) {
        of_tissue->value(at, values.data());
      } else {
        for (std::size_t c = 0; c < components; ++c)
          values[c] = between_nodes(contact.at(field.name), components, c, body.mesh, probe.point);
      }
      for (std::size_t c = 0; c < components; ++c) row.push_back(shown_units(field.units).factor * values[c]);
    }
  }
  return row;
}

}  // namespace knead
