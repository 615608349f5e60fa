#include "scenario/values.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace knead {
namespace {

// The name a person sees: "force" of "stroke[].force".
std::string label(const KeySpec& spec) { return last_part(spec.key); }

// In a table whose names are free ("*") the place says enough.
std::nullopt_t refuse(const Node& node, const KeySpec& spec, Diagnostics& diagnostics, const std::string& why) {
  diagnostics.add(node.where, label(spec) == "*" ? why : fmt::format("{}: {}", label(spec), why));
  return std::nullopt;
}

std::nullopt_t wrong_kind(const Node& node, const KeySpec& spec, Diagnostics& diagnostics) {
  return refuse(node, spec, diagnostics,
                fmt::format("this is {}; it must be {}", kind_name(node.kind), describe_forms(spec)));
}

bool is_number(const Node& node) { return node.kind == Node::Kind::integer || node.kind == Node::Kind::number; }

std::string show(double value, const KeySpec& spec) { return format_quantity(value, spec.dimension); }

// Beyond it products of numbers that make sense each overflow: 1 km, 30 years, and 1e18 of everything else.
double largest(const Dimension& dimension) {
  return dimension == dimension::length ? 1e3 : dimension == dimension::time ? 1e9 : 1e18;
}

bool in_bounds(double value, const Node& node, const KeySpec& spec, Diagnostics& diagnostics) {
  std::string why;
  if (!std::isfinite(value))
    why = "this is not a finite number";
  else if (std::abs(value) > largest(spec.dimension))
    why = fmt::format("{} is more than this program computes with, {}", show(value, spec),
                      show(std::copysign(largest(spec.dimension), value), spec));
  else if (spec.above && !(value > *spec.above))
    why = fmt::format("{} is not above {}", show(value, spec), show(*spec.above, spec));
  else if (spec.least && value < *spec.least)
    why = fmt::format("{} is below the smallest allowed value {}", show(value, spec), show(*spec.least, spec));
  else if (spec.most && value > *spec.most)
    why = fmt::format("{} is above the largest allowed value {}", show(value, spec), show(*spec.most, spec));
  if (why.empty()) return true;
  refuse(node, spec, diagnostics, why);
  return false;
}

std::optional<double> quantity_of(const Node& node, const Dimension& dimension, const KeySpec& spec,
                                  Diagnostics& diagnostics) {
  if (is_number(node)) {
    if (dimension == dimension::ratio) return node.number;
    return refuse(node, spec, diagnostics,
                  fmt::format("the number {} has no unit; write a {} such as \"{}\"", to_text(node),
                              dimension_name(dimension), dimension_example(dimension)));
  }
  if (!node.is_text()) return wrong_kind(node, spec, diagnostics);
  const auto result = parse_quantity(node.text, dimension);
  if (!result.ok()) return refuse(node, spec, diagnostics, result.problem);
  return result.quantity.value;
}

// Expected and tolerated results have the dimension of whatever they measure.
bool any_dimension(const KeySpec& spec) { return spec.key.starts_with("expect."); }

}  // namespace

std::optional<std::string> read_text(const Node& node, const KeySpec& spec, Diagnostics& diagnostics) {
  constexpr std::size_t longest_text = 4096;
  const bool from_command_line = node.origin == Origin::command_line && !node.is_table() && !node.is_array();
  if (!node.is_text() && !from_command_line) return wrong_kind(node, spec, diagnostics);
  if (node.text.empty()) return refuse(node, spec, diagnostics, "this string is empty");
  // Names and titles stand in lines of tables and messages.
  if (std::any_of(node.text.begin(), node.text.end(), is_control))
    return refuse(node, spec, diagnostics,
                  "this string has a line break, tab or other control character; leave it out");
  if (node.text.size() > longest_text)
    return refuse(node, spec, diagnostics,
                  fmt::format("this string has {} characters; at most {} are allowed", node.text.size(), longest_text));
  return node.text;
}

