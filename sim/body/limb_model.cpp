#include "body/limb_model.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "math/interpolation.hpp"

namespace knead {

namespace {

constexpr double pi = std::numbers::pi;

}  // namespace

Vec3d outwards_at(double angle) { return {{std::sin(angle), -std::cos(angle), 0}}; }

Ellipse Ellipse::through(double right, double left, double posterior, double anterior) {
  Ellipse e;
  e.centre_x = 0.5 * (right - left);
  e.centre_y = 0.5 * (anterior - posterior);
  // ((right + left)/2)²/a² + c_y²/b² = 1 and c_x²/a² + ((anterior + posterior)/2)²/b² = 1
  const double H = 0.25 * (right + left) * (right + left), V = 0.25 * (anterior + posterior) * (anterior + posterior);
  const double x2 = e.centre_x * e.centre_x, y2 = e.centre_y * e.centre_y, determinant = H * V - x2 * y2;
  e.half_x = std::sqrt(determinant / (V - y2));
  e.half_y = std::sqrt(determinant / (H - x2));
  return e;
}

double Ellipse::perimeter() const {
  return pi * (3 * (half_x + half_y) - std::sqrt((3 * half_x + half_y) * (half_x + 3 * half_y)));
}

double LimbChart::radius(double angle, double along) const {
  const Ellipse e = Ellipse::through(right.value_and_slope(along).first, left.value_and_slope(along).first,
                                     posterior.value_and_slope(along).first, anterior.value_and_slope(along).first);
  // |((t d_x − c_x)/h_x, (t d_y − c_y)/h_y)| = 1, the larger root
  const Vec3d d = outwards_at(angle);
  const double dx = d[0] / e.half_x, dy = d[1] / e.half_y, cx = e.centre_x / e.half_x, cy = e.centre_y / e.half_y;
  const double A = dx * dx + dy * dy, B = dx * cx + dy * cy, C = cx * cx + cy * cy - 1;
  return (B + std::sqrt(B * B - A * C)) / A;
}

double LimbChart::obliqueness(double angle, double along) const {
  constexpr double step = 1e-4;
  const double slope = (radius(angle + step, along) - radius(angle - step, along)) / (2 * step);
  return 1 / std::hypot(1.0, slope / radius(angle, along));
}

Vec3d LimbChart::point(double across, double along) const {
  const double angle = across / mean_radius;
  return centre(along) + radius(angle, along) * outwards_at(angle);
}

Vec3d LimbChart::normal(double across, double along) const {
  constexpr double step = 1e-5;
  const Vec3d u = point(across + step, along) - point(across - step, along);
  const Vec3d v = point(across, along + step) - point(across, along - step);
  return normalized(cross(u, v));
}

bool LimbChart::contains(double across, double along) const {
  // It closes in front, where places to either side are beyond half a turn.
  return std::abs(across) <= 2 * pi * mean_radius && along >= along_min && along <= along_max;
}

double LimbModel::thickness(const std::string& layer, double angle) const {
  const double quarters = std::fmod(angle / (0.5 * pi) + 8, 4.0);
  const auto first = static_cast<std::size_t>(quarters) % 4, second = (first + 1) % 4;
  const double t = smoothstep(quarters - std::floor(quarters));
  double sum = 0;
  if (t < 1) sum += (1 - t) * subject.at(sites[first] + "." + layer);
  if (t > 0) sum += t * subject.at(sites[second] + "." + layer);
  return sum;
}

double LimbModel::fascia_radius(double angle, double along) const {
  return chart->radius(angle, along) -
         (thickness("skin", angle) + thickness("fat", angle)) / chart->obliqueness(angle, along);
}

double LimbModel::bone_radius(double angle, double along) const {
  const auto distance = [&](double r) {
    const Vec3d x = chart->centre(along) + r * outwards_at(angle);
    double least = 1e300;
    for (const Bone& bone : bones)
      if (bone.name == main_bone) least = std::min(least, bone.shape.distance(x));
    return least;
  };
  constexpr double step = 5e-4;  // m
  const double end = fascia_radius(angle, along);
  double inside = 0, outside = step;
  while (outside < end && distance(outside) < 0) inside = outside, outside += step;
  for (int i = 0; i < 30; ++i) {
    const double middle = 0.5 * (inside + outside);
    (distance(middle) < 0 ? inside : outside) = middle;
  }
  return inside;
}

double coarsest_element(const LimbModel& model) {
  const LimbChart& chart = *model.chart;
  return std::min((chart.along_max - chart.along_min) / 4, 2 * pi * chart.mean_radius / 12);
}

ColumnGrid make_limb_grid(const LimbModel& model, double h, const std::optional<Refinement>& refine) {
  const auto refuse = [](const std::string& sentence) { throw Error(ExitCode::invalid_input, sentence); };
  const LimbChart& chart = *model.chart;
  const double around = 2 * pi * chart.mean_radius;
  const ElementSizes sizes{h, refine};
  check_sizes(sizes, coarsest_element(model));
  if (refine && !chart.contains(refine->across, refine->along)) refuse("refine.at lies outside the body.");
  const auto size_across = [&](double s) {
    return sizes.at(refine ? std::abs(std::remainder(s - refine->across, around)) : 0);
  };
  const auto size_along = [&](double z) { return sizes.at(refine ? std::abs(z - refine->along) : 0); };

  double deepest = 0;
  for (int s = 0; s < 36; ++s)
    deepest += (model.fascia_radius(s * pi / 18, 0) - model.bone_radius(s * pi / 18, 0)) / 36;
  ColumnGrid grid;
  grid.around = true;
  grid.muscle = std::max(4, static_cast<int>(std::lround(deepest / h)));
  grid.fat = std::max(model.fat_elements, static_cast<int>(std::ceil(model.thickness("fat", 0) / h - 0.25)));
  grid.skin = model.skin_elements;
  grid.loose = model.loose_thickness > 0 ? 1 : 0;
  const double columns = 4 * count_elements(-around / 2, around / 2, size_across) *
                         count_elements(chart.along_min, chart.along_max, size_along);
  check_node_count(sizes, columns, grid.nodes_outwards());
  grid.across = grade_line(-around / 2, around / 2, size_across);
  grid.along = grade_line(chart.along_min, chart.along_max, size_along);

  const std::vector<double> share = depth_shares(grid.muscle);
  grid.points.resize(static_cast<std::size_t>(grid.nodes_across()) * static_cast<std::size_t>(grid.nodes_along()) *
                     static_cast<std::size_t>(grid.nodes_outwards()));
  double least_room = 1e300, least_bone = 1e300;
  for (int j = 0; j < grid.nodes_along(); ++j)
    for (int i = 0; i < grid.nodes_across(); ++i) {
      const double angle = half_line(grid.across, i) / chart.mean_radius, z = half_line(grid.along, j);
      const double top = chart.radius(angle, z), fascia = model.fascia_radius(angle, z);
      const double below_skin = top - model.thickness("skin", angle) / chart.obliqueness(angle, z);
      const double loose_top = fascia + model.loose_thickness / chart.obliqueness(angle, z);
      const double bone = model.bone_radius(angle, z);
      least_room = std::min({least_room, top - below_skin, below_skin - loose_top, (fascia - bone) / 4});
      least_bone = std::min(least_bone, bone);
      for (int k = 0; k < grid.nodes_outwards(); ++k) {
        Vec3d p = grid.height(k, {bone, fascia, loose_top, below_skin, top}, share) * outwards_at(angle);
        grid.points[grid.node(i, j, k)] = chart.centre(z) + p;
      }
    }
  if (!(least_bone > 1e-3))
    refuse("The axis of this limb leaves its bone \"" + model.main_bone +
           "\" somewhere: the first bone of the file must " + "hold it along the whole extent.");
  if (!(least_room > 2e-4))
    refuse(
        "The layers of this subject do not fit into the limb: somewhere one is thinner than 0.2 mm. Reduce the fat or "
        "take a larger girth.");
  return grid;
}

}  // namespace knead
