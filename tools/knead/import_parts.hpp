#pragma once
// What importing scans and meshes have in common.
#include <filesystem>
#include <string>

#include "body/body.hpp"
#include "body/position.hpp"
#include "command.hpp"

namespace knead {

double parse_length(const std::string& option, const std::string& text);  // m
double positive_length(const Given& given, const std::string& option);    // m

void refuse_existing(const std::filesystem::path& file, bool force);

// The body as a scenario would have it: what cannot be built is said now.
Body trial_body(const std::filesystem::path& file, Laterality side, double element_size);
// "skin 279 ml, muscle 4929 ml"
std::string volumes_of(const Body& body);

// A mesh becomes a body; exit code.
int import_mesh(const Given& given, const std::filesystem::path& input, const std::filesystem::path& output);

// A mesh of VTK (.vtu, .vtkhdf) as a file of Gmsh 2.2, with the values of a cell array as physical groups ("tissue 3")
// and the faces outside whose corners all have a point array "held" as the surface "held". Throws Error when VTK cannot
// read it, when it has other cells than hexahedra and quadrilaterals, and in a build without VTK.
std::string gmsh_from_vtk(const std::filesystem::path& path, const std::string& array);

}  // namespace knead
