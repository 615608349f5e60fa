#include "render_scene.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <vtkActor.h>
#include <vtkArrowSource.h>
#include <vtkCullerCollection.h>
#include <vtkDoubleArray.h>
#include <vtkLookupTable.h>
#include <vtkMatrix4x4.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkPolyDataNormals.h>
#include <vtkProperty.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkSphereSource.h>

#include "render_camera.hpp"
#include "render_shape.hpp"
#include "render_units.hpp"

namespace knead {
namespace {

constexpr Colour applicator_colour{0.36, 0.42, 0.50};
constexpr Colour arrow_colour{0.86, 0.30, 0.05};

Vec3d point_of(vtkPolyData* data, vtkIdType i) {
  double x[3];
  data->GetPoint(i, x);
  return {{x[0], x[1], x[2]}};
}

vtkSmartPointer<vtkActor> actor_of(vtkPolyData* data) {
  vtkNew<vtkPolyDataMapper> mapper;
  mapper->SetInputData(data);
  mapper->ScalarVisibilityOff();
  auto actor = vtkSmartPointer<vtkActor>::New();
  actor->SetMapper(mapper);
  return actor;
}

vtkSmartPointer<vtkActor> plain(vtkPolyData* data, const Colour& colour, double ambient) {
  auto actor = actor_of(data);
  vtkProperty* property = actor->GetProperty();
  property->SetColor(colour[0], colour[1], colour[2]);
  property->SetAmbient(ambient);
  property->SetDiffuse(1 - ambient);
  return actor;
}

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

// Fields that have values on the skin only.
bool is_skin_field(const std::string& name) { return name.rfind("contact_", 0) == 0 || name == "gap"; }

std::string tissue_name(const PictureBody& body, int tissue) {
  const auto t = static_cast<std::size_t>(tissue);
  std::string name = t < body.info.tissues.size() ? body.info.tissues[t] : fmt::format("tissue {}", tissue);
  std::replace(name.begin(), name.end(), '_', ' ');
  std::replace(name.begin(), name.end(), '-', ' ');
  return name;
}

}  // namespace

struct Scene::Frame {
  const PictureStep& step;
  const Settings& settings;
  vtkNew<vtkRenderer> renderer;
  Overlay overlay;
  Section section;
  std::vector<vtkSmartPointer<vtkPolyData>> applicators;  // where they are now, uncut
  std::vector<std::pair<Pixel, std::string>> landmarks;   // where they are seen, and their names
  double unit;                                            // height of normal text, pixels

  Frame(const PictureStep& s, const Settings& all, int width, int height)
      : step(s),
        settings(all),
        overlay(renderer, width, height),
        unit(std::max(11.0, std::min(width / 1600.0, height / 1000.0) * 25)) {}

