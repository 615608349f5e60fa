#include "body/implicit.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace knead {

namespace {

// Distance to a tapered tube with spherical ends: in the half plane of axis and point, the envelope is the cone that
// touches both spheres; beyond its ends the nearer sphere counts.
double tube_distance(const ImplicitShape& s, const Vec3d& x) {
  const Vec3d axis = s.points[1] - s.points[0], from = x - s.points[0];
  const double length = norm(axis), taper = s.radius - s.end_radius;
  if (length <= std::abs(taper)) {  // one sphere holds the other
    return std::min(norm(from) - s.radius, norm(x - s.points[1]) - s.end_radius);
  }
  const double along = dot(from, axis) / length;
  const double away = std::sqrt(std::max(0.0, dot(from, from) - along * along));
  const double sine = taper / length, cosine = std::sqrt(1 - sine * sine);
  // The generator's outward normal is (sine, cosine) in (along, away); it starts where it touches the first sphere.
  const double place = along * cosine - away * sine;
  if (place <= 0) return norm(from) - s.radius;
  if (place >= length * cosine) return norm(x - s.points[1]) - s.end_radius;
  return along * sine + away * cosine - s.radius;
}

double box_distance(const Vec3d& local, const Vec3d& half, double rounding) {
  double outside = 0, inside = -1e300;
  for (int a = 0; a < 3; ++a) {
    const double d = std::abs(local[a]) - (half[a] - rounding);
    if (d > 0) outside += d * d;
    inside = std::max(inside, d);
  }
  return (inside > 0 ? std::sqrt(outside) : inside) - rounding;
}

double ellipsoid_distance(const Vec3d& local, const Vec3d& half) {
  Vec3d scaled, gradient;
  for (int a = 0; a < 3; ++a) {
    scaled[a] = local[a] / half[a];
    gradient[a] = local[a] / (half[a] * half[a]);
  }
  const double level = norm(scaled), slope = norm(gradient);
  if (slope <= 0) return -std::min({half[0], half[1], half[2]});
  return level * (level - 1) / slope;
}

// Closest point on a triangle by the regions of its barycentric coordinates (Ericson 2005, section 5.1.5).
double triangle_distance(const Vec3d& x, const Vec3d& a, const Vec3d& b, const Vec3d& c) {
  const Vec3d ab = b - a, ac = c - a, ax = x - a;
  const double d1 = dot(ab, ax), d2 = dot(ac, ax);
  if (d1 <= 0 && d2 <= 0) return norm(ax);
  const Vec3d bx = x - b;
  const double d3 = dot(ab, bx), d4 = dot(ac, bx);
  if (d3 >= 0 && d4 <= d3) return norm(bx);
  const double vc = d1 * d4 - d3 * d2;
  if (vc <= 0 && d1 >= 0 && d3 <= 0) return norm(ax - (d1 / (d1 - d3)) * ab);
  const Vec3d cx = x - c;
  const double d5 = dot(ab, cx), d6 = dot(ac, cx);
  if (d6 >= 0 && d5 <= d6) return norm(cx);
  const double vb = d5 * d2 - d1 * d6;
  if (vb <= 0 && d2 >= 0 && d6 <= 0) return norm(ax - (d2 / (d2 - d6)) * ac);
  const double va = d3 * d6 - d5 * d4;
  if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) {
    const double w = (d4 - d3) / ((d4 - d3) + (d5 - d6));
    return norm(bx - w * (c - b));
  }
  return norm(ax - (vb / (va + vb + vc)) * ab - (vc / (va + vb + vc)) * ac);
}

double plate_distance(const ImplicitShape& s, const Vec3d& x) {
  Vec3d mean{0, 0, 0};
  for (const Vec3d& p : s.points) mean += p;
  mean = mean / static_cast<double>(s.points.size());
  double nearest = 1e300;
  for (std::size_t i = 0; i < s.points.size(); ++i) {
    nearest = std::min(nearest, triangle_distance(x, mean, s.points[i], s.points[(i + 1) % s.points.size()]));
  }
  return nearest - s.half_thickness;
}

