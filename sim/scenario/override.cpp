#include <fmt/format.h>

#include "base/units.hpp"
#include "scenario/tree.hpp"

namespace knead {
namespace {

// Splits `stroke."up the left side".force` into its keys; empty when it is malformed.
std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> keys;
  std::string key;
  std::size_t i = 0;
  while (true) {
    key.clear();
    if (i < path.size() && (path[i] == '"' || path[i] == '\'')) {
      const char quote = path[i++];
      while (i < path.size() && path[i] != quote) key += path[i++];
      if (i++ >= path.size()) return {};
    } else {
      while (i < path.size() && path[i] != '.') key += path[i++];
    }
    if (key.empty()) return {};
    keys.push_back(key);
    if (i == path.size()) return keys;
    if (path[i++] != '.') return {};
  }
}

// Where the key ends and the value begins: the first "=" outside quotes.
std::size_t find_equals(std::string_view argument) {
  char quote = 0;
  for (std::size_t i = 0; i < argument.size(); ++i) {
    const char c = argument[i];
    if (quote) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '=') {
      return i;
    }
  }
  return std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Node override_value(std::string_view text, const std::string& file) {
  Node node;
  node.kind = Node::Kind::text;
  try {
    const auto parsed = parse_toml(fmt::format("value = {}\n", text), file);
    if (parsed.members.size() == 1) node = parsed.members.front().value;
  } catch (const Error&) {
    // Not TOML: a string without quotes.
  }
  // A key that wants a string takes a number as it was written.
  if (node.kind != Node::Kind::text || (node.text.empty() && text.substr(0, 1) != "\"")) node.text = std::string(text);
  return node;
}

void relocate(Node& node, const Location& where) {
  node.where = where;
  for (auto& item : node.items) relocate(item, where);
  for (auto& member : node.members) {
    member.where = where;
    relocate(member.value, where);
  }
}

// The entry of an array of tables that a key addresses: by its name or by its number.
Node* find_entry(Node& array, const std::string& key) {
  for (auto& item : array.items) {
    const Node* name = item.find("name");
    if (name && name->is_text() && name->text == key) return &item;
  }
  if (key.find_first_not_of("0123456789") != std::string::npos || key.size() > 6) return nullptr;
  const auto number = static_cast<std::size_t>(std::stoul(key));
  return number >= 1 && number <= array.items.size() ? &array.items[number - 1] : nullptr;
}

std::vector<std::string> entry_names(const Node& array) {
  std::vector<std::string> names;
  for (const auto& item : array.items)
    if (const Node* name = item.find("name"); name && name->is_text()) names.push_back(name->text);
  return names;
}

}  // namespace

void apply_override(Node& root, const std::string& argument, Diagnostics& diagnostics) {
  const auto equals = find_equals(argument);
  const std::string_view text(argument);
  if (equals == std::string_view::npos) {
    diagnostics.add({"-s"}, fmt::format("{} is not of the form key=value", in_quotes(argument)));
    return;
  }
  const std::string path(trimmed(text.substr(0, equals)));
  const auto keys = split_path(path);
  const Location where{"-s " + path.substr(0, 80)};
  if (keys.empty()) {
    diagnostics.add({"-s"}, fmt::format("{} is not a key; write for example body.element_size=6 mm", in_quotes(path)));
    return;
  }
  auto value = override_value(trimmed(text.substr(equals + 1)), where.file);
  relocate(value, where);
  set_origin(value, Origin::command_line);

  Node* at = &root;
  for (std::size_t i = 0; i + 1 < keys.size(); ++i) {
    if (at->is_array()) {
      Node* entry = find_entry(*at, keys[i]);
      if (!entry) {
        diagnostics.add(where, fmt::format("there is no entry named {}{}", in_quotes(keys[i]),
                                           did_you_mean(keys[i], entry_names(*at))));
        return;
      }
      at = entry;
      continue;
    }
    if (!at->is_table()) break;
    Node* next = at->find(keys[i]);
    if (!next) {
      Node table;
      table.where = where;
      table.origin = Origin::command_line;
      next = &at->set(keys[i], std::move(table), where);
    }
    at = next;
  }
  if (!at->is_table()) {
    diagnostics.add(where, at->is_array() ? "an entry of a list is addressed by its name or number, then its key"
                                          : "this key lies below a value that is not a table");
    return;
  }
  at->set(keys.back(), std::move(value), where);
}

}  // namespace knead
