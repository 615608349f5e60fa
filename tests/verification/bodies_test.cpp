// A thumb pressed with 40 N into every body, at places that a seed picks: converges, and forces balance.
// KNEAD_PLACES=5 presses at five places of each body, in elements of 12 mm; without it at one, in elements of 16 mm.
// The foot takes 7 and 9 mm.
#include <cstdlib>
#include <random>

#include <fmt/format.h>

#include "catch.hpp"
#include "scenario/build.hpp"
#include "scenario/read.hpp"
#include "verification/case_table.hpp"

using namespace knead;
using namespace knead::test;

namespace {

// Where the thumb goes: from one of the landmarks so far lateral and so far along at most.
struct Region {
  std::string body, posture;
  std::vector<std::string> landmarks;
  double least_lateral = 0, most_lateral = 15, most_along = 12;  // mm
  int size = 16, fine_size = 12;                                 // mm
};

std::string press(const Region& region, const std::string& place, int size_mm) {
  return fmt::format(R"(knead = 1
title = "Thumb"
[body]
name = "{}"
side = "right"
posture = "{}"
element_size = "{} mm"
[[stroke]]
name = "press"
technique = "effleurage"
applicator = "thumb"
at = "{}"
force = "40 N"
friction = 0.3
hold = "0.1 s"
)",
                     region.body, region.posture, size_mm, place);
}

// Of the force balance while the thumb holds its force.
struct Balance {
  double force = 0, error = 0;  // N, relative
  long repeated = 0;
};

Balance run(const std::string& text) {
  Scenario scenario = read_scenario_text(text, "press.toml");
  BuiltScenario built = build(scenario);
  Stepper stepper(*built.system, built.step, built.boundaries);
  Balance worst;
  while (!stepper.finished()) {
    const StepOutcome outcome = stepper.advance();
    INFO(outcome.failure);
    REQUIRE(outcome.ok);
    worst.repeated += outcome.rejected;
    const ForceBalance balance = built.system->balance(stepper.state().x);
    const double force = norm(balance.applied);
    if (force > worst.force) worst.force = force;
    if (force < 0.5 * worst.force) break;  // released
    if (force > 1) worst.error = std::max(worst.error, balance.force_error);
  }
  return worst;
}

}  // namespace

TEST_CASE("A thumb with 40 N comes to rest on every body, and what it pushes is held") {
  const char* given = std::getenv("KNEAD_PLACES");
  const int places = given ? std::max(1, std::atoi(given)) : 1;
  const std::vector<Region> regions{
      {"lower-back", "prone", {"L1", "L2", "L3", "L4", "L5"}, 25, 60},
      {"thigh", "prone", {"mid-thigh", "hamstrings"}},
      {"calf", "prone", {"calf", "gastrocnemius medial head", "gastrocnemius lateral head", "soleus"}},
      {"thigh", "supine", {"rectus femoris", "hip flexors", "vastus lateralis"}},
      {"thigh", "side", {"iliotibial band", "vastus lateralis", "tensor fasciae latae"}},
      {"calf", "side", {"peroneals", "soleus"}},
      {"gluteal", "prone", {"gluteus maximus", "gluteus medius", "piriformis", "PSIS", "ischial tuberosity"}},
      {"foot", "prone", {"heel", "arch", "abductor hallucis"}, 0, 6, 6, 9, 7}};
  for (std::size_t r = 0; r < regions.size(); ++r) {
    const Region& region = regions[r];
    const bool limb = region.body == "thigh" || region.body == "calf";
    if (limb && region.posture != "prone" && places == 1) continue;  // with the long set
    DYNAMIC_SECTION(region.body << ", " << region.posture) {
      std::mt19937 random(20);
      const auto uniform = [&](double low, double high) {
        return low + (high - low) * 1e-9 * (random() % 1000000001u);
      };
      double worst = 0;
      const int size = places > 1 ? region.fine_size : region.size;
      for (int n = 0; n < places; ++n) {
        const std::string place = fmt::format(
            "{} + {:.0f} mm lateral {} {:.0f} mm cranial", region.landmarks[random() % region.landmarks.size()],
            uniform(region.least_lateral, region.most_lateral), n % 2 ? "+" : "-", uniform(0, region.most_along));
        INFO(region.body << ": " << place);
        const Balance balance = run(press(region, place, size));
        // Towards the skin's normal at rest: friction adds to the resultant.
        CHECK(balance.force > 39.9);
        CHECK(balance.force < 45);
        worst = std::max(worst, balance.error);
      }
      CHECK(report(error_row(210 + static_cast<int>(r),
                             fmt::format("Thumb, 40 N, {} {} of {}, {}: largest force error", places,
                                         places == 1 ? "place" : "places", region.body, region.posture),
                             "applied force + reactions = 0", worst, 1e-6, fmt::format("elements of {} mm", size))));
    }
  }
}
