#pragma once
// What knead compare takes from results: their summaries and load profiles.
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace knead {

// One stroke of one result.
struct Compared {
  std::string name;  // of the result; with the stroke's name where it has several
  std::string stroke;
  std::size_t result = 0;
  nlohmann::ordered_json summary;             // of the whole stroke
  std::vector<double> time, force, pressure;  // s since its start, N, kPa
};

struct Result {
  std::filesystem::path folder;
  nlohmann::ordered_json summary;
};

// From a result's folder or its run.vtkhdf; an Error(file_error) says what is wrong with it.
Result read_result(const std::string& given);
// All strokes of all results, with their curves and names that tell them apart.
std::vector<Compared> strokes_of(const std::vector<Result>& results);
// What makes a comparison one of apples and oranges.
std::vector<std::string> warnings_of(const std::vector<Result>& results);

// knead compare: tables and plots of these results into a folder, the table to standard output; the exit code.
int compare_results(const std::vector<std::string>& results, const std::filesystem::path& folder, bool per_force);

// A number of a summary, NaN where it has none.
double value_of(const nlohmann::ordered_json& object, const std::string& key);

}  // namespace knead
