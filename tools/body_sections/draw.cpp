// A section as SVG: elements by tissue, muscles by region, outlines of bones, landmarks, needles, a scale bar.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "body/layers.hpp"
#include "section.hpp"

namespace knead {
namespace {

constexpr const char* skin_colour = "#e8b48f";
constexpr const char* fat_colour = "#f5e3a1";
constexpr const char* muscle_colour = "#c9807a";  // of no named muscle
constexpr const char* rigid_colour = "#b9b6ae";   // elements removed as bone, outside a bone's own shape
constexpr const char* bone_colour = "#efe9dc";
constexpr const char* fascia_colour = "#2f6f9f";

const char* muscle_region_colour(const std::string& name) {
  static const std::map<std::string, const char*> colours = {{"erector spinae", "#a8504a"},
                                                             {"multifidus", "#7f3140"},
                                                             {"gluteus maximus", "#bb5f63"},
                                                             {"quadratus lumborum", "#8d5a86"},
                                                             {"latissimus dorsi", "#d0696e"}};
  const auto found = colours.find(name);
  return found == colours.end() ? muscle_colour : found->second;
}

class Drawing {
 public:
  Drawing(const SectionPanel& panel, double left, double top, double scale, double depth)
      : panel_(panel), body_(*panel.body), model_(*panel.model), scale_(scale), depth_(depth) {
    half_ = model_.extent.across;
    highest_ = 1e300;
    for (int i = -100; i <= 100; ++i)
      highest_ = std::min(highest_, model_.chart->height(half_ * i / 100, panel.level).y);
    left_ = left + scale * half_;
    top_ = top;
  }

  std::string draw() {
    polygons_ = cut_mesh(body_.mesh, panel_.level);
    const std::string name = fmt::format("c{:.0f}-{:.0f}", left_, top_);
    text_ = fmt::format("<clipPath id=\"{}\">", name);
    line(hull(), "", true);
    text_ += fmt::format("</clipPath>\n<g clip-path=\"url(#{})\">\n", name);
    rigid();
    bones(true);
    tissue();
    muscles();
    mesh_lines();
    fascia();
    bones(false);
    text_ += "</g>\n";
    needles();
    landmarks();
    return std::move(text_);
  }

 private:
  std::string at(double x, double y) const {
    return fmt::format("{:.1f} {:.1f}", left_ + scale_ * x, top_ + scale_ * (y - highest_));
  }
  void line(const std::vector<std::array<double, 2>>& points, const char* style, bool closed) {
    if (points.size() < 2) return;
    text_ += "<path d=\"M";
    for (const auto& p : points) text_ += at(p[0], p[1]) + " ";
    text_ += fmt::format("{}\" {}/>\n", closed ? "z" : "", style);
  }
  void words(double x, double y, const std::string& what, const char* style) {
    text_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" {}>{}</text>\n", left_ + scale_ * x,
                         top_ + scale_ * (y - highest_), style, what);
  }

  // From the skin to the bottom of the slab.
  std::vector<std::array<double, 2>> hull() const {
    std::vector<std::array<double, 2>> points;
    for (int i = -100; i <= 100; ++i)
      points.push_back({half_ * i / 100, model_.chart->height(half_ * i / 100, panel_.level).y});
    for (int i = 100; i >= -100; --i)
      points.push_back(
          {half_ * i / 100, model_.chart->smooth_y(half_ * i / 100, panel_.level, model_.bottom_share) + model_.depth});
    return points;
  }
  // What shows where elements are missing.
  void rigid() { line(hull(), fmt::format("fill=\"{}\"", rigid_colour).c_str(), true); }

