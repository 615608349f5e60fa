#pragma once
// Segmented scans: a grid of voxels, each with the number of the structure that it shows.
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "math/tensor.hpp"

namespace knead {

inline constexpr std::int64_t most_voxels = std::int64_t{1} << 31;  // of a label map: 4 GB of labels
inline constexpr double least_edge = 1e-6, most_edge = 1;           // of a voxel, m: beyond them a unit is wrong

// World axes are those of the scanner and of NIfTI: x to the subject's right, y anterior, z superior (RAS+).
// The centre of voxel (i, j, k) lies at origin + axes (i, j, k)ᵀ.
struct LabelMap {
  std::array<int, 3> size{0, 0, 0};  // voxels along i, j, k
  std::vector<std::uint16_t> label;  // of voxel (i, j, k) at i + size[0] (j + size[1] k); 0 is the background
  Mat3d axes = Mat3d::identity();    // column a: one voxel along axis a, m; not singular
  Vec3d origin{0, 0, 0};             // centre of voxel (0, 0, 0), m
  std::string source;                // the file, for messages
  std::vector<std::string> notes;    // what was assumed, for people

  std::size_t index(int i, int j, int k) const {
    return static_cast<std::size_t>(i) +
           static_cast<std::size_t>(size[0]) *
               (static_cast<std::size_t>(j) + static_cast<std::size_t>(size[1]) * static_cast<std::size_t>(k));
  }
  int at(int i, int j, int k) const { return label[index(i, j, k)]; }
  // World position, m, at voxel coordinates; whole numbers are centres of voxels.
  Vec3d position(double i, double j, double k) const { return origin + axes * Vec3d{i, j, k}; }
};

// Edge lengths of a voxel, m, and its volume, m³.
Vec3d voxel_size(const LabelMap& map);
double voxel_volume(const LabelMap& map);

// How many voxels have each label that occurs.
std::map<int, std::int64_t> count_labels(const LabelMap& map);

// Where the voxel axes point, by the closest world axes: "RAS", "LPI", "PSR", … (towards right or left, anterior or
// posterior, superior or inferior).
std::string orientation(const LabelMap& map);

// The same voxels at the same places with the axes permuted and flipped so that orientation() is "RAS". Nothing is
// interpolated: what the axes are turned by beyond that stays in LabelMap::axes.
LabelMap oriented_to_ras(const LabelMap& map);

// The part of the map that holds the voxels with these labels, and `margin` (m, not negative) around them as far as the
// map reaches. Throws Error when no voxel has one of the labels.
LabelMap cropped(const LabelMap& map, const std::vector<int>& labels, double margin);

enum class Resampling : std::uint8_t {
  majority,  // the label that covers most of the new voxel; of equals that at its centre, or else the smallest number
  nearest    // the label at the new voxel's centre; between two old voxels the one further along the axis
};

// The same box in voxels of `size` (edge lengths, m, positive) along the same axes, as many as cover it; what they
// reach beyond the box is background. Throws Error when the size is absurd.
LabelMap resampled(const LabelMap& map, const Vec3d& size, Resampling rule = Resampling::majority);

}  // namespace knead
