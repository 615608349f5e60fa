// What is written into the picture: heading, colour bar, names of tissues, bones and applicators.
#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <iterator>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "render_camera.hpp"
#include "render_frame.hpp"
#include "render_units.hpp"

namespace knead {
namespace {

// The place of an area with most room for a box of a half width and height, of mirrored ones the left.
struct Room {
  Pixel at{0, 0};
  double size = 0;  // by which the box could grow until it meets an outline; below 1 it does not fit
};
Room roomiest(const std::vector<Pixel>& places, const std::vector<Pixel>& outlines, const Pixel& half, double middle) {
  Room best;
  double best_score = -1;
  const std::size_t stride = std::max<std::size_t>(places.size() / 400, 1);
  for (std::size_t i = 0; i < places.size(); i += stride) {
    double least = 1e30;
    for (const Pixel& p : outlines)
      least =
          std::min(least, std::max(std::abs(p[0] - places[i][0]) / half[0], std::abs(p[1] - places[i][1]) / half[1]));
    const double score = least * (places[i][0] < middle ? 1.15 : 1);
    if (score > best_score) best = {places[i], least}, best_score = score;
  }
  return best;
}

// In two lines, as even as words allow; the words themselves where there is one.
std::string folded(const std::string& words) {
  std::size_t best = std::string::npos;
  const auto off = [&](std::size_t at) { return std::abs(2.0 * static_cast<double>(at) - double(words.size())); };
  for (std::size_t at = words.find(' '); at != std::string::npos; at = words.find(' ', at + 1))
    if (best == std::string::npos || off(at) < off(best)) best = at;
  std::string result = words;
  if (best != std::string::npos) result[best] = '\n';
  return result;
}

// Of the points between two verticals that closest to half their height; null where there is none.
const Pixel* nearest_to_middle(const std::vector<Pixel>& points, double from, double to) {
  double low = 1e30, high = -1e30;
  for (const Pixel& p : points)
    if (p[0] >= from && p[0] <= to) low = std::min(low, p[1]), high = std::max(high, p[1]);
  const Pixel* best = nullptr;
  for (const Pixel& p : points) {
    if (p[0] < from || p[0] > to) continue;
    if (!best || std::abs(p[1] - (low + high) / 2) < std::abs((*best)[1] - (low + high) / 2)) best = &p;
  }
  return best;
}

// What is seen of a tissue in the section.
struct SeenLayer {
  std::vector<Pixel> places;  // middles of its faces
  double left = 1e30, right = -1e30;
  double area = 0;  // m²
};
SeenLayer seen_of(vtkPolyData* faces, vtkRenderer* renderer) {
  SeenLayer seen;
  vtkIdType count = 0;
  const vtkIdType* ids = nullptr;
  for (vtkIdType c = 0; c < faces->GetNumberOfCells(); ++c) {
    faces->GetCellPoints(c, count, ids);
    const Vec3d first = point_of(faces, ids[0]);
    Vec3d middle{{0, 0, 0}}, doubled{{0, 0, 0}};
    for (vtkIdType i = 0; i < count; ++i) {
      const Vec3d x = point_of(faces, ids[i]);
      middle += x / double(count);
      if (i > 1) doubled += cross(point_of(faces, ids[i - 1]) - first, x - first);
    }
    seen.places.push_back(project(renderer, middle));
    seen.left = std::min(seen.left, seen.places.back()[0]);
    seen.right = std::max(seen.right, seen.places.back()[0]);
    seen.area += norm(doubled) / 2;
  }
  return seen;
}

// Points on lines, a distance in pixels apart or less.
std::vector<Pixel> points_along(std::initializer_list<vtkPolyData*> all, vtkRenderer* renderer, double spacing) {
  std::vector<Pixel> result;
  for (vtkPolyData* lines : all) {
    std::vector<Pixel> points;
    for (vtkIdType i = 0; i < lines->GetNumberOfPoints(); ++i) points.push_back(project(renderer, point_of(lines, i)));
    vtkIdType count = 0;
    const vtkIdType* ids = nullptr;
    for (lines->GetLines()->InitTraversal(); lines->GetLines()->GetNextCell(count, ids);)
      for (vtkIdType i = 0; i + 1 < count; ++i) {
        const Pixel &a = points[static_cast<std::size_t>(ids[i])], &b = points[static_cast<std::size_t>(ids[i + 1])];
        const int parts = 1 + static_cast<int>(std::hypot(b[0] - a[0], b[1] - a[1]) / spacing);
        for (int k = 0; k < parts; ++k)
          result.push_back({a[0] + (b[0] - a[0]) * k / parts, a[1] + (b[1] - a[1]) * k / parts});
      }
  }
  return result;
}

// A name beside the cut, on a line of its own at height y.
struct Label {
  Pixel anchor;
  double y;
  std::string words;
};

// From top to bottom, at the heights of their anchors where these are a pitch apart, else pushed apart.
void spread(std::vector<Label>& labels, double pitch) {
  std::sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.anchor[1] > b.anchor[1]; });
  for (Label& label : labels) label.y = label.anchor[1];
  for (int sweep = 0; sweep < 50; ++sweep) {
    for (std::size_t i = 0; i + 1 < labels.size(); ++i) {
      const double lack = pitch - (labels[i].y - labels[i + 1].y);
      if (lack > 0) labels[i].y += lack / 2, labels[i + 1].y -= lack / 2;
    }
  }
}

}  // namespace

