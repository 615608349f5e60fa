// What [body] says reaches the body that is built.
#include <algorithm>

#include "base/units.hpp"
#include "catch.hpp"
#include "scenario/build.hpp"
#include "scenario/read.hpp"

using namespace knead;

namespace {

std::shared_ptr<const Body> lower_back(std::vector<std::string> overrides) {
  ReadOptions options;
  options.overrides = std::move(overrides);
  options.overrides.push_back("body.element_size=20 mm");
  return build_body(read_scenario(std::string(KNEAD_SOURCE_DIR) + "/scenarios/effleurage-lower-back.toml", options));
}

bool has_tissue(const Body& body, const std::string& name) {
  return std::any_of(body.tissues.begin(), body.tissues.end(), [&](const Tissue& t) { return t.name == name; });
}

}  // namespace

TEST_CASE("Weight and gliding reach an anatomical body") {
  const auto plain = lower_back({});
  CHECK(norm(plain->gravity) == 0);
  CHECK(!has_tissue(*plain, "loose-layer"));
  const auto lying = lower_back({"body.gravity=true", "body.gliding=true"});
  CHECK(lying->gravity[1] == Approx(standard_gravity));  // prone: down is anterior
  CHECK(has_tissue(*lying, "loose-layer"));
}

TEST_CASE("A preview is as coarse as its body bears, and what is too coarse itself is refused") {
  ReadOptions options;
  options.model_folders = {std::string(KNEAD_SOURCE_DIR) + "/models"};
  const auto preview = [&](const std::string& body, const std::string& size) {
    const std::string place = body == "foot" ? "arch" : "L3 + 40 mm lateral";
    return build_body(
               read_scenario_text("knead = 1\ntitle = \"coarse\"\n[body]\nname = \"" + body + "\"\nelement_size = \"" +
                                      size + "\"\n[[stroke]]\ntechnique = \"shiatsu-press\"\nat = \"" + place + "\"\n",
                                  "test.toml", options),
               {.preview = true})
        ->element_size;
  };
  CHECK(preview("lower-back", "10 mm") == Approx(25e-3));
  const double foot = preview("foot", "6 mm");
  CHECK(foot > 6e-3);
  CHECK(foot < 10e-3);
  CHECK(preview("foot", "2.5 mm") == Approx(6.25e-3));
  CHECK_THROWS_WITH(preview("foot", "20 mm"), Catch::Contains("element_size 20 mm is too coarse"));
}
