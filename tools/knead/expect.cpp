#include "expect.hpp"

#include <cmath>
#include <fstream>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "measure/measures.hpp"

namespace knead {

std::vector<ExpectOutcome> compare_with_expectations(const Scenario& scenario, const std::filesystem::path& summary,
                                                     bool preview) {
  std::vector<ExpectOutcome> outcomes;
  if (scenario.expect.empty()) return outcomes;
  std::ifstream file(summary);
  const auto json = nlohmann::json::parse(file, nullptr, false);
  if (json.is_discarded())
    throw Error(ExitCode::file_error,
                fmt::format("{} cannot be read back to compare it with [expect]", summary.string()));
  for (const ExpectSpec& e : scenario.expect) {
    if (preview && !e.preview) continue;
    const Measure& measure = find_measure(e.measure.text);
    // Over the whole run the largest value of any stroke counts.
    std::optional<double> value;
    for (const auto& stroke : json.at("strokes")) {
      if (!e.stroke.empty() && stroke.at("name").get<std::string>() != e.stroke) continue;
      const auto found = stroke.find(measure.key());
      if (found != stroke.end()) value = std::max(value.value_or(-INFINITY), found->get<double>() / measure.shown);
    }
    ExpectOutcome o;
    o.what = e.stroke.empty() ? e.measure.text : e.stroke + " / " + e.measure.text;
    o.expected = preview ? *e.preview : e.value;
    o.where = e.where;
    o.value = value.value_or(std::nan(""));
    const double band = e.within_is_absolute ? e.within : e.within * std::abs(o.expected);
    o.ok = value && std::abs(*value - o.expected) <= band;
    outcomes.push_back(o);
  }
  return outcomes;
}

}  // namespace knead
