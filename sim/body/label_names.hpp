#pragma once
// Names of the numbers in a label map.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace knead {

using LabelNames = std::map<int, std::string>;  // label number to structure

// Reads a table of labels. A .toml file has the form
//
//   knead = 1
//   kind = "labels"
//   [labels]
//   75 = "femur_left"
//
// Every other file is a list with one label per line: the number, blanks, a colon, comma or equals sign, and the name
// to the end of the line; when something stands in double quotes, that is the name (as in label files of ITK-SNAP).
// Empty lines and lines that start with # are skipped. Numbers lie between 0 and 65535; 0, the background, is not kept.
// Throws Error: file_error when the file cannot be read, invalid_input with the line for everything else, a number or a
// name that comes twice included.
LabelNames read_label_names(const std::string& path);

// The number of a structure. Throws Error with the closest name when the table has none of that name; `path` is that of
// the table.
int label_of(const LabelNames& names, const std::string& structure, const std::string& path);

enum class StructureKind : std::uint8_t { bone, muscle, fat };

struct KnownStructure {
  std::string_view name;
  StructureKind kind;
};

// Structures of the lower body by their names in TotalSegmentator, tasks "total", "tissue_types", "appendicular_bones"
// and "thigh_shoulder_muscles" (J. Wasserthal et
// al., Radiology: Artificial Intelligence 5 (2023) e230024). Only names: the numbers differ between its versions and
// tasks, so they come from the user's table.
const std::vector<KnownStructure>& known_structures();

// nullptr when the structure is not among them.
const KnownStructure* find_known_structure(std::string_view name);

}  // namespace knead
