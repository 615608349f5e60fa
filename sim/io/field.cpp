#include "io/field.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace knead {

const std::vector<FieldInfo>& field_list() {
  constexpr auto point = Association::point;
  constexpr auto cell = Association::cell;
  static const std::vector<FieldInfo> list = {
      {"displacement", "m", point, 3, "displacement from the rest position", "", ""},
      {"tissue_pressure", "Pa", cell, 1, "mean compressive Cauchy stress, -tr(sigma)/3", "compression positive",
       "current"},
      {"von_mises", "Pa", cell, 1, "von Mises equivalent of the Cauchy stress", "never negative", "current"},
      {"max_shear_strain", "1", cell, 1, "largest difference of principal Green-Lagrange strains, halved",
       "never negative", "rest"},
      {"strain_energy_density", "J/m^3", cell, 1, "stored elastic energy", "stored positive", "rest"},
      {"fibre_stretch", "1", cell, 1, "current over rest length along the fibre; 1 without fibres", "longer than 1",
       "rest"},
      {"volume_ratio", "1", cell, 1, "current over rest volume, J", "swelling above 1", "rest"},
      {"contact_pressure", "Pa", point, 1, "normal contact stress on the skin, lumped projection; zero elsewhere",
       "compression positive", "current"},
      {"contact_shear", "Pa", point, 3, "tangential contact stress on the skin, lumped projection; zero elsewhere",
       "as it acts on the skin", "current"},
      {"gap", "m", point, 1, "distance from the skin to the nearest applicator; zero away from the skin",
       "apart positive, pressed in negative", "current"},
      {"interstitial_pressure", "Pa", point, 1, "pressure of the interstitial fluid", "compression positive",
       "current"},
      {"blood_pressure", "Pa", point, 1, "pressure of the blood in the small vessels", "compression positive",
       "current"},
      {"blood_volume_ratio", "1", cell, 1, "blood volume fraction over its rest value", "filling above 1", "current"},
      {"perfusion_ratio", "1", cell, 1, "inflow over its rest value, q/q0: model proxy, not measured blood flow",
       "more than rest above 1", "current"},
      {"vessel_opening", "1", cell, 1,
       "share of the vessel section left open by tissue pressure, algebraic tube law: model proxy", "open 1, shut 0",
       "current"},
      {"restriction_dose", "s", cell, 1, "integral over time of how far q/q0 is below 1 (model)", "never negative", ""},
      {"release_dose", "s", cell, 1, "integral over time of how far q/q0 is above 1 after release (model)",
       "never negative", ""},
      {"tracer", "1", cell, 1, "concentration of a passive tracer in the blood over its start value", "never negative",
       "current"},
      {"mark_index", "Pa s", cell, 1, "integral of transmural pressure above the threshold of skin marks (model)",
       "never negative", "current"},
      {"cauchy_stress", "Pa", cell, 6, "Cauchy stress: xx, yy, zz, xy, yz, xz", "tension positive", "current"},
      {"principal_stress", "Pa", cell, 3, "principal Cauchy stresses, largest first", "tension positive", "current"},
      {"green_lagrange_strain", "1", cell, 6, "Green-Lagrange strain: xx, yy, zz, xy, yz, xz (tensor components)",
       "extension positive", "rest"},
      {"principal_strain", "1", cell, 3, "principal Green-Lagrange strains, largest first", "extension positive",
       "rest"},
      {"tissue", "1", cell, 1, "tissue, by its place in the list of tissues", "", ""},
      {"region", "1", cell, 1, "named region (muscle), by its place in the list of regions", "", ""},
      {"layer", "1", cell, 1, "layer of elements, counted from the deepest", "", ""},
      {"parent_element", "1", cell, 1, "27-node element that a sub-hexahedron belongs to", "", ""},
  };
  return list;
}

std::vector<std::string> component_names(const FieldInfo& field) {
  if (field.components == 6) return {"xx", "yy", "zz", "xy", "yz", "xz"};
  if (field.components == 1) return {""};
  if (field.name.starts_with("principal_")) return {"1", "2", "3"};
  return {"x", "y", "z"};
}

const FieldInfo& find_field(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& field : field_list()) {
    if (field.name == name) return field;
    names.push_back(field.name);
  }
  throw Error(ExitCode::invalid_input, fmt::format("there is no field \"{:.64}\"{}; `knead list fields` shows all",
                                                   name, did_you_mean(name, names)));
}

}  // namespace knead
