#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <tuple>
#include <utility>

#include "body/length_sum.hpp"
#include "body/slab_model.hpp"

namespace knead {

namespace {

class SlabReader : ChartReader {
 public:
  SlabReader(const ModelValue& root, const SubjectValues& subject, Laterality side, SlabModel& model)
      : ChartReader(root, subject, side, model), model_(model) {}

  void read(const WantedPosture& posture) {
    root_.only_keys({"knead",     "kind",     "name",   "title",     "chart",
                     "one_sided", "postures", "extent", "landmarks", "landmarks_source",
                     "surface",   "sites",    "layers", "fat_zone",  "fascia",
                     "depth",     "support",  "bone",   "muscle",    "first_stroke",
                     "directions"});
    model_.one_sided = root_.find("one_sided") && root_.at("one_sided").flag();
    if (const ModelValue* own = root_.find("directions")) {
      model_.directions = own->texts();
      if (model_.directions.size() != 4)
        own->fail("Four words are due here: for cranial, caudal, posterior, anterior.");
    }
    read_posture(posture);
    if (!(model_.down[1] > 0)) root_.at("postures").fail("A slab lies prone: its bottom looks down.");
    read_landmarks();
    read_extent();
    read_surface();
    read_sites();
    read_layers();
    read_bones();
    read_muscles();
  }

 private:
  // +1 or −1 for what lies on one side only, 0 for a body with two alike.
  double only_side() const { return model_.one_sided ? lateral_ : 0; }

  double along(const ModelValue& value, std::optional<double> level = {}) const {
    std::string known;
    for (const Landmark& l : model_.landmarks) known += (known.empty() ? "" : ", ") + l.name;
    return evaluate_length(
        value, scale_,
        [&](const std::string& name) -> std::optional<double> {
          if (level && name == "level") return level;
          for (const Landmark& l : model_.landmarks)
            if (l.name == name) return l.along;
          return {};
        },
        known);
  }
  std::vector<double> ascending_along(const ModelValue& value) const {
    std::vector<double> result;
    for (const ModelValue& item : value.list()) result.push_back(along(item));
    check_ascending(value, result, "At least two places that ascend from caudal to cranial are due here.");
    return result;
  }
  SmoothCurve curve(const ModelValue& table) const {
    const std::vector<double> x = ascending_along(table.at("along")), y = lengths(table.at("height"));
    if (x.size() != y.size()) table.fail("\"along\" and \"height\" must have the same number of entries.");
    return {x, y};
  }
  double depth(const ModelValue& value, double across, double at_along) const {
    return evaluate_length(
        value, scale_,
        [&](const std::string& name) -> std::optional<double> {
          const auto thickness = [&](const char* layer) { return model_.sites.thickness(layer, across, at_along); };
          for (const char* layer : {"skin", "fat", "fascia", "muscle", "ligament"})
            if (name == layer) return thickness(layer);
          if (name != "to muscle" && name != "to bone") return {};
          const double to_muscle = thickness("skin") + thickness("fat") + thickness("fascia");
          return name == "to muscle" ? to_muscle : to_muscle + thickness("muscle");
        },
        "skin, fat, fascia, muscle, ligament, to muscle, to bone");
  }
  // A place { across, along, depth, at } or, where the skin is steep, { across, along, depth, straight = true } with
  // the depth straight down; side −1 mirrors it.
  Vec3d place(const ModelValue& table, double side, std::optional<double> level) const {
    table.only_keys({"across", "along", "depth", "at", "straight"});
    const double across = length(table.at("across")), z = along(table.at("along"), level);
    if (!table.find("straight") || !table.at("straight").flag())
      return place(across, z, table.at("depth"), table.find("at"), side);
    if (const ModelValue* at = table.find("at")) at->fail("\"at\" and \"straight\" exclude each other.");
    return model_.chart->point(side * across, z) + Vec3d{0, depth(table.at("depth"), side * across, z), 0};
  }
  Vec3d place(double across, double z, const ModelValue& below, const ModelValue* at, double side) const {
    const double foot = side * (at ? length(*at) : across);
    const Vec3d p = model_.chart->point(foot, z) - depth(below, foot, z) * model_.chart->normal(foot, z);
    return {at ? side * across : p[0], p[1], p[2]};
  }
  // An outline { along, across = […], depth = […], at } of a loft. With two entries each it is a band that follows the
  // skin: from and to across, outer and inner depth.
  std::vector<Vec3d> outline(const ModelValue& section, double side) const {
    section.only_keys({"along", "across", "depth", "at"});
    const double z = along(section.at("along"));
    std::vector<double> across = lengths(section.at("across"));
    const std::vector<ModelValue>& depths = section.at("depth").list();
    if (across.size() < 2 || across.size() != depths.size()) {
      section.fail("\"across\" and \"depth\" of an outline need the same number of entries, at least two.");
    }
    const auto corner = [&](double x, const ModelValue& below) { return place(x, z, below, section.find("at"), side); };
    std::vector<Vec3d> corners;
    if (across.size() > 2) {
      for (std::size_t c = 0; c < across.size(); ++c) corners.push_back(corner(across[c], depths[c]));
    } else {
      constexpr int parts = 4;
      const auto at = [&](int c) { return across[0] + (across[1] - across[0]) * c / parts; };
      for (int c = 0; c <= parts; ++c) corners.push_back(corner(at(c), depths[0]));
      for (int c = parts; c >= 0; --c) corners.push_back(corner(at(c), depths[1]));
    }
    return corners;
  }
  ImplicitShape loft(const ModelValue& part, double side) const {
    std::vector<std::vector<Vec3d>> outlines;
    for (const ModelValue& section : part.at("outlines").list()) {
      outlines.push_back(outline(section, side));
      if (outlines.size() == 1) continue;
      const std::vector<Vec3d>&below = outlines[outlines.size() - 2], &above = outlines.back();
      if (below.size() != above.size()) section.fail("All outlines of a part need the same number of entries.");
      for (std::size_t c = 0; c < above.size(); ++c)
        if (!(above[c][2] > below[c][2])) section.fail("Outlines must ascend from caudal to cranial.");
    }
    if (outlines.size() < 2) part.at("outlines").fail("A loft needs at least two outlines.");
    return make_loft(outlines);
  }

