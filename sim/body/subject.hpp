#pragma once
// A person as the numbers that shape a body: layer thicknesses by site, size, body mass index.
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/units.hpp"

namespace knead {

struct SubjectEntry {
  double value = 0;  // SI
  Dimension dimension;
  std::string source;
  std::string tag;  // "default", "read", …
  bool overridden = false;
  double original = 0;  // as in the file, SI
  Location where;
};

// Keys are dotted: "bmi", "size_scale", "lumbar.fat", "sacral.skin".
struct SubjectValues {
  std::string name, title;
  std::map<std::string, SubjectEntry> entries;

  bool has(const std::string& key) const { return entries.count(key) != 0; }
  // Error listing the keys when there is none of that name.
  double at(const std::string& key) const;
};

SubjectValues read_subject(const std::string& path);

// Replaces one value by what was written, "12 mm" or "31", keeping its dimension. Thicknesses and sizes must be
// positive.
void override_subject(SubjectValues& subject, const std::string& key, const std::string& text, const Location& where);

// Names in models/subjects for lists.
struct SubjectSummary {
  std::string name, title;
};
std::vector<SubjectSummary> list_subjects(const std::vector<std::string>& models);

}  // namespace knead
