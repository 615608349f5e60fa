#pragma once
#include <vector>

#include "body/mesh.hpp"

namespace knead {

// Depth below the skin of the eight parts of every element, m: the way up along the element's own column of nodes.
// Where a bone interrupts the column below the skin, the distance to the nearest place where a column meets the skin
// (the faces "top" or "outer").
std::vector<double> sample_depths(const Mesh& mesh);

}  // namespace knead
