#pragma once
#include <string>

#include "scenario/build.hpp"

namespace knead {

// The same mesh, laws, supports and loads as an input deck of CalculiX (Dhondt; read by ccx 2.20), so that another
// program can check a scenario. SI units.
//
// - 20-node hexahedra with reduced integration (C3D20R): the nodes in the middle of faces and elements are left out.
//   Their forces go to the eight other nodes of the face by the weights of its serendipity functions, −1/4 at corners
//   and 1/2 at edges, which makes nodal forces consistent for those functions, too (they lie in the Q2 space).
// - One *STEP per interval between two boundaries of the scenario's time, values ramped within it as there.
// - node sets HELD_X/Y/Z and one per name of a face set, an element set and a *MATERIAL per tissue.
//
// An Error (invalid_input) with a sentence where CalculiX has no counterpart: applicators, membranes, elastic supports,
// pressure that follows the face, coupled laws, other volumetric functions than (J − 1)²/2, κ = ∞, Ogden beyond three
// terms.
std::string calculix_deck(const BuiltScenario& built, const std::string& title);

}  // namespace knead
