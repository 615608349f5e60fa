#include "body/column_grid.hpp"

#include <algorithm>
#include <cmath>

namespace knead {

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
