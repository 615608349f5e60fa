#pragma once
// The members of what a run gathers, for checkpoints (measure/archive.hpp).
#include "measure/archive.hpp"
#include "measure/load_profile.hpp"
#include "measure/stroke_summary.hpp"

namespace knead {

template <class Archive>
void members(Archive& a, ContactMeasures& x) {
  members(a, x.area, x.peak_pressure, x.mean_pressure, x.p95_pressure, x.peak_shear, x.mean_shear, x.p95_shear,
          x.pad_compression);
}
template <class Archive>
void members(Archive& a, BandPressure& x) {
  members(a, x.volume, x.peak, x.mean, x.volume_above);
}
template <class Archive>
void members(Archive& a, BandStrain& x) {
  members(a, x.p50, x.p95, x.p99);
}
template <class Archive>
void members(Archive& a, AppliedLoad& x) {
  members(a, x.force, x.moment, x.position, x.rotation, x.suction, x.dome_volume);
}
template <class Archive>
void members(Archive& a, LoadProfileRow& x) {
  members(a, x.time, x.step, x.stroke, x.pass, x.phase, x.contact_force, x.normal_force, x.tangential_force,
          x.reactions, x.imbalance, x.largest_load, x.contact, x.travel, x.indentation, x.suction, x.dome_height,
          x.dome_volume, x.work, x.friction_work, x.bands, x.newton_iterations, x.krylov_iterations, x.cutbacks,
          x.wall_time);
}
template <class Archive>
void members(Archive& a, BandSummary& x) {
  members(a, x.volume, x.peak_pressure, x.mean_pressure, x.mean_dose, x.peak_dose, x.volume_above, x.shear_strain,
          x.volume_change);
}
template <class Archive>
void members(Archive& a, StrokeSummary& x) {
  members(a, x.stroke, x.phase, x.start, x.end, x.num_steps, x.peak_normal_force, x.mean_normal_force,
          x.peak_tangential_force, x.largest_imbalance, x.relative_imbalance, x.largest_load, x.reactions,
          x.largest_contact_force, x.travel, x.largest_indentation, x.largest_pad_compression, x.peak_suction,
          x.end_suction, x.largest_dome_height, x.largest_dome_volume);
  members(a, x.peak_contact_area, x.mean_contact_area, x.peak_contact_pressure, x.mean_contact_pressure,
          x.p95_contact_pressure, x.peak_contact_shear, x.mean_contact_shear, x.p95_contact_shear, x.work,
          x.friction_work, x.bands);
  members(a, x.newton_iterations, x.krylov_iterations, x.cutbacks, x.wall_time);
}

}  // namespace knead
