// knead converge: how much of each measure comes from the size of elements and steps.
#include <array>
#include <cmath>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <omp.h>
#include <nlohmann/json.hpp>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "base/progress.hpp"
#include "command.hpp"
#include "io/checkpoint.hpp"
#include "measure/convergence.hpp"
#include "measure/text_file.hpp"
#include "run_record.hpp"
#include "running.hpp"
#include "scenario/read.hpp"
#include "simulation.hpp"
#include "summary_values.hpp"

namespace knead {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// Three runs that differ in one size; finest first.
struct Series {
  std::string what;  // "elements", "steps"
  std::array<BuildOptions, 3> options;
  std::size_t own = 0;           // which of them is the scenario as it stands
  std::array<double, 3> size{};  // representative, relative
  std::array<long, 3> count{};   // elements, steps
  std::array<const SummaryValues*, 3> results{};
};

struct Row {
  std::string stroke;
  const Measure* measure;
  std::array<double, 3> by_elements{}, by_steps{};  // SI, finest first
  ConvergenceEstimate elements, steps;
  // Bounds on the error of the scenario as it stands, relative to its value.
  double element_error = 0, step_error = 0;
};

struct Stopped {
  RunResult result;
  std::string run;
};

std::string folder_of(const BuildOptions& options) {
  return fmt::format("elements-{:.4g}-steps-{:.4g}", options.element_scale, options.step_scale);
}

std::string words_of(const BuildOptions& options) {
  const auto times = [](double scale, const char* what, const char* adjective) {
    return scale == 1 ? std::string() : fmt::format("{} {:.3g} times as {}", what, scale, adjective);
  };
  const auto elements = times(options.element_scale, "elements", "large"),
             steps = times(options.step_scale, "steps", "long");
  if (elements.empty() && steps.empty()) return "as it stands";
  return elements + (elements.empty() || steps.empty() ? "" : ", ") + steps;
}

class Study {
 public:
  Study(const Given& given, const Scenario& scenario, fs::path folder)
      : scenario_(scenario), folder_(std::move(folder)), force_(given.flag("--force")), stop_(watch_signals()) {
    // Only the summaries count here.
    scenario_.output.keep = OutputSpec::Keep::summary;
  }

  // The summary of that run: solved now, continued from its checkpoint, or kept from an earlier call.
  const SummaryValues& run(const BuildOptions& build_options, int number, int runs) {
    const std::string name = folder_of(build_options);
    if (const auto found = results_.find(name); found != results_.end()) return found->second;
    BuiltScenario built = build(scenario_, build_options);
    RunOptions options;
    options.folder = folder_ / name;
    options.preview = build_options.preview;
    options.stop = stop_;
    make_folder(options.folder);
    const std::string hash = RunRecord(scenario_, built, options).scenario_hash();
    const fs::path summary = options.folder / "summary.json";
    const std::string words = words_of(build_options);
    if (fs::exists(summary)) {
      const SummaryValues there(summary);
      if (there.finished() && there.scenario_hash() == hash) {
        log_info(fmt::format("run {} of {}, {}: done before, kept", number, runs, words));
        return results_.emplace(name, there).first->second;
      }
      if (there.finished() && !force_)
        throw Error(ExitCode::file_error, Location{options.folder.string()},
                    "a finished run of another scenario or other settings is there; choose another folder with -o, or "
                    "replace it with --force");
    }
    options.overwrite = true;
    const auto checkpoint = read_newest_checkpoint(options.folder / "run");
    options.resume = checkpoint && checkpoint->checkpoint.scenario_hash == hash;
    log_info(fmt::format("run {} of {}, {}: {} elements{}", number, runs, words, built.body->mesh.num_cells(),
                         options.resume ? ", from its checkpoint" : ""));
    Progress progress(fmt::format("run {} of {}", number, runs));
    const RunResult result = run_simulation(scenario_, std::move(built), options, [&](const StepReport& step) {
      progress.update(step.time / step.end, progress_detail(step));
    });
    progress.finish();
    if (result.code != ExitCode::done) throw Stopped{result, words};
    return results_.emplace(name, SummaryValues(summary)).first->second;
  }

