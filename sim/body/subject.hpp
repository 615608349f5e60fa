#pragma once
// A person as the numbers that shape a body: layer thicknesses by site, size, body mass index, sex.
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/units.hpp"
#include "body/provenance.hpp"
#include "body/subject_relations.hpp"

namespace knead {

struct SubjectEntry {
  enum class Origin { file, given, followed };

  double value = 0;  // SI; of "sex" 0 for male and 1 for female
  Dimension dimension;
  std::string range;  // "0.5 mm to 1 mm" for studies, or empty
  std::string source;
  std::string tag;  // one of source_tags, or "given"
  std::vector<std::string> citation;
  Origin origin = Origin::file;
  double original = 0;  // as in the file, SI
  Location where;
};

// Keys are dotted: "bmi", "sex", "size_scale", "thigh.girth", "lumbar.fat", "sacral.skin".
struct SubjectValues {
  std::string name, title;
  std::string group;  // "runner": relations of that group come first
  std::map<std::string, SubjectEntry> entries;
  SubjectRelations relations;
  std::vector<std::string> notes;  // what was given, and what followed by which relation

  bool has(const std::string& key) const { return entries.count(key) != 0; }
  // Error listing the keys when there is none of that name.
  double at(const std::string& key) const;
};

// Reads models/subjects/NAME.toml. A file that says `like` another subject holds what differs; the rest follows from
// that by models/relations/adults.toml. `models`: folders that hold subjects/ and relations/.
SubjectValues read_subject(const std::string& path, const std::vector<std::string>& models);

// Replaces one value by what was written, "12 mm", "31" or "female", keeping its dimension. Thicknesses and sizes must
// be positive. Nothing follows yet.
void override_subject(SubjectValues& subject, const std::string& key, const std::string& text, const Location& where);

// Changes all that follows from what was given by the subject's relations and says so in `notes`; a given value stays.
// Throws Error at what was given when too little muscle would be left. Call it once, after override_subject().
void follow_relations(SubjectValues& subject);

// Value of an entry for people: "9 mm", "24", "female".
std::string subject_text(const std::string& key, const SubjectEntry& entry);

// Every value with its source, as in effect.
std::vector<SourcedValue> subject_sources(const SubjectValues& subject);

// Names in models/subjects for lists.
struct SubjectSummary {
  std::string name, title;
};
std::vector<SubjectSummary> list_subjects(const std::vector<std::string>& models);

}  // namespace knead
