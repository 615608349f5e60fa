#include "body/slab_grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace knead {

namespace {

constexpr double growth = 0.25;             // of the element size per element outside the refined circle
constexpr double depth_grading = 0.5;       // the deepest muscle element is this much taller than the first
constexpr double least_spine_share = 0.65;  // of the element size: least width of the column over the spine

[[noreturn]] void refuse(const std::string& sentence) { throw Error(ExitCode::invalid_input, sentence); }

void check(const SlabModel& model, double h, const std::optional<Refinement>& refine) {
  const double shortest = std::min(model.extent.across, model.extent.along_max - model.extent.along_min);
  if (!(h > 0) || !std::isfinite(h)) refuse(fmt::format("element_size must be a positive length, not {} m.", h));
  if (h > shortest / 4) {
    refuse(fmt::format(
        "element_size {} is too coarse for a body {} wide; take at most {}.", format_quantity(h, dimension::length),
        format_quantity(2 * model.extent.across, dimension::length), format_quantity(shortest / 4, dimension::length)));
  }
  if (!refine) return;
  if (!(refine->size > 0) || !(refine->radius > 0)) refuse("refine needs a positive size and a positive radius.");
  if (!model.chart->contains(refine->across, refine->along)) {
    refuse(fmt::format(
        "refine.at lies outside the body: {:.0f} mm across and {:.0f} mm along; the body reaches ±{:.0f} mm "
        "across and {:.0f} to {:.0f} mm along.",
        1e3 * refine->across, 1e3 * refine->along, 1e3 * model.extent.across, 1e3 * model.extent.along_min,
        1e3 * model.extent.along_max));
  }
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

}  // namespace

ColumnGrid make_slab_grid(const SlabModel& model, double h, const std::optional<Refinement>& refine) {
  check(model, h, refine);
  const auto size_near = [&](double centre, double x) {
    if (!refine) return h;
    return std::min(h, refine->size + growth * std::max(0.0, std::abs(x - centre) - refine->radius));
  };
  const auto size_across = [&](double x) { return size_near(refine ? refine->across : 0, x); };
  const auto size_along = [&](double z) { return size_near(refine ? refine->along : 0, z); };
  const SlabExtent& extent = model.extent;

  // How many nodes there would be, before anything is allocated.
  const double muscle_room = model.depth - model.sites.thickness("skin", model.reference_across, 0) -
                             model.sites.thickness("fat", model.reference_across, 0);
  const double columns = 4 * count_elements(-extent.across, extent.across, size_across) *
                         count_elements(extent.along_min, extent.along_max, size_along);
  const double levels = 2 * (muscle_room / h + model.skin_elements + std::max<double>(model.fat_elements, 0.02 / h));
  if (!(columns * levels < most_nodes)) {
    refuse(fmt::format(
        "With element_size {}{} the body would have {:.2g} nodes; this program stops at {:.0e}. Take larger "
        "elements, or refine a smaller circle.",
        format_quantity(h, dimension::length), refine ? " and this refinement" : "", columns * levels, most_nodes));
  }

  ColumnGrid grid;
  // One column lies over the spinous processes.
  double width = std::max(model.spine_width, least_spine_share * h);
  if (refine) {  // or a few of them, none much smaller than its neighbours
    const double size = size_across(0);
    width = std::max(model.spine_width, least_spine_share * size * std::ceil(model.spine_width / size));
  }
  const double spine = 0.5 * width;
  grid.across = grade_line(-extent.across, -spine, size_across);
  const auto middle = grade_line(-spine, spine, [&](double x) { return std::max(size_across(x), 1e-9); });
  const auto right = grade_line(spine, extent.across, size_across);
  grid.across.insert(grid.across.end(), middle.begin() + 1, middle.end());
  grid.across.insert(grid.across.end(), right.begin() + 1, right.end());
  grid.along = grade_line(extent.along_min, extent.along_max, size_along);
  grid.skin = model.skin_elements;
  grid.fat = std::max(model.fat_elements,
                      static_cast<int>(std::ceil(model.sites.thickness("fat", model.reference_across, 0) / h - 0.25)));
  if (!(muscle_room > h)) refuse("Skin and fat of this subject fill the slab; reduce them or deepen the body.");
  grid.muscle = std::max(3, static_cast<int>(std::lround(muscle_room / h)));

  const SlabChart& chart = *model.chart;
  const auto skin_thickness = [&](double a, double b) { return model.sites.thickness("skin", a, b); };
  const auto to_fascia = [&](double a, double b) {
    return model.sites.thickness("skin", a, b) + model.sites.thickness("fat", a, b);
  };
  // Share of the muscle layer below the fascia at each half element, growing with depth.
  std::vector<double> share{0};
  for (int e = 0; e < grid.muscle; ++e) {
    const double size = 1 + depth_grading * e / std::max(1, grid.muscle - 1);
    share.push_back(share.back() + size / 2);
    share.push_back(share.back() + size / 2);
  }
  for (double& s : share) s /= share.back();

  const int px = 2 * grid.nx() + 1, pz = 2 * grid.nz() + 1, pk = 2 * grid.nk() + 1;
  grid.points.resize(static_cast<std::size_t>(px) * static_cast<std::size_t>(pz) * static_cast<std::size_t>(pk));
  const auto half_line = [](const std::vector<double>& lines, int i) {
    return 0.5 * (lines[static_cast<std::size_t>(i / 2)] + lines[static_cast<std::size_t>((i + 1) / 2)]);
  };
  double least_room = 1e300;
  for (int j = 0; j < pz; ++j)
    for (int i = 0; i < px; ++i) {
      const double x = half_line(grid.across, i), z = half_line(grid.along, j);
      const double top = chart.height(x, z).y, below_skin = offset_y(chart, skin_thickness, x, z);
      const double fascia = offset_y(chart, to_fascia, x, z);
      const double bottom = chart.smooth_y(x, z, model.bottom_share) + model.depth;
      least_room = std::min({least_room, below_skin - top, fascia - below_skin, (bottom - fascia) / 4});
      for (int k = 0; k < pk; ++k) {
        double y;
        if (k <= 2 * grid.muscle) {
          y = fascia + (bottom - fascia) * share[static_cast<std::size_t>(2 * grid.muscle - k)];
        } else if (k <= 2 * (grid.muscle + grid.fat)) {
          y = fascia + (below_skin - fascia) * (k - 2 * grid.muscle) / (2 * grid.fat);
        } else {
          y = below_skin + (top - below_skin) * (k - 2 * (grid.muscle + grid.fat)) / (2 * grid.skin);
        }
        grid.points[grid.node(i, j, k)] = {x, y, z};
      }
    }
  if (!(least_room > 2e-4)) {
    refuse(
        "The layers of this subject do not fit: somewhere one is thinner than 0.2 mm or the fat reaches the bottom of "
        "the slab. Reduce the fat or take thicker layers.");
  }
  return grid;
}

}  // namespace knead
