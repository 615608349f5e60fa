#pragma once
#include <memory>
#include <string>
#include <vector>

#include "applicator/applicator.hpp"
#include "body/body.hpp"
#include "io/run_info.hpp"
#include "scenario/probe.hpp"
#include "scenario/scenario.hpp"
#include "step/stepper.hpp"
#include "step/system.hpp"

namespace knead {

inline constexpr double preview_coarsening = 2.5;  // elements of a preview are this much larger

struct BuildOptions {
  bool preview = false;      // the same strokes on a coarse mesh
  double element_scale = 1;  // elements besides this much larger, steps as they would be without
  double step_scale = 1;     // steps this much longer

  double preview_scale() const { return preview ? preview_coarsening : 1.0; }
  double coarsening() const { return element_scale * preview_scale(); }
};

// One stroke as it was laid out in time: rows of the load profile carry its name.
struct StrokeSchedule {
  std::string name;
  std::size_t applicator = 0;  // index into System::applicators()
  double start = 0, end = 0;   // s
  double force = 0;            // N, wanted
  double pad_thickness = 0;    // m, of its applicator's pad of constant stiffness; ∞ where there is none
};

// A scenario turned into something that can be solved: the only place that knows all the parts.
struct BuiltScenario {
  std::shared_ptr<const Body> body;
  std::unique_ptr<System> system;
  StepSettings step;
  std::vector<double> boundaries;  // s, that steps land on; the last is the end
  std::vector<StrokeSchedule> strokes;
  std::vector<ApplicatorInfo> applicators;
  std::vector<Probe> probes;
  std::vector<std::string> notes;  // what was assumed
  double seconds = 0;              // that building took
};

// The body alone, for `check` and pictures. Throws Error with places.
std::shared_ptr<const Body> build_body(const Scenario& scenario, const BuildOptions& options = {});
BuiltScenario build(const Scenario& scenario, const BuildOptions& options = {});

}  // namespace knead
