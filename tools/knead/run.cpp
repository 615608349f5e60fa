// knead run: solve a scenario and leave its results in a folder.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <omp.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "base/progress.hpp"
#include "command.hpp"
#include "compare_read.hpp"
#include "expect.hpp"
#include "io/checkpoint.hpp"
#include "run_record.hpp"
#include "running.hpp"
#include "scenario/read.hpp"
#include "simulation.hpp"

#ifdef KNEAD_HAVE_VTK
#include "render_request.hpp"
#endif

namespace knead {
namespace {

namespace fs = std::filesystem;

nlohmann::ordered_json to_json(const RunResult& r, const std::vector<ExpectOutcome>& expected) {
  nlohmann::ordered_json checks = nlohmann::ordered_json::array();
  for (const auto& e : expected)
    checks.push_back({{"measure", e.what}, {"value", e.value}, {"expected", e.expected}, {"ok", e.ok}});
  nlohmann::ordered_json wall_parts;
  for (const auto& [name, seconds] : r.seconds.parts()) wall_parts[name] = seconds;
  nlohmann::ordered_json answer{{"ok", r.code == ExitCode::done},
                                {"code", static_cast<int>(r.code)},
                                {"message", r.message},
                                {"result", r.result.string()},
                                {"summary", r.summary.string()},
                                {"load_profile", r.profile.string()},
                                {"time_s", r.time},
                                {"end_s", r.end},
                                {"steps", r.steps},
                                {"rejected_steps", r.rejected},
                                {"newton_iterations", r.newton_iterations},
                                {"krylov_iterations", r.krylov_iterations},
                                {"largest_relative_force_error", r.worst_force_error},
                                {"largest_relative_moment_error", r.worst_moment_error},
                                {"wall_s", r.wall_seconds},
                                {"wall_parts_s", wall_parts},
                                {"expect", checks}};
  if (!r.probes.empty()) answer["probes"] = r.probes.string();
  return answer;
}

Scenario read(const Given& given, const std::string& stroke) {
  return read_scenario(given.value("SCENARIO"), {.overrides = given.values("--set"), .only_stroke = stroke});
}

int solve(const Given& given, const Scenario& scenario, BuiltScenario built, const RunOptions& options) {
  make_folder(options.folder);
  configure_log({log_level(), (options.folder / "run.log").string()});
  log_info(fmt::format("{}: {} threads, results in {}",
                       scenario.title.empty() ? given.value("SCENARIO") : scenario.title, omp_get_max_threads(),
                       options.folder.string()));
  Progress progress(options.preview ? "preview" : "run");
  const RunResult result = run_simulation(scenario, std::move(built), options, [&](const StepReport& s) {
    progress.update(s.time / s.end, progress_detail(s));
  });
  progress.finish();

  std::string shares;
  for (const auto& [name, seconds] : result.seconds.parts())
    shares += fmt::format("{}{} {:.0f} %", shares.empty() ? "" : ", ", name, 100 * seconds / result.wall_seconds);
  log_info(fmt::format("wall time {}: {}", format_duration(result.wall_seconds), shares));
  std::vector<ExpectOutcome> expected;
  int code = static_cast<int>(result.code);
  if (result.code != ExitCode::done) {
    log_error("knead: " + result.message);
  } else {
    log_info(
        fmt::format("{} steps ({} repeated), {} Newton and {} Krylov iterations in {}; largest force error {:.1e}, "
                    "moment error {:.1e}",
                    result.steps, result.rejected, result.newton_iterations, result.krylov_iterations,
                    format_duration(result.wall_seconds), result.worst_force_error, result.worst_moment_error));
    expected = compare_with_expectations(scenario, result.summary, options.preview);
    for (const auto& e : expected) {
      const std::string line = fmt::format("expect {}: {:.6g}, expected {:.6g}", e.what, e.value, e.expected);
      if (e.ok) {
        log_info(line + ": ok");
      } else {
        log_error(to_string(e.where) + ": " + line + ": outside");
        code = static_cast<int>(ExitCode::invalid_input);
      }
    }
  }
#ifdef KNEAD_HAVE_VTK
  if (result.code == ExitCode::done && !given.flag("--no-picture")) {
    try {
      RenderRequest picture;
      picture.input = result.result;
      picture.output = options.folder / "still.png";
      log_info("picture: " + picture.output.string() + ", " + render(picture).summary);
    } catch (const Error& e) {  // a result without its picture is still a result
      log_warning(std::string("no picture: ") + e.what());
    }
  }
#endif
  if (given.flag("--each")) return code;  // a comparison follows
  if (given.flag("--json")) {
    print_result(json_text(to_json(result, expected)) + "\n");
  } else if (result.code == ExitCode::done) {
    print_result(result.result.string() + "\n");
  }
  return code;
}

// A name as part of a path.
std::string folder_name(const std::string& name) {
  std::string folder;
  for (const char c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_')
      folder += c;
    else if (!folder.ends_with('-'))
      folder += '-';
  return folder == "." || folder == ".." || folder.empty() ? "stroke" : folder;
}

// Is this result finished, and of this scenario?
bool finished_before(const Scenario& scenario, BuiltScenario& built, const RunOptions& options) {
  const RunRecord record(scenario, built, options);
  std::ifstream in(record.summary_path());
  const auto summary = nlohmann::json::parse(in, nullptr, false);
  return summary.is_object() && summary.value("finished", false) &&
         summary.value("scenario_hash", "") == record.scenario_hash();
}

// Can it go on from where it was stopped?
bool stopped_before(const Scenario& scenario, BuiltScenario& built, const RunOptions& options) {
  const auto found = read_newest_checkpoint(options.folder / "run");
  return found && found->checkpoint.scenario_hash == RunRecord(scenario, built, options).scenario_hash();
}

// Each stroke by itself on a body at rest, into a folder of its name, then their comparison. What is finished is kept,
// what was stopped goes on, and what fails does not keep the others from running.
int run_each(const Given& given, RunOptions options) {
  const fs::path folder = options.folder;
  const Scenario all = read(given, "");
  if (all.strokes.empty())
    throw Error(ExitCode::wrong_usage, "--each runs the strokes of a scenario, and this has none");
  std::vector<std::string> names, results, failed;
  for (const StrokeSpec& stroke : all.strokes) names.push_back(stroke.name);
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::string own = folder_name(names[i]);
    while (std::ranges::find(results, (folder / own).string()) != results.end()) own += "-";
    options.folder = folder / own;
    const Scenario scenario = read(given, names[i]);
    BuiltScenario built = build(scenario, {options.preview});
    log_info(fmt::format("stroke {} of {}: {}", i + 1, names.size(), names[i]));
    if (!options.overwrite && finished_before(scenario, built, options)) {
      log_info("finished before; --force replaces it");
    } else {
      RunOptions mine = options;
      mine.overwrite = true;  // of another scenario, or unfinished
      mine.resume = !options.overwrite && stopped_before(scenario, built, options);
      const int code = solve(given, scenario, std::move(built), mine);
      if (options.stop->load() != 0) return code;
      if (code != 0) failed.push_back(names[i]);
      if (code == static_cast<int>(ExitCode::no_convergence)) continue;
    }
    results.push_back(options.folder.string());
  }
  if (!results.empty()) compare_results(results, folder / "comparison", false);
  if (failed.empty()) return 0;
  log_error(fmt::format("{} of {} strokes did not end as they should: {}; their run.log says why", failed.size(),
                        names.size(), fmt::join(failed, ", ")));
  return static_cast<int>(ExitCode::no_convergence);
}

int run(const Given& given) {
  choose_threads(given);
  RunOptions options;
  options.preview = given.flag("--preview");
  options.folder = given.has("--output") ? given.value("--output")
                                         : default_folder(given.value("SCENARIO"), options.preview ? "-preview" : "");
  options.resume = given.flag("--resume");
  options.overwrite = given.flag("--force");
  if (given.flag("--each")) {
    if (given.has("--stroke")) throw Error(ExitCode::wrong_usage, "give either --each or --stroke");
    if (given.flag("--json")) throw Error(ExitCode::wrong_usage, "--each prints its comparison: leave --json out");
    options.stop = watch_signals();
    return run_each(given, options);
  }
  const Scenario scenario = read(given, given.value("--stroke"));
  // What a run refuses before its first step leaves no folder behind.
  BuiltScenario built = build(scenario, {options.preview});
  options.stop = watch_signals();
  return solve(given, scenario, std::move(built), options);
}

}  // namespace

Command run_command() {
  using Kind = Argument::Kind;
  return {"run",
          "solve a scenario",
          {{.name = "SCENARIO", .about = "scenario file (TOML)", .required = true},
           {.name = "-o,--output", .about = "folder for the results, otherwise runs/<scenario>", .placeholder = "DIR"},
           {.name = "-s,--set",
            .kind = Kind::values,
            .about = "replace a value: subject.bmi=31",
            .placeholder = "KEY=VALUE"},
           {.name = "--stroke", .about = "only the stroke of this name", .placeholder = "NAME"},
           {.name = "--each",
            .kind = Kind::flag,
            .about = "every stroke by itself on a body at rest, and their comparison; goes on where it was stopped"},
           {.name = "--threads", .about = "threads to use", .placeholder = "N"},
           {.name = "--resume", .kind = Kind::flag, .about = "go on from the last checkpoint"},
           {.name = "--preview", .kind = Kind::flag, .about = "the same on a coarse mesh, in seconds"},
           {.name = "--force", .kind = Kind::flag, .about = "replace a finished result"},
           {.name = "--no-picture", .kind = Kind::flag, .about = "leave out the still picture"},
           {.name = "--json", .kind = Kind::flag, .about = "machine-readable result on standard output"}},
          run};
}

}  // namespace knead
