#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/units.hpp"
#include "body/chart_body.hpp"
#include "command.hpp"
#include "scenario/models.hpp"
#include "scenario/read.hpp"
#include "scenario/schema.hpp"
#include "scenario/sources.hpp"

namespace knead {
namespace {

// A commented line for a key that may be added: `# hold = "0 s"   # time at full force …`
std::string optional_line(const std::string& key) {
  const auto* spec = find_key(key);
  if (!spec) return "";
  const bool quotes = spec->allows(Form::quantity) || spec->allows(Form::choice) || spec->allows(Form::text);
  const auto value = spec->fallback.empty() ? dimension_example(spec->dimension) : spec->fallback;
  const auto line = fmt::format("# {} = {}", last_part(key), quotes ? "\"" + value + "\"" : value);
  return fmt::format("{:<34}# {}\n", line, spec->about);
}

// Text inside a TOML string.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// From and to of a first stroke: the body's own, or 30 mm to either side of the landmark closest to its middle.
std::pair<std::string, std::string> first_stroke(const std::string& body, const std::vector<std::string>& folders,
                                                 const std::string& scenario_folder) {
  const std::string subject = find_model(folders, "subjects", "average", {"[subject]"});
  const BodySummary summary =
      read_body_summary(find_body(folders, body, scenario_folder), read_subject(subject, folders));
  if (!summary.first_stroke.first.empty()) return summary.first_stroke;
  const auto middle =
      std::ranges::min_element(summary.landmarks, {}, [](const Landmark& l) { return std::abs(l.along); });
  if (middle == summary.landmarks.end())
    throw Error(ExitCode::wrong_usage,
                fmt::format("the body \"{}\" has no landmarks to stroke along; start from a copy "
                            "of scenarios/sphere-on-block.toml and give points",
                            body));
  return {middle->name + " + 30 mm caudal", middle->name + " + 30 mm cranial"};
}

// A line of a stroke that the technique has given already: `# speed = "1 cm/s"   # 0.5 cm/s to 2 cm/s`.
std::string technique_line(const SourcedValue& value) {
  double number = 0;
  const char* end = value.value.data() + value.value.size();
  const bool plain =
      std::from_chars(value.value.data(), end, number).ptr == end || value.value == "true" || value.value == "false";
  const auto line = fmt::format("# {} = {}", last_part(value.key), plain ? value.value : "\"" + value.value + "\"");
  return fmt::format("{:<34}# {}\n", line, value.range.empty() ? value.source : value.range);
}

std::string scenario_text(const std::string& title, const std::string& body, const ModelSource& technique,
                          const std::pair<std::string, std::string>& place) {
  std::string out = fmt::format(
      "# Check with: knead check FILE. All keys: knead explain body, knead explain stroke, …\nknead = 1\ntitle = "
      "\"{}\"\n\n[body]\nname = \"{}\"\n",
      title, body);
  out += fmt::format(
      "side = \"left\"\nelement_size = \"8 mm\"\n# refine = {{ at = \"{}\", radius = \"40 mm\", size = \"4 mm\" }}\n",
      place.first);
  out +=
      "\n[subject]\nlike = \"average\"                 # knead list subjects\n\n[tissue]\ntone = \"relaxed\"           "
      "      # relaxed, tight or contracted\nstiffness = \"indentation\"        # or lower-bound\n";
  out += fmt::format("\n[[stroke]]\nname = \"first\"\ntechnique = \"{}\"\n", technique.name);
  const auto given = [&](const char* key) {
    const auto found = std::ranges::find(technique.values, std::string("stroke.") + key, &SourcedValue::key);
    return found == technique.values.end() ? nullptr : &*found;
  };
  const std::string path = fmt::format("path = {{ from = \"{}\", to = \"{}\" }}\n", place.first, place.second);
  if (given("speed"))
    out += path;
  else
    out +=
        fmt::format("at = \"{}\"\n", place.first) +
        (given("rate") ? "" : "# points = 5                      # instead of at, a row of presses; with\n# " + path);
  out += fmt::format("force = \"{}\"\n", given("force") ? given("force")->value : "25 N");
  out += "# repeat = 2\n# the technique has these; what is written here wins:\n";
  for (const SourcedValue& value : technique.values)
    if (value.key != "stroke.force") out += technique_line(value);
  for (const char* key : {"tilt", "start"})
    if (!given(key)) out += optional_line(std::string("stroke[].") + key);
  out +=
      "\n[output]\nevery = \"50 ms\"\nfields = [\"displacement\", \"tissue_pressure\", \"contact_pressure\"]   # knead "
      "list fields\n";
  return out;
}

int run_new(const Given& given) {
  const auto name = given.value("NAME");
  std::filesystem::path path = name;
  if (path.extension() != ".toml") path += ".toml";
  const auto folders = standard_model_folders(path.parent_path());
  const auto body = given.value("--body"), technique = given.value("--technique");
  if (body == "block" || body == "cylinder" || body == "sphere")
    throw Error(ExitCode::wrong_usage,
                "a specimen has no technique; start from a copy of scenarios/block-compression.toml");
  find_body(folders, body, path.parent_path().string(), {"--body"});
  const auto place = first_stroke(body, folders, path.parent_path().string());
  const ModelSource model =
      read_model_source("techniques", find_model(folders, "techniques", technique, {"--technique"}));
  if (std::filesystem::exists(path))
    throw Error(ExitCode::file_error, Location{path.string()}, "this file exists; choose another name");
  const auto text = scenario_text(escaped(path.stem().string()), body, model, place);
  static_cast<void>(read_scenario_text(text, path.string()));  // what we hand out must be valid
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out)
    throw Error(ExitCode::file_error, Location{path.string()},
                "the file cannot be written; check the folder and its permissions");
  log_info(fmt::format("wrote {}; next: knead check {}", path.string(), path.string()));
  return 0;
}

}  // namespace

Command new_command() {
  return {"new",
          "write a commented scenario to start from",
          {{.name = "NAME", .about = "name of the file", .required = true},
           {.name = "--body", .about = "a body; knead list bodies", .placeholder = "B", .fallback = "lower-back"},
           {.name = "--technique",
            .about = "a technique; knead list techniques",
            .placeholder = "T",
            .fallback = "effleurage"}},
          &run_new};
}

}  // namespace knead
