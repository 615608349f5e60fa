#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "body/patch.hpp"
#include "body/specimen_layers.hpp"

namespace knead {

namespace {

constexpr double core_share = 0.4;  // half width of the core of a solid sphere over the radius
constexpr double core_bulge = 0.5;  // 0 is a cube, 1 a ball

// Equiangular coordinate of the cubed sphere (Ronchi, Iacono & Paolucci 1996): equal angles, exact 0 and 1.
double equiangular(double u) { return u == 1 ? 1.0 : std::tan(u * std::numbers::pi / 4); }

// Smooth map of the cube's octant towards the ball.
Vec3d core_point(double u, double v, double w) {
  const double c[3] = {equiangular(u), equiangular(v), equiangular(w)};
  Vec3d p{0, 0, 0};
  for (int i = 0; i < 3; ++i) {
    const double a = core_bulge * c[(i + 1) % 3] * c[(i + 1) % 3], b = core_bulge * c[(i + 2) % 3] * c[(i + 2) % 3];
    p[i] = c[i] * std::sqrt(1 - a / 2 - b / 2 + a * b / 3);
  }
  return p;
}

// The eight rotations that bring the octant x, y, z > 0 to each octant; a half turn about x for the lower ones.
Vec3d rotated(Vec3d p, int octant) {
  if (octant >= 4) p = {p[0], -p[1], -p[2]};
  switch (octant % 4) {
    case 1:
      return {-p[1], p[0], p[2]};
    case 2:
      return {-p[0], -p[1], p[2]};
    case 3:
      return {p[1], -p[0], p[2]};
    default:
      return p;
  }
}

}  // namespace

Mesh make_sphere(const SphereSettings& s) {
  require_positive(s.radius, "The radius of the sphere");
  require_at_least(s.elements_radial, 1, "The number of radial elements of the sphere");
  require_at_least(s.elements_around, 1, "The number of elements along a patch of the sphere");
  if (!(s.inner_radius >= 0 && s.inner_radius < s.radius)) {
    throw Error(ExitCode::invalid_input,
                fmt::format("The inner radius of the sphere ({} m) must be less than its radius ({} m).",
                            s.inner_radius, s.radius));
  }
  const bool solid = s.inner_radius <= 0, full = s.sector == SphereSettings::Sector::full;
  const double core = core_share * s.radius;
  const LayerPlanes wall =
      make_layer_planes(s.layers, solid ? core : s.inner_radius, s.radius, s.elements_radial, s.tissue, true);
  const auto radial = [&](int k) {
    return 0.5 * (wall.planes[static_cast<std::size_t>(k / 2)] + wall.planes[static_cast<std::size_t>((k + 1) / 2)]);
  };
  const int m = s.elements_around, n_wall = static_cast<int>(wall.tissue.size());
  const std::string planes[3] = {full ? "" : "symmetry-x", full ? "" : "symmetry-y", full ? "" : "symmetry-z"};

  std::vector<Patch> patches;
  for (int octant = 0; octant < (full ? 8 : 1); ++octant) {
    for (int axis = 0; axis < 3; ++axis) {  // the patch whose ζ is mostly x, y or z
      const int a = (axis + 1) % 3, b = (axis + 2) % 3;
      Patch patch;
      patch.elements = {m, m, n_wall};
      patch.point = [=](int i, int j, int k) {
        double unit[3];
        unit[a] = static_cast<double>(i) / (2 * m);
        unit[b] = static_cast<double>(j) / (2 * m);
        unit[axis] = 1;
        const Vec3d direction = normalized(Vec3d{equiangular(unit[0]), equiangular(unit[1]), equiangular(unit[2])});
        const double r = radial(k);
        if (!solid) return rotated(r * direction, octant);
        const double t = (r - core) / (s.radius - core);
        return rotated((1 - t) * (core * core_point(unit[0], unit[1], unit[2])) + (t * s.radius) * direction, octant);
      };
      patch.tissue_of_layer = wall.tissue;
      patch.face_names = {planes[a], "", planes[b], "", solid ? "" : "inner", "outer"};
      patches.push_back(patch);
    }
    if (!solid) continue;
    Patch patch;
    patch.elements = {m, m, m};
    patch.point = [=](int i, int j, int k) {
      const double h = 1.0 / (2 * m);
      return rotated(core * core_point(i * h, j * h, k * h), octant);
    };
    patch.tissue_of_layer.assign(static_cast<std::size_t>(m), s.layers.empty() ? s.tissue : s.layers.back().tissue);
    patch.face_names = {planes[0], "", planes[1], "", planes[2], ""};
    patches.push_back(patch);
  }
  return join_patches(patches, s.radius);
}

}  // namespace knead
