#include "sample_run.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <vector>

#include "io/record.hpp"

namespace knead {
namespace {

struct Slab {
  Mesh mesh;
  std::vector<std::uint8_t> holder;
};

// Depth (m) of the surfaces between elements, from the deepest to the skin, and the tissue above each: 0 skin, 1 fat, 2
// muscle.
const std::vector<double> depths = {0.080, 0.068, 0.056, 0.045, 0.035, 0.026, 0.018, 0.0110, 0.0066, 0.0022, 0.0};
const std::vector<int> tissues = {2, 2, 2, 2, 2, 2, 2, 1, 1, 0};

// The undeformed skin: a furrow over the spine between two bulges, and a hollow back.
double skin(double x, double z) {
  const double bulge = 0.010 * std::exp(-std::pow((std::abs(x) - 0.045) / 0.035, 2));
  const double flank = -0.020 * std::pow(x / 0.15, 2);
  const double hollow = 0.012 * std::pow(z / 0.15, 2);
  return bulge + flank + hollow;
}

// A spine: bodies and processes, roughly.
bool in_bone(double x, double depth, double z) {
  const double level = std::abs(std::remainder(z, 0.036));
  const bool process = std::abs(x) < 0.006 && depth > 0.012 && level < 0.012;
  const bool arch = std::abs(x) < 0.022 && depth > 0.045;
  const bool transverse = std::abs(x) < 0.042 && depth > 0.050 && depth < 0.062 && level < 0.008;
  return process || arch || transverse;
}

Slab make_slab(const SampleRun& sample) {
  const int n = sample.elements, layers = static_cast<int>(tissues.size());
  const auto place = [&](int i, int j, int k) {
    const double across = -0.15 + 0.30 * i / (2.0 * n), along = -0.15 + 0.30 * j / (2.0 * n);
    const auto layer = static_cast<std::size_t>(k / 2);
    const double depth = k % 2 == 0 ? depths[layer] : 0.5 * (depths[layer] + depths[layer + 1]);
    if (sample.specimen) return Vec3d{{across, along, -depth}};
    return Vec3d{{across, -(skin(across, along) - depth), along}};
  };
  Slab slab;
  std::map<std::array<int, 3>, int> number;
  std::vector<std::array<int, 3>> removed;
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      for (int k = 0; k < layers; ++k) {
        const auto layer = static_cast<std::size_t>(k);
        const double across = -0.15 + 0.30 * (i + 0.5) / n, along = -0.15 + 0.30 * (j + 0.5) / n;
        if (!sample.specimen && in_bone(across, 0.5 * (depths[layer] + depths[layer + 1]), along)) {
          removed.push_back({i, j, k});
          continue;
        }
        std::array<int, 27> cell{};
        for (int a = 0; a < 27; ++a) {
          const std::array<int, 3> at = {2 * i + a % 3, 2 * j + a / 3 % 3, 2 * k + a / 9};
          const auto [found, is_new] = number.try_emplace(at, slab.mesh.num_nodes());
          if (is_new) slab.mesh.points.push_back(place(at[0], at[1], at[2]));
          cell[static_cast<std::size_t>(a)] = found->second;
        }
        if (k == layers - 1) slab.mesh.faces["top"].push_back({slab.mesh.num_cells(), Side::zeta_plus});
        slab.mesh.cells.push_back(cell);
        slab.mesh.cell_tissue.push_back(tissues[layer]);
      }
    }
  }
  slab.holder.assign(slab.mesh.points.size(), 0);
  for (const auto& [i, j, k] : removed) {
    for (int a = 0; a < 27; ++a) {
      const auto found = number.find({2 * i + a % 3, 2 * j + a / 3 % 3, 2 * k + a / 9});
      if (found != number.end()) slab.holder[static_cast<std::size_t>(found->second)] = 1;
    }
  }
  return slab;
}

}  // namespace