void Scene::write_heading(Frame& frame) const {
  const double u = frame.unit, top = frame.overlay.height();
  std::string title = (body_.info.preview ? "Preview: " : "") +
                      (body_.info.title.empty() ? std::string("Untitled run") : body_.info.title);
  TextStyle style{1.45 * u, ink, true, Align::left};
  while (title.size() > 12 && frame.overlay.measure(title, style).right > frame.overlay.width() - 3 * u) {
    if (style.size > u) {
      style.size -= 1;
    } else {
      title = title.substr(0, title.size() - 5) + "…";
    }
  }
  frame.overlay.text({1.4 * u, top - 1.7 * u}, title, style);
  std::string facts = frame.step.facts;
  if (facts.empty()) {
    facts = fmt::format("t = {:.2f} s", frame.step.time);
    if (frame.step.force > 0) facts += fmt::format("   ·   contact force {:.1f} N", frame.step.force);
    facts += frame.settings.warp == 1 ? "   ·   displacements true to scale"
                                      : fmt::format("   ·   displacements × {:g}", frame.settings.warp);
  }
  frame.overlay.text({1.4 * u, top - 3.5 * u}, facts, {1.05 * u, ink, false, Align::left});
  const std::string version = body_.info.version.empty() ? "Knead" : "Knead " + body_.info.version;
  frame.overlay.text({1.4 * u, 1.0 * u},
                     fmt::format("{} – {}{}", version, frame.step.facts.empty() ? "model result, " : "",
                                 result_statement(body_.info.anatomy)),
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
  std::string title = title_of(frame.step.field);
  if (!unit.name.empty()) title += " (" + unit.name + ")";
  const Rectangle bar{w - 5.6 * u, 0.30 * h, w - 4.4 * u, 0.76 * h};
  frame.overlay.colour_bar(bar, frame.settings.scale, title, u);
}

// Beyond everything that is seen of the body right of the section, which ends at `right`.
double Scene::right_end(const Frame& frame, double right) const {
  if (frame.settings.view.flat) return right;
  for (const BodyGeometry::Surface& surface : geometry_.surfaces())
    for (vtkIdType i = 0; i < surface.faces->GetNumberOfPoints(); i += 5) {
      const Vec3d x = point_of(surface.faces, i);
      if (frame.is_kept(x)) right = std::max(right, project(frame.renderer, x)[0]);
    }
  return right;
}

// One word per tissue beside the cut, with a line into the layer; inner ones are named where they are, on the left.
void Scene::write_tissue_labels(Frame& frame) const {
  if (frame.section.layers.empty()) return;
  std::vector<SeenLayer> layers;
  for (const Section::Layer& layer : frame.section.layers) layers.push_back(seen_of(layer.faces, frame.renderer));
  double left = 1e30, right = -1e30, all = 0;
  for (const SeenLayer& seen : layers)
    left = std::min(left, seen.left), right = std::max(right, seen.right), all += seen.area;
  const std::vector<Pixel> outlines =
      points_along({frame.section.outlines, frame.section.bone_outlines}, frame.renderer, 0.5 * frame.unit);
  const double middle = (left + right) / 2;
  const TextStyle small{0.72 * frame.unit, ink, false, Align::centre};
  std::vector<Label> labels;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const SeenLayer& seen = layers[l];
    const std::string words = tissue_name(body_, frame.section.layers[l].tissue);
    const auto room_for = [&](const std::string& text) {
      const Rectangle box = frame.overlay.measure(text, small);
      return roomiest(seen.places, outlines, {box.right + 0.2 * frame.unit, box.top + 0.1 * frame.unit}, middle);
    };
    Room room = room_for(words);
    const auto tissue = static_cast<std::size_t>(frame.section.layers[l].tissue);
    const bool muscle = tissue < body_.divided.size() && body_.divided[tissue];
    if (seen.area < (muscle ? 0.015 : 0.006) * all && room.size < 1) continue;
    const bool inner = seen.right < right - 0.12 * (right - left);  // it does not come to the right end
    std::string here = words;
    if (room.size < 1 && (inner || muscle)) {
      const Room in_two_lines = room_for(folded(words));
      if (in_two_lines.size > room.size) room = in_two_lines, here = folded(words);
    }
    if (inner || room.size >= (muscle ? 0.85 : 1.0)) {  // named where it is
      if (frame.overlay.name_area(room.at, here, small) || inner) continue;
    }
    if (muscle) {  // of mirrored ones the right, on whose side the name stands
      std::vector<Pixel> on_right;
      std::ranges::copy_if(seen.places, std::back_inserter(on_right), [&](const Pixel& p) { return p[0] > middle; });
      labels.push_back({on_right.empty() ? room.at : roomiest(on_right, outlines, {1, 1}, -1e30).at, 0, words});
      continue;
    }
    // Where the layer is met on a vertical line close to the right end of the cut.
    for (double reach = 0.04; reach < 1.0; reach += 0.05) {
      const double centre = right - reach * (right - left), half = 0.025 * (right - left);
      const Pixel* inside = nearest_to_middle(seen.places, centre - half, centre + half);
      if (!inside) continue;
      labels.push_back({*inside, 0, words});
      break;
    }
  }
  for (std::size_t f = 0; f < fasciae_.size(); ++f) {
    if (!reaches_right_end(frame, f)) continue;
    const auto cut = intersection(fasciae_[f], *frame.settings.view.cut);
    Pixel end{-1e30, 0};
    for (vtkIdType i = 0; i < cut->GetNumberOfPoints(); ++i)
      end = std::max(end, project(frame.renderer, point_of(cut, i)));
    labels.push_back({end, 0, body_.fasciae[f].name});
  }
  spread(labels, 1.35 * frame.unit);
  const double end = right_end(frame, right) + 0.9 * frame.unit;
  for (const Label& label : labels) {
    frame.overlay.marked_line({end - 4, label.y}, label.anchor);
    frame.overlay.text({end, label.y}, label.words, {frame.unit, ink, false, Align::left});
  }
}

