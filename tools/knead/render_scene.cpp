#include "render_scene.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <vtkCullerCollection.h>
#include <vtkLookupTable.h>
#include <vtkPolyDataNormals.h>
#include <vtkRenderWindow.h>

#include "render_camera.hpp"
#include "render_frame.hpp"
#include "render_shape.hpp"

namespace knead {
namespace {

constexpr Colour applicator_colour{0.36, 0.42, 0.50};

vtkSmartPointer<vtkActor> lines(vtkPolyData* data, double width, const Colour& colour) {
  auto actor = plain(data, colour, 1);
  actor->GetProperty()->SetLineWidth(static_cast<float>(width));
  actor->GetProperty()->SetLighting(false);
  return actor;
}

// Faces are drawn a little behind the lines on them.
void put_behind_lines(vtkActor* actor) {
  actor->GetMapper()->SetResolveCoincidentTopologyToPolygonOffset();
  actor->GetMapper()->SetRelativeCoincidentTopologyPolygonOffsetParameters(1.0, 1.0);
}

}  // namespace

std::string tissue_name(const PictureBody& body, int tissue) {
  const auto t = static_cast<std::size_t>(tissue);
  std::string name = t < body.info.tissues.size() ? body.info.tissues[t] : fmt::format("tissue {}", tissue);
  std::replace(name.begin(), name.end(), '_', ' ');
  std::replace(name.begin(), name.end(), '-', ' ');
  return name;
}

Scene::Scene(PictureWindow& window, const PictureBody& body, const PosesOfRun& run)
    : window_(window), body_(body), run_(run), geometry_(body) {
  for (const ApplicatorInfo& info : body.info.applicators) shape_.push_back(applicator_surface(info));
  for (const PictureFascia& fascia : body.fasciae) {
    vtkNew<vtkPoints> points;
    points->SetDataTypeToDouble();
    vtkNew<vtkCellArray> faces;
    for (const auto& quad : fascia.faces) {
      faces->InsertNextCell(4);
      for (const std::int64_t n : quad) {
        faces->InsertCellPoint(points->InsertNextPoint(body.points[static_cast<std::size_t>(n)].v));
      }
    }
    fasciae_.push_back(vtkSmartPointer<vtkPolyData>::New());
    fasciae_.back()->SetPoints(points);
    fasciae_.back()->SetPolys(faces);
  }
}

Image Scene::draw(const PictureStep& step, const Settings& settings) {
  vtkRenderWindow* window = window_.window();
  const int width = window->GetSize()[0], height = window->GetSize()[1];
  geometry_.set_step(step, settings.warp);
  Frame frame(step, settings, width, height);
  frame.renderer->SetBackground(1, 1, 1);
  frame.renderer->GetCullers()->RemoveAllItems();  // they change the order in which flat things are drawn
  window->AddRenderer(frame.renderer);

  add_body(frame);
  add_fibres(frame);
  add_applicators(frame);
  place_camera(frame);
  add_scale_bar(frame);
  add_landmarks(frame);
  add_needles(frame);
  write_heading(frame);
  add_travel_arrow(frame);
  write_colour_bar(frame);
  write_compass(frame);
  for (std::size_t f = 0; f < fasciae_.size(); ++f)
    if (!reaches_right_end(frame, f)) write_fascia_label(frame, f);
  write_bone_labels(frame);
  write_tissue_labels(frame);
  write_landmarks(frame);
  write_applicator_names(frame);

  Image image = window_.draw();
  window->RemoveRenderer(frame.renderer);
  return image;
}

void Scene::add_body(Frame& frame) const {
  const auto table_for = [&](int tissue) {
    auto table = frame.settings.scale.table();
    if (is_skin_field(frame.step.field.name) && frame.settings.scale.low == 0) {  // itself where nothing touches it
      const Colour c = tissue_colour(tissue_name(body_, tissue));
      table->SetRange(0.01 * frame.settings.scale.high, frame.settings.scale.high);
      table->SetBelowRangeColor(c[0], c[1], c[2], 1.0);
      table->UseBelowRangeColorOn();
    }
    return table;
  };
  const auto coloured = [&](vtkPolyData* data, int tissue, bool by_field) {
    auto actor = actor_of(data);
    if (!by_field) {
      const Colour c = tissue_colour(tissue_name(body_, tissue));
      actor->GetProperty()->SetColor(c[0], c[1], c[2]);
    } else {
      actor->GetMapper()->ScalarVisibilityOn();
      actor->GetMapper()->SetLookupTable(table_for(tissue));
      actor->GetMapper()->UseLookupTableScalarRangeOn();
      actor->GetMapper()->SetInterpolateScalarsBeforeMapping(true);
    }
    put_behind_lines(actor);
    return actor;
  };
  const auto& cut = frame.settings.view.cut;
  for (const BodyGeometry::Surface& surface : geometry_.surfaces()) {
    if (frame.settings.view.flat) break;
    vtkSmartPointer<vtkPolyData> faces = cut ? keep_half(surface.faces, *cut) : surface.faces;
    if (faces->GetNumberOfCells() == 0) continue;
    vtkNew<vtkPolyDataNormals> normals;
    normals->SetInputData(faces);
    normals->SetFeatureAngle(50);
    normals->ConsistencyOff();
    normals->Update();
    auto actor = coloured(normals->GetOutput(), surface.tissue, frame.colours_outside());
    actor->GetProperty()->SetAmbient(0.38);
    actor->GetProperty()->SetDiffuse(0.62);
    frame.renderer->AddActor(actor);
  }
  if (geometry_.bone()->GetNumberOfCells() > 0 && !frame.settings.view.flat) {
    vtkSmartPointer<vtkPolyData> bone = geometry_.bone();
    if (cut) bone = keep_half(bone, *cut);
    frame.renderer->AddActor(plain(bone, bone_colour, 0.35));
  }
  if (!cut) return;
  frame.section = geometry_.section(*cut);
  for (const Section::Layer& layer : frame.section.layers) {
    auto actor = coloured(layer.faces, layer.tissue, !frame.shows_tissues());
    actor->GetProperty()->SetLighting(false);  // so that the colours are those of the bar
    frame.renderer->AddActor(actor);
  }
  if (frame.section.bone->GetNumberOfCells() > 0) {
    auto actor = plain(frame.section.bone, bone_colour, 1);
    actor->GetProperty()->SetLighting(false);
    put_behind_lines(actor);
    frame.renderer->AddActor(actor);
  }
  const double width = std::max(1.0, frame.unit / 15);
  auto outlines = lines(frame.section.outlines, width, {0.08, 0.08, 0.10});
  if (frame.shows_tissues()) outlines->GetProperty()->SetOpacity(0.35);  // the colours tell them apart
  frame.renderer->AddActor(outlines);
  frame.renderer->AddActor(lines(frame.section.bone_outlines, width, {0.08, 0.08, 0.10}));
  for (std::size_t f = 0; f < fasciae_.size(); ++f)
    frame.renderer->AddActor(lines(intersection(fasciae_[f], *cut), 3 * width, fascia_colours[f % 2]));
}

// Streaks: on muscle that lies open as long as the mark, on a cut as long as they lie in its plane.
void Scene::add_fibres(Frame& frame) const {
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  vtkNew<vtkCellArray> streaks;
  const auto add = [&](const Vec3d& from, const Vec3d& to) {
    streaks->InsertNextCell(2);
    for (const Vec3d& x : {from, to}) streaks->InsertCellPoint(points->InsertNextPoint(x.v));
  };
  for (const FibreMark& mark : body_.fibre_marks) add(mark.from, mark.to);
  if (const auto& cut = frame.settings.view.cut; cut && !body_.fibre.empty()) {
    constexpr double spacing = 7e-3, half = 3e-3, lift = 3e-4;  // m
    std::vector<Vec3d> taken;
    for (std::size_t h = 0; h < body_.fibre.size(); ++h) {
      if (norm(body_.fibre[h]) == 0) continue;
      Vec3d middle{{0, 0, 0}};
      double nearest = 1e30, farthest = -1e30;
      for (const std::int64_t n : body_.hexahedra[h]) {
        const Vec3d& x = geometry_.position(static_cast<int>(n));
        middle += x / 8.0;
        const double away = dot(x - cut->origin, cut->normal);
        nearest = std::min(nearest, away), farthest = std::max(farthest, away);
      }
      if (nearest > 0 || farthest < 0) continue;
      const Vec3d at = middle - (dot(middle - cut->origin, cut->normal) + lift) * cut->normal;
      if (std::any_of(taken.begin(), taken.end(), [&](const Vec3d& other) { return norm(other - at) < spacing; }))
        continue;
      taken.push_back(at);
      const Vec3d flat = body_.fibre[h] - dot(body_.fibre[h], cut->normal) * cut->normal;
      constexpr double least = 0.12;  // of the length, a dot for a fibre that comes out of the plane
      const Vec3d across = norm(flat) > 1e-6 ? normalized(flat) : frame.settings.view.up;
      const double length = std::max(least, norm(flat)) * half;
      add(at - length * across, at + length * across);
    }
  }
  if (streaks->GetNumberOfCells() == 0) return;
  vtkNew<vtkPolyData> data;
  data->SetPoints(points);
  data->SetLines(streaks);
  frame.renderer->AddActor(lines(data, std::max(1.5, frame.unit / 11), fibre_colour));
}

void Scene::add_applicators(Frame& frame) const {
  const auto& cut = frame.settings.view.cut;
  for (std::size_t a = 0; a < std::min(shape_.size(), frame.step.poses.size()); ++a) {
    if (!shape_[a] || !frame.step.poses[a].active) continue;
    const auto surface = placed(shape_[a], frame.step.poses[a]);
    frame.applicators.push_back(surface);
    auto actor = plain(cut ? keep_half(surface, *cut) : surface, applicator_colour, 0.35);
    actor->GetProperty()->SetOpacity(frame.colours_outside() ? 0.22 : 0.50);
    actor->GetProperty()->SetSpecular(0.25);
    actor->GetProperty()->SetSpecularPower(30);
    actor->GetProperty()->SetBackfaceCulling(!cut);  // what is cut open shows its inside, too
    frame.renderer->AddActor(actor);
    if (!cut) continue;
    // What the plane shows of it, as a pane of the same glass.
    const auto outline = intersection(surface, *cut);
    auto pane = plain(filled(outline), applicator_colour, 1);
    pane->GetProperty()->SetLighting(false);
    pane->GetProperty()->SetOpacity(0.28);
    frame.renderer->AddActor(pane);
    frame.renderer->AddActor(lines(outline, std::max(1.5, frame.unit / 9), {0.16, 0.20, 0.26}));
  }
}

void Scene::place_camera(Frame& frame) const {
  std::vector<Vec3d> points;
  for (const BodyGeometry::Surface& surface : geometry_.surfaces()) {
    if (frame.settings.view.flat) break;
    for (vtkIdType i = 0; i < surface.faces->GetNumberOfPoints(); ++i) {
      const Vec3d x = point_of(surface.faces, i);
      if (frame.is_kept(x)) points.push_back(x);
    }
  }
  for (const Section::Layer& layer : frame.section.layers) {
    for (vtkIdType i = 0; i < layer.faces->GetNumberOfPoints(); ++i) points.push_back(point_of(layer.faces, i));
  }
  const auto add_applicator = [&](vtkPolyData* surface) {
    for (vtkIdType i = 0; i < surface->GetNumberOfPoints(); i += 7) {
      const Vec3d x = point_of(surface, i);
      if (frame.is_kept(x)) points.push_back(x);
    }
  };
  if (frame.settings.fixed_camera) {
    const std::size_t stride = std::max<std::size_t>(run_.poses.size() / 12, 1);
    for (std::size_t s = 0; s < run_.poses.size(); s += stride) {
      for (std::size_t a = 0; a < std::min(shape_.size(), run_.poses[s].size()); ++a) {
        if (shape_[a] && run_.poses[s][a].active) add_applicator(placed(shape_[a], run_.poses[s][a]));
      }
    }
  } else {
    for (const auto& surface : frame.applicators) add_applicator(surface);
  }
  if (points.empty()) points = body_.points;
  const double w = frame.overlay.width(), h = frame.overlay.height(), u = frame.unit;
  double names = 3 * u;  // the widest name of a tissue, which stands between the body and the colour bar
  for (const Section::Layer& layer : frame.section.layers) {
    names =
        std::max(names, frame.overlay.measure(tissue_name(body_, layer.tissue), {u, ink, false, Align::left}).right);
  }
  const double needles = frame.step.needles.empty() ? 0 : 2.6 * u;  // the ends that stand out, with their words
  const Rectangle area{1.8 * u, 4.4 * u, std::max(w - 8.2 * u - names, 0.4 * w), h - 5.2 * u - needles};
  fit_camera(frame.renderer, frame.settings.view.direction, frame.settings.view.up, points, area, static_cast<int>(w),
             static_cast<int>(h));
}

}  // namespace knead
