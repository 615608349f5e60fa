#pragma once
#include <string>

#include "scenario/schema.hpp"
#include "scenario/tree.hpp"

namespace knead {

// Walks a table and checks every key and value below it against the schema, `pattern` being the table's own key
// ("" for a whole scenario). Every mistake becomes one diagnostic.
void validate(const Node& table, const std::string& pattern, Diagnostics& diagnostics);

// The rule of a member of a table, or nothing when the schema has no such key.
const KeySpec* find_member(const std::string& pattern, const std::string& key);

}  // namespace knead
