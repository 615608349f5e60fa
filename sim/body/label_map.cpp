#include "body/label_map.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "base/error.hpp"

namespace knead {
namespace {

Vec3d column(const Mat3d& a, int j) { return {a(0, j), a(1, j), a(2, j)}; }

// For each world axis the voxel axis that runs along it, and whether it runs towards the negative end.
struct Orientation {
  std::array<int, 3> axis{0, 1, 2};
  std::array<bool, 3> flipped{false, false, false};
};

// Of the six ways to pair voxel axes with world axes, the one with the largest sum of |cosines|: greedy choices can
// leave an axis with none that is near when two are turned by 45°.
Orientation closest_orientation(const Mat3d& axes) {
  const auto cosine = [&](int world, int voxel) { return axes(world, voxel) / norm(column(axes, voxel)); };
  Orientation best;
  double best_sum = -1;
  std::array<int, 3> axis{0, 1, 2};
  do {
    double sum = 0;
    for (int w = 0; w < 3; ++w) sum += std::abs(cosine(w, axis[static_cast<std::size_t>(w)]));
    if (sum <= best_sum + 1e-9) continue;  // of equals the first
    best_sum = sum;
    best.axis = axis;
  } while (std::next_permutation(axis.begin(), axis.end()));
  for (int w = 0; w < 3; ++w) {
    const auto world = static_cast<std::size_t>(w);
    best.flipped[world] = cosine(w, best.axis[world]) < 0;
  }
  return best;
}

LabelMap empty_copy(const LabelMap& map) {
  LabelMap result;
  result.source = map.source;
  result.notes = map.notes;
  result.axes = map.axes;
  return result;
}

std::size_t num_voxels(const std::array<int, 3>& size) {
  std::size_t n = 1;
  for (int length : size) n *= static_cast<std::size_t>(length);
  return n;
}

std::vector<bool> wanted_labels(const std::vector<int>& labels) {
  std::vector<bool> wanted(65536, false);
  for (int label : labels)
    if (label >= 0 && label < 65536) wanted[static_cast<std::size_t>(label)] = true;
  return wanted;
}

// The old voxels that a new one touches along one axis.
struct Overlap {
  std::vector<std::pair<int, double>> shares;  // old voxel and its share of the new one's length
  int centre = -1;                             // the old voxel at the middle of the new one; -1 is outside
};

// ratio: length of a new voxel in old ones; first: lower end of new voxel 0 in old ones, where old voxel i reaches from
// i to i + 1.
std::vector<Overlap> overlaps(int old_size, int new_size, double ratio, double first) {
  std::vector<Overlap> result(static_cast<std::size_t>(new_size));
  for (int n = 0; n < new_size; ++n) {
    Overlap& overlap = result[static_cast<std::size_t>(n)];
    const double low = first + n * ratio, high = low + ratio;
    // Rounding must not decide where the middle lies between two.
    const double middle = std::floor(0.5 * (low + high) + 1e-6);
    if (middle >= 0 && middle < old_size) overlap.centre = static_cast<int>(middle);
    for (int i = std::max(0, static_cast<int>(std::floor(low))); i < old_size && i < high; ++i) {
      const double share = (std::min(high, i + 1.0) - std::max(low, static_cast<double>(i))) / ratio;
      if (share > 1e-9) overlap.shares.emplace_back(i, share);
    }
  }
  return result;
}

// Shares of labels within one new voxel; few, so a list.
class Ballot {
 public:
  void clear() { shares_.clear(); }
  void add(int label, double share) {
    for (auto& [known, sum] : shares_) {
      if (known != label) continue;
      sum += share;
      return;
    }
    shares_.emplace_back(label, share);
  }
  // The label with the largest share; what is missing to 1 is background. Equal shares are frequent, at surfaces along
  // the grid: then the label at the middle wins, because a fixed order would make every structure shrink or grow.
  int winner(int middle) {
    double covered = 0;
    for (const auto& entry : shares_) covered += entry.second;
    add(0, 1 - covered);
    double most = 0;
    for (const auto& entry : shares_) most = std::max(most, entry.second);
    int best = -1;
    for (const auto& [label, share] : shares_) {
      if (share < most - 1e-6) continue;  // far above the rounding of the sums
      if (label == middle) return label;
      if (best < 0 || label < best) best = label;
    }
    return best;
  }