 private:
  Scenario scenario_;
  fs::path folder_;
  bool force_;
  const std::atomic<int>* stop_;
  std::map<std::string, SummaryValues> results_;
};

// Sizes from the number of elements, as meshes with layers cannot grow by the same share everywhere.
void find_sizes(const Scenario& scenario, Series& series) {
  for (std::size_t i = 0; i < 3; ++i) {
    series.count[i] = build_body(scenario, series.options[i])->mesh.num_cells();
    series.size[i] = std::cbrt(1.0 / static_cast<double>(series.count[i]));
  }
  if (series.count[0] > series.count[1] && series.count[1] > series.count[2]) return;
  throw Error(ExitCode::invalid_input, scenario.body.where,
              fmt::format("these elements cannot be made larger twice: that gives {}, {} and {} of them; start from "
                          "more, take a larger --ratio, or go to smaller ones with --finer",
                          series.count[0], series.count[1], series.count[2]));
}

// What is no result of the tissue: the clock, and how well the solver balanced forces.
bool is_result(const Measure& measure) {
  return measure.name != "duration" && measure.name.find("imbalance") == std::string::npos;
}

double share(double error, double value) { return value != 0 ? error / std::abs(value) : 0; }

std::vector<Row> make_rows(const Series& elements, const Series& steps) {
  std::vector<Row> rows;
  for (const auto& stroke : elements.results[0]->strokes())
    for (const Measure& measure : measure_list()) {
      if (!is_result(measure)) continue;
      Row row{stroke, &measure, {}, {}, {}, {}, 0, 0};
      bool known = true, zero = true;
      for (std::size_t i = 0; i < 3; ++i)
        for (auto [series, values] : {std::pair{&elements, &row.by_elements}, std::pair{&steps, &row.by_steps}}) {
          const auto value = series->results[i]->value(stroke, measure);
          known = known && value;
          zero = zero && value.value_or(0) == 0;
          (*values)[i] = value.value_or(0);
        }
      if (!known || zero) continue;
      row.elements = estimate_convergence(elements.size, row.by_elements);
      row.steps = estimate_convergence(steps.size, row.by_steps);
      row.element_error = share(row.elements.error[elements.own], row.by_elements[elements.own]);
      row.step_error = share(row.steps.error[steps.own], row.by_steps[steps.own]);
      rows.push_back(std::move(row));
    }
  return rows;
}

std::string label(const Measure& measure) {
  return measure.shown_units == "1" ? measure.name : measure.name + ", " + measure.shown_units;
}

std::string order_words(const ConvergenceEstimate& estimate) {
  return estimate.trend == Trend::monotone ? fmt::format("{:.1f}", estimate.order) : to_string(estimate.trend);
}

std::string table(const Scenario& scenario, const Series& elements, const Series& steps, const std::vector<Row>& rows) {
  std::string text = scenario.title + "\n";
  const auto describe = [&](const Series& series) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < 3; ++i)
      parts.push_back(fmt::format("{} ({})", series.count[i], words_of(series.options[i])));
    return fmt::format("{}: {}\n", series.what, fmt::join(parts, ", "));
  };
  text += describe(elements) + describe(steps) + "\n";
  text += fmt::format("{:<32} {:>11} {:>11} {:>11} {:>11} {:>11} {:>12} {:>10}\n", "measure",
                      fmt::format("{} el.", elements.count[0]), fmt::format("{} el.", elements.count[1]),
                      fmt::format("{} el.", elements.count[2]), "order", "limit", "by elements", "by steps");
  std::string stroke;
  for (const Row& row : rows) {
    if (row.stroke != stroke) text += row.stroke + "\n";
    stroke = row.stroke;
    const double shown = row.measure->shown;
    const auto percent = [](double x) { return fmt::format("{:.2g} %", 100 * x); };
    text += fmt::format("  {:<30} {:>11.5g} {:>11.5g} {:>11.5g} {:>11} {:>11.5g} {:>12} {:>10}\n", label(*row.measure),
                        row.by_elements[0] * shown, row.by_elements[1] * shown, row.by_elements[2] * shown,
                        order_words(row.elements), row.elements.limit * shown, percent(row.element_error),
                        percent(row.step_error));
  }
  text += fmt::format(
      "\nThe last two columns bound the error of the scenario as it stands ({} elements): 1.25 times the distance to "
      "the "
      "limit,\nor three times the range where no order can be observed. Steps were varied on {} elements.\n",
      elements.count[elements.own], elements.count[2]);
  return text;
}

