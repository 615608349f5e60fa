#include "body/column_grid.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/units.hpp"
#include "body/mesh.hpp"

namespace knead {

double ElementSizes::at(double distance) const {
  constexpr double growth = 0.25;  // of the element size per element
  return refine ? std::min(element_size, refine->size + growth * std::max(0.0, distance - refine->radius))
                : element_size;
}

void check_sizes(const ElementSizes& sizes, double coarsest) {
  const auto refuse = [](const std::string& sentence) { throw Error(ExitCode::invalid_input, sentence); };
  const double h = sizes.element_size;
  if (!(h > 0) || !std::isfinite(h)) refuse(fmt::format("element_size must be a positive length, not {} m.", h));
  if (h > coarsest)
    refuse(fmt::format("element_size {} is too coarse for this body; take at most {}.",
                       format_quantity(h, dimension::length), format_quantity(coarsest, dimension::length)));
  if (sizes.refine && (!(sizes.refine->size > 0) || !(sizes.refine->radius > 0)))
    refuse("refine needs a positive size and a positive radius.");
}

void check_node_count(const ElementSizes& sizes, double columns, double levels) {
  if (columns * levels < most_nodes) return;
  throw Error(ExitCode::invalid_input,
              fmt::format("With element_size {}{} the body would have {:.2g} nodes; this program stops at {:.0e}. Take "
                          "larger elements, or refine a smaller circle.",
                          format_quantity(sizes.element_size, dimension::length),
                          sizes.refine ? " and this refinement" : "", columns * levels, most_nodes));
}

std::vector<double> depth_shares(int n) {
  constexpr double grading = 0.5;
  std::vector<double> share{0};
  for (int e = 0; e < 2 * n; ++e) share.push_back(share.back() + 1 + grading * (e / 2) / std::max(1, n - 1));
  for (double& s : share) s /= share.back();
  return share;
}

double half_line(const std::vector<double>& lines, int i) {
  return 0.5 * (lines[static_cast<std::size_t>(i / 2)] + lines[static_cast<std::size_t>((i + 1) / 2)]);
}

double count_elements(double from, double to, const std::function<double(double)>& size) {
  constexpr int samples = 2000;
  double sum = 0;
  for (int s = 0; s < samples; ++s) sum += (to - from) / samples / size(from + (to - from) * (s + 0.5) / samples);
  return sum;
}

std::vector<double> grade_line(double from, double to, const std::function<double(double)>& size) {
  const int n = std::max(1, static_cast<int>(std::ceil(count_elements(from, to, size) - 1e-6)));
  const double total = count_elements(from, to, size);
  std::vector<double> lines{from};
  constexpr int samples = 20000;
  double sum = 0;
  for (int s = 0; s < samples && static_cast<int>(lines.size()) < n; ++s) {
    const double x = from + (to - from) * (s + 0.5) / samples, part = (to - from) / samples / size(x);
    const double wanted = total * static_cast<double>(lines.size()) / n;
    if (sum + part >= wanted) lines.push_back(from + (to - from) * (s + (wanted - sum) / part) / samples);
    sum += part;
  }
  lines.push_back(to);
  return lines;
}

double ColumnGrid::height(int k, const LayerEnds& ends, const std::vector<double>& share) const {
  if (k <= 2 * muscle)
    return ends.fascia + (ends.bottom - ends.fascia) * share[static_cast<std::size_t>(2 * muscle - k)];
  k -= 2 * muscle;
  if (k <= 2 * loose) return ends.fascia + (ends.loose_top - ends.fascia) * k / (2 * loose);
  k -= 2 * loose;
  if (k <= 2 * fat) return ends.loose_top + (ends.below_skin - ends.loose_top) * k / (2 * fat);
  k -= 2 * fat;
  return ends.below_skin + (ends.top - ends.below_skin) * k / (2 * skin);
}

std::array<std::size_t, 27> ColumnGrid::cell_nodes(int i, int j, int k) const {
  std::array<std::size_t, 27> nodes;
  for (int c = 0; c < 3; ++c)
    for (int b = 0; b < 3; ++b)
      for (int a = 0; a < 3; ++a)
        nodes[static_cast<std::size_t>(a + 3 * b + 9 * c)] = node(2 * i + a, 2 * j + b, 2 * k + c);
  return nodes;
}

std::array<Vec3d, 27> ColumnGrid::cell_points(int i, int j, int k) const {
  std::array<Vec3d, 27> x;
  const auto nodes = cell_nodes(i, j, k);
  for (std::size_t a = 0; a < 27; ++a) x[a] = points[nodes[a]];
  return x;
}

}  // namespace knead
