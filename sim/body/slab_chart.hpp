#pragma once
// The skin of a slab body as a height field over the coronal plane: (across, along) = (x, z) in body axes, y = −height.
#include <utility>
#include <vector>

#include "body/body.hpp"

namespace knead {

// Natural cubic spline through points (ascending x), straight beyond its ends.
class SmoothCurve {
 public:
  SmoothCurve() = default;
  SmoothCurve(std::vector<double> x, std::vector<double> y);
  std::pair<double, double> value_and_slope(double x) const;

 private:
  std::vector<double> x_, y_, second_;
};

struct SlabExtent {
  double across = 0.15;                      // m, to each side
  double along_min = -0.1, along_max = 0.1;  // m
};

class SlabChart : public SurfaceChart {
 public:
  // A Gaussian ridge or furrow on both sides of the midline, or on one; height(along) in m, outwards.
  struct Bump {
    double across = 0, width = 0.01;  // m
    SmoothCurve height;
  };
  SlabExtent bounds;
  SmoothCurve sagittal;                         // height, m, over along
  double fall_width = 0.15;                     // m
  double quadratic_fall = 0, quartic_fall = 0;  // m at fall_width
  std::vector<Bump> bumps;
  double lateral = 0;  // ±1: bumps lie on one side only, across times this; 0: on both

  Vec3d point(double across, double along) const override;
  Vec3d normal(double across, double along) const override;
  bool contains(double across, double along) const override;

  // y of the skin without bumps, with only `share` of the fall towards the flanks.
  double smooth_y(double across, double along, double share) const;
  // y of the skin and its derivatives by across and along.
  struct Height {
    double y, across, along;
  };
  Height height(double across, double along) const;
  // Unit tangent in the sagittal plane, cranial.
  Vec3d cranial(double along) const;
  // Unit tangent in the transverse plane, to the right, of the skin without bumps.
  Vec3d rightwards(double across) const;
};

}  // namespace knead
