#include "body/limb_scan.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "base/units.hpp"
#include "body/limb_model.hpp"

namespace knead {

namespace {

constexpr double shortest_bent = 0.1;  // m, of a bone whose bend can be seen
constexpr double widest_gap = 0.015;   // m, of nothing within a limb: beyond it the ray has left

template <class F>
void each_voxel_of(const LabelMap& map, int label, const F& f) {
  for (int k = 0; k < map.size[2]; ++k)
    for (int j = 0; j < map.size[1]; ++j)
      for (int i = 0; i < map.size[0]; ++i)
        if (map.at(i, j, k) == label) f(map.position(i, j, k));
}

double cubic(const std::array<double, 4>& c, double t) { return c[0] + t * (c[1] + t * (c[2] + t * c[3])); }

// The voxel axis that runs along the limb.
int closest_to_z(const LabelMap& map) {
  const Vec3d edge = voxel_size(map);
  int best = 0;
  for (int a = 1; a < 3; ++a)
    if (std::abs(map.axes(2, a)) / edge[a] > std::abs(map.axes(2, best)) / edge[best]) best = a;
  return best;
}

const ScanLabel* first_bone(const std::vector<ScanLabel>& labels) {
  const auto found =
      std::find_if(labels.begin(), labels.end(), [](const ScanLabel& l) { return l.part == ScanPart::bone; });
  assert(found != labels.end());
  return &*found;
}

}  // namespace

Vec3d BoneAxis::at(double z) const {
  const double t = (z - middle) / half;
  return {{cubic(x, t), cubic(y, t), z}};
}

BoneAxis fit_bone_axis(const LabelMap& map, int label, bool straight) {
  double low = 1e300, high = -1e300;
  each_voxel_of(map, label, [&](const Vec3d& p) { low = std::min(low, p[2]), high = std::max(high, p[2]); });
  if (!(low <= high))
    throw Error(ExitCode::invalid_input, Location{map.source}, fmt::format("No voxel has the label {}.", label));
  BoneAxis axis;
  axis.middle = 0.5 * (low + high);
  axis.half = std::max(0.5 * (high - low), 1e-4);
  const double bend = straight || high - low < shortest_bent ? 0 : 1;
  Eigen::Matrix4d matrix = 1e-9 * Eigen::Matrix4d::Identity();
  Eigen::Matrix<double, 4, 2> right = Eigen::Matrix<double, 4, 2>::Zero();
  each_voxel_of(map, label, [&](const Vec3d& p) {
    const double t = (p[2] - axis.middle) / axis.half;
    const Eigen::Vector4d powers(1, t, bend * t * t, bend * t * t * t);
    matrix += powers * powers.transpose();
    right += powers * Eigen::RowVector2d(p[0], p[1]);
  });
  const Eigen::Matrix<double, 4, 2> c = matrix.ldlt().solve(right);
  for (std::size_t i = 0; i < 4; ++i) {
    axis.x[i] = c(static_cast<Eigen::Index>(i), 0);
    axis.y[i] = c(static_cast<Eigen::Index>(i), 1);
  }
  return axis;
}

LabelMap in_limb_axes(const LabelMap& map, int main_bone) {
  const BoneAxis line = fit_bone_axis(map, main_bone, true);
  const Vec3d z = normalized(line.at(line.middle + line.half) - line.at(line.middle - line.half));
  if (z[2] < std::cos(std::numbers::pi / 4))
    throw Error(
        ExitCode::invalid_input, Location{map.source},
        fmt::format("The main bone lies {:.0f} degrees off the axis from foot to head; a limb is imported when it "
                    "lies along it.",
                    std::acos(z[2]) * 180 / std::numbers::pi));
  const Vec3d anterior{{0, 1, 0}}, y = normalized(anterior - dot(anterior, z) * z), x = cross(y, z);
  const Mat3d turn{{{x[0], x[1], x[2]}, {y[0], y[1], y[2]}, {z[0], z[1], z[2]}}};
  LabelMap result = map;
  result.axes = turn * map.axes;
  result.origin = turn * (map.origin - line.at(line.middle));
  return result;
}

std::vector<bool> LimbScan::mask_of(bool deep_only) const {
  std::vector<bool> mask(65536, false);
  for (const ScanLabel& label : labels_)
    if (!deep_only || label.part == ScanPart::bone || label.part == ScanPart::muscle)
      mask[static_cast<std::size_t>(label.number)] = true;
  return mask;
}

LimbScan::LimbScan(std::shared_ptr<const LabelMap> map, std::vector<ScanLabel> labels)
    : map_(std::move(map)),
      labels_(std::move(labels)),
      main_bone_(first_bone(labels_)),
      axis_(fit_bone_axis(*map_, main_bone_->number)),
      inverse_(inverse(map_->axes)),
      along_(closest_to_z(*map_)),
      tissue_(*map_, mask_of(false)),
      deep_(*map_, mask_of(true)),
      bone_(*map_, [this] {
        std::vector<bool> mask(65536, false);
        mask[static_cast<std::size_t>(main_bone_->number)] = true;
        return mask;
      }()) {
  spread_muscles();
}

// Into the voxels that are none, a layer at a time.
void LimbScan::spread_muscles() {
  std::vector<bool> is_muscle(65536, false);
  for (const ScanLabel& label : labels_)
    if (label.part == ScanPart::muscle) is_muscle[static_cast<std::size_t>(label.number)] = true;
  muscle_ = map_->label;
  for (std::uint16_t& label : muscle_)
    if (!is_muscle[label]) label = 0;
  constexpr int layers = 3;
  for (int layer = 0; layer < layers; ++layer) {
    const std::vector<std::uint16_t> before = muscle_;
    for (int k = 0; k < map_->size[2]; ++k)
      for (int j = 0; j < map_->size[1]; ++j)
        for (int i = 0; i < map_->size[0]; ++i) {
          std::uint16_t& here = muscle_[map_->index(i, j, k)];
          const auto take = [&](int a, int b, int c) {
            if (a < 0 || b < 0 || c < 0 || a >= map_->size[0] || b >= map_->size[1] || c >= map_->size[2]) return;
            if (here == 0) here = before[map_->index(a, b, c)];
          };
          take(i - 1, j, k), take(i + 1, j, k), take(i, j - 1, k), take(i, j + 1, k), take(i, j, k - 1),
              take(i, j, k + 1);
        }
  }
}

int LimbScan::muscle_at(const Vec3d& x) const {
  const Vec3d voxel = inverse_ * (x - map_->origin);
  std::array<int, 3> place{};
  for (std::size_t a = 0; a < 3; ++a) {
    place[a] = static_cast<int>(std::lround(voxel[static_cast<int>(a)]));
    if (place[a] < 0 || place[a] >= map_->size[a]) return 0;
  }
  return muscle_[map_->index(place[0], place[1], place[2])];
}

bool LimbScan::bone_holds_axis(double z) const {
  const Vec3d x = axis_.at(z), voxel = inverse_ * (x - map_->origin);
  for (int a = 0; a < 3; ++a)
    if (voxel[a] < -0.5 || voxel[a] > map_->size[static_cast<std::size_t>(a)] - 0.5) return false;
  return bone_.at(x) > 0.5;
}

std::optional<double> LimbScan::leaves(const SmoothMask& mask, double angle, double z) const {
  const Vec3d from = axis_.at(z), way = outwards_at(angle), edge = voxel_size(*map_);
  const double step = 0.5 * std::min({edge[0], edge[1], edge[2]});
  double last_inside = -1;
  for (double r = 0;; r += step) {
    const Vec3d voxel = inverse_ * (from + r * way - map_->origin);
    bool beyond = false;
    for (int a = 0; a < 3; ++a) {
      if (voxel[a] >= -0.5 && voxel[a] <= map_->size[static_cast<std::size_t>(a)] - 0.5) continue;
      // Beside the map lies nothing; above and below it the limb goes on.
      if (a == along_ || r - last_inside < 1.5 * step) return std::nullopt;
      beyond = true;
    }
    if (beyond) break;
    if (mask.at(from + r * way) >= 0.5) last_inside = r;
    if (r - last_inside > widest_gap || r - last_inside > r) break;
  }
  if (last_inside < 0) return std::nullopt;
  double inside = last_inside, outside = last_inside + step;
  for (int i = 0; i < 30; ++i) {
    const double middle = 0.5 * (inside + outside);
    (mask.at(from + middle * way) >= 0.5 ? inside : outside) = middle;
  }
  return inside;
}

std::optional<double> LimbScan::skin_radius(double angle, double z) const { return leaves(tissue_, angle, z); }
std::optional<double> LimbScan::fascia_radius(double angle, double z) const { return leaves(deep_, angle, z); }
std::optional<double> LimbScan::main_bone_radius(double angle, double z) const { return leaves(bone_, angle, z); }

}  // namespace knead
