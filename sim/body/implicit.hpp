#pragma once
// Implicit shapes of organs and bones: signed distance, negative inside. Exact except for the ellipsoid, whose value is
// of first order near its surface, the loft, whose value is that of its cross-section, and samples.
#include <memory>
#include <string>
#include <vector>

#include "body/sampled_distance.hpp"
#include "math/tensor.hpp"

namespace knead {

struct ImplicitShape {
  enum class Kind {
    tube,       // points[0] to points[1] with radius and end_radius: capsule, ball, tapered tube
    bar,        // rounded box around the segment points[0] to points[1], which it does not overhang
    ellipsoid,  // centre points[0], half axes
    plate,      // fan of triangles over points around their mean, thickness 2 half_thickness
    loft,       // between outlines at ascending z, `corners` points each, joined corner to corner by straight lines
    sampled,    // as segmented in a scan
  };
  Kind kind = Kind::tube;
  std::vector<Vec3d> points;  // m
  double radius = 0, end_radius = 0;
  Mat3d axes = Mat3d::identity();  // bar, ellipsoid: rows are the unit axes; the last one runs along the segment
  Vec3d half{0, 0, 0};             // half sizes along the axes
  double rounding = 0;             // bar
  double half_thickness = 0;       // plate
  std::size_t corners = 0;         // loft: of each outline; points holds one outline after the other
  std::shared_ptr<const SampledDistance> samples;
  Vec3d sweep{0, 0, 0};  // the shape drawn out along this vector, m: what lies behind a bone

  double distance(const Vec3d& x) const;
  // A loft's cross-section in the plane z, corner by corner; beyond its ends the straight continuation.
  std::vector<Vec3d> outline(double z) const;
  // Unit direction in the sagittal plane, cranial, in which a loft's cross-section moves on at z.
  Vec3d course(double z) const;
  // Half of the thinnest extent: what an element grid must resolve. A shape drawn out is as thick as its sweep is long.
  double thinnest_half() const;
  // A ball that holds the shape.
  void bounding_ball(Vec3d& centre, double& reach) const;
};

ImplicitShape make_tube(Vec3d from, Vec3d to, double radius, double end_radius);
// `upright` (not along the segment) fixes the second axis; width is across it, height along it.
ImplicitShape make_bar(Vec3d from, Vec3d to, Vec3d upright, double width, double height, double rounding);
ImplicitShape make_ellipsoid(Vec3d centre, const Mat3d& axes, Vec3d half);
ImplicitShape make_plate(std::vector<Vec3d> points, double thickness);
// outlines: two or more of the same number of corners, m; every corner ascends from one to the next.
ImplicitShape make_loft(const std::vector<std::vector<Vec3d>>& outlines);
ImplicitShape make_sampled(std::shared_ptr<const SampledDistance> samples);

// Gradient of a distance function by central differences over 2 step.
template <class Distance>
Vec3d distance_gradient(const Distance& distance, const Vec3d& x, double step) {
  Vec3d g{0, 0, 0};
  for (int a = 0; a < 3; ++a) {
    Vec3d plus = x, minus = x;
    plus[a] += step;
    minus[a] -= step;
    g[a] = (distance(plus) - distance(minus)) / (2 * step);
  }
  return g;
}

}  // namespace knead
