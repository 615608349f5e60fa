#include <cstdlib>
#include <fstream>
#include <functional>
#include <random>

#include <sys/wait.h>

#include "base/error.hpp"
#include "catch.hpp"
#include "io/read.hpp"
#include "unit/io/example.hpp"

using namespace knead;
namespace fs = std::filesystem;

namespace {

// Everything that a reader offers.
void read_everything(const fs::path& path) {
  const ResultFile result(path);
  result.points();
  result.elements();
  result.face_sets();
  result.history();
  for (const auto& field : result.static_fields()) result.static_field(field.name);
  for (int step = 0; step < result.num_steps(); ++step) {
    for (const auto& field : result.fields()) result.field(field.name, step);
    result.poses(step);
  }
}

// "" when all could be read, otherwise the code and the sentence of the error.
std::string outcome(const fs::path& path) {
  try {
    read_everything(path);
  } catch (const Error& error) {
    return std::to_string(static_cast<int>(error.code())) + " " + error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("Files that are not results are named in one sentence") {
  const example::Folder folder;
  const auto sentence = [&](const std::string& name) { return outcome(folder / name).substr(0, 2); };
  CHECK(outcome(folder / "missing.vtkhdf").find("there is no such file") != std::string::npos);
  CHECK(outcome(folder.path()).find("name the result in it") != std::string::npos);
  std::ofstream(folder / "empty.vtkhdf");
  CHECK(sentence("empty.vtkhdf") == "5 ");
  std::ofstream(folder / "text.vtkhdf") << "knead = 1\n";
  CHECK(sentence("text.vtkhdf") == "5 ");
  std::mt19937 random(7);
  std::string noise = "\x89HDF\r\n\x1a\n";
  for (int i = 0; i < 100'000; ++i) noise += static_cast<char>(random());
  std::ofstream(folder / "noise.vtkhdf", std::ios::binary) << noise;
  CHECK(sentence("noise.vtkhdf") == "5 ");
}

TEST_CASE("A result that was cut short is an error, never a crash") {
  const example::Folder folder;
  example::write(folder / "run.vtkhdf", 3);
  REQUIRE(outcome(folder / "run.vtkhdf").empty());
  const auto size = fs::file_size(folder / "run.vtkhdf");
  std::mt19937 random(11);
  for (int i = 0; i < 40; ++i) {
    fs::copy_file(folder / "run.vtkhdf", folder / "cut.vtkhdf", fs::copy_options::overwrite_existing);
    fs::resize_file(folder / "cut.vtkhdf", random() % size);
    const auto told = outcome(folder / "cut.vtkhdf");
    CHECK(told.substr(0, 2) == "5 ");
    CHECK(told.find('\n') == std::string::npos);
  }
}

TEST_CASE("Foreign and hostile HDF5 files are errors, never a crash") {
  const example::Folder folder;
  example::write(folder / "run.vtkhdf", 3);
  const std::string script = std::string(KNEAD_SOURCE_DIR) + "/tests/unit/io/make_hostile.py";
  const std::string python = fs::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
  const int status = std::system(
      (python + " '" + script + "' '" + (folder / "run.vtkhdf").string() + "' '" + folder.path().string() + "'")
          .c_str());
  if (WEXITSTATUS(status) == 77) {
    WARN("skipped: python3 with h5py and numpy was not found");
    return;
  }
  REQUIRE(WEXITSTATUS(status) == 0);
  int number = 0;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    if (entry.path().filename().string().rfind("hostile-", 0) != 0) continue;
    ++number;
    const auto told = outcome(entry.path());
    INFO(entry.path().filename().string() << ": " << told);
    CHECK(told.substr(0, 2) == "5 ");
    CHECK(told.find('\n') == std::string::npos);
  }
  CHECK(number >= 20);
}
