#pragma once
// A leg of known shape as a label map: an ellipsoid of flesh in one of fat, around a round shaft of bone.
#include <cmath>
#include <numbers>

#include "body/label_map.hpp"

namespace knead::test {

struct SampleLeg {
  static constexpr int bone = 3, second_bone = 4, muscle = 10, other_muscle = 11, fat = 20;

  Vec3d centre{0.11, -0.02, -0.31};           // m
  Vec3d skin{0.058, 0.066, 0.30};             // half axes
  Vec3d flesh{0.050, 0.056, 0.27};            // half axes
  double shaft = 0.013, shaft_half = 0.2;     // m, radius and half length of the bone
  double offset_x = 0.004, offset_y = 0.007;  // m, of the bone from the centre
  double second_radius = 0;                   // m, of a second bone; 0: none
  double tilt = 0;                            // rad, of the whole leg about the world's x
  bool mirrored = false;                      // a left leg

  // From the world to the leg's own axes, origin in its centre.
  Vec3d own(const Vec3d& world) const {
    const Vec3d p = world - (mirrored ? Vec3d{-centre[0], centre[1], centre[2]} : centre);
    const double c = std::cos(tilt), s = std::sin(tilt);
    return {mirrored ? -p[0] : p[0], c * p[1] + s * p[2], -s * p[1] + c * p[2]};
  }
  static double level(const Vec3d& p, const Vec3d& half) {
    return std::pow(p[0] / half[0], 2) + std::pow(p[1] / half[1], 2) + std::pow(p[2] / half[2], 2);
  }
  int label(const Vec3d& world) const {
    const Vec3d p = own(world);
    if (std::hypot(p[0] - offset_x, p[1] - offset_y) < shaft && std::abs(p[2]) < shaft_half) return bone;
    if (std::hypot(p[0] - offset_x - 0.027, p[1] - offset_y + 0.012) < second_radius) return second_bone;
    return level(p, flesh) < 1 ? (p[1] < 0 ? muscle : other_muscle) : level(p, skin) < 1 ? fat : 0;
  }

  // Volume of an ellipsoid between −half and half along its third axis.
  static double piece(const Vec3d& axes, double half) {
    return 2 * std::numbers::pi * axes[0] * axes[1] * (half - half * half * half / (3 * axes[2] * axes[2]));
  }

  // Cubic voxels of this edge around the middle, `half` up and down. Voxel axis a runs along world axis `world[a]`,
  // backwards where `back` says so.
  LabelMap scan(double edge, double half, const std::array<int, 3>& world = {0, 1, 2},
                const std::array<bool, 3>& back = {false, false, false}) const {
    const Vec3d reach{0.075, 0.085 + half * std::abs(std::sin(tilt)), half};
    const Vec3d middle{mirrored ? -centre[0] : centre[0], centre[1], centre[2]};
    LabelMap map;
    map.source = "leg.nii.gz";
    map.axes = Mat3d::zero();
    map.origin = middle;
    for (std::size_t a = 0; a < 3; ++a) {
      const int w = world[a], count = 2 * static_cast<int>(std::lround(reach[w] / edge));
      map.size[a] = count;
      map.axes(w, static_cast<int>(a)) = back[a] ? -edge : edge;
      map.origin[w] += (back[a] ? 0.5 : -0.5) * (count - 1) * edge;
    }
    for (int k = 0; k < map.size[2]; ++k)
      for (int j = 0; j < map.size[1]; ++j)
        for (int i = 0; i < map.size[0]; ++i)
          map.label.push_back(static_cast<std::uint16_t>(label(map.position(i, j, k))));
    return map;
  }
};

}  // namespace knead::test
