#pragma once
// Label maps in NIfTI-1 files: R. W. Cox et al., the NIfTI-1 data format, nifti1.h, nifti.nimh.nih.gov, 2004.
#include <string>

#include "body/label_map.hpp"

namespace knead {

// Reads a single file, .nii or .nii.gz (which of them, its first bytes say), of either byte order with three dimensions
// and whole numbers from 0 to 65535 after scaling. Voxels are placed by the sform, else the qform, else the voxel sizes
// alone, which LabelMap::notes then says. Throws Error: file_error when the file cannot be read, invalid_input when it
// is not such a map; one sentence each. Memory is taken as voxels are read, never by the header's word alone.
LabelMap read_nifti(const std::string& path);

// Writes a single file with 16-bit labels placed by its sform, compressed when the name ends in .gz; a failure leaves
// an old file as it was. Positions are kept to a float's precision in mm. Throws Error(file_error).
void write_nifti(const LabelMap& map, const std::string& path);

}  // namespace knead
