#include "applicator/ellipsoid.hpp"

#include <algorithm>
#include <array>

namespace knead {
namespace {

// Closest point on the ellipsoid with semi-axes e to a point x of the positive octant.
// With z_i = x_i/e_i and r_i = (e_i/e_m)², e_m the smallest, the closest point is y_i = r_i x_i/(s + r_i) where s > −1
// is the root of g(s) = Σ (r_i z_i/(s + r_i))² − 1, a convex decreasing function (Eberly, Distance from a Point to an
// Ellipse, an Ellipsoid, or a Hyperellipsoid, Geometric Tools 2013). Newton from the left end climbs to the root
// without passing it; bisection takes over where it crawls.
Vec3d closest_point(const Vec3d& e, const Vec3d& x) {
  const int m = e[0] <= e[1] ? (e[0] <= e[2] ? 0 : 2) : (e[1] <= e[2] ? 1 : 2);
  double z[3], r[3], far = 0;
  for (int i = 0; i < 3; ++i) {
    z[i] = x[i] / e[i];
    r[i] = (e[i] / e[m]) * (e[i] / e[m]);
    far += (r[i] * z[i]) * (r[i] * z[i]);
  }
  double nearest = 0;  // largest z over the axes of smallest length: the pole of g at s = −1
  for (int i = 0; i < 3; ++i)
    if (r[i] <= 1) nearest = std::hypot(nearest, z[i]);

  if (nearest == 0) {
    // In the plane of the two longer axes and inside the focal ellipse the closest point is above or below: s = −1.
    double sum = 0;
    Vec3d y{{0, 0, 0}};
    for (int i = 0; i < 3; ++i) {
      if (r[i] <= 1) continue;
      y[i] = r[i] * x[i] / (r[i] - 1);
      sum += (y[i] / e[i]) * (y[i] / e[i]);
    }
    if (sum < 1) {
      y[m] = e[m] * std::sqrt(1 - sum);
      return y;
    }
  }

  double low = -1 + nearest, high = std::max(low, -1 + std::sqrt(far)), s = low;
  for (int iteration = 0; iteration < 100; ++iteration) {
    double g = -1, slope = 0;
    for (int i = 0; i < 3; ++i) {
      if (z[i] == 0) continue;
      const double ratio = r[i] * z[i] / (s + r[i]);
      g += ratio * ratio;
      slope -= 2 * ratio * ratio / (s + r[i]);
    }
    if (g > 0)
      low = s;
    else
      high = s;
    double next = slope < 0 ? s - g / slope : 0.5 * (low + high);
    if (!(next >= low && next <= high)) next = 0.5 * (low + high);
    // The pole makes Newton's first steps short: leave it by halving the bracket.
    if (iteration < 40 && g > 1e3) next = std::max(next, std::min(0.5 * (low + high), -1 + 2 * (s + 1)));
    if (std::abs(next - s) <= 1e-16 * (1 + std::abs(s))) {
      s = next;
      break;
    }
    s = next;
  }
  Vec3d y;
  for (int i = 0; i < 3; ++i) y[i] = x[i] == 0 ? 0 : r[i] * x[i] / (s + r[i]);
  return y;
}

}  // namespace

Distance Ellipsoid::evaluate(const Vec3d& x) const {
  const Vec3d& e = semi_axes;
  Vec3d y = closest_point(e, {{std::abs(x[0]), std::abs(x[1]), std::abs(x[2])}});
  Vec3d gradient;  // of Σ (y_i/e_i)²/2 at the closest point
  for (int i = 0; i < 3; ++i) {
    y[i] = std::copysign(y[i], x[i]);
    gradient[i] = y[i] / (e[i] * e[i]);
  }
  const double length = norm(gradient);
  const Vec3d n = gradient / length;
  const double d = dot(x - y, n);

  // Curvature tensor of the surface, S = P diag(1/e²) P/|∇|; that of the level at distance d is (I + d S)⁻¹ S.
  const Mat3d project = Mat3d::identity() - outer(n, n);
  Mat3d s = Mat3d::zero();
  for (int i = 0; i < 3; ++i) s(i, i) = 1 / (e[i] * e[i] * length);
  s = project * s * project;
  const Mat3d shifted = Mat3d::identity() + d * s;
  // The determinant vanishes at the centre of curvature, deep inside, where the distance has a kink and no Hessian.
  if (determinant(shifted) < 1e-9) return {d, n, s};
  const Mat3d h = inverse(shifted) * s;
  return {d, n, 0.5 * (h + transpose(h))};
}

}  // namespace knead
