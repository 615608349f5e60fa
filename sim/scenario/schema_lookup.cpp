#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "scenario/schema.hpp"

namespace knead {
namespace {

std::string_view parent_of(std::string_view key) {
  const auto dot = key.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : key.substr(0, dot);
}

std::string without_brackets(std::string_view key) {
  std::string out;
  for (const char c : key)
    if (c != '[' && c != ']') out += c;
  return out;
}

}  // namespace

const KeySpec* find_key(std::string_view key) {
  static const auto index = [] {
    std::unordered_map<std::string_view, const KeySpec*> map;
    for (const auto& spec : schema()) map.emplace(spec.key, &spec);
    return map;
  }();
  const auto found = index.find(key);
  return found == index.end() ? nullptr : found->second;
}

std::vector<const KeySpec*> child_keys(std::string_view parent) {
  std::vector<const KeySpec*> children;
  for (const auto& spec : schema())
    if (parent_of(spec.key) == parent) children.push_back(&spec);
  return children;
}

std::string last_part(std::string_view key) {
  const auto dot = key.rfind('.');
  return std::string(dot == std::string_view::npos ? key : key.substr(dot + 1));
}

std::vector<const KeySpec*> match_key(const std::string& words) {
  if (const auto* spec = find_key(words)) return {spec};
  const std::string wanted = without_brackets(words);
  std::vector<const KeySpec*> exact, ending;
  for (const auto& spec : schema()) {
    const std::string known = without_brackets(spec.key);
    if (known == wanted)
      exact.push_back(&spec);
    else if (known.size() > wanted.size() && known.ends_with(wanted) && known[known.size() - wanted.size() - 1] == '.')
      ending.push_back(&spec);
  }
  return exact.empty() ? ending : exact;
}

std::string describe_forms(const KeySpec& spec) {
  std::vector<std::string> ways;
  const bool plain = spec.dimension == dimension::ratio;
  const std::string what =
      plain ? "number such as \"5 %\""
            : dimension_name(spec.dimension) + " such as \"" + dimension_example(spec.dimension) + "\"";
  const std::string example = plain ? "0" : "\"" + dimension_example(spec.dimension) + "\"";
  if (spec.allows(Form::text)) ways.emplace_back("a string");
  if (spec.allows(Form::choice)) ways.push_back(fmt::format("one of \"{}\"", fmt::join(spec.choices, "\", \"")));
  if (spec.allows(Form::flag)) ways.emplace_back("true or false");
  if (spec.allows(Form::integer)) ways.emplace_back("an integer");
  if (spec.allows(Form::number)) ways.emplace_back("a number");
  if (spec.allows(Form::quantity)) ways.push_back("a " + what);
  if (spec.allows(Form::position))
    ways.emplace_back("a place such as \"L5 + 40 mm lateral\" or [\"0 mm\", \"0 mm\", \"5 mm\"]");
  if (spec.allows(Form::vector)) ways.push_back(fmt::format("a list of three, [{0}, {0}, {0}]", example));
  if (spec.allows(Form::texts)) ways.emplace_back("a list of strings");
  if (spec.allows(Form::integers)) ways.emplace_back("a list of integers");
  if (spec.allows(Form::quantities)) ways.push_back(fmt::format("a list of quantities such as [{}]", example));
  if (spec.allows(Form::history))
    ways.push_back(fmt::format("a {}, or over time [[\"0 s\", {}], [\"1 s\", …]]", what, example));
  if (spec.allows(Form::components)) ways.push_back(fmt::format("a list of three, [{0}, {0}, \"free\"]", example));
  if (spec.allows(Form::table) || spec.allows(Form::free_table)) ways.emplace_back("a table");
  if (spec.allows(Form::tables)) ways.emplace_back("a list of tables");
  return fmt::format("{}", fmt::join(ways, ", or "));
}

}  // namespace knead
