#include "terms/contact_point.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "terms/foundation.hpp"

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

// ∫ L d(slip), J/m², of a spring k_T whose elastic slip goes from e₀ straight towards e while the limit L of its force
// goes linearly from `before` to `after`: it slides from the share s of the way where k_T |e₀ + s (e − e₀)| = L.
double work_of_sliding(double kt, const Vec3d& e0, const Vec3d& e, double before, double after) {
  const Vec3d way = kt * (e - e0);
  const double rise = after - before;
  const double A = dot(way, way) - rise * rise, B = kt * dot(e0, way) - before * rise,
               C = std::min(0.0, kt * kt * dot(e0, e0) - before * before);
  const double root = std::sqrt(std::max(0.0, B * B - A * C));
  const double s = B > 0 ? -C / (B + root) : A > 0 ? (root - B) / A : 0;
  return 0.5 * (before + std::clamp(s, 0.0, 1.0) * rise + after) * (norm(e) - after / kt);
}

}  // namespace

ContactResponse contact_point(const ContactLaw& law, const ContactMemory& memory, const Vec3d& y, const Distance& d) {
  ContactResponse c;
  const double lambda = memory.multiplier;
  assert(lambda == 0 || !std::isfinite(law.thickness));
  // (⟨t⟩² − λ²)/(2k) with t = λ − k g is the foundation's ½ k g² of g = λ/k − t/k, and λ²/(2k) less.
  const Foundation::Response normal = Foundation{law.stiffness, law.thickness}.at(lambda / law.stiffness - d.value);
  const double k = normal.slope, t = normal.pressure, rest_energy = -lambda * lambda / (2 * law.stiffness);
  c.gap = d.value;
  c.active = t > 0;
  const Vec3d& gradient = d.normal;
  const double length = norm(gradient);  // 1, less inside the blend of a union
  const bool slips = law.friction.coefficient > 0 && length > 0;
  const double kt = law.tangential_stiffness;
  const Vec3d &n0 = memory.normal, &e0 = memory.elastic_slip;
  const double limit_before = coefficient(law.friction, memory.pressure).value * memory.pressure;
  if (slips) c.normal = gradient / length;
  if (!c.active) {
    c.energy = rest_energy;
    if (slips && limit_before > 0) {
      const double share = memory.pressure / (memory.pressure - t * length);
      const Vec3d way = y - memory.place;
      c.lost = work_of_sliding(kt, e0, e0 + share * (way - dot(n0, way) * n0), limit_before, 0);
    }
    return c;
  }
  c.energy = normal.energy + rest_energy;
  c.pressure = t * length;
  c.residual = -t * gradient;
  c.positive = k * outer(gradient, gradient);
  c.tangent = c.positive - t * d.hessian;
  if (!slips) return c;

  const Vec3d& n = c.normal;
  const Mat3d P = Mat3d::identity() - outer(n, n);
  const Mat3d dn = (1 / length) * (P * d.hessian);  // ∂n/∂y

  // The way since it touched and its derivative by y.
  Vec3d way = y - memory.place;
  Mat3d dw = Mat3d::identity();
  if (memory.open > 0) {
    const double g0 = memory.open, g = d.value;
    const double beta = std::clamp(-g / (g0 - g), 0.0, 1.0);
    dw = beta * dw;
    if (g < 0) dw = dw - (g0 / ((g0 - g) * (g0 - g))) * outer(way, gradient);
    way = beta * way;
  }
  // w = e₀ + Δ − N (2 e₀ + Δ); a point that was open, or has gone around an edge, has no normal to turn from.
  Vec3d w = e0 + way, carried = P * e0;  // carried: e₀ at the new normal
  if (memory.open == 0 && dot(n0, n) > 0) {
    const Vec3d s = n0 + n, v = e0 + w;
    const double size = dot(s, s), share = dot(s, v) / size;
    w = w - share * s;
    dw = dw - share * dn - (1 / size) * outer(s, transpose(dn) * (v - 2 * share * s) + transpose(dw) * s);
    carried = e0 - (2 * dot(s, e0) / size) * s;
  }
  const Vec3d e = P * w;
  const Mat3d de = P * dw - outer(n, transpose(dn) * w) - dot(n, w) * dn;

  const double p = c.pressure, size = norm(e);
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
    c.lost = work_of_sliding(kt, carried, e, limit_before, limit);
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
