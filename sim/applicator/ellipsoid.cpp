#include "applicator/ellipsoid.hpp"

#include <cmath>

namespace knead {
namespace {

// Closest point on the ellipsoid with semi-axes e to a point x of the positive octant.
// With z_i = x_i/e_i and r_i = (e_i/e_m)², e_m the smallest, the closest point is y_i = r_i x_i/(s + r_i − 1) where s >
// 0 is the root of g(s) = Σ (r_i z_i/(s + r_i − 1))² − 1, a convex decreasing function (Eberly, Distance from a Point
// to an Ellipse, an Ellipsoid, or a Hyperellipsoid, Geometric Tools 2013). The bracket is halved in its exponent while
// it spans magnitudes (g has a pole at 0), then Newton takes over.
Vec3d closest_point(const Vec3d& e, const Vec3d& x) {
  const int m = e[0] <= e[1] ? (e[0] <= e[2] ? 0 : 2) : (e[1] <= e[2] ? 1 : 2);
  double z[3], r[3], low = 0, high = 0;
  for (int i = 0; i < 3; ++i) {
    z[i] = x[i] / e[i];
    r[i] = (e[i] / e[m]) * (e[i] / e[m]);
    if (r[i] <= 1) low = std::hypot(low, z[i]);
    high = std::hypot(high, r[i] * z[i]);
  }
  if (low < 1e-150) {
    // In the plane of the two longer axes and inside the focal ellipse the closest point is above or below: s = 0.
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
    low = 0;
  }

  double s = low > 0 ? low : 0.5 * high;
  for (int iteration = 0; iteration < 100; ++iteration) {
    double g = -1, slope = 0;
    for (int i = 0; i < 3; ++i) {
      if (z[i] == 0) continue;
      const double ratio = r[i] * z[i] / (s + (r[i] - 1));
      g += ratio * ratio;
      slope -= 2 * ratio * ratio / (s + (r[i] - 1));
    }
    (g > 0 ? low : high) = s;
    double next = slope < 0 ? s - g / slope : 0.5 * (low + high);
    if (low > 0 && high > 16 * low)
      next = std::sqrt(low) * std::sqrt(high);
    else if (!(next >= low && next <= high))
      next = 0.5 * (low + high);
    const bool done = std::abs(next - s) <= 2e-16 * s;
    s = next;
    if (done) break;
  }
  Vec3d y;
  for (int i = 0; i < 3; ++i) y[i] = x[i] == 0 ? 0 : r[i] * x[i] / (s + (r[i] - 1));
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
