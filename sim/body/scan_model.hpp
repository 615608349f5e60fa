#pragma once
// A limb whose shape was measured in a label map: models/bodies-like files with the chart "scan".
#include <memory>
#include <string>

#include "body/limb_model.hpp"
#include "body/limb_scan.hpp"
#include "body/polar_table.hpp"

namespace knead {

// The skin by a table of distances from the main bone's axis, which may bend.
class ScanChart final : public LimbChart {
 public:
  PolarTable skin;
  BoneAxis axis;

  Vec3d centre(double along) const override { return axis.at(along); }
  double radius(double angle, double along) const override { return skin.at(angle, along); }
  double obliqueness(double angle, double along) const override;  // also along the limb
};

struct ScanModel : LimbModel {
  std::shared_ptr<const ScanChart> scan_chart;  // the same as chart
  PolarTable fascia;                            // distances as measured
  double skin = 0;                              // m
  std::optional<double> fat;                    // m, where the map does not show it
  double mean_fat = 0;                          // m

  double thickness(const std::string& layer, double angle) const override;
  double fascia_radius(double angle, double along) const override;
  double bone_radius(double angle, double along) const override;
};

// Reads a file that `knead import` wrote, and the label map beside it; the other side than the scan's is its mirror
// image. Throws Error with the place of what is wrong.
ScanModel read_scan_model(const ModelValue& file, Laterality side, const WantedPosture& posture);

}  // namespace knead
