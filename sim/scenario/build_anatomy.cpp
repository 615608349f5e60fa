// Bodies of models/bodies/ and places on them.
#include <filesystem>

#include <fmt/format.h>

#include "scenario/anatomy.hpp"
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
    case Tone::strongly_contracted:
      return MuscleTone::strongly_contracted;
  }
  return MuscleTone::relaxed;
}

}  // namespace

Laterality side_of(const Scenario& scenario) {
  return scenario.body.side == BodySide::left ? Laterality::left : Laterality::right;
}

std::string body_file(const Scenario& scenario) {
  const Name& body = scenario.body.name;
  return find_body(scenario.model_folders, body.text, std::filesystem::path(scenario.path).parent_path().string(),
                   body.where);
}

bool body_file_exists(const Scenario& scenario) {
  return body_exists(scenario.model_folders, scenario.body.name.text,
                     std::filesystem::path(scenario.path).parent_path().string());
}

bool has_own_mesh(const Scenario& scenario) {
  try {
    return is_mesh_body(body_file(scenario));
  } catch (const Error&) {
    return false;
  }
}

BodyRequest body_request(const Scenario& scenario) {
  const Name& like = scenario.subject.like;
  BodyRequest request;
  static_cast<SheetRequest&>(request) = sheet_request(scenario);
  request.path = body_file(scenario);
  request.subject =
      read_subject(find_model(scenario.model_folders, "subjects", like.text, like.where), scenario.model_folders);
  for (const auto& [key, value] : scenario.subject.values)
    override_subject(request.subject, key, value.text, value.where);
  follow_relations(request.subject);
  request.element_size = scenario.body.element_size;
  request.side = side_of(scenario);
  request.posture = {scenario.body.posture.text, scenario.body.posture.where};
  request.gravity = scenario.body.gravity;
  request.gliding = scenario.body.gliding;
  request.tone = tone_of(scenario.tissue.tone);
  for (const auto& [muscle, tone] : scenario.tissue.muscle_tone) request.muscle_tone[muscle] = tone_of(tone);
  return request;
}

Body build_anatomy(const Scenario& scenario, const BuildOptions& options) {
  BodyRequest request = body_request(scenario);
  request.element_size *= options.element_scale;
  if (options.preview)  // no coarser than the body bears
    request.element_size =
        std::min(preview_coarsening * request.element_size, std::max(request.element_size, coarsest_element(request)));
  if (const auto& refine = scenario.body.refine) {
    // The place of the refinement is needed before there is a mesh.
    const SurfacePosition at =
        resolve_position(outline_chart_body(request), refine->at.words, side_of(scenario), refine->at.where);
    request.refine = Refinement{at.across, at.along, refine->radius, refine->size * options.coarsening()};
  }
  Body body = build_chart_body(request);
  body.element_size = request.element_size;
  if (!scenario.tissue.activation.empty()) body.activation.resize(body.regions.size());
  for (const auto& [muscle, table] : scenario.tissue.activation) {
    body.notes.push_back(
        fmt::format("the muscle {} contracts with an activation of up to {:g}", muscle, table.largest()));
    for (std::size_t i = 0; i < body.regions.size(); ++i)
      if (body.regions[i] == muscle) body.activation[i] = [table = table](double time) { return table.eval(time); };
  }
  return body;
}

SurfacePosition place_on_surface(const Body& body, const Scenario& scenario, const Position& position) {
  if (position.point) {
    if (!scenario.body.is_specimen())
      throw Error(ExitCode::invalid_input, position.where,
                  "a place on a body is said in words, for example \"L5 + 40 mm lateral\"");
    return {(*position.point)[0], (*position.point)[1], 0.0};
  }
  return resolve_position(body, position.words, side_of(scenario), position.where);
}

Vec3d point_in_body(const Body& body, const Scenario& scenario, const Position& position) {
  if (position.point) return *position.point;
  const SurfacePosition p = resolve_position(body, position.words, side_of(scenario), position.where);
  return point_at(*body.surface, p);
}

}  // namespace knead
