#include "body/slab_grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace knead {

namespace {

constexpr double least_spine_share = 0.65;  // of the element size: least width of the column over the spine

[[noreturn]] void refuse(const std::string& sentence) { throw Error(ExitCode::invalid_input, sentence); }

void check(const SlabModel& model, const ElementSizes& sizes) {
  check_sizes(sizes, coarsest_element(model));
  if (!sizes.refine || model.chart->contains(sizes.refine->across, sizes.refine->along)) return;
  refuse(
      fmt::format("refine.at lies outside the body: {:.0f} mm across and {:.0f} mm along; the body reaches ±{:.0f} mm "
                  "across and {:.0f} to {:.0f} mm along.",
                  1e3 * sizes.refine->across, 1e3 * sizes.refine->along, 1e3 * model.extent.across,
                  1e3 * model.extent.along_min, 1e3 * model.extent.along_max));
}

// Point of the surface at the local thickness below the skin, measured along the skin's normal, that lies over (x, z).
// Newton on the two chart coordinates of its foot.
double offset_y(const SlabChart& chart, const std::function<double(double, double)>& thickness, double x, double z) {
  const auto offset = [&](double a, double b) { return chart.point(a, b) - thickness(a, b) * chart.normal(a, b); };
  double a = x, b = z;
  Vec3d p = offset(a, b);
  for (int iteration = 0; iteration < 30; ++iteration) {
    const double rx = p[0] - x, rz = p[2] - z;
    if (std::hypot(rx, rz) < 1e-9) return p[1];
    constexpr double step = 1e-6;
    const Vec3d da = (offset(a + step, b) - p) / step, db = (offset(a, b + step) - p) / step;
    const double determinant = da[0] * db[2] - da[2] * db[0];
    if (!(determinant > 0.05)) break;
    a -= (rx * db[2] - rz * db[0]) / determinant;
    b -= (da[0] * rz - da[2] * rx) / determinant;
    p = offset(a, b);
  }
  // Thicker than the skin's radius of curvature: the nearest that there is, straight below.
  return chart.height(x, z).y + thickness(x, z) / std::abs(chart.normal(x, z)[1]);
}

// Both sides alike, or with one column over the spinous processes.
std::vector<double> lines_across(const SlabModel& model, const ElementSizes& sizes,
                                 const std::function<double(double)>& size_across) {
  const double end = model.extent.across;
  if (!(model.spine_width > 0)) return grade_line(-end, end, size_across);
  double width = std::max(model.spine_width, least_spine_share * sizes.element_size);
  if (sizes.refine) {  // or a few of them, none much smaller than its neighbours
    const double size = size_across(0);
    width = std::max(model.spine_width, least_spine_share * size * std::ceil(model.spine_width / size));
  }
  const double spine = 0.5 * width;
  std::vector<double> lines = grade_line(-end, -spine, size_across);
  const auto middle = grade_line(-spine, spine, [&](double x) { return std::max(size_across(x), 1e-9); });
  const auto right = grade_line(spine, end, size_across);
  lines.insert(lines.end(), middle.begin() + 1, middle.end());
  lines.insert(lines.end(), right.begin() + 1, right.end());
  return lines;
}

}  // namespace

double coarsest_element(const SlabModel& model) {
  return std::min(model.extent.across, model.extent.along_max - model.extent.along_min) / 4;
}

ColumnGrid make_slab_grid(const SlabModel& model, double h, const std::optional<Refinement>& refine) {
  const ElementSizes sizes{h, refine};
  check(model, sizes);
  const auto size_across = [&](double x) { return sizes.at(refine ? std::abs(x - refine->across) : 0); };
  const auto size_along = [&](double z) { return sizes.at(refine ? std::abs(z - refine->along) : 0); };
  const SlabExtent& extent = model.extent;

  // How many nodes there would be, before anything is allocated.
  const double muscle_room = model.depth -
                             model.sites.thickness("skin", model.reference_across, model.reference_along) -
                             model.sites.thickness("fat", model.reference_across, model.reference_along);
  const double columns = 4 * count_elements(-extent.across, extent.across, size_across) *
                         count_elements(extent.along_min, extent.along_max, size_along);
  const int loose = model.loose_thickness > 0 ? 1 : 0;
  const double levels =
      2 * (muscle_room / h + loose + model.skin_elements + std::max<double>(model.fat_elements, 0.02 / h));
  check_node_count(sizes, columns, levels);

  ColumnGrid grid;
  grid.across = lines_across(model, sizes, size_across);
  grid.along = grade_line(extent.along_min, extent.along_max, size_along);
  grid.skin = model.skin_elements;
  grid.loose = loose;
  grid.fat = std::max(model.fat_elements,
                      static_cast<int>(std::ceil(
                          model.sites.thickness("fat", model.reference_across, model.reference_along) / h - 0.25)));
  if (!(muscle_room > h)) refuse("Skin and fat of this subject fill the slab; reduce them or deepen the body.");
  grid.muscle = std::max(3, static_cast<int>(std::lround(muscle_room / h)));

  const SlabChart& chart = *model.chart;
  const auto skin_thickness = [&](double a, double b) { return model.sites.thickness("skin", a, b); };
  const auto to_fascia = [&](double a, double b) {
    return model.sites.thickness("skin", a, b) + model.sites.thickness("fat", a, b);
  };
  const auto to_loose = [&](double a, double b) { return to_fascia(a, b) - model.loose_thickness; };
  const std::vector<double> share = depth_shares(grid.muscle);

  const int px = 2 * grid.nx() + 1, pz = 2 * grid.nz() + 1, pk = 2 * grid.nk() + 1;
  grid.points.resize(static_cast<std::size_t>(px) * static_cast<std::size_t>(pz) * static_cast<std::size_t>(pk));
  double least_room = 1e300;
  for (int j = 0; j < pz; ++j)
    for (int i = 0; i < px; ++i) {
      const double x = half_line(grid.across, i), z = half_line(grid.along, j);
      const double top = chart.height(x, z).y, below_skin = offset_y(chart, skin_thickness, x, z);
      const double fascia = offset_y(chart, to_fascia, x, z);
      const double bottom = chart.smooth_y(x, z, model.bottom_share) + model.depth;
      const double loose_top = grid.loose > 0 ? offset_y(chart, to_loose, x, z) : fascia;
      least_room = std::min({least_room, below_skin - top, loose_top - below_skin, (bottom - fascia) / 4});
      for (int k = 0; k < pk; ++k)
        grid.points[grid.node(i, j, k)] = {x, grid.height(k, {bottom, fascia, loose_top, below_skin, top}, share), z};
    }
  if (!(least_room > 2e-4)) {
    refuse(
        "The layers of this subject do not fit: somewhere one is thinner than 0.2 mm or the fat reaches the bottom of "
        "the slab. Reduce the fat or take thicker layers.");
  }
  return grid;
}

}  // namespace knead
