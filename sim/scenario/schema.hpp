#pragma once
// The table of everything a scenario may say. Validation, defaults, `knead explain`, the JSON Schema and the reference
// page all come from it; a key that is not in it does not exist.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.hpp"

namespace knead {

// What a value may look like; a key may allow several.
enum class Form : unsigned {
  text = 1,            // "anything"
  choice = 2,          // one of KeySpec::choices
  integer = 4,         // 3
  number = 8,          // 0.2
  quantity = 16,       // "20 N"
  position = 32,       // "L5 + 40 mm lateral" or ["0 mm", "0 mm", "5 mm"]
  vector = 64,         // three quantities, or three numbers when the dimension is a ratio
  texts = 128,         // ["a", "b"]
  integers = 256,      // [4, 4, 2]
  quantities = 512,    // ["0 mm", "1 mm"]
  history = 1024,      // constant quantity, or [["0 s", "0 N"], ["1 s", "20 N"]]
  components = 2048,   // three histories or "free", for x, y, z
  table = 4096,        // { … }, its keys are in the list
  tables = 8192,       // [[…]], the keys of its entries are in the list with "[]"
  free_table = 16384,  // keys that another reader knows
  flag = 32768,        // true, false
};
constexpr unsigned operator|(Form a, Form b) { return static_cast<unsigned>(a) | static_cast<unsigned>(b); }
constexpr unsigned operator|(unsigned a, Form b) { return a | static_cast<unsigned>(b); }

struct KeySpec {
  std::string key;  // "stroke[].path.from"; "*" stands for any name: "tissue.*.law"
  unsigned forms = static_cast<unsigned>(Form::table);
  Dimension dimension{};
  std::string fallback{};  // default, written as in a file without the quotes; empty: none
  std::vector<std::string> choices{};
  std::optional<double> above{};  // SI, exclusive
  std::optional<double> least{};  // SI, inclusive
  std::optional<double> most{};   // SI, inclusive
  bool required = false;          // wherever its table stands
  std::string about{};            // one line
  std::string since = "0.1";

  bool allows(Form form) const { return (forms & static_cast<unsigned>(form)) != 0; }
};

const std::vector<KeySpec>& schema();
const KeySpec* find_key(std::string_view key);
// The direct children of "" (the top), "body", "stroke[]", …, in order.
std::vector<const KeySpec*> child_keys(std::string_view parent);
// Last part of a key: "from" of "stroke[].path.from".
std::string last_part(std::string_view key);
// The key that a person means: exact, without "[]", with a stroke's name in it, or the end of exactly one key.
std::vector<const KeySpec*> match_key(const std::string& words);

// "a force such as \"20 N\", or one of …"
std::string describe_forms(const KeySpec& spec);

// JSON Schema, draft 4 (the one that editors for TOML read).
std::string json_schema();
// docs/scenario.md
std::string markdown_reference();
// One key for the terminal.
std::string explain(const KeySpec& spec);

}  // namespace knead
