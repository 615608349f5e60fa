#pragma once
// Where pressing begins to hurt (models/limits.toml): sentences for people, nothing is computed with it.
#include <string>
#include <vector>

#include "measure/stroke_summary.hpp"
#include "scenario/scenario.hpp"

namespace knead {

// What a scenario asks for beyond the limits of its body: forces, and the suction of pumped cups.
std::vector<std::string> limit_warnings(const Scenario& scenario);
// What strokes came to: force, contact pressure (95th percentile by area, under the rim of a cup, too) and suction.
// names: of the strokes, by number.
std::vector<std::string> limit_warnings(const Scenario& scenario, const std::vector<std::string>& names,
                                        const std::vector<StrokeSummary>& summaries);

}  // namespace knead
