#pragma once
#include <filesystem>

namespace knead {

// Writes a sidecar for readers that do not know VTKHDF 2.0 (ParaView up to 5.11, VisIt): run.xdmf and run.views.h5
// beside run.vtkhdf. The views are virtual data sets, one per field and step, that point into the result: nothing is
// copied, and the three files stay usable when their folder is moved. Returns the path of the .xdmf file.
std::filesystem::path export_xdmf(const std::filesystem::path& result);

}  // namespace knead