  void fill(const char* colour, const std::function<bool(int)>& wanted) {
    text_ += fmt::format("<path fill=\"{0}\" stroke=\"{0}\" stroke-width=\"0.4\" d=\"", colour);
    for (const auto& polygon : polygons_) {
      if (!wanted(body_.mesh.cell_tissue[static_cast<std::size_t>(polygon.cell)])) continue;
      text_ += "M";
      for (const auto& p : polygon.corners) text_ += at(p[0], p[1]) + " ";
      text_ += "z";
    }
    text_ += "\"/>\n";
  }
  void tissue() {
    fill(muscle_colour, [](int t) { return t == 2; });
    fill(fat_colour, [](int t) { return t == 1; });
    fill(skin_colour, [](int t) { return t == 0; });
  }

  // Is this place in a muscle element?
  bool in_muscle(double x, double y) const {
    for (const auto& polygon : polygons_) {
      if (body_.mesh.cell_tissue[static_cast<std::size_t>(polygon.cell)] != 2) continue;
      bool inside = false;
      const auto& c = polygon.corners;
      for (std::size_t i = 0, j = c.size() - 1; i < c.size(); j = i++)
        if ((c[i][1] > y) != (c[j][1] > y) && x < c[i][0] + (c[j][0] - c[i][0]) * (y - c[i][1]) / (c[j][1] - c[i][1]))
          inside = !inside;
      if (inside) return true;
    }
    return false;
  }
  // Named muscles in rows of half a millimetre, the first that holds a point, as in the body.
  void muscles() {
    constexpr double step = 0.5e-3;
    std::map<std::string, std::string> paths;
    std::map<std::string, std::array<double, 3>> middle;  // of the left side: Σ x, Σ y, count
    for (double y = highest_; y < highest_ + depth_; y += step) {
      std::string running;
      double from = 0;
      const auto end_run = [&](double x) {
        if (!running.empty())
          paths[running] +=
              "M" + at(from, y) +
              fmt::format("h{:.2f}v{:.2f}h{:.2f}z", scale_ * (x - from), scale_ * step * 1.05, -scale_ * (x - from));
      };
      for (double x = -half_; x < half_; x += step) {
        std::string name;
        const Vec3d place{x + 0.5 * step, y + 0.5 * step, panel_.level};
        for (const SlabMuscle& muscle : model_.muscles)
          if (muscle.side * place[0] >= 0 && muscle.shape.distance(place) < 0) {
            name = muscle.name;
            break;
          }
        if (!name.empty() && !in_muscle(place[0], place[1])) name.clear();
        if (!name.empty() && x < 0) {
          auto& m = middle[name];
          m[0] += place[0], m[1] += place[1], m[2] += 1;
        }
        if (name == running) continue;
        end_run(x);
        running = name;
        from = x;
      }
      end_run(half_);
    }
    for (const auto& [name, path] : paths)
      text_ += fmt::format("<path fill=\"{}\" d=\"{}\"/>\n", muscle_region_colour(name), path);
    for (const auto& [name, m] : middle)
      if (m[2] > 150) labels_.push_back({m[0] / m[2], m[1] / m[2], name});
  }

  void mesh_lines() {
    for (const auto& polygon : polygons_)
      if (polygon.corners.size() == 8) {
        const bool right = polygon.corners[1][0] > 0;
        if (right)
          line(polygon.corners, "fill=\"none\" stroke=\"#3a2a24\" stroke-width=\"0.5\" opacity=\"0.55\"", true);
      }
  }

