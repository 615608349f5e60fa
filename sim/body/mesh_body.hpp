#pragma once
// A body whose hexahedra were made by another program: files with the chart "mesh".
#include "body/chart_body.hpp"
#include "body/model_file.hpp"

namespace knead {

// Reads the mesh of Gmsh that the file names, gives its volumes tissues and holds its groups of faces. Face sets: those
// of the mesh, and "top", the skin: the one that the file names, else everything outside that is not held. Such a body
// has no chart of its skin and no landmarks: places on it are points in its axes. Throws Error with the place of what
// is wrong.
Body build_mesh_body(const BodyRequest& request, const ModelValue& file);

}  // namespace knead
