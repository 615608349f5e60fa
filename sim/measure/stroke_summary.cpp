#include "measure/stroke_summary.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "measure/profile_archive.hpp"
#include "measure/statistics.hpp"

namespace knead {

namespace {

void raise(double& largest, double value) { largest = std::max(largest, value); }

}  // namespace

SummaryBuilder::SummaryBuilder(TissueBands bands, std::vector<double> volume, std::vector<int> band)
    : bands_(std::move(bands)), volume_(std::move(volume)), band_(std::move(band)) {
  assert(volume_.size() == band_.size());
  pressure_before_.assign(volume_.size(), 0.0);
  band_pressure_before_.resize(bands_.size());
}

SummaryBuilder::Group& SummaryBuilder::group(Stroke& stroke, const std::string& phase) {
  const auto found = std::ranges::find_if(stroke.groups, [&](const Group& g) { return g.summary.phase == phase; });
  if (found != stroke.groups.end()) return *found;
  Group fresh;
  fresh.summary.stroke = stroke.before.stroke;
  fresh.summary.phase = phase;
  fresh.summary.start = stroke.before.time;
  fresh.summary.bands.resize(bands_.size());
  fresh.dose = PressureDose(volume_.size());
  fresh.band_pressure_time.assign(bands_.size(), 0.0);
  stroke.groups.push_back(std::move(fresh));
  return stroke.groups.back();
}

void SummaryBuilder::add(std::span<const LoadProfileRow> rows, const TissueState& state) {
  const auto fits = [&](std::span<const double> values) { return values.empty() || values.size() == volume_.size(); };
  assert(fits(state.tissue_pressure) && fits(state.max_shear_strain) && fits(state.volume_ratio));
  std::erase_if(open_, [&](const Stroke& s) {
    if (std::ranges::find(rows, s.before.stroke, &LoadProfileRow::stroke) != rows.end()) return false;
    for (const Group& g : s.groups) done_.push_back(finished(g));
    return true;
  });
  std::vector<BandPressure> pressure;
  std::vector<BandStrain> strain;
  std::vector<double> volume_change;
  if (!state.tissue_pressure.empty()) pressure = pressure_by_band(state.tissue_pressure, volume_, band_, bands_.size());
  if (!state.max_shear_strain.empty()) strain = strain_by_band(state.max_shear_strain, volume_, band_, bands_.size());
  if (!state.volume_ratio.empty()) volume_change = volume_change_by_band(state.volume_ratio, band_, bands_.size());
  for (const LoadProfileRow& row : rows) {
    auto stroke = std::ranges::find_if(open_, [&](const Stroke& s) { return s.before.stroke == row.stroke; });
    if (stroke == open_.end()) {
      stroke = open_.emplace(open_.end());
      stroke->before.time = time_before_;
      stroke->before.stroke = row.stroke;
      stroke->before.pass = row.pass;
    }
    add_to(group(*stroke, ""), stroke->before, row, state, pressure, strain, volume_change);
    if (!row.phase.empty())
      add_to(group(*stroke, row.phase), stroke->before, row, state, pressure, strain, volume_change);
    stroke->before = row;
  }
  if (!rows.empty()) time_before_ = rows.back().time;
  pressure_before_.assign(state.tissue_pressure.begin(), state.tissue_pressure.end());
  band_pressure_before_ = std::move(pressure);
}

void SummaryBuilder::add_to(Group& g, const LoadProfileRow& before, const LoadProfileRow& row, const TissueState& state,
                            const std::vector<BandPressure>& pressure, const std::vector<BandStrain>& strain,
                            const std::vector<double>& volume_change) {
  auto& s = g.summary;
  const double interval = row.time - before.time;
  const auto integrate = [&](double& integral, double earlier, double later) {
    integral += interval * (earlier + later) / 2;
  };
  integrate(g.force_time, before.normal_force, row.normal_force);
  integrate(g.area_time, before.contact.area, row.contact.area);
  integrate(g.pressure_time, before.contact.mean_pressure, row.contact.mean_pressure);
  integrate(g.shear_time, before.contact.mean_shear, row.contact.mean_shear);
  g.duration += interval;
  // Without any interval (one step at the start) a mean is the value itself.
  if (g.duration == 0) {
    s.mean_normal_force = row.normal_force;
    s.mean_contact_area = row.contact.area;
    s.mean_contact_pressure = row.contact.mean_pressure;
    s.mean_contact_shear = row.contact.mean_shear;
  }
  s.end = row.time;
  ++s.num_steps;
  raise(s.peak_normal_force, row.normal_force);
  raise(s.peak_tangential_force, row.tangential_force);
  raise(s.largest_imbalance, row.imbalance);
  raise(s.largest_load, row.largest_load);
  const double force = norm(row.contact_force);
  if (force > s.largest_contact_force || s.reactions.empty()) s.reactions = row.reactions;
  raise(s.largest_contact_force, force);
  if (row.stroke == before.stroke && row.pass == before.pass) s.travel += std::abs(row.travel - before.travel);
  raise(s.largest_indentation, row.indentation);
  raise(s.largest_pad_compression, row.contact.pad_compression);
  raise(s.peak_suction, row.suction);
  s.end_suction = row.suction;
  raise(s.largest_dome_height, row.dome_height);
  raise(s.largest_dome_volume, row.dome_volume);
  raise(s.peak_contact_area, row.contact.area);
  raise(s.peak_contact_pressure, row.contact.peak_pressure);
  raise(s.p95_contact_pressure, row.contact.p95_pressure);
  raise(s.peak_contact_shear, row.contact.peak_shear);
  raise(s.p95_contact_shear, row.contact.p95_shear);
  s.work += row.work - before.work;
  s.friction_work += row.friction_work - before.friction_work;
  s.newton_iterations += row.newton_iterations;
  s.krylov_iterations += row.krylov_iterations;
  s.cutbacks += row.cutbacks;
  s.wall_time += row.wall_time;

  const bool with_before = pressure_before_.size() == volume_.size() && !pressure.empty();
  if (with_before) g.dose.add(interval, pressure_before_, state.tissue_pressure);
  for (std::size_t b = 0; b < s.bands.size(); ++b) {
    auto& band = s.bands[b];
    if (!pressure.empty()) {
      band.volume = pressure[b].volume;
      band.peak_pressure = s.num_steps == 1 ? pressure[b].peak : std::max(band.peak_pressure, pressure[b].peak);
      raise(band.volume_above, pressure[b].volume_above);
      if (with_before) integrate(g.band_pressure_time[b], band_pressure_before_[b].mean, pressure[b].mean);
      if (g.duration == 0) band.mean_pressure = pressure[b].mean;
    }
    if (!strain.empty()) {
      raise(band.shear_strain.p50, strain[b].p50);
      raise(band.shear_strain.p95, strain[b].p95);
      raise(band.shear_strain.p99, strain[b].p99);
    }
    if (!volume_change.empty()) raise(band.volume_change, volume_change[b]);
  }
}

StrokeSummary SummaryBuilder::finished(const Group& g) const {
  StrokeSummary s = g.summary;
  if (g.duration > 0) {
    s.mean_normal_force = g.force_time / g.duration;
    s.mean_contact_area = g.area_time / g.duration;
    s.mean_contact_pressure = g.pressure_time / g.duration;
    s.mean_contact_shear = g.shear_time / g.duration;
  }
  s.relative_imbalance = s.largest_load > 0 ? s.largest_imbalance / s.largest_load : 0;
  const auto dose = g.dose.values();
  std::vector<double> volume(s.bands.size(), 0.0);
  for (std::size_t i = 0; i < dose.size(); ++i) {
    const auto b = static_cast<std::size_t>(band_[i]);
    volume[b] += volume_[i];
    s.bands[b].mean_dose += volume_[i] * dose[i];
    raise(s.bands[b].peak_dose, dose[i]);
  }
  for (std::size_t b = 0; b < s.bands.size(); ++b) {
    s.bands[b].mean_dose = volume[b] > 0 ? s.bands[b].mean_dose / volume[b] : 0;
    if (g.duration > 0) s.bands[b].mean_pressure = g.band_pressure_time[b] / g.duration;
  }
  return s;
}

std::vector<StrokeSummary> SummaryBuilder::result() const {
  auto all = done_;
  for (const Stroke& s : open_)
    for (const Group& g : s.groups) all.push_back(finished(g));
  std::ranges::stable_sort(all, {}, &StrokeSummary::stroke);
  return all;
}

template <class Archive>
void SummaryBuilder::gathered(Archive& a) {
  members(a, done_);
  int num_open = static_cast<int>(open_.size());
  members(a, num_open);
  open_.resize(static_cast<std::size_t>(num_open));
  for (Stroke& s : open_) {
    int num_groups = static_cast<int>(s.groups.size());
    members(a, s.before, num_groups);
    s.groups.resize(static_cast<std::size_t>(num_groups));
    for (Group& g : s.groups) {
      std::vector<double> dose(g.dose.values().begin(), g.dose.values().end());
      members(a, g.summary, dose);
      members(a, g.force_time, g.area_time, g.pressure_time, g.shear_time, g.duration, g.band_pressure_time);
      if constexpr (Archive::reading) g.dose = PressureDose(std::move(dose));
    }
  }
  members(a, time_before_, pressure_before_, band_pressure_before_);
}

std::vector<double> SummaryBuilder::save() const {
  SummaryBuilder copy = *this;
  NumberWriter writer;
  copy.gathered(writer);
  return std::move(writer.numbers);
}

void SummaryBuilder::load(std::span<const double> numbers) {
  NumberReader reader(numbers);
  gathered(reader);
  assert(reader.exhausted());
}

}  // namespace knead
