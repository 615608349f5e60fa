#include "measure/tissue_measure.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>

#include "measure/statistics.hpp"

namespace knead {

int TissueBands::index(int tissue, double depth) const {
  assert(!depths.empty() && tissue >= 0 && static_cast<std::size_t>(tissue) < tissues.size());
  // A sample that rounding puts above the skin belongs to the first band.
  const auto after = std::upper_bound(depths.begin() + 1, depths.end(), depth);
  return tissue * static_cast<int>(depths.size()) + static_cast<int>(after - depths.begin()) - 1;
}

double TissueBands::to(std::size_t band) const {
  const std::size_t depth = band % depths.size();
  return depth + 1 < depths.size() ? depths[depth + 1] : std::numeric_limits<double>::infinity();
}

std::vector<int> band_of_samples(const TissueBands& bands, std::span<const int> tissue, std::span<const double> depth) {
  assert(tissue.size() == depth.size());
  std::vector<int> band(tissue.size());
  for (std::size_t i = 0; i < band.size(); ++i) band[i] = bands.index(tissue[i], depth[i]);
  return band;
}

std::vector<BandPressure> pressure_by_band(std::span<const double> pressure, std::span<const double> volume,
                                           std::span<const int> band, std::size_t num_bands, double threshold) {
  assert(pressure.size() == volume.size() && band.size() == volume.size());
  std::vector<BandPressure> result(num_bands);
  std::vector<bool> seen(num_bands, false);
  for (std::size_t i = 0; i < pressure.size(); ++i) {
    const auto b = static_cast<std::size_t>(band[i]);
    auto& r = result[b];
    r.volume += volume[i];
    r.mean += volume[i] * pressure[i];
    r.peak = seen[b] ? std::max(r.peak, pressure[i]) : pressure[i];
    seen[b] = true;
    if (pressure[i] > threshold) r.volume_above += volume[i];
  }
  for (auto& r : result) r.mean = r.volume > 0 ? r.mean / r.volume : 0;
  return result;
}

std::vector<BandStrain> strain_by_band(std::span<const double> strain, std::span<const double> volume,
                                       std::span<const int> band, std::size_t num_bands) {
  assert(strain.size() == volume.size() && band.size() == volume.size());
  std::vector<std::vector<double>> values(num_bands), weights(num_bands);
  for (std::size_t i = 0; i < strain.size(); ++i) {
    values[static_cast<std::size_t>(band[i])].push_back(strain[i]);
    weights[static_cast<std::size_t>(band[i])].push_back(volume[i]);
  }
  constexpr std::array<double, 3> fractions{0.5, 0.95, 0.99};
  std::vector<BandStrain> result(num_bands);
  for (std::size_t b = 0; b < num_bands; ++b) {
    const auto p = weighted_percentiles(values[b], weights[b], fractions);
    result[b] = {p[0], p[1], p[2]};
  }
  return result;
}

std::vector<double> volume_change_by_band(std::span<const double> volume_ratio, std::span<const int> band,
                                          std::size_t num_bands) {
  assert(volume_ratio.size() == band.size());
  std::vector<double> result(num_bands, 0.0);
  for (std::size_t i = 0; i < band.size(); ++i) {
    auto& r = result[static_cast<std::size_t>(band[i])];
    r = std::max(r, std::abs(volume_ratio[i] - 1));
  }
  return result;
}

void PressureDose::add(double interval, std::span<const double> before, std::span<const double> after) {
  assert(before.size() == dose_.size() && after.size() == dose_.size());
  for (std::size_t i = 0; i < dose_.size(); ++i)
    dose_[i] += interval * (std::max(before[i], 0.0) + std::max(after[i], 0.0)) / 2;
}

}  // namespace knead
