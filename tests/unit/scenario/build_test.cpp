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
