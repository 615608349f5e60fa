// knead import as people use it: from a label map to a scenario that runs.
#include <filesystem>
#include <iterator>
#include <sstream>

#include <nlohmann/json.hpp>

#include "body/nifti_file.hpp"
#include "catch.hpp"
#include "io/hdf5.hpp"
#include "run_program.hpp"
#include "unit/body/leg_fixture.hpp"

using knead::test::SampleLeg;
namespace h5 = knead::h5;

namespace {

const std::string names =
    "3 femur_right\n10 thigh_posterior_compartment_right\n11 quadriceps_femoris_right\n20 subcutaneous_fat\n";

const std::string scenario = R"(knead = 1
title = "a press on an imported leg"
[body]
name = "my-leg.toml"
side = "right"
element_size = "24 mm"
[tissue]
tone = { thigh_posterior_compartment_right = "tight" }
[[stroke]]
name = "press"
at = "posterior + 5 mm lateral"
shape = { kind = "sphere", radius = "25 mm" }
force = "4 N"
hold = "0.1 s"
approach = "0.1 s"
ramp = "0.1 s"
release = "0.1 s"
rest = "0.1 s"
[time]
step = "0.1 s"
[expect."press"]
peak_normal_force = { value = "4 N", within = "5 %" }
)";

// A folder with leg.nii.gz and names.txt.
struct LegFolder : TemporaryFolder {
  LegFolder() {
    SampleLeg leg;
    write_nifti(leg.scan(4e-3, 0.06, {1, 0, 2}, {true, false, true}), (path / "leg.nii.gz").string());
    write_file(path / "names.txt", names);
  }
  Outcome import(const std::string& rest) const {
    return knead_program("import leg.nii.gz " + rest, "cd " + quoted_for_shell(path.string()) + " && ");
  }
};

}  // namespace

TEST_CASE("A label map becomes a body that a scenario checks and runs") {
  const LegFolder folder;
  const auto imported = folder.import("--labels names.txt -o my-leg.toml --element-size '20 mm'");
  INFO(imported.err);
  REQUIRE(imported.code == 0);
  CHECK(imported.out == "my-leg.toml\nmy-leg.nii.gz\n");
  CHECK(contains(imported.err, "least scaled Jacobian"));
  CHECK(contains(imported.err, "body.name = \"my-leg.toml\", body.side = \"right\""));
  write_file(folder.path / "press.toml", scenario);
  const std::string file = quoted_for_shell((folder.path / "press.toml").string());
  const auto checked = knead_program("check --json " + file);
  INFO(checked.err);
  REQUIRE(checked.code == 0);
  const auto answer = nlohmann::json::parse(checked.out);
  CHECK(answer["min_scaled_jacobian"].get<double>() > 0.2);
  const auto at = answer["places"][0]["point_m"];
  CHECK(at[0].get<double>() > 0);      // lateral of a right leg
  CHECK(at[1].get<double>() < -0.06);  // behind
  // Again: nothing is replaced unasked.
  const auto again = folder.import("--labels names.txt -o my-leg.toml");
  CHECK(again.code == 5);
  CHECK(contains(again.err, "--force"));
  const auto ran =
      knead_program("run " + file + " --no-picture --threads 1 -o " + quoted_for_shell((folder.path / "out").string()));
  INFO(ran.err);
  CHECK(ran.code == 0);
}