// Distance in the plane of x to the cross-section there, by its edges and the even-odd rule; beyond the ends the
// distance along z counts, too.
double loft_distance(const ImplicitShape& s, const Vec3d& x) {
  const std::vector<Vec3d> outline = s.outline(x[2]);
  double nearest = 1e300;
  bool inside = false;
  for (std::size_t i = 0, j = outline.size() - 1; i < outline.size(); j = i++) {
    const double ax = outline[j][0], ay = outline[j][1], ex = outline[i][0] - ax, ey = outline[i][1] - ay;
    const double length = ex * ex + ey * ey;
    const double t = length > 0 ? std::clamp(((x[0] - ax) * ex + (x[1] - ay) * ey) / length, 0.0, 1.0) : 0.0;
    nearest = std::min(nearest, std::hypot(x[0] - ax - t * ex, x[1] - ay - t * ey));
    if ((ay > x[1]) != (ay + ey > x[1]) && x[0] < ax + ex * (x[1] - ay) / ey) inside = !inside;
  }
  const auto level = [&](std::size_t first) {
    double sum = 0;
    for (std::size_t c = 0; c < s.corners; ++c) sum += s.points[first + c][2];
    return sum / static_cast<double>(s.corners);
  };
  const double beyond = std::max(level(0) - x[2], x[2] - level(s.points.size() - s.corners));
  const double within = inside ? -nearest : nearest;
  return beyond > 0 && within > 0 ? std::hypot(beyond, within) : std::max(beyond, within);
}

double resting_distance(const ImplicitShape& s, const Vec3d& x) {
  switch (s.kind) {
    case ImplicitShape::Kind::tube:
      return tube_distance(s, x);
    case ImplicitShape::Kind::bar:
      return box_distance(s.axes * (x - s.points[0]), s.half, s.rounding);
    case ImplicitShape::Kind::ellipsoid:
      return ellipsoid_distance(s.axes * (x - s.points[0]), s.half);
    case ImplicitShape::Kind::plate:
      return plate_distance(s, x);
    case ImplicitShape::Kind::loft:
      return loft_distance(s, x);
    case ImplicitShape::Kind::sampled:
      return s.samples->at(x);
  }
  return 1e300;
}

double resting_thinnest_half(const ImplicitShape& s) {
  switch (s.kind) {
    case ImplicitShape::Kind::tube:
      return std::min(s.radius, s.end_radius);
    case ImplicitShape::Kind::plate:
      return s.half_thickness;
    case ImplicitShape::Kind::sampled:
      return s.samples->deepest();
    default:
      return std::min({s.half[0], s.half[1], s.half[2]});
  }
}

// Least over the places along the sweep: samples closer than the shape is thick, then golden sections. From a sample no
// distance falls faster than one goes: places that cannot be nearer are left out.
double swept_distance(const ImplicitShape& s, const Vec3d& x) {
  const auto at = [&](double t) { return resting_distance(s, x - t * s.sweep); };
  const double thin = resting_thinnest_half(s), length = norm(s.sweep);
  const int samples = std::max(2, static_cast<int>(std::ceil(length / thin)));
  const bool exact = s.kind != ImplicitShape::Kind::ellipsoid;
  double best = 0, least = 1e300;
  for (int i = 0; i <= samples;) {
    const double d = at(static_cast<double>(i) / samples);
    if (d < least) {
      least = d;
      best = static_cast<double>(i) / samples;
    }
    i += exact ? std::max(1, static_cast<int>((d - least) / length * samples)) : 1;
  }
  if (least > 2 * thin) return least;  // far away the samples are close enough
  double low = std::max(0.0, best - 1.0 / samples), high = std::min(1.0, best + 1.0 / samples);
  constexpr double section = 0.618033988749895;
  double a = high - section * (high - low), b = low + section * (high - low), at_a = at(a), at_b = at(b);
  for (int iteration = 0; iteration < 12; ++iteration) {
    if (at_a < at_b) {
      high = b;
      b = a, at_b = at_a;
      a = high - section * (high - low), at_a = at(a);
    } else {
      low = a;
      a = b, at_a = at_b;
      b = low + section * (high - low), at_b = at(b);
    }
  }
  return std::min({least, at_a, at_b});
}

}  // namespace

