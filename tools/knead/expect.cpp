#include "expect.hpp"

#include <cmath>

#include "measure/measures.hpp"
#include "summary_values.hpp"

namespace knead {

std::vector<ExpectOutcome> compare_with_expectations(const Scenario& scenario, const std::filesystem::path& summary,
                                                     bool preview) {
  std::vector<ExpectOutcome> outcomes;
  if (scenario.expect.empty()) return outcomes;
  const SummaryValues values(summary);
  for (const ExpectSpec& e : scenario.expect) {
    if (preview && !e.preview) continue;
    const Measure& measure = find_measure(e.measure.text);
    const auto value = values.value(e.stroke, measure);
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
