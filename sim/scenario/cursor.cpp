#include "scenario/cursor.hpp"

#include <cassert>

#include <fmt/format.h>

#include "scenario/validate.hpp"

namespace knead {
namespace {

// A default as it would stand in a file.
Node fallback_node(const KeySpec& spec) {
  const bool quotes = spec.allows(Form::text) || spec.allows(Form::choice) || spec.allows(Form::quantity) ||
                      spec.allows(Form::position);
  const auto text = quotes ? fmt::format("value = \"{}\"", spec.fallback) : "value = " + spec.fallback;
  return parse_toml(text, "default of " + spec.key).members.front().value;
}

}  // namespace

Cursor::Cursor(const Node* table, std::string pattern, std::string shown, Location where, ReadingPass& pass)
    : table_(table && table->is_table() ? table : nullptr),
      pattern_(std::move(pattern)),
      shown_(std::move(shown)),
      where_(std::move(where)),
      pass_(&pass) {}

Location Cursor::where(const std::string& key) const {
  const Node* node = find(key);
  return node ? node->where : where_;
}

void Cursor::problem(const std::string& key, const std::string& sentence) const {
  pass_->diagnostics.add(where(key), sentence);
}

void Cursor::problem_at(const Location& place, const std::string& sentence) const {
  pass_->diagnostics.add(place, sentence);
}

const KeySpec& Cursor::spec(const std::string& key) const {
  const KeySpec* found = find_member(pattern_, key);
  assert(found && "a key is read that the schema does not have");
  return *found;
}

void Cursor::note(const std::string& key, const Node& node, bool fallback) const {
  ResolvedValue value;
  value.key = shown_.empty() ? key_text(key) : shown_ + "." + key_text(key);
  value.value = to_text(node);
  value.origin = fallback ? Origin::program_default : node.origin;
  value.source = node.source;
  if (!fallback) value.where = node.where;
  pass_->resolved.push_back(std::move(value));
}

template <class T>
std::optional<T> Cursor::read(const std::string& key,
                              std::optional<T> (*reader)(const Node&, const KeySpec&, Diagnostics&)) const {
  const KeySpec& rule = spec(key);
  Diagnostics reported_before;
  if (const Node* node = find(key)) {
    note(key, *node, false);
    pass_->read.insert(node);
    return reader(*node, rule, reported_before);
  }
  if (rule.fallback.empty()) return std::nullopt;
  const Node node = fallback_node(rule);
  note(key, node, true);
  return reader(node, rule, reported_before);
}

std::optional<std::string> Cursor::text(const std::string& key) const { return read(key, &read_text); }
std::optional<std::string> Cursor::choice(const std::string& key) const { return read(key, &read_choice); }
std::optional<bool> Cursor::flag(const std::string& key) const { return read(key, &read_flag); }
std::optional<int> Cursor::integer(const std::string& key) const { return read(key, &read_integer); }
std::optional<double> Cursor::number(const std::string& key) const { return read(key, &read_number); }
std::optional<double> Cursor::quantity(const std::string& key) const { return read(key, &read_quantity); }
std::optional<Position> Cursor::position(const std::string& key) const { return read(key, &read_position); }
std::optional<Vec3d> Cursor::vector(const std::string& key) const { return read(key, &read_vector); }
std::optional<Vec3d> Cursor::direction(const std::string& key) const {
  const auto v = vector(key);
  if (!v) return v;
  const double length = norm(*v);
  if (length > 0) return *v / length;
  problem(key, fmt::format("{} must not be zero", key));
  return std::nullopt;
}
std::vector<Name> Cursor::texts(const std::string& key) const {
  return read(key, &read_texts).value_or(std::vector<Name>{});
}
std::vector<int> Cursor::integers(const std::string& key) const {
  return read(key, &read_integers).value_or(std::vector<int>{});
}
std::vector<double> Cursor::quantities(const std::string& key) const {
  return read(key, &read_quantities).value_or(std::vector<double>{});
}

Name Cursor::name(const std::string& key) const { return {text(key).value_or(""), where(key)}; }

int Cursor::choice_index(const std::string& key) const {
  const auto value = choice(key);
  const auto& choices = spec(key).choices;
  for (std::size_t i = 0; i < choices.size(); ++i)
    if (value == choices[i]) return static_cast<int>(i);
  return 0;
}

std::optional<Table> Cursor::history(const std::string& key) const {
  const Node* node = find(key);
  if (!node || !node->is_table() || !spec(key).allows(Form::table)) return read(key, &read_history);
  const Cursor inside = table(key);
  auto values = inside.read("values", &read_history);
  const bool cosine = inside.choice("ramp") == "cosine";
  if (values) values->cosine = cosine;
  return values;
}

std::array<std::optional<Table>, 3> Cursor::components(const std::string& key) const {
  const Node* node = find(key);
  if (!node) return {};
  if (!node->is_table() || !spec(key).allows(Form::table))
    return read(key, &read_components).value_or(std::array<std::optional<Table>, 3>{});
  const Cursor inside = table(key);
  std::array<std::optional<Table>, 3> list{inside.history("x"), inside.history("y"), inside.history("z")};
  const bool cosine = inside.choice("ramp") == "cosine";
  for (auto& component : list)
    if (component) component->cosine = cosine;
  return list;
}

Cursor Cursor::table(const std::string& key) const {
  const auto inner_shown = shown_.empty() ? key_text(key) : shown_ + "." + key_text(key);
  return {find(key), spec(key).key, inner_shown, where(key), *pass_};
}

std::vector<Cursor> Cursor::tables(const std::string& key) const {
  std::vector<Cursor> list;
  const Node* array = find(key);
  if (!array || !array->is_array()) return list;
  for (const auto& item : array->items) {
    const Node* name = item.find("name");
    const auto entry = name && name->is_text() ? key_text(name->text) : fmt::format("{}", list.size() + 1);
    const auto inner_shown = (shown_.empty() ? key : shown_ + "." + key) + "." + entry;
    list.push_back({&item, spec(key).key + "[]", inner_shown, item.where, *pass_});
  }
  return list;
}

std::vector<std::pair<std::string, Cursor>> Cursor::named_tables() const {
  std::vector<std::pair<std::string, Cursor>> list;
  if (!table_) return list;
  for (const auto& member : table_->members)
    if (member.value.is_table() && last_part(spec(member.key).key) == "*")
      list.emplace_back(member.key, table(member.key));
  return list;
}

}  // namespace knead
