// knead render of a body without a run: its tissues, muscles and bones at rest.
#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <vtkObject.h>

#include "base/error.hpp"
#include "base/version.hpp"
#include "body/chart_body.hpp"
#include "body/hexahedron.hpp"
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
PictureBody picture_of(const Body& body, const std::function<int(const Vec3d&)>& region_at, const std::string& title) {
  PictureBody picture;
  RunInfo& info = picture.info;
  info.title = title;
  info.version = build_information().version;
  info.body = body.name;
  info.directions = body.directions;
  info.anatomy = body.anatomy;
  info.holders = body.holders;
  info.holder = body.holder;
  for (const Tissue& tissue : body.tissues) {
    const bool divided = tissue.name == "muscle" && body.regions.size() > 1;
    info.tissues.push_back(divided ? "other muscle" : tissue.name);
  }
  const int first_muscle = static_cast<int>(info.tissues.size());
  for (std::size_t r = 1; r < body.regions.size(); ++r) info.tissues.push_back(body.regions[r]);
  for (const Landmark& l : landmarks_on(body)) {
    info.landmarks.push_back({l.name, body.surface->point(l.across, l.along), l.description});
  }
  const auto muscle = std::ranges::find(info.tissues, "other muscle") - info.tissues.begin();
  if (region_at && muscle < first_muscle) {
    picture.divided.assign(info.tissues.size(), 0);
    for (std::size_t t = 0; t < info.tissues.size(); ++t)
      picture.divided[t] = static_cast<int>(t) >= first_muscle || static_cast<std::ptrdiff_t>(t) == muscle;
    picture.tissue_at = [muscle, first_muscle, region_at](const Vec3d& x) {
      const int region = region_at(x);
      return region > 0 ? first_muscle + region - 1 : static_cast<int>(muscle);
    };
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
      const Vec3<float>& d = region > 0 ? body.fibre[points_per_cell * c + q] : Vec3<float>{0, 0, 0};
      picture.fibre.push_back({{d[0], d[1], d[2]}});
    }
  for (const MembranePlacement& membrane : body.membranes) {
    PictureFascia fascia{membrane.name, {}};
    std::replace(fascia.name.begin(), fascia.name.end(), '-', ' ');
    for (const auto& face : membrane.faces)
      for (const std::size_t a : {0u, 1u, 3u, 4u})
        fascia.faces.push_back({face[a], face[a + 1], face[a + 4], face[a + 3]});
    picture.fasciae.push_back(std::move(fascia));
  }
  find_bones_and_landmarks(picture);
  return picture;
}

Vec3d middle_of(const PictureBody& picture, std::size_t hexahedron) {
  Vec3d middle{{0, 0, 0}};
  for (const std::int64_t n : picture.hexahedra[hexahedron])
    middle += picture.points[static_cast<std::size_t>(n)] / 8.0;
  return middle;
}

using Corners = std::array<std::int64_t, 4>;  // of a face, in ascending order
std::array<Corners, 6> faces_of(const std::array<std::int64_t, 8>& h) {
  std::array<Corners, 6> faces{{{h[0], h[1], h[2], h[3]},
                                {h[4], h[5], h[6], h[7]},
                                {h[0], h[1], h[5], h[4]},
                                {h[1], h[2], h[6], h[5]},
                                {h[2], h[3], h[7], h[6]},
                                {h[3], h[0], h[4], h[7]}}};
  for (Corners& face : faces) std::sort(face.begin(), face.end());
  return faces;
}

