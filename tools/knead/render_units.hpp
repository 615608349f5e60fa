#pragma once
#include <string>

namespace knead {

// Files hold SI; pictures speak in kPa and mm.
struct DisplayUnit {
  std::string name;   // "kPa"; empty for a pure number
  double factor = 1;  // display value = factor × SI value
};

DisplayUnit display_unit(const std::string& si_unit);
// "tissue_pressure" → "Tissue pressure".
std::string display_name(const std::string& field);

}  // namespace knead
