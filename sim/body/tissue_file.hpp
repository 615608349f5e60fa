#pragma once
#include <array>
#include <string>
#include <vector>

#include "tissue/tissue.hpp"

namespace knead {

// Tone of a muscle, in the order of muscle_tone_names: the factors of a sheet's [tone] table.
enum class MuscleTone { relaxed, tight, contracted, strongly_contracted };
inline constexpr std::array<const char*, 4> muscle_tone_names{"relaxed", "tight", "contracted", "strongly-contracted"};

// The two declared stiffness classes of tissue sheets: level of massage indentation, and lower bound for sensitivity.
enum class TissueClass { indentation, lower_bound };

// What a tissue sheet (models/tissues/*.toml) gives: for elastic runs the instantaneous modulus times the share of the
// Prony series that is left at the sheet's elastic_time, for viscoelastic ones the instantaneous modulus and the
// series.
struct TissueSheet {
  Tissue tissue;
  std::array<double, muscle_tone_names.size()> tone{1, 1, 1, 1};  // factors on the stiffness, by MuscleTone
};

struct SheetRequest {
  std::vector<std::string> models;  // folders that hold tissues/, in order of preference: a sheet can be like another
  TissueClass tissue_class = TissueClass::indentation;
  bool viscoelastic = false;
  bool pre_stretch = false;    // of sheets that have one
  bool muscle_fibres = false;  // of sheets that have some
};
// path: of a sheet of kind "tissue". One that says `like = "OTHER"` is the other with its stiffness times
// `stiffness_ratio`, or times the factor of the other's [tone] table that `tone` names.
TissueSheet read_tissue_sheet(const std::string& path, const SheetRequest& request);

struct MembraneSheet {
  std::string name;
  MembraneLaw law;
  std::vector<PronyTerm> relaxation;  // of a viscoelastic request; then the law is the instantaneous one
  std::string note;
};
// thickness: of this subject, m; 0 takes the sheet's own.
MembraneSheet read_membrane_sheet(const std::string& path, const SheetRequest& request, double thickness);

}  // namespace knead
