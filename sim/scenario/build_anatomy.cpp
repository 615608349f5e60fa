// Bodies of models/bodies/ and places on them.
#include <fmt/format.h>

#include "body/position.hpp"
#include "body/slab_body.hpp"
#include "scenario/build_parts.hpp"
#include "scenario/models.hpp"

namespace knead {

namespace {

MuscleTone tone_of(Tone tone) {
  switch (tone) {
    case Tone::relaxed:
      return MuscleTone::relaxed;
    case Tone::tight:
      return MuscleTone::tight;
    case Tone::contracted:
      return MuscleTone::contracted;
  }
  return MuscleTone::relaxed;
}

Laterality side_of(const Scenario& scenario) {
  return scenario.body.side == BodySide::left ? Laterality::left : Laterality::right;
}

// Landmarks and a chart are enough to find a place; the mesh can wait.
SurfacePlace place(const Body& body, const std::string& words, Laterality side, const Location& where) {
  const SurfacePosition p = resolve_position(body, words, side, where);
  return {p.across, p.along, p.depth};
}

}  // namespace

Body build_anatomy(const Scenario& scenario, bool preview) {
  const BodySpec& spec = scenario.body;
  BodyRequest request;
  request.path = find_model(scenario.model_folders, "bodies", spec.name.text, spec.name.where);
  request.subject = read_subject(
      find_model(scenario.model_folders, "subjects", scenario.subject.like.text, scenario.subject.like.where));
  for (const auto& [key, value] : scenario.subject.values)
    override_subject(request.subject, key, value.text, value.where);
  request.models = scenario.model_folders;
  request.element_size = spec.element_size * (preview ? preview_coarsening : 1.0);
  request.tissue_class =
      scenario.tissue.stiffness == StiffnessClass::indentation ? TissueClass::indentation : TissueClass::lower_bound;
  request.tone = tone_of(scenario.tissue.tone);
  for (const auto& [muscle, tone] : scenario.tissue.muscle_tone) request.muscle_tone[muscle] = tone_of(tone);
  if (spec.refine) {
    // The place of the refinement is needed before there is a mesh.
    const SurfacePlace at =
        place(outline_slab_body(request), spec.refine->at.words, side_of(scenario), spec.refine->at.where);
    request.refine =
        Refinement{at.across, at.along, spec.refine->radius, spec.refine->size * (preview ? preview_coarsening : 1.0)};
  }
  return build_slab_body(request);
}

SurfacePlace place_on_surface(const Body& body, const Scenario& scenario, const Position& position) {
  if (position.point) {
    if (!scenario.body.is_specimen())
      throw Error(ExitCode::invalid_input, position.where,
                  "a place on a body is said in words, for example \"L5 + 40 mm lateral\"");
    return {(*position.point)[0], (*position.point)[1], 0.0};
  }
  return place(body, position.words, side_of(scenario), position.where);
}

Vec3d point_in_body(const Body& body, const Scenario& scenario, const Position& position) {
  if (position.point) return *position.point;
  const SurfacePosition p = resolve_position(body, position.words, side_of(scenario), position.where);
  return point_at(*body.surface, p);
}

}  // namespace knead
