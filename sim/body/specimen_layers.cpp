#include "body/specimen_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace knead {

void require_positive(double value, const std::string& what) {
  if (!(value > 0) || !std::isfinite(value)) {
    throw Error(ExitCode::invalid_input, fmt::format("{} must be a positive number, not {}.", what, value));
  }
}

void require_at_least(int value, int least, const std::string& what) {
  if (value < least) {
    throw Error(ExitCode::invalid_input, fmt::format("{} must be at least {}, not {}.", what, least, value));
  }
}

LayerPlanes make_layer_planes(const std::vector<SpecimenLayer>& layers, double inner, double outer, int elements,
                              int tissue, bool fit_innermost) {
  LayerPlanes result;
  if (layers.empty()) {
    for (int i = 0; i <= elements; ++i) result.planes.push_back(inner + (outer - inner) * i / elements);
    result.tissue.assign(static_cast<std::size_t>(elements), tissue);
    result.interface.assign(static_cast<std::size_t>(elements) + 1, false);
    return result;
  }
  result.planes.push_back(outer);
  result.interface.push_back(false);
  double top = outer;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const SpecimenLayer& layer = layers[l];
    require_positive(layer.thickness, fmt::format("The thickness of layer {}", l + 1));
    require_at_least(layer.elements, 1, fmt::format("The number of elements of layer {}", l + 1));
    const bool last = l + 1 == layers.size();
    const double bottom = last && fit_innermost ? inner : top - layer.thickness;
    if (bottom >= top) {
      throw Error(ExitCode::invalid_input,
                  fmt::format("Layer {} has no room: the layers outside it already fill the {:.4g} mm there are.",
                              l + 1, 1e3 * (outer - inner)));
    }
    for (int i = 1; i <= layer.elements; ++i) {
      result.planes.push_back(top + (bottom - top) * i / layer.elements);
      result.tissue.push_back(layer.tissue);
      result.interface.push_back(i == layer.elements && !last);
    }
    top = bottom;
  }
  std::reverse(result.planes.begin(), result.planes.end());
  std::reverse(result.tissue.begin(), result.tissue.end());
  std::reverse(result.interface.begin(), result.interface.end());
  return result;
}

}  // namespace knead
