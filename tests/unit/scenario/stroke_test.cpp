// Strokes on a body as they are built: depth below the undeformed skin along a curved path.
#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "scenario/build.hpp"
#include "scenario/read.hpp"

using namespace knead;

TEST_CASE("A prescribed depth is that below the undeformed skin all along a curved path") {
  // Up the lower back, over the lordosis.
  const std::string text = R"(
knead = 1
title = "test"
[body]
name = "lower-back"
side = "left"
element_size = "16 mm"
[[stroke]]
name = "up"
applicator = "palm"
path = { from = "L5 + 40 mm lateral", to = "T12 + 40 mm lateral" }
travel = "6 mm"
speed = "12 cm/s"
)";
  BuiltScenario built = build(read_scenario_text(text, std::string(KNEAD_SOURCE_DIR) + "/scenarios/test.toml"));
  PressedApplicator& applicator = built.system->applicators()[0];
  Contact& contact = *applicator.contact;
  double first = 0, last = 0, off_line = 0, begin = 0, end = 0;
  std::vector<std::pair<double, double>> touches;  // way, touch
  for (double t = 0; t <= applicator.motion->end(); t += 0.02) {
    if (applicator.motion->phase_at(t) != Phase::move) continue;
    const ApplicatorPose pose = applicator.motion->pose_at(t);
    contact.set_pose(pose);
    const auto touch = contact.touch_travel();
    REQUIRE(touch);
    INFO(t);
    CHECK(applicator.motion->travel_at(t, 0) - *touch == Approx(0.006).epsilon(0.01));
    if (touches.empty()) first = *touch;
    last = *touch;
    touches.emplace_back(pose.position[0], *touch);
  }
  REQUIRE(touches.size() > 20);
  begin = touches.front().first;
  end = touches.back().first;
  for (const auto& [place, touch] : touches)
    off_line = std::max(off_line, std::abs(touch - first - (last - first) * (place - begin) / (end - begin)));
  INFO(off_line);
  CHECK(off_line > 1e-4);  // a straight line between the ends would be wrong
}
