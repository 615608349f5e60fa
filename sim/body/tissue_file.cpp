#include "body/tissue_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "body/model_file.hpp"
#include "body/model_folder.hpp"

namespace knead {

namespace {

const char* class_key(TissueClass tissue_class) {
  return tissue_class == TissueClass::indentation ? "indentation" : "lower-bound";
}

struct Relaxation {
  std::vector<PronyTerm> terms;
  double elastic_factor = 1;  // G(elastic_time)/G₀
};

// Of a [relaxation] table; without one nothing relaxes.
Relaxation read_relaxation(const ModelValue& sheet) {
  const ModelValue* relaxation = sheet.find("relaxation");
  if (!relaxation) return {};
  relaxation->only_keys({"elastic_time", "g", "tau"});
  const auto& g = relaxation->at("g").list();
  const auto& tau = relaxation->at("tau").list();
  if (g.size() != tau.size()) relaxation->fail("\"g\" and \"tau\" must have the same number of entries.");
  if (g.size() > max_prony_terms) relaxation->fail("A relaxation has at most four terms.");
  Relaxation result;
  double sum = 0;
  for (std::size_t i = 0; i < g.size(); ++i) {
    result.terms.push_back({g[i].number(), tau[i].quantity(dimension::time)});
    if (!(result.terms[i].g > 0)) g[i].fail("A share \"g\" must be positive.");
    if (!(result.terms[i].tau > 0)) tau[i].fail("A time constant \"tau\" must be positive.");
    sum += result.terms[i].g;
  }
  if (!(sum < 1)) relaxation->fail("The shares \"g\" must sum to less than 1.");
  result.elastic_factor = prony_factor(result.terms, relaxation->at("elastic_time").quantity(dimension::time));
  return result;
}

// For notes: of a law with these terms, or of an elastic one that was scaled by the factor.
std::string what_is_left(const std::vector<PronyTerm>& terms, double elastic_factor) {
  if (terms.empty()) return fmt::format("share {:.3f} left at the time scale of a stroke", elastic_factor);
  double left = 1;
  for (const PronyTerm& term : terms) left -= term.g;
  return fmt::format("relaxes to a share of {:.3f}", left);
}

VolumetricFunction read_volumetric(const ModelValue& sheet) {
  const std::string name = sheet.text_or("volumetric", "mixed");
  for (std::size_t i = 0; i < std::size(volumetric_names); ++i)
    if (name == volumetric_names[i]) return static_cast<VolumetricFunction>(i);
  sheet.at("volumetric").fail("\"volumetric\" must be \"quadratic\", \"logarithmic\" or \"mixed\".");
}

}  // namespace

namespace {

FibreLaw read_fibres(const ModelValue& table) {
  const std::string law = table.at("law").text();
  if (law == ExponentialFibres::name) {
    table.only_keys({"law", "k1", "k2", "dispersion", "angle", "toe_strain", "relaxation"});
    ExponentialFibres fibres;
    fibres.k1 = table.at("k1").quantity(dimension::pressure);
    fibres.k2 = table.at("k2").number();
    fibres.dispersion = table.number_or("dispersion", 0);
    fibres.angle = table.quantity_or("angle", dimension::angle, 0);
    const double toe = table.number_or("toe_strain", 0);
    if (!(toe >= 0 && toe < 1)) table.at("toe_strain").fail("The toe strain must lie between 0 and 1.");
    fibres.toe = toe * (2 + toe);  // (1 + ε)² − 1
    if (!(fibres.k1 > 0)) table.at("k1").fail("k1 must be positive.");
    if (!(fibres.k2 >= 0)) table.at("k2").fail("k2 must not be negative.");
    if (!(fibres.dispersion >= 0 && fibres.dispersion <= 1.0 / 3))
      table.at("dispersion").fail("The dispersion must lie between 0 and 1/3.");
    return fibres;
  }
  if (law != MuscleFibres::name)
    table.at("law").fail(
        fmt::format("Fibres can have the law \"{}\" or \"{}\".", ExponentialFibres::name, MuscleFibres::name));
  table.only_keys(
      {"law", "max_stress", "optimal_stretch", "passive_scale", "passive_exponent", "passive_limit", "along_shear"});
  MuscleFibres fibres;
  fibres.max_stress = table.at("max_stress").quantity(dimension::pressure);
  fibres.optimal_stretch = table.at("optimal_stretch").number();
  fibres.passive_scale = table.at("passive_scale").number();
  fibres.passive_exponent = table.at("passive_exponent").number();
  fibres.passive_limit = table.at("passive_limit").number();
  fibres.along_shear = table.quantity_or("along_shear", dimension::pressure, 0);
  if (!(fibres.max_stress > 0 && fibres.optimal_stretch > 0 && fibres.passive_scale >= 0 &&
        fibres.passive_exponent > 0 && fibres.passive_limit > 1 && fibres.along_shear >= 0))
    table.fail("The constants of muscle fibres must be positive, and passive_limit above 1.");
  return fibres;
}

Law read_law(const ModelValue& sheet, const ModelValue& values, double modulus) {
  const ModelValue* coupled = sheet.find("coupled");
  const VolumetricSplit split = coupled && coupled->flag() ? VolumetricSplit::coupled : VolumetricSplit::split;
  const std::string law = sheet.at("law").text();
  if (law == "ogden") {
    values.only_keys({"shear_modulus", "alpha", "bulk_modulus"});
    const double alpha = values.at("alpha").number();
    if (alpha == 0) values.at("alpha").fail("The exponent alpha must not be zero.");
    return Ogden({{modulus, alpha}}, split);
  }
  if (law != "neo-hookean") sheet.at("law").fail("A tissue sheet can have the law \"ogden\" or \"neo-hookean\".");
  values.only_keys({"shear_modulus", "bulk_modulus"});
  return NeoHookean{modulus, split};
}

TissueSheet read_own_sheet(const ModelValue& sheet, const SheetRequest& request) {
  sheet.only_keys({"knead", "kind", "name", "title", "law", "coupled", "volumetric", "indentation", "lower-bound",
                   "relaxation", "tone", "fibres", "muscle_fibres", "density", "pre_stretch"});
  const ModelValue& values = sheet.at(class_key(request.tissue_class));
  const double modulus = values.at("shear_modulus").quantity(dimension::pressure);
  const double bulk = values.at("bulk_modulus").quantity(dimension::pressure);
  if (!(modulus > 0)) values.at("shear_modulus").fail("The shear modulus must be positive.");
  if (!(bulk > modulus)) values.at("bulk_modulus").fail("The bulk modulus must be larger than the shear modulus.");

  TissueSheet result;
  Tissue& tissue = result.tissue;
  tissue.volumetric = read_volumetric(sheet);
  Relaxation relaxation = read_relaxation(sheet);
  if (request.viscoelastic)
    tissue.relaxation = std::move(relaxation.terms);
  else
    tissue.elastic_factor = relaxation.elastic_factor;
  tissue.law = scaled(read_law(sheet, values, modulus), tissue.elastic_factor);
  tissue.kappa = kappa_from_bulk_modulus(tissue.law, bulk);
  tissue.density = sheet.quantity_or("density", dimension::density, tissue.density);
  if (!(tissue.density > 0)) sheet.at("density").fail("The density must be positive.");
  if (request.pre_stretch) tissue.pre_stretch = sheet.number_or("pre_stretch", 1);
  if (!(tissue.pre_stretch > 0 && tissue.pre_stretch <= 2))
    sheet.at("pre_stretch").fail("The pre-stretch must be a stretch between 0 and 2, for example 1.05.");
  if (const ModelValue* fibres = sheet.find("fibres")) {
    tissue.fibres = read_fibres(*fibres);
    Relaxation of_fibres = read_relaxation(*fibres);
    if (request.viscoelastic)
      tissue.fibre_relaxation = std::move(of_fibres.terms);
    else
      std::visit([&](auto& law) { law.scale(of_fibres.elastic_factor); }, *tissue.fibres);
  }
  if (const ModelValue* fibres = sheet.find("muscle_fibres"); fibres && request.muscle_fibres)
    tissue.fibres = read_fibres(*fibres);
  const std::string time = what_is_left(tissue.relaxation, tissue.elastic_factor);
  tissue.note =
      fmt::format("{}: {}, G0 {}, {}, bulk modulus {}", sheet.at("title").text(), sheet.at("law").text(),
                  format_quantity(modulus, dimension::pressure), time, format_quantity(bulk, dimension::pressure));
  if (tissue.pre_stretch != 1) tissue.note += fmt::format(", pre-stretched by {:g}", tissue.pre_stretch);
  if (tissue.fibres) tissue.note += fmt::format(", {} fibres", name(*tissue.fibres));
  if (const ModelValue* tone = sheet.find("tone")) {
    tone->only_keys({"relaxed", "tight", "contracted", "strongly-contracted"});
    for (std::size_t i = 0; i < result.tone.size(); ++i) result.tone[i] = tone->number_or(muscle_tone_names[i], 1);
  }
  return result;
}

TissueSheet read_sheet(const std::string& path, const SheetRequest& request, int depth) {
  const ModelValue sheet = read_model_file(path, "tissue");
  TissueSheet result;
  if (const ModelValue* like = sheet.find("like")) {
    constexpr int deepest = 8;
    if (depth == deepest) like->fail("Sheets that are like each other go round in a circle here.");
    sheet.only_keys({"knead", "kind", "name", "title", "like", "tone", "stiffness_ratio"});
    result = read_sheet(find_model(request.models, "tissues", like->text(), like->where), request, depth + 1);
    const ModelValue *tone = sheet.find("tone"), *ratio = sheet.find("stiffness_ratio");
    if (!tone == !ratio) sheet.at("like").fail("A sheet that is like another needs either tone or stiffness_ratio.");
    double factor = 1;
    if (tone) {
      const auto found = std::find(muscle_tone_names.begin(), muscle_tone_names.end(), tone->text());
      if (found == muscle_tone_names.end())
        tone->fail(fmt::format("{} is not a tone; tones are {}.", in_quotes(tone->text()),
                               fmt::join(muscle_tone_names, ", ")));
      factor = result.tone[static_cast<std::size_t>(found - muscle_tone_names.begin())];
    } else {
      factor = ratio->number();
      if (!(factor > 0)) ratio->fail("The stiffness ratio must be positive.");
    }
    Tissue& tissue = result.tissue;
    tissue.law = scaled(tissue.law, factor);
    tissue.kappa *= factor;
    tissue.note = fmt::format("{}: {:.3g} times as stiff as {}", sheet.at("title").text(), factor, tissue.note);
  } else {
    result = read_own_sheet(sheet, request);
  }
  result.tissue.name = sheet.at("name").text();
  return result;
}

}  // namespace

TissueSheet read_tissue_sheet(const std::string& path, const SheetRequest& request) {
  return read_sheet(path, request, 0);
}

MembraneSheet read_membrane_sheet(const std::string& path, const SheetRequest& request, double thickness) {
  const ModelValue sheet = read_model_file(path, "membrane");
  sheet.only_keys({"knead", "kind", "name", "title", "thickness", "toe_strain", "matrix_modulus", "wrinkles",
                   "indentation", "lower-bound", "relaxation"});
  const ModelValue& values = sheet.at(class_key(request.tissue_class));
  values.only_keys({"along_modulus", "across_modulus"});
  if (thickness <= 0) thickness = sheet.at("thickness").quantity(dimension::length);
  MembraneSheet result;
  result.name = sheet.at("name").text();
  result.law = MembraneLaw::from_moduli(values.at("along_modulus").quantity(dimension::pressure),
                                        values.at("across_modulus").quantity(dimension::pressure),
                                        sheet.at("matrix_modulus").quantity(dimension::pressure), thickness,
                                        sheet.number_or("toe_strain", MembraneLaw::default_toe_strain));
  if (const ModelValue* wrinkles = sheet.find("wrinkles")) result.law.wrinkles = wrinkles->flag();
  Relaxation relaxation = read_relaxation(sheet);
  if (request.viscoelastic)
    result.relaxation = std::move(relaxation.terms);
  else
    result.law.scale(relaxation.elastic_factor);
  result.note =
      fmt::format("{}: {:.4g} N/mm along, {:.4g} N/mm across, toe strain {:.3g}, {}{}", sheet.at("title").text(),
                  1e-3 * result.law.along, 1e-3 * result.law.across, result.law.toe_strain,
                  result.law.wrinkles ? "wrinkles, " : "", what_is_left(result.relaxation, relaxation.elastic_factor));
  return result;
}

}  // namespace knead
