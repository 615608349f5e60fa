#include "io/record.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include <sys/resource.h>
#include <sys/wait.h>

#include "base/error.hpp"
#include "catch.hpp"
#include "unit/io/example.hpp"

using namespace knead;
namespace fs = std::filesystem;

namespace {

// Six times the signed volume of the tetrahedron a b c d.
double six_volumes(const Vec3d& a, const Vec3d& b, const Vec3d& c, const Vec3d& d) {
  return dot(b - a, cross(c - a, d - a));
}

std::string code_and_message(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    return std::to_string(static_cast<int>(error.code())) + " " + error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("Sub-hexahedra are right-handed and fill the reference element") {
  double volume = 0;
  for (const auto& hexahedron : sub_hexahedra()) {
    std::array<Vec3d, 8> x;
    for (std::size_t c = 0; c < 8; ++c) {
      const int a = hexahedron[c];
      x[c] = {{a % 3 - 1.0, a / 3 % 3 - 1.0, a / 9 - 1.0}};
    }
    // Six tetrahedra around the diagonal 0-6; all must turn the same way.
    const int turn[7] = {1, 2, 3, 7, 4, 5, 1};
    for (int t = 0; t < 6; ++t) {
      const double v =
          six_volumes(x[0], x[static_cast<std::size_t>(turn[t])], x[static_cast<std::size_t>(turn[t + 1])], x[6]) / 6;
      CHECK(v > 0);
      volume += v;
    }
  }
  CHECK(volume == Approx(8.0));
}

TEST_CASE("Sub-hexahedra name the nodes of VTK's tri-quadratic cell") {
  // VTK's order of the 27 nodes (vtkTriQuadraticHexahedron) in lexicographic numbers, and its eight parts.
  const int vtk[27] = {0,  2,  8, 6,  18, 20, 26, 24, 1,  5,  7, 3,  19, 23,
                       25, 21, 9, 11, 17, 15, 12, 14, 10, 16, 4, 22, 13};
  const int parts[8][8] = {{0, 8, 24, 11, 16, 22, 26, 20},  {8, 1, 9, 24, 22, 17, 21, 26},
                           {11, 24, 10, 3, 20, 26, 23, 19}, {24, 9, 2, 10, 26, 21, 18, 23},
                           {16, 22, 26, 20, 4, 12, 25, 15}, {22, 17, 21, 26, 12, 5, 13, 25},
                           {20, 26, 23, 19, 15, 25, 14, 7}, {26, 21, 18, 23, 25, 13, 6, 14}};
  for (std::size_t c = 0; c < 8; ++c)
    for (std::size_t k = 0; k < 8; ++k) CHECK(sub_hexahedra()[c][k] == vtk[parts[c][k]]);
}

TEST_CASE("The file is what other readers of HDF5 and VTKHDF expect") {
  const example::Folder folder;
  const bool compress = GENERATE(true, false);
  const auto path = folder / "run.vtkhdf";
  const auto mesh = example::write(path, 5, compress);
  CHECK_FALSE(fs::exists(folder / "run.vtkhdf.partial"));
  CHECK_FALSE(fs::exists(folder / "run.vtkhdf.lock"));
  const std::string script = std::string(KNEAD_SOURCE_DIR) + "/tests/unit/io/check_record.py";
  const std::string python = fs::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
  const int status = std::system((python + " '" + script + "' '" + path.string() + "' 5").c_str());
  if (WEXITSTATUS(status) == 77) {
    WARN("skipped: python3 with h5py and numpy was not found");
    return;
  }
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("VTK reads the first step and finds the volume of the mesh") {
  const example::Folder folder;
  const auto path = folder / "run.vtkhdf";
  example::write(path, 3);
  const std::string script = std::string(KNEAD_SOURCE_DIR) + "/tests/unit/io/check_vtk.py";
  const std::string python = fs::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
  const int status = std::system((python + " '" + script + "' '" + path.string() + "'").c_str());
  if (WEXITSTATUS(status) == 77) {
    WARN("skipped: Python's VTK was not found");
    return;
  }
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("What was recorded is read back") {
  const example::Folder folder;
  const auto path = folder / "run.vtkhdf";
  const auto mesh = example::write(path, 4);
  const ResultFile result(path);
  CHECK(result.finished());
  REQUIRE(result.times() == std::vector<double>{0, 0.05, 0.05 * 2, 0.05 * 3});
  CHECK(result.nearest_step(0.11) == 2);
  REQUIRE(result.num_points() == mesh.num_nodes());
  CHECK((result.elements() == mesh.cells));
  const auto points = result.points();
  for (std::size_t i = 0; i < points.size(); ++i)
    for (int k = 0; k < 3; ++k) REQUIRE(points[i][k] == mesh.points[i][k]);

  REQUIRE(result.fields().size() == 3);
  for (int step = 0; step < 4; ++step) {
    for (const auto& field : example::fields()) {
      const auto values = result.field(field.name, step);
      const std::size_t rows = field.association == Association::point ? mesh.points.size() : 8 * mesh.cells.size();
      REQUIRE(values.size() == rows * static_cast<std::size_t>(field.components));
      for (std::size_t i = 0; i < values.size(); ++i)
        REQUIRE(values[i] == static_cast<float>(example::value(field.name, step, i)));
      const auto& read = result.field_info(field.name);
      CHECK(read.units == field.units);
      CHECK(read.sign == field.sign);
      CHECK(read.reference == field.reference);
      CHECK(read.components == field.components);
    }
  }
  const auto tissue = result.static_field("tissue");
  REQUIRE(tissue.size() == 8 * mesh.cells.size());
  for (std::size_t i = 0; i < tissue.size(); ++i) REQUIRE(tissue[i] == mesh.cell_tissue[i / 8]);
  CHECK(result.static_field("region")[5] == 3);
  CHECK(result.static_field("parent_element")[17] == 2);
  CHECK(result.field("layer", 0)[8 * 7] == 1.0f);

  const auto& info = result.info();
  CHECK(info.anatomy == "imported body");
  CHECK(info.title == "Effleurage, lower back – left side");
  CHECK(info.scenario_text == "knead = 1\ntitle = \"é\"\n");
  CHECK(info.notes == std::vector<std::string>{"first assumption", "a second, longer assumption"});
  CHECK(info.tissues == std::vector<std::string>{"muscle", "skin"});
  CHECK(info.regions.empty());
  CHECK(info.git_hash.empty());
  CHECK(info.threads == 2);
  REQUIRE(info.holder.size() == mesh.points.size());
  CHECK(info.holder[0] == 1);
  REQUIRE(info.landmarks.size() == 2);
  CHECK(info.landmarks[1].name == "T12");
  CHECK(info.landmarks[1].position[2] == 0.45);
  REQUIRE(info.applicators.size() == 2);
  CHECK(info.applicators[0].parameters.at("b") == 0.05);
  CHECK(info.applicators[1].kind == "sphere");

  const auto poses = result.poses(3);
  REQUIRE(poses.size() == 2);
  CHECK(poses[0].position[1] == -0.2 + 0.001 * 3);
  CHECK(poses[0].rotation(0, 1) == -1);
  CHECK(poses[0].force[1] == 25);
  CHECK_FALSE(poses[1].active);

  const auto faces = result.face_sets();
  REQUIRE(faces.size() == 1);
  CHECK(faces[0].name == "top");
  REQUIRE(faces[0].faces.size() == 6);
  CHECK(faces[0].faces[0].cell == 6);
  CHECK(faces[0].faces[0].side == Side::zeta_plus);

  const auto history = result.history();
  REQUIRE(history.num_rows == 4);
  CHECK(history.columns[1].units == "N");
  CHECK(history.column("contact_force") == std::vector<double>{25, 26, 27, 28});
  CHECK(code_and_message([&] { history.column("contact_forse"); }).find("did you mean \"contact_force\"") !=
        std::string::npos);
  CHECK(code_and_message([&] { result.field("tissue_presure", 0); }).find("did you mean \"tissue_pressure\"") !=
        std::string::npos);
  CHECK(code_and_message([&] { result.field("displacement", 9); }).substr(0, 2) == "2 ");
}

TEST_CASE("Rounding keeps the asked number of bits") {
  const example::Folder folder;
  const auto mesh = example::block(1, 1, 1);
  RecordSettings settings;
  settings.precision_bits = 15;
  Recorder recorder(folder / "run.vtkhdf", mesh, {}, RunInfo{}, {find_field("gap")}, {}, settings);
  std::vector<double> values(27);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = (i % 2 ? -1 : 1) * std::exp(0.7 * static_cast<double>(i) - 9);
  values[3] = 0;
  values[4] = 3.4e38;
  recorder.write_step(0, std::vector<FieldValues>{{"gap", values}});
  recorder.finish();
  const auto read = ResultFile(folder / "run.vtkhdf").field("gap", 0);
  double largest = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] != 0) largest = std::max(largest, std::abs(read[i] / values[i] - 1));
    int exponent = 0;
    const double scaled = std::ldexp(std::frexp(static_cast<double>(read[i]), &exponent), 16);
    CHECK(scaled == std::floor(scaled));  // 15 stored bits and the leading one
  }
  CHECK(read[3] == 0);
  CHECK(largest < std::ldexp(1.0, -16) * 1.001);
  CHECK(largest > std::ldexp(1.0, -20));
}

TEST_CASE("A record is cut back and continued as if nothing had happened") {
  const example::Folder folder;
  const auto straight = folder / "straight.vtkhdf", resumed = folder / "resumed.vtkhdf";
  const auto mesh = example::write(straight, 6);
  example::write(resumed, 5);
  const auto size = fs::file_size(resumed);
  truncate_record(resumed, 3, 2);
  CHECK(fs::file_size(resumed) < size);
  {
    const ResultFile cut(resumed);
    CHECK_FALSE(cut.finished());
    CHECK(cut.num_steps() == 3);
    CHECK(cut.history().num_rows == 2);
    CHECK(cut.field("tissue_pressure", 2).front() == static_cast<float>(example::value("tissue_pressure", 2, 0)));
  }
  {
    auto recorder = Recorder::resume(resumed, 3, 2);
    CHECK(recorder.num_steps() == 3);
    CHECK(recorder.num_history_rows() == 2);
    CHECK(recorder.history_columns().size() == 2);
    recorder.write_history(std::vector<double>{0.1, 27});
    for (int step = 3; step < 6; ++step) example::write_step(recorder, mesh, step);
    recorder.finish();
  }
  const auto told = code_and_message([&] { truncate_record(resumed, 7, 2); });
  INFO(told);
  CHECK(told.find("holds 6 steps, not 7") != std::string::npos);
  CHECK(code_and_message([&] { truncate_record(folder / "none", 7, 2); }).substr(0, 2) == "5 ");

  truncate_record(resumed, 6, 6);
  Recorder::resume(resumed, 6, 6).finish();
  const ResultFile a(straight), b(resumed);
  CHECK(a.times() == b.times());
  CHECK((a.history().values == b.history().values));
  CHECK(b.finished());
  for (int step = 0; step < 6; ++step) {
    for (const auto& field : a.fields()) CHECK((a.field(field.name, step) == b.field(field.name, step)));
    CHECK(a.poses(step)[0].position[1] == b.poses(step)[0].position[1]);
  }
}

TEST_CASE("A finished result is not overwritten, an unfinished one is") {
  const example::Folder folder;
  const auto path = folder / "run.vtkhdf";
  example::write(path, 2);
  CHECK(code_and_message([&] { example::write(path, 1); }).find("--force") != std::string::npos);
  CHECK(ResultFile(path).num_steps() == 2);
  truncate_record(path, 1, 1);
  example::write(path, 3);
  CHECK(ResultFile(path).num_steps() == 3);
}

TEST_CASE("Two programs do not write the same result") {
  const example::Folder folder;
  const auto path = folder / "run.vtkhdf";
  const auto mesh = example::block(1, 1, 1);
  Recorder first(path, mesh, {}, RunInfo{}, example::fields(), {});
  const auto told = code_and_message([&] { Recorder(path, mesh, {}, RunInfo{}, example::fields(), {}); });
  CHECK(told.substr(0, 2) == "5 ");
  CHECK(told.find("process " + std::to_string(getpid())) != std::string::npos);
  first.finish();
  RecordSettings settings;
  settings.overwrite = true;
  Recorder second(path, mesh, {}, RunInfo{}, example::fields(), {}, settings);
}

TEST_CASE("A folder that is not there is named") {
  const auto told =
      code_and_message([] { Recorder("no-such-folder/run.vtkhdf", example::block(1, 1, 1), {}, RunInfo{}, {}, {}); });
  CHECK(told.find("5 no-such-folder/run.vtkhdf: ") == 0);
  CHECK(told.find("does not exist") != std::string::npos);
}

TEST_CASE("A running result can be read") {
  const example::Folder folder;
  const auto path = folder / "run.vtkhdf";
  const auto mesh = example::block(2, 1, 1);
  Recorder recorder(path, mesh, {}, example::info(mesh), example::fields(), example::history());
  CHECK(code_and_message([&] { ResultFile(path).nearest_step(0); }).find("no finished step") != std::string::npos);
  for (int step = 0; step < 3; ++step) {
    example::write_step(recorder, mesh, step);
    const ResultFile result(path);
    CHECK_FALSE(result.finished());
    CHECK(result.num_steps() == step + 1);
    CHECK(result.field("displacement", step)[1] == static_cast<float>(example::value("displacement", step, 1)));
  }
}

TEST_CASE("A full disk is told in one sentence and costs no finished step") {
  const example::Folder folder;
  const auto path = folder / "run.vtkhdf";
  // The limit on the size of a file stands in for the disk. It holds for a whole process, so a child does the writing.
  const long limit = GENERATE(20'000L, 6'000'000L, 6'543'211L, 7'654'321L, 8'000'001L);
  const auto told_path = folder / "told";
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit most{static_cast<rlim_t>(limit), static_cast<rlim_t>(limit)};
    setrlimit(RLIMIT_FSIZE, &most);
    int written = 0;
    const auto told = code_and_message([&] {
      const auto mesh = example::block(6, 6, 6);
      RecordSettings settings;
      settings.compress = false;
      Recorder recorder(path, mesh, {}, example::info(mesh), example::fields(), example::history(), settings);
      for (int step = 0; step < 1000; ++step) {
        try {
          example::write_step(recorder, mesh, step);
        } catch (const Error&) {
          // A second try must fail cleanly, too.
          CHECK_THROWS_AS(example::write_step(recorder, mesh, step), Error);
          throw;
        }
        ++written;
      }
    });
    std::ofstream(told_path) << written << '\n' << told;
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  std::ifstream in(told_path);
  int written = -1;
  std::string told;
  in >> written;
  in.ignore();
  std::getline(in, told);
  INFO(told);
  CHECK(told.find("5 " + path.string() + ": the result cannot be written: ") == 0);
  CHECK(told.find("File too large") != std::string::npos);
  if (limit < 100'000) {
    CHECK(written == 0);
    CHECK_FALSE(fs::exists(path));
    CHECK_FALSE(fs::exists(folder / "run.vtkhdf.partial"));
    return;
  }
  CHECK(written > 0);
  const ResultFile result(path);
  REQUIRE(result.num_steps() >= written);
  for (int step = 0; step < written; ++step)
    CHECK(result.field("tissue_pressure", step).back() ==
          static_cast<float>(example::value("tissue_pressure", step, 8 * 216 - 1)));
}
