#pragma once
#include <map>
#include <string>
#include <vector>

#include "body/body.hpp"

namespace knead {

struct LayerThickness {
  std::string tissue;
  double thickness = 0;  // m, along the skin's inward normal
  std::string ends_at;   // name of the next tissue, "bone: …", or "bottom"
};

// What a needle along the skin's inward normal passes through in the mesh, from the skin on. It stops at bone or at the
// bottom. Empty when there is no skin at these chart coordinates.
std::vector<LayerThickness> measure_layers(const Body& body, double across, double along);

// m³ at rest of each tissue of the mesh, by name.
std::map<std::string, double> measure_volumes(const Body& body);

}  // namespace knead
