// What the check says without a mesh agrees with the mesh.
#include "scenario/check.hpp"

#include "body/specimens.hpp"
#include "catch.hpp"
#include "scenario/read.hpp"

using namespace knead;

namespace {

std::vector<std::string> faces_of(const Mesh& mesh) {
  std::vector<std::string> names;
  for (const auto& [name, faces] : mesh.faces) names.push_back(name);
  return names;
}

// All sentences of the error, empty when there was none.
std::string mistakes(const std::string& text) {
  try {
    read_scenario_text(text, "test.toml");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

const std::string block = R"(
knead = 1
title = "test"
[body]
name = "block"
size = ["10 mm", "10 mm", "10 mm"]
elements = [1, 1, 1]
tissue = "gel"
[tissue.gel]
law = "neo-hookean"
E = "3 kPa"
nu = 0.5
[[applicator]]
shape = { kind = "sphere", radius = "10 mm" }
position = ["5 mm", "5 mm", "20 mm"]
travel = "1 mm"
[time]
end = "1 s"
step = "0.5 s"
)";

}  // namespace

TEST_CASE("Specimens have the faces that a check knows") {
  BodySpec body;
  body.name.text = "block";
  CHECK(specimen_faces(body) == faces_of(make_block({})));
  for (const double inner : {0.0, 0.02}) {
    body.inner_radius = inner;
    body.name.text = "cylinder";
    for (const auto& [sector, other] : {std::pair{Sector::full, CylinderSettings::Sector::full},
                                        std::pair{Sector::half, CylinderSettings::Sector::half},
                                        std::pair{Sector::quarter, CylinderSettings::Sector::quarter}}) {
      CylinderSettings settings;
      settings.inner_radius = inner;
      settings.sector = other;
      body.sector = sector;
      CHECK(specimen_faces(body) == faces_of(make_cylinder(settings)));
    }
    body.name.text = "sphere";
    for (const auto& [sector, other] : {std::pair{Sector::full, SphereSettings::Sector::full},
                                        std::pair{Sector::octant, SphereSettings::Sector::octant}}) {
      SphereSettings settings;
      settings.inner_radius = inner;
      settings.sector = other;
      body.sector = sector;
      CHECK(specimen_faces(body) == faces_of(make_sphere(settings)));
    }
  }
}

TEST_CASE("Expected results have the dimension of their measure") {
  const auto expect = [](const std::string& line) { return mistakes(block + "[expect]\n" + line + "\n"); };
  CHECK(expect(R"(peak_contact_pressure = { value = "3 kPa", within = "5 %" })").empty());
  CHECK(expect(R"(peak_contact_area = { value = "3 cm^2", within = "1 mm^2" })").empty());
  CHECK(expect(R"(largest_volume_change = { value = 0.01, within = "5 %" })").empty());
  CHECK(expect(R"(largest_volume_change = { value = "1 %", within = "5 %" })").empty());
  CHECK(expect(R"(work = { value = "3 J", within = "5 %" })").empty());
  const auto fits = [&](const std::string& line) { return expect(line).find("does not fit") == std::string::npos; };
  CHECK_FALSE(fits(R"(peak_contact_area = { value = "3 cm", within = "5 %" })"));
  CHECK(fits(R"(work = { value = "3 J", preview = "2 J", within = "5 %" })"));
  CHECK_FALSE(fits(R"(work = { value = "3 J", preview = "2 N", within = "5 %" })"));
  CHECK_FALSE(fits(R"(work = { value = "3 N", within = "5 %" })"));
  CHECK_FALSE(fits(R"(largest_volume_change = { value = "3 N", within = "5 %" })"));
}

TEST_CASE("Expected results name strokes and applicators") {
  CHECK(mistakes(block + "[expect.\"applicator 1\"]\nwork = { value = \"3 J\", within = \"5 %\" }\n").empty());
  CHECK(mistakes(block + "[expect.\"applicator 2\"]\nwork = { value = \"3 J\", within = \"5 %\" }\n")
            .find("did you mean \"applicator 1\"") != std::string::npos);
}
