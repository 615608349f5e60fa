#include "catch.hpp"

#include <filesystem>

#include "base/error.hpp"
#include "read_picture.hpp"
#include "render_colour.hpp"
#include "render_request.hpp"

using namespace knead;
using namespace knead::test;

TEST_CASE("A section of a body shows its tissues, muscles and bones") {
  const std::filesystem::path folder = std::filesystem::path(KNEAD_BINARY_DIR) / "render_body_test";
  std::filesystem::create_directories(folder);
  RenderRequest request;
  request.input = "lower-back";
  request.element_size = 0.012;
  request.width = 800;
  request.height = 500;
  request.clip = "L3";
  request.output = folder / "average.png";
  CHECK(render_body(request).files.front() == request.output);
  const Picture average = read_png(request.output);
  CHECK(average.width == 800);
  CHECK(average.height == 500);
  for (const char* name : {"skin", "subcutaneous fat", "other muscle", "multifidus", "erector spinae",
                           "quadratus lumborum", "latissimus dorsi"}) {
    CAPTURE(name);
    CHECK(average.count(tissue_colour(name)) > 200);
  }
  CHECK(average.count(bone_colour) > 2000);
  CHECK(average.count(tissue_colour("gluteus maximus")) < 20);  // it lies below

  // 25 mm of fat instead of 9 at the same size of the picture.
  request.subject = "high-bmi";
  request.output = folder / "high-bmi.png";
  render_body(request);
  const double ratio = double(read_png(request.output).count(tissue_colour("subcutaneous fat"))) /
                       double(average.count(tissue_colour("subcutaneous fat")));
  CHECK(ratio > 2.2);
  CHECK(ratio < 3.2);
}

TEST_CASE("What no body is drawn from is refused in one sentence") {
  RenderRequest request;
  request.input = "lower-bak";
  CHECK_THROWS_WITH(render_body(request), Catch::Contains("did you mean \"lower-back\""));
  request.input = "lower-back";
  request.subject = "averge";
  CHECK_THROWS_WITH(render_body(request), Catch::Contains("did you mean \"average\""));
  request.subject = "average";
  request.element_size = 0.02;
  request.clip = "L9";
  CHECK_THROWS_WITH(render_body(request), Catch::Contains("a landmark of the body"));
}
