// knead import of hexahedral meshes.
#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/progress.hpp"
#include "base/units.hpp"
#include "body/mesh_import.hpp"
#include "import_parts.hpp"
#include "measure/text_file.hpp"
#include "scenario/models.hpp"

namespace knead {
namespace {

namespace fs = std::filesystem;

std::string toml_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::map<std::string, std::string> tissues_of(const Given& given, const ImportedMesh& mesh) {
  std::map<std::string, std::string> sheets;
  for (const std::string& text : given.values("--tissue")) {
    const auto equals = text.rfind('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
      throw Error(ExitCode::wrong_usage, fmt::format("--tissue {}: write a volume and its tissue, for example --tissue "
                                                     "\"calf=muscle\"",
                                                     in_quotes(text)));
    const std::string volume = text.substr(0, equals);
    if (std::find(mesh.tissues.begin(), mesh.tissues.end(), volume) == mesh.tissues.end())
      throw Error(ExitCode::wrong_usage,
                  fmt::format("--tissue {}: the mesh has no volume {}{}; it has {}", in_quotes(text), in_quotes(volume),
                              did_you_mean(volume, mesh.tissues), fmt::join(mesh.tissues, ", ")));
    sheets[volume] = text.substr(equals + 1);
  }
  const auto folders = standard_model_folders(fs::current_path());
  for (const std::string& volume : mesh.tissues) {
    if (sheets.contains(volume)) continue;
    if (!model_exists(folders, "tissues", volume))
      throw Error(ExitCode::wrong_usage, fmt::format("the volume {} of the mesh needs a tissue: say it with --tissue "
                                                     "\"{}=muscle\"; knead list tissues shows them",
                                                     in_quotes(volume), volume));
    sheets[volume] = volume;
  }
  return sheets;
}

std::string text_of(const Given& given, const fs::path& input, const std::string& name, const std::string& file,
                    const ImportedMesh& mesh) {
  std::string out = fmt::format(
      "# A mesh of another program, written by knead import: edit it as you like. Places on it are points in its "
      "axes.\n"
      "knead = 1\nkind = \"body\"\nname = {}\ntitle = {}\nchart = \"mesh\"\nmesh = {}   # beside this file\n"
      "unit = {}   # of its coordinates\n",
      toml_text(name), toml_text("mesh " + input.filename().string()), toml_text(file),
      toml_text(given.value("--unit")));
  std::string skin = given.value("--skin-surface");
  if (skin.empty() && !faces_of(mesh.mesh, skin_set(mesh.mesh)).empty()) skin = skin_set(mesh.mesh);
  if (!skin.empty()) out += fmt::format("skin = {}   # the surface that applicators touch\n", toml_text(skin));
  out += "down = [0.0, 0.0, -1.0]   # of gravity, in the axes of the mesh\n";
  for (const auto& [volume, sheet] : tissues_of(given, mesh))
    out += fmt::format("\n[[tissue]]\ngroup = {}\ntissue = {}\n", toml_text(volume), toml_text(sheet));
  for (const std::string& surface : given.values("--hold"))
    out += fmt::format("\n[[hold]]\non = {}\n", toml_text(surface));
  return out;
}

}  // namespace

int import_mesh(const Given& given, const fs::path& input, const fs::path& output) {
  const std::string name = output.stem().string(), file = name + ".msh";
  const fs::path copy = output.parent_path() / file;
  std::error_code problem;
  const bool in_place = fs::equivalent(input, copy, problem);
  refuse_existing(output, given.flag("--force"));
  if (!in_place) refuse_existing(copy, given.flag("--force"));
  if (given.values("--hold").empty())
    throw Error(ExitCode::wrong_usage, "nothing holds this mesh: name a surface of bone or of a table with --hold");
  const double unit = positive_length(given, "--unit");

  Progress progress("import");
  progress.update(0, "reading");
  const auto leave_nothing = [&] {
    fs::remove(output, problem);
    if (!in_place) fs::remove(copy, problem);
  };
  Body body;
  std::vector<std::string> surfaces;
  try {
    if (input.extension() != ".msh") {
      write_text_file(copy, gmsh_from_vtk(input, given.value("--array")));
    } else if (given.has("--array")) {
      throw Error(ExitCode::wrong_usage, "--array is for meshes of VTK; physical groups tell volumes of Gmsh apart");
    }
    const ImportedMesh mesh = import_gmsh((input.extension() == ".msh" ? input : copy).string(), {unit});
    progress.update(0.5, "body");
    for (const auto& [surface, faces] : mesh.mesh.faces) surfaces.push_back(surface);
    const std::string text = text_of(given, input, name, file, mesh);
    if (input.extension() == ".msh" && !in_place) fs::copy_file(input, copy, fs::copy_options::overwrite_existing);
    write_text_file(output, text);
    body = trial_body(output, Laterality::right, 8e-3);
  } catch (const fs::filesystem_error&) {
    leave_nothing();
    throw Error(ExitCode::file_error, Location{copy.string()}, "the mesh cannot be copied here");
  } catch (...) {
    leave_nothing();
    throw;
  }
  progress.finish();
  for (const std::string& note : body.notes) log_info(note);
  log_info(volumes_of(body));
  log_info(fmt::format("in a scenario: body.name = \"{}\", with [[applicator]] at points in the axes of the mesh",
                       output.filename().string()));
  print_result(output.string() + "\n" + copy.string() + "\n");
  return static_cast<int>(ExitCode::done);
}

#ifndef KNEAD_HAVE_VTK
std::string gmsh_from_vtk(const fs::path& path, const std::string&) {
  throw Error(ExitCode::invalid_input, Location{path.string()},
              "this program was built without VTK and reads meshes of Gmsh only; save the mesh as .msh");
}
#endif

}  // namespace knead
