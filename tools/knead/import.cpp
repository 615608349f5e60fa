// knead import: a segmented scan becomes a body.
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/progress.hpp"
#include "base/units.hpp"
#include "body/chart_body.hpp"
#include "body/hexahedron.hpp"
#include "body/nifti_file.hpp"
#include "body/scan_import.hpp"
#include "command.hpp"
#include "import_parts.hpp"
#include "measure/text_file.hpp"
#include "scenario/models.hpp"

namespace knead {
namespace {

namespace fs = std::filesystem;

// "z=-300 mm..-50 mm"
void add_crop(const std::string& text, ScanImportSettings& settings) {
  const auto equals = text.find('='), dots = text.find("..");
  const std::string axis = text.substr(0, text.find_first_of(" ="));
  const std::size_t a = std::string("xyz").find(axis);
  if (axis.size() != 1 || a == std::string::npos || equals == std::string::npos || dots == std::string::npos)
    throw Error(
        ExitCode::wrong_usage,
        fmt::format("--crop {} is not a range along an axis; write for example --crop \"z=-300 mm..-50 mm\" (x to "
                    "the right, y anterior, z up)",
                    in_quotes(text)));
  const double low = parse_length("--crop", text.substr(equals + 1, dots - equals - 1));
  const double high = parse_length("--crop", text.substr(dots + 2));
  if (!(low < high))
    throw Error(ExitCode::wrong_usage, fmt::format("--crop {}: give the smaller value first", in_quotes(text)));
  settings.crop[a] = std::pair{low, high};
}

ScanImportSettings settings_of(const Given& given, const fs::path& output) {
  ScanImportSettings settings;
  settings.name = output.stem().string();
  settings.map_name = settings.name + ".nii.gz";
  if (given.has("--labels")) {
    settings.names_path = given.value("--labels");
    settings.names = read_label_names(settings.names_path);
  }
  constexpr std::pair<const char*, ScanPart> parts[] = {{"--bone", ScanPart::bone},
                                                        {"--muscle", ScanPart::muscle},
                                                        {"--fat", ScanPart::fat},
                                                        {"--skin-label", ScanPart::skin}};
  for (const auto& [option, part] : parts)
    for (const std::string& word : given.values(option))
      if (!settings.parts.emplace(word, part).second)
        throw Error(ExitCode::wrong_usage, fmt::format("{} {}: this label has a part already", option, word));
  settings.ignored = given.values("--ignore");
  if (given.has("--side")) settings.side = given.value("--side") == "left" ? Laterality::left : Laterality::right;
  settings.around = given.value("--around");
  for (const std::string& text : given.values("--crop")) add_crop(text, settings);
  settings.voxel_size = positive_length(given, "--voxel-size");
  if (given.has("--skin")) settings.skin = positive_length(given, "--skin");
  settings.skin_outside = given.flag("--skin-outside");
  if (given.has("--fat-thickness")) settings.fat = positive_length(given, "--fat-thickness");
  settings.posture = given.value("--posture");
  settings.fascia = given.value("--fascia");
  return settings;
}

fs::path output_of(const Given& given, const fs::path& input) {
  fs::path output = given.value("--output");
  if (output.empty()) {
    output = input.filename();
    while (output.has_extension()) output.replace_extension();
    output += ".toml";
  }
  if (output.extension() != ".toml")
    throw Error(ExitCode::wrong_usage,
                fmt::format("-o {}: a body is a TOML file; write for example -o {}", output.string(),
                            fs::path(output).replace_extension(".toml").string()));
  return output;
}

// Options that say something of the other kind of input only.
void refuse_options(const Given& given, std::initializer_list<const char*> options, const char* what) {
  for (const char* option : options)
    if (given.has(option) || given.flag(option))
      throw Error(ExitCode::wrong_usage, fmt::format("{} is not for {}", option, what));
}

int run_import(const Given& given) {
  const fs::path input = given.value("INPUT"), output = output_of(given, input);
  const std::string ending = input.extension().string();
  if (ending == ".msh" || ending == ".vtu" || ending == ".vtkhdf") {
    refuse_options(given,
                   {"--labels", "--bone", "--muscle", "--fat", "--skin-label", "--ignore", "--side", "--around",
                    "--crop", "--skin", "--skin-outside", "--fat-thickness", "--fascia"},
                   "meshes");
    return import_mesh(given, input, output);
  }
  refuse_options(given, {"--tissue", "--hold", "--skin-surface", "--array"}, "label maps");
  const ScanImportSettings settings = settings_of(given, output);
  const fs::path map = output.parent_path() / settings.map_name;
  refuse_existing(output, given.flag("--force"));
  refuse_existing(map, given.flag("--force"));
  std::error_code problem;
  if (fs::equivalent(input, map, problem))
    throw Error(
        ExitCode::wrong_usage,
        fmt::format("-o {}: the labels of the body would replace the scan; choose another name", output.string()));

  Progress progress("import");
  progress.update(0, "reading");
  const ImportedScan scan = import_scan(read_nifti(input.string()), settings,
                                        [&](const char* stage, double share) { progress.update(0.6 * share, stage); });
  write_nifti(scan.map, map.string());
  write_text_file(output, scan.toml);
  progress.update(0.6, "mesh");
  Body body;
  try {
    body = trial_body(output, scan.side, positive_length(given, "--element-size"));
  } catch (...) {
    fs::remove(output, problem);
    fs::remove(map, problem);
    throw;
  }
  progress.finish();
  for (const std::string& note : scan.notes) log_info(note);
  for (const std::string& note : body.notes) log_info(note);
  log_info(volumes_of(body));
  log_info(fmt::format("in a scenario: body.name = \"{}\", body.side = \"{}\"; see it with: knead render {}",
                       output.filename().string(), scan.side == Laterality::left ? "left" : "right", output.string()));
  print_result(output.string() + "\n" + map.string() + "\n");
  return static_cast<int>(ExitCode::done);
}

}  // namespace

Command import_command() {
  using Kind = Argument::Kind;
  return {
      "import",
      "a limb of a segmented scan (NIfTI) or a hexahedral mesh becomes a body",
      {{.name = "INPUT",
        .about = "a label map: .nii, .nii.gz; a mesh: .msh of Gmsh, .vtu or .vtkhdf of VTK",
        .required = true},
       {.name = "-o,--output", .about = "the body; its labels lie beside it", .placeholder = "BODY.toml"},
       {.name = "--labels", .about = "names of the labels: TOML, or a list with one a line", .placeholder = "FILE"},
       {.name = "--bone",
        .kind = Kind::values,
        .about = "a label that is bone; can be repeated",
        .placeholder = "LABEL"},
       {.name = "--muscle", .kind = Kind::values, .about = "a label that is muscle", .placeholder = "LABEL"},
       {.name = "--fat", .kind = Kind::values, .about = "a label that is fat under the skin", .placeholder = "LABEL"},
       {.name = "--skin-label", .kind = Kind::values, .about = "a label that is skin", .placeholder = "LABEL"},
       {.name = "--ignore", .kind = Kind::values, .about = "a label that is left out", .placeholder = "LABEL"},
       {.name = "--side", .about = "which limb; else from the name of its bone", .choices = {"left", "right"}},
       {.name = "--around",
        .about = "the bone that the elements stand around; else the largest",
        .placeholder = "LABEL"},
       {.name = "--crop",
        .kind = Kind::values,
        .about = "a part of the map, for example \"z=-300 mm..-50 mm\" (x right, y anterior, z up); once an axis",
        .placeholder = "RANGE"},
       {.name = "--voxel-size", .about = "finer voxels are joined", .placeholder = "LENGTH", .fallback = "2 mm"},
       {.name = "--skin", .about = "thickness of the skin; else that of an adult's leg", .placeholder = "LENGTH"},
       {"--skin-outside", Kind::flag, "the labels do not hold the skin: put it around them"},
       {.name = "--fat-thickness", .about = "of maps without a label of fat", .placeholder = "LENGTH"},
       {.name = "--fascia", .about = "a membrane of models/tissues; else by the bone", .placeholder = "TISSUE"},
       {.name = "--posture",
        .about = "what lies on the table",
        .choices = {"prone", "supine", "side"},
        .fallback = "prone"},
       {.name = "--element-size", .about = "of the mesh that is tried", .placeholder = "LENGTH", .fallback = "8 mm"},
       {.name = "--tissue",
        .kind = Kind::values,
        .about = "of a volume of a mesh: \"calf=muscle\"; else the sheet of its name",
        .placeholder = "VOLUME=TISSUE"},
       {.name = "--hold", .kind = Kind::values, .about = "a surface of a mesh that is held", .placeholder = "SURFACE"},
       {.name = "--skin-surface",
        .about = "of a mesh; else \"top\" or \"outer\", or all that is not held",
        .placeholder = "SURFACE"},
       {.name = "--unit", .about = "of a mesh's coordinates", .placeholder = "LENGTH", .fallback = "1 mm"},
       {.name = "--array", .about = "of a VTK mesh: cell data that tells tissues apart", .placeholder = "NAME"},
       {"--force", Kind::flag, "replace a body of that name"}},
      run_import};
}

}  // namespace knead
