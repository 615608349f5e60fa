#include "scenario/force_log.hpp"

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include <fmt/format.h>

#include "catch.hpp"
#include "scenario/read.hpp"

using namespace knead;
namespace fs = std::filesystem;

namespace {

// A scenario with a log beside it.
Scenario pressed(const std::string& log, const std::string& keys = "") {
  const fs::path folder = fs::temp_directory_path() / fmt::format("knead-force-log-{}", getpid());
  fs::create_directories(folder);
  std::ofstream(folder / "log.csv", std::ios::binary) << log;
  ReadOptions options;
  options.model_folders = {std::string(KNEAD_SOURCE_DIR) + "/models"};
  return read_scenario_text(
      "knead = 1\ntitle = \"log\"\n[body]\nname = \"calf\"\n[[stroke]]\nname = \"it\"\n"
      "technique = \"shiatsu-press\"\nat = \"calf\"\nforce_log = \"log.csv\"\n" +
          keys,
      (folder / "test.toml").string(), options);
}

}  // namespace

TEST_CASE("A measured force over time takes the place of force and hold") {
  const Scenario scenario = pressed(
      "# load cell\r\nsample,time [ms],\"force [kN]\",note\r\n1,100,0.01,\"a, "
      "b\"\r\n\r\n2,600,0.03,\r\n3,1100,+2e-2,\r\n");
  const StrokeSpec& stroke = scenario.strokes[0];
  REQUIRE(stroke.force_log);
  CHECK(stroke.force_log->t == std::vector<double>{0, 0.5, 1});
  CHECK(stroke.hold == Approx(1));
  CHECK(*stroke.force == Approx(30));
  CHECK(stroke.force_log->eval(0.25) == Approx(20));
  CHECK(stroke.force_log->eval(0.75) == Approx(25));
}

TEST_CASE("A force log that cannot be followed is refused with its line") {
  const auto mistake = [](const std::string& log, const std::string& keys = "") {
    try {
      pressed(log, keys);
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::invalid_input);
      return std::string(error.what());
    }
    return std::string();
  };
  const std::string header = "time [s],force [N]\n";
  CHECK_THAT(mistake("0,1\n1,2\n"), Catch::Contains("log.csv:1: a force log begins with a header"));
  CHECK_THAT(mistake("time,force [N]\n0,1\n"), Catch::Contains("log.csv:1: the column time has no unit"));
  CHECK_THAT(mistake("time [s],force [kPa]\n0,1\n"), Catch::Contains("log.csv:1: the column force: "));
  CHECK_THAT(mistake(header + "0,1\n1,two\n"), Catch::Contains("log.csv:3: this line has no number for the force"));
  CHECK_THAT(mistake(header + "0,1\n1\n"), Catch::Contains("log.csv:3: this line has no number for the force"));
  CHECK_THAT(mistake(header + "0,1\n0,2\n"), Catch::Contains("log.csv:3: times of a force log must increase"));
  CHECK_THAT(mistake(header + "0,1\n1,-2\n"), Catch::Contains("log.csv:3: a force log holds how hard"));
  CHECK_THAT(mistake(header + "0,nan\n"), Catch::Contains("no number for the force"));
  CHECK_THAT(mistake(header + "0,1\n"), Catch::Contains("holds no press"));
  CHECK_THAT(mistake(header + "0,0\n1,0\n"), Catch::Contains("holds no press"));
  CHECK_THAT(mistake(header + "0,1\n1,2\n", "force = \"20 N\"\n"),
             Catch::Contains("takes its force from there: leave force out"));
  CHECK_THAT(mistake(header + "0,1\n1,2\n", "travel = \"2 mm\"\n"), Catch::Contains("without travel"));
}
