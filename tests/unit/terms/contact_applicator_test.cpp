// The applicators that come with Knead, and files that are wrong.
#include "terms/contact_applicator.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/error.hpp"
#include "catch.hpp"

using namespace knead;

namespace {

const std::filesystem::path folder = std::filesystem::path(KNEAD_SOURCE_DIR) / "models" / "applicators";

std::string refusal(const std::string& text) {
  const auto path = std::filesystem::path(KNEAD_BINARY_DIR) / "contact_applicator_test.toml";
  std::ofstream(path) << "knead = 1\nkind = \"applicator\"\nname = \"x\"\n" << text;
  try {
    read_applicator(path.string());
  } catch (const Error& error) {
    REQUIRE(error.code() == ExitCode::invalid_input);
    return error.diagnostics().at(0).message;
  }
  return "accepted";
}

}  // namespace

TEST_CASE("Every applicator that comes with Knead can be read and touches below its origin", "[applicator]") {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    INFO(entry.path());
    const Applicator applicator = read_applicator(entry.path().string());
    REQUIRE(applicator.name == entry.path().stem().string());
    REQUIRE_FALSE(applicator.description.empty());
    // Sizes of hands and hand tools, the rim of a cup in millimetres; stiffness from a very soft pad to wood.
    const double reach = extent(applicator.shape, {{0, 0, -1}});
    REQUIRE(reach > (applicator.cup_volume > 0 ? 0.001 : 0.005));
    REQUIRE(reach < 0.1);
    if (applicator.cup_volume > 0) {
      // Between a bell and a bottle: as high as half its width, and less than four times that.
      const double radius = extent(applicator.shape, {{1, 0, 0}});
      const double height = applicator.cup_volume / (M_PI * radius * radius);
      REQUIRE(height > radius);
      REQUIRE(height < 4 * radius);
    }
    REQUIRE(applicator.pad_stiffness >= 1e6);
    REQUIRE(applicator.pad_stiffness <= 1e10);
    names.insert(applicator.name);
  }
  for (const char* name :
       {"palm", "thumb", "knuckles", "elbow", "forearm", "ball-knob", "foam-roller", "tennis-ball", "cup-45"})
    REQUIRE(names.count(name) == 1);
}

TEST_CASE("The palm is a flat hand of 150 by 84 mm with a pad of 60 kPa over 10 mm", "[applicator]") {
  const Applicator palm = read_applicator((folder / "palm.toml").string());
  REQUIRE(extent(palm.shape, {{1, 0, 0}}) == Approx(0.075));
  REQUIRE(extent(palm.shape, {{0, 1, 0}}) == Approx(0.042));
  // Radii of curvature at the lowest point of an ellipsoid: a²/c along and b²/c across.
  const Distance below = evaluate(palm.shape, {{0, 0, -extent(palm.shape, {{0, 0, -1}})}});
  REQUIRE(1 / below.hessian(0, 0) == Approx(0.075 * 0.075 / 0.014).epsilon(1e-6));
  REQUIRE(1 / below.hessian(1, 1) == Approx(0.042 * 0.042 / 0.014).epsilon(1e-6));
  REQUIRE(palm.pad_stiffness == Approx(6e6));
  REQUIRE_FALSE(palm.hard);
}

TEST_CASE("The knuckles stand 20 mm apart", "[applicator]") {
  const Applicator knuckles = read_applicator((folder / "knuckles.toml").string());
  for (double y : {-0.03, -0.01, 0.01, 0.03})
    REQUIRE(evaluate(knuckles.shape, {{0, y, -0.01}}).value == Approx(0).margin(1e-12));
  REQUIRE(evaluate(knuckles.shape, {{0, 0, 0}}).value == Approx(0).margin(1e-12));
  REQUIRE(extent(knuckles.shape, {{0, 1, 0}}) == Approx(0.04));
}

TEST_CASE("An applicator file that is wrong says what to do", "[applicator]") {
  const std::string pad = "[pad]\nmodulus = \"60 kPa\"\nthickness = \"10 mm\"\n";
  REQUIRE(refusal("[shape]\nkind = \"sphere\"\nradius = \"9 mm\"\n" + pad) == "accepted");
  REQUIRE(refusal("[shape]\nkind = \"spere\"\nradius = \"9 mm\"\n" + pad).find("sphere") != std::string::npos);
  REQUIRE(refusal("[shape]\nkind = \"sphere\"\nraduis = \"9 mm\"\n" + pad).find("radius") != std::string::npos);
  REQUIRE(refusal("[shape]\nkind = \"sphere\"\nradius = \"9 kPa\"\n" + pad) != "accepted");
  REQUIRE(refusal("[shape]\nkind = \"sphere\"\nradius = \"-9 mm\"\n" + pad).find("positive") != std::string::npos);
  REQUIRE(refusal("[shape]\nkind = \"sphere\"\nradius = \"9 mm\"\n") != "accepted");
  REQUIRE(refusal("[shape]\nkind = \"sphere\"\nradius = \"9 mm\"\n[pad]\nmodulus = \"60 kPa\"\nthickness = \"0 mm\"\n")
              .find("positive") != std::string::npos);
  REQUIRE(refusal(pad) != "accepted");
  REQUIRE(refusal("blend = \"1 mm\"\npart = []\n" + pad).find("part") != std::string::npos);
}
