#include "body/label_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/error.hpp"
#include "base/units.hpp"
#include "body/model_file.hpp"

namespace knead {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// Collects entries and refuses what comes twice.
class Table {
 public:
  void add(std::string_view number, std::string_view name, const Location& where) {
    int label = -1;
    const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), label);
    if (number.empty() || problem != std::errc() || end != number.data() + number.size() || label < 0 ||
        label > 65535) {
      throw Error(ExitCode::invalid_input, where,
                  fmt::format("A label is a whole number from 0 to 65535 before its name, not {}.", in_quotes(number)));
    }
    if (name.empty() || std::any_of(name.begin(), name.end(), is_control)) {
      throw Error(ExitCode::invalid_input, where, fmt::format("Label {} needs a name on the same line.", label));
    }
    if (!numbers_.insert(label).second) {
      throw Error(ExitCode::invalid_input, where, fmt::format("Label {} is named twice.", label));
    }
    if (label == 0) return;
    if (!used_.insert(std::string(name)).second) {
      throw Error(ExitCode::invalid_input, where,
                  fmt::format("The name {} stands for two labels; give each its own.", in_quotes(name)));
    }
    names[label] = name;
  }

  LabelNames names;

 private:
  std::set<int> numbers_;
  std::set<std::string> used_;
};

void read_line(Table& table, std::string_view line, const Location& where) {
  const auto end = line.find_first_of(" \t:,=");
  std::string_view name = end == std::string_view::npos ? std::string_view{} : trimmed(line.substr(end));
  const auto open = name.find('"');
  if (open != std::string_view::npos) {
    const auto close = name.find('"', open + 1);
    name = close == std::string_view::npos ? std::string_view{} : name.substr(open + 1, close - open - 1);
  } else if (!name.empty() && std::string_view(":,=").find(name.front()) != std::string_view::npos) {
    name.remove_prefix(1);
  }
  table.add(line.substr(0, end), trimmed(name), where);
}

}  // namespace

LabelNames read_label_names(const std::string& path) {
  Table table;
  if (std::filesystem::path(path).extension() == ".toml") {
    const ModelValue root = read_model_file(path, "labels");
    root.only_keys({"knead", "kind", "title", "source", "labels"});
    const ModelValue& labels = root.at("labels");
    if (labels.kind != ModelValue::Kind::table)
      labels.fail("A table with lines such as 75 = \"femur_left\" is due here.");
    for (const auto& [number, name] : labels.members) table.add(number, trimmed(name.text()), name.where);
  } else {
    std::ifstream file(path);
    std::error_code problem;
    if (!file || !std::filesystem::is_regular_file(path, problem)) {
      throw Error(ExitCode::file_error, Location{path}, "The table of labels cannot be opened.");
    }
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
      const std::string_view text = trimmed(line);
      if (!text.empty() && text.front() != '#') read_line(table, text, {path, number});
    }
  }
  if (table.names.empty()) throw Error(ExitCode::invalid_input, Location{path}, "The table names no label.");
  return table.names;
}

int label_of(const LabelNames& names, const std::string& structure, const std::string& path) {
  std::vector<std::string> known;
  for (const auto& [number, name] : names) {
    if (name == structure) return number;
    known.push_back(name);
  }
  const std::string hint = did_you_mean(structure, known);
  throw Error(ExitCode::invalid_input, Location{path},
              fmt::format("The table has no label named {}{}", in_quotes(structure),
                          hint.empty() ? "; add a line with its number and name." : hint));
}

const std::vector<KnownStructure>& known_structures() {
  using enum StructureKind;
  static const std::vector<KnownStructure> list = {
      {"sacrum", bone},
      {"vertebrae_S1", bone},
      {"vertebrae_L5", bone},
      {"vertebrae_L4", bone},
      {"vertebrae_L3", bone},
      {"vertebrae_L2", bone},
      {"vertebrae_L1", bone},
      {"hip_left", bone},
      {"hip_right", bone},
      {"femur_left", bone},
      {"femur_right", bone},
      {"tibia", bone},
      {"fibula", bone},
      {"patella", bone},
      {"gluteus_maximus_left", muscle},
      {"gluteus_maximus_right", muscle},
      {"gluteus_medius_left", muscle},
      {"gluteus_medius_right", muscle},
      {"gluteus_minimus_left", muscle},
      {"gluteus_minimus_right", muscle},
      {"autochthon_left", muscle},
      {"autochthon_right", muscle},
      {"iliopsoas_left", muscle},
      {"iliopsoas_right", muscle},
      {"quadriceps_femoris_left", muscle},
      {"quadriceps_femoris_right", muscle},
      {"thigh_medial_compartment_left", muscle},
      {"thigh_medial_compartment_right", muscle},
      {"thigh_posterior_compartment_left", muscle},
      {"thigh_posterior_compartment_right", muscle},
      {"sartorius_left", muscle},
      {"sartorius_right", muscle},
      {"subcutaneous_fat", fat},
      {"torso_fat", fat},
      {"skeletal_muscle", muscle},
  };
  return list;
}

const KnownStructure* find_known_structure(std::string_view name) {
  const auto& list = known_structures();
  const auto found = std::find_if(list.begin(), list.end(), [&](const KnownStructure& s) { return s.name == name; });
  return found == list.end() ? nullptr : &*found;
}

}  // namespace knead
