#include "scenario/scenario.hpp"

#include <cmath>
#include <fstream>
#include <sstream>

#include "catch.hpp"
#include "scenario/models.hpp"
#include "scenario/read.hpp"

using namespace knead;

namespace {

const std::string block = R"(
knead = 1
title = "test"
[body]
name = "block"
size = ["10 mm", "20 mm", "3 cm"]
elements = [1, 2, 3]
tissue = "gel"
[tissue.gel]
law = "neo-hookean"
E = "3 kPa"
nu = 0.5
[[boundary]]
on = "top"
displacement = ["free", "0 mm", [["0 s", "0 mm"], ["2 s", "-4 mm"]]]
[time]
end = "2 s"
step = "0.5 s"
)";

Scenario read(const std::string& text, std::vector<std::string> overrides = {}) {
  ReadOptions options;
  options.overrides = std::move(overrides);
  return read_scenario_text(text, "test.toml", options);
}

// All sentences of the error, one per line; empty when there was none.
std::string mistakes(const std::string& text, std::vector<std::string> overrides = {}) {
  try {
    read(text, std::move(overrides));
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::invalid_input);
    return error.what();
  }
  return "";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("A specimen is read in SI") {
  const auto s = read(block);
  CHECK(s.body.size[2] == Approx(0.03));
  CHECK(s.body.elements == std::vector<int>{1, 2, 3});
  REQUIRE(s.tissue.definitions.size() == 1);
  CHECK(s.tissue.definitions[0].initial_shear_modulus() == Approx(1000.0));  // E / (2 (1 + ν))
  CHECK(std::isinf(s.tissue.definitions[0].initial_bulk_modulus()));
  REQUIRE(s.boundaries.size() == 1);
  CHECK_FALSE(s.boundaries[0].displacement[0]);
  CHECK(s.boundaries[0].displacement[1]->eval(1.0) == 0.0);
  CHECK(s.boundaries[0].displacement[2]->eval(1.0) == Approx(-0.002));
  CHECK(*s.time.step == 0.5);
}

TEST_CASE("Elastic constants follow the textbook") {
  // ν = 0.3, E = 2600: G = 1000, K = E / (3 (1 − 2ν)) = 2166.67
  const auto s = read(replaced(replaced(block, "E = \"3 kPa\"", "E = \"2.6 kPa\""), "nu = 0.5", "nu = 0.3"));
  CHECK(s.tissue.definitions[0].initial_shear_modulus() == Approx(1000.0));
  CHECK(s.tissue.definitions[0].initial_bulk_modulus() == Approx(2600.0 / 1.2));
  // Ogden conventions: A Σ μα/2, B Σ μ, C Σ c/2.
  for (const auto& [convention, expected] : {std::pair{"A", 4000.0}, {"B", 1000.0}, {"C", 500.0}}) {
    const auto ogden = replaced(
        block, "law = \"neo-hookean\"\nE = \"3 kPa\"\nnu = 0.5",
        std::string(
            "law = \"ogden\"\nbulk_modulus = \"1 MPa\"\nterms = [{modulus = \"1 kPa\", alpha = 8}]\nconvention = \"") +
            convention + "\"");
    CHECK(read(ogden).tissue.definitions[0].initial_shear_modulus() == Approx(expected));
  }
}

TEST_CASE("All mistakes are reported at once, each with its place") {
  auto text = replaced(block, "size = [\"10 mm\"", "size = [10");
  text = replaced(text, "elements", "elemnts");
  text = replaced(text, "end = \"2 s\"", "end = \"2 N\"");
  text = replaced(text, "on = \"top\"", "on = \"top\"\nfriction = 0.2");
  const auto found = mistakes(text);
  INFO(found);
  CHECK(contains(found, "test.toml:6:9: size: the number 10 has no unit; write a length such as \"18 mm\""));
  CHECK(contains(found, "test.toml:7:1: unknown key \"elemnts\" in [body] (did you mean \"elements\"?)"));
  CHECK(contains(found, "end: \"2 N\" is a force, not a time such as \"0.5 s\""));
  CHECK(contains(found, "unknown key \"friction\" in [[boundary]]"));
}

TEST_CASE("Hostile values are refused") {
  CHECK(contains(mistakes(replaced(block, "nu = 0.5", "nu = nan")), "not a finite number"));
  CHECK(contains(mistakes(replaced(block, "nu = 0.5", "nu = inf")), "not a finite number"));
  CHECK(contains(mistakes(replaced(block, "nu = 0.5", "nu = 0.51")), "above the largest allowed value 0.5"));
  CHECK(contains(mistakes(replaced(block, "3 kPa", "1e400 kPa")), "too large"));
  CHECK(contains(mistakes(replaced(block, "[1, 2, 3]", "[1, 2, 3000000000]")), "above the largest allowed value"));
  CHECK(contains(mistakes(replaced(block, "[1, 2, 3]", "[0, 2, 3]")), "below the smallest allowed value 1"));
  CHECK(contains(mistakes(replaced(block, "[1, 2, 3]", "[1, 2]")), "three numbers"));
  CHECK(contains(mistakes(replaced(block, "\"2 s\", \"-4 mm\"", "\"-2 s\", \"-4 mm\"")), "must increase"));
  CHECK(contains(mistakes(replaced(block, "title = \"test\"", "title = \"" + std::string(10'000'000, 'x') + "\"")),
                 "characters"));
  CHECK(contains(mistakes(replaced(block, "\"top\"", "1979-05-27")), "this is a date"));
  CHECK(contains(mistakes("\xff\xfe\x00garbage"), "test.toml:1:1"));
  CHECK(contains(mistakes("knead = 1\n\"*\" = 2\n\"stroke[]\" = 3\n"), "unknown key \"stroke[]\""));
  CHECK(contains(mistakes(""), "title is missing"));
}

