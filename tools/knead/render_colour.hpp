#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include <vtkLookupTable.h>
#include <vtkSmartPointer.h>

namespace knead {

using Colour = std::array<double, 3>;  // red, green, blue, 0…1

// How values become colours. One-signed fields get viridis, which is perceptually even and readable in grey and with
// colour-blind eyes; fields of both signs get a diverging map, blue – grey – red, symmetric about zero
// (Moreland, "Diverging color maps for scientific visualization", ISVC 2009).
struct ColourScale {
  double low = 0, high = 1;  // display units
  bool diverging = false;
  std::vector<double> ticks;  // where the bar carries numbers

  vtkSmartPointer<vtkLookupTable> table() const;
};

// From the values themselves, unless a range is given: from the 0.05 % to the 99.95 % quantile, rounded outwards to
// numbers that are easily read, from zero on where that is nearly the end of the range anyway.
ColourScale choose_scale(std::vector<double> values, const std::optional<std::array<double, 2>>& range);

// Colours that an anatomy atlas would use, for pictures of the tissues themselves.
Colour tissue_colour(const std::string& name);
inline constexpr Colour bone_colour{0.94, 0.91, 0.83};
inline constexpr Colour fascia_colour{0.10, 0.36, 0.62};
inline constexpr Colour fascia_colours[2] = {fascia_colour, {0.02, 0.52, 0.48}};  // by turns
inline constexpr Colour fibre_colour{0.99, 0.93, 0.86};
inline constexpr Colour ink{0.13, 0.13, 0.15};
inline constexpr Colour pale_ink{0.42, 0.42, 0.45};

}  // namespace knead
