#pragma once
// Which way elements point.
#include <vector>

#include "body/mesh.hpp"

namespace knead {

// Turns the local axes of elements so that ζ points outwards: in those that have one of the `skin` faces across it, and
// in the columns below them, from each element through the side opposite to the one it was entered by. Elements that no
// column reaches keep their axes. Face sets are changed with their elements; `skin` is meant for the axes before.
// Returns how many elements were reached. Lines of nodes (Mesh::line_nodes) must be built afterwards.
int point_outwards(Mesh& mesh, const std::vector<Face>& skin);

}  // namespace knead
