#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "scenario/fill.hpp"

namespace knead {
namespace {

using Kind = TissueDefinition::Kind;

void check_elastic_constants(const Cursor& at, const TissueDefinition& tissue) {
  const bool E = at.has("E"), nu = at.has("nu"), G = at.has("G"), K = at.has("bulk_modulus");
  if (tissue.law == Kind::neo_hookean) {
    if (!(E && nu && !G && !K) && !(G && K && !E && !nu) && !(G && nu && !E && !K))
      at.problem("law", "neo-hookean needs E and nu, or G and bulk_modulus, or G and nu, and nothing else of the four");
    return;
  }
  if (E || G)
    at.problem(E ? "E" : "G",
               fmt::format("{} belongs to the neo-hookean law; this law has its own constants", E ? "E" : "G"));
  if (nu == K) at.problem(nu ? "nu" : "law", "this law needs either bulk_modulus or nu");
}

void check_own_constants(const Cursor& at, const TissueDefinition& tissue) {
  struct Rule {
    const char* key;
    Kind law, other;
    bool needed;
  };
  constexpr Rule rules[] = {
      {"C10", Kind::mooney_rivlin, Kind::yeoh, true}, {"C01", Kind::mooney_rivlin, Kind::mooney_rivlin, true},
      {"C20", Kind::yeoh, Kind::yeoh, false},         {"C30", Kind::yeoh, Kind::yeoh, false},
      {"terms", Kind::ogden, Kind::ogden, true},      {"convention", Kind::ogden, Kind::ogden, false}};
  const std::string law = at.find("law") ? to_text(*at.find("law")) : "";
  for (const auto& rule : rules) {
    const bool fits = tissue.law == rule.law || tissue.law == rule.other;
    if (at.has(rule.key) && !fits) at.problem(rule.key, fmt::format("{} has no meaning for the law {}", rule.key, law));
    if (rule.needed && fits && !at.has(rule.key)) at.problem("law", fmt::format("the law {} needs {}", law, rule.key));
  }
}

// Of the table "relaxation" in this one; nothing without it.
std::vector<PronyTerm> fill_relaxation(const Cursor& owner) {
  std::vector<PronyTerm> terms;
  if (!owner.has("relaxation")) return terms;
  const Cursor at = owner.table("relaxation");
  const auto g = at.quantities("g"), tau = at.quantities("tau");
  if (g.size() != tau.size()) {
    at.problem("tau", "g and tau must have the same number of entries");
    return terms;
  }
  if (g.size() > max_prony_terms) at.problem("g", "a relaxation has at most four terms");
  double sum = 0;
  for (std::size_t i = 0; i < g.size(); ++i) {
    terms.push_back({g[i], tau[i]});
    sum += g[i];
  }
  if (!(sum < 1)) at.problem("g", "the shares g must sum to less than 1, or nothing of the tissue would be left");
  return terms;
}

FibreDefinition fill_fibres(const Cursor& at) {
  FibreDefinition fibres;
  if (!at.has("law")) return fibres;
  fibres.law = choose<FibreDefinition::Kind>(at, "law");
  fibres.direction = at.direction("direction").value_or(Vec3d{{1, 0, 0}});
  constexpr const char* of_exponential[] = {"k1", "k2", "dispersion", "angle", "across", "toe_strain", "relaxation"};
  constexpr const char* of_muscle[] = {"max_stress",    "optimal_stretch", "passive_scale", "passive_exponent",
                                       "passive_limit", "along_shear",     "activation"};
  const auto refuse = [&](const auto& keys, const char* law) {
    for (const char* key : keys)
      if (at.has(key)) at.problem(key, fmt::format("{} belongs to the fibre law {}", key, law));
  };
  if (fibres.law == FibreDefinition::Kind::exponential) {
    refuse(of_muscle, "muscle");
    if (!at.has("k1")) at.problem("law", "the fibre law exponential needs k1");
    fibres.k1 = at.quantity("k1").value_or(0);
    fibres.k2 = at.number("k2").value_or(0);
    fibres.dispersion = at.number("dispersion").value_or(0);
    fibres.angle = at.quantity("angle").value_or(0);
    fibres.toe_strain = at.number("toe_strain").value_or(0);
    fibres.relaxation = fill_relaxation(at);
    if (fibres.angle == 0) {
      if (at.has("across")) at.problem("across", "one family of fibres has no other direction; it needs an angle");
      return fibres;
    }
    const Vec3d across = at.direction("across").value_or(Vec3d{{1, 0, 0}});
    const Vec3d side = across - dot(across, fibres.direction) * fibres.direction;
    if (norm(side) > 1e-6)
      fibres.across = side / norm(side);
    else
      at.problem(at.has("across") ? "across" : "direction", "direction and across must not be parallel");
    return fibres;
  }
  refuse(of_exponential, "exponential");
  fibres.max_stress = at.quantity("max_stress").value_or(0);
  fibres.optimal_stretch = at.number("optimal_stretch").value_or(1);
  fibres.passive_scale = at.number("passive_scale").value_or(0);
  fibres.passive_exponent = at.number("passive_exponent").value_or(1);
  fibres.passive_limit = at.number("passive_limit").value_or(2);
  fibres.along_shear = at.quantity("along_shear").value_or(0);
  fibres.activation = at.history("activation").value_or(Table::constant(0));
  return fibres;
}

TissueDefinition fill_definition(const std::string& name, const Cursor& at) {
  TissueDefinition tissue;
  tissue.name = name;
  tissue.where = at.where();
  if (!at.has("law")) return tissue;
  tissue.law = choose<Kind>(at, "law");
  tissue.coupled = at.flag("coupled").value_or(false);
  tissue.volumetric = choose<TissueDefinition::Volumetric>(at, "volumetric");
  tissue.young_modulus = at.quantity("E");
  tissue.poisson_ratio = at.number("nu");
  tissue.shear_modulus = at.quantity("G");
  const Node* bulk = at.find("bulk_modulus");
  if (bulk && bulk->is_text() && bulk->text == "incompressible") {
    static_cast<void>(at.choice("bulk_modulus"));
    tissue.bulk_modulus = std::numeric_limits<double>::infinity();
  } else {
    tissue.bulk_modulus = at.quantity("bulk_modulus");
  }
  tissue.C10 = at.quantity("C10");
  tissue.C01 = at.quantity("C01");
  tissue.C20 = at.quantity("C20");
  tissue.C30 = at.quantity("C30");
  for (const Cursor& entry : at.tables("terms")) {
    TissueDefinition::OgdenTerm term;
    term.modulus = entry.quantity("modulus").value_or(0);
    term.alpha = entry.number("alpha").value_or(2);
    if (term.alpha == 0) entry.problem("alpha", "an Ogden exponent must not be 0");
    tissue.terms.push_back(term);
  }
  tissue.density = at.quantity("density").value_or(1000);
  tissue.pre_stretch = at.number("pre_stretch").value_or(1);
  tissue.relaxation = fill_relaxation(at);
  if (at.has("fibres")) tissue.fibres = fill_fibres(at.table("fibres"));
  if (tissue.law == Kind::ogden) tissue.convention = choose<TissueDefinition::OgdenConvention>(at, "convention");
  constexpr std::size_t most_terms = 4;
  if (tissue.terms.size() > most_terms) at.problem("terms", "an Ogden law has at most four terms");
  check_elastic_constants(at, tissue);
  check_own_constants(at, tissue);
  const bool has_modulus = tissue.law == Kind::neo_hookean || at.has("C10") || !tissue.terms.empty();
  if (has_modulus && !(tissue.initial_shear_modulus() > 0))
    at.problem("law", "the constants give a shear modulus at rest that is not positive");
  return tissue;
}

}  // namespace

double TissueDefinition::initial_shear_modulus() const {
  switch (law) {
    case Kind::neo_hookean:
      if (shear_modulus) return *shear_modulus;
      return young_modulus.value_or(1) / (2 * (1 + poisson_ratio.value_or(0)));
    case Kind::mooney_rivlin:
      return 2 * (C10.value_or(0) + C01.value_or(0));
    case Kind::yeoh:
      return 2 * C10.value_or(0);
    case Kind::ogden:
      break;
  }
  double sum = 0;
  for (const auto& term : terms) {
    switch (convention) {
      case OgdenConvention::A:
        sum += 0.5 * term.modulus * term.alpha;
        break;
      case OgdenConvention::B:
        sum += term.modulus;
        break;
      case OgdenConvention::C:
        sum += 0.5 * term.modulus;
        break;
    }
  }
  return sum;
}

double TissueDefinition::initial_bulk_modulus() const {
  if (bulk_modulus) return *bulk_modulus;
  const double nu = poisson_ratio.value_or(0.5);
  if (nu >= 0.5) return std::numeric_limits<double>::infinity();
  return initial_shear_modulus() * 2 * (1 + nu) / (3 * (1 - 2 * nu));
}

TissueSpec fill_tissue(const Cursor& top) {
  const Cursor at = top.table("tissue");
  TissueSpec tissue;
  tissue.stiffness = choose<StiffnessClass>(at, "stiffness");
  tissue.pre_stretch = at.flag("pre_stretch").value_or(false);
  tissue.viscoelastic = at.flag("viscoelastic").value_or(false);
  tissue.muscle_fibres = at.flag("muscle_fibres").value_or(false);
  if (const Node* activation = at.find("activation")) {
    const Cursor muscles = at.table("activation");
    for (const auto& member : activation->members)
      if (const auto history = muscles.history(member.key)) tissue.activation[member.key] = *history;
    if (!tissue.muscle_fibres) at.problem("activation", "activation needs muscle_fibres = true in [tissue]");
  }
  const Node* tone = at.find("tone");
  if (tone && tone->is_table()) {
    const Cursor muscles = at.table("tone");
    for (const auto& member : tone->members) {
      tissue.muscle_tone[member.key] = choose<Tone>(muscles, member.key);
      tissue.muscle_tone_where[member.key] = member.where;
    }
  } else {
    tissue.tone = choose<Tone>(at, "tone");
  }
  for (const auto& [name, definition] : at.named_tables())
    tissue.definitions.push_back(fill_definition(name, definition));
  return tissue;
}

std::vector<ModifierSpec> fill_modifiers(const Cursor& top) {
  using Kind = ModifierSpec::Kind;
  std::vector<ModifierSpec> list;
  for (const Cursor& at : top.tables("modifier")) {
    ModifierSpec modifier;
    modifier.where = at.where();
    modifier.name = at.text("name").value_or(fmt::format("modifier {}", list.size() + 1));
    modifier.at = at.position("at").value_or(Position{});
    if (!at.has("kind")) continue;
    modifier.kind = choose<Kind>(at, "kind");
    modifier.stiffness_ratio = at.number("stiffness_ratio");
    const bool knot = modifier.kind == Kind::knot;
    if (knot) {
      modifier.diameter = at.quantity("diameter").value_or(0);
    } else {
      modifier.length = at.quantity("length").value_or(0);
      modifier.width = at.quantity("width").value_or(0);
    }
    if (modifier.kind == Kind::scar) modifier.direction = at.quantity("direction").value_or(0);
    for (const char* key : {"length", "width"})
      if (knot && at.has(key)) at.problem(key, fmt::format("a knot is a ball: it has a diameter, no {}", key));
    if (!knot && at.has("diameter")) at.problem("diameter", "only a knot has a diameter; give length and width");
    if (modifier.kind != Kind::scar && at.has("direction"))
      at.problem("direction", "only a scar has a direction; a taut band follows the fibres");
    if (!knot && modifier.length < modifier.width) at.problem("length", "the length must not be less than the width");
    list.push_back(modifier);
  }
  return list;
}

}  // namespace knead