// Takes skin and fat off the left of what is seen behind the cut, and marks the fibres of the muscle that lies open.
void open_window(PictureBody& picture, const View& view, const Body& body) {
  constexpr double behind = 0.035, beside = 0.016;  // m, of what stays at the cut and beside the middle
  constexpr int layers_taken_off = 2;               // skin and fat are the first tissues of every body
  const Vec3d right = normalized(cross(view.direction, view.up));
  Vec3d middle{{0, 0, 0}};
  for (const Vec3d& p : picture.points) middle += p / static_cast<double>(picture.points.size());
  const Vec3d sideways = normalized(right - dot(right, view.cut->normal) * view.cut->normal);
  const auto is_left = [&](const Vec3d& x) {
    if (!body.one_sided) return dot(x - middle, sideways) < -beside;
    const Vec3d out{{x[0], x[1], 0}};  // the columns of a limb stand around its axis
    return dot(out, sideways) < -0.3 * norm(out);
  };
  std::set<Corners> open;
  PictureBody kept = picture;
  kept.hexahedra.clear(), kept.tissue.clear(), kept.fibre.clear();
  for (std::size_t h = 0; h < picture.hexahedra.size(); ++h) {
    // Whole elements, so that the edge of the window is one.
    const Vec3d cell = cell_points(body.mesh, static_cast<int>(h / 8))[13];
    const bool off = picture.tissue[h] < layers_taken_off && dot(cell - view.cut->origin, view.cut->normal) > behind &&
                     is_left(cell);
    if (off) {
      for (const Corners& face : faces_of(picture.hexahedra[h])) open.insert(face);
      continue;
    }
    kept.hexahedra.push_back(picture.hexahedra[h]);
    kept.tissue.push_back(picture.tissue[h]);
    kept.fibre.push_back(picture.fibre[h]);
  }
  constexpr double half = 3.5e-3, lift = 7e-4, spacing = 8e-3;  // m
  for (std::size_t h = 0; h < kept.hexahedra.size(); ++h) {
    if (norm(kept.fibre[h]) == 0) continue;
    for (const Corners& face : faces_of(kept.hexahedra[h])) {
      if (open.count(face) == 0) continue;
      Vec3d x{{0, 0, 0}};
      for (const std::int64_t n : face) x += kept.points[static_cast<std::size_t>(n)] / 4.0;
      const Vec3d out = normalized(x - middle_of(kept, h));
      const Vec3d along = normalized(kept.fibre[h] - dot(kept.fibre[h], out) * out);
      const Vec3d at = x + lift * out;
      const bool crowded = std::any_of(kept.fibre_marks.begin(), kept.fibre_marks.end(), [&](const FibreMark& mark) {
        return norm(0.5 * (mark.from + mark.to) - at) < spacing;
      });
      if (!crowded) kept.fibre_marks.push_back({at - half * along, at + half * along});
    }
  }
  std::vector<char> used(kept.points.size(), 0);
  for (const auto& hexahedron : kept.hexahedra)
    for (const std::int64_t n : hexahedron) used[static_cast<std::size_t>(n)] = 1;
  for (int& node : kept.landmark_node)
    if (node >= 0 && !used[static_cast<std::size_t>(node)]) node = -1;
  picture = std::move(kept);
}

// From the skin to the bone where the subject's file speaks of it: at the midline, beside the spine or on the sacrum,
// and below the gluteal muscles.
std::vector<Needle> needles_at(const Body& body, const Landmark& landmark) {
  std::vector<Needle> needles;
  const double along = landmark.along;
  const bool lumbar = measure_layers(body, 0.03, along).back().ends_at == "bone: vertebrae";
  for (const double across : body.one_sided ? std::vector{landmark.across}
                             : lumbar       ? std::vector{0.0, 0.03}
                                            : std::vector{0.0, 0.02, 0.105}) {
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
  if (!request.field.empty() || request.time || !request.film.empty())
    throw Error(
        ExitCode::wrong_usage,
        "a body without a run has no fields and no times: leave out --field, --time and --film, or draw a result");
  vtkObject::GlobalWarningDisplayOff();
  use_one_thread_for_filters();
  const std::vector<std::string> folders = standard_model_folders(std::filesystem::current_path());
  BodyRequest wanted;
  wanted.path = find_body(folders, request.input.string(), "");
  wanted.subject = read_subject(find_model(folders, "subjects", request.subject, {"--subject"}), folders);
  wanted.models = folders;
  wanted.side = Laterality::right;
  wanted.element_size = request.element_size;
  const Body body = build_chart_body(wanted);
  const BodySummary summary = read_body_summary(wanted.path, wanted.subject);
  const std::string whose =
      summary.imported ? "imported" : fmt::format("{} ({})", wanted.subject.title, wanted.subject.name);
  PictureBody picture = picture_of(body, region_function(wanted), summary.title);

  PictureStep step;
  step.field.name = "tissue";
  step.field.association = Association::cell;
  step.values.assign(picture.hexahedra.size(), 0.0);
  step.displacement.assign(picture.points.size(), Vec3d{{0, 0, 0}});
  step.facts = fmt::format("{}   ·   elements of {:g} mm", whose, 1e3 * request.element_size);
  const PosesOfRun at_rest{{0.0}, {{}}, {0.0}};

  Scene::Settings settings;
  settings.view = choose_view(picture, at_rest, 0, step.field, request);
  for (const Landmark& landmark : landmarks_on(body)) {
    if (landmark.name != request.clip) continue;
    if (request.view.empty()) {  // straight on
      settings.view.direction = {{0, 0, 1}};
      settings.view.flat = true;
      settings.view.caption =
          "cut at " + request.clip + ", seen from " + named_directions(picture)[3].name + "; needles: skin to bone";
    }
    step.needles = needles_at(body, landmark);
  }
  if (settings.view.cut && !settings.view.flat && request.view.empty()) {
    open_window(picture, settings.view, body);
    settings.view.caption += "; streaks: fibres";
  }
  PictureWindow window(request.width, request.height);
  RenderOutcome outcome;
  const std::filesystem::path output =
      request.output.empty() ? std::filesystem::path(body.name + ".png") : request.output;
  write_png(Scene(window, picture, at_rest).draw(step, settings), output);
  outcome.files.push_back(output);
  outcome.summary = fmt::format("{}: {}", body.name, whose);
  return outcome;
}

}  // namespace knead
