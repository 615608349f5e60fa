#pragma once
#include <cmath>

#include "math/tensor.hpp"

namespace knead {

// A rigid shape as a signed distance function in its own axes, at one point.
// Own axes of an applicator: +x along the travel, +z away from the body, y across (right-handed); the shape's
// underside, at −z, is what touches.
struct Distance {
  double value;   // m, negative inside
  Vec3d normal;   // gradient of the distance: unit, pointing away from the shape (shorter inside the blend of a union)
  Mat3d hessian;  // second derivative, 1/m
};

// a bᵀ
inline Mat3d outer(const Vec3d& a, const Vec3d& b) {
  Mat3d r;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) r(i, j) = a[i] * b[j];
  return r;
}

// Some unit vector at right angles to the unit vector a.
inline Vec3d any_perpendicular(const Vec3d& a) {
  const Vec3d helper = std::abs(a[0]) < 0.6 ? Vec3d{{1, 0, 0}} : Vec3d{{0, 1, 0}};
  return normalized(cross(a, helper));
}

// Distance in a half plane (ρ ≥ 0 from the axis, z along it) that is turned about the axis to make a solid.
struct ProfileDistance {
  double value;          // m
  double normal_radial;  // unit normal in the half plane
  double normal_axial;
  double curvature;  // of the distance's level line, 1/m: 1/(distance to the centre of the arc), 0 on straight parts
};

// Solid of revolution about the unit vector `axis` through the origin: profile(ρ, z) gives a ProfileDistance.
// Hessian = curvature τ τᵀ + (n_ρ/ρ) h hᵀ with τ along the level line in the half plane and h around the axis.
template <class Profile>
Distance revolve(const Vec3d& axis, const Vec3d& x, Profile&& profile) {
  const double z = dot(x, axis);
  const Vec3d from_axis = x - z * axis;
  const double rho = norm(from_axis);
  const bool on_axis = rho < 1e-14;
  const Vec3d radial = on_axis ? any_perpendicular(axis) : from_axis / rho;
  const ProfileDistance p = profile(rho, z);
  const Vec3d tangent = p.normal_radial * axis - p.normal_axial * radial;
  Distance d;
  d.value = p.value;
  d.normal = p.normal_radial * radial + p.normal_axial * axis;
  d.hessian = p.curvature * outer(tangent, tangent);
  const Vec3d around = cross(axis, radial);
  // On the axis a smooth level surface is umbilic: the curvature around equals that along.
  const double hoop = on_axis ? p.curvature : p.normal_radial / rho;
  d.hessian = d.hessian + hoop * outer(around, around);
  return d;
}

}  // namespace knead
