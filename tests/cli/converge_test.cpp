// How much of a measure comes from elements and steps.
#include <cmath>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "run_program.hpp"

namespace fs = std::filesystem;

namespace {

const std::string root = KNEAD_SOURCE_DIR;
const std::string block = root + "/scenarios/verification/block-benchmark.toml";

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("The error that converge states covers what finer elements give", "[heavy]") {
  const TemporaryFolder folder;
  const auto study = [&](const std::string& options) {
    return knead_program("converge " + block + " --threads 1 --json -s 'body.elements=[12,12,6]' -o " +
                         (folder.path / "study").string() + " " + options);
  };
  const auto outcome = study("");
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  const auto answer = nlohmann::json::parse(outcome.out);
  CHECK(answer.at("elements") == nlohmann::json({12 * 12 * 6, 8 * 8 * 4, 5 * 5 * 2}));
  CHECK(answer.at("steps") == nlohmann::json({16, 8, 4}));
  const auto& pressure = answer.at("measures").at(0);
  REQUIRE(pressure.at("measure") == "peak_tissue_pressure");
  // An elastic body without contact does not know how it came to its load.
  CHECK(pressure.at("steps").at("trend") == "settled");
  CHECK(pressure.at("elements").at("trend") == "monotone");

  const auto fine = knead_program("run " + block + " --threads 1 --no-picture -s 'body.elements=[24,24,12]' -o " +
                                  (folder.path / "fine").string());
  REQUIRE(fine.code == 3);  // outside what [expect] says of the scenario's own elements
  const auto summary = nlohmann::json::parse(read_file(folder.path / "fine/summary.json"));
  const double finer = 1e3 * summary.at("strokes").at(0).at("peak_tissue_pressure_kPa").get<double>();
  const double own = pressure.at("elements").at("values").at(0).get<double>();
  const double stated = pressure.at("elements").at("relative_error").get<double>();
  CHECK(std::abs(finer - own) > 0.01 * own);
  CHECK(std::abs(finer - own) < stated * own);

  SECTION("a second call keeps what is there, and solves what is missing") {
    const auto again = study("");
    CHECK(count(again.err, "done before, kept") == 5);
    CHECK(again.out == outcome.out);
    fs::remove_all(folder.path / "study/elements-1.5-steps-1");
    const auto once_more = study("");
    CHECK(count(once_more.err, "done before, kept") == 4);
    CHECK(once_more.out == outcome.out);
  }
  SECTION("runs of something else stay") {
    const auto other = study("-s 'tissue.rubber.G=\"6 kPa\"'");
    CHECK(other.code == 5);
    CHECK(contains(other.err, "--force"));
    CHECK(study("").out == outcome.out);
  }
}

TEST_CASE("converge says what it cannot vary") {
  const TemporaryFolder folder;
  const auto study = [&](const std::string& options) {
    return knead_program("converge " + block + " -o " + (folder.path / "study").string() + " " + options);
  };
  const auto few = study("-s 'body.elements=[2,2,2]'");
  CHECK(few.code == 3);
  CHECK(contains(few.err, "8, 1 and 1 of them"));
  const auto ratio = study("--ratio 1");
  CHECK(ratio.code == 2);
  CHECK(contains(ratio.err, "from 1.1 to 4"));
  CHECK(study("--ratio 1.5x").code == 2);
  const auto fixed = study("-s 'body.positions.x=[\"0 mm\", \"50 mm\", \"100 mm\"]'");
  CHECK(fixed.code == 3);
  CHECK(contains(fixed.err, "body.positions fixes the mesh"));
  CHECK_FALSE(fs::exists(folder.path / "study"));
}
