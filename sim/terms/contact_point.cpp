#include "terms/contact_point.hpp"

#include <algorithm>
#include <cmath>

namespace knead {
namespace {

// μ(p) and d(μ p)/dp.
struct Coefficient {
  double value, slope_of_limit;
};
Coefficient coefficient(const Friction& f, double p) {
  if (f.exponent == 1) return {f.coefficient, f.coefficient};
  const double floor = 1e-3 * f.reference_pressure;
  const double mu = f.coefficient * std::pow(std::max(p, floor) / f.reference_pressure, f.exponent - 1);
  return {mu, p > floor ? f.exponent * mu : mu};
}

}  // namespace

ContactResponse contact_point(const ContactLaw& law, const ContactMemory& memory, const Vec3d& y, const Distance& d) {
  ContactResponse c;
  const double k = law.stiffness, lambda = memory.multiplier;
  const double t = lambda - k * d.value;
  c.gap = d.value;
  c.active = t > 0;
  if (!c.active) {
    c.energy = -lambda * lambda / (2 * k);
    return c;
  }
  const Vec3d& gradient = d.normal;
  const double length = norm(gradient);  // 1, less inside the blend of a union
  c.energy = (t * t - lambda * lambda) / (2 * k);
  c.pressure = t * length;
  c.residual = -t * gradient;
  c.positive = k * outer(gradient, gradient);
  c.tangent = c.positive - t * d.hessian;
  if (law.friction.coefficient == 0 || length == 0) return c;

  const Vec3d n = gradient / length;
  const Mat3d P = Mat3d::identity() - outer(n, n);
  const Mat3d dn = (1 / length) * (P * d.hessian);  // ∂n/∂y

  // Path since it touched, z = β (y − anchor), and ∂z/∂y.
  Vec3d z = y - memory.anchor;
  Mat3d dz = Mat3d::identity();
  if (memory.open > 0) {
    const double g0 = memory.open, g = d.value;
    const double beta = std::clamp(-g / (g0 - g), 0.0, 1.0);
    dz = beta * dz;
    if (g < 0) dz = dz - (g0 / ((g0 - g) * (g0 - g))) * outer(z, gradient);
    z = beta * z;
  }
  const Vec3d e = P * z;
  const Mat3d de = P * dz - outer(n, transpose(dn) * z) - dot(n, z) * dn;

  const double p = c.pressure, kt = law.tangential_stiffness, size = norm(e);
  const Coefficient mu = coefficient(law.friction, p);
  const double limit = mu.value * p;
  if (kt * size <= limit) {
    c.elastic_slip = e;
    c.shear = -kt * e;
    c.tangent = c.tangent + kt * de;
    c.positive = c.positive + kt * P;
  } else {
    c.sliding = true;
    const Vec3d m = e / size;
    c.elastic_slip = (limit / kt) * m;
    c.slip = size - limit / kt;
    c.shear = -limit * m;
    // dp = |∇g| dt + t n·∇∇g dy, dt = −k ∇g·dy
    const Vec3d dp = (-k * length) * gradient + t * (transpose(d.hessian) * n);
    const Mat3d turn = (limit / size) * (P - outer(m, m));
    c.tangent = c.tangent + mu.slope_of_limit * outer(m, dp) + (limit / size) * (de - outer(m, transpose(de) * m));
    c.positive = c.positive + turn;
  }
  c.residual -= c.shear;
  return c;
}

}  // namespace knead
