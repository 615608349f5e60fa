#include "body/tissue_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "body/model_file.hpp"

namespace knead {

namespace {

const char* class_key(TissueClass tissue_class) {
  return tissue_class == TissueClass::indentation ? "indentation" : "lower-bound";
}

// G(elastic_time)/G₀ of a [relaxation] table; 1 without one.
double read_elastic_factor(const ModelValue& sheet) {
  const ModelValue* relaxation = sheet.find("relaxation");
  if (!relaxation) return 1;
  relaxation->only_keys({"elastic_time", "g", "tau"});
  const auto& g = relaxation->at("g").list();
  const auto& tau = relaxation->at("tau").list();
  if (g.size() != tau.size()) relaxation->fail("\"g\" and \"tau\" must have the same number of entries.");
  std::vector<PronyTerm> terms;
  for (std::size_t i = 0; i < g.size(); ++i) terms.push_back({g[i].number(), tau[i].quantity(dimension::time)});
  const double factor = prony_factor(terms, relaxation->at("elastic_time").quantity(dimension::time));
  if (!(factor > 0 && factor <= 1)) relaxation->fail("The terms \"g\" must be positive and sum to less than 1.");
  return factor;
}

VolumetricFunction read_volumetric(const ModelValue& sheet) {
  const std::string name = sheet.text_or("volumetric", "mixed");
  for (std::size_t i = 0; i < std::size(volumetric_names); ++i)
    if (name == volumetric_names[i]) return static_cast<VolumetricFunction>(i);
  sheet.at("volumetric").fail("\"volumetric\" must be \"quadratic\", \"logarithmic\" or \"mixed\".");
}

}  // namespace

TissueSheet read_tissue_sheet(const std::string& path, TissueClass tissue_class) {
  const ModelValue sheet = read_model_file(path, "tissue");
  sheet.only_keys({"knead", "kind", "name", "title", "law", "coupled", "volumetric", "indentation", "lower-bound",
                   "relaxation", "tone", "pre_stretch"});
  const ModelValue& values = sheet.at(class_key(tissue_class));
  const ModelValue* coupled = sheet.find("coupled");
  const VolumetricSplit split = coupled && coupled->flag() ? VolumetricSplit::coupled : VolumetricSplit::split;
  const double modulus = values.at("shear_modulus").quantity(dimension::pressure);
  const double bulk = values.at("bulk_modulus").quantity(dimension::pressure);
  if (!(modulus > 0)) values.at("shear_modulus").fail("The shear modulus must be positive.");
  if (!(bulk > modulus)) values.at("bulk_modulus").fail("The bulk modulus must be larger than the shear modulus.");

  TissueSheet result;
  Tissue& tissue = result.tissue;
  tissue.name = sheet.at("name").text();
  tissue.volumetric = read_volumetric(sheet);
  tissue.elastic_factor = read_elastic_factor(sheet);
  const std::string law = sheet.at("law").text();
  if (law == "ogden") {
    values.only_keys({"shear_modulus", "alpha", "bulk_modulus"});
    const double alpha = values.at("alpha").number();
    if (alpha == 0) values.at("alpha").fail("The exponent alpha must not be zero.");
    tissue.law = Ogden({{modulus, alpha}}, split);
  } else if (law == "neo-hookean") {
    values.only_keys({"shear_modulus", "bulk_modulus"});
    tissue.law = NeoHookean{modulus, split};
  } else {
    sheet.at("law").fail("A tissue sheet can have the law \"ogden\" or \"neo-hookean\".");
  }
  tissue.law = scaled(tissue.law, tissue.elastic_factor);
  tissue.kappa = kappa_from_bulk_modulus(tissue.law, bulk);
  tissue.note = fmt::format("{}: {}, G0 {}, share {:.3f} left at the time scale of a stroke, bulk modulus {}",
                            sheet.at("title").text(), law, format_quantity(modulus, dimension::pressure),
                            tissue.elastic_factor, format_quantity(bulk, dimension::pressure));
  if (const ModelValue* tone = sheet.find("tone")) {
    tone->only_keys({"relaxed", "tight", "contracted"});
    result.tight = tone->number_or("tight", 1);
    result.contracted = tone->number_or("contracted", 1);
  }
  return result;
}

MembraneSheet read_membrane_sheet(const std::string& path, TissueClass tissue_class, double thickness) {
  const ModelValue sheet = read_model_file(path, "membrane");
  sheet.only_keys({"knead", "kind", "name", "title", "thickness", "toe_strain", "matrix_modulus", "indentation",
                   "lower-bound", "relaxation"});
  const ModelValue& values = sheet.at(class_key(tissue_class));
  values.only_keys({"along_modulus", "across_modulus"});
  if (thickness <= 0) thickness = sheet.at("thickness").quantity(dimension::length);
  MembraneSheet result;
  result.name = sheet.at("name").text();
  result.law = MembraneLaw::from_moduli(values.at("along_modulus").quantity(dimension::pressure),
                                        values.at("across_modulus").quantity(dimension::pressure),
                                        sheet.at("matrix_modulus").quantity(dimension::pressure), thickness,
                                        sheet.number_or("toe_strain", MembraneLaw::default_toe_strain));
  const double factor = read_elastic_factor(sheet);
  result.law.scale(factor);
  result.note = fmt::format("{}: {:.3g} N/mm along, {:.3g} N/mm across, toe strain {:.3g}, share {:.3f} left",
                            sheet.at("title").text(), 1e-3 * result.law.along, 1e-3 * result.law.across,
                            result.law.toe_strain, factor);
  return result;
}

}  // namespace knead