std::optional<std::string> read_choice(const Node& node, const KeySpec& spec, Diagnostics& diagnostics) {
  if (!node.is_text()) return wrong_kind(node, spec, diagnostics);
  for (const auto& choice : spec.choices)
    if (choice == node.text) return choice;
  return refuse(node, spec, diagnostics,
                fmt::format("{} is not one of \"{}\"{}", in_quotes(node.text), fmt::join(spec.choices, "\", \""),
                            did_you_mean(node.text, spec.choices)));
}

std::optional<bool> read_flag(const Node& node, const KeySpec& spec, Diagnostics& diagnostics) {
  if (node.kind != Node::Kind::flag) return wrong_kind(node, spec, diagnostics);
  return node.flag;
}

std::optional<int> read_integer(const Node& node, const KeySpec& spec, Diagnostics& diagnostics) {
  if (node.kind != Node::Kind::integer) return wrong_kind(node, spec, diagnostics);
  if (!in_bounds(node.number, node, spec, diagnostics)) return std::nullopt;
  if (std::abs(node.number) > std::numeric_limits<int>::max())
    return refuse(node, spec, diagnostics, "this integer is too large");
  return static_cast<int>(node.integer);
}

std::optional<double> read_number(const Node& node, const KeySpec& spec, Diagnostics& diagnostics) {
  if (!is_number(node)) return wrong_kind(node, spec, diagnostics);
  if (!in_bounds(node.number, node, spec, diagnostics)) return std::nullopt;
  return node.number;
}

std::optional<double> read_quantity(const Node& node, const KeySpec& spec, Diagnostics& diagnostics) {
  if (any_dimension(spec)) {
    if (is_number(node) && std::isfinite(node.number)) return node.number;
    if (!node.is_text()) return wrong_kind(node, spec, diagnostics);
    const auto result = parse_quantity(node.text);
    if (!result.ok()) return refuse(node, spec, diagnostics, result.problem);
    return result.quantity.value;
  }
  const auto value = quantity_of(node, spec.dimension, spec, diagnostics);
  if (!value || !in_bounds(*value, node, spec, diagnostics)) return std::nullopt;
  return value;
}

std::optional<Vec3d> read_vector(const Node& node, const KeySpec& spec, Diagnostics& diagnostics) {
  if (!node.is_array() || node.items.size() != 3) {
    return refuse(node, spec, diagnostics,
                  fmt::format("this is not a list of three; it must be {}", describe_forms(spec)));
  }
  Vec3d v{};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto value = quantity_of(node.items[i], spec.dimension, spec, diagnostics);
    if (!value || !in_bounds(*value, node.items[i], spec, diagnostics)) return std::nullopt;
    v[static_cast<int>(i)] = *value;
  }
  return v;
}

std::optional<Position> read_position(const Node& node, const KeySpec& spec, Diagnostics& diagnostics) {
  if (node.is_text()) {
    const auto words = read_text(node, spec, diagnostics);
    if (!words) return std::nullopt;
    return Position{*words, std::nullopt, node.where};
  }
  const auto point = node.is_array() ? read_vector(node, spec, diagnostics) : wrong_kind(node, spec, diagnostics);
  if (!point) return std::nullopt;
  return Position{"", *point, node.where};
}

std::optional<std::vector<Name>> read_texts(const Node& node, const KeySpec& spec, Diagnostics& diagnostics) {
  if (!node.is_array()) return wrong_kind(node, spec, diagnostics);
  std::vector<Name> list;
  for (const auto& item : node.items) {
    const auto text = read_text(item, spec, diagnostics);
    if (!text) return std::nullopt;
    list.push_back({*text, item.where});
  }
  return list;
}

std::optional<std::vector<int>> read_integers(const Node& node, const KeySpec& spec, Diagnostics& diagnostics) {
  if (!node.is_array()) return wrong_kind(node, spec, diagnostics);
  std::vector<int> list;
  for (const auto& item : node.items) {
    const auto value = read_integer(item, spec, diagnostics);
    if (!value) return std::nullopt;
    list.push_back(*value);
  }
  return list;
}

std::optional<std::vector<double>> read_quantities(const Node& node, const KeySpec& spec, Diagnostics& diagnostics) {
  if (!node.is_array()) return wrong_kind(node, spec, diagnostics);
  std::vector<double> list;
  for (const auto& item : node.items) {
    const auto value = read_quantity(item, spec, diagnostics);
    if (!value) return std::nullopt;
    list.push_back(*value);
  }
  return list;
}