double ImplicitShape::distance(const Vec3d& x) const {
  return dot(sweep, sweep) > 0 ? swept_distance(*this, x) : resting_distance(*this, x);
}

std::vector<Vec3d> ImplicitShape::outline(double z) const {
  std::vector<Vec3d> result;
  for (std::size_t c = 0; c < corners; ++c) {
    std::size_t i = c;
    while (i + 2 * corners < points.size() && z > points[i + corners][2]) i += corners;
    const Vec3d &below = points[i], &above = points[i + corners];
    result.push_back(below + ((z - below[2]) / (above[2] - below[2])) * (above - below));
  }
  return result;
}

Vec3d ImplicitShape::course(double z) const {
  constexpr double step = 5e-3;  // m, so that the kinks at the outlines are rounded
  const auto depth = [&](double at) {
    double sum = 0;
    for (const Vec3d& p : outline(at)) sum += p[1];
    return sum / static_cast<double>(corners);
  };
  return normalized(Vec3d{0, depth(z + step) - depth(z - step), 2 * step});
}

double ImplicitShape::thinnest_half() const { return std::max(resting_thinnest_half(*this), norm(sweep) / 2); }

void ImplicitShape::bounding_ball(Vec3d& centre, double& reach) const {
  Vec3d mean{0, 0, 0};
  for (const Vec3d& p : points) mean += p;
  mean = mean / static_cast<double>(points.size());
  reach = std::max({radius, end_radius, half_thickness, norm(half)}) + norm(sweep) / 2;
  double furthest = 0;
  for (const Vec3d& p : points) furthest = std::max(furthest, norm(p - mean));
  reach += furthest;
  centre = mean + 0.5 * sweep;
}

ImplicitShape make_tube(Vec3d from, Vec3d to, double radius, double end_radius) {
  ImplicitShape s;
  s.kind = ImplicitShape::Kind::tube;
  s.points = {from, to};
  s.radius = radius;
  s.end_radius = end_radius;
  return s;
}

ImplicitShape make_bar(Vec3d from, Vec3d to, Vec3d upright, double width, double height, double rounding) {
  ImplicitShape s;
  s.kind = ImplicitShape::Kind::bar;
  const Vec3d w = normalized(to - from);
  const Vec3d v = normalized(upright - dot(upright, w) * w);
  const Vec3d u = cross(v, w);
  s.points = {0.5 * (from + to)};
  for (int a = 0; a < 3; ++a) {
    s.axes(0, a) = u[a];
    s.axes(1, a) = v[a];
    s.axes(2, a) = w[a];
  }
  s.half = {width / 2, height / 2, norm(to - from) / 2};
  s.rounding = std::min({rounding, s.half[0], s.half[1], s.half[2]});
  return s;
}

ImplicitShape make_ellipsoid(Vec3d centre, const Mat3d& axes, Vec3d half) {
  ImplicitShape s;
  s.kind = ImplicitShape::Kind::ellipsoid;
  s.points = {centre};
  s.axes = axes;
  s.half = half;
  return s;
}

ImplicitShape make_plate(std::vector<Vec3d> points, double thickness) {
  assert(points.size() >= 3);
  ImplicitShape s;
  s.kind = ImplicitShape::Kind::plate;
  s.points = std::move(points);
  s.half_thickness = thickness / 2;
  return s;
}

ImplicitShape make_loft(const std::vector<std::vector<Vec3d>>& outlines) {
  assert(outlines.size() >= 2 && outlines[0].size() >= 3);
  ImplicitShape s;
  s.kind = ImplicitShape::Kind::loft;
  s.corners = outlines[0].size();
  for (const auto& outline : outlines) {
    assert(outline.size() == s.corners);
    s.points.insert(s.points.end(), outline.begin(), outline.end());
  }
  return s;
}

ImplicitShape make_sampled(std::shared_ptr<const SampledDistance> samples) {
  ImplicitShape s;
  s.kind = ImplicitShape::Kind::sampled;
  s.points = {samples->low(), samples->high()};
  s.samples = std::move(samples);
  return s;
}

}  // namespace knead
