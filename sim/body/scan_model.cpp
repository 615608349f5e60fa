#include "body/scan_model.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>

#include <fmt/format.h>
#include <Eigen/Eigenvalues>

#include "body/limb_parts.hpp"
#include "body/nifti_file.hpp"

namespace knead {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double least_fat = 1e-3, least_muscle = 4e-3;  // m, that the layers keep everywhere
constexpr double widest_jump = 0.025;                    // m, of the skin between neighbouring rays
constexpr std::size_t num_angles = 72;

class ScanReader : LimbPartsReader {
 public:
  ScanReader(const ModelValue& root, const SubjectValues& nobody, Laterality side, ScanModel& model)
      : LimbPartsReader(root, nobody, side, model), side_(side), model_(model) {}

  void read(const WantedPosture& posture) {
    root_.only_keys({"knead", "kind", "name", "title", "chart", "postures", "side", "scan", "label", "label_source",
                     "extent", "landmarks", "landmarks_source", "layers", "fascia", "support"});
    model_.imported = true;
    model_.one_sided = true;
    model_.directions = {"proximal", "distal", "posterior", "anterior"};
    read_posture(posture);
    read_labels();
    read_map();
    read_skin();
    measure();
    read_landmarks();
    read_layers();
    add_bones();
    add_muscles();
  }

 private:
  void read_labels() {
    for (const ModelValue& entry : root_.at("label").list()) {
      entry.only_keys({"number", "name", "as"});
      ScanLabel label{entry.at("number").count(), entry.at("name").text(), ScanPart::muscle};
      const std::string as = entry.at("as").text();
      const auto part = std::find(scan_part_names.begin(), scan_part_names.end(), as);
      if (part == scan_part_names.end())
        entry.at("as").fail(
            fmt::format("{} is no part of a limb; there are {}.", in_quotes(as), fmt::join(scan_part_names, ", ")));
      label.part = static_cast<ScanPart>(part - scan_part_names.begin());
      if (label.number > 65535) entry.at("number").fail("A label lies between 1 and 65535.");
      labels_.push_back(std::move(label));
    }
    if (std::none_of(labels_.begin(), labels_.end(), [](const ScanLabel& l) { return l.part == ScanPart::bone; }))
      root_.at("label").fail("No label is a bone, and the columns of a limb stand around one: say as = \"bone\".");
  }

  void read_map() {
    const ModelValue& name = root_.at("scan");
    const auto path = std::filesystem::path(name.where.file).parent_path() / name.text();
    auto map = std::make_shared<LabelMap>();
    try {
      *map = read_nifti(path.string());
    } catch (const Error& error) {
      name.fail(fmt::format("The label map {} cannot be used: {}", in_quotes(name.text()),
                            error.diagnostics().front().message));
    }
    const std::string shown = root_.at("side").text();
    if (shown != "left" && shown != "right") root_.at("side").fail("The side is \"left\" or \"right\".");
    if ((shown == "right") != (side_ == Laterality::right)) {
      for (int column = 0; column < 3; ++column) map->axes(0, column) = -map->axes(0, column);
      map->origin[0] = -map->origin[0];
      model_.notes.push_back(fmt::format("the scan shows a {} limb; this body is its mirror image", shown));
    }
    scan_ = std::make_shared<LimbScan>(map, labels_);
    model_.main_bone = scan_->main_bone().name;
  }

  double given_thickness(const ModelValue& layer, double least, double most) const {
    const ModelValue& value = layer.at("thickness");
    const double thickness = value.quantity(dimension::length);
    if (!(thickness >= least && thickness <= most))
      value.fail(fmt::format("The thickness must lie between {} and {}.", format_quantity(least, dimension::length),
                             format_quantity(most, dimension::length)));
    return thickness;
  }

  void read_skin() {
    const ModelValue& layers = root_.at("layers");
    layers.only_keys({"skin", "fat", "muscle", "source", "tag"});
    layers.at("skin").only_keys({"tissue", "elements", "thickness", "lies"});
    layers.at("fat").only_keys({"tissue", "elements", "thickness"});
    model_.skin = given_thickness(layers.at("skin"), 0.5e-3, 5e-3);
    const std::string lies = layers.at("skin").at("lies").text();
    if (lies != "within" && lies != "outside")
      layers.at("skin").at("lies").fail("The skin lies \"within\" what was segmented, or \"outside\" of it.");
    skin_outside_ = lies == "outside";
    if (layers.at("fat").find("thickness")) model_.fat = given_thickness(layers.at("fat"), least_fat, 0.15);
    const bool shown =
        std::any_of(labels_.begin(), labels_.end(), [](const ScanLabel& l) { return l.part == ScanPart::fat; });
    if (!shown && !model_.fat)
      layers.at("fat").fail("No label is fat: give its thickness, for example thickness = \"8 mm\".");
  }

  // Distances on a grid of angles and places along the limb.
  template <class F>
  std::vector<double> sampled(const F& distance) const {
    std::vector<double> samples;
    for (std::size_t row = 0; row < rows_; ++row)
      for (std::size_t a = 0; a < num_angles; ++a)
        samples.push_back(distance(2 * pi * static_cast<double>(a) / num_angles,
                                   chart_->along_min + spacing_ * static_cast<double>(row)));
    return samples;
  }

