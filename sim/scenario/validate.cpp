#include "scenario/validate.hpp"

#include <fmt/format.h>

#include "scenario/values.hpp"

namespace knead {
namespace {

std::string below(const std::string& pattern, const std::string& key) {
  return pattern.empty() ? key : pattern + "." + key;
}

std::vector<std::string> known_children(const std::string& pattern) {
  std::vector<std::string> names;
  for (const auto* spec : child_keys(pattern))
    if (last_part(spec->key) != "*") names.push_back(last_part(spec->key));
  return names;
}

// Keys may not hide in a list of tables that is written as one table: say how to write it.
void report_unknown(const Member& member, const std::string& pattern, Diagnostics& diagnostics) {
  const auto known = known_children(pattern);
  std::string hint = did_you_mean(member.key, known);
  if (hint.empty() && known.size() <= 12 && !known.empty())
    hint = fmt::format("; known here: {}", fmt::join(known, ", "));
  const std::string place =
      pattern.empty() ? ""
                      : " in " + (pattern.ends_with("[]") ? "[[" + pattern.substr(0, pattern.size() - 2) + "]]"
                                                          : "[" + pattern + "]");
  diagnostics.add(member.where, fmt::format("unknown key {}{}{}", in_quotes(member.key), place, hint));
}

void validate_member(const Member& member, const KeySpec& spec, Diagnostics& diagnostics) {
  const Node& value = member.value;
  if (spec.allows(Form::tables) && !value.is_table()) {
    if (!value.is_array()) return check_value(value, spec, diagnostics);
    for (const auto& item : value.items) {
      if (item.is_table())
        validate(item, spec.key + "[]", diagnostics);
      else
        diagnostics.add(item.where, fmt::format("{}: this is {}; each entry must be a table", last_part(spec.key),
                                                kind_name(item.kind)));
    }
    return;
  }
  if (spec.allows(Form::tables)) {
    diagnostics.add(value.where,
                    fmt::format("{0}: this is one table; write [[{0}]], or a list of tables", last_part(spec.key)));
    return;
  }
  check_value(value, spec, diagnostics);
  if (value.is_table() && spec.allows(Form::table)) validate(value, spec.key, diagnostics);
  if (value.is_table() && spec.allows(Form::free_table)) {
    for (const auto& inner : value.members)
      if (const auto* known = find_key(below(spec.key, inner.key))) check_value(inner.value, *known, diagnostics);
  }
}

// In [expect], a table with a value is a measure; any other one is named after a stroke and holds measures.
bool is_measure(const Node& table) {
  return table.find("value") || table.find("within") || table.find("preview") || table.members.empty();
}

void validate_stroke_expectations(const Node& stroke, Diagnostics& diagnostics) {
  for (const auto& member : stroke.members) {
    if (member.value.is_table())
      validate(member.value, "expect.*.*", diagnostics);
    else
      diagnostics.add(member.where,
                      fmt::format("{}: a measure needs a table, {{ value = …, within = \"5 %\" }}", member.key));
  }
}

}  // namespace

const KeySpec* find_member(const std::string& pattern, const std::string& key) {
  // "*" and "[]" are how the table spells its patterns, not keys to write.
  if (key == "*" || key.find_first_of(".[]") != std::string::npos) return find_key(below(pattern, "*"));
  if (const auto* spec = find_key(below(pattern, key))) return spec;
  return find_key(below(pattern, "*"));
}

void validate(const Node& table, const std::string& pattern, Diagnostics& diagnostics) {
  for (const auto& member : table.members) {
    const KeySpec* spec = find_member(pattern, member.key);
    if (!spec) {
      report_unknown(member, pattern, diagnostics);
    } else if (last_part(spec->key) == "*" && !member.value.is_table() && spec->allows(Form::table)) {
      report_unknown(member, pattern, diagnostics);
    } else if (spec->key == "expect.*" && !is_measure(member.value)) {
      validate_stroke_expectations(member.value, diagnostics);
    } else {
      validate_member(member, *spec, diagnostics);
    }
  }
  for (const auto* spec : child_keys(pattern)) {
    const auto name = last_part(spec->key);
    if (spec->required && name != "*" && !table.find(name)) {
      diagnostics.add(table.where, fmt::format("{} is missing{}: {}, {}", name, pattern.empty() ? "" : " in " + pattern,
                                               describe_forms(*spec), spec->about));
    }
  }
}

}  // namespace knead
