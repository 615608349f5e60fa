#include "body/model_file.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "body/chart_body.hpp"
#include "body/hexahedron.hpp"
#include "body/slab_model.hpp"
#include "catch.hpp"
#include "slab_fixture.hpp"

using namespace knead;
using namespace knead::test;

namespace {

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The file of the lower back with `from` replaced by `to`.
ModelValue changed(const std::string& from, const std::string& to) {
  std::string text = content(lower_back("average").path);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
  const std::string path = std::string(KNEAD_BINARY_DIR) + "/broken-body.toml";
  std::ofstream(path) << text;
  return read_model_file(path, "body");
}

// What reading the lower back says after `from` was replaced by `to` in its file.
std::string complaint(const std::string& from, const std::string& to) {
  try {
    read_slab_model(changed(from, to), subject("average"), Laterality::right, {});
  } catch (const Error& error) {
    CHECK(static_cast<int>(error.code()) == 3);
    return error.what();
  }
  return "";
}

void contains(const std::string& text, const std::string& part) {
  CAPTURE(text, part);
  CHECK(text.find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("Every number in the models has a source and a tag") {
  for (const char* name : {"runner-lean", "average", "high-bmi"}) {
    const SubjectValues values = subject(name);
    CHECK(values.entries.size() == 66);
    for (const auto& [key, entry] : values.entries) {
      if (key == "sex") continue;
      CAPTURE(name, key);
      CHECK(!entry.source.empty());
      CHECK((entry.tag == "default" || entry.tag == "read" || entry.tag == "general knowledge"));
    }
    CHECK(!values.title.empty());
  }
  CHECK(list_subjects(models()).size() == 8);
}

TEST_CASE("A broken body file is refused with its place and a hint") {
  contains(complaint("across = [\"0 mm\", \"22 mm\", ", "across = [\"0 mm\", "), "the same number of entries");
  contains(complaint("along = \"S2\", across = [\"0 mm\", \"32 mm\"", "along = \"S3\", across = [\"0 mm\", \"32 mm\""),
           "must ascend from caudal to cranial");
  contains(complaint("shape = \"tube\"", "shape = \"tub\""), "did you mean \"tube\"");
  contains(complaint("width = \"7 mm\"\nheight", "widht = \"7 mm\"\nheight"), "did you mean \"width\"");
  contains(complaint("width = \"7 mm\"\nheight", "width = \"-7 mm\"\nheight"), "must be positive");
  contains(complaint("depth = \"skin + fat + ligament + 0.8 mm\"", "depth = \"skin + fet\""),
           "skin, fat, fascia, muscle");
  contains(complaint("depth = \"skin + fat + ligament + 0.8 mm\"", "depth = \"1e999 fat\""), "neither a length nor");
  contains(complaint("along = \"level - 4 mm\"", "along = \"L9\""), "L1, L2");
  contains(complaint("across = \"150 mm\"", "across = 150"), "needs a unit");
  contains(complaint("across = \"150 mm\"", "across = \"150 N\""), "force");
  contains(complaint("knead = 1", "knead = 2"), "version 1");
  contains(complaint("kind = \"body\"", "kind = \"tissue\""), "kind \"body\"");
  contains(complaint("[extent]", "[extent"), "broken-body.toml:");
  contains(complaint("[support]", "[suport]"), "did you mean \"support\"");
  contains(complaint("cranial = \"T12 + 32 mm\"", "cranial = \"S3 - 40 mm\""), "must lie above");
  contains(complaint("lateral = \"-20 deg\"", "lateral = \"-20 mm\""), "length");
  contains(complaint("source = \"holds a palm's stroke", "sauce = \"holds a palm's stroke"), "\"source\" is missing");
  contains(complaint("both = true\nat", "both = \"yes\"\nat"), "true or false");
  contains(complaint("elements = 2", "elements = 2.5"), "whole number");
  contains(complaint("depth = \"to bone + 8 mm\", at = \"30 mm\"",
                     "depth = \"to bone + 8 mm\", straight = true, at = \"30 mm\""),
           "exclude each other");
  contains(complaint("postures = [\"prone\"]", "postures = [\"upright\"]"), "is no posture");
  contains(complaint("postures = [\"prone\"]", "postures = [\"supine\"]"), "A slab lies prone");
  // The place is that of the value.
  contains(complaint("across = \"150 mm\"", "across = 150"), "broken-body.toml:20:1");
}

TEST_CASE("A support can be a foam of a thickness") {
  const auto read = [](const ModelValue& file) {
    return read_slab_model(file, subject("average"), Laterality::right, {});
  };
  CHECK(std::isinf(read(read_model_file(lower_back("average").path, "body")).support_thickness));
  CHECK(read(changed("[support]\n", "[support]\nthickness = \"60 mm\"\n")).support_thickness == Approx(0.06));
  contains(complaint("[support]\n", "[support]\nthickness = \"-60 mm\"\n"), "must be positive");
  contains(complaint("thickness = \"0.5 mm\" }   # of the fat's", "thickness = \"9 mm\" }   # of the fat's"),
           "between 0.2 mm and 3 mm");
}

TEST_CASE("Skin with two families of collagen has them in its plane") {
  BodyRequest request = lower_back("average");
  request.element_size = 20e-3;
  (void)changed("skin = { tissue = \"skin\"", "skin = { tissue = \"dermis\"");
  request.path = std::string(KNEAD_BINARY_DIR) + "/broken-body.toml";
  const Body body = build_chart_body(request);
  REQUIRE(body.across.size() == body.fibre.size());
  double most = 0;
  for (int c = 0; c < body.mesh.num_cells(); ++c) {
    if (body.tissues[static_cast<std::size_t>(body.mesh.cell_tissue[static_cast<std::size_t>(c)])].name != "dermis")
      continue;
    const FacePoint f = map_face(body.mesh, face_nodes(body.mesh, {c, Side::zeta_plus}), 0, 0);
    const Vec3d normal = normalized(cross(f.along_r, f.along_s));
    const auto middle = static_cast<std::size_t>(c) * points_per_cell + 13;
    const Vec3d along = unit_direction(body.fibre, middle), across = unit_direction(body.across, middle);
    most = std::max({most, std::abs(dot(along, normal)), std::abs(dot(across, normal)), std::abs(dot(along, across)),
                     std::abs(norm(across) - 1)});
  }
  CHECK(most > 0);  // to the rounding of single precision
  CHECK(most < 1e-6);
  CHECK(build_chart_body(lower_back("average")).across.empty());
}

TEST_CASE("Files that are no models are refused") {
  const std::string path = std::string(KNEAD_BINARY_DIR) + "/no-model.toml";
  const auto refused = [&](const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
    CHECK_THROWS_AS(read_model_file(path, "subject"), Error);
  };
  refused("");
  refused(std::string("\0\x01\xff\xfe", 4));
  refused("knead = 1\nkind = \"subject\"\nkind = \"subject\"\n");
  refused("knead = nan\nkind = \"subject\"\n");
  refused("knead = 1\nkind = 1979-05-27\n");
  refused(std::string(1000000, '['));
  refused("[[[");
  refused("a = " + std::string(1000000, '['));
  CHECK_THROWS_AS(read_model_file("/nowhere/at-all.toml", "subject"), Error);
  CHECK_THROWS_AS(find_model(models(), "subjects", "../tissues/skin"), Error);
}
