// [expect]: measures and strokes that exist, values of the measure's kind.
#include <algorithm>

#include <fmt/format.h>

#include "base/units.hpp"
#include "measure/measures.hpp"
#include "scenario/check.hpp"

namespace knead {
namespace {

Dimension dimension_of(const Measure& measure) {
  if (measure.units == "1") return dimension::ratio;
  return parse_quantity("1 " + measure.units).quantity.dimension;
}

void check_measure(const ExpectSpec& expect, Diagnostics& diagnostics) {
  const auto& measures = measure_list();
  const auto found =
      std::find_if(measures.begin(), measures.end(), [&](const Measure& m) { return m.name == expect.measure.text; });
  if (found == measures.end()) {
    std::vector<std::string> names;
    for (const auto& measure : measures) names.push_back(measure.name);
    diagnostics.add(expect.where,
                    fmt::format("there is no measure {}{}; `knead list measures` shows all",
                                in_quotes(expect.measure.text), did_you_mean(expect.measure.text, names)));
    return;
  }
  const Dimension wanted = dimension_of(*found);
  const std::string kind = wanted == dimension::ratio ? "a number without unit"
                                                      : fmt::format("measured in {}, for example \"{}\"", found->units,
                                                                    dimension_example(wanted));
  for (const std::string& text : {expect.value_text, expect.preview_text}) {
    // What is no quantity at all was refused with the value itself.
    const auto value = parse_quantity(text);
    if (!text.empty() && value.ok() && !(value.quantity.dimension == wanted))
      diagnostics.add(expect.where, fmt::format("{} is {}; {} does not fit", found->name, kind, in_quotes(text)));
  }
}

}  // namespace

void check_expectations(const Scenario& scenario, Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const auto& stroke : scenario.strokes) names.push_back(stroke.name);
  for (std::size_t i = 0; i < scenario.applicators.size(); ++i) names.push_back(applicator_name(scenario, i));
  for (const auto& expect : scenario.expect) {
    if (!expect.stroke.empty() && std::find(names.begin(), names.end(), expect.stroke) == names.end())
      diagnostics.add(expect.where, fmt::format("there is no stroke named {}{}", in_quotes(expect.stroke),
                                                did_you_mean(expect.stroke, names)));
    check_measure(expect, diagnostics);
  }
}

}  // namespace knead