  bool is_kept(const Vec3d& x, double margin = 0) const {
    return !settings.view.cut || dot(x - settings.view.cut->origin, settings.view.cut->normal) >= margin;
  }
  bool shows_tissues() const { return step.field.name == "tissue"; }
  // Inside of a cut body the colours tell; its outside then looks like what it is.
  bool colours_outside() const { return !shows_tissues() && (!settings.view.cut || is_skin_field(step.field.name)); }
};

Scene::Scene(PictureWindow& window, const PictureBody& body, const PosesOfRun& run)
    : window_(window), body_(body), run_(run), geometry_(body) {
  for (const ApplicatorInfo& info : body.info.applicators) {
    const auto shape = shape_of(info);
    shape_.push_back(shape ? shape_surface(*shape) : nullptr);
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
  add_applicators(frame);
  place_camera(frame);
  add_scale_bar(frame);
  add_landmarks(frame);
  add_travel_arrow(frame);
  write_heading(frame);
  write_colour_bar(frame);
  write_compass(frame);
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
  if (geometry_.bone()->GetNumberOfCells() > 0) {
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
  frame.renderer->AddActor(lines(frame.section.outlines, width, {0.08, 0.08, 0.10}));
  frame.renderer->AddActor(lines(frame.section.bone_outlines, width, {0.08, 0.08, 0.10}));
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
    actor->GetProperty()->BackfaceCullingOn();
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
  const Rectangle area{1.8 * u, 4.4 * u, std::max(w - 8.2 * u - names, 0.4 * w), h - 5.2 * u};
  fit_camera(frame.renderer, frame.settings.view.direction, frame.settings.view.up, points, area, static_cast<int>(w),
             static_cast<int>(h));
}

// 50 mm (or what suits a smaller body) below the cut, in its plane, so that it is as long as what one compares with it.
void Scene::add_scale_bar(Frame& frame) const {
  const View& view = frame.settings.view;
  const Vec3d up = std::abs(dot(view.direction, body_.up())) > 0.9 ? view.up : body_.up();
  const Vec3d right = normalized(cross(view.direction, up));
  Vec3d along = view.cut ? right - dot(right, view.cut->normal) * view.cut->normal : right;
  along = normalized(along - dot(along, up) * up);
  double low = 1e30, left = 1e30, most_right = -1e30, front = 1e30;
  const auto include = [&](const Vec3d& x) {
    low = std::min(low, dot(x, up));
    left = std::min(left, dot(x, along)), most_right = std::max(most_right, dot(x, along));
    front = std::min(front, dot(x, view.direction));
  };
  for (const Section::Layer& layer : frame.section.layers) {
    for (vtkIdType i = 0; i < layer.faces->GetNumberOfPoints(); ++i) include(point_of(layer.faces, i));
  }
  if (frame.section.layers.empty()) {
    for (std::size_t n = 0; n < body_.points.size(); ++n) include(geometry_.position(static_cast<int>(n)));
  }
  double length = 0.05;
  while (length > 0.6 * (most_right - left) && length > 1e-4) length = length == 0.05 ? 0.01 : length / 10;
  const Vec3d third = normalized(cross(along, up));
  const double depth = view.cut ? dot(view.cut->origin, third) : dot(third, view.direction) > 0 ? front : -front;
  const Vec3d start = (most_right - length) * along + low * up + depth * third;
  Pixel from = project(frame.renderer, start), to = project(frame.renderer, start + length * along);
  const double drop = 1.3 * frame.unit;
  from[1] = std::min(from[1], to[1]) - drop;
  to[1] = from[1];
  const double thickness = std::max(2.0, frame.unit / 7);
  frame.overlay.line(from, to, thickness, ink);
  for (const Pixel& end : {from, to}) {
    frame.overlay.line({end[0], end[1] - 0.35 * frame.unit}, {end[0], end[1] + 0.35 * frame.unit}, thickness, ink);
  }
  frame.overlay.occupy({from[0], from[1] - 5, to[0], from[1] + 5});
  frame.overlay.text({(from[0] + to[0]) / 2, from[1] - 0.95 * frame.unit}, fmt::format("{:g} mm", 1e3 * length),
                     {frame.unit, ink, false, Align::centre});
}

void Scene::add_travel_arrow(Frame& frame) const {
  const int leader = leading_applicator(run_, frame.step.index);
  if (leader < 0) return;
  const Vec3d up = body_.up();
  Vec3d travel = glide_velocity(run_, frame.step.index, leader, up);
  const double speed = norm(travel);
  if (speed == 0) return;
  travel = travel / speed;
  const Vec3d centre = frame.step.poses[static_cast<std::size_t>(leader)].position;
  double reach = 0;
  const auto& shape = shape_[static_cast<std::size_t>(leader)];
  if (shape) {
    const auto surface = placed(shape, frame.step.poses[static_cast<std::size_t>(leader)]);
    for (vtkIdType i = 0; i < surface->GetNumberOfPoints(); ++i) {
      reach = std::max(reach, dot(point_of(surface, i) - centre, travel));
    }
  }
  const double length = std::clamp(1.1 * reach, 0.02, 0.06), gap = 0.008;
  // Above the highest skin on its way.
  double height = -1e30;
  for (std::size_t n = 0; n < body_.points.size(); ++n) {
    const Vec3d d = geometry_.position(static_cast<int>(n)) - centre;
    const double ahead = dot(d, travel);
    const double aside = norm(d - ahead * travel - dot(d, up) * up);
    if (ahead > reach && ahead < reach + gap + length && aside < 0.012) height = std::max(height, dot(d, up));
  }
  if (height < -1e29) return;  // the way ahead leaves the body
  const Vec3d start = centre + (reach + gap) * travel + (height + 0.010) * up;
  const Vec3d side = cross(up, travel);
  vtkNew<vtkArrowSource> arrow;
  arrow->SetTipLength(0.4);
  arrow->SetTipRadius(0.15);
  arrow->SetShaftRadius(0.055);
  arrow->SetTipResolution(40);
  arrow->SetShaftResolution(40);
  arrow->Update();
  auto actor = plain(arrow->GetOutput(), arrow_colour, 0.45);
  vtkNew<vtkMatrix4x4> matrix;  // the arrow's own axis is x
  for (int i = 0; i < 3; ++i) {
    matrix->SetElement(i, 0, length * travel[i]);
    matrix->SetElement(i, 1, length * side[i]);
    matrix->SetElement(i, 2, length * up[i]);
    matrix->SetElement(i, 3, start[i]);
  }
  actor->SetUserMatrix(matrix);
  frame.renderer->AddActor(actor);
  const Pixel a = project(frame.renderer, start), b = project(frame.renderer, start + length * travel);
  const double pad = 0.5 * frame.unit;
  for (int i = 0; i <= 8; ++i) {
    const Pixel p{a[0] + (b[0] - a[0]) * i / 8, a[1] + (b[1] - a[1]) * i / 8};
    frame.overlay.occupy({p[0] - pad, p[1] - pad, p[0] + pad, p[1] + pad});
  }
  frame.overlay.label(b, fmt::format("{:.2g} cm/s", 100 * speed), {0.85 * frame.unit, arrow_colour, true, Align::left});
}

void Scene::write_heading(Frame& frame) const {
  const double u = frame.unit, top = frame.overlay.height();
  std::string title = body_.info.title.empty() ? "Untitled run" : body_.info.title;
  TextStyle style{1.45 * u, ink, true, Align::left};
  while (title.size() > 12 && frame.overlay.measure(title, style).right > frame.overlay.width() - 3 * u) {
    if (style.size > u) {
      style.size -= 1;
    } else {
      title = title.substr(0, title.size() - 5) + "…";
    }
  }
  frame.overlay.text({1.4 * u, top - 1.7 * u}, title, style);
  std::string facts = fmt::format("t = {:.2f} s", frame.step.time);
  if (frame.step.force > 0) facts += fmt::format("   ·   contact force {:.1f} N", frame.step.force);
  facts += frame.settings.warp == 1 ? "   ·   displacements true to scale"
                                    : fmt::format("   ·   displacements × {:g}", frame.settings.warp);
  frame.overlay.text({1.4 * u, top - 3.5 * u}, facts, {1.05 * u, ink, false, Align::left});
  const std::string version = body_.info.version.empty() ? "Knead" : "Knead " + body_.info.version;
  frame.overlay.text({1.4 * u, 1.0 * u},
                     version + " – model result for a generic adult body; not a medical device; not treatment advice",
                     {0.68 * u, pale_ink, false, Align::left});
  std::string caption = frame.settings.view.caption;
  if (!caption.empty()) {
    caption[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(caption[0])));
    frame.overlay.text({frame.overlay.width() - 1.4 * u, top - 3.5 * u}, caption,
                       {0.85 * u, pale_ink, false, Align::right});
  }
}

void Scene::write_colour_bar(Frame& frame) const {
  if (frame.shows_tissues()) return;
  const double u = frame.unit, w = frame.overlay.width(), h = frame.overlay.height();
  const DisplayUnit unit = display_unit(frame.step.field.units);
  std::string title = display_name(frame.step.field.name);
  if (frame.step.field.components > 1) title += " magnitude";
  if (!unit.name.empty()) title += " (" + unit.name + ")";
  const Rectangle bar{w - 5.6 * u, 0.30 * h, w - 4.4 * u, 0.76 * h};
  frame.overlay.colour_bar(bar, frame.settings.scale, title, u);
}

// Three arrows with words in the lower right corner: which way the body's directions point in this picture.
void Scene::write_compass(Frame& frame) const {
  const double u = frame.unit, length = 2.6 * u, w = frame.overlay.width();
  const Pixel origin{w - 6.6 * u, 4.4 * u};
  const Vec3d forward = frame.settings.view.direction;
  const Vec3d right = normalized(cross(forward, frame.settings.view.up)), upright = cross(right, forward);
  frame.overlay.occupy({w - 10.5 * u, 0, w, 8.6 * u});
  for (const NamedDirection& axis : named_directions(body_)) {
    if (axis.name == "anterior" || axis.name == "bottom") continue;
    const Pixel d{length * dot(axis.direction, right), length * dot(axis.direction, upright)};
    const double seen = std::hypot(d[0], d[1]);
    // Of two opposite directions: the one to the right, or towards the reader (downwards, as one looks from above).
    const bool is_skin = axis.name == "posterior" || axis.name == "top";
    const bool sideways = std::abs(d[0]) > std::abs(d[1]), flat = std::abs(dot(axis.direction, forward)) < 0.3;
    const bool wanted = sideways ? d[0] > 0 : flat ? d[1] > 0 : d[1] < 0;
    if (seen < 0.25 * length || !(wanted || is_skin)) continue;
    const Pixel tip{origin[0] + d[0], origin[1] + d[1]};
    frame.overlay.arrow(origin, tip, std::max(2.0, u / 9), pale_ink);
    const double out = 1 + 0.45 * u / seen;
    const bool mostly_up = std::abs(d[1]) > 2 * std::abs(d[0]);
    const Align align = mostly_up ? Align::centre : d[0] > 0 ? Align::left : Align::right;
    frame.overlay.text({origin[0] + out * d[0], origin[1] + out * d[1] + (mostly_up ? 0.35 * u : 0)}, axis.name,
                       {0.82 * u, pale_ink, false, align});
  }
}

// One word per tissue beside the cut, with a line into the layer.
void Scene::write_tissue_labels(Frame& frame) const {
  struct Label {
    Pixel anchor;
    double y;
    std::string words;
  };
  if (frame.section.layers.empty()) return;
  double left = 1e30, most_right = -1e30;
  const auto centre_of = [](vtkPolyData* faces, vtkIdType cell) {
    vtkIdType count = 0;
    const vtkIdType* ids = nullptr;
    faces->GetCellPoints(cell, count, ids);
    Vec3d c{{0, 0, 0}};
    for (vtkIdType i = 0; i < count; ++i) c += point_of(faces, ids[i]) / double(count);
    return c;
  };
  std::vector<std::vector<Pixel>> seen(frame.section.layers.size());
  for (std::size_t l = 0; l < seen.size(); ++l) {
    vtkPolyData* faces = frame.section.layers[l].faces;
    for (vtkIdType c = 0; c < faces->GetNumberOfCells(); ++c) {
      seen[l].push_back(project(frame.renderer, centre_of(faces, c)));
      left = std::min(left, seen[l].back()[0]), most_right = std::max(most_right, seen[l].back()[0]);
    }
  }
  // Beyond everything that is seen of the body at this end.
  double body_right = most_right;
  for (const BodyGeometry::Surface& surface : geometry_.surfaces()) {
    for (vtkIdType i = 0; i < surface.faces->GetNumberOfPoints(); i += 5) {
      const Vec3d x = point_of(surface.faces, i);
      if (frame.is_kept(x)) body_right = std::max(body_right, project(frame.renderer, x)[0]);
    }
  }
  std::vector<Label> labels;
  for (std::size_t l = 0; l < seen.size(); ++l) {
    // Where the layer is met on a vertical line close to the right end of the cut.
    for (double reach = 0.04; reach < 1.0; reach += 0.05) {
      const double centre = most_right - reach * (most_right - left), half = 0.025 * (most_right - left);
      const double from = centre - half, to = centre + half;
      double low = 1e30, high = -1e30;
      for (const Pixel& p : seen[l]) {
        if (p[0] >= from && p[0] <= to) low = std::min(low, p[1]), high = std::max(high, p[1]);
      }
      if (low > high) continue;
      labels.push_back({{(from + to) / 2, (low + high) / 2}, 0, tissue_name(body_, frame.section.layers[l].tissue)});
      break;
    }
  }
  std::sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.anchor[1] > b.anchor[1]; });
  const double pitch = 1.35 * frame.unit;
  for (Label& label : labels) label.y = label.anchor[1];
  for (int sweep = 0; sweep < 50; ++sweep) {  // push neighbours apart until each has its line
    for (std::size_t i = 0; i + 1 < labels.size(); ++i) {
      const double lack = pitch - (labels[i].y - labels[i + 1].y);
      if (lack > 0) labels[i].y += lack / 2, labels[i + 1].y -= lack / 2;
    }
  }
  for (const Label& label : labels) {
    const double end = body_right + 0.9 * frame.unit;
    const Pixel& a = label.anchor;
    frame.overlay.marked_line({end - 4, label.y}, a);
    frame.overlay.text({end, label.y}, label.words, {frame.unit, ink, false, Align::left});
  }
}

