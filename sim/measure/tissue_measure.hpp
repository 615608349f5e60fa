#pragma once
// What the tissue feels, by tissue and depth below the skin. A sample is a point with a rest volume, usually one of the
// eight parts of an element.
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace knead {

// Pressure above which small vessels count as compressed: 4.3 kPa = 32 mmHg (capillary pressure after Landis).
inline constexpr double compression_threshold = 4.3e3;  // Pa

// Tissues times depth bands; band number = tissue × depths + depth band.
struct TissueBands {
  std::vector<std::string> tissues;
  std::vector<double> depths = {0, 5e-3, 10e-3, 20e-3, 40e-3};  // m: where each band begins; the last has no end

  std::size_t size() const { return tissues.size() * depths.size(); }
  int index(int tissue, double depth) const;
  const std::string& tissue(std::size_t band) const { return tissues[band / depths.size()]; }
  double from(std::size_t band) const { return depths[band % depths.size()]; }
  double to(std::size_t band) const;  // m; infinite for the last band of a tissue
};

// The band of each sample, from its tissue number and its depth at rest (m).
std::vector<int> band_of_samples(const TissueBands& bands, std::span<const int> tissue, std::span<const double> depth);

struct BandPressure {
  double volume = 0;        // m³ at rest
  double peak = 0;          // Pa, largest sample
  double mean = 0;          // Pa, by volume
  double volume_above = 0;  // m³ above the threshold
};
// Tissue pressure (Pa) at this instant in each band; empty bands are all zero.
std::vector<BandPressure> pressure_by_band(std::span<const double> pressure, std::span<const double> volume,
                                           std::span<const int> band, std::size_t num_bands,
                                           double threshold = compression_threshold);

struct BandStrain {
  double p50 = 0, p95 = 0, p99 = 0;  // percentiles by rest volume
};
// Percentiles of a strain measure in each band.
std::vector<BandStrain> strain_by_band(std::span<const double> strain, std::span<const double> volume,
                                       std::span<const int> band, std::size_t num_bands);

// Largest |J - 1| in each band, from the volume ratios J.
std::vector<double> volume_change_by_band(std::span<const double> volume_ratio, std::span<const int> band,
                                          std::size_t num_bands);

// Pressure–time dose of each sample, ∫ max(p, 0) dt in Pa·s, by the trapezoid rule.
class PressureDose {
 public:
  explicit PressureDose(std::size_t num_samples = 0) : dose_(num_samples, 0.0) {}
  explicit PressureDose(std::vector<double> dose) : dose_(std::move(dose)) {}  // goes on from there
  // Adds an interval (s) over which the pressure (Pa) goes from `before` to `after`.
  void add(double interval, std::span<const double> before, std::span<const double> after);
  std::span<const double> values() const { return dose_; }

 private:
  std::vector<double> dose_;
};

}  // namespace knead
