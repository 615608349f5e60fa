#pragma once
// The list of measures: what `knead list measures` shows, what [expect] may name, and the keys of summary.json.
#include <string>
#include <vector>

#include "measure/stroke_summary.hpp"

namespace knead {

struct Measure {
  std::string name;
  std::string units;        // SI
  std::string shown_units;  // in summary.json, with the key <name>_<shown_units>
  double shown = 1;         // shown number per SI number
  std::string description;  // one line
  double (*value)(const StrokeSummary&);

  // "peak_contact_pressure_kPa"; numbers without dimension have no suffix.
  std::string key() const;
};
const std::vector<Measure>& measure_list();

// Measures of one tissue at one depth; a scenario names them like "peak_pressure" under a tissue.
struct BandMeasure {
  std::string name, units, shown_units;
  double shown = 1;
  std::string description;
  double (*value)(const BandSummary&);
  std::string key() const;
};
const std::vector<BandMeasure>& band_measure_list();

// The measure of that name; an Error (invalid_input) with the closest known name when there is none.
const Measure& find_measure(const std::string& name);

}  // namespace knead