TEST_CASE("What cannot be imported is refused with its sentence and leaves nothing behind") {
  const LegFolder folder;
  struct Bad {
    const char* arguments;
    int code;
    const char* says;
  };
  for (const Bad& bad : {Bad{"-o my-leg.toml", 3, "It is not known what label 3, label 10, label 11, label 20 are"},
                         Bad{"--labels names.txt --crop 'z=1 m..2 m' -o my-leg.toml", 3, "leaves nothing"},
                         Bad{"--labels names.txt --crop 'up=1 m..2 m' -o my-leg.toml", 2, "is not a range"},
                         Bad{"--labels names.txt --crop 'z=2 m..1 m' -o my-leg.toml", 2, "smaller value first"},
                         Bad{"--labels names.txt --muscle femur_right -o my-leg.toml", 3, "No label is a bone"},
                         Bad{"--labels names.txt --bone femur_righ -o my-leg.toml", 3, "did you mean \"femur_right\""},
                         Bad{"--labels names.txt --voxel-size '9 mm' -o my-leg.toml", 3, "too coarse"},
                         Bad{"--labels names.txt --element-size '90 mm' -o my-leg.toml", 3, "too coarse for this body"},
                         Bad{"--labels names.txt --skin '30 mm' -o my-leg.toml", 3, "thickness must lie between"},
                         Bad{"--labels names.txt --skin thick -o my-leg.toml", 2, "--skin thick"},
                         Bad{"--labels missing.txt -o my-leg.toml", 5, "cannot be opened"},
                         Bad{"--labels names.txt -o leg.nii.gz", 2, "a body is a TOML file"},
                         Bad{"--labels names.txt -o leg.toml --force", 2, "would replace the scan"}}) {
    INFO(bad.arguments);
    const auto outcome = folder.import(bad.arguments);
    INFO(outcome.err);
    CHECK(outcome.code == bad.code);
    CHECK(contains(outcome.err, bad.says));
    CHECK(outcome.out.empty());
    CHECK_FALSE(std::filesystem::exists(folder.path / "my-leg.toml"));
    CHECK_FALSE(std::filesystem::exists(folder.path / "my-leg.nii.gz"));
  }
  const std::string whole = read_file(folder.path / "leg.nii.gz");
  write_file(folder.path / "leg.nii.gz", whole.substr(0, whole.size() / 2));
  const auto cut = folder.import("--labels names.txt -o my-leg.toml");
  CHECK(cut.code == 3);
  CHECK(contains(cut.err, "leg.nii.gz"));
  write_file(folder.path / "press.toml", scenario);
  const auto missing = knead_program("check " + quoted_for_shell((folder.path / "press.toml").string()));
  CHECK(missing.code == 3);
  CHECK(contains(missing.err, "there is no file"));
}

namespace {

// A box of 30 x 30 x 20 mm in 3 x 3 x 2 hexahedra, of two materials one above the other, as text of a mesh file.
struct Box {
  static constexpr int nx = 3, ny = 3, nz = 2;
  std::string points, numbered_points, vtk_cells, gmsh_cells, gmsh_bottom, held, tissue;
  int num_points = 0, num_cells = 0;

