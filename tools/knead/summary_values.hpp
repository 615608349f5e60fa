#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "measure/measures.hpp"

namespace knead {

// What commands read back from summary.json.
class SummaryValues {
 public:
  // An Error(file_error) when the file is not there or is no summary.
  explicit SummaryValues(const std::filesystem::path& path);

  bool finished() const { return finished_; }
  const std::string& scenario_hash() const { return scenario_hash_; }
  long steps() const { return steps_; }
  const std::vector<std::string>& strokes() const { return strokes_; }
  // In SI; of one stroke, or with "" the largest of all strokes. Nothing when the summary does not have it.
  std::optional<double> value(const std::string& stroke, const Measure& measure) const;

 private:
  bool finished_ = false;
  std::string scenario_hash_;
  long steps_ = 0;
  std::vector<std::string> strokes_;
  std::map<std::string, std::map<std::string, double>> values_;  // stroke → key of the measure → as in the file
};

}  // namespace knead