std::optional<Table> read_history(const Node& node, const KeySpec& spec, Diagnostics& diagnostics) {
  if (!node.is_array()) {
    const auto value = read_quantity(node, spec, diagnostics);
    if (!value) return std::nullopt;
    auto table = Table::constant(*value);
    table.where = node.where;
    return table;
  }
  if (node.items.empty()) return refuse(node, spec, diagnostics, "this list of times and values is empty");
  Table table;
  table.where = node.where;
  for (const auto& pair : node.items) {
    if (!pair.is_array() || pair.items.size() != 2)
      return refuse(
          pair, spec, diagnostics,
          fmt::format("each entry must be a time and a value, [\"0 s\", \"{}\"]", dimension_example(spec.dimension)));
    const auto time = quantity_of(pair.items[0], dimension::time, spec, diagnostics);
    const auto value = read_quantity(pair.items[1], spec, diagnostics);
    if (!time || !value) return std::nullopt;
    if (std::abs(*time) > largest(dimension::time))
      return refuse(pair, spec, diagnostics, "this time is beyond what this program computes with, 1e9 s");
    if (!table.t.empty() && *time <= table.t.back())
      return refuse(pair, spec, diagnostics, "the times must increase from entry to entry");
    table.t.push_back(*time);
    table.value.push_back(*value);
  }
  return table;
}

std::optional<std::array<std::optional<Table>, 3>> read_components(const Node& node, const KeySpec& spec,
                                                                   Diagnostics& diagnostics) {
  if (!node.is_array() || node.items.size() != 3)
    return refuse(node, spec, diagnostics,
                  fmt::format("this is not a list of three; it must be {}", describe_forms(spec)));
  std::array<std::optional<Table>, 3> list;
  for (std::size_t i = 0; i < 3; ++i) {
    if (node.items[i].is_text() && node.items[i].text == "free") continue;
    list[i] = read_history(node.items[i], spec, diagnostics);
    if (!list[i]) return std::nullopt;
  }
  return list;
}

void check_value(const Node& node, const KeySpec& spec, Diagnostics& diagnostics) {
  const auto allowed = [&](Form form) { return spec.allows(form); };
  if (node.is_table()) {
    if (!allowed(Form::table) && !allowed(Form::free_table)) wrong_kind(node, spec, diagnostics);
    return;
  }
  if (node.is_text() && allowed(Form::choice)) {
    const bool listed = std::find(spec.choices.begin(), spec.choices.end(), node.text) != spec.choices.end();
    // "with prevous" is a misspelt choice, "3 furlong" a bad quantity.
    const bool like_a_quantity = allowed(Form::quantity) && node.text.find_first_of("0123456789") != std::string::npos;
    if (listed || !like_a_quantity) return void(read_choice(node, spec, diagnostics));
  }
  if (allowed(Form::flag)) return void(read_flag(node, spec, diagnostics));
  if (allowed(Form::text)) return void(read_text(node, spec, diagnostics));
  if (allowed(Form::number) && is_number(node)) return void(read_number(node, spec, diagnostics));
  if (allowed(Form::quantity)) return void(read_quantity(node, spec, diagnostics));
  if (allowed(Form::number)) return void(read_number(node, spec, diagnostics));
  if (allowed(Form::integer)) return void(read_integer(node, spec, diagnostics));
  if (allowed(Form::position)) return void(read_position(node, spec, diagnostics));
  if (allowed(Form::vector)) return void(read_vector(node, spec, diagnostics));
  if (allowed(Form::texts)) return void(read_texts(node, spec, diagnostics));
  if (allowed(Form::integers)) return void(read_integers(node, spec, diagnostics));
  if (allowed(Form::quantities)) return void(read_quantities(node, spec, diagnostics));
  if (allowed(Form::history)) return void(read_history(node, spec, diagnostics));
  if (allowed(Form::components)) return void(read_components(node, spec, diagnostics));
  if (allowed(Form::tables) && node.is_array()) return;
  wrong_kind(node, spec, diagnostics);
}

}  // namespace knead
