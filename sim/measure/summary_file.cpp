#include "measure/summary_file.hpp"

#include <cmath>
#include <cstdlib>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "measure/measures.hpp"
#include "measure/text_file.hpp"

namespace knead {

namespace {

using Json = nlohmann::ordered_json;

// Seven digits are more than the discretisation gives, and read better than seventeen.
Json number(double x) {
  if (!std::isfinite(x)) return nullptr;
  return std::strtod(fmt::format("{:.7g}", x).c_str(), nullptr);
}

template <class List, class Source>
Json values(const List& list, const Source& source) {
  Json object = Json::object();
  for (const auto& measure : list) object[measure.key()] = number(measure.shown * measure.value(source));
  return object;
}

Json band_array(const TissueBands& bands, const StrokeSummary& summary) {
  Json array = Json::array();
  for (std::size_t b = 0; b < summary.bands.size(); ++b) {
    if (!(summary.bands[b].volume > 0)) continue;
    Json band = {{"tissue", bands.tissue(b)},
                 {"depth_from_mm", number(bands.from(b) * 1e3)},
                 {"depth_to_mm", number(bands.to(b) * 1e3)}};
    band.update(values(band_measure_list(), summary.bands[b]));
    array.push_back(std::move(band));
  }
  return array;
}

Json one(const TissueBands& bands, const std::vector<std::string>& holders, const StrokeSummary& summary) {
  Json object = {{"start_s", number(summary.start)}, {"end_s", number(summary.end)}, {"steps", summary.num_steps}};
  object.update(values(measure_list(), summary));
  Json reactions = Json::object();
  for (std::size_t h = 0; h < holders.size() && h < summary.reactions.size(); ++h) {
    const auto& r = summary.reactions[h];
    reactions[holders[h]] = {number(r[0]), number(r[1]), number(r[2])};
  }
  object["reactions_at_largest_contact_force_N"] = std::move(reactions);
  object["tissues"] = band_array(bands, summary);
  object["solver"] = {{"newton_iterations", summary.newton_iterations},
                      {"krylov_iterations", summary.krylov_iterations},
                      {"cutbacks", summary.cutbacks},
                      {"wall_time_s", number(summary.wall_time)}};
  return object;
}

}  // namespace

void write_summary_json(const std::filesystem::path& path, const RunDescription& run,
                        const std::vector<std::string>& strokes, const std::vector<std::string>& holders,
                        const TissueBands& bands, const std::vector<StrokeSummary>& summaries) {
  Json root;
  root["statement"] = run.statement;
  root["stiffness_class"] = run.stiffness_class;
  root["title"] = run.title;
  root["scenario"] = run.scenario;
  root["scenario_hash"] = run.scenario_hash;
  root["body"] = run.body;
  root["subject"] = run.subject;
  root["element_size_mm"] = number(1e3 * run.element_size);
  root["finished"] = run.finished;
  root["preview"] = run.preview;
  root["notes"] = run.notes;
  root["program"] = {{"version", run.version}, {"git_hash", run.git_hash}, {"flags", run.flags},
                     {"cpu", run.cpu},         {"host", run.host},         {"threads", run.threads}};
  root["solver"] = {{"unknowns", run.num_unknowns},
                    {"steps", run.num_steps},
                    {"newton_iterations", run.newton_iterations},
                    {"krylov_iterations", run.krylov_iterations},
                    {"cutbacks", run.cutbacks},
                    {"wall_time_s", number(run.wall_time)},
                    {"peak_memory_MB", number(run.peak_memory / 1e6)}};
  root["strokes"] = Json::array();
  for (const auto& summary : summaries) {
    if (summary.phase.empty()) {
      const auto index = static_cast<std::size_t>(summary.stroke);
      Json stroke = {{"name", index < strokes.size() ? strokes[index] : std::to_string(summary.stroke)}};
      stroke.update(one(bands, holders, summary));
      stroke["phases"] = Json::array();
      root["strokes"].push_back(std::move(stroke));
    } else if (!root["strokes"].empty()) {
      Json phase = {{"phase", summary.phase}};
      phase.update(one(bands, holders, summary));
      root["strokes"].back()["phases"].push_back(std::move(phase));
    }
  }
  // A name may hold bytes that are no UTF-8; they must not stop a summary.
  write_text_file(path, json_text(root) + "\n");
}

}  // namespace knead
