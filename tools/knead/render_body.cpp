// knead render of a body without a run: its tissues, muscles and bones at rest.
#include <cmath>

#include <fmt/format.h>
#include <vtkObject.h>

#include "base/error.hpp"
#include "base/version.hpp"
#include "body/chart_body.hpp"
#include "body/layers.hpp"
#include "fem/quadratic_basis.hpp"
#include "io/record.hpp"
#include "render_files.hpp"
#include "render_request.hpp"
#include "render_scene.hpp"
#include "render_threads.hpp"
#include "scenario/models.hpp"

namespace knead {
namespace {

// The octants of the elements by tissue or, in a named muscle, by muscle.
PictureBody picture_of(const Body& body, const std::string& title) {
  PictureBody picture;
  RunInfo& info = picture.info;
  info.title = title;
  info.version = build_information().version;
  info.body = body.name;
  info.holders = body.holders;
  info.holder = body.holder;
  for (const Tissue& tissue : body.tissues) {
    const bool divided = tissue.name == "muscle" && body.regions.size() > 1;
    info.tissues.push_back(divided ? "other muscle" : tissue.name);
  }
  const int first_muscle = static_cast<int>(info.tissues.size());
  for (std::size_t r = 1; r < body.regions.size(); ++r) info.tissues.push_back(body.regions[r]);
  for (const Landmark& l : body.landmarks) {
    info.landmarks.push_back({l.name, body.surface->point(l.across, l.along), l.description});
  }
  picture.points = body.mesh.points;
  for (std::size_t c = 0; c < body.mesh.cells.size(); ++c)
    for (std::size_t k = 0; k < 8; ++k) {
      std::array<std::int64_t, 8> corners{};
      for (std::size_t v = 0; v < 8; ++v) {
        corners[v] = body.mesh.cells[c][static_cast<std::size_t>(sub_hexahedra()[k][v])];
      }
      picture.hexahedra.push_back(corners);
      const auto q = static_cast<std::size_t>(corner_node(static_cast<int>(k)));  // the quadrature point of the octant
      const int region = body.region.empty() ? 0 : body.region[points_per_cell * c + q];
      picture.tissue.push_back(region > 0 ? first_muscle + region - 1 : body.mesh.cell_tissue[c]);
    }
  picture.fascia_name = body.membranes.size() == 1 ? body.membranes[0].name : "deep fascia";
  std::replace(picture.fascia_name.begin(), picture.fascia_name.end(), '-', ' ');
  for (const MembranePlacement& membrane : body.membranes)
    for (const auto& face : membrane.faces)
      for (const std::size_t a : {0u, 1u, 3u, 4u}) {
        picture.fascia.push_back({face[a], face[a + 1], face[a + 4], face[a + 3]});
      }
  find_bones_and_landmarks(picture);
  return picture;
}

// From the skin to the bone where the subject's file speaks of it: at the midline, beside the spine or on the sacrum,
// and below the gluteal muscles.
std::vector<Needle> needles_at(const Body& body, double along) {
  std::vector<Needle> needles;
  const bool lumbar = measure_layers(body, 0.03, along).back().ends_at == "bone: vertebrae";
  for (const double across : lumbar ? std::vector{0.0, 0.03} : std::vector{0.0, 0.02, 0.105}) {
    double depth = 0;
    std::string end;
    for (const LayerThickness& layer : measure_layers(body, across, along)) {
      depth += layer.thickness;
      end = layer.ends_at;
    }
    if (end.rfind("bone", 0) != 0) continue;
    const Vec3d skin = body.surface->point(across, along);
    needles.push_back(
        {skin, skin - depth * body.surface->normal(across, along), fmt::format("{:.1f} mm", 1e3 * depth)});
  }
  return needles;
}

}  // namespace

RenderOutcome render_body(const RenderRequest& request) {
  vtkObject::GlobalWarningDisplayOff();
  use_one_thread_for_filters();
  const std::vector<std::string> folders = standard_model_folders(std::filesystem::current_path());
  BodyRequest wanted;
  wanted.path = find_model(folders, "bodies", request.input.string(), {});
  wanted.subject = read_subject(find_model(folders, "subjects", request.subject, {"--subject"}), folders);
  wanted.models = folders;
  wanted.side = Laterality::right;
  wanted.element_size = request.element_size;
  const Body body = build_chart_body(wanted);
  const PictureBody picture = picture_of(body, read_body_summary(wanted.path, wanted.subject).title);

  PictureStep step;
  step.field.name = "tissue";
  step.field.association = Association::cell;
  step.values.assign(picture.hexahedra.size(), 0.0);
  step.displacement.assign(picture.points.size(), Vec3d{{0, 0, 0}});
  step.facts = fmt::format("{} ({})   ·   elements of {:g} mm", wanted.subject.title, wanted.subject.name,
                           1e3 * request.element_size);
  const PosesOfRun at_rest{{0.0}, {{}}, {0.0}};

  Scene::Settings settings;
  settings.view = choose_view(picture, at_rest, 0, step.field, request);
  for (const Landmark& landmark : body.landmarks) {
    if (landmark.name != request.clip) continue;
    if (request.view.empty()) {  // straight on
      settings.view.direction = {{0, 0, 1}};
      settings.view.flat = true;
      settings.view.caption = "cut at " + request.clip + ", seen from caudal; needles: skin to bone";
    }
    step.needles = needles_at(body, landmark.along);
  }
  PictureWindow window(request.width, request.height);
  RenderOutcome outcome;
  const std::filesystem::path output =
      request.output.empty() ? std::filesystem::path(body.name + ".png") : request.output;
  write_png(Scene(window, picture, at_rest).draw(step, settings), output);
  outcome.files.push_back(output);
  outcome.summary = fmt::format("{} of the subject {}", body.name, wanted.subject.name);
  return outcome;
}

}  // namespace knead