void write_sample_run(const std::filesystem::path& path, const SampleRun& sample) {
  const Slab slab = make_slab(sample);
  const Mesh& mesh = slab.mesh;
  RunInfo info;
  info.title = sample.specimen ? "A palm on a block" : "Effleurage, lower back, left side";
  info.version = "0.1.0";
  info.body = sample.specimen ? "block" : "lower-back";
  info.anatomy = sample.specimen ? "specimen" : "generic adult body";
  info.tissues = {"skin", "fat", "muscle"};
  if (!sample.specimen) {
    info.holders = {"free", "bone: spine"};
    info.holder = slab.holder;
    const std::vector<std::string> names = {"T12", "L1", "L2", "L3", "L4", "L5", "S1"};
    for (std::size_t i = 0; i < names.size(); ++i) {
      const double z = 0.108 - 0.036 * static_cast<double>(i);
      info.landmarks.push_back({names[i], {{0, -skin(0, z), z}}, "spinous process"});
    }
  }
  ApplicatorInfo palm;
  palm.name = "palm";
  palm.kind = "ellipsoid";
  palm.parameters = {{"semi_axes_x", 0.045}, {"semi_axes_y", 0.040}, {"semi_axes_z", 0.018}, {"pad_stiffness", 6e6}};
  info.applicators = {palm};

  Recorder recorder(path, mesh, {}, info,
                    {find_field("displacement"), find_field("tissue_pressure"), find_field("contact_pressure")},
                    {{"time", "s", "time"}, {"contact_force", "N", "force of the applicators"}});
  // Up: out of the skin. Depth below the skin and position along it of a rest point.
  const auto surface = [&](double across, double along) {
    return sample.specimen ? Vec3d{{across, along, 0}} : Vec3d{{across, -skin(across, along), along}};
  };
  const Vec3d up = sample.specimen ? Vec3d{{0, 0, 1}} : Vec3d{{0, -1, 0}};
  const auto along_of = [&](const Vec3d& x) { return sample.specimen ? x[1] : x[2]; };
  for (int s = 0; s < sample.steps; ++s) {
    const double phase = sample.steps > 1 ? s / double(sample.steps - 1) : 0.5;
    const double share = std::sin(std::numbers::pi * phase);  // of the force
    const double strength = std::min(1.0, 1.6 * share);
    const double across = -0.040, along = sample.travels ? -0.085 + 0.17 * phase : 0.0;
    const double sink = 0.016 * strength;
    const auto profile = [&](const Vec3d& x) {  // 0…1: how much of the press is felt at a rest point
      const double da = x[0] - across, dl = along_of(x) - along;
      const double depth = dot(surface(x[0], along_of(x)) - x, up);
      const double wide = 0.032 + 0.5 * depth;
      return std::pair{std::exp(-(da * da + dl * dl) / (wide * wide)), depth};
    };
    std::vector<double> displacement, pressure, contact;
    for (std::size_t i = 0; i < mesh.points.size(); ++i) {
      const auto [near, depth] = profile(mesh.points[i]);
      // Less above the bone, so that no element turns inside out.
      const double beside = sample.specimen ? 1.0 : 1 - 0.97 * std::exp(-std::pow(mesh.points[i][0] / 0.030, 2));
      const double held = slab.holder[i] ? 0.0 : beside * std::max(0.0, 1 - depth / 0.08);
      const Vec3d u = (-sink * near * held) * up;
      displacement.insert(displacement.end(), {u[0], u[1], u[2]});
      contact.push_back(depth < 1e-6 && near > 0.35 ? sample.peak * strength * (near - 0.35) / 0.65 : 0.0);
    }
    for (const auto& cell : mesh.cells) {
      for (const auto& corners : sub_hexahedra()) {
        Vec3d centre{{0, 0, 0}};
        for (const int c : corners)
          centre += mesh.points[static_cast<std::size_t>(cell[static_cast<std::size_t>(c)])] / 8.0;
        const auto [near, depth] = profile(centre);
        pressure.push_back(sample.peak * strength * near * std::exp(-depth / 0.06));
      }
    }
    Pose pose;
    pose.position = surface(across, along) + (0.018 - sink) * up;
    // Own axes: x along the travel, y across, z away from the body.
    const Vec3d travel = sample.specimen ? Vec3d{{0, 1, 0}} : Vec3d{{0, 0, 1}}, side = cross(up, travel);
    for (int i = 0; i < 3; ++i) {
      pose.rotation(i, 0) = travel[i];
      pose.rotation(i, 1) = side[i];
      pose.rotation(i, 2) = up[i];
    }
    pose.velocity = (sample.travels ? 0.085 : 0.0) * travel;
    pose.force = (-25.0 * strength) * up;
    pose.active = strength > 0.01;
    const std::vector<Pose> poses = {pose};
    const std::vector<FieldValues> values = {
        {"displacement", displacement}, {"tissue_pressure", pressure}, {"contact_pressure", contact}};
    recorder.write_step(s * sample.spacing, values, poses);
    recorder.write_history(std::vector<double>{s * sample.spacing, 25.0 * strength});
  }
  recorder.finish();
}

}  // namespace knead