  void read_landmarks() {
    check_source(root_.at("landmarks_source"));
    for (const auto& [name, value] : root_.at("landmarks").members) {
      value.only_keys({"across", "along", "description"});
      Landmark landmark;
      landmark.name = name;
      landmark.across = (model_.one_sided ? lateral_ : 1) * scale_ * value.quantity_or("across", dimension::length, 0);
      landmark.along = length(value.at("along"));
      landmark.description = value.at("description").text();
      model_.landmarks.push_back(landmark);
    }
  }

  void read_extent() {
    const ModelValue& table = root_.at("extent");
    check_source(table);
    model_.extent.across = length(table.at("across"));
    model_.extent.along_min = along(table.at("caudal"));
    model_.extent.along_max = along(table.at("cranial"));
    if (!(model_.extent.across > 0 && model_.extent.along_max > model_.extent.along_min)) {
      table.fail("The extent must be positive across, and \"cranial\" must lie above \"caudal\".");
    }
  }

  void read_surface() {
    const ModelValue& table = root_.at("surface");
    check_source(table);
    table.only_keys({"source", "tag", "sagittal", "lateral", "bump"});
    auto chart = std::make_shared<SlabChart>();
    chart->bounds = model_.extent;
    chart->lateral = only_side();
    chart->sagittal = curve(table.at("sagittal"));
    const ModelValue& lateral = table.at("lateral");
    chart->fall_width = length(lateral.at("half_width"));
    chart->quadratic_fall = length(lateral.at("quadratic"));
    chart->quartic_fall = length(lateral.at("quartic"));
    if (const ModelValue* bumps = table.find("bump")) {
      for (const ModelValue& bump : bumps->list()) {
        bump.only_keys({"name", "across", "width", "along", "height"});
        chart->bumps.push_back({length(bump.at("across")), length(bump.at("width")), curve(bump)});
        if (!(chart->bumps.back().width > 0)) bump.at("width").fail("The width of a bump must be positive.");
      }
    }
    model_.chart = chart;
    model_.surface = chart;
    model_.plain_fibre = [chart](const Vec3d& x) { return chart->cranial(x[2]); };
  }

