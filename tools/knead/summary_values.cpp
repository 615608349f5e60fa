#include "summary_values.hpp"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace knead {

SummaryValues::SummaryValues(const std::filesystem::path& path) {
  std::ifstream file(path);
  const auto root = nlohmann::json::parse(file, nullptr, false);
  try {
    finished_ = root.at("finished").get<bool>();
    scenario_hash_ = root.at("scenario_hash").get<std::string>();
    steps_ = root.at("solver").at("steps").get<long>();
    for (const auto& stroke : root.at("strokes")) {
      strokes_.push_back(stroke.at("name").get<std::string>());
      for (const auto& [key, value] : stroke.items())
        if (value.is_number()) values_[strokes_.back()][key] = value.get<double>();
    }
  } catch (const nlohmann::json::exception&) {
    throw Error(ExitCode::file_error, Location{path.string()}, "this is no summary of a run, or it is damaged");
  }
}

std::optional<double> SummaryValues::value(const std::string& stroke, const Measure& measure) const {
  std::optional<double> largest;
  for (const auto& [name, values] : values_) {
    if (!stroke.empty() && name != stroke) continue;
    const auto found = values.find(measure.key());
    if (found == values.end()) continue;
    const double value = found->second / measure.shown;
    largest = largest ? std::max(*largest, value) : value;
  }
  return largest;
}

}  // namespace knead
