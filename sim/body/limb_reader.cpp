#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include <fmt/format.h>

#include "body/length_sum.hpp"
#include "body/limb_model.hpp"
#include "body/slab_model.hpp"

namespace knead {

namespace {

constexpr double pi = std::numbers::pi;

// A region of the muscle layer between angles and depths that change along the limb.
struct Sector {
  std::vector<double> along, from, to, outer, inner;  // m, rad (towards lateral), rad, m below the fascia, m

  static double at(const std::vector<double>& x, const std::vector<double>& y, double where) {
    std::size_t i = 0;
    while (i + 2 < x.size() && where > x[i + 1]) ++i;
    return y[i] + (y[i + 1] - y[i]) * (where - x[i]) / (x[i + 1] - x[i]);
  }
  bool holds(double angle, double z, double depth) const {
    if (z < along.front() || z > along.back()) return false;
    const double a = at(along, from, z), b = at(along, to, z);
    const double turned = angle - a - 2 * pi * std::floor((angle - a) / (2 * pi));
    return turned <= b - a && depth >= at(along, outer, z) && depth <= at(along, inner, z);
  }
};

class Reader {
 public:
  Reader(const ModelValue& root, const SubjectValues& subject, Laterality side)
      : root_(root),
        scale_(subject.has("size_scale") ? subject.at("size_scale") : 1.0),
        subject_(subject),
        lateral_(side == Laterality::right ? 1 : -1) {}

  LimbModel read() {
    root_.only_keys({"knead", "kind", "name", "title", "chart", "posture", "extent", "landmarks", "landmarks_source",
                     "section", "section_source", "sites", "layers", "fascia", "support", "bmi_response", "bone",
                     "muscle"});
    model_.name = root_.at("name").text();
    model_.title = root_.at("title").text();
    model_.one_sided = true;
    model_.subject = subject_;
    read_posture();
    read_extent();
    read_sites();
    read_sections();
    read_landmarks();
    read_layers();
    read_bones();
    read_muscles();
    return std::move(model_);
  }

 private:
  double length(const ModelValue& value) const { return scale_ * value.quantity(dimension::length); }
  static void check_source(const ModelValue& table) {
    (void)table.at("source").text();
    (void)table.at("tag").text();
  }

  void read_posture() {
    const ModelValue& posture = root_.at("posture");
    const std::string word = posture.text();
    if (word == "prone")
      model_.down = {{0, 1, 0}};
    else if (word == "supine")
      model_.down = {{0, -1, 0}};
    else if (word == "side")  // on the other side: the lateral face looks up
      model_.down = {{-lateral_, 0, 0}};
    else
      posture.fail(fmt::format("{} is no posture; there are prone, supine and side.", in_quotes(word)));
  }

  void read_extent() {
    const ModelValue& table = root_.at("extent");
    check_source(table);
    chart_ = std::make_shared<LimbChart>();
    chart_->along_min = length(table.at("distal"));
    chart_->along_max = length(table.at("proximal"));
    if (!(chart_->along_max > chart_->along_min && chart_->along_min <= 0 && chart_->along_max >= 0))
      table.fail("\"proximal\" must lie above \"distal\", and the origin between them.");
  }

  void read_sites() {
    const ModelValue& table = root_.at("sites");
    check_source(table);
    const std::string posterior = table.at("posterior").text(), anterior = table.at("anterior").text();
    const std::string lateral = table.at("lateral").text(), medial = table.at("medial").text();
    model_.sites = lateral_ > 0 ? std::array{posterior, lateral, anterior, medial}
                                : std::array{posterior, medial, anterior, lateral};
    sides_ = {{"posterior", posterior}, {"anterior", anterior}, {"lateral", lateral}, {"medial", medial}};
  }

  double extent(const ModelValue& section, const std::string& side) const {
    const std::string& site = sides_.at(side);
    return evaluate_length(
        section.at(side), scale_,
        [&](const std::string& name) -> std::optional<double> {
          for (const char* layer : {"skin", "fat", "fascia", "muscle"})
            if (name == layer) return subject_.at(site + "." + layer);
          return {};
        },
        "skin, fat, fascia, muscle");
  }