  static int node(int i, int j, int k) { return i + (nx + 1) * (j + (ny + 1) * k); }
  Box() {
    for (int k = 0; k <= nz; ++k)
      for (int j = 0; j <= ny; ++j)
        for (int i = 0; i <= nx; ++i) {
          const std::string place =
              std::to_string(10 * i) + " " + std::to_string(10 * j) + " " + std::to_string(10 * k) + "\n";
          points += place;
          numbered_points += std::to_string(++num_points) + " " + place;
          held += k == 0 ? "1 " : "0 ";
        }
    for (int k = 0; k < nz; ++k)
      for (int j = 0; j < ny; ++j)
        for (int i = 0; i < nx; ++i) {
          gmsh_cells += std::to_string(++num_cells) + " 5 2 " + std::to_string(k + 1) + " 1";
          for (int n : {node(i, j, k), node(i + 1, j, k), node(i + 1, j + 1, k), node(i, j + 1, k), node(i, j, k + 1),
                        node(i + 1, j, k + 1), node(i + 1, j + 1, k + 1), node(i, j + 1, k + 1)}) {
            vtk_cells += std::to_string(n) + " ";
            gmsh_cells += " " + std::to_string(n + 1);
          }
          gmsh_cells += "\n";
          tissue += std::to_string(k) + " ";
        }
    for (int j = 0; j < ny; ++j)
      for (int i = 0; i < nx; ++i) {
        gmsh_bottom += std::to_string(100 + i + nx * j) + " 3 2 7 1";
        for (int n : {node(i, j, 0), node(i, j + 1, 0), node(i + 1, j + 1, 0), node(i + 1, j, 0)})
          gmsh_bottom += " " + std::to_string(n + 1);
        gmsh_bottom += "\n";
      }
  }
  std::string gmsh() const {
    return "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$PhysicalNames\n3\n3 1 \"muscle\"\n3 2 \"padding\"\n2 7 \"bone\"\n"
           "$EndPhysicalNames\n$Nodes\n" +
           std::to_string(num_points) + "\n" + numbered_points + "$EndNodes\n$Elements\n" +
           std::to_string(num_cells + nx * ny) + "\n" + gmsh_cells + gmsh_bottom + "$EndElements\n";
  }
  std::string vtu() const {
    const auto array = [](const char* type, const std::string& rest, const std::string& values) {
      return std::string("<DataArray type=\"") + type + "\" " + rest + " format=\"ascii\">" + values + "</DataArray>";
    };
    std::string offsets, types;
    for (int c = 1; c <= num_cells; ++c) offsets += std::to_string(8 * c) + " ", types += "12 ";
    return "<VTKFile type=\"UnstructuredGrid\" version=\"0.1\" byte_order=\"LittleEndian\"><UnstructuredGrid><Piece "
           "NumberOfPoints=\"" +
           std::to_string(num_points) + "\" NumberOfCells=\"" + std::to_string(num_cells) + "\"><PointData>" +
           array("Int32", "Name=\"held\"", held) + "</PointData><CellData>" +
           array("Int32", "Name=\"tissue\"", tissue) + "</CellData><Points>" +
           array("Float64", "NumberOfComponents=\"3\"", points) + "</Points><Cells>" +
           array("Int64", "Name=\"connectivity\"", vtk_cells) + array("Int64", "Name=\"offsets\"", offsets) +
           array("UInt8", "Name=\"types\"", types) + "</Cells></Piece></UnstructuredGrid></VTKFile>\n";
  }
  // As the file format of VTKHDF 1.0 says: one piece of an UnstructuredGrid.
  void write_vtkhdf(const std::filesystem::path& path) const {
    const auto numbers = []<class T>(T, const std::string& text) {
      std::istringstream in(text);
      return std::vector<T>(std::istream_iterator<T>(in), {});
    };
    std::vector<std::int64_t> offsets;
    for (int c = 0; c <= num_cells; ++c) offsets.push_back(8 * c);
    const h5::Handle file = h5::create_file(path);
    const h5::Handle root = h5::create_group(file, "VTKHDF");
    h5::write_attribute(root, "Version", std::vector<std::int64_t>{1, 0});
    h5::write_attribute(root, "Type", std::string("UnstructuredGrid"));
    const std::vector<double> at = numbers(0.0, points);
    h5::write_array<double>(root, "Points", {static_cast<hsize_t>(num_points), 3}, at);
    h5::write_array(root, "Connectivity", numbers(std::int64_t{}, vtk_cells));
    h5::write_array(root, "Offsets", offsets);
    h5::write_array(root, "Types", std::vector<std::uint8_t>(static_cast<std::size_t>(num_cells), 12));
    h5::write_array(root, "NumberOfPoints", std::vector<std::int64_t>{num_points});
    h5::write_array(root, "NumberOfCells", std::vector<std::int64_t>{num_cells});
    h5::write_array(root, "NumberOfConnectivityIds", std::vector<std::int64_t>{8 * num_cells});
    h5::write_array(h5::create_group(root, "PointData"), "held", numbers(std::int32_t{}, held));
    h5::write_array(h5::create_group(root, "CellData"), "tissue", numbers(std::int32_t{}, tissue));
  }
};

const std::string pressed_box = R"(knead = 1
title = "a ball on an imported mesh"
[body]
name = "box-body.toml"
[[applicator]]
name = "ball"
shape = { kind = "sphere", radius = "20 mm" }
position = ["15 mm", "15 mm", "40 mm"]
axis = [0, 0, -1]
travel = [["0 s", "0 mm"], ["0.2 s", "1 mm"]]
[time]
end = "0.2 s"
step = "0.1 s"
)";

}  // namespace

