#pragma once
#include <string>
#include <vector>

namespace knead {

// Where the values of a field live: at the nodes of the mesh, or in the eight sub-hexahedra of each element.
enum class Association { point, cell };

// One field of a result file, in SI units.
struct FieldInfo {
  std::string name;
  std::string units;  // "1" for a number without dimension
  Association association = Association::cell;
  int components = 1;
  std::string description;  // one line
  std::string sign;         // what a positive value means; empty where that is obvious
  std::string reference;    // configuration of areas, volumes and strains: "current", "rest", or empty
};

// "x", "y", "z" of a vector, "1", "2", "3" of principal values, "xx" … "xz" of a tensor; one empty word of a scalar.
std::vector<std::string> component_names(const FieldInfo& field);

// The dictionary of fields: every name that a scenario may ask for and that a result may hold.
const std::vector<FieldInfo>& field_list();

// The entry of that name; a user's misspelling is an Error (invalid_input) with the closest known name.
const FieldInfo& find_field(const std::string& name);

}  // namespace knead
