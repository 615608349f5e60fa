#pragma once
// How a subject's values follow from those that were given: relations of models/relations/, each with its source.
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "body/model_file.hpp"

namespace knead {

struct SubjectRelation {
  enum class Rule { change, factor, in_proportion, what_the_girth_leaves };

  std::string name;               // "fat by BMI"
  std::string follows;            // "bmi", "sex" (0 male, 1 female), "size_scale", "thigh.girth"
  std::string group;              // of subjects; empty: of all
  std::vector<std::string> keys;  // what it changes; * stands for anything: "thigh-*.fat"
  Rule rule = Rule::change;
  double change = 0;                                 // SI per 1 of what is followed; of a factor the factor
  double least = 0;                                  // m, the value does not fall below by this relation
  std::optional<std::pair<double, double>> between;  // of what is followed: measured
  std::string source, tag;
  std::vector<std::string> citation;

  bool concerns(const std::string& key) const;
};

struct SubjectRelations {
  struct Allowed {
    double least, most;  // SI
    std::string source;
  };
  std::map<std::string, Allowed> allowed;  // by key of a subject, for instance "bmi"
  std::vector<SubjectRelation> list;       // in the order in which they act
};

// Reads models/relations/NAME.toml; throws Error with the place of what is wrong.
SubjectRelations read_relations(const std::string& path);

}  // namespace knead