  void read_sections() {
    check_source(root_.at("section_source"));
    std::vector<double> z, posterior, anterior, lateral, medial;
    for (const ModelValue& section : root_.at("section").list()) {
      section.only_keys({"along", "posterior", "anterior", "lateral", "medial", "girth"});
      z.push_back(length(section.at("along")));
      posterior.push_back(extent(section, "posterior"));
      anterior.push_back(extent(section, "anterior"));
      lateral.push_back(extent(section, "lateral"));
      if (const ModelValue* girth = section.find("girth")) {
        // What the girth leaves for the medial side.
        const double wanted = evaluate_length(
            *girth, scale_,
            [&](const std::string& name) -> std::optional<double> {
              if (subject_.has(name)) return subject_.at(name);
              return {};
            },
            "the subject's girths");
        const auto around = [&](double width) {
          return Ellipse::through(lateral.back(), width, posterior.back(), anterior.back()).perimeter();
        };
        double low = 0.01, high = 1;
        if (around(low) > wanted || around(high) < wanted)
          girth->fail(fmt::format("A girth of {} does not fit the thicknesses of this subject.",
                                  format_quantity(wanted, dimension::length)));
        for (int i = 0; i < 60; ++i) (around(0.5 * (low + high)) < wanted ? low : high) = 0.5 * (low + high);
        medial.push_back(low);
      } else {
        medial.push_back(extent(section, "medial"));
      }
      for (const auto* list : {&posterior, &anterior, &lateral, &medial})
        if (!(list->back() > 0.01)) section.fail("The skin must lie at least 10 mm from the axis on every side.");
    }
    if (z.size() < 2 || !std::is_sorted(z.begin(), z.end(), std::less_equal<double>()))
      root_.at("section").fail("At least two sections that ascend from distal to proximal are due here.");
    chart_->posterior = {z, posterior};
    chart_->anterior = {z, anterior};
    chart_->right = {z, lateral_ > 0 ? lateral : medial};
    chart_->left = {z, lateral_ > 0 ? medial : lateral};
    double sum = 0;
    for (int s = 0; s < 72; ++s) sum += chart_->radius(s * pi / 36, 0) / 72;
    chart_->mean_radius = sum;
    model_.chart = chart_;
    model_.surface = chart_;
    model_.plain_fibre = [](const Vec3d&) { return Vec3d{{0, 0, 1}}; };
  }

  void read_landmarks() {
    check_source(root_.at("landmarks_source"));
    for (const auto& [name, value] : root_.at("landmarks").members) {
      value.only_keys({"around", "along", "description"});
      Landmark landmark;
      landmark.name = name;
      double angle = lateral_ * value.at("around").quantity(dimension::angle);
      angle -= 2 * pi * std::round(angle / (2 * pi));
      landmark.across = angle * chart_->mean_radius;
      landmark.along = length(value.at("along"));
      landmark.description = value.at("description").text();
      model_.landmarks.push_back(landmark);
    }
  }

  void read_layers() {
    const ModelValue& table = root_.at("layers");
    check_source(table);
    model_.skin_tissue = table.at("skin").at("tissue").text();
    model_.skin_elements = table.at("skin").at("elements").count();
    model_.fat_tissue = table.at("fat").at("tissue").text();
    model_.fat_elements = table.at("fat").at("elements").count();
    model_.muscle_tissue = table.at("muscle").at("tissue").text();
    for (const ModelValue& part : root_.at("fascia").list()) {
      check_source(part);
      part.only_keys({"tissue", "around", "source", "tag"});
      FasciaZone zone;
      zone.tissue = part.at("tissue").text();
      const auto& around = part.at("around").list();
      if (around.size() != 2) part.at("around").fail("Two angles are due here: from and to, towards lateral.");
      const double from = around[0].quantity(dimension::angle), to = around[1].quantity(dimension::angle);
      zone.holds = [=, lateral = lateral_, radius = chart_->mean_radius](double across, double) {
        const double angle = lateral * across / radius;
        return angle - from - 2 * pi * std::floor((angle - from) / (2 * pi)) <= to - from;
      };
      model_.fasciae.push_back(std::move(zone));
    }
    const ModelValue& support = root_.at("support");
    model_.support_stiffness = support.at("stiffness").quantity(dimension::foundation);
    model_.support_lifts_off = true;
    if (!(model_.support_stiffness > 0)) support.at("stiffness").fail("The stiffness of the support must be positive.");
    model_.notes.push_back(fmt::format("the side that looks down lies on an elastic support of {:.3g} kPa/m ({}: {})",
                                       1e-3 * model_.support_stiffness, support.at("stiffness").at("tag").text(),
                                       support.at("stiffness").at("source").text()));
  }

  Vec3d place(const ModelValue& table) const {
    table.only_keys({"lateral", "anterior", "along"});
    return {{lateral_ * length(table.at("lateral")), length(table.at("anterior")), length(table.at("along"))}};
  }