std::string csv(const Series& elements, const Series& steps, const std::vector<Row>& rows) {
  std::string text = "stroke,measure,unit";
  for (const Series* series : {&elements, &steps}) {
    for (const long count : series->count) text += fmt::format(",{} {}", count, series->what);
    text += fmt::format(",trend by {0},order by {0},limit by {0},relative error by {0}", series->what);
  }
  text += "\n";
  for (const Row& row : rows) {
    text += csv_cell(row.stroke) + "," + row.measure->name + "," + csv_cell(row.measure->units);
    for (auto [values, estimate, error] : {std::tuple{&row.by_elements, &row.elements, row.element_error},
                                           std::tuple{&row.by_steps, &row.steps, row.step_error}}) {
      for (const double value : *values) text += fmt::format(",{:.9g}", value);
      text += fmt::format(",{},{},{:.9g},{:.3g}", to_string(estimate->trend),
                          std::isnan(estimate->order) ? std::string() : fmt::format("{:.4g}", estimate->order),
                          estimate->limit, error);
    }
    text += "\n";
  }
  return text;
}

Json to_json(const Series& elements, const Series& steps, const std::vector<Row>& rows, const fs::path& file) {
  Json measures = Json::array();
  for (const Row& row : rows) {
    Json entry{{"stroke", row.stroke}, {"measure", row.measure->name}, {"unit", row.measure->units}};
    for (auto [what, values, estimate, error] :
         {std::tuple{"elements", &row.by_elements, &row.elements, row.element_error},
          std::tuple{"steps", &row.by_steps, &row.steps, row.step_error}}) {
      Json part{{"values", *values}, {"trend", to_string(estimate->trend)}};
      part["order"] = std::isnan(estimate->order) ? Json(nullptr) : Json(estimate->order);
      part["limit"] = estimate->limit;
      part["relative_error"] = error;
      entry[what] = std::move(part);
    }
    measures.push_back(std::move(entry));
  }
  return {{"ok", true},
          {"elements", elements.count},
          {"steps", steps.count},
          {"table", file.string()},
          {"measures", std::move(measures)}};
}

double ratio_of(const Given& given) {
  const std::string text = given.value("--ratio");
  double ratio = 0;
  try {
    std::size_t used = 0;
    ratio = std::stod(text, &used);
    if (used != text.size()) ratio = 0;
  } catch (const std::exception&) {
  }
  if (!(ratio >= 1.1 && ratio <= 4))
    throw Error(ExitCode::wrong_usage, fmt::format("--ratio {} is not a number from 1.1 to 4", text));
  return ratio;
}

