#include "body/model_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

// One of the parser's assertions is wrong for malformed keys; the sentence that follows it is right.
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/toml.h>

namespace knead {

namespace {

Location place(const std::string& file, const toml::source_region& source) {
  return {file, static_cast<int>(source.begin.line), static_cast<int>(source.begin.column)};
}

ModelValue convert(const toml::node& node, const std::string& file) {
  ModelValue value;
  value.where = place(file, node.source());
  if (const auto* table = node.as_table()) {
    value.kind = ModelValue::Kind::table;
    for (const auto& [key, child] : *table) {
      value.members.emplace_back(std::string(key.str()), convert(child, file));
      value.members.back().second.where = place(file, key.source());
    }
    std::stable_sort(value.members.begin(), value.members.end(), [](const auto& a, const auto& b) {
      return std::pair(a.second.where.line, a.second.where.column) <
             std::pair(b.second.where.line, b.second.where.column);
    });
  } else if (const auto* array = node.as_array()) {
    value.kind = ModelValue::Kind::array;
    for (const auto& child : *array) value.items.push_back(convert(child, file));
  } else if (const auto* text = node.as_string()) {
    value.kind = ModelValue::Kind::text;
    value.string = text->get();
  } else if (const auto* flag = node.as_boolean()) {
    value.kind = ModelValue::Kind::flag;
    value.boolean = flag->get();
  } else if (node.is_number()) {
    value.kind = ModelValue::Kind::number;
    value.real = node.value<double>().value_or(std::nan(""));
  } else {
    value.fail("Dates and times have no meaning here; write a text or a number.");
  }
  return value;
}

const char* kind_name(ModelValue::Kind kind) {
  switch (kind) {
    case ModelValue::Kind::text:
      return "a text in quotes";
    case ModelValue::Kind::number:
      return "a number";
    case ModelValue::Kind::flag:
      return "true or false";
    case ModelValue::Kind::array:
      return "a list in brackets";
    case ModelValue::Kind::table:
      return "a table";
  }
  return "a value";
}

}  // namespace

void ModelValue::fail(const std::string& sentence) const { throw Error(ExitCode::invalid_input, where, sentence); }

ModelValue::ModelValue() = default;
ModelValue::~ModelValue() = default;
ModelValue::ModelValue(const ModelValue&) = default;
ModelValue::ModelValue(ModelValue&&) noexcept = default;
ModelValue& ModelValue::operator=(const ModelValue&) = default;
ModelValue& ModelValue::operator=(ModelValue&&) noexcept = default;

const ModelValue& ModelValue::plain() const {
  if (kind != Kind::table) return *this;
  const ModelValue* value = find("value");
  return value ? *value : *this;
}

const ModelValue* ModelValue::find(const std::string& key) const {
  for (const auto& [name, value] : members)
    if (name == key) return &value;
  return nullptr;
}

const ModelValue& ModelValue::at(const std::string& key) const {
  if (kind != Kind::table) fail(fmt::format("A table with the key \"{}\" is due here, not {}.", key, kind_name(kind)));
  const ModelValue* value = find(key);
  if (!value) fail(fmt::format("The key \"{}\" is missing here.", key));
  return *value;
}

const std::string& ModelValue::text() const {
  const ModelValue& value = plain();
  if (value.kind != Kind::text) fail(fmt::format("A text in quotes is due here, not {}.", kind_name(value.kind)));
  return value.string;
}

double ModelValue::number() const {
  const ModelValue& value = plain();
  if (value.kind != Kind::number) fail(fmt::format("A number is due here, not {}.", kind_name(value.kind)));
  if (!std::isfinite(value.real)) fail("A finite number is due here.");
  return value.real;
}

int ModelValue::count() const {
  const double value = number();
  if (value < 1 || value > 1e6 || value != std::floor(value)) fail("A whole number of at least 1 is due here.");
  return static_cast<int>(value);
}

bool ModelValue::flag() const {
  const ModelValue& value = plain();
  if (value.kind != Kind::flag) fail(fmt::format("true or false is due here, not {}.", kind_name(value.kind)));
  return value.boolean;
}

double ModelValue::quantity(const Dimension& dimension) const {
  const ModelValue& value = plain();
  if (value.kind == Kind::number) {
    fail(fmt::format("This number needs a unit, for example \"{}\".", dimension_example(dimension)));
  }
  if (value.kind != Kind::text) {
    fail(fmt::format("A quantity such as \"{}\" is due here, not {}.", dimension_example(dimension),
                     kind_name(value.kind)));
  }
  const QuantityResult result = parse_quantity(value.string, dimension);
  if (!result.ok()) fail(result.problem + ".");
  return result.quantity.value;
}

std::vector<std::string> ModelValue::texts() const {
  std::vector<std::string> result;
  for (const ModelValue& item : list()) result.push_back(item.text());
  return result;
}

const std::vector<ModelValue>& ModelValue::list() const {
  const ModelValue& value = plain();
  if (value.kind != Kind::array) fail(fmt::format("A list in brackets is due here, not {}.", kind_name(value.kind)));
  return value.items;
}

std::string ModelValue::text_or(const std::string& key, const std::string& fallback) const {
  const ModelValue* value = find(key);
  return value ? value->text() : fallback;
}

double ModelValue::quantity_or(const std::string& key, const Dimension& dimension, double fallback) const {
  const ModelValue* value = find(key);
  return value ? value->quantity(dimension) : fallback;
}

double ModelValue::number_or(const std::string& key, double fallback) const {
  const ModelValue* value = find(key);
  return value ? value->number() : fallback;
}

void ModelValue::only_keys(std::initializer_list<const char*> keys) const {
  const std::vector<std::string> known(keys.begin(), keys.end());
  for (const auto& [name, value] : members) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      value.fail(fmt::format("The key {} is not known here{}.", in_quotes(name), did_you_mean(name, known)));
    }
  }
}

ModelValue read_model_file(const std::string& path, const std::string& kind) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw Error(ExitCode::file_error, fmt::format("The file {} cannot be opened.", path));
  std::ostringstream content;
  content << stream.rdbuf();
  try {
    const toml::table table = toml::parse(std::string_view(content.view()), std::string_view(path));
    ModelValue root = convert(table, path);
    root.where = {path, 0, 0};
    if (root.at("knead").number() != 1) {
      root.at("knead").fail("This program reads model files of version 1; write knead = 1.");
    }
    if (root.at("kind").text() != kind && !kind.empty()) {
      root.at("kind").fail(
          fmt::format("A file of kind \"{}\" is due here, not {}.", kind, in_quotes(root.at("kind").text())));
    }
    return root;
  } catch (const toml::parse_error& problem) {
    throw Error(ExitCode::invalid_input, place(path, problem.source()), std::string(problem.description()) + ".");
  }
}

}  // namespace knead
