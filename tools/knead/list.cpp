#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "applicator/shapes.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "command.hpp"
#include "io/field.hpp"
#include "measure/measures.hpp"
#include "scenario/check.hpp"
#include "scenario/models.hpp"
#include "tissue/fibre_laws.hpp"

namespace knead {
namespace {

struct Line {
  std::string name, about;
};

std::vector<Line> lines_of(const std::string& kind) {
  std::vector<Line> lines;
  if (kind == "laws") {
    for (const auto& law : law_list) lines.push_back({std::string(law.name), std::string(law.line)});
    for (const auto& law : fibre_law_list) lines.push_back({"fibres: " + std::string(law.name), std::string(law.line)});
  } else if (kind == "fields") {
    for (const auto& name : computed_fields()) {
      const auto& field = find_field(name);
      lines.push_back(
          {name, field.units == "1" ? field.description : fmt::format("[{}] {}", field.units, field.description)});
    }
  } else if (kind == "measures") {
    const auto described = [](const auto& measure) {
      return measure.units == "1" ? measure.description : fmt::format("[{}] {}", measure.units, measure.description);
    };
    for (const auto& measure : measure_list()) lines.push_back({measure.name, described(measure)});
    for (const auto& measure : band_measure_list())
      lines.push_back({measure.name, "of a tissue at a depth, in summary.json: " + described(measure)});
  } else if (kind == "shapes") {
    for (const auto& shape : shape_list()) lines.push_back({shape.name, shape.about});
  } else {
    for (const auto& model : list_models(standard_model_folders(std::filesystem::current_path()), kind))
      lines.push_back({model.name, model.summary});
  }
  if (kind == "bodies") {
    lines.push_back({"block", "specimen: a rectangular block, optionally layered"});
    lines.push_back({"cylinder", "specimen: a solid or hollow cylinder, whole or by symmetry"});
    lines.push_back({"sphere", "specimen: a solid or hollow sphere, whole or by symmetry"});
  }
  return lines;
}

int run_list(const Given& given) {
  const auto lines = lines_of(given.value("WHAT"));
  if (given.flag("--json")) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& line : lines) list.push_back({{"name", line.name}, {"about", line.about}});
    print_result(json_text(list) + "\n");
    return 0;
  }
  if (lines.empty())
    throw Error(ExitCode::invalid_input, "no models were found; set KNEAD_MODELS to the folder that holds them");
  std::size_t width = 0;
  for (const auto& line : lines) width = std::max(width, line.name.size());
  std::string out;
  for (const auto& line : lines) out += fmt::format("{:<{}}  {}\n", line.name, width, line.about);
  print_result(out);
  return 0;
}

}  // namespace

Command list_command() {
  return {"list",
          "list what can be named in a scenario",
          {{.name = "WHAT",
            .about = "bodies, tissues, subjects, applicators, techniques, shapes, laws, measures or fields",
            .required = true,
            .choices = {"bodies", "tissues", "subjects", "applicators", "techniques", "shapes", "laws", "measures",
                        "fields"}},
           {"--json", Argument::Kind::flag, "machine-readable"}},
          &run_list};
}

}  // namespace knead
