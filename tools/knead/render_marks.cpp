// What is drawn into the picture beside the body: scale bar, arrows, landmarks, needles.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <vtkArrowSource.h>
#include <vtkMatrix4x4.h>
#include <vtkSphereSource.h>

#include "render_camera.hpp"
#include "render_frame.hpp"
#include "render_shape.hpp"

namespace knead {
namespace {

constexpr Colour arrow_colour{0.86, 0.30, 0.05};

}  // namespace

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

// Three arrows with words in the lower right corner: which way the body's directions point in this picture.
void Scene::write_compass(Frame& frame) const {
  const double u = frame.unit, length = 2.6 * u, w = frame.overlay.width();
  const Pixel origin{w - 6.6 * u, 4.4 * u};
  const Vec3d forward = frame.settings.view.direction;
  const Vec3d right = normalized(cross(forward, frame.settings.view.up)), upright = cross(right, forward);
  frame.overlay.occupy({w - 10.5 * u, 0, w, 8.6 * u});
  for (const NamedDirection& axis : named_directions(body_)) {
    if (dot(axis.direction, body_.up()) < -0.5) continue;
    const Pixel d{length * dot(axis.direction, right), length * dot(axis.direction, upright)};
    const double seen = std::hypot(d[0], d[1]);
    // Of two opposite directions: the one to the right, or towards the reader (downwards, as one looks from above).
    const bool is_skin = dot(axis.direction, body_.up()) > 0.5;
    const bool sideways = std::abs(d[0]) > std::abs(d[1]), flat = std::abs(dot(axis.direction, forward)) < 0.3;
    const bool wanted = sideways ? d[0] > 0 : flat ? d[1] > 0 : d[1] < 0;
    if (seen < 0.25 * length || !(wanted || is_skin)) continue;
    const Pixel tip{origin[0] + d[0], origin[1] + d[1]};
    frame.overlay.arrow(origin, tip, std::max(2.0, u / 9), pale_ink);
    const double out = 1 + 0.45 * u / seen;
    const bool mostly_up = std::abs(d[1]) > 2 * std::abs(d[0]);
    const Align align = mostly_up ? Align::centre : d[0] > 0 ? Align::left : Align::right;
    frame.overlay.text(
        {origin[0] + out * d[0], origin[1] + out * d[1] + (mostly_up ? std::copysign(0.35 * u, d[1]) : 0)}, axis.name,
        {0.82 * u, pale_ink, false, align});
  }
}

void Scene::add_landmarks(Frame& frame) const {
  double smallest = 1e30, largest = -1e30;
  for (const Vec3d& p : body_.points) smallest = std::min(smallest, p[0]), largest = std::max(largest, p[0]);
  const double radius = std::min(0.0028, 0.01 * (largest - smallest));
  Vec3d middle{{0, 0, 0}};
  for (const Vec3d& p : body_.points) middle += p / static_cast<double>(body_.points.size());
  for (std::size_t i = 0; i < body_.info.landmarks.size(); ++i) {
    const int node = body_.landmark_node[i];
    if (node < 0) continue;
    const NamedPoint& landmark = body_.info.landmarks[i];
    const Vec3d rest = body_.points[static_cast<std::size_t>(node)];
    const Vec3d x = landmark.position + (geometry_.position(node) - rest);
    if (!frame.is_kept(x, 0.002) || frame.settings.view.flat) continue;
    // Behind a limb: the way out from its middle goes with the line of sight.
    const Vec3d out{{landmark.position[0] - middle[0], landmark.position[1] - middle[1], 0}};
    if (dot(out, frame.settings.view.direction) > 0.3 * norm(out)) continue;
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

void Scene::add_needles(Frame& frame) const {
  for (const Needle& needle : frame.step.needles) {
    const Pixel from = project(frame.renderer, needle.from), to = project(frame.renderer, needle.to);
    const double dx = from[0] - to[0], dy = from[1] - to[1], length = std::hypot(dx, dy);
    const TextStyle style{0.85 * frame.unit, ink, false, Align::centre};
    const Rectangle size = frame.overlay.measure(needle.words, style);
    Pixel head{0, 0}, middle{0, 0};
    for (const double lines : {1.6, 3.0, 4.4}) {  // longer where a number is in the way
      head = {from[0] + lines * frame.unit * dx / length, from[1] + lines * frame.unit * dy / length};
      middle = {head[0] + (size.right + 0.3 * frame.unit) * dx / length, head[1] + 0.7 * frame.unit * dy / length};
      if (frame.overlay.is_free(
              {middle[0] + size.left - 4, middle[1] + size.bottom, middle[0] + size.right + 4, middle[1] + size.top}))
        break;
    }
    frame.overlay.marked_line(head, to);
    for (int i = 0; i <= 12; ++i) {
      const Pixel p{to[0] + (head[0] - to[0]) * i / 12, to[1] + (head[1] - to[1]) * i / 12};
      frame.overlay.occupy({p[0] - 4, p[1] - 4, p[0] + 4, p[1] + 4});
    }
    frame.overlay.text(middle, needle.words, style);
  }
}

}  // namespace knead
