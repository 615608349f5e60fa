#include "body/position.hpp"

#include "catch.hpp"

using namespace knead;

namespace {

class Plane : public SurfaceChart {
 public:
  Vec3d point(double across, double along) const override { return {across, 0, along}; }
  Vec3d normal(double, double) const override { return {0, -1, 0}; }
  bool contains(double across, double along) const override { return std::abs(across) < 0.15 && std::abs(along) < 0.2; }
};

Body plane_body() {
  Body body;
  body.name = "plane";
  body.surface = std::make_shared<Plane>();
  body.landmarks = {{"L5", 0, -0.07, ""}, {"PSIS", 0.04, -0.13, ""}, {"iliac crest", 0.09, -0.045, ""}};
  return body;
}

std::string refusal(const std::string& words) {
  try {
    resolve_position(plane_body(), words, Laterality::left, {"s.toml", 12, 5});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("Anatomical words become chart coordinates") {
  const Body body = plane_body();
  SurfacePosition p = resolve_position(body, "L5 + 40 mm lateral", Laterality::left);
  CHECK(p.across == Approx(-0.04));
  CHECK(p.along == Approx(-0.07));
  CHECK(p.depth == 0);
  p = resolve_position(body, "L5 + 40 mm lateral + 2 cm cranial + 35 mm deep", Laterality::right);
  CHECK(p.across == Approx(0.04));
  CHECK(p.along == Approx(-0.05));
  CHECK(p.depth == Approx(0.035));
  p = resolve_position(body, "PSIS + 10 mm medial", Laterality::left);
  CHECK(p.across == Approx(-0.03));
  p = resolve_position(body, "iliac crest - 5 mm cranial", Laterality::right);
  CHECK(p.across == Approx(0.09));
  CHECK(p.along == Approx(-0.05));
  const Vec3d point = point_at(*body.surface, {0.01, 0.02, 0.03});
  CHECK(point[1] == Approx(0.03));
}

TEST_CASE("A leg has its own words for cranial and caudal") {
  Body body = plane_body();
  body.one_sided = true;
  body.directions = {"proximal", "distal", "plantar", "dorsal"};
  CHECK(resolve_position(body, "L5 + 40 mm proximal", Laterality::left).along == Approx(-0.03));
  CHECK(resolve_position(body, "L5 + 40 mm distal", Laterality::left).along == Approx(-0.11));
  CHECK(resolve_position(body, "L5 + 40 mm caudal", Laterality::left).along == Approx(-0.11));
  CHECK_THROWS_WITH(resolve_position(body, "L5 + 40 mm plantar", Laterality::left),
                    Catch::Contains("cranial, caudal, deep, proximal, distal, for example \"L5 + 40 mm lateral\""));
  CHECK_THROWS(resolve_position(plane_body(), "L5 + 40 mm distal", Laterality::left));
}

TEST_CASE("Places are counted from landmarks beyond the body, too") {
  Body body = plane_body();
  body.landmarks.push_back({"knee", 0, 0.25, ""});
  CHECK(resolve_position(body, "knee - 100 mm cranial", Laterality::left).along == Approx(0.15));
  CHECK_THROWS_WITH(resolve_position(body, "knee", Laterality::left), Catch::Contains("outside the body"));
  REQUIRE(landmarks_on(body).size() == 3);
  CHECK(landmarks_on(body).back().name == "iliac crest");
}

TEST_CASE("What is wrong with a place is said, with what there is instead") {
  CHECK(refusal("PSSI").find("did you mean \"PSIS\"") != std::string::npos);
  CHECK(refusal("PSSI").find("s.toml:12:5") == 0);
  CHECK(refusal("knee").find("L5, PSIS, iliac crest") != std::string::npos);
  CHECK(refusal("L5 + 40 mm laterl").find("did you mean \"lateral\"") != std::string::npos);
  CHECK(refusal("L5 + 40 mm up").find("lateral, medial, cranial, caudal, deep") != std::string::npos);
  CHECK(refusal("L5 + 40 lateral").find("unit") != std::string::npos);
  CHECK(refusal("L5 + 40 N lateral").find("force") != std::string::npos);
  CHECK(refusal("L5 + lateral").find("How far") != std::string::npos);
  CHECK(refusal("L5 + 400 mm lateral").find("outside the body") != std::string::npos);
  CHECK(refusal("L5 - 10 mm deep").find("outside the skin") != std::string::npos);
  CHECK(!refusal("").empty());
  CHECK(!refusal(std::string(1000000, 'x')).empty());
}
