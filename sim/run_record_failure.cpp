// What is left of a step that cannot be made: the state it had reached, and a sentence that says why.
#include <fmt/format.h>

#include "base/units.hpp"
#include "run_record_parts.hpp"

namespace knead {

namespace {

const std::string& tissue_of(const Body& body, std::size_t cell) {
  return body.tissues[static_cast<std::size_t>(body.mesh.cell_tissue[cell])].name;
}

// "(25, 30, 20) mm"
std::string coordinates(const Body& body, int node) {
  const Vec3d x = body.mesh.points[static_cast<std::size_t>(node)];
  return fmt::format("({:.0f}, {:.0f}, {:.0f}) mm", 1e3 * x[0], 1e3 * x[1], 1e3 * x[2]);
}

// "gel at (25, 30, 20) mm"
std::string place(const Body& body, std::size_t cell, int node) {
  return fmt::format("{} at {}", tissue_of(body, cell), coordinates(body, node));
}

std::string furthest_off(const WorstResidual& worst, const Body& body, System& system) {
  using Equation = WorstResidual::Equation;
  const std::string by = fmt::format("{:.1g} times its limit", worst.excess);
  switch (worst.equation) {
    case Equation::force:
      for (std::size_t c = 0; c < body.mesh.cells.size(); ++c)
        for (int node : body.mesh.cells[c])
          if (static_cast<std::size_t>(node) == worst.index)
            return fmt::format("furthest off is the force on {}, {}", place(body, c, node), by);
      break;
    case Equation::volume:
      return fmt::format("furthest off is the volume of element {}, {}, {}", worst.index,
                         place(body, worst.index, body.mesh.cells[worst.index][13]), by);
    case Equation::travel:
      return fmt::format("furthest off is the contact force of {}, {}", system.applicators()[worst.index].name, by);
    case Equation::suction:
      return fmt::format("furthest off is the gas law in {}, {}", system.applicators()[worst.index].name, by);
    case Equation::roll:
      return fmt::format("furthest off is the rolling of {}, {}", system.applicators()[worst.index].name, by);
    case Equation::balance:
      break;
  }
  return fmt::format("furthest off is the sum of all forces, {}", by);
}

}  // namespace

void RunRecord::write_failed(const StepOutcome& outcome) {
  auto& s = *self_;
  System& system = *s.built.system;
  System::Residual residual;
  system.evaluate(outcome.reached, false, residual);
  Elastic::Fields fields = system.elastic().fields(outcome.reached.u, outcome.reached.p, s.cell_fields);
  RecordSettings settings = s.record_settings();
  settings.overwrite = true;
  Recorder recorder(failed_path(), s.built.body->mesh, s.static_data(), s.info(), s.fields, s.history_columns(),
                    settings);
  s.write(recorder, s.gather(outcome.reached, std::move(fields), outcome.time, {}));
}

std::string RunRecord::explain_failure(const StepState& state, const StepOutcome& outcome) const {
  const auto& s = *self_;
  const Body& body = *s.built.body;
  std::string sentence = outcome.failure;
  if (!s.built.strokes.empty()) {
    // The phase that the failed step belongs to: steps end on the boundaries between phases.
    const double inside = state.time + 1e-9 * s.built.boundaries.back();
    const auto& schedule = s.built.strokes[s.strokes_at(inside).front()];
    const auto& motion = *s.built.system->applicators()[schedule.applicator].motion;
    sentence += fmt::format("; stroke {}, phase {}", in_quotes(schedule.name), to_string(motion.phase_at(inside)));
  }
  if (outcome.newton.worst.excess > 1) sentence += "; " + furthest_off(outcome.newton.worst, body, *s.built.system);
  if (const int cell = outcome.newton.worst_cell; cell >= 0) {
    const auto c = static_cast<std::size_t>(cell);
    sentence += fmt::format("; smallest J = {:.3g} in {}, element {} at {}", outcome.newton.min_jacobian,
                            tissue_of(body, c), cell, coordinates(body, body.mesh.cells[c][13]));
  }
  return sentence + (s.built.strokes.empty()         ? "; try smaller loads, or smaller elements there"
                     : s.scenario.body.is_specimen() ? "; try a smaller force or travel, a larger applicator, or "
                                                       "smaller elements there"
                                                     : "; try a smaller force, a larger applicator, or smaller "
                                                       "elements there (body.refine)");
}

}  // namespace knead
