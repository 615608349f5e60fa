#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "body/patch.hpp"
#include "body/specimen_layers.hpp"

namespace knead {

namespace {

// A number in [-1, 1) that depends on its arguments only (splitmix64), the same on every machine.
double noise(std::uint64_t seed, std::uint64_t i, std::uint64_t j, std::uint64_t k, std::uint64_t axis) {
  std::uint64_t h = seed;
  for (std::uint64_t x : {i, j, k, axis}) {
    h += 0x9e3779b97f4a7c15u + x;
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
    h ^= h >> 31;
  }
  return static_cast<double>(h >> 11) * 0x1p-52 - 1;
}

std::vector<double> axis_planes(const BlockSettings& settings, std::size_t axis) {
  const char name[] = {'x', 'y', 'z'};
  if (!settings.positions[axis].empty()) {
    const auto& planes = settings.positions[axis];
    require_at_least(static_cast<int>(planes.size()), 2, fmt::format("The number of positions along {}", name[axis]));
    if (std::adjacent_find(planes.begin(), planes.end(), [](double a, double b) { return !(b > a); }) != planes.end()) {
      throw Error(ExitCode::invalid_input, fmt::format("The positions along {} must ascend.", name[axis]));
    }
    return planes;
  }
  require_positive(settings.size[static_cast<int>(axis)], fmt::format("The size of the block along {}", name[axis]));
  require_at_least(settings.elements[axis], 1, fmt::format("The number of elements along {}", name[axis]));
  std::vector<double> planes;
  for (int i = 0; i <= settings.elements[axis]; ++i) {
    planes.push_back(settings.size[static_cast<int>(axis)] * i / settings.elements[axis]);
  }
  return planes;
}

// Layers end at z = 0: they give the height. Positions along z win over layers' element counts.
LayerPlanes vertical_planes(const BlockSettings& settings) {
  if (settings.layers.empty()) {
    LayerPlanes result;
    result.planes = axis_planes(settings, 2);
    result.tissue.assign(result.planes.size() - 1, settings.tissue);
    result.interface.assign(result.planes.size(), false);
    return result;
  }
  double height = 0;
  for (const SpecimenLayer& layer : settings.layers) height += layer.thickness;
  LayerPlanes result = make_layer_planes(settings.layers, 0, height, 1, settings.tissue, true);
  if (settings.positions[2].empty()) return result;
  const LayerPlanes layers = result;
  result.planes = axis_planes(settings, 2);
  result.tissue.clear();
  result.interface.assign(result.planes.size(), false);
  for (std::size_t k = 0; k + 1 < result.planes.size(); ++k) {
    const double middle = 0.5 * (result.planes[k] + result.planes[k + 1]);
    const auto above = std::upper_bound(layers.planes.begin(), layers.planes.end() - 1, middle);
    const auto index = static_cast<std::size_t>(std::max<std::ptrdiff_t>(above - layers.planes.begin() - 1, 0));
    result.tissue.push_back(layers.tissue[index]);
    if (k > 0) result.interface[k] = result.tissue[k] != result.tissue[k - 1];
  }
  return result;
}

}  // namespace

Mesh make_block(const BlockSettings& settings) {
  if (!(settings.distortion >= 0 && settings.distortion <= 0.3)) {
    throw Error(ExitCode::invalid_input,
                fmt::format("The distortion of a block must lie between 0 and 0.3, not {}.", settings.distortion));
  }
  const std::vector<double> x = axis_planes(settings, 0), y = axis_planes(settings, 1);
  const LayerPlanes z = vertical_planes(settings);

  const auto corner = [&](int i, int j, int k) {
    const auto shift = [&](const std::vector<double>& planes, int index, std::uint64_t axis) {
      const auto n = static_cast<std::size_t>(index);
      const double position = planes[n];
      if (settings.distortion <= 0 || n == 0 || n + 1 == planes.size()) return position;
      const double room = std::min(planes[n] - planes[n - 1], planes[n + 1] - planes[n]);
      return position + settings.distortion * room *
                            noise(settings.seed, static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(j),
                                  static_cast<std::uint64_t>(k), axis);
    };
    Vec3d p{shift(x, i, 0), shift(y, j, 1), shift(z.planes, k, 2)};
    if (z.interface[static_cast<std::size_t>(k)]) p[2] = z.planes[static_cast<std::size_t>(k)];
    return p;
  };
  Patch patch;
  patch.elements = {static_cast<int>(x.size()) - 1, static_cast<int>(y.size()) - 1,
                    static_cast<int>(z.planes.size()) - 1};
  // Trilinear elements: a node between corners is their mean.
  patch.point = [&](int i, int j, int k) {
    Vec3d p{0, 0, 0};
    for (int a : {i / 2, (i + 1) / 2})
      for (int b : {j / 2, (j + 1) / 2})
        for (int c : {k / 2, (k + 1) / 2}) p += 0.125 * corner(a, b, c);
    return p;
  };
  patch.tissue_of_layer = z.tissue;
  patch.face_names = {"left", "right", "front", "back", "bottom", "top"};
  const double size = std::max({x.back() - x.front(), y.back() - y.front(), z.planes.back() - z.planes.front()});
  Mesh mesh = join_patches({patch}, size);
  for (const char* name : {"left", "right", "front", "back"}) {
    const auto& faces = mesh.faces[name];
    mesh.faces["sides"].insert(mesh.faces["sides"].end(), faces.begin(), faces.end());
  }
  return mesh;
}

}  // namespace knead