TEST_CASE("A hexahedral mesh becomes a body that an applicator presses") {
  const TemporaryFolder folder;
  const std::string before = "cd " + quoted_for_shell(folder.path.string()) + " && ";
  const Box box;
  write_file(folder.path / "box.msh", box.gmsh());
  const auto imported =
      knead_program("import box.msh -o box-body.toml --tissue padding=subcutaneous-fat --hold bone", before);
  INFO(imported.err);
  REQUIRE(imported.code == 0);
  CHECK(imported.out == "box-body.toml\nbox-body.msh\n");
  CHECK(contains(imported.err, "muscle 9 ml"));
  CHECK(contains(imported.err, "18 elements, 245 nodes"));
  CHECK(read_file(folder.path / "box-body.msh") == box.gmsh());
  write_file(folder.path / "box.toml", pressed_box);
  const std::string file = quoted_for_shell((folder.path / "box.toml").string());
  const auto checked = knead_program("check --json " + file);
  INFO(checked.err);
  REQUIRE(checked.code == 0);
  // The bottom's 7 x 7 nodes are held.
  CHECK(nlohmann::json::parse(checked.out)["displacement_unknowns"].get<int>() == 3 * (245 - 49));
  const auto ran =
      knead_program("run " + file + " --no-picture --threads 1 -o " + quoted_for_shell((folder.path / "out").string()));
  INFO(ran.err);
  CHECK(ran.code == 0);
  const auto summary = nlohmann::json::parse(read_file(folder.path / "out" / "summary.json"));
  CHECK(summary["statement"] == "imported body; not a medical device; not treatment advice");
  for (const char* key : {"body.posture=prone", "body.gliding=true"}) {
    INFO(key);
    const auto outcome = knead_program("check " + file + " --set '" + key + "'");
    CHECK(outcome.code == 3);
    CHECK(contains(outcome.err, "has no meaning for a mesh that another program made"));
  }
  // Strokes have no landmarks here.
  const std::string stroke =
      "[[stroke]]\nname = \"x\"\nat = \"posterior\"\napplicator = \"thumb\"\nforce = \"5 N\"\nhold = \"1 s\"\n";
  write_file(folder.path / "stroke.toml", "knead = 1\n[body]\nname = \"box-body.toml\"\n" + stroke);
  const auto refused = knead_program("check " + quoted_for_shell((folder.path / "stroke.toml").string()));
  CHECK(refused.code == 3);
  CHECK(contains(refused.err, "use [[applicator]]"));

  const std::pair<const char*, const char*> bad[] = {
      {"--hold bone", "needs a tissue: say it with --tissue"},
      {"--tissue padding=subcutaneous-fat", "nothing holds this mesh"},
      {"--tissue pading=subcutaneous-fat --hold bone", "did you mean \"padding\""},
      {"--tissue padding=subcutaneous-fat --hold bones", "did you mean \"bone\""},
      {"--tissue padding=fatt --hold bone", "there is no \"fatt\""},
      {"--tissue padding=subcutaneous-fat --hold bone --unit '1 m'", "give the unit"},
      {"--tissue padding=subcutaneous-fat --hold bone --side left", "--side is not for meshes"}};
  for (const auto& [arguments, says] : bad) {
    INFO(arguments);
    const auto outcome = knead_program(std::string("import box.msh -o other.toml ") + arguments, before);
    INFO(outcome.err);
    CHECK((outcome.code == 2 || outcome.code == 3));
    CHECK(contains(outcome.err, says));
    CHECK_FALSE(std::filesystem::exists(folder.path / "other.toml"));
    CHECK_FALSE(std::filesystem::exists(folder.path / "other.msh"));
  }
}

TEST_CASE("A mesh of VTK becomes the same body as that of Gmsh") {
  const TemporaryFolder folder;
  const std::string before = "cd " + quoted_for_shell(folder.path.string()) + " && ";
  const std::string ending = GENERATE("vtu", "vtkhdf");
  INFO(ending);
  if (ending == "vtu") {
    write_file(folder.path / "box.vtu", Box().vtu());
  } else {
    Box().write_vtkhdf(folder.path / "box.vtkhdf");
  }
  const std::string arguments = "import box." + ending +
                                " -o box-body.toml --tissue 'tissue 0=muscle' --tissue 'tissue 1=subcutaneous-fat' "
                                "--hold held";
  const auto imported = knead_program(arguments, before);
  INFO(imported.err);
#ifdef KNEAD_HAVE_VTK
  REQUIRE(imported.code == 0);
  CHECK(contains(imported.err, "muscle 9 ml"));
  CHECK(contains(imported.err, "subcutaneous-fat 9 ml"));
  CHECK(contains(imported.err, "18 elements, 245 nodes"));
  write_file(folder.path / "box.toml", pressed_box);
  const auto checked = knead_program("check --json " + quoted_for_shell((folder.path / "box.toml").string()));
  INFO(checked.err);
  REQUIRE(checked.code == 0);
  CHECK(nlohmann::json::parse(checked.out)["displacement_unknowns"].get<int>() == 3 * (245 - 49));
  const auto unknown = knead_program(arguments + " --force --array tisue", before);
  CHECK(unknown.code == 3);
  CHECK(contains(unknown.err, "did you mean \"tissue\""));
  write_file(folder.path / ("bad." + ending), "<VTKFile>");
  CHECK(knead_program("import bad." + ending + " -o bad.toml --hold held", before).code == 3);
#else
  CHECK(imported.code == 3);
  CHECK(contains(imported.err, "without VTK"));
#endif
}