  double reached(const std::optional<double>& distance, double along) const {
    if (distance) return *distance;
    root_.at("extent").fail(fmt::format(
        "The label map ends before the skin is reached, {:.0f} mm along; make the extent shorter there.", 1e3 * along));
  }

  void measure() {
    const ModelValue& extent = root_.at("extent");
    chart_ = std::make_shared<ScanChart>();
    chart_->along_min = extent.at("distal").quantity(dimension::length);
    chart_->along_max = extent.at("proximal").quantity(dimension::length);
    if (!(chart_->along_min < 0 && chart_->along_max > 0))
      extent.fail("\"proximal\" must be positive and \"distal\" negative: the origin lies between them.");
    const double length = chart_->along_max - chart_->along_min;
    constexpr double coarsest = 4e-3;  // m
    rows_ = 1 + static_cast<std::size_t>(std::ceil(length / coarsest));
    spacing_ = length / static_cast<double>(rows_ - 1);
    chart_->axis = scan_->axis();
    const auto table = [&](const std::vector<double>& samples) {
      return PolarTable(samples, num_angles, chart_->along_min, spacing_);
    };
    const std::vector<double> measured =
        sampled([&](double angle, double z) { return reached(scan_->skin_radius(angle, z), z); });
    refuse_jumps(measured);
    std::vector<double> skin = smooth(measured);
    chart_->skin = table(skin);
    if (skin_outside_) {
      std::size_t n = 0;
      const std::vector<double> oblique =
          sampled([&](double angle, double z) { return chart_->obliqueness(angle, z); });
      for (double& r : skin) r += model_.skin / oblique[n++];
      chart_->skin = table(skin);
    }
    double sum = 0;
    for (std::size_t a = 0; a < num_angles; ++a) sum += chart_->radius(2 * pi * a / num_angles, 0);
    chart_->mean_radius = sum / num_angles;
    model_.fascia = table(smooth(sampled([&](double angle, double z) {
      const double oblique = chart_->obliqueness(angle, z), top = chart_->radius(angle, z) - model_.skin / oblique;
      if (model_.fat) return top - *model_.fat / oblique;
      return reached(scan_->fascia_radius(angle, z), z);
    })));
    model_.chart = chart_;
    model_.surface = chart_;
    model_.scan_chart = chart_;
    double fat = 0;
    std::size_t thin = 0;
    sampled([&](double angle, double z) {
      const double oblique = chart_->obliqueness(angle, z), top = chart_->radius(angle, z) - model_.skin / oblique;
      if (oblique * (top - model_.fascia.at(angle, z)) < least_fat) ++thin;
      fat += oblique * (top - model_.fascia_radius(angle, z));
      return 0.0;
    });
    model_.mean_fat = fat / static_cast<double>(rows_ * num_angles);
    model_.notes.push_back(
        model_.fat
            ? fmt::format("fat: {:.1f} mm everywhere, because the scan does not tell it from muscle", 1e3 * *model_.fat)
            : fmt::format("fat: as segmented, {:.1f} mm on average without the skin", 1e3 * model_.mean_fat));
    if (thin > 0)
      model_.notes.push_back(
          fmt::format("under {:.0f} % of the skin the segmented fat is thinner than {:.0f} mm; the "
                      "mesh has {:.0f} mm there",
                      100.0 * static_cast<double>(thin) / static_cast<double>(rows_ * num_angles), 1e3 * least_fat,
                      1e3 * least_fat));
  }

  // A round surface of radius R through voxels of edge e has terraces up to √(8 R e) wide: it takes their length to
  // both sides to see the surface.
  std::vector<double> smooth(const std::vector<double>& samples) const {
    double radius = 0;
    for (const double r : samples) radius += r / static_cast<double>(samples.size());
    const Vec3d edge = voxel_size(scan_->map());
    const double reach = std::sqrt(8 * radius * std::min({edge[0], edge[1], edge[2]}));
    const double widest = pi / 6 * radius;  // what a limb's shape leaves alone
    const double half = std::min(reach, widest);
    return without_terraces(samples, num_angles, static_cast<std::size_t>(half / (2 * pi * radius / num_angles)),
                            static_cast<std::size_t>(half / spacing_));
  }

  void refuse_jumps(const std::vector<double>& skin) const {
    for (std::size_t n = 0; n < skin.size(); ++n) {
      const std::size_t row = n / num_angles, a = n % num_angles;
      if (std::abs(skin[row * num_angles + (a + 1) % num_angles] - skin[n]) < widest_jump) continue;
      root_.at("scan").fail(fmt::format(
          "The skin jumps by more than {:.0f} mm between neighbouring rays {:.0f} mm along: another part of the body "
          "touches the limb there; crop it away.",
          1e3 * widest_jump, 1e3 * (chart_->along_min + spacing_ * static_cast<double>(row))));
    }
  }

