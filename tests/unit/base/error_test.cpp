#include "base/error.hpp"

#include "catch.hpp"

using namespace knead;

TEST_CASE("A location leaves out what is unknown") {
  CHECK(to_string(Location{"a.toml", 3, 7}) == "a.toml:3:7");
  CHECK(to_string(Location{"a.toml", 3, 0}) == "a.toml:3");
  CHECK(to_string(Location{"a.toml", 0, 0}) == "a.toml");
}

TEST_CASE("Close words are suggested, far ones are not") {
  const std::vector<std::string> known{"lower-back", "thigh", "calf"};
  CHECK(did_you_mean("lower-bak", known).find("\"lower-back\"") != std::string::npos);
  CHECK(did_you_mean("xylophone", known).empty());
  CHECK(did_you_mean(std::string(10'000'000, 'x'), known).empty());
}