void Scene::write_bone_labels(Frame& frame) const {
  vtkPolyData* bone = frame.section.bone;
  if (!bone || bone->GetNumberOfPolys() == 0) return;
  // The widest place, roughly: the largest triangle of the filled outline.
  double largest = 0;
  Pixel place{0, 0};
  double low[2] = {1e30, 1e30}, high[2] = {-1e30, -1e30};
  for (vtkIdType c = 0; c < bone->GetNumberOfCells(); ++c) {
    vtkIdType count = 0;
    const vtkIdType* ids = nullptr;
    bone->GetCellPoints(c, count, ids);
    if (count < 3) continue;
    const Pixel p[3] = {project(frame.renderer, point_of(bone, ids[0])),
                        project(frame.renderer, point_of(bone, ids[1])),
                        project(frame.renderer, point_of(bone, ids[2]))};
    const double area = std::abs((p[1][0] - p[0][0]) * (p[2][1] - p[0][1]) - (p[2][0] - p[0][0]) * (p[1][1] - p[0][1]));
    if (area <= largest) continue;
    largest = area;
    place = {(p[0][0] + p[1][0] + p[2][0]) / 3, (p[0][1] + p[1][1] + p[2][1]) / 3};
    for (std::size_t i = 0; i < 2; ++i) {
      low[i] = std::min({p[0][i], p[1][i], p[2][i]});
      high[i] = std::max({p[0][i], p[1][i], p[2][i]});
    }
  }
  const TextStyle style{frame.unit, ink, false, Align::centre};
  const Rectangle size = frame.overlay.measure("bone", style);
  if (high[0] - low[0] > 0.9 * (size.right - size.left) && high[1] - low[1] > frame.unit) {
    frame.overlay.text(place, "bone", style);
  } else {
    frame.overlay.label(place, "bone", {frame.unit, ink, false, Align::left});
  }
}