  void add_bones() {
    const LabelMap& map = scan_->map();
    const Vec3d edge = voxel_size(map);
    const double spacing = std::clamp(std::min({edge[0], edge[1], edge[2]}), 1e-3, 3e-3), margin = 0.01;
    for (const ScanLabel& label : labels_) {
      if (label.part != ScanPart::bone) continue;
      Vec3d low{1e300, 1e300, 1e300}, high{-1e300, -1e300, -1e300};
      each_voxel_of(label.number, [&](const Vec3d& p) {
        for (int a = 0; a < 3; ++a) low[a] = std::min(low[a], p[a]), high[a] = std::max(high[a], p[a]);
      });
      low[2] = std::max(low[2], chart_->along_min), high[2] = std::min(high[2], chart_->along_max);
      if (!(low[2] < high[2])) continue;  // beyond the ends of the piece
      std::vector<bool> wanted(65536, false);
      wanted[static_cast<std::size_t>(label.number)] = true;
      const SmoothMask mask(map, wanted);
      const Vec3d room{margin, margin, margin};
      add_bone(label.name, make_sampled(std::make_shared<SampledDistance>([&](const Vec3d& x) { return mask.at(x); },
                                                                          low - room, high + room, spacing)));
    }
  }

  template <class F>
  void each_voxel_of(int number, const F& f) const {
    const LabelMap& map = scan_->map();
    for (int k = 0; k < map.size[2]; ++k)
      for (int j = 0; j < map.size[1]; ++j)
        for (int i = 0; i < map.size[0]; ++i)
          if (map.at(i, j, k) == number) f(map.position(i, j, k));
  }

  // The long axis of a muscle's voxels where it has one, else along the limb.
  Vec3d course_of(int number) const {
    Eigen::Vector3d mean = Eigen::Vector3d::Zero();
    Eigen::Matrix3d square = Eigen::Matrix3d::Zero();
    double count = 0;
    each_voxel_of(number, [&](const Vec3d& p) {
      const Eigen::Vector3d v(p[0], p[1], p[2]);
      mean += v, square += v * v.transpose(), ++count;
    });
    constexpr double long_enough = 4;  // ratio of variances, so twice as long as wide
    if (count < 8) return {{0, 0, 1}};
    mean /= count;
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> axes(square / count - mean * mean.transpose());
    if (axes.eigenvalues()[2] < long_enough * axes.eigenvalues()[1]) return {{0, 0, 1}};
    const Eigen::Vector3d v = axes.eigenvectors().col(2);
    const Vec3d course{{v[0], v[1], v[2]}};
    return v[2] < 0 ? -course : course;
  }

  void add_muscles() {
    model_.plain_fibre = [](const Vec3d&) { return Vec3d{{0, 0, 1}}; };
    for (const ScanLabel& label : labels_) {
      if (label.part != ScanPart::muscle) continue;
      const Vec3d course = course_of(label.number);
      model_.muscles.push_back(
          {label.name, [scan = scan_, number = label.number](const Vec3d& x) { return scan->muscle_at(x) == number; },
           [course](const Vec3d&) { return course; }});
    }
    if (!model_.muscles.empty())
      model_.notes.push_back(
          "muscle fibres run along the longest axis of each segmented muscle; pennation is not known");
  }

  Laterality side_;
  std::vector<ScanLabel> labels_;
  std::shared_ptr<LimbScan> scan_;
  std::shared_ptr<ScanChart> chart_;
  bool skin_outside_ = false;
  std::size_t rows_ = 0;
  double spacing_ = 0;  // m, between rows
  ScanModel& model_;
};

}  // namespace

double ScanChart::obliqueness(double angle, double along) const {
  constexpr double turn = 1e-4, step = 1e-4;
  const double r = radius(angle, along);
  const double around = (radius(angle + turn, along) - radius(angle - turn, along)) / (2 * turn * r);
  const double below = std::max(along - step, along_min), above = std::min(along + step, along_max);
  const Vec3d bend = axis.at(above) - axis.at(below);
  const double lengthwise =
      (radius(angle, above) - radius(angle, below) + dot(bend, outwards_at(angle))) / (above - below);
  return 1 / std::sqrt(1 + around * around + lengthwise * lengthwise);
}

double ScanModel::thickness(const std::string& layer, double) const {
  return layer == "skin" ? skin : layer == "fat" ? mean_fat : 0;
}

double ScanModel::fascia_radius(double angle, double along) const {
  const double highest = chart->radius(angle, along) - (skin + least_fat) / scan_chart->obliqueness(angle, along);
  return std::min(fascia.at(angle, along), highest);
}

double ScanModel::bone_radius(double angle, double along) const {
  return std::min(LimbModel::bone_radius(angle, along), fascia_radius(angle, along) - least_muscle);
}

ScanModel read_scan_model(const ModelValue& file, Laterality side, const WantedPosture& posture) {
  ScanModel model;
  const SubjectValues nobody;  // lengths are those of the scan
  ScanReader(file, nobody, side, model).read(posture);
  return model;
}

}  // namespace knead
