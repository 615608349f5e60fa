#pragma once
// Where the numbers of a model file come from.
#include <string>
#include <vector>

#include "body/model_file.hpp"

namespace knead {

struct SourcedValue {
  std::string key;     // "indentation.shear_modulus"; of a table with a source for all its numbers, the table
  std::string value;   // as written: 8 kPa, 0.03, [0.5 s, 6 s]; empty for a table
  std::string range;   // "0.7 kPa to 16 kPa", or empty
  std::string tag;     // one of source_tags
  std::string source;  // in words
  std::vector<std::string> citation;  // keys of models/references.toml
  Location where;
};

// How far a number can be trusted, from read in the source itself to chosen.
inline constexpr const char* source_tags[] = {"read", "read second-hand", "computed", "general knowledge", "default"};

// Everything in a model file that has a source, in its order. Throws Error for a number or quantity without one
// (itself, in a table around it, or in NAME_source beside a table NAME), an unknown tag, a quantity whose range has
// another dimension, a value outside its range.
std::vector<SourcedValue> checked_sources(const ModelValue& file);
// The same of a file that need not be complete: what says nothing is left out, and nothing is refused.
std::vector<SourcedValue> sources_in(const ModelValue& file);

}  // namespace knead
