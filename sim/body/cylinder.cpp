#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "body/patch.hpp"
#include "body/specimen_layers.hpp"

namespace knead {

namespace {

constexpr double core_share = 0.5;  // half width of the core of a solid cylinder over the radius
constexpr double core_bulge = 0.5;  // 0 is a square core, 1 a round one

// Direction-free point of the core's quarter at (u, v) in [0, 1]²; smooth map from square towards disc.
Vec3d core_point(double u, double v) {
  const double x = std::tan(u * std::numbers::pi / 4), y = std::tan(v * std::numbers::pi / 4);
  return {x * std::sqrt(1 - core_bulge * y * y / 2), y * std::sqrt(1 - core_bulge * x * x / 2), 0};
}

Vec3d rotated(const Vec3d& p, int quarters) {
  switch (quarters % 4) {
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

void check(const CylinderSettings& s) {
  require_positive(s.radius, "The radius of the cylinder");
  require_positive(s.length, "The length of the cylinder");
  require_at_least(s.elements_radial, 1, "The number of radial elements of the cylinder");
  require_at_least(s.elements_along, 1, "The number of elements along the cylinder");
  require_at_least(s.elements_around, 1, "The number of elements around a quarter of the cylinder");
  if (!(s.inner_radius >= 0 && s.inner_radius < s.radius)) {
    throw Error(ExitCode::invalid_input,
                fmt::format("The inner radius of the cylinder ({} m) must be less than its radius ({} m).",
                            s.inner_radius, s.radius));
  }
  if (s.inner_radius <= 0 && s.elements_around % 2 != 0) {
    throw Error(
        ExitCode::invalid_input,
        fmt::format("A solid cylinder needs an even number of elements around a quarter, not {}.", s.elements_around));
  }
}

}  // namespace

Mesh make_cylinder(const CylinderSettings& s) {
  check(s);
  const bool solid = s.inner_radius <= 0;
  const int quarters = s.sector == CylinderSettings::Sector::full   ? 4
                       : s.sector == CylinderSettings::Sector::half ? 2
                                                                    : 1;
  const double core = core_share * s.radius;
  const LayerPlanes wall =
      make_layer_planes(s.layers, solid ? core : s.inner_radius, s.radius, s.elements_radial, s.tissue, true);
  const auto radial = [&](int k) {
    const auto below = static_cast<std::size_t>(k / 2), above = static_cast<std::size_t>((k + 1) / 2);
    return 0.5 * (wall.planes[below] + wall.planes[above]);
  };
  const int n_wall = static_cast<int>(wall.tissue.size());
  const auto z = [&](int i) { return s.length * i / (2 * s.elements_along); };

  std::vector<Patch> patches;
  for (int q = 0; q < quarters; ++q) {
    // Planes x = 0 and y = 0 that a quarter's first (angle 0) and last (angle 90°) edge lie on, where they are outside.
    const bool open = s.sector != CylinderSettings::Sector::full;
    const std::string first = open && q == 0 ? "symmetry-y" : "";
    const std::string last = !open || q + 1 < quarters ? "" : quarters == 1 ? "symmetry-x" : "symmetry-y";
    if (!solid) {
      // (ξ, η, ζ) = (around, along, outwards) is right-handed.
      Patch patch;
      patch.elements = {s.elements_around, s.elements_along, n_wall};
      patch.point = [=](int i, int j, int k) {
        const double angle = 0.5 * std::numbers::pi * i / (2 * s.elements_around), r = radial(k);
        return rotated({r * std::cos(angle), r * std::sin(angle), z(j)}, q);
      };
      patch.tissue_of_layer = wall.tissue;
      patch.face_names = {first, last, "bottom", "top", "inner", "outer"};
      patches.push_back(patch);
      continue;
    }
    const int m = s.elements_around / 2;
    for (int half = 0; half < 2; ++half) {
      Patch patch;
      patch.elements = {m, s.elements_along, n_wall};
      patch.point = [=](int i, int j, int k) {
        const double u = static_cast<double>(i) / (2 * m);
        const Vec3d inner = half == 0 ? core * core_point(1, u) : core * core_point(1 - u, 1);
        const double angle = std::numbers::pi / 4 * (half == 0 ? u : 1 + u);
        const Vec3d outer{s.radius * std::cos(angle), s.radius * std::sin(angle), 0};
        const double t = (radial(k) - core) / (s.radius - core);
        Vec3d p = (1 - t) * inner + t * outer;
        p[2] = z(j);
        return rotated(p, q);
      };
      patch.tissue_of_layer = wall.tissue;
      patch.face_names = {half == 0 ? first : "", half == 1 ? last : "", "bottom", "top", "", "outer"};
      patches.push_back(patch);
    }
    Patch patch;  // (ξ, η, ζ) = (z, x, y): the columns of the patch above go on to the plane y = 0
    patch.elements = {s.elements_along, m, m};
    patch.point = [=](int i, int j, int k) {
      Vec3d p = core * core_point(static_cast<double>(j) / (2 * m), static_cast<double>(k) / (2 * m));
      p[2] = z(i);
      return rotated(p, q);
    };
    patch.tissue_of_layer.assign(static_cast<std::size_t>(m), s.layers.empty() ? s.tissue : s.layers.back().tissue);
    patch.face_names = {"bottom", "top", last, "", first, ""};
    patches.push_back(patch);
  }
  return join_patches(patches, std::max(s.radius, s.length));
}

}  // namespace knead
