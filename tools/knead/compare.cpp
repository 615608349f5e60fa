// knead compare: load profiles of several results side by side, as tables and plots.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "command.hpp"
#include "compare_read.hpp"
#include "measure/measures.hpp"
#include "measure/text_file.hpp"
#include "svg_chart.hpp"

namespace knead {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

// Measures that grow with the force: given per newton when asked.
bool grows_with_force(const Measure& m) {
  return m.shown_units == "kPa" || m.shown_units == "J" || m.shown_units == "kPa s";
}

struct Table {
  const std::vector<Compared>& strokes;
  bool per_force = false;

  double force(std::size_t i) const { return value_of(strokes[i].summary, "peak_normal_force_N"); }
  double value(const Measure& m, std::size_t i) const {
    const double v = value_of(strokes[i].summary, m.key());
    return per_force && grows_with_force(m) ? v / force(i) : v;
  }
  std::string units(const Measure& m) const {
    const std::string own = m.shown_units == "1" ? "" : m.shown_units;
    return per_force && grows_with_force(m) ? own + "/N" : own;
  }
  bool anything(const Measure& m) const {
    for (std::size_t i = 0; i < strokes.size(); ++i)
      if (value(m, i) != 0 && std::isfinite(value(m, i))) return true;
    return false;
  }
};

// In per cent, or as a factor where that says more.
std::string difference(const Measure& m, double value, double from) {
  if (!std::isfinite(value) || !std::isfinite(from) || from == 0 || m.name.find("imbalance") != std::string::npos)
    return "";
  const double ratio = value / from;
  return ratio > 3 ? fmt::format(" (× {:.3g})", ratio) : fmt::format(" ({:+.0f} %)", 100 * (ratio - 1));
}

std::string markdown_cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

std::string measures_markdown(const Table& table) {
  std::string out = "| measure |";
  for (const Compared& c : table.strokes) out += " " + markdown_cell(c.name) + " |";
  out += "\n|---|" + [&] {
    std::string dashes;
    for (std::size_t i = 0; i < table.strokes.size(); ++i) dashes += "---:|";
    return dashes;
  }() + "\n";
  for (const Measure& m : measure_list()) {
    if (!table.anything(m)) continue;
    const std::string units = table.units(m);
    out += fmt::format("| {}{} |", m.name, units.empty() ? "" : ", " + units);
    for (std::size_t i = 0; i < table.strokes.size(); ++i) {
      const double value = table.value(m, i);
      out += std::isfinite(value)
                 ? fmt::format(" {:.4g}{} |", value, i == 0 ? "" : difference(m, value, table.value(m, 0)))
                 : std::string(" – |");
    }
    out += "\n";
  }
  return out;
}

// A band of depth in one tissue.
struct Band {
  std::string tissue;
  double from = 0, to = 0;  // mm
  bool operator<(const Band& o) const { return std::tie(from, tissue, to) < std::tie(o.from, o.tissue, o.to); }
};

std::vector<std::pair<Band, Json>> bands_of(const Compared& c) {
  std::vector<std::pair<Band, Json>> bands;
  if (!c.summary.contains("tissues")) return bands;
  for (const auto& t : c.summary["tissues"]) {
    const double to = value_of(t, "depth_to_mm");
    bands.push_back({{t.value("tissue", ""), value_of(t, "depth_from_mm"),
                      std::isfinite(to) ? to : std::numeric_limits<double>::infinity()},
                     t});
  }
  return bands;
}

std::string depth_words(const Band& b) {
  return std::isfinite(b.to) ? fmt::format("{:g}–{:g} mm", b.from, b.to) : fmt::format("below {:g} mm", b.from);
}

std::string depth_markdown(const std::vector<Compared>& strokes) {
  std::set<Band> bands;
  for (const Compared& c : strokes)
    for (const auto& [band, values] : bands_of(c)) bands.insert(band);
  std::string out = "| tissue | depth |", dashes = "|---|---|";
  for (const Compared& c : strokes) {
    out += " " + markdown_cell(c.name) + " |";
    dashes += "---:|";
  }
  out += "\n" + dashes + "\n";
  for (const Band& band : bands) {
    out += fmt::format("| {} | {} |", markdown_cell(band.tissue), depth_words(band));
    for (const Compared& c : strokes) {
      double value = std::nan("");
      for (const auto& [other, values] : bands_of(c))
        if (!(other < band) && !(band < other)) value = value_of(values, "peak_pressure_kPa");
      out += std::isfinite(value) ? fmt::format(" {:.3g} |", value) : std::string(" – |");
    }
    out += "\n";
  }
  return out;
}

std::string measures_csv(const Table& table, const std::vector<Result>& results) {
  std::string out = "result,folder,title,stroke";
  for (const Measure& m : measure_list()) {
    const std::string units = table.units(m);
    out += "," + csv_cell(units.empty() ? m.name : m.name + " [" + units + "]");
  }
  out += "\n";
  for (std::size_t i = 0; i < table.strokes.size(); ++i) {
    const Compared& c = table.strokes[i];
    const Result& r = results[c.result];
    out += csv_cell(c.name) + "," + csv_cell(r.folder.string()) + "," + csv_cell(r.summary.value("title", "")) + "," +
           csv_cell(c.stroke);
    for (const Measure& m : measure_list()) {
      const double value = table.value(m, i);
      out += std::isfinite(value) ? fmt::format(",{:.7g}", value) : std::string(",");
    }
    out += "\n";
  }
  return out;
}

std::string depth_csv(const std::vector<Compared>& strokes) {
  std::string out = "result,stroke,tissue,depth_from [mm],depth_to [mm]";
  for (const BandMeasure& m : band_measure_list())
    out += "," + csv_cell(m.shown_units == "1" ? m.name : m.name + " [" + m.shown_units + "]");
  out += "\n";
  for (const Compared& c : strokes)
    for (const auto& [band, values] : bands_of(c)) {
      out += fmt::format("{},{},{},{:g},{}", csv_cell(c.name), csv_cell(c.stroke), csv_cell(band.tissue), band.from,
                         std::isfinite(band.to) ? fmt::format("{:g}", band.to) : "");
      for (const BandMeasure& m : band_measure_list()) {
        const double value = value_of(values, m.key());
        out += std::isfinite(value) ? fmt::format(",{:.7g}", value) : std::string(",");
      }
      out += "\n";
    }
  return out;
}

// Largest tissue pressure by depth, whatever the tissue, at the middle of each band.
Series depth_series(const Compared& c) {
  Series s{c.name, {}, {}};
  std::map<double, double> peak;
  for (const auto& [band, values] : bands_of(c)) {
    const double middle = std::isfinite(band.to) ? 0.5 * (band.from + band.to) : band.from + 5;
    const double pressure = value_of(values, "peak_pressure_kPa");
    if (!std::isfinite(pressure)) continue;
    const auto [at, fresh] = peak.try_emplace(middle, pressure);
    if (!fresh) at->second = std::max(at->second, pressure);
  }
  for (const auto& [depth, pressure] : peak) {
    s.x.push_back(pressure);
    s.y.push_back(depth);
  }
  return s;
}

void write_plots(const fs::path& folder, const std::vector<Compared>& strokes) {
  std::vector<Series> force, pressure, depth, bars, areas;
  for (const Compared& c : strokes) {
    force.push_back({c.name, c.time, c.force});
    pressure.push_back({c.name, c.time, c.pressure});
    depth.push_back(depth_series(c));
    bars.push_back({c.name,
                    {},
                    {value_of(c.summary, "peak_contact_pressure_kPa"), value_of(c.summary, "p95_contact_pressure_kPa"),
                     value_of(c.summary, "mean_contact_pressure_kPa")}});
    areas.push_back(
        {c.name, {}, {value_of(c.summary, "peak_contact_area_cm2"), value_of(c.summary, "mean_contact_area_cm2")}});
  }
  write_text_file(
      folder / "force.svg",
      line_chart({"Contact force", "time since the stroke began (s)", "force along the pressing axis (N)"}, force));
  write_text_file(
      folder / "pressure.svg",
      line_chart({"Largest contact pressure", "time since the stroke began (s)", "contact pressure (kPa)"}, pressure));
  write_text_file(folder / "contact.svg",
                  bar_chart({"Contact pressure", "", "kPa"}, {"largest", "95th percentile", "mean"}, bars));
  write_text_file(folder / "area.svg", bar_chart({"Contact area", "", "cm²"}, {"largest", "mean over time"}, areas));
  write_text_file(
      folder / "depth.svg",
      depth_chart({"Largest tissue pressure by depth below the skin", "tissue pressure (kPa)", "depth (mm)"}, depth));
}

int compare(const std::vector<std::string>& paths, const fs::path& folder, bool per_force) {
  std::vector<Result> results;
  for (const std::string& path : paths) results.push_back(read_result(path));
  const std::vector<Compared> strokes = strokes_of(results);
  if (strokes.empty()) throw Error(ExitCode::wrong_usage, "these results have no strokes to compare");
  const Table table{strokes, per_force};
  const auto warnings = warnings_of(results);
  for (const std::string& warning : warnings) log_warning(warning);

  std::string page = "# Load profiles side by side\n\n";
  for (const std::string& warning : warnings) page += "**Careful:** " + warning + ".\n\n";
  page += measures_markdown(table);
  page += "\nDifferences are to the first column.";
  if (table.per_force) page += " Pressures and works are divided by the largest force of their stroke.";
  page += "\n\n## Largest tissue pressure by depth, kPa\n\n" + depth_markdown(strokes);
  page +=
      "\n![Contact force](force.svg)\n![Largest contact pressure](pressure.svg)\n![Contact pressure](contact.svg)\n"
      "![Contact area](area.svg)\n![Tissue pressure by depth](depth.svg)\n\n";
  std::set<std::string> statements;
  for (const Result& r : results) {
    const std::string class_of = r.summary.value("stiffness_class", "");
    statements.insert(r.summary.value("statement", "") + (class_of.empty() ? "" : "; stiffness class " + class_of));
  }
  for (const std::string& statement : statements) page += statement + ".\n";

  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem)
    throw Error(ExitCode::file_error, Location{folder.string()}, "this folder cannot be made: " + problem.message());
  write_text_file(folder / "compare.md", page);
  write_text_file(folder / "compare.csv", measures_csv(table, results));
  write_text_file(folder / "depth.csv", depth_csv(strokes));
  write_plots(folder, strokes);
  print_result(measures_markdown(table));
  log_info(fmt::format("wrote compare.md, compare.csv, depth.csv and five plots to {}", folder.string()));
  return static_cast<int>(ExitCode::done);
}

}  // namespace

int compare_results(const std::vector<std::string>& results, const fs::path& folder, bool per_force) {
  try {
    return compare(results, folder, per_force);
  } catch (const Json::exception& problem) {
    throw Error(ExitCode::file_error,
                std::string("a summary.json of these results holds what knead run does not write: ") + problem.what());
  }
}

namespace {

int run(const Given& given) {
  return compare_results(given.values("RESULT"), given.value("--output"), given.flag("--per-force"));
}

}  // namespace

Command compare_command() {
  using Kind = Argument::Kind;
  return {"compare",
          "load profiles of several results side by side: tables and plots",
          {{.name = "RESULT",
            .kind = Kind::values,
            .about = "folders of results, or their run.vtkhdf; differences are to the first",
            .required = true},
           {.name = "-o,--output",
            .about = "where the tables and plots go",
            .placeholder = "DIR",
            .fallback = "comparison"},
           {.name = "--per-force",
            .kind = Kind::flag,
            .about = "pressures and works over the largest force of each stroke"}},
          run};
}

}  // namespace knead
