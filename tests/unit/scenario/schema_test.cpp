#include "scenario/schema.hpp"

#include <fstream>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "scenario/tree.hpp"
#include "scenario/values.hpp"

using namespace knead;

TEST_CASE("Every key is listed once and explains itself") {
  std::set<std::string> seen;
  for (const auto& spec : schema()) {
    INFO(spec.key);
    CHECK(seen.insert(spec.key).second);
    CHECK_FALSE(spec.about.empty());
    CHECK(spec.allows(Form::choice) == !spec.choices.empty());
    const auto dot = spec.key.rfind('.');
    if (dot != std::string::npos) {
      auto parent = spec.key.substr(0, dot);
      if (parent.ends_with("[]")) parent.resize(parent.size() - 2);
      CHECK(find_key(parent));
    }
  }
}

TEST_CASE("Every default is a value that its key allows") {
  for (const auto& spec : schema()) {
    if (spec.fallback.empty()) continue;
    INFO(spec.key << " = " << spec.fallback);
    CHECK_FALSE(spec.required);
    const bool quotes = spec.allows(Form::text) || spec.allows(Form::choice) || spec.allows(Form::quantity);
    const auto node = parse_toml("v = " + (quotes ? "\"" + spec.fallback + "\"" : spec.fallback), "default");
    Diagnostics diagnostics;
    check_value(node.members.front().value, spec, diagnostics);
    CHECK(diagnostics.empty());
  }
}

TEST_CASE("Keys are found the way people say them") {
  REQUIRE(match_key("stroke.force").size() == 1);
  CHECK(match_key("stroke.force")[0]->key == "stroke[].force");
  CHECK(match_key("element_size")[0]->key == "body.element_size");
  CHECK(match_key("body")[0]->key == "body");
  CHECK(match_key("nonsense").empty());
  CHECK(explain(*find_key("stroke[].speed")).find("a speed such as \"12 cm/s\"") != std::string::npos);
}

TEST_CASE("The JSON Schema is draft 4 and closes every table") {
  const auto schema_json = nlohmann::json::parse(json_schema());
  CHECK(schema_json["$schema"] == "http://json-schema.org/draft-04/schema#");
  CHECK(schema_json["additionalProperties"] == false);
  CHECK(schema_json["properties"]["body"]["properties"]["element_size"]["type"] == "string");
  CHECK(schema_json["properties"]["stroke"]["items"]["additionalProperties"] == false);
}

TEST_CASE("The reference page in docs is the one that the program prints") {
  std::ifstream in(std::string(KNEAD_SOURCE_DIR) + "/docs/scenario.md");
  std::stringstream page;
  page << in.rdbuf();
  INFO("write it anew: knead schema --markdown > docs/scenario.md");
  CHECK(page.str() == markdown_reference());
}
