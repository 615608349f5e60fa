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

}  // namespace knead
