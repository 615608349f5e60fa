#include "scenario/tree.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace knead {

const Node* Node::find(std::string_view key) const {
  for (const auto& member : members)
    if (member.key == key) return &member.value;
  return nullptr;
}

Node* Node::find(std::string_view key) {
  return const_cast<Node*>(static_cast<const Node*>(this)->find(key));  // NOLINT: the object is not const
}

Node& Node::set(const std::string& key, Node value, const Location& key_where) {
  for (auto& member : members) {
    if (member.key != key) continue;
    member.value = std::move(value);
    member.where = key_where;
    return member.value;
  }
  members.push_back({key, key_where, std::move(value)});
  return members.back().value;
}

bool Node::erase(std::string_view key) {
  return std::erase_if(members, [&](const Member& member) { return member.key == key; }) > 0;
}

void merge(Node& base, Node over) {
  for (auto& member : over.members) {
    Node* old = base.find(member.key);
    if (old && old->is_table() && member.value.is_table()) {
      const Location where = member.value.where;
      merge(*old, std::move(member.value));
      old->where = where;
    } else {
      base.set(member.key, std::move(member.value), member.where);
    }
  }
}

void set_origin(Node& node, Origin origin) {
  node.origin = origin;
  for (auto& item : node.items) set_origin(item, origin);
  for (auto& member : node.members) set_origin(member.value, origin);
}

std::string kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::table:
      return "a table";
    case Node::Kind::array:
      return "a list";
    case Node::Kind::text:
      return "a string";
    case Node::Kind::integer:
      return "an integer";
    case Node::Kind::number:
      return "a number";
    case Node::Kind::flag:
      return "true or false";
    case Node::Kind::date:
      return "a date";
  }
  return "";
}

std::string to_text(const Node& node) {
  const auto inside = [](const Node& n) { return n.is_text() ? "\"" + n.text + "\"" : to_text(n); };
  std::string out;
  switch (node.kind) {
    case Node::Kind::text:
      return node.text;
    case Node::Kind::integer:
      return fmt::format("{}", node.integer);
    case Node::Kind::number:
      return fmt::format("{}", node.number);
    case Node::Kind::flag:
      return node.flag ? "true" : "false";
    case Node::Kind::date:
      return "a date";
    case Node::Kind::array:
      for (const auto& item : node.items) out += (out.empty() ? "" : ", ") + inside(item);
      return "[" + out + "]";
    case Node::Kind::table:
      for (const auto& member : node.members)
        out += (out.empty() ? "" : ", ") + key_text(member.key) + " = " + inside(member.value);
      return "{" + out + "}";
  }
  return out;
}

std::string key_text(std::string_view key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  return bare ? std::string(key) : "\"" + std::string(key) + "\"";
}

}  // namespace knead