// A fascia that ends up there is named among the tissues.
bool Scene::reaches_right_end(const Frame& frame, std::size_t fascia) const {
  if (!frame.settings.view.cut) return false;
  double left = 1e30, right = -1e30, own = -1e30;
  for (const Section::Layer& layer : frame.section.layers)
    for (vtkIdType i = 0; i < layer.faces->GetNumberOfPoints(); ++i) {
      const double x = project(frame.renderer, point_of(layer.faces, i))[0];
      left = std::min(left, x), right = std::max(right, x);
    }
  const auto cut = intersection(fasciae_[fascia], *frame.settings.view.cut);
  for (vtkIdType i = 0; i < cut->GetNumberOfPoints(); ++i)
    own = std::max(own, project(frame.renderer, point_of(cut, i))[0]);
  return own > right - 0.12 * (right - left);
}

// With a line to it from outside of the skin, on the left.
void Scene::write_fascia_label(Frame& frame, std::size_t fascia) const {
  if (!frame.settings.view.cut) return;
  const auto cut = intersection(fasciae_[fascia], *frame.settings.view.cut);
  if (cut->GetNumberOfPoints() == 0) return;
  std::vector<Pixel> seen;
  for (vtkIdType i = 0; i < cut->GetNumberOfPoints(); ++i) {
    seen.push_back(project(frame.renderer, point_of(cut, i)));
  }
  const double left = (*std::min_element(seen.begin(), seen.end()))[0] + frame.unit;
  const Pixel end = *std::min_element(seen.begin(), seen.end(), [&](const Pixel& a, const Pixel& b) {
    return std::abs(a[0] - left) < std::abs(b[0] - left);
  });
  double skin = end[1];  // on the screen, where the name stands
  for (const Section::Layer& layer : frame.section.layers)
    for (vtkIdType i = 0; i < layer.faces->GetNumberOfPoints(); ++i) {
      const Pixel p = project(frame.renderer, point_of(layer.faces, i));
      if (std::abs(p[0] - end[0]) < 7 * frame.unit) skin = std::max(skin, p[1]);
    }
  const Pixel outside{end[0] - 2 * frame.unit, skin + frame.unit};
  frame.overlay.marked_line(outside, end);
  frame.overlay.text({outside[0], outside[1] + 0.7 * frame.unit}, body_.fasciae[fascia].name,
                     {frame.unit, ink, false, Align::centre, true});
}

