#include "body/subject.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "body/model_file.hpp"
#include "body/model_folder.hpp"

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

void check_range(const SubjectValues& subject, const std::string& key, const SubjectEntry& entry) {
  if (key == "sex") return;
  if (const auto it = subject.relations.allowed.find(key); it != subject.relations.allowed.end()) {
    const auto& allowed = it->second;
    if (entry.value >= allowed.least && entry.value <= allowed.most) return;
    throw Error(ExitCode::invalid_input, entry.where,
                fmt::format("\"{}\" must lie between {:g} and {:g}, not at {:.6g}: {}.", key, allowed.least,
                            allowed.most, entry.value, allowed.source));
  }
  const bool length = entry.dimension == dimension::length;
  const bool girth = length && key.ends_with("girth");
  const double most = girth ? 1.5 : length ? 0.2 : 3;
  const double least = girth ? 0.1 : length ? 1e-4 : 0.3;
  if (entry.value >= least && entry.value <= most) return;
  throw Error(ExitCode::invalid_input, entry.where,
              length ? fmt::format("\"{}\" must lie between {:g} mm and {:g} mm, not at {:.6g} mm.", key, 1e3 * least,
                                   1e3 * most, 1e3 * entry.value)
                     : fmt::format("\"{}\" must lie between {} and {}, not at {:.6g}.", key, least, most, entry.value));
}

double sex_value(const std::string& text, const Location& where) {
  if (text == "male") return 0;
  if (text == "female") return 1;
  throw Error(ExitCode::invalid_input, where,
              fmt::format("sex is male or female, not {}{}: published thicknesses know these two.", in_quotes(text),
                          did_you_mean(text, {"male", "female"})));
}

// A value of the file; of a subject that is like another it replaces that one's.
void add(SubjectValues& subject, const std::string& key, const ModelValue& value) {
  SubjectEntry entry;
  entry.where = value.where;
  if (const auto it = subject.entries.find(key); it != subject.entries.end()) {
    entry.original = it->second.value;
    entry.dimension = it->second.dimension;
    entry.origin = SubjectEntry::Origin::given;
  }
  if (key == "sex") {
    entry.value = sex_value(value.text(), value.where);
  } else {
    value.only_keys({"value", "source", "tag", "range", "cite"});
    const bool number = value.plain().kind == ModelValue::Kind::number;
    if (!number) entry.dimension = dimension::length;
    entry.value = number ? value.number() : value.quantity(entry.dimension);
    entry.source = value.at("source").text();
    entry.tag = value.at("tag").text();
    for (const SourcedValue& sourced : sources_in(value)) {
      entry.range = sourced.range;
      entry.citation = sourced.citation;
    }
  }
  check_range(subject, key, entry);
  if (entry.origin == SubjectEntry::Origin::file) entry.original = entry.value;
  subject.entries[key] = std::move(entry);
}

// What follows in a file is what its readers start from.
void settle(SubjectValues& subject) {
  follow_relations(subject);
  subject.notes.clear();
  for (auto& [key, entry] : subject.entries) {
    entry.original = entry.value;
    entry.origin = SubjectEntry::Origin::file;
  }
}

SubjectValues read_subject(const std::string& path, const std::vector<std::string>& models, int depth) {
  const ModelValue root = read_model_file(path, "subject");
  SubjectValues subject;
  const ModelValue* like = root.find("like");
  if (like) {
    constexpr int deepest = 8;
    if (depth == deepest) like->fail("Subjects that are like each other go round in a circle here.");
    subject = read_subject(find_model(models, "subjects", like->text(), like->where), models, depth + 1);
  } else {
    subject.relations = read_relations(find_model(models, "relations", "adults"));
  }
  subject.name = root.at("name").text();
  subject.title = root.at("title").text();
  subject.group = root.text_or("group", subject.group);
  for (const auto& [key, value] : root.members) {
    constexpr std::array about{"knead", "kind", "name", "title", "group", "like"};
    if (std::find(about.begin(), about.end(), key) != about.end()) continue;
    if (value.kind == ModelValue::Kind::table && !value.find("value")) {
      for (const auto& [inner, number] : value.members) add(subject, key + "." + inner, number);
    } else {
      add(subject, key, value);
    }
  }
  if (like) settle(subject);
  return subject;
}

}  // namespace

double SubjectValues::at(const std::string& key) const {
  const auto it = entries.find(key);
  if (it == entries.end()) unknown_key(*this, key, {});
  return it->second.value;
}

SubjectValues read_subject(const std::string& path, const std::vector<std::string>& models) {
  return read_subject(path, models, 0);
}

void override_subject(SubjectValues& subject, const std::string& key, const std::string& text, const Location& where) {
  const auto it = subject.entries.find(key);
  if (it == subject.entries.end()) unknown_key(subject, key, where);
  SubjectEntry& entry = it->second;
  if (key == "sex") {
    entry.value = sex_value(text, where);
  } else {
    const QuantityResult result = parse_quantity(text, entry.dimension);
    if (!result.ok()) throw Error(ExitCode::invalid_input, where, fmt::format("{}: {}.", key, result.problem));
    entry.value = result.quantity.value;
  }
  entry.source = "as written in the scenario";
  entry.tag = "given";
  entry.range.clear();
  entry.citation.clear();
  entry.origin = SubjectEntry::Origin::given;
  entry.where = where;
  check_range(subject, key, entry);
}

std::string subject_text(const std::string& key, const SubjectEntry& entry) {
  if (key == "sex") return entry.value > 0 ? "female" : "male";
  return entry.dimension == dimension::length ? fmt::format("{:.4g} mm", 1e3 * entry.value)
                                              : fmt::format("{:.4g}", entry.value);
}

std::vector<SourcedValue> subject_sources(const SubjectValues& subject) {
  std::vector<SourcedValue> list;
  for (const auto& [key, entry] : subject.entries) {
    if (entry.source.empty()) continue;  // the sex in a file
    list.push_back({key, subject_text(key, entry), entry.range, entry.tag, entry.source, entry.citation, entry.where});
  }
  return list;
}

std::vector<SubjectSummary> list_subjects(const std::vector<std::string>& models) {
  namespace fs = std::filesystem;
  std::map<std::string, std::string> found;
  for (const std::string& root : models) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(fs::path(root) / "subjects", ignored)) {
      if (entry.path().extension() != ".toml") continue;
      found.try_emplace(entry.path().stem().string(), read_subject(entry.path().string(), models).title);
    }
  }
  std::vector<SubjectSummary> list;
  for (const auto& [name, title] : found) list.push_back({name, title});
  return list;
}

}  // namespace knead
