#include "body/subject_relations.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/units.hpp"

namespace knead {

namespace {

// A length such as "4 mm" in m, or a plain number.
double length_or_number(const ModelValue& value) {
  return value.plain().kind == ModelValue::Kind::number ? value.number() : value.quantity(dimension::length);
}

std::pair<double, double> two_numbers(const ModelValue& value) {
  const auto& list = value.list();
  if (list.size() != 2 || !(list[0].number() < list[1].number())) value.fail("A smaller and a larger number are due.");
  return {list[0].number(), list[1].number()};
}

void read_rule(const ModelValue& table, SubjectRelation& relation) {
  const int ways = (table.find("change") ? 1 : 0) + (table.find("factor") ? 1 : 0) + (table.find("rule") ? 1 : 0);
  if (ways != 1) table.fail("A relation needs one of change, factor and rule.");
  if (table.find("per") && !table.find("change")) table.at("per").fail("\"per\" belongs to change.");
  if (table.find("change")) {
    const double per = table.number_or("per", 1);
    if (!(per > 0)) table.at("per").fail("\"per\" must be positive.");
    relation.change = length_or_number(table.at("change")) / per;
  } else if (table.find("factor")) {
    relation.rule = SubjectRelation::Rule::factor;
    relation.change = table.at("factor").number();
    if (!(relation.change > 0)) table.at("factor").fail("A factor must be positive.");
  } else {
    const std::string rule = table.at("rule").text();
    if (rule != "in proportion" && rule != "what the girth leaves")
      table.at("rule").fail(fmt::format("{} is no rule{}; there are in proportion and what the girth leaves.",
                                        in_quotes(rule),
                                        did_you_mean(rule, {"in proportion", "what the girth leaves"})));
    relation.rule =
        rule == "in proportion" ? SubjectRelation::Rule::in_proportion : SubjectRelation::Rule::what_the_girth_leaves;
  }
}

SubjectRelation read_relation(const ModelValue& table) {
  table.only_keys({"name", "follows", "group", "keys", "change", "per", "factor", "rule", "least", "between", "source",
                   "tag", "cite"});
  SubjectRelation relation;
  relation.name = table.at("name").text();
  relation.follows = table.at("follows").text();
  relation.group = table.text_or("group", "");
  relation.keys = table.at("keys").texts();
  read_rule(table, relation);
  relation.least = table.quantity_or("least", dimension::length, 0);
  if (const ModelValue* between = table.find("between")) relation.between = two_numbers(*between);
  relation.source = table.at("source").text();
  relation.tag = table.at("tag").text();
  if (const ModelValue* cite = table.find("cite")) relation.citation = cite->texts();
  return relation;
}

}  // namespace

bool SubjectRelation::concerns(const std::string& key) const {
  for (const std::string& pattern : keys) {
    const std::size_t star = pattern.find('*');
    if (star == std::string::npos ? key == pattern
                                  : key.size() + 1 >= pattern.size() && key.starts_with(pattern.substr(0, star)) &&
                                        key.ends_with(pattern.substr(star + 1)))
      return true;
  }
  return false;
}

SubjectRelations read_relations(const std::string& path) {
  const ModelValue root = read_model_file(path, "relations");
  root.only_keys({"knead", "kind", "name", "title", "allowed", "relation"});
  SubjectRelations relations;
  if (const ModelValue* allowed = root.find("allowed")) {
    for (const auto& [key, value] : allowed->members) {
      const auto [least, most] = two_numbers(value);
      relations.allowed[key] = {least, most, value.at("source").text()};
    }
  }
  for (const ModelValue& table : root.at("relation").list()) relations.list.push_back(read_relation(table));
  return relations;
}

}  // namespace knead