  void read_sites() {
    const ModelValue& table = root_.at("sites");
    check_source(table);
    const std::vector<double> across = lengths(table.at("across")), z = ascending_along(table.at("along"));
    std::vector<std::vector<std::string>> names;
    for (const ModelValue& row : table.at("names").list()) {
      names.push_back(row.texts());
      if (names.back().size() != across.size()) row.fail("A row must name one site for each entry of \"across\".");
    }
    if (names.size() != z.size()) table.at("names").fail("There must be one row for each entry of \"along\".");
    model_.sites = SiteMap(across, z, names, subject_, only_side());
  }

  void read_layers() {
    const ModelValue& table = root_.at("layers");
    read_tissues(table);
    if (const ModelValue* zones = root_.find("fat_zone"))
      for (const ModelValue& part : zones->list()) {
        part.only_keys({"tissue", "across", "along", "source", "tag"});
        model_.fat_zones.push_back({part.at("tissue").text(), zone(part)});
      }
    for (const ModelValue& part : root_.at("fascia").list()) {
      part.only_keys({"tissue", "across", "along", "at", "source", "tag"});
      const auto [across, z] = spot(part.at("at"));
      model_.fasciae.push_back({part.at("tissue").text(), model_.sites.thickness("fascia", across, z), zone(part)});
    }
    read_bottom();
  }

  // A place on the skin { across, along } of the side that is meant.
  std::pair<double, double> spot(const ModelValue& table) const {
    table.only_keys({"across", "along"});
    return {(model_.one_sided ? lateral_ : 1) * length(table.at("across")), along(table.at("along"))};
  }

  // A rectangle of the skin { across, along }: from and to; on both sides unless the body has one.
  std::function<bool(double, double)> zone(const ModelValue& part) const {
    check_source(part);
    const auto pair = [&](const char* key, const std::vector<double>& ends) {
      if (ends.size() != 2 || !(ends[1] > ends[0])) part.at(key).fail("Two places are due here: from and to.");
      return std::pair{ends[0], ends[1]};
    };
    const auto [inner, outer] = pair("across", lengths(part.at("across")));
    const auto [caudal, cranial] =
        part.find("along") ? pair("along", ascending_along(part.at("along"))) : std::pair{-1e300, 1e300};
    return [=, side = only_side()](double across, double z) {
      const double lateral = side == 0 ? std::abs(across) : side * across;
      return lateral >= inner && lateral <= outer && z >= caudal && z <= cranial;
    };
  }

  void read_bottom() {
    const ModelValue& bottom = root_.at("depth");
    check_source(bottom);
    bottom.only_keys({"reference", "below_skin", "lateral_share", "spine_width", "source", "tag"});
    std::tie(model_.reference_across, model_.reference_along) = spot(bottom.at("reference"));
    model_.depth = depth(bottom.at("below_skin"), model_.reference_across, model_.reference_along);
    model_.bottom_share = bottom.at("lateral_share").number();
    model_.spine_width = scale_ * bottom.quantity_or("spine_width", dimension::length, 0);

    const ModelValue& support = root_.at("support");
    model_.support_lifts_off = support.find("lifts_off") && support.at("lifts_off").flag();
    read_support(fmt::format("the slab ends {} below the skin on", format_quantity(model_.depth, dimension::length)));
  }

