#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "scenario/scenario.hpp"

namespace knead {

// One line of [expect] against what the run measured; values in SI.
struct ExpectOutcome {
  std::string what;  // "stroke / measure"
  double value = 0, expected = 0;
  bool ok = false;
  Location where;
};

// Reads summary.json of a finished run. A preview is compared with the values for previews, where there are some.
std::vector<ExpectOutcome> compare_with_expectations(const Scenario& scenario, const std::filesystem::path& summary,
                                                     bool preview);

}  // namespace knead