  void read_bones() {
    for (const ModelValue& part : root_.at("bone").list()) {
      part.only_keys({"name", "part", "shape", "from", "to", "centre", "half", "radius", "end_radius", "points",
                      "thickness", "source", "tag"});
      check_source(part);
      const std::string kind = part.at("shape").text();
      ImplicitShape shape;
      if (kind == "tube") {
        const double radius = length(part.at("radius"));
        shape = make_tube(place(part.at("from")), place(part.at("to")), radius,
                          part.find("end_radius") ? length(part.at("end_radius")) : radius);
      } else if (kind == "ellipsoid") {
        const auto& half = part.at("half").list();
        if (half.size() != 3) part.at("half").fail("Three half axes are due here: lateral, anterior, along.");
        shape = make_ellipsoid(place(part.at("centre")), Mat3d::identity(),
                               {{length(half[0]), length(half[1]), length(half[2])}});
      } else if (kind == "plate") {
        std::vector<Vec3d> points;
        for (const ModelValue& p : part.at("points").list()) points.push_back(place(p));
        if (points.size() < 3) part.at("points").fail("A plate needs at least three points.");
        shape = make_plate(points, length(part.at("thickness")));
      } else {
        part.at("shape").fail(
            fmt::format("{} is no shape of bones in limbs; there are tube, ellipsoid and plate.", in_quotes(kind)));
      }
      Bone bone{part.at("name").text(), std::move(shape), {0, 0, 0}, 0};
      bone.shape.bounding_ball(bone.centre, bone.reach);
      if (model_.bones.empty()) model_.main_bone = bone.name;
      model_.bones.push_back(std::move(bone));
    }
  }

  void read_muscles() {
    for (const ModelValue& part : root_.at("muscle").list()) {
      part.only_keys({"name", "sections", "lateral", "deep", "tissue", "source", "tag"});
      check_source(part);
      auto sector = std::make_shared<Sector>();
      for (const ModelValue& section : part.at("sections").list()) {
        section.only_keys({"along", "around", "depth"});
        const auto &around = section.at("around").list(), &depth = section.at("depth").list();
        if (around.size() != 2 || depth.size() != 2) section.fail("around and depth are pairs: from and to.");
        sector->along.push_back(length(section.at("along")));
        sector->from.push_back(around[0].quantity(dimension::angle));
        sector->to.push_back(around[1].quantity(dimension::angle));
        sector->outer.push_back(length(depth[0]));
        sector->inner.push_back(length(depth[1]));
        if (!(sector->to.back() > sector->from.back() && sector->to.back() - sector->from.back() <= 2 * pi))
          section.fail("around goes from a smaller to a larger angle, once around at most.");
      }
      if (sector->along.size() < 2 ||
          !std::is_sorted(sector->along.begin(), sector->along.end(), std::less_equal<double>()))
        part.at("sections").fail("At least two sections that ascend from distal to proximal are due here.");
      const double towards_lateral = std::tan(part.at("lateral").quantity(dimension::angle));
      const double towards_bone = std::tan(part.at("deep").quantity(dimension::angle));
      Muscle muscle;
      muscle.name = part.at("name").text();
      muscle.tissue = part.text_or("tissue", "");
      // A copy of what the fascia's radius needs: the model moves on.
      auto shell = std::make_shared<LimbModel>();
      shell->chart = model_.chart;
      shell->subject = model_.subject;
      shell->sites = model_.sites;
      muscle.holds = [sector, shell, lateral = lateral_](const Vec3d& x) {
        const double angle = std::atan2(x[0], -x[1]);
        const double depth = shell->fascia_radius(angle, x[2]) - std::hypot(x[0], x[1]);
        return sector->holds(lateral * angle, x[2], depth);
      };
      muscle.fibre = [=, lateral = lateral_](const Vec3d& x) {
        const double r = std::max(std::hypot(x[0], x[1]), 1e-9);
        const Vec3d out{{x[0] / r, x[1] / r, 0}}, around{{-lateral * out[1], lateral * out[0], 0}};
        return normalized(Vec3d{{0, 0, 1}} + towards_lateral * around - towards_bone * out);
      };
      model_.muscles.push_back(std::move(muscle));
    }
  }

  const ModelValue& root_;
  double scale_;
  const SubjectValues& subject_;
  double lateral_;  // 1 when lateral is to the right
  std::shared_ptr<LimbChart> chart_;
  std::map<std::string, std::string> sides_;  // side to site of the subject
  LimbModel model_;
};

}  // namespace

LimbModel read_limb_model(const std::string& path, const SubjectValues& subject, Laterality side) {
  const ModelValue root = read_model_file(path, "body");
  std::vector<std::string> notes;
  const SubjectValues fitted = apply_bmi(root, subject, notes);
  LimbModel model = Reader(root, fitted, side).read();
  notes.insert(notes.end(), model.notes.begin(), model.notes.end());
  model.notes = std::move(notes);
  return model;
}

}  // namespace knead