  void fascia() {
    const auto& placement = body_.membranes.front();
    // Every face crosses the plane along its own r-axis; its ends lie on neighbouring lines of constant z.
    for (const auto& face : placement.faces) {
      std::vector<std::array<double, 2>> points;
      for (std::size_t i = 0; i < 3; ++i) {
        const auto p = [&](std::size_t j) { return body_.mesh.points[static_cast<std::size_t>(face[i + 3 * j])]; };
        const auto q = [&](std::size_t j) { return body_.mesh.points[static_cast<std::size_t>(face[3 * i + j])]; };
        const bool along_second = std::abs(p(2)[2] - p(0)[2]) > std::abs(q(2)[2] - q(0)[2]);
        const Vec3d a = along_second ? p(0) : q(0), b = along_second ? p(2) : q(2);
        if ((a[2] - panel_.level) * (b[2] - panel_.level) > 0) continue;
        const double s = (panel_.level - a[2]) / (b[2] - a[2]);
        points.push_back({a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1])});
      }
      if (points.size() == 3)
        line(points, fmt::format("fill=\"none\" stroke=\"{}\" stroke-width=\"2\"", fascia_colour).c_str(), false);
    }
  }

  // Shapes of the bones: filled below the tissue, their outlines above it (marching squares of 1 mm).
  void bones(bool filled) {
    constexpr double step = 1e-3;
    std::string path;
    const auto distance = [&](double x, double y) { return model_.bone_distance({x, y, panel_.level}); };
    for (double y = highest_; y < highest_ + depth_; y += step) {
      double d[2] = {distance(-half_, y), distance(-half_, y + step)};
      for (double x = -half_; x < half_; x += step) {
        const double e[2] = {distance(x + step, y), distance(x + step, y + step)};
        const std::array<double, 4> corner{d[0], e[0], e[1], d[1]};
        const std::array<std::array<double, 2>, 4> place{{{x, y}, {x + step, y}, {x + step, y + step}, {x, y + step}}};
        std::vector<std::array<double, 2>> cuts, inside;
        for (std::size_t i = 0; i < 4; ++i) {
          const std::size_t j = (i + 1) % 4;
          if (corner[i] < 0) inside.push_back(place[i]);
          if ((corner[i] < 0) == (corner[j] < 0)) continue;
          const double s = corner[i] / (corner[i] - corner[j]);
          cuts.push_back(
              {place[i][0] + s * (place[j][0] - place[i][0]), place[i][1] + s * (place[j][1] - place[i][1])});
          inside.push_back(cuts.back());
        }
        const auto& shape = filled ? inside : cuts;
        if (shape.size() > 1) {
          path += "M";
          for (const auto& p : shape) path += at(p[0], p[1]) + " ";
          if (filled) path += "z";
        }
        d[0] = e[0], d[1] = e[1];
      }
    }
    text_ +=
        filled ? fmt::format("<path fill=\"{0}\" stroke=\"{0}\" stroke-width=\"0.5\" d=\"{1}\"/>\n", bone_colour, path)
               : fmt::format("<path fill=\"none\" stroke=\"#222\" stroke-width=\"1.4\" d=\"{}\"/>\n", path);
  }

  void needles() {
    double last = -1, lift = 0;
    for (double across : panel_.needle) {
      const Vec3d from = model_.chart->point(across, panel_.level),
                  inwards = -model_.chart->normal(across, panel_.level);
      double total = 0;
      std::string ends_at;
      for (const LayerThickness& layer : measure_layers(body_, across, panel_.level))
        total += layer.thickness, ends_at = layer.ends_at;
      if (ends_at.rfind("bone", 0) != 0) continue;
      const Vec3d tip = from + total * inwards, head = from - 6e-3 * inwards;
      line({{head[0], head[1]}, {tip[0], tip[1]}}, "fill=\"none\" stroke=\"#000\" stroke-width=\"1.2\"", false);
      text_ += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.6\"/>\n", left_ + scale_ * tip[0],
                           top_ + scale_ * (tip[1] - highest_));
      lift = head[0] - last < 24e-3 ? lift + 6e-3 : 0;  // neighbouring numbers stand above each other
      last = head[0];
      words(head[0], head[1] - 1.5e-3 - lift, fmt::format("{:.1f} mm", 1e3 * total),
            "font-size=\"12\" text-anchor=\"middle\"");
    }
  }

  void landmarks() {
    // From the deepest up, each below nothing else: a label that would touch a higher one moves up.
    std::sort(labels_.begin(), labels_.end(), [](const Label& a, const Label& b) { return a.y > b.y; });
    for (std::size_t i = 0; i < labels_.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const double width = 1.7e-3 * static_cast<double>(labels_[i].text.size() + labels_[j].text.size());
        if (std::abs(labels_[i].x - labels_[j].x) < width && labels_[j].y - labels_[i].y < 6.5e-3)
          labels_[i].y = labels_[j].y - 6.5e-3;
      }
    for (const auto& label : labels_)
      words(label.x, label.y + 1e-3, label.text,
            "font-size=\"11\" text-anchor=\"middle\" fill=\"#fff\" stroke=\"#40171a\" stroke-width=\"2.4\" "
            "paint-order=\"stroke\" stroke-linejoin=\"round\"");
    text_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"17\" font-weight=\"bold\">{}</text>\n",
                         left_ - scale_ * half_ + 2, top_ - 22, panel_.title);
    for (const Landmark& landmark : model_.landmarks) {
      if (std::abs(landmark.along - panel_.level) > 1e-6) continue;
      for (double side : {-1.0, 1.0}) {
        if (landmark.across == 0 && side > 0) continue;
        const double x = side * landmark.across, y = model_.chart->height(x, panel_.level).y;
        const double h = landmark.across == 0 ? 15e-3 : 17e-3;
        if (landmark.across == 0) continue;  // the title says the level
        line({{x, y - 1e-3}, {x, y - h}}, "stroke=\"#1c5c3a\" stroke-width=\"1.2\"", false);
        words(x, y - h - 1e-3, landmark.name, "font-size=\"12\" text-anchor=\"middle\" fill=\"#1c5c3a\"");
      }
    }
    // scale bar
    const double x = half_ - 54e-3, y = highest_ + depth_ - 4e-3;
    line({{x, y}, {x + 50e-3, y}}, "stroke=\"#000\" stroke-width=\"3\"", false);
    words(x + 25e-3, y - 1.8e-3, "50 mm", "font-size=\"12\" text-anchor=\"middle\"");
  }

  struct Label {
    double x, y;
    std::string text;
  };
  const SectionPanel& panel_;
  const Body& body_;
  const SlabModel& model_;
  double scale_, depth_, half_ = 0, highest_ = 0, left_ = 0, top_ = 0;
  std::vector<SectionPolygon> polygons_;
  std::vector<Label> labels_;
  std::string text_;
};

}  // namespace