int converge(const Given& given) {
  choose_threads(given);
  const Scenario scenario = read_scenario(given.value("SCENARIO"), {.overrides = given.values("--set")});
  for (const auto& positions : scenario.body.positions)
    if (!positions.empty())
      throw Error(ExitCode::invalid_input, scenario.body.where,
                  "body.positions fixes the mesh; give size and elements instead, so that they can be varied");
  const double ratio = ratio_of(given);
  const bool preview = given.flag("--preview"), finer = given.flag("--finer");

  Series elements{"elements", {}, finer ? 2u : 0u, {}, {}, {}};
  for (std::size_t i = 0; i < 3; ++i) {
    const double power = static_cast<double>(i) - (finer ? 2 : 0);
    elements.options[i] = {preview, std::pow(ratio, power), 1};
  }
  // Steps on the coarsest elements, where they are cheap; an elastic body's error in time hardly depends on the mesh.
  Series steps{"steps", {}, 2, {}, {}, {}};
  for (std::size_t i = 0; i < 3; ++i)
    steps.options[i] = {preview, elements.options[2].element_scale, std::pow(0.5, 2 - static_cast<double>(i))};
  find_sizes(scenario, elements);

  const fs::path folder =
      given.has("--output") ? given.value("--output") : default_folder(given.value("SCENARIO"), "-converge");
  make_folder(folder);
  configure_log({log_level(), (folder / "converge.log").string()});
  log_info(fmt::format("{}: {} threads, results in {}", scenario.title, omp_get_max_threads(), folder.string()));
  Study study(given, scenario, folder);
  constexpr int runs = 5;
  int number = 0;
  try {
    for (const std::size_t i : {2u, 1u, 0u}) elements.results[i] = &study.run(elements.options[i], ++number, runs);
    steps.results[2] = elements.results[2];
    for (const std::size_t i : {1u, 0u}) steps.results[i] = &study.run(steps.options[i], ++number, runs);
  } catch (const Stopped& stopped) {
    const auto& result = stopped.result;
    const bool failed = result.code == ExitCode::no_convergence;
    log_error(failed ? fmt::format("knead: the run {}: {}", stopped.run, result.message)
                     : fmt::format("knead: stopped in the run {}; the same command goes on from there", stopped.run));
    return static_cast<int>(result.code);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    steps.count[i] = steps.results[i]->steps();
    steps.size[i] = 1.0 / static_cast<double>(steps.count[i]);
  }
  if (!(steps.size[0] < steps.size[1] && steps.size[1] < steps.size[2]))
    throw Error(ExitCode::no_convergence,
                fmt::format("the runs took {}, {} and {} steps, so nothing can be said of their length; set time.step",
                            steps.count[0], steps.count[1], steps.count[2]));

  const auto rows = make_rows(elements, steps);
  const fs::path file = folder / "converge.csv";
  write_text_file(file, csv(elements, steps, rows));
  if (given.flag("--json")) {
    print_result(json_text(to_json(elements, steps, rows, file)) + "\n");
  } else {
    print_result(table(scenario, elements, steps, rows));
    log_info("table: " + file.string());
  }
  return static_cast<int>(ExitCode::done);
}

}  // namespace

Command converge_command() {
  using Kind = Argument::Kind;
  return {"converge",
          "vary elements and steps: order and error of every measure",
          {{.name = "SCENARIO", .about = "scenario file (TOML)", .required = true},
           {.name = "-o,--output", .about = "folder, otherwise runs/<scenario>-converge", .placeholder = "DIR"},
           {.name = "-s,--set",
            .kind = Kind::values,
            .about = "replace a value: body.element_size='12 mm'",
            .placeholder = "KEY=VALUE"},
           {.name = "--ratio", .about = "elements grow by this, twice", .placeholder = "R", .fallback = "1.5"},
           {.name = "--finer", .kind = Kind::flag, .about = "the scenario's elements are the coarsest, not the finest"},
           {.name = "--preview", .kind = Kind::flag, .about = "start from the coarse mesh of a preview"},
           {.name = "--threads", .about = "threads to use", .placeholder = "N"},
           {.name = "--force", .kind = Kind::flag, .about = "replace finished runs of something else"},
           {.name = "--json", .kind = Kind::flag, .about = "machine-readable result on standard output"}},
          converge};
}

}  // namespace knead
