#pragma once
#include <string>

#include "tissue/tissue.hpp"

namespace knead {

// The two declared stiffness classes of tissue sheets: level of massage indentation, and lower bound for sensitivity.
enum class TissueClass { indentation, lower_bound };

// What a tissue sheet (models/tissues/*.toml) gives for elastic runs: the instantaneous modulus times the share of the
// Prony series that is left at the sheet's elastic_time.
struct TissueSheet {
  Tissue tissue;
  // Factors on the shear modulus by tone ("relaxed", "tight", "contracted"); 1 for tissues without one.
  double tight = 1, contracted = 1;
};
TissueSheet read_tissue_sheet(const std::string& path, TissueClass tissue_class);

struct MembraneSheet {
  std::string name;
  MembraneLaw law;
  std::string note;
};
// thickness: of this subject, m; 0 takes the sheet's own.
MembraneSheet read_membrane_sheet(const std::string& path, TissueClass tissue_class, double thickness);

}  // namespace knead
