// probes.csv as a run leaves it, beside a field that is known everywhere.
#include <cmath>
#include <filesystem>
#include <sstream>
#include <vector>

#include "catch.hpp"
#include "run_program.hpp"

namespace {

// A column of cubes between sliding walls, pressed by a tenth: u_z = -t z/10, nothing across, J = 1 - t/10.
const std::string scenario = R"(knead = 1
title = "confined"
[body]
name = "block"
size = ["20 mm", "30 mm", "40 mm"]
elements = [2, 2, 3]
tissue = "gel"
[tissue.gel]
law = "neo-hookean"
G = "3 kPa"
bulk_modulus = "20 kPa"
[[boundary]]
on = "sides"
displacement = { normal = "0 mm" }
[[boundary]]
on = "bottom"
displacement = { normal = "0 mm" }
[[boundary]]
on = "top"
displacement = { normal = [["0 s", "0 mm"], ["1 s", "-4 mm"]] }
[time]
end = "1 s"
step = "0.125 s"
[output]
every = "0.25 s"
probes = [
  { name = "in the middle, \"deep\"", at = ["7 mm", "11 mm", "17 mm"], fields = ["displacement", "volume_ratio"] },
  { name = "größe", at = ["3 mm", "29 mm", "40 mm"], fields = ["displacement", "contact_pressure"] },
]
)";

std::vector<double> numbers(const std::string& line) {
  std::vector<double> list;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, ',');) list.push_back(std::stod(cell));
  return list;
}

}  // namespace

TEST_CASE("A run writes a row of probes at every output step") {
  const TemporaryFolder folder;
  const auto file = folder.path / "x.toml";
  write_file(file, scenario);
  for (const std::string keep : {"all", "summary"}) {
    INFO(keep);
    const auto result = folder.path / keep;
    const auto outcome = knead_program("run " + file.string() + " --no-picture --threads 1 -o " + result.string() +
                                       " -s output.keep=" + keep);
    INFO(outcome.err);
    REQUIRE(outcome.code == 0);
    std::istringstream lines(read_file(result / "probes.csv"));
    std::string line;
    std::getline(lines, line);
    CHECK(
        line ==
        R"(time [s],"in the middle, ""deep"" displacement x [mm]","in the middle, ""deep"" displacement y [mm]",)"
        R"("in the middle, ""deep"" displacement z [mm]","in the middle, ""deep"" volume_ratio",)"
        R"(größe displacement x [mm],größe displacement y [mm],größe displacement z [mm],größe contact_pressure [kPa])");
    int rows = 0;
    for (; std::getline(lines, line); ++rows) {
      INFO(line);
      const auto value = numbers(line);
      REQUIRE(value.size() == 9);
      const double t = value[0];
      CHECK(t == (rows == 0 ? 0.125 : 0.25 * rows));  // the first step, and then every quarter
      for (const std::size_t across : {1u, 2u, 5u, 6u}) CHECK(std::abs(value[across]) < 1e-8);
      CHECK(value[3] == Approx(-1.7 * t).epsilon(1e-8));
      CHECK(value[4] == Approx(1 - 0.1 * t).epsilon(1e-8));
      CHECK(value[7] == Approx(-4 * t).epsilon(1e-8));
      CHECK(value[8] == 0);
    }
    CHECK(rows == 5);
  }
  // A run without probes leaves no file of another run's.
  REQUIRE(knead_program("run " + file.string() + " --no-picture --force -o " + (folder.path / "all").string() +
                        " -s output.probes=[]")
              .code == 0);
  CHECK_FALSE(std::filesystem::exists(folder.path / "all" / "probes.csv"));
}
