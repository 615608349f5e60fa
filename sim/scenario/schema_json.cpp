// JSON Schema, draft 4, for editors that complete and check TOML.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "scenario/schema.hpp"

namespace knead {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* number_pattern = R"(^\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?)";

std::string escaped(const std::string& symbol) {
  std::string out;
  for (const char c : symbol) {
    if (std::string_view("^$.|?*+()[]{}\\").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// Lengths, times, forces and angles are written in one unit; other dimensions may combine several.
std::string quantity_pattern(const Dimension& dimension) {
  if (dimension == dimension::ratio) return std::string(number_pattern) + R"(\s*%?\s*$)";
  const bool one_unit = dimension == dimension::length || dimension == dimension::time ||
                        dimension == dimension::force || dimension == dimension::angle || dimension == dimension::mass;
  if (!one_unit) return std::string(number_pattern) + R"(\s*[^0-9\s,][^,]*$)";
  std::string units;
  for (const auto& symbol : unit_symbols()) {
    if (!(parse_quantity("1 " + symbol).quantity.dimension == dimension)) continue;
    units += (units.empty() ? "" : "|") + escaped(symbol);
  }
  return std::string(number_pattern) + "\\s*(" + units + ")\\s*$";
}

Json quantity(const Dimension& dimension, bool free) {
  Json text{{"type", "string"}};
  if (!free) text["pattern"] = quantity_pattern(dimension);
  if (!(dimension == dimension::ratio)) return text;
  return {{"anyOf", Json::array({Json{{"type", "number"}}, text})}};
}

Json list_of(const Json& item, int count = 0) {
  Json list{{"type", "array"}, {"items", item}};
  if (count > 0) list["minItems"] = list["maxItems"] = count;
  return list;
}

Json history(const Dimension& dimension) {
  const Json pair = {{"type", "array"},
                     {"items", Json::array({quantity(dimension::time, false), quantity(dimension, false)})},
                     {"minItems", 2},
                     {"maxItems", 2}};
  return {{"anyOf", Json::array({quantity(dimension, false), list_of(pair)})}};
}

Json table(const std::string& pattern);

void add_bounds(const KeySpec& spec, Json& number) {
  if (spec.above) number["minimum"] = *spec.above, number["exclusiveMinimum"] = true;
  if (spec.least) number["minimum"] = *spec.least;
  if (spec.most) number["maximum"] = *spec.most;
}

Json value(const KeySpec& spec) {
  const bool free = spec.key.starts_with("expect.") && spec.dimension == dimension::ratio;
  Json ways = Json::array();
  const auto number = [&](const char* type) {
    Json way{{"type", type}};
    add_bounds(spec, way);
    return way;
  };
  if (spec.allows(Form::text)) ways.push_back({{"type", "string"}});
  if (spec.allows(Form::choice)) ways.push_back({{"enum", spec.choices}});
  if (spec.allows(Form::flag)) ways.push_back({{"type", "boolean"}});
  if (spec.allows(Form::integer)) ways.push_back(number("integer"));
  if (spec.allows(Form::number)) ways.push_back(number("number"));
  if (spec.allows(Form::quantity)) ways.push_back(quantity(spec.dimension, free));
  if (spec.allows(Form::position)) {
    ways.push_back({{"type", "string"}});
    ways.push_back(list_of(quantity(spec.dimension, false), 3));
  }
  if (spec.allows(Form::vector)) ways.push_back(list_of(quantity(spec.dimension, false), 3));
  if (spec.allows(Form::texts)) ways.push_back(list_of({{"type", "string"}}));
  if (spec.allows(Form::integers)) ways.push_back(list_of(number("integer")));
  if (spec.allows(Form::quantities)) ways.push_back(list_of(quantity(spec.dimension, false)));
  if (spec.allows(Form::history)) ways.push_back(history(spec.dimension));
  if (spec.allows(Form::components))
    ways.push_back(list_of({{"anyOf", Json::array({Json{{"enum", {"free"}}}, history(spec.dimension)})}}, 3));
  if (spec.allows(Form::table)) ways.push_back(table(spec.key));
  if (spec.allows(Form::tables)) ways.push_back(list_of(table(spec.key + "[]")));
  if (spec.allows(Form::free_table)) ways.push_back({{"type", "object"}});
  Json out = ways.size() == 1 ? ways[0] : Json{{"anyOf", ways}};
  out["description"] = spec.about;
  if (!spec.fallback.empty()) out["default"] = spec.fallback;
  return out;
}

Json table(const std::string& pattern) {
  Json out{{"type", "object"}};
  Json properties = Json::object(), required = Json::array();
  Json others = false;
  for (const auto* spec : child_keys(pattern)) {
    const auto name = last_part(spec->key);
    if (name == "*") {
      others = value(*spec);
      continue;
    }
    properties[name] = value(*spec);
    // What a base file gives need not be repeated.
    if (spec->required && !pattern.empty()) required.push_back(name);
  }
  // In [expect] a table is a measure or holds measures.
  const bool either = pattern == "expect.*";
  if (either) required = Json::array();
  out["properties"] = properties;
  if (!required.empty()) out["required"] = required;
  out["additionalProperties"] = others;
  return out;
}

}  // namespace

std::string json_schema() {
  Json schema{{"$schema", "http://json-schema.org/draft-04/schema#"},
              {"title", "Knead scenario"},
              {"description", "What is touched, where, with what and how hard."}};
  const Json top = table("");
  for (const auto& [key, entry] : top.items()) schema[key] = entry;
  return json_text(schema) + "\n";
}

}  // namespace knead