void Scene::write_applicator_names(Frame& frame) const {
  std::size_t drawn = 0;
  for (std::size_t a = 0; a < std::min(shape_.size(), frame.step.poses.size()); ++a) {
    if (!shape_[a] || !frame.step.poses[a].active) continue;
    // At its most upright point that is in the picture.
    const auto surface = frame.applicators[drawn++];
    Pixel highest{0, -1e30};
    for (vtkIdType i = 0; i < surface->GetNumberOfPoints(); i += 3) {
      const Vec3d x = point_of(surface, i);
      if (!frame.is_kept(x)) continue;
      const Pixel p = project(frame.renderer, x);
      if (p[1] > highest[1]) highest = p;
    }
    if (highest[1] > -1e29) {
      frame.overlay.label(highest, body_.info.applicators[a].name,
                          {0.85 * frame.unit, {0.20, 0.24, 0.30}, true, Align::left});
    }
  }
}

void Scene::add_landmarks(Frame& frame) const {
  double smallest = 1e30, largest = -1e30;
  for (const Vec3d& p : body_.points) smallest = std::min(smallest, p[0]), largest = std::max(largest, p[0]);
  const double radius = std::min(0.0028, 0.01 * (largest - smallest));
  for (std::size_t i = 0; i < body_.info.landmarks.size(); ++i) {
    const int node = body_.landmark_node[i];
    if (node < 0) continue;
    const NamedPoint& landmark = body_.info.landmarks[i];
    const Vec3d rest = body_.points[static_cast<std::size_t>(node)];
    const Vec3d x = landmark.position + (geometry_.position(node) - rest);
    if (!frame.is_kept(x, 0.002)) continue;
    vtkNew<vtkSphereSource> dot_source;
    dot_source->SetCenter(x.v);
    dot_source->SetRadius(radius);
    dot_source->SetThetaResolution(20);
    dot_source->SetPhiResolution(20);
    dot_source->Update();
    frame.renderer->AddActor(plain(dot_source->GetOutput(), ink, 0.7));
    frame.landmarks.emplace_back(project(frame.renderer, x), landmark.name);
  }
  for (const auto& [at, name] : frame.landmarks) frame.overlay.occupy({at[0] - 5, at[1] - 5, at[0] + 5, at[1] + 5});
}

void Scene::write_landmarks(Frame& frame) const {
  for (const auto& [at, name] : frame.landmarks) {
    frame.overlay.label(at, name, {0.85 * frame.unit, ink, true, Align::left});
  }
}

}  // namespace knead
