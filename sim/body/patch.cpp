#include "body/patch.hpp"

#include <fmt/format.h>

#include <cassert>
#include <cmath>
#include <cstdint>
#include <unordered_map>

#include "base/error.hpp"

namespace knead {

namespace {

// Finds points again by their place: a hash grid of cells much wider than the tolerance.
class PointMerger {
 public:
  PointMerger(Mesh& mesh, double tolerance) : mesh_(mesh), tolerance_(tolerance), spacing_(64 * tolerance) {}

  int insert(const Vec3d& p) {
    const std::array<std::int64_t, 3> low = cell_of(p, -tolerance_), high = cell_of(p, tolerance_);
    for (auto i = low[0]; i <= high[0]; ++i)
      for (auto j = low[1]; j <= high[1]; ++j)
        for (auto k = low[2]; k <= high[2]; ++k) {
          const auto [begin, end] = nodes_.equal_range(key(i, j, k));
          for (auto it = begin; it != end; ++it) {
            if (norm(mesh_.points[static_cast<std::size_t>(it->second)] - p) <= tolerance_) return it->second;
          }
        }
    const auto here = cell_of(p, 0);
    nodes_.emplace(key(here[0], here[1], here[2]), mesh_.num_nodes());
    mesh_.points.push_back(p);
    return mesh_.num_nodes() - 1;
  }

 private:
  std::array<std::int64_t, 3> cell_of(const Vec3d& p, double shift) const {
    std::array<std::int64_t, 3> c;
    for (int a = 0; a < 3; ++a) {
      c[static_cast<std::size_t>(a)] = static_cast<std::int64_t>(std::floor((p[a] + shift) / spacing_));
    }
    return c;
  }
  static std::uint64_t key(std::int64_t i, std::int64_t j, std::int64_t k) {
    std::uint64_t h = 0x9e3779b97f4a7c15u;
    for (std::int64_t x : {i, j, k}) {
      h ^= static_cast<std::uint64_t>(x) + 0x9e3779b97f4a7c15u + (h << 6) + (h >> 2);
      h *= 0xbf58476d1ce4e5b9u;
    }
    return h;
  }

  Mesh& mesh_;
  double tolerance_, spacing_;
  std::unordered_multimap<std::uint64_t, int> nodes_;
};

}  // namespace

Mesh join_patches(const std::vector<Patch>& patches, double size) {
  double nodes = 0;
  for (const Patch& patch : patches) nodes += 8.0 * patch.elements[0] * patch.elements[1] * patch.elements[2];
  if (!(nodes < most_nodes))
    throw Error(ExitCode::invalid_input,
                fmt::format("the body would have {:.2g} nodes; this program stops at {:.0e}: take fewer elements",
                            nodes, most_nodes));
  Mesh mesh;
  PointMerger merger(mesh, 1e-9 * size);
  for (const Patch& patch : patches) {
    const auto [nx, ny, nz] = patch.elements;
    assert(static_cast<int>(patch.tissue_of_layer.size()) == nz);
    const int px = 2 * nx + 1, py = 2 * ny + 1, pz = 2 * nz + 1;
    std::vector<int> node(static_cast<std::size_t>(px) * static_cast<std::size_t>(py) * static_cast<std::size_t>(pz));
    const auto at = [&](int i, int j, int k) -> int& {
      return node[(static_cast<std::size_t>(j) * static_cast<std::size_t>(px) + static_cast<std::size_t>(i)) *
                      static_cast<std::size_t>(pz) +
                  static_cast<std::size_t>(k)];
    };
    for (int j = 0; j < py; ++j)
      for (int i = 0; i < px; ++i)
        for (int k = 0; k < pz; ++k) at(i, j, k) = merger.insert(patch.point(i, j, k));
    for (int j = 0; j < ny; ++j)
      for (int i = 0; i < nx; ++i)
        for (int k = 0; k < nz; ++k) {
          std::array<int, 27> cell;
          for (int c = 0; c < 3; ++c)
            for (int b = 0; b < 3; ++b)
              for (int a = 0; a < 3; ++a)
                cell[static_cast<std::size_t>(a + 3 * b + 9 * c)] = at(2 * i + a, 2 * j + b, 2 * k + c);
          const int number = mesh.num_cells();
          mesh.cells.push_back(cell);
          mesh.cell_tissue.push_back(patch.tissue_of_layer[static_cast<std::size_t>(k)]);
          const bool outer[6] = {i == 0, i == nx - 1, j == 0, j == ny - 1, k == 0, k == nz - 1};
          for (std::size_t side = 0; side < 6; ++side) {
            const std::string& name = patch.face_names[side];
            if (outer[side] && !name.empty()) mesh.faces[name].push_back({number, static_cast<Side>(side)});
          }
        }
  }
  number_along_lines(mesh);
  return mesh;
}

}  // namespace knead
