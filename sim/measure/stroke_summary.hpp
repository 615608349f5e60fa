#pragma once
// The numbers of a stroke, and of each of its phases, gathered while the run goes on.
#include <span>
#include <string>
#include <vector>

#include "measure/load_profile.hpp"
#include "measure/tissue_measure.hpp"

namespace knead {

// One band of tissue over a stroke or phase.
struct BandSummary {
  double volume = 0;         // m³ at rest
  double peak_pressure = 0;  // Pa, largest sample at any time
  double mean_pressure = 0;  // Pa, mean over volume and time
  double mean_dose = 0;      // Pa·s, ∫ max(p, 0) dt, mean over volume
  double peak_dose = 0;      // Pa·s, largest sample
  double volume_above = 0;   // m³ above compression_threshold, largest at any time
  BandStrain shear_strain;   // largest of each percentile at any time
  double volume_change = 0;  // largest |J - 1|
};

// One stroke or phase. Means over time are trapezoidal over its steps; the state before its first step counts as its
// start, and a run starts at rest at time 0.
struct StrokeSummary {
  int stroke = 0;
  std::string phase;          // "" for the whole stroke
  double start = 0, end = 0;  // s
  int num_steps = 0;
  double peak_normal_force = 0, mean_normal_force = 0, peak_tangential_force = 0;  // N
  double largest_imbalance = 0;                                                    // N
  double relative_imbalance = 0;                        // largest imbalance over the largest load
  double largest_load = 0;                              // N, contact force or reaction
  std::vector<Vec3d> reactions;                         // N, by holder, at the step of the largest contact force
  double largest_contact_force = 0;                     // N
  double travel = 0;                                    // m, way along the path, forth and back
  double largest_indentation = 0;                       // m
  double largest_pad_compression = 0;                   // m
  double peak_suction = 0, end_suction = 0;             // Pa
  double largest_dome_height = 0;                       // m
  double largest_dome_volume = 0;                       // m³
  double peak_contact_area = 0, mean_contact_area = 0;  // m²
  double peak_contact_pressure = 0, mean_contact_pressure = 0, p95_contact_pressure = 0;  // Pa
  double peak_contact_shear = 0, mean_contact_shear = 0, p95_contact_shear = 0;           // Pa
  double work = 0, friction_work = 0;                                                     // J
  std::vector<BandSummary> bands;
  int newton_iterations = 0, krylov_iterations = 0, cutbacks = 0;
  double wall_time = 0;  // s
};

// Fields at the samples after a step; an empty span leaves out what is made from it.
struct TissueState {
  std::span<const double> tissue_pressure;  // Pa
  std::span<const double> max_shear_strain;
  std::span<const double> volume_ratio;
};

class SummaryBuilder {
 public:
  // volume: rest volume of each sample, m³; band: from band_of_samples.
  SummaryBuilder(TissueBands bands, std::vector<double> volume, std::vector<int> band);

  // Adds a step with a row for each stroke that is under way; their bands need not be filled. A stroke that has no row
  // is over. Phases of a stroke may alternate.
  void add(std::span<const LoadProfileRow> rows, const TissueState& state);
  // For each stroke by its number: the whole stroke, then its phases in order of appearance.
  std::vector<StrokeSummary> result() const;

  // Everything gathered so far as plain numbers, and back, for checkpoints; the bands and volumes are not among them.
  std::vector<double> save() const;
  void load(std::span<const double> numbers);

 private:
  template <class Archive>
  void gathered(Archive& archive);

  struct Group {
    StrokeSummary summary;
    PressureDose dose;
    double force_time = 0, area_time = 0, pressure_time = 0, shear_time = 0;  // ∫ dt
    double duration = 0;
    std::vector<double> band_pressure_time;
  };
  struct Stroke {
    LoadProfileRow before;      // at first the body at rest when the step began
    std::vector<Group> groups;  // the first is the whole stroke
  };
  Group& group(Stroke& stroke, const std::string& phase);
  void add_to(Group& group, const LoadProfileRow& before, const LoadProfileRow& row, const TissueState& state,
              const std::vector<BandPressure>& pressure, const std::vector<BandStrain>& strain,
              const std::vector<double>& volume_change);
  StrokeSummary finished(const Group& group) const;

  TissueBands bands_;
  std::vector<double> volume_;
  std::vector<int> band_;
  std::vector<StrokeSummary> done_;
  std::vector<Stroke> open_;  // under way
  double time_before_ = 0;    // s
  std::vector<double> pressure_before_;
  std::vector<BandPressure> band_pressure_before_;
};

}  // namespace knead