TEST_CASE("Contradictions are named") {
  CHECK(contains(mistakes(replaced(block, "nu = 0.5", "nu = 0.5\nG = \"1 kPa\"")), "neo-hookean needs"));
  CHECK(contains(mistakes(replaced(block, "tissue = \"gel\"", "tissue = \"jel\"")), "did you mean \"gel\""));
  CHECK(contains(mistakes(replaced(block, "name = \"block\"", "name = \"block\"\nradius = \"3 mm\"")),
                 "radius has no meaning for \"block\""));
  CHECK(contains(mistakes(replaced(block, "[time]\nend = \"2 s\"\nstep = \"0.5 s\"", "")), "[time]"));
  CHECK(contains(mistakes(replaced(block, "step = \"0.5 s\"", "step = \"3 s\"")), "longer than the simulated time"));
  CHECK(contains(mistakes(block + "[output]\nfields = [\"displacment\"]\n"), "did you mean \"displacement\""));
}

TEST_CASE("What a scenario says is read, or refused") {
  const std::string body =
      "knead = 1\ntitle = \"t\"\n[body]\nname = \"calf\"\ngravity = true\ngliding = true\n"
      "[[stroke]]\nat = \"calf\"\napplicator = \"thumb\"\nforce = \"10 N\"\nhold = \"1 s\"\n";
  const Scenario scenario = read(body);
  CHECK(scenario.body.gravity);
  CHECK(scenario.body.gliding);
  CHECK(mistakes(block, {"body.gliding=true"}).find("gliding") != std::string::npos);
  CHECK(mistakes(body, {"output.probes=[]"}).empty());
  // A parameter of the other law.
  CHECK_THAT(mistakes(block, {"tissue.gel.mu=1 kPa"}), Catch::Contains("mu"));
}

TEST_CASE("Overrides replace one value") {
  CHECK(read(block, {"body.size=[\"1 mm\", \"1 mm\", \"1 mm\"]"}).body.size[0] == Approx(0.001));
  CHECK(*read(block, {"time.step=0.25 s"}).time.step == 0.25);
  CHECK(*read(block, {"time.step=\"0.25 s\""}).time.step == 0.25);
  CHECK(read(block, {"title=7"}).title == "7");
  CHECK(read(block, {"boundary.1.on=bottom"}).boundaries[0].on.text == "bottom");
  CHECK(contains(mistakes(block, {"time.step=0.25"}), "-s time.step: step: the number 0.25 has no unit"));
  CHECK(contains(mistakes(block, {"time.stpe=1 s"}), "did you mean \"step\""));
  CHECK(contains(mistakes(block, {"nothing"}), "not of the form key=value"));
  CHECK(contains(mistakes(block, {"=3"}), "not a key"));
  CHECK(contains(mistakes(block, {"boundary.9.on=top"}), "no entry"));
  CHECK(contains(mistakes(block, {"boundary.on=top"}), "addressed by its name or number"));
}

TEST_CASE("Tables over time interpolate and stop at their ends") {
  Table table{{0, 1, 3}, {0, 2, -2}, false, {}};
  CHECK(table.eval(-1) == 0);
  CHECK(table.eval(0.5) == Approx(1.0));
  CHECK(table.eval(2) == Approx(0.0).margin(1e-15));
  CHECK(table.eval(9) == -2);
  CHECK(table.largest() == 2);
  table.cosine = true;
  CHECK(table.eval(0.5) == Approx(1.0));
  CHECK(table.eval(0.25) == Approx(1 - std::cos(M_PI / 4)));
  for (const double t : {0.2, 0.7, 1.4, 2.9})
    CHECK(table.rate(t) == Approx((table.eval(t + 1e-6) - table.eval(t - 1e-6)) / 2e-6).epsilon(1e-6));
}

TEST_CASE("A stroke takes what it does not say from its technique") {
  const std::string path = std::string(KNEAD_SOURCE_DIR) + "/scenarios/effleurage-lower-back.toml";
  ReadOptions options;
  options.model_folders = {std::string(KNEAD_SOURCE_DIR) + "/models"};
  options.overrides = {"stroke.\"up the left side\".force=30 N"};
  const auto s = read_scenario(path, options);
  REQUIRE(s.strokes.size() == 1);
  const auto& stroke = s.strokes[0];
  CHECK(*stroke.force == 30.0);                        // command line
  CHECK(stroke.speed == Approx(0.12));                 // scenario
  CHECK(stroke.ramp == Approx(0.3));                   // technique
  CHECK(stroke.friction.coefficient == Approx(0.08));  // lubrication
  for (const auto& value : s.resolved) {
    if (value.key.ends_with(".force")) CHECK(value.origin == Origin::command_line);
    if (value.key.ends_with(".friction")) CHECK(contains(value.source, "lubrication.toml (default: "));
    if (value.key.ends_with(".tilt")) CHECK(value.origin == Origin::program_default);
  }
  options.overrides = {"stroke.1.friction=0.3"};
  CHECK_THROWS_WITH(read_scenario(path, options), Catch::Contains("either friction or lubrication"));
}

TEST_CASE("Model names stay inside their folder") {
  const std::vector<std::string> folders{std::string(KNEAD_SOURCE_DIR) + "/models"};
  CHECK(model_exists(folders, "techniques", "effleurage"));
  CHECK_FALSE(model_exists(folders, "techniques", "../techniques/effleurage"));
  CHECK_FALSE(model_exists(folders, "techniques", std::string("effleurage\0x", 12)));
  CHECK_THROWS_WITH(find_model(folders, "techniques", "efleurage", {"a.toml", 3, 4}),
                    Catch::Contains("a.toml:3:4") && Catch::Contains("did you mean \"effleurage\""));
}
