#include "body/provenance.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace knead {

namespace {

std::string written(const ModelValue& value) {
  switch (value.kind) {
    case ModelValue::Kind::text:
      return value.string;
    case ModelValue::Kind::number:
      return fmt::format("{:g}", value.real);
    case ModelValue::Kind::flag:
      return value.boolean ? "true" : "false";
    case ModelValue::Kind::array: {
      std::string list;
      for (const ModelValue& item : value.items) list += (list.empty() ? "" : ", ") + written(item);
      return "[" + list + "]";
    }
    case ModelValue::Kind::table:
      break;
  }
  return "";
}

// A number with or without a unit.
struct Measured {
  double value = 0;
  Dimension dimension{};
};
std::optional<Measured> measured(const ModelValue& value) {
  if (value.kind == ModelValue::Kind::number) return Measured{value.real, {}};
  if (value.kind != ModelValue::Kind::text) return std::nullopt;
  const QuantityResult result = parse_quantity(value.string);
  if (!result.ok()) return std::nullopt;
  return Measured{result.quantity.value, result.quantity.dimension};
}

void check_range(const ModelValue& value, const ModelValue& range) {
  if (range.list().size() != 2) range.fail("A range has two ends.");
  const auto low = measured(range.list()[0]), high = measured(range.list()[1]);
  if (!low || !high) range.fail("The ends of a range are numbers with their units.");
  if (!(low->dimension == high->dimension) || !(low->value < high->value))
    range.fail("A range goes from a smaller to a larger value of the same kind.");
  const auto inside = [&](const ModelValue& one) {
    const auto number = measured(one);
    if (!number || !(number->dimension == low->dimension))
      one.fail(fmt::format("{} is not of the kind of its range, {} to {}.", in_quotes(written(one)),
                           written(range.list()[0]), written(range.list()[1])));
    if (number->value < low->value || number->value > high->value)
      one.fail(fmt::format("{} lies outside its range, {} to {}.", written(one), written(range.list()[0]),
                           written(range.list()[1])));
  };
  if (value.kind != ModelValue::Kind::array) return inside(value);
  for (const ModelValue& item : value.items) inside(item);
}

class Collection {
 public:
  explicit Collection(bool strict) : strict_(strict) {}
  std::vector<SourcedValue> list;

  void collect(const ModelValue& value, const std::string& key, bool sourced) {
    if (value.kind == ModelValue::Kind::array) {
      int number = 0;
      for (const ModelValue& item : value.items) {
        const ModelValue* name = item.kind == ModelValue::Kind::table ? item.find("name") : nullptr;
        const std::string own = name && name->kind == ModelValue::Kind::text ? name->string : std::to_string(++number);
        collect(item, fmt::format("{}[{}]", key, own), sourced);
      }
      return;
    }
    if (value.kind != ModelValue::Kind::table) {
      if (strict_ && !sourced && measured(value))
        value.fail(fmt::format("{} has no source: write {} = {{ value = …, tag = …, source = … }}.", key,
                               key.substr(key.rfind('.') + 1)));
      return;
    }
    const ModelValue* own = value.find("value");
    if (own || value.find("source")) {
      add(value, key, own);
      if (own) return;
      sourced = true;
    }
    for (const auto& [name, member] : value.members) {
      const bool about = name == "knead" || name == "kind" || name == "name" || name == "title" || name == "source" ||
                         name == "tag" || name == "cite" || name == "description";
      if (about) continue;
      // The source of a table of names stands beside it: [landmarks] and [landmarks_source].
      const bool beside = value.find(name + "_source") != nullptr;
      collect(member, key.empty() ? name : key + "." + name, sourced || beside);
    }
  }

 private:
  std::string text_of(const ModelValue& table, const char* key) const {
    if (strict_) return table.at(key).text();
    const ModelValue* value = table.find(key);
    return value && value->plain().kind == ModelValue::Kind::text ? value->text() : "";
  }

  void add(const ModelValue& table, const std::string& key, const ModelValue* value) {
    SourcedValue entry{key, "", "", text_of(table, "tag"), text_of(table, "source"), {}, table.where};
    if (value) entry.value = written(*value);
    const ModelValue *range = table.find("range"), *citation = table.find("cite");
    if (strict_) {
      if (entry.source.empty()) table.at("source").fail("A source must say something.");
      if (std::find(std::begin(source_tags), std::end(source_tags), entry.tag) == std::end(source_tags))
        table.at("tag").fail(fmt::format("{} is not a tag; tags are {}.", in_quotes(entry.tag),
                                         fmt::join(std::begin(source_tags), std::end(source_tags), ", ")));
      if (value && range) check_range(*value, *range);
      if (citation) entry.citation = citation->texts();
    }
    if (range && range->kind == ModelValue::Kind::array && range->items.size() == 2)
      entry.range = fmt::format("{} to {}", written(range->items[0]), written(range->items[1]));
    if (citation && !strict_ && citation->kind == ModelValue::Kind::array)
      for (const ModelValue& item : citation->items)
        if (item.kind == ModelValue::Kind::text) entry.citation.push_back(item.string);
    if (!entry.source.empty()) list.push_back(std::move(entry));
  }

  bool strict_;
};

}  // namespace

std::vector<SourcedValue> checked_sources(const ModelValue& file) {
  Collection collection(true);
  collection.collect(file, "", false);
  return collection.list;
}

std::vector<SourcedValue> sources_in(const ModelValue& file) {
  Collection collection(false);
  collection.collect(file, "", false);
  return collection.list;
}

}  // namespace knead
