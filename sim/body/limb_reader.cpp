#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "body/length_sum.hpp"
#include "body/limb_model.hpp"
#include "body/limb_parts.hpp"
#include "math/interpolation.hpp"

namespace knead {

namespace {

constexpr double pi = std::numbers::pi;

// A region of the muscle layer between angles and depths that change along the limb.
struct Sector {
  std::vector<double> along, from, to, outer, inner;  // m, rad (towards lateral), rad, m below the fascia, m

  bool holds(double angle, double z, double depth) const {
    if (z < along.front() || z > along.back()) return false;
    const auto at = [&](const std::vector<double>& list) { return interpolate_straight(along, list, z); };
    const double first = at(from);
    return turned(first, angle) <= at(to) - first && depth >= at(outer) && depth <= at(inner);
  }
};

class LimbReader : LimbPartsReader {
 public:
  LimbReader(const ModelValue& root, const SubjectValues& subject, Laterality side, LimbModel& model)
      : LimbPartsReader(root, subject, side, model), model_(model) {}

  void read(const WantedPosture& posture) {
    root_.only_keys({"knead", "kind", "name", "title", "chart", "postures", "extent", "first_stroke", "landmarks",
                     "landmarks_source", "section", "section_source", "sites", "layers", "fascia", "support", "bone",
                     "muscle"});
    model_.one_sided = true;
    model_.directions = {"proximal", "distal", "posterior", "anterior"};
    model_.subject = subject_;
    read_posture(posture);
    read_extent();
    read_sites();
    read_sections();
    read_landmarks();
    read_layers();
    read_bones();
    read_muscles();
  }

 private:
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
        // A very narrow medial side makes the ellipse through the others tall: begin where the way around grows.
        constexpr double step = 1e-3;  // m
        while (low < high && around(low + step) < around(low)) low += step;
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
    check_ascending(root_.at("section"), z, "At least two sections that ascend from distal to proximal are due here.");
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

  Vec3d place(const ModelValue& table) const {
    table.only_keys({"lateral", "anterior", "along"});
    return {{lateral_ * length(table.at("lateral")), length(table.at("anterior")), length(table.at("along"))}};
  }

  void read_bones() {
    for (const ModelValue& part : root_.at("bone").list()) {
      part.only_keys({"name", "part", "shape", "from", "to", "centre", "half", "radius", "end_radius", "points",
                      "thickness", "source", "tag"});
      check_source(part);
      if (model_.bones.empty()) model_.main_bone = part.at("name").text();
      add_bone(part.at("name").text(), shape(part));
    }
  }

  ImplicitShape shape(const ModelValue& part) const {
    const std::string kind = part.at("shape").text();
    const auto at = [&](const ModelValue& table) { return place(table); };
    if (kind == "tube") return read_tube(part, at);
    if (kind == "plate") return read_plate(part, at);
    if (kind == "ellipsoid")
      return make_ellipsoid(place(part.at("centre")), Mat3d::identity(),
                            read_half_axes(part, "lateral, anterior, along"));
    part.at("shape").fail(
        fmt::format("{} is no shape of bones in limbs; there are tube, ellipsoid and plate.", in_quotes(kind)));
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
      check_ascending(part.at("sections"), sector->along,
                      "At least two sections that ascend from distal to proximal are due here.");
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

  std::shared_ptr<LimbChart> chart_;
  std::map<std::string, std::string> sides_;  // side to site of the subject
  LimbModel& model_;
};

}  // namespace

LimbModel read_limb_model(const ModelValue& file, const SubjectValues& subject, Laterality side,
                          const WantedPosture& posture) {
  LimbModel model;
  LimbReader(file, subject, side, model).read(posture);
  return model;
}

}  // namespace knead
