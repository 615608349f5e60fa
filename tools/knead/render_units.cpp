#include "render_units.hpp"

#include <cctype>
#include <map>

namespace knead {

DisplayUnit display_unit(const std::string& si_unit) {
  static const std::map<std::string, DisplayUnit> units = {
      {"m", {"mm", 1e3}},
      {"Pa", {"kPa", 1e-3}},
      {"Pa s", {"kPa s", 1e-3}},
      {"Pa·s", {"kPa s", 1e-3}},
      {"J/m^3", {"kJ/m³", 1e-3}},
      {"m^3", {"cm³", 1e6}},
      {"m^2", {"cm²", 1e4}},
      {"m/s", {"cm/s", 1e2}},
      {"1", {"", 1}},
      {"", {"", 1}},
  };
  const auto found = units.find(si_unit);
  return found == units.end() ? DisplayUnit{si_unit, 1} : found->second;
}

std::string display_name(const std::string& field) {
  std::string name = field;
  for (char& c : name) {
    if (c == '_') c = ' ';
  }
  if (!name.empty()) name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  return name;
}

}  // namespace knead
