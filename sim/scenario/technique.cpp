#include "scenario/technique.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "base/units.hpp"
#include "scenario/models.hpp"
#include "scenario/validate.hpp"

namespace knead {
namespace {

// Keys that say the same thing in different ways: a stroke that has one does not take another from its technique.
constexpr std::array<std::array<std::string_view, 2>, 5> alternatives{{{"force", "travel"},
                                                                       {"path", "at"},
                                                                       {"friction", "lubrication"},
                                                                       {"applicator", "shape"},
                                                                       {"suction", "gas_temperature"}}};

bool set_otherwise(const Node& stroke, std::string_view key) {
  if (stroke.find(key)) return true;
  return std::any_of(alternatives.begin(), alternatives.end(), [&](const auto& pair) {
    return (pair[0] == key && stroke.find(pair[1])) || (pair[1] == key && stroke.find(pair[0]));
  });
}

void set_source(Node& node, const std::string& source) {
  node.source = source;
  for (auto& item : node.items) set_source(item, source);
  for (auto& member : node.members) set_source(member.value, source);
}

// { value = "25 N", tag = "default", source = "…" } → the value, with file, tag and source; nothing when malformed.
const Node* sourced_value(const Member& member, std::string& source, const std::string& file,
                          Diagnostics& diagnostics) {
  const Node& entry = member.value;
  const Node* value = entry.is_table() ? entry.find("value") : nullptr;
  const Node* tag = entry.is_table() ? entry.find("tag") : nullptr;
  const Node* reference = entry.is_table() ? entry.find("source") : nullptr;
  if (!value || !tag || !tag->is_text() || !reference || !reference->is_text()) {
    diagnostics.add(member.where, fmt::format("{}: a value of a model is {{ value = …, tag = \"…\", source = \"…\" }}",
                                              in_quotes(member.key)));
    return nullptr;
  }
  source = fmt::format("{} ({}: {})", std::filesystem::path(file).filename().string(), tag->text, reference->text);
  return value;
}

// The values of a model's table as a plain table that can be checked and merged.
Node plain_values(const Node& table, const std::string& file, Diagnostics& diagnostics) {
  Node plain;
  plain.where = table.where;
  for (const auto& member : table.members) {
    std::string source;
    const Node* value = sourced_value(member, source, file, diagnostics);
    if (!value) continue;
    Node copy = *value;
    set_origin(copy, Origin::technique);
    set_source(copy, source);
    plain.set(member.key, std::move(copy), member.where);
  }
  return plain;
}

const Node* table_of(const Node& root, const std::string& key, const std::string& file, Diagnostics& diagnostics) {
  const Node* table = root.find(key);
  if (table && table->is_table()) return table;
  diagnostics.add({file}, fmt::format("this model has no table [{}]", key));
  return nullptr;
}

// Techniques do not build on each other, and only scenarios extend files.
void check_technique(const Node& root, const Node& stroke, Diagnostics& diagnostics) {
  constexpr std::array<std::string_view, 5> known{"knead", "kind", "name", "title", "stroke"};
  for (const auto& member : root.members)
    if (std::find(known.begin(), known.end(), member.key) == known.end())
      diagnostics.add(member.where,
                      fmt::format("{} is not a key of a technique: {}", in_quotes(member.key), fmt::join(known, ", ")));
  if (const Node* other = stroke.find("technique"))
    diagnostics.add(other->where, "technique: a technique does not build on another one");
}

struct ModelFile {
  std::string path;
  Node root;
};

void add_missing(Node& stroke, const Node& defaults) {
  const Node own = stroke;
  for (const auto& member : defaults.members)
    if (!set_otherwise(own, member.key)) stroke.set(member.key, member.value, member.where);
}

}  // namespace

void apply_techniques(Node& scenario, const std::vector<std::string>& model_folders, std::vector<std::string>& files,
                      Diagnostics& diagnostics) {
  Node* strokes = scenario.find("stroke");
  if (!strokes || !strokes->is_array()) return;
  const auto load = [&](const std::string& kind, const std::string& name, const Location& where) {
    ModelFile model{find_model(model_folders, kind, name, where), {}};
    model.root = parse_toml_file(model.path);
    if (std::find(files.begin(), files.end(), model.path) == files.end()) files.push_back(model.path);
    return model;
  };
  for (auto& stroke : strokes->items) {
    if (!stroke.is_table()) continue;
    try {
      if (const Node* technique = stroke.find("technique"); technique && technique->is_text()) {
        const auto model = load("techniques", technique->text, technique->where);
        if (const Node* table = table_of(model.root, "stroke", model.path, diagnostics)) {
          check_technique(model.root, *table, diagnostics);
          const Node defaults = plain_values(*table, model.path, diagnostics);
          validate(defaults, "stroke[]", diagnostics);
          add_missing(stroke, defaults);
        }
      }
      if (const Node* lubrication = stroke.find("lubrication");
          lubrication && lubrication->is_text() && !stroke.find("friction")) {
        const auto model = load("", "lubrication", lubrication->where);
        if (const Node* table = model.root.find(lubrication->text)) {
          const Node values = plain_values(*table, model.path, diagnostics);
          validate(values, "stroke[]", diagnostics);
          for (const auto& member : values.members) stroke.set(member.key, member.value, member.where);
        }
      }
    } catch (const Error& error) {
      diagnostics.add(error);
    }
  }
}

}  // namespace knead
