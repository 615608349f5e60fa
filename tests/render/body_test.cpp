#include "catch.hpp"

#include <cmath>
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

TEST_CASE("A body cut open shows its fasciae, the muscle below skin and fat, and its fibres") {
  const std::filesystem::path folder = std::filesystem::path(KNEAD_BINARY_DIR) / "render_body_test";
  std::filesystem::create_directories(folder);
  RenderRequest request;
  request.input = "thigh";
  request.element_size = 0.014;
  request.width = 800;
  request.height = 500;
  request.output = folder / "thigh.png";
  render_body(request);
  const Picture open = read_png(request.output);
  CHECK(open.count(fascia_colours[0]) > 40);   // iliotibial band, over an eighth of the way around
  CHECK(open.count(fascia_colours[1]) > 500);  // fascia lata around the rest
  CHECK(open.count(fibre_colour) > 600);
  for (const char* name : {"biceps femoris", "adductors", "vastus intermedius", "rectus femoris", "gracilis"}) {
    CAPTURE(name);
    CHECK(open.count(tissue_colour(name)) > 200);
  }
  // Seen from a side nothing is taken off: streaks on the cut alone are fewer.
  request.view = "caudal";
  request.output = folder / "thigh-caudal.png";
  render_body(request);
  const int streaks = static_cast<int>(read_png(request.output).count(fibre_colour));
  CHECK(streaks > 100);
  CHECK(2 * streaks < static_cast<int>(open.count(fibre_colour)) * 3);
}

TEST_CASE("Neighbouring muscles have colours that differ") {
  const char* limbs[][10] = {
      {"sartorius", "gracilis", "semitendinosus", "semimembranosus", "biceps femoris", "adductors", "rectus femoris",
       "vastus lateralis", "vastus medialis", "vastus intermedius"},
      {"gastrocnemius medial head", "gastrocnemius lateral head", "soleus", "deep compartment", "peroneals",
       "tibialis anterior"},
      {"quadriceps femoris right", "thigh medial compartment right", "thigh posterior compartment right",
       "sartorius right", "gracilis right", "iliopsoas right"}};
  for (const auto& names : limbs)
    for (const char* a : names)
      for (const char* b : names) {
        if (!a || !b || a == b) continue;
        CAPTURE(a, b);
        const Colour x = tissue_colour(a), y = tissue_colour(b);
        CHECK(std::abs(x[0] - y[0]) + std::abs(x[1] - y[1]) + std::abs(x[2] - y[2]) > 0.1);
      }
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
  request.clip.clear();
  request.field = "von_mises";
  CHECK_THROWS_WITH(render_body(request), Catch::Contains("no fields and no times"));
}
