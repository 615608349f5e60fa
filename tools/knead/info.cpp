#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "command.hpp"
#include "io/read.hpp"

namespace knead {
namespace {

std::string text_of(const ResultFile& file) {
  const auto& info = file.info();
  std::string out = fmt::format(
      "{}\n  title       {}\n  scenario    {}\n  written by  knead {} {} on {}, {} threads\n  processor   {}\n  body   "
      "     {}, stiffness class {}\n",
      file.path().string(), info.title, info.scenario_path, info.version, info.git_hash, info.host, info.threads,
      info.cpu, info.body, info.stiffness_class);
  out += fmt::format("  mesh        {} points, {} cells ({} elements)\n", file.num_points(), file.num_cells(),
                     file.num_cells() / 8);
  if (file.num_steps() > 0)
    out += fmt::format("  steps       {} from {:.4g} s to {:.4g} s, {}\n", file.num_steps(), file.times().front(),
                       file.times().back(), file.finished() ? "finished" : "not finished");
  else
    out += "  steps       none yet\n";
  out += fmt::format("  tissues     {}\n", fmt::join(info.tissues, ", "));
  std::vector<std::string> names;
  for (const auto& applicator : info.applicators)
    names.push_back(fmt::format("{} ({})", applicator.name, applicator.kind));
  if (!names.empty()) out += fmt::format("  applicators {}\n", fmt::join(names, ", "));
  out += "  fields\n";
  for (const auto& field : file.fields())
    out += fmt::format("    {:<24} [{}] {}\n", field.name, field.units, field.description);
  const auto history = file.history();
  names.clear();
  for (const auto& column : history.columns) names.push_back(column.name);
  out += fmt::format("  history     {} rows: {}\n", history.num_rows, fmt::join(names, ", "));
  for (const auto& note : info.notes) out += "  note        " + note + "\n";
  return out;
}

std::string json_of(const ResultFile& file) {
  using Json = nlohmann::ordered_json;
  const auto& info = file.info();
  Json fields = Json::array();
  for (const auto& field : file.fields())
    fields.push_back({{"name", field.name},
                      {"units", field.units},
                      {"components", field.components},
                      {"description", field.description}});
  Json history = Json::object();
  const auto table = file.history();
  for (const auto& column : table.columns) history[column.name] = table.column(column.name);
  const Json answer{
      {"file", file.path().string()}, {"title", info.title},       {"scenario", info.scenario_path},
      {"version", info.version},      {"git_hash", info.git_hash}, {"host", info.host},
      {"threads", info.threads},      {"body", info.body},         {"stiffness_class", info.stiffness_class},
      {"points", file.num_points()},  {"cells", file.num_cells()}, {"finished", file.finished()},
      {"times", file.times()},        {"tissues", info.tissues},   {"fields", fields},
      {"notes", info.notes},          {"history", history}};
  return json_text(answer) + "\n";
}

int run_info(const Given& given) {
  std::filesystem::path path = given.value("FILE");
  if (std::filesystem::is_directory(path)) path /= "run.vtkhdf";
  const ResultFile file(path);
  print_result(given.flag("--json") ? json_of(file) : text_of(file));
  return 0;
}

}  // namespace

Command info_command() {
  return {"info",
          "show what a result holds",
          {{.name = "FILE", .about = "run.vtkhdf, or the folder that holds it", .required = true},
           {"--json", Argument::Kind::flag, "machine-readable, with the whole history"}},
          &run_info};
}

}  // namespace knead
