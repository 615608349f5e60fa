#pragma once
#include <vector>

#include "math/tensor.hpp"

namespace knead {

// A point on the undeformed skin and its outward unit normal.
struct PathPoint {
  Vec3d point;
  Vec3d normal;
};

// A smooth curve on the skin through sampled points, known by its arc length: natural cubic splines over the chord
// length for the points and the normals, arc length by Gauss quadrature. Twice continuously differentiable.
class Path {
 public:
  // One point is a place to press at; `heading` then says where the applicator's +x points (along the skin, need not be
  // exactly tangent). With several points the curve has its own direction and heading is not used.
  explicit Path(std::vector<PathPoint> points, const Vec3d& heading = {{0, 0, 1}});

  double length() const { return arc_.back(); }  // m
  struct Frame {
    Vec3d point;    // m
    Vec3d tangent;  // unit, along the path and at right angles to the normal
    Vec3d normal;   // unit, out of the skin
  };
  // At arc length s from the start, m; held at the ends.
  Frame at(double s) const;

 private:
  struct Sample {
    Vec3d point, derivative, normal;
  };
  Sample sample(std::size_t interval, double x) const;  // x in [0, 1] across the interval
  double arc_within(std::size_t interval, double x) const;

  std::vector<PathPoint> points_;
  std::vector<double> chord_;           // parameter at the points, m
  std::vector<Vec3d> point_curvature_;  // second derivatives of the splines at the points
  std::vector<Vec3d> normal_curvature_;
  std::vector<double> arc_;  // arc length at the points, m
  Vec3d heading_;
};

}  // namespace knead