  ImplicitShape shape(const ModelValue& part, double side, std::optional<double> level) const {
    const std::string kind = part.at("shape").text();
    const auto at = [&](const ModelValue& table) { return place(table, side, level); };
    if (kind == "tube") return read_tube(part, at);
    if (kind == "plate") return read_plate(part, at);
    if (kind == "bar") {
      const Vec3d from = at(part.at("from")), to = at(part.at("to"));
      if (!(norm(to - from) > 0)) part.at("to").fail("The two ends of a bar must differ.");
      const bool steep = std::abs(normalized(to - from)[2]) > 0.9;
      return make_bar(from, to, steep ? Vec3d{0, 1, 0} : Vec3d{0, 0, 1}, positive_length(part, "width"),
                      positive_length(part, "height"), scale_ * part.quantity_or("rounding", dimension::length, 0));
    }
    if (kind == "ellipsoid") {
      const ModelValue& centre = part.at("centre");
      const double z = along(centre.at("along"), level), across = side * length(centre.at("across"));
      const Vec3d n = model_.chart->normal(across, z), u = normalized(Vec3d{1, 0, 0} - n[0] * n), v = cross(n, u);
      const Mat3d axes{{{u[0], u[1], u[2]}, {v[0], v[1], v[2]}, {n[0], n[1], n[2]}}};
      return make_ellipsoid(at(centre), axes, read_half_axes(part, "across, along, depth"));
    }
    if (kind == "loft") return loft(part, side);
    part.at("shape").fail(fmt::format("{} is not a shape{}; there are tube, bar, ellipsoid, plate and loft.",
                                      in_quotes(kind),
                                      did_you_mean(kind, {"tube", "bar", "ellipsoid", "plate", "loft"})));
  }

  // Calls add(shape) for the part, its levels and its mirror image.
  template <class Add>
  void each_copy(const ModelValue& part, const Add& add) const {
    part.only_keys({"name", "part", "shape", "both", "at", "from", "to", "points", "centre", "half", "radius",
                    "end_radius", "width", "height", "rounding", "thickness", "drawn_inwards", "source", "tag"});
    check_source(part);
    std::vector<std::optional<double>> levels;
    if (const ModelValue* at = part.find("at")) {
      for (const ModelValue& level : at->list()) levels.emplace_back(along(level));
    } else {
      levels.emplace_back();
    }
    const bool both = part.find("both") && part.at("both").flag();
    for (const auto& level : levels)
      for (double side : {1.0, -1.0})
        if (model_.one_sided ? side == lateral_ : side > 0 || both) {
          ImplicitShape s = shape(part, side, level);
          s.sweep = {0, scale_ * part.quantity_or("drawn_inwards", dimension::length, 0), 0};
          add(std::move(s));
        }
  }

  void read_bones() {
    for (const ModelValue& part : root_.at("bone").list()) {
      const std::string name = part.at("name").text();
      each_copy(part, [&](ImplicitShape s) { add_bone(name, std::move(s)); });
    }
  }

  void read_muscles() {
    for (const ModelValue& part : root_.at("muscle").list()) {
      const std::string name = part.at("name").text();
      part.only_keys({"name", "shape", "outlines", "from", "to", "points", "centre", "half", "radius", "end_radius",
                      "width", "height", "rounding", "thickness", "lateral", "source", "tag"});
      const double angle = part.at("lateral").quantity(dimension::angle);
      for (double side : {1.0, -1.0}) {
        if (model_.one_sided && side != lateral_) continue;
        Muscle muscle;
        muscle.name = name;
        const auto whole = std::make_shared<const ImplicitShape>(shape(part, side, {}));
        Vec3d centre;
        double reach = 0;
        whole->bounding_ball(centre, reach);
        muscle.holds = [whole, centre, reach, side = model_.one_sided ? 0 : side](const Vec3d& x) {
          return side * x[0] >= 0 && norm(x - centre) < reach && whole->distance(x) < 0;
        };
        // Cranial along the course of a loft, else along the skin, turned laterally along the skin without its bumps.
        muscle.fibre = [whole, side, angle, chart = model_.chart](const Vec3d& x) {
          const bool loft = whole->kind == ImplicitShape::Kind::loft;
          const Vec3d cranial = loft ? whole->course(x[2]) : chart->cranial(x[2]);
          const double lateral = side * std::sin(angle);
          return normalized(std::cos(angle) * cranial + lateral * chart->rightwards(x[0]));
        };
        model_.muscles.push_back(std::move(muscle));
      }
      check_source(part);
    }
  }

  SlabModel& model_;
};

}  // namespace

SlabModel read_slab_model(const ModelValue& file, const SubjectValues& subject, Laterality side,
                          const WantedPosture& posture) {
  SlabModel model;
  SlabReader(file, subject, side, model).read(posture);
  return model;
}

}  // namespace knead