std::string draw_section(const SectionPanel& panel, double left, double top, double scale, double depth) {
  return Drawing(panel, left, top, scale, depth).draw();
}

std::string draw_legend(const SlabModel& model, double left, double top, double width) {
  std::vector<std::pair<std::string, std::string>> entries = {{"skin", skin_colour},
                                                              {"subcutaneous fat", fat_colour},
                                                              {"thoracolumbar fascia", fascia_colour},
                                                              {"muscle, no region", muscle_colour}};
  std::vector<std::string> seen;
  for (const SlabMuscle& muscle : model.muscles) {
    if (std::find(seen.begin(), seen.end(), muscle.name) != seen.end()) continue;
    seen.push_back(muscle.name);
    entries.push_back({muscle.name, muscle_region_colour(muscle.name)});
  }
  entries.push_back({"bone (outline: its shape)", bone_colour});
  entries.push_back({"removed with the bone", rigid_colour});
  std::string text;
  double x = left, y = top;
  for (const auto& [name, colour] : entries) {
    const double space = 34 + 7.8 * static_cast<double>(name.size());
    if (x + space > left + width) x = left, y += 22;
    text += fmt::format(
        "<rect x=\"{:.0f}\" y=\"{:.0f}\" width=\"16\" height=\"12\" fill=\"{}\" stroke=\"#333\" stroke-width=\"0.6\"/>"
        "<text x=\"{:.0f}\" y=\"{:.0f}\" font-size=\"13\">{}</text>\n",
        x, y - 11, colour, x + 21, y, name);
    x += space;
  }
  return text;
}

}  // namespace knead
