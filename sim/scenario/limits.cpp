#include "scenario/limits.hpp"

#include <optional>

#include <fmt/format.h>

#include "base/units.hpp"
#include "body/model_file.hpp"
#include "scenario/models.hpp"

namespace knead {
namespace {

struct Limit {
  double value = 0;  // SI
  std::string source;
};

struct Limits {
  std::optional<Limit> pressure, force, suction;
};

Limits limits_of(const Scenario& scenario) {
  Limits limits;
  if (scenario.body.is_specimen()) return limits;
  const ModelValue file = read_model_file(find_model(scenario.model_folders, "", "limits"), "limits");
  const auto read = [&](const std::string& table, const char* key, const Dimension& dimension) -> std::optional<Limit> {
    const ModelValue* body = file.find(table);
    const ModelValue* value = body ? body->find(key) : nullptr;
    if (!value) return std::nullopt;
    return Limit{value->plain().quantity(dimension), value->at("source").text()};
  };
  limits.suction = read("any", "suction", dimension::pressure);
  limits.pressure = read(scenario.body.name.text, "pressure", dimension::pressure);
  limits.force = read(scenario.body.name.text, "force", dimension::force);
  return limits;
}

class Sentences {
 public:
  // Nothing when the value is within the limit, or there is none.
  void add(const std::string& stroke, const char* what, double value, const std::optional<Limit>& limit,
           const Dimension& dimension, const char* then) {
    if (!limit || !(value > limit->value)) return;
    list.push_back(fmt::format("{}: {} of {} is above {}, {} ({})", in_quotes(stroke), what,
                               format_quantity(rounded(value), dimension), format_quantity(limit->value, dimension),
                               then, limit->source));
  }
  std::vector<std::string> list;

 private:
  static double rounded(double value) { return std::stod(fmt::format("{:.3g}", value)); }
};

constexpr const char *hurts = "where it begins to hurt", *marks = "where cups leave marks that last";

}  // namespace

std::vector<std::string> limit_warnings(const Scenario& scenario) {
  Sentences sentences;
  if (scenario.strokes.empty()) return sentences.list;
  const Limits limits = limits_of(scenario);
  for (const StrokeSpec& stroke : scenario.strokes) {
    sentences.add(stroke.name, "a force", stroke.force.value_or(0), limits.force, dimension::force, hurts);
    sentences.add(stroke.name, "a suction", stroke.suction.value_or(0), limits.suction, dimension::pressure, marks);
  }
  return sentences.list;
}

std::vector<std::string> limit_warnings(const Scenario& scenario, const std::vector<std::string>& names,
                                        const std::vector<StrokeSummary>& summaries) {
  Sentences sentences;
  if (scenario.strokes.empty()) return sentences.list;
  const Limits limits = limits_of(scenario);
  // Forces and suctions are reached within the rounding of the solver.
  constexpr double slack = 1 - 1e-4;
  for (const StrokeSummary& s : summaries) {
    if (!s.phase.empty()) continue;
    const std::string& name = names.at(static_cast<std::size_t>(s.stroke));
    sentences.add(name, "a force", slack * s.peak_normal_force, limits.force, dimension::force, hurts);
    sentences.add(name, s.peak_suction > 0 ? "a pressure under the rim" : "a contact pressure", s.p95_contact_pressure,
                  limits.pressure, dimension::pressure, hurts);
    sentences.add(name, "a suction", slack * s.peak_suction, limits.suction, dimension::pressure, marks);
  }
  return sentences.list;
}

}  // namespace knead
