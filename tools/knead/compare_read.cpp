#include "compare_read.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/units.hpp"

namespace knead {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

[[noreturn]] void fail(const fs::path& file, const std::string& sentence) {
  throw Error(ExitCode::file_error, Location{file.string()}, sentence);
}

double number_of(const std::string& text) {
  double value = 0;
  try {
    value = std::stod(text);
  } catch (const std::exception&) {
    value = std::nan("");
  }
  return value;
}

// Curves of every stroke of a result, by its number.
void read_curves(const fs::path& file, std::vector<Compared>& strokes, std::size_t first) {
  std::ifstream in(file);
  std::string line;
  if (!in || !std::getline(in, line)) return;  // the tables do without
  const auto header = csv_cells(line);
  const auto column = [&](const char* name) {
    const auto found = std::find(header.begin(), header.end(), name);
    if (found == header.end()) fail(file, fmt::format("this load profile has no column {}", in_quotes(name)));
    return static_cast<std::size_t>(found - header.begin());
  };
  const std::size_t time = column("time [s]"), stroke = column("stroke"), force = column("normal_force [N]"),
                    pressure = column("peak_contact_pressure [kPa]");
  while (std::getline(in, line)) {
    const auto cells = csv_cells(line);
    if (cells.size() != header.size())
      fail(file, "a line of this load profile has another number of cells than its header");
    const double number = number_of(cells[stroke]);
    if (!(number >= 0) || first + static_cast<std::size_t>(number) >= strokes.size()) continue;
    Compared& to = strokes[first + static_cast<std::size_t>(number)];
    to.time.push_back(number_of(cells[time]) - to.summary.value("start_s", 0.0));
    to.force.push_back(number_of(cells[force]));
    to.pressure.push_back(number_of(cells[pressure]));
  }
}

}  // namespace

double value_of(const Json& object, const std::string& key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<double>() : std::nan("");
}

Result read_result(const std::string& given) {
  Result result;
  result.folder = fs::is_directory(given) ? fs::path(given) : fs::path(given).parent_path();
  const fs::path file = result.folder / "summary.json";
  if (!fs::exists(file)) fail(given, "no finished result of knead run is there: it has no summary.json beside it");
  std::ifstream in(file);
  result.summary = Json::parse(in, nullptr, false);
  if (result.summary.is_discarded() || !result.summary.contains("strokes") || !result.summary["strokes"].is_array())
    fail(file, "this is not a summary that knead run has written");
  return result;
}

std::vector<Compared> strokes_of(const std::vector<Result>& results) {
  std::vector<Compared> all;
  std::set<std::string> names;
  for (std::size_t r = 0; r < results.size(); ++r) {
    const Result& result = results[r];
    std::string name = fs::absolute(result.folder).lexically_normal().filename().string();
    if (name.empty()) name = fs::absolute(result.folder).lexically_normal().parent_path().filename().string();
    while (!names.insert(name).second) name += "'";
    const std::size_t first = all.size();
    const auto& strokes = result.summary["strokes"];
    for (const auto& stroke : strokes) {
      Compared c;
      c.result = r;
      c.stroke = stroke.value("name", "");
      c.name = strokes.size() == 1 ? name : name + ": " + c.stroke;
      c.summary = stroke;
      all.push_back(std::move(c));
    }
    read_curves(result.folder / "load_profile.csv", all, first);
  }
  return all;
}

std::vector<std::string> warnings_of(const std::vector<Result>& results) {
  std::vector<std::string> warnings;
  const auto differ = [&](const char* key, const char* what) {
    std::vector<std::string> values;
    for (const Result& r : results) {
      const auto found = r.summary.find(key);
      const std::string value = found == r.summary.end() ? "unknown"
                                : found->is_string()     ? found->get<std::string>()
                                                         : found->dump();
      if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
    }
    if (values.size() > 1) warnings.push_back(fmt::format("{} differ: {}", what, fmt::join(values, "; ")));
  };
  differ("body", "bodies");
  differ("subject", "subjects");
  differ("stiffness_class", "stiffness classes");
  differ("element_size_mm", "element sizes (mm)");
  differ("preview", "previews and full resolution are mixed; \"preview\"");
  for (const Result& r : results)
    if (!r.summary.value("finished", false))
      warnings.push_back(fmt::format("{} did not run to its end", r.folder.string()));
  return warnings;
}

}  // namespace knead
