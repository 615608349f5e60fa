// Places that a scenario names in words: do they exist, and do they make a path?
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/units.hpp"
#include "body/chart_body.hpp"
#include "body/position.hpp"
#include "body/slab_grid.hpp"
#include "scenario/anatomy.hpp"
#include "scenario/check.hpp"
#include "scenario/models.hpp"

namespace knead {
namespace {

// Everything that names places, in one walk.
class Places {
 public:
  Places(const Scenario& scenario, const Body* outline, Diagnostics& diagnostics)
      : scenario_(scenario), outline_(outline), diagnostics_(diagnostics) {}

  // What is to be refined where, in the terms of the body.
  std::optional<Refinement> refinement() const { return refinement_; }

  void check() {
    for (const auto& stroke : scenario_.strokes) {
      if (stroke.path) check_path(*stroke.path);
      if (stroke.at) on_skin(*stroke.at);
    }
    if (const auto& refine = scenario_.body.refine)
      if (const auto at = on_skin(refine->at))
        refinement_ = Refinement{at->across, at->along, refine->radius, refine->size};
    for (const auto& applicator : scenario_.applicators) in_body(applicator.position);
    for (const auto& probe : scenario_.output.probes) in_body(probe.at);
    for (const auto& modifier : scenario_.modifiers)
      modifier.kind == ModifierSpec::Kind::scar ? on_skin(modifier.at) : in_body(modifier.at);
  }

 private:
  std::optional<SurfacePosition> in_body(const Position& position) {
    if (position.point || position.words.empty()) return std::nullopt;
    if (!outline_ || !outline_->surface) {
      diagnostics_.add(position.where,
                       fmt::format("{} names a landmark, but this body has none; give a point such as [\"0 mm\", "
                                   "\"0 mm\", \"5 mm\"]",
                                   in_quotes(position.words)));
      return std::nullopt;
    }
    try {
      return resolve_position(*outline_, position.words, side_of(scenario_), position.where);
    } catch (const Error& error) {
      diagnostics_.add(error, position.where);
      return std::nullopt;
    }
  }

  std::optional<SurfacePosition> on_skin(const Position& position) {
    if (position.point && outline_ && outline_->surface)
      diagnostics_.add(position.where, "a place on a body is said in words, for example \"L5 + 40 mm lateral\"");
    const auto place = in_body(position);
    if (place && place->depth > 0)
      diagnostics_.add(position.where, fmt::format("{} lies below the skin; leave out the part that ends in \"deep\"",
                                                   in_quotes(position.words)));
    return place;
  }

  void check_path(const PathSpec& path) {
    const auto from = on_skin(path.from), to = on_skin(path.to);
    constexpr double shortest = 1e-4;  // m
    if (from && to && std::hypot(to->across - from->across, to->along - from->along) < shortest)
      diagnostics_.add(path.where, "the path starts and ends at the same place: choose another `to`");
  }

  const Scenario& scenario_;
  const Body* outline_;
  Diagnostics& diagnostics_;
  std::optional<Refinement> refinement_;
};

// The columns of elements: cheap beside the body, and refused before they fill the memory.
void check_size(const Scenario& scenario, const BodyRequest& request, Diagnostics& diagnostics) {
  try {
    check_chart_grid(request);
  } catch (const Error& error) {
    diagnostics.add(error, request.refine ? scenario.body.refine->where
                                          : place_of(scenario, "body.element_size", scenario.body.where));
  }
}

void check_muscles(const Scenario& scenario, const BodySummary& summary, Diagnostics& diagnostics) {
  const auto check = [&](const std::string& muscle, const Location& where) {
    if (std::find(summary.muscles.begin(), summary.muscles.end(), muscle) != summary.muscles.end()) return;
    diagnostics.add(where, fmt::format("there is no muscle {} in the body {}{}; it has {}", in_quotes(muscle),
                                       in_quotes(summary.name), did_you_mean(muscle, summary.muscles),
                                       fmt::join(summary.muscles, ", ")));
  };
  for (const auto& [muscle, where] : scenario.tissue.muscle_tone_where) check(muscle, where);
  for (const auto& [muscle, activation] : scenario.tissue.activation) check(muscle, activation.where);
}

}  // namespace

void check_places(const Scenario& scenario, Diagnostics& diagnostics) {
  if (scenario.body.is_specimen()) {
    for (const auto& [muscle, activation] : scenario.tissue.activation)
      diagnostics.add(activation.where,
                      fmt::format("{} is no muscle of a specimen; a tissue defined in place has fibres.activation",
                                  in_quotes(muscle)));
    return Places(scenario, nullptr, diagnostics).check();
  }
  const auto& body = scenario.body.name;
  const auto& like = scenario.subject.like;
  // Models that are missing are reported where they are named.
  if (!body_file_exists(scenario) || !model_exists(scenario.model_folders, "subjects", like.text)) return;
  try {
    BodyRequest request = body_request(scenario);
    const Body outline = outline_chart_body(request);
    Places places(scenario, &outline, diagnostics);
    places.check();
    request.refine = places.refinement();
    check_size(scenario, request, diagnostics);
    check_muscles(scenario, read_body_summary(request.path, request.subject), diagnostics);
  } catch (const Error& error) {
    diagnostics.add(error, body.where);
  }
}

}  // namespace knead
