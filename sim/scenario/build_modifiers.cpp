// Places of another stiffness.
#include <cmath>

#include "body/model_file.hpp"
#include "body/modifier.hpp"
#include "scenario/build_parts.hpp"
#include "scenario/models.hpp"

namespace knead {

namespace {

Modifier make_modifier(const Scenario& scenario, const Body& body, const ModifierSpec& spec) {
  Modifier modifier;
  modifier.name = spec.name;
  modifier.kind = static_cast<Modifier::Kind>(spec.kind);
  modifier.length = spec.length;
  modifier.width = spec.kind == ModifierSpec::Kind::knot ? spec.diameter : spec.width;
  modifier.centre = point_in_body(body, scenario, spec.at);
  if (spec.kind == ModifierSpec::Kind::scar) {
    const SurfacePosition place = place_on_surface(body, scenario, spec.at);
    constexpr double step = 1e-5;  // m
    const double across = place.across + step * std::sin(spec.direction);
    const double along = place.along + step * std::cos(spec.direction);
    modifier.along = normalized(body.surface->point(across, along) - body.surface->point(place.across, place.along));
  }
  const std::string sheet = find_model(scenario.model_folders, "tissues", sheet_of(spec.kind));
  modifier.stiffness_ratio =
      spec.stiffness_ratio ? *spec.stiffness_ratio : read_model_file(sheet, "tissue").at("stiffness_ratio").number();
  return modifier;
}

}  // namespace

void add_modifiers(const Scenario& scenario, Body& body) {
  for (const ModifierSpec& spec : scenario.modifiers) try {
      add_modifier(body, make_modifier(scenario, body, spec));
    } catch (const Error& error) {
      Diagnostics located;
      located.add(error, spec.where);
      throw Error(error.code(), located.list());
    }
}

}  // namespace knead