 private:
  std::vector<std::pair<int, double>> shares_;
};

}  // namespace

Vec3d voxel_size(const LabelMap& map) {
  return {norm(column(map.axes, 0)), norm(column(map.axes, 1)), norm(column(map.axes, 2))};
}

double voxel_volume(const LabelMap& map) { return std::abs(determinant(map.axes)); }

std::map<int, std::int64_t> count_labels(const LabelMap& map) {
  std::vector<std::int64_t> count(65536, 0);
  for (std::uint16_t label : map.label) ++count[label];
  std::map<int, std::int64_t> result;
  for (std::size_t label = 0; label < count.size(); ++label)
    if (count[label] > 0) result[static_cast<int>(label)] = count[label];
  return result;
}

std::string orientation(const LabelMap& map) {
  static constexpr const char* letters[3] = {"RL", "AP", "SI"};
  const Orientation closest = closest_orientation(map.axes);
  std::string result(3, ' ');
  for (std::size_t w = 0; w < 3; ++w) {
    result[static_cast<std::size_t>(closest.axis[w])] = letters[w][closest.flipped[w] ? 1 : 0];
  }
  return result;
}

LabelMap oriented_to_ras(const LabelMap& map) {
  const Orientation closest = closest_orientation(map.axes);
  LabelMap result = empty_copy(map);
  std::array<std::ptrdiff_t, 3> stride{};  // in the old map of one step along the new axis
  const std::array<std::ptrdiff_t, 3> old_stride{1, map.size[0],
                                                 static_cast<std::ptrdiff_t>(map.size[0]) * map.size[1]};
  std::ptrdiff_t start = 0;
  Vec3d first{0, 0, 0};  // old coordinates of the new voxel (0, 0, 0)
  for (std::size_t w = 0; w < 3; ++w) {
    const int old_axis = closest.axis[w];
    const auto old = static_cast<std::size_t>(old_axis);
    const double sign = closest.flipped[w] ? -1 : 1;
    result.size[w] = map.size[old];
    for (int row = 0; row < 3; ++row) result.axes(row, static_cast<int>(w)) = sign * map.axes(row, old_axis);
    stride[w] = closest.flipped[w] ? -old_stride[old] : old_stride[old];
    if (!closest.flipped[w]) continue;
    first[old_axis] = map.size[old] - 1;
    start += old_stride[old] * (map.size[old] - 1);
  }
  result.origin = map.position(first[0], first[1], first[2]);
  result.label.reserve(map.label.size());
  for (int k = 0; k < result.size[2]; ++k)
    for (int j = 0; j < result.size[1]; ++j) {
      std::ptrdiff_t from = start + k * stride[2] + j * stride[1];
      for (int i = 0; i < result.size[0]; ++i, from += stride[0]) {
        result.label.push_back(map.label[static_cast<std::size_t>(from)]);
      }
    }
  return result;
}

LabelMap cropped(const LabelMap& map, const std::vector<int>& labels, double margin) {
  assert(margin >= 0);
  const std::vector<bool> wanted = wanted_labels(labels);
  std::array<int, 3> low = map.size, high{-1, -1, -1};
  std::size_t at = 0;
  for (int k = 0; k < map.size[2]; ++k)
    for (int j = 0; j < map.size[1]; ++j)
      for (int i = 0; i < map.size[0]; ++i) {
        if (!wanted[map.label[at++]]) continue;
        const std::array<int, 3> here{i, j, k};
        for (std::size_t a = 0; a < 3; ++a) {
          low[a] = std::min(low[a], here[a]);
          high[a] = std::max(high[a], here[a]);
        }
      }
  if (high[0] < 0) {
    std::vector<int> present;
    for (const auto& entry : count_labels(map))
      if (entry.first != 0) present.push_back(entry.first);
    constexpr std::size_t most_shown = 20;
    const bool more = present.size() > most_shown;
    if (more) present.resize(most_shown);
    throw Error(ExitCode::invalid_input, Location{map.source},
                fmt::format("No voxel has the label {}; {}.", fmt::join(labels, " or "),
                            present.empty() ? "all are background"
                                            : fmt::format("choose among those that occur: {}{}",
                                                          fmt::join(present, ", "), more ? ", …" : "")));
  }
  const Vec3d edge = voxel_size(map);
  LabelMap result = empty_copy(map);
  for (std::size_t a = 0; a < 3; ++a) {
    // A hair less, so that a margin of whole voxels does not become one more by rounding.
    const double voxels =
        std::min(std::ceil(margin / edge[static_cast<int>(a)] - 1e-9), static_cast<double>(map.size[a]));
    low[a] = std::max(0, low[a] - static_cast<int>(voxels));
    high[a] = std::min(map.size[a] - 1, high[a] + static_cast<int>(voxels));
    result.size[a] = high[a] - low[a] + 1;
  }
  result.origin = map.position(low[0], low[1], low[2]);
  result.label.reserve(num_voxels(result.size));
  for (int k = low[2]; k <= high[2]; ++k)
    for (int j = low[1]; j <= high[1]; ++j) {
      const auto row = map.label.begin() + static_cast<std::ptrdiff_t>(map.index(low[0], j, k));
      result.label.insert(result.label.end(), row, row + result.size[0]);
    }
  return result;
}

LabelMap resampled(const LabelMap& map, const Vec3d& size, Resampling rule) {
  const Vec3d edge = voxel_size(map);
  LabelMap result = empty_copy(map);
  double voxels = 1;
  for (int a = 0; a < 3; ++a) {
    const auto axis = static_cast<std::size_t>(a);
    if (!(size[a] >= least_edge && size[a] <= most_edge)) {
      throw Error(ExitCode::invalid_input, Location{map.source},
                  fmt::format("Voxels cannot have an edge of {:g} mm; choose some millimetres.", size[a] * 1e3));
    }
    // A hair less, so that a whole number of voxels does not become one more by rounding.
    const double count = std::max(1.0, std::ceil(map.size[axis] * edge[a] / size[a] - 1e-6));
    voxels *= count;
    result.size[axis] = static_cast<int>(std::min(count, static_cast<double>(most_voxels - 1)));
  }
  if (voxels > static_cast<double>(most_voxels)) {
    throw Error(ExitCode::invalid_input, Location{map.source},
                fmt::format("Voxels of {:g} x {:g} x {:g} mm would be {:.3g}, and Knead holds at most {:.3g}; choose "
                            "larger ones or crop the map first.",
                            size[0] * 1e3, size[1] * 1e3, size[2] * 1e3, voxels, static_cast<double>(most_voxels)));
  }
  Vec3d first{0, 0, 0};  // where the new voxels begin, in old ones from the lower end of the map
  std::array<std::vector<Overlap>, 3> along;
  for (int a = 0; a < 3; ++a) {
    const auto axis = static_cast<std::size_t>(a);
    const double ratio = size[a] / edge[a];
    first[a] = 0.5 * (map.size[axis] - result.size[axis] * ratio);  // both boxes have the same centre
    along[axis] = overlaps(map.size[axis], result.size[axis], ratio, first[a]);
    for (int row = 0; row < 3; ++row) result.axes(row, a) = map.axes(row, a) * ratio;
  }
  const Vec3d corner = map.position(first[0] - 0.5, first[1] - 0.5, first[2] - 0.5);
  result.origin = corner + result.axes * Vec3d{0.5, 0.5, 0.5};
  result.label.reserve(num_voxels(result.size));
  Ballot ballot;
  for (const Overlap& z : along[2])
    for (const Overlap& y : along[1])
      for (const Overlap& x : along[0]) {
        const bool inside = x.centre >= 0 && y.centre >= 0 && z.centre >= 0;
        int label = inside ? map.at(x.centre, y.centre, z.centre) : 0;
        if (rule == Resampling::majority) {
          ballot.clear();
          for (const auto& [k, share_k] : z.shares)
            for (const auto& [j, share_j] : y.shares)
              for (const auto& [i, share_i] : x.shares) ballot.add(map.at(i, j, k), share_i * share_j * share_k);
          label = ballot.winner(label);
        }
        result.label.push_back(static_cast<std::uint16_t>(label));
      }
  return result;
}

}  // namespace knead
