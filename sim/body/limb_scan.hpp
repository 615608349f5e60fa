#pragma once
// A limb in a label map: where its main bone runs, and how far skin and fascia lie from there.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "body/label_map.hpp"
#include "body/smooth_mask.hpp"

namespace knead {

enum class ScanPart : std::uint8_t { bone, muscle, fat, skin };
inline constexpr std::array<const char*, 4> scan_part_names{"bone", "muscle", "fat", "skin"};

struct ScanLabel {
  int number = 0;
  std::string name;
  ScanPart part = ScanPart::muscle;
};

// The middle of a bone over the third axis: cubics through the centroids of its sections by least squares, straight for
// a piece shorter than it takes to see a bend. m.
struct BoneAxis {
  std::array<double, 4> x{}, y{};
  double middle = 0, half = 1;  // along the third axis; the cubics are in (z − middle)/half
  Vec3d at(double z) const;
};
// Throws Error when no voxel has the label.
BoneAxis fit_bone_axis(const LabelMap& map, int label, bool straight = false);

// The same voxels in the axes of a limb: z along the main bone, proximal, which is up in the scanner's axes; y
// anterior, x to the right; the origin on the bone in the middle of its length. Throws Error when the bone lies across.
LabelMap in_limb_axes(const LabelMap& map, int main_bone);

// Rays from the axis of the main bone, perpendicular to z, in a map whose axes are those of the limb. Angles count from
// posterior to the right.
class LimbScan {
 public:
  // labels: those that are tissue; the first bone among them is the main one.
  LimbScan(std::shared_ptr<const LabelMap> map, std::vector<ScanLabel> labels);

  const BoneAxis& axis() const { return axis_; }
  const ScanLabel& main_bone() const { return *main_bone_; }
  const LabelMap& map() const { return *map_; }
  // m, to where the ray leaves the tissue for good; nothing where the map ends before.
  std::optional<double> skin_radius(double angle, double z) const;
  // The same for muscle and bone: the deep fascia.
  std::optional<double> fascia_radius(double angle, double z) const;
  // The same for the main bone.
  std::optional<double> main_bone_radius(double angle, double z) const;
  bool bone_holds_axis(double z) const;
  // The muscle that holds a point, or the next one within a few voxels: points between the surface and the voxels that
  // it was fitted to have one, too. 0 where there is none.
  int muscle_at(const Vec3d& x) const;

 private:
  std::optional<double> leaves(const SmoothMask& mask, double angle, double z) const;
  std::vector<bool> mask_of(bool deep_only) const;
  void spread_muscles();

  std::shared_ptr<const LabelMap> map_;
  std::vector<ScanLabel> labels_;
  const ScanLabel* main_bone_;
  BoneAxis axis_;
  Mat3d inverse_;
  int along_;
  SmoothMask tissue_, deep_, bone_;
  std::vector<std::uint16_t> muscle_;  // by voxel
};

}  // namespace knead
