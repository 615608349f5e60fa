#include "measure/measures.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.hpp"

namespace knead {

namespace {

std::string key_of(const std::string& name, std::string units) {
  if (units == "1") return name;
  std::erase(units, '^');
  for (char& c : units)
    if (c == ' ') c = '_';
  return name + "_" + units;
}

constexpr double kilo = 1e-3, milli = 1e3, square_centi = 1e4, cubic_centi = 1e6;
using S = StrokeSummary;
using B = BandSummary;

}  // namespace

std::string Measure::key() const { return key_of(name, shown_units); }
std::string BandMeasure::key() const { return key_of(name, shown_units); }

const std::vector<Measure>& measure_list() {
  static const std::vector<Measure> list = {
      {"duration", "s", "s", 1, "time from the first to the last step", [](const S& s) { return s.end - s.start; }},
      {"peak_normal_force", "N", "N", 1, "largest contact force along the pressing axis",
       [](const S& s) { return s.peak_normal_force; }},
      {"mean_normal_force", "N", "N", 1, "contact force along the pressing axis, mean over time",
       [](const S& s) { return s.mean_normal_force; }},
      {"peak_tangential_force", "N", "N", 1, "largest contact force across the pressing axis",
       [](const S& s) { return s.peak_tangential_force; }},
      {"largest_force_imbalance", "N", "N", 1, "largest sum of contact force and all reactions",
       [](const S& s) { return s.largest_imbalance; }},
      {"relative_force_imbalance", "1", "1", 1, "that sum over the largest contact force or reaction",
       [](const S& s) { return s.relative_imbalance; }},
      {"travel", "m", "mm", milli, "way along the path, forth and back", [](const S& s) { return s.travel; }},
      {"largest_indentation", "m", "mm", milli, "deepest way along the pressing axis since touch",
       [](const S& s) { return s.largest_indentation; }},
      {"largest_pad_compression", "m", "mm", milli, "largest compression of the applicator's pad at any time",
       [](const S& s) { return s.largest_pad_compression; }},
      {"peak_suction", "Pa", "kPa", kilo, "largest suction in a cup, below the atmosphere",
       [](const S& s) { return s.peak_suction; }},
      {"end_suction", "Pa", "kPa", kilo, "suction in a cup at the end", [](const S& s) { return s.end_suction; }},
      {"largest_dome_height", "m", "mm", milli, "highest skin in a cup over the plane of its rim",
       [](const S& s) { return s.largest_dome_height; }},
      {"largest_dome_volume", "m^3", "cm^3", cubic_centi, "largest volume that a cup has drawn in",
       [](const S& s) { return s.largest_dome_volume; }},
      {"peak_contact_area", "m^2", "cm^2", square_centi, "largest skin area under pressure",
       [](const S& s) { return s.peak_contact_area; }},
      {"mean_contact_area", "m^2", "cm^2", square_centi, "skin area under pressure, mean over time",
       [](const S& s) { return s.mean_contact_area; }},
      {"peak_contact_pressure", "Pa", "kPa", kilo, "largest contact pressure anywhere, at any time",
       [](const S& s) { return s.peak_contact_pressure; }},
      {"mean_contact_pressure", "Pa", "kPa", kilo, "contact pressure, mean over area and time",
       [](const S& s) { return s.mean_contact_pressure; }},
      {"p95_contact_pressure", "Pa", "kPa", kilo, "95th percentile by area of the contact pressure, largest in time",
       [](const S& s) { return s.p95_contact_pressure; }},
      {"peak_contact_shear", "Pa", "kPa", kilo, "largest contact shear anywhere, at any time",
       [](const S& s) { return s.peak_contact_shear; }},
      {"mean_contact_shear", "Pa", "kPa", kilo, "contact shear, mean over area and time",
       [](const S& s) { return s.mean_contact_shear; }},
      {"p95_contact_shear", "Pa", "kPa", kilo, "95th percentile by area of the contact shear, largest in time",
       [](const S& s) { return s.p95_contact_shear; }},
      {"work", "J", "J", 1, "work done on the body", [](const S& s) { return s.work; }},
      {"friction_work", "J", "J", 1, "work lost in friction", [](const S& s) { return s.friction_work; }},
      {"peak_tissue_pressure", "Pa", "kPa", kilo, "largest tissue pressure in any tissue, at any time",
       [](const S& s) {
         double peak = 0;
         for (const auto& band : s.bands) peak = std::max(peak, band.peak_pressure);
         return peak;
       }},
      {"volume_above_threshold", "m^3", "cm^3", cubic_centi,
       "volume of tissue above 4.3 kPa (32 mmHg): sum of each band's largest",
       [](const S& s) {
         double volume = 0;
         for (const auto& band : s.bands) volume += band.volume_above;
         return volume;
       }},
      {"largest_volume_change", "1", "1", 1, "largest |J - 1| in any tissue",
       [](const S& s) {
         double change = 0;
         for (const auto& band : s.bands) change = std::max(change, band.volume_change);
         return change;
       }},
  };
  return list;
}

const std::vector<BandMeasure>& band_measure_list() {
  static const std::vector<BandMeasure> list = {
      {"volume", "m^3", "cm^3", cubic_centi, "volume at rest", [](const B& b) { return b.volume; }},
      {"peak_pressure", "Pa", "kPa", kilo, "largest tissue pressure at any time",
       [](const B& b) { return b.peak_pressure; }},
      {"mean_pressure", "Pa", "kPa", kilo, "tissue pressure, mean over volume and time",
       [](const B& b) { return b.mean_pressure; }},
      {"mean_pressure_dose", "Pa s", "kPa s", kilo, "time integral of compressive pressure, mean over volume",
       [](const B& b) { return b.mean_dose; }},
      {"peak_pressure_dose", "Pa s", "kPa s", kilo, "time integral of compressive pressure, largest",
       [](const B& b) { return b.peak_dose; }},
      {"volume_above_threshold", "m^3", "cm^3", cubic_centi, "volume above 4.3 kPa (32 mmHg), largest at any time",
       [](const B& b) { return b.volume_above; }},
      {"p50_shear_strain", "1", "1", 1, "median by volume of the largest shear strain, largest in time",
       [](const B& b) { return b.shear_strain.p50; }},
      {"p95_shear_strain", "1", "1", 1, "95th percentile by volume of it",
       [](const B& b) { return b.shear_strain.p95; }},
      {"p99_shear_strain", "1", "1", 1, "99th percentile by volume of it",
       [](const B& b) { return b.shear_strain.p99; }},
      {"largest_volume_change", "1", "1", 1, "largest |J - 1|", [](const B& b) { return b.volume_change; }},
  };
  return list;
}

const Measure& find_measure(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& measure : measure_list()) {
    if (measure.name == name) return measure;
    names.push_back(measure.name);
  }
  throw Error(ExitCode::invalid_input, fmt::format("there is no measure \"{:.64}\"{}; `knead list measures` shows all",
                                                   name, did_you_mean(name, names)));
}

}  // namespace knead
