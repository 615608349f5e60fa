#pragma once
// A TOML document as a plain tree in which every key and value knows its place and where it came from.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "scenario/scenario.hpp"

namespace knead {

struct Member;

struct Node {
  enum class Kind { table, array, text, integer, number, flag, date };
  Kind kind = Kind::table;
  Location where;
  Origin origin = Origin::scenario;
  std::string source;  // of a technique's value: what the file says about it
  std::string text;    // of Kind::text; of a command-line value: as written
  std::int64_t integer = 0;
  double number = 0;  // also of an integer
  bool flag = false;
  std::vector<Node> items;      // of an array
  std::vector<Member> members;  // of a table, in the order of the file where known

  bool is_table() const { return kind == Kind::table; }
  bool is_array() const { return kind == Kind::array; }
  bool is_text() const { return kind == Kind::text; }
  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
  Node& set(const std::string& key, Node value, const Location& key_where);
  bool erase(std::string_view key);
};

struct Member {
  std::string key;
  Location where;  // of the key
  Node value;
};

// Keys of `over` replace those of `base`, tables are merged, arrays replaced.
void merge(Node& base, Node over);
// Marks a whole tree as coming from somewhere else than the scenario.
void set_origin(Node& node, Origin origin);

// "a string", "a table", …
std::string kind_name(Node::Kind kind);
// As TOML, for lists of resolved values: 25 N, [1, 2], {a = 1}
std::string to_text(const Node& node);
// `stroke`, or quoted where TOML needs it: "up the left side"
std::string key_text(std::string_view key);

// Parses TOML. Throws Error(invalid_input) with the parser's place and sentence.
Node parse_toml(const std::string& text, const std::string& file);
// Reads and parses a file; file_error when it cannot be read, invalid_input when it is not text.
Node parse_toml_file(const std::string& path, std::string* text = nullptr);

// "key.path=value": the value is taken as a string when it is not TOML. Addresses an array of tables by the entries'
// `name` or by their number from 1. Problems are added to `diagnostics`.
void apply_override(Node& root, const std::string& argument, Diagnostics& diagnostics);

}  // namespace knead