// The name of every bone in the cut, in the middle of what is seen of it.
void Scene::write_bone_labels(Frame& frame) const {
  vtkPolyData* bone = frame.section.bone;
  if (!bone || bone->GetNumberOfPolys() == 0) return;
  const CutPlane& cut = *frame.settings.view.cut;
  const RunInfo& info = body_.info;
  std::vector<std::size_t> near;  // bone nodes beside the plane
  for (std::size_t n = 0; n < std::min(info.holder.size(), body_.points.size()); ++n) {
    const double away = dot(geometry_.position(static_cast<int>(n)) - cut.origin, cut.normal);
    if (body_.on_bone[n] && std::abs(away) < 0.012) near.push_back(n);
  }
  const auto name_at = [&](const Vec3d& x) -> std::string {
    double least = 1e30;
    std::string name = "bone";
    for (const std::size_t n : near) {
      const Vec3d d = geometry_.position(static_cast<int>(n)) - x;
      if (dot(d, d) >= least) continue;
      least = dot(d, d);
      const std::string& holder = info.holders[info.holder[n]];
      name = holder.size() > 6 ? holder.substr(6) : "bone";  // "bone: sacrum"
      std::ranges::replace(name, '_', ' ');
    }
    return name;
  };
  // Bones that lie apart have places of their own: a femur is on both sides.
  std::vector<vtkIdType> first_of(static_cast<std::size_t>(bone->GetNumberOfPoints()));
  std::iota(first_of.begin(), first_of.end(), 0);
  const auto root = [&](vtkIdType i) {
    while (first_of[static_cast<std::size_t>(i)] != i) i = first_of[static_cast<std::size_t>(i)];
    return i;
  };
  for (vtkIdType c = 0; c < bone->GetNumberOfCells(); ++c) {
    vtkIdType count = 0;
    const vtkIdType* ids = nullptr;
    bone->GetCellPoints(c, count, ids);
    for (vtkIdType i = 1; i < count; ++i) first_of[static_cast<std::size_t>(root(ids[i]))] = root(ids[0]);
  }
  struct Place {
    double area = 0;
    Vec3d sum{{0, 0, 0}};  // of the middles times their areas
  };
  std::map<std::pair<std::string, vtkIdType>, std::array<Place, 2>> places;  // left and right of the midline
  for (vtkIdType c = 0; c < bone->GetNumberOfCells(); ++c) {
    vtkIdType count = 0;
    const vtkIdType* ids = nullptr;
    bone->GetCellPoints(c, count, ids);
    if (count < 3) continue;
    const Vec3d x[3] = {point_of(bone, ids[0]), point_of(bone, ids[1]), point_of(bone, ids[2])};
    const Vec3d middle = (x[0] + x[1] + x[2]) / 3.0;
    Place& place = places[{name_at(middle), root(ids[0])}][middle[0] < 0 ? 0 : 1];
    const double area = norm(cross(x[1] - x[0], x[2] - x[0])) / 2;
    place.area += area;
    place.sum += area * middle;
  }
  std::map<std::string, Place> largest;
  for (const auto& [key, pair] : places) {
    // One that lies on both sides of another has its middle there.
    const Place both{pair[0].area + pair[1].area, pair[0].sum + pair[1].sum};
    const Place& place = both.area > 0 && name_at(both.sum / both.area) == key.first ? both
                         : pair[0].area > 0.95 * pair[1].area                        ? pair[0]
                                                                                     : pair[1];
    if (place.area > 1.05 * largest[key.first].area) largest[key.first] = place;
  }
  for (const auto& [name, place] : largest) {
    if (place.area > 2e-6)
      frame.overlay.name_area(project(frame.renderer, place.sum / place.area), name,
                              {0.85 * frame.unit, ink, false, Align::centre});
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

}  // namespace knead
