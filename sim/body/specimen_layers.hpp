#pragma once
#include <string>
#include <vector>

#include "body/specimens.hpp"

namespace knead {

// Layers turned into element planes: position and tissue of each element, from the inside outwards.
struct LayerPlanes {
  std::vector<double> planes;  // m, ascending, planes.size() = tissue.size() + 1
  std::vector<int> tissue;
  std::vector<bool> interface;  // per plane: does it separate two layers?
};

// From `inner` to `outer` (m). Without layers: `elements` equal elements of `tissue`. With layers the innermost one is
// stretched or cut to end at `inner` when `fit_innermost`, otherwise inner = outer − Σ thickness.
LayerPlanes make_layer_planes(const std::vector<SpecimenLayer>& layers, double inner, double outer, int elements,
                              int tissue, bool fit_innermost);

// Throws Error(invalid_input) "what must be …, not value".
void require_positive(double value, const std::string& what);
void require_at_least(int value, int least, const std::string& what);

}  // namespace knead
