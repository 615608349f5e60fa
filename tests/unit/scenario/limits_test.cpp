#include "scenario/limits.hpp"

#include <fmt/format.h>

#include "catch.hpp"
#include "scenario/read.hpp"

using namespace knead;

namespace {

Scenario pressed(const std::string& body, const std::string& keys) {
  ReadOptions options;
  options.model_folders = {std::string(KNEAD_SOURCE_DIR) + "/models"};
  return read_scenario_text(
      fmt::format("knead = 1\ntitle = \"limits\"\n[body]\nname = \"{}\"\n[[stroke]]\nname = \"it\"\n{}", body, keys),
      "test.toml", options);
}

StrokeSummary reached(double force, double pressure, double suction) {
  StrokeSummary s;
  s.peak_normal_force = force;
  s.p95_contact_pressure = pressure;
  s.peak_suction = suction;
  return s;
}

}  // namespace

TEST_CASE("Forces, pressures and suctions beyond what is known to hurt or mark are named with their source") {
  const std::string press = "technique = \"shiatsu-press\"\nat = \"calf\"\n";
  const Scenario gentle = pressed("calf", press + "force = \"40 N\"\n");
  CHECK(limit_warnings(gentle).empty());
  const auto hard = limit_warnings(pressed("calf", press + "force = \"150 N\"\n"));
  REQUIRE(hard.size() == 1);
  CHECK_THAT(hard[0], Catch::Contains("\"it\": a force of 150 N is above 130 N") && Catch::Contains("ISO/TS 15066"));
  // What came of it; what lies on the limit is not beyond it.
  CHECK(limit_warnings(gentle, {"it"}, {reached(130, 400e3, 60e3)}).empty());
  const auto results = limit_warnings(gentle, {"it"}, {reached(140, 500e3, 0)});
  REQUIRE(results.size() == 2);
  CHECK_THAT(results[1],
             Catch::Contains("a contact pressure of 500 kPa is above 432 kPa") && Catch::Contains("Finocchietti 2013"));
  // Phases say the same as their stroke.
  auto phase = reached(140, 500e3, 0);
  phase.phase = "hold";
  CHECK(limit_warnings(gentle, {"it"}, {phase}).empty());

  const std::string cup = "technique = \"cupping-pump\"\nat = \"calf\"\n";
  CHECK(limit_warnings(pressed("calf", cup + "suction = \"60 kPa\"\n")).empty());
  const auto marks = limit_warnings(pressed("calf", cup + "suction = \"65 kPa\"\n"));
  REQUIRE(marks.size() == 1);
  CHECK_THAT(marks[0], Catch::Contains("a suction of 65 kPa is above 60 kPa"));
  const auto rim = limit_warnings(pressed("calf", cup), {"it"}, {reached(20, 500e3, 70e3)});
  REQUIRE(rim.size() == 2);
  CHECK_THAT(rim[0], Catch::Contains("a pressure under the rim of 500 kPa"));
  // Every body with a table of its own has both numbers; others have what holds for all.
  CHECK(limit_warnings(pressed("foot", "technique = \"ball-press\"\nat = \"arch\"\nforce = \"700 N\"\n")).empty());
  for (const auto& [body, at] : {std::pair{"lower-back", "L3 + 40 mm lateral"},
                                 {"gluteal", "gluteus maximus"},
                                 {"thigh", "mid-thigh"},
                                 {"calf", "calf"}}) {
    const auto all =
        limit_warnings(pressed(body, fmt::format("technique = \"shiatsu-press\"\nat = \"{}\"\nforce = \"40 N\"\n", at)),
                       {"it"}, {reached(300, 1e6, 0)});
    CHECK(all.size() == 2);
  }
}
