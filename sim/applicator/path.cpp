#include "applicator/path.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "applicator/shape.hpp"
#include "base/error.hpp"

namespace knead {
namespace {

// Second derivatives at the knots of the natural cubic spline through y over t (Thomas algorithm).
std::vector<Vec3d> natural_spline(const std::vector<double>& t, const std::vector<Vec3d>& y) {
  const std::size_t n = t.size();
  std::vector<Vec3d> m(n, Vec3d{{0, 0, 0}});
  if (n < 3) return m;
  std::vector<double> upper(n, 0.0);
  for (std::size_t i = 1; i + 1 < n; ++i) {
    const double before = t[i] - t[i - 1], after = t[i + 1] - t[i];
    const Vec3d jump = 6.0 * ((y[i + 1] - y[i]) / after - (y[i] - y[i - 1]) / before);
    const double pivot = 2 * (before + after) - before * upper[i - 1];
    upper[i] = after / pivot;
    m[i] = (jump - before * m[i - 1]) / pivot;
  }
  for (std::size_t i = n - 2; i > 0; --i) m[i] -= upper[i] * m[i + 1];
  return m;
}

}  // namespace

Path::Path(std::vector<PathPoint> points, const Vec3d& heading) : points_(std::move(points)), heading_(heading) {
  if (points_.empty()) throw Error(ExitCode::invalid_input, "a path needs at least one point");
  chord_.push_back(0);
  std::vector<Vec3d> position, normal;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    points_[i].normal = normalized(points_[i].normal);
    position.push_back(points_[i].point);
    normal.push_back(points_[i].normal);
    if (i == 0) continue;
    const double chord = norm(points_[i].point - points_[i - 1].point);
    if (!(chord > 0))
      throw Error(ExitCode::invalid_input, "two neighbouring points of the path coincide: give it a length");
    chord_.push_back(chord_.back() + chord);
  }
  point_curvature_ = natural_spline(chord_, position);
  normal_curvature_ = natural_spline(chord_, normal);
  arc_.push_back(0);
  for (std::size_t i = 0; i + 1 < points_.size(); ++i) arc_.push_back(arc_.back() + arc_within(i, 1));
}

Path::Sample Path::sample(std::size_t i, double x) const {
  const double h = chord_[i + 1] - chord_[i], a = 1 - x;
  const auto value = [&](const Vec3d& y0, const Vec3d& y1, const Vec3d& m0, const Vec3d& m1) {
    return a * y0 + x * y1 + (h * h / 6) * ((a * a * a - a) * m0 + (x * x * x - x) * m1);
  };
  const PathPoint &p = points_[i], &q = points_[i + 1];
  const Vec3d &m0 = point_curvature_[i], &m1 = point_curvature_[i + 1];
  Sample s;
  s.point = value(p.point, q.point, m0, m1);
  s.derivative = (q.point - p.point) / h + (h / 6) * ((1 - 3 * a * a) * m0 + (3 * x * x - 1) * m1);
  s.normal = value(p.normal, q.normal, normal_curvature_[i], normal_curvature_[i + 1]);
  return s;
}

double Path::arc_within(std::size_t i, double x) const {
  // Five-point Gauss rule on [0, x].
  static constexpr double point[5] = {-0.906179845938664, -0.5384693101056831, 0, 0.5384693101056831,
                                      0.906179845938664};
  static constexpr double weight[5] = {0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665,
                                       0.2369268850561891};
  double sum = 0;
  for (int q = 0; q < 5; ++q) sum += weight[q] * norm(sample(i, 0.5 * x * (1 + point[q])).derivative);
  return 0.5 * x * sum * (chord_[i + 1] - chord_[i]);
}

Path::Frame Path::at(double s) const {
  Sample here;
  if (points_.size() == 1) {
    here = {points_[0].point, heading_, points_[0].normal};
  } else {
    s = std::clamp(s, 0.0, length());
    const auto after = std::upper_bound(arc_.begin(), arc_.end() - 1, s);
    const auto i = static_cast<std::size_t>(std::max<std::ptrdiff_t>(after - arc_.begin() - 1, 0));
    // Newton for arc_within(i, x) = s − arc_[i]; the speed hardly varies within an interval.
    const double h = chord_[i + 1] - chord_[i];
    double x = (s - arc_[i]) / (arc_[i + 1] - arc_[i]);
    for (int iteration = 0; iteration < 20; ++iteration) {
      const double miss = s - arc_[i] - arc_within(i, x);
      const double step = miss / (h * norm(sample(i, x).derivative));
      x = std::clamp(x + step, 0.0, 1.0);
      if (std::abs(step) < 1e-15) break;
    }
    here = sample(i, x);
  }
  Frame frame;
  frame.point = here.point;
  frame.normal = normalized(here.normal);
  Vec3d along = here.derivative - dot(here.derivative, frame.normal) * frame.normal;
  // A heading straight out of the skin says nothing: any direction along the skin will do.
  if (norm(along) < 1e-9 * norm(here.derivative)) along = any_perpendicular(frame.normal);
  frame.tangent = normalized(along);
  return frame;
}

}  // namespace knead
