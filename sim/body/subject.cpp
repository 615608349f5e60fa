#include "body/subject.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "body/model_file.hpp"

namespace knead {

namespace {

std::vector<std::string> keys_of(const SubjectValues& subject) {
  std::vector<std::string> keys;
  for (const auto& [key, entry] : subject.entries) keys.push_back(key);
  return keys;
}

[[noreturn]] void unknown_key(const SubjectValues& subject, const std::string& key, const Location& where) {
  const std::vector<std::string> keys = keys_of(subject);
  std::string list;
  for (const std::string& k : keys) list += (list.empty() ? "" : ", ") + k;
  throw Error(ExitCode::invalid_input, where,
              fmt::format("The subject \"{}\" has no value {}{}. It has: {}.", subject.name, in_quotes(key),
                          did_you_mean(key, keys), list));
}

void check_range(const std::string& key, const SubjectEntry& entry) {
  const bool length = entry.dimension == dimension::length;
  const bool girth = length && key.ends_with("girth");
  const double most = girth ? 1.5 : length ? 0.2 : key == "bmi" ? 80 : 3;
  const double least = girth ? 0.1 : length ? 1e-4 : key == "bmi" ? 10 : 0.3;
  if (entry.value >= least && entry.value <= most) return;
  throw Error(ExitCode::invalid_input, entry.where,
              length ? fmt::format("\"{}\" must lie between {:g} mm and {:g} mm, not at {:.6g} mm.", key, 1e3 * least,
                                   1e3 * most, 1e3 * entry.value)
                     : fmt::format("\"{}\" must lie between {} and {}, not at {:.6g}.", key, least, most, entry.value));
}

void add(SubjectValues& subject, const std::string& key, const ModelValue& value) {
  value.only_keys({"value", "source", "tag", "range", "cite"});
  SubjectEntry entry;
  entry.where = value.where;
  if (value.plain().kind == ModelValue::Kind::number) {
    entry.value = value.number();
  } else {
    entry.dimension = dimension::length;
    entry.value = value.quantity(entry.dimension);
  }
  entry.original = entry.value;
  entry.source = value.at("source").text();
  entry.tag = value.at("tag").text();
  check_range(key, entry);
  subject.entries[key] = entry;
}

}  // namespace

double SubjectValues::at(const std::string& key) const {
  const auto it = entries.find(key);
  if (it == entries.end()) unknown_key(*this, key, {});
  return it->second.value;
}

SubjectValues read_subject(const std::string& path) {
  const ModelValue root = read_model_file(path, "subject");
  SubjectValues subject;
  subject.name = root.at("name").text();
  subject.title = root.at("title").text();
  for (const auto& [key, value] : root.members) {
    if (key == "knead" || key == "kind" || key == "name" || key == "title") continue;
    if (value.kind == ModelValue::Kind::table && !value.find("value")) {
      for (const auto& [inner, number] : value.members) add(subject, key + "." + inner, number);
    } else {
      add(subject, key, value);
    }
  }
  return subject;
}

void override_subject(SubjectValues& subject, const std::string& key, const std::string& text, const Location& where) {
  const auto it = subject.entries.find(key);
  if (it == subject.entries.end()) unknown_key(subject, key, where);
  SubjectEntry& entry = it->second;
  const QuantityResult result = parse_quantity(text, entry.dimension);
  if (!result.ok()) throw Error(ExitCode::invalid_input, where, fmt::format("{}: {}.", key, result.problem));
  entry.value = result.quantity.value;
  entry.source = "as written in the scenario";
  entry.tag = "given";
  entry.overridden = true;
  entry.where = where;
  check_range(key, entry);
}

std::vector<SubjectSummary> list_subjects(const std::vector<std::string>& models) {
  namespace fs = std::filesystem;
  std::map<std::string, std::string> found;
  for (const std::string& root : models) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(fs::path(root) / "subjects", ignored)) {
      if (entry.path().extension() != ".toml") continue;
      found.try_emplace(entry.path().stem().string(), read_subject(entry.path().string()).title);
    }
  }
  std::vector<SubjectSummary> list;
  for (const auto& [name, title] : found) list.push_back({name, title});
  return list;
}

}  // namespace knead
