#include "body/chart_reader.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "math/interpolation.hpp"

namespace knead {

ChartReader::ChartReader(const ModelValue& root, const SubjectValues& subject, Laterality side, BodyModel& model)
    : root_(root),
      scale_(subject.has("size_scale") ? subject.at("size_scale") : 1.0),
      subject_(subject),
      lateral_(side == Laterality::right ? 1 : -1),
      base_(model) {
  base_.name = root.at("name").text();
  base_.title = root.at("title").text();
}

void ChartReader::read_posture(const WantedPosture& wanted) {
  // On the side: on the other one, the lateral face looks up.
  const std::vector<Posture> known{{"prone", {0, 1, 0}}, {"supine", {0, -1, 0}}, {"side", {-lateral_, 0, 0}}};
  const auto named = [](const std::vector<Posture>& list, const std::string& name) {
    return std::find_if(list.begin(), list.end(), [&](const Posture& p) { return p.name == name; });
  };
  const ModelValue& words = root_.at("postures");
  for (const ModelValue& word : words.list()) {
    const auto it = named(known, word.text());
    if (it == known.end())
      word.fail(fmt::format("{} is no posture; there are prone, supine and side.", in_quotes(word.text())));
    base_.postures.push_back(*it);
  }
  if (base_.postures.empty()) words.fail("A body lies in one posture at least: prone, supine or side.");
  const auto chosen = wanted.name.empty() ? base_.postures.cbegin() : named(base_.postures, wanted.name);
  if (chosen == base_.postures.cend()) {
    std::string list;
    for (const Posture& p : base_.postures) list += (list.empty() ? "" : ", ") + p.name;
    throw Error(ExitCode::invalid_input, wanted.where,
                fmt::format("The body {} cannot lie {}; its postures are: {}.", in_quotes(base_.name),
                            wanted.name == "side" ? "on the side" : wanted.name, list));
  }
  base_.posture = chosen->name;
  base_.down = chosen->down;
}

double ChartReader::positive_length(const ModelValue& table, const char* key) const {
  const double value = length(table.at(key));
  if (!(value > 0)) table.at(key).fail(fmt::format("\"{}\" must be positive.", key));
  return value;
}

std::vector<double> ChartReader::lengths(const ModelValue& value) const {
  std::vector<double> result;
  for (const ModelValue& item : value.list()) result.push_back(length(item));
  return result;
}

void ChartReader::check_source(const ModelValue& table) {
  (void)table.at("source").text();
  (void)table.at("tag").text();
}

void ChartReader::check_ascending(const ModelValue& value, const std::vector<double>& list, const char* sentence) {
  if (list.size() < 2 || !std::is_sorted(list.begin(), list.end(), std::less_equal<double>())) value.fail(sentence);
}

void ChartReader::read_tissues(const ModelValue& layers) {
  check_source(layers);
  base_.skin_tissue = layers.at("skin").at("tissue").text();
  base_.skin_elements = layers.at("skin").at("elements").count();
  base_.fat_tissue = layers.at("fat").at("tissue").text();
  base_.fat_elements = layers.at("fat").at("elements").count();
  base_.muscle_tissue = layers.at("muscle").at("tissue").text();
  if (const ModelValue* loose = layers.find("loose")) {
    loose->only_keys({"tissue", "thickness"});
    base_.loose_tissue = loose->at("tissue").text();
    base_.loose_thickness = loose->at("thickness").quantity(dimension::length);
    if (!(base_.loose_thickness >= 0.2e-3 && base_.loose_thickness <= 3e-3))
      loose->at("thickness").fail("The loose layer must be between 0.2 mm and 3 mm thick.");
  }
}

void ChartReader::read_support(const std::string& what) {
  const ModelValue& stiffness = root_.at("support").at("stiffness");
  base_.support_stiffness = stiffness.quantity(dimension::foundation);
  if (!(base_.support_stiffness > 0)) stiffness.fail("The stiffness of the support must be positive.");
  std::string foam;
  if (const ModelValue* thickness = root_.at("support").find("thickness")) {
    base_.support_thickness = thickness->quantity(dimension::length);
    if (!(base_.support_thickness > 0)) thickness->fail("The thickness of the support must be positive.");
    foam = fmt::format(", a foam of {} that bottoms out", format_quantity(base_.support_thickness, dimension::length));
  }
  base_.notes.push_back(fmt::format("{} an elastic support of {:.3g} kPa/m{} ({}: {})", what,
                                    1e-3 * base_.support_stiffness, foam, stiffness.at("tag").text(),
                                    stiffness.at("source").text()));
}

ImplicitShape ChartReader::read_tube(const ModelValue& part, const Place& place) const {
  const double radius = positive_length(part, "radius");
  return make_tube(place(part.at("from")), place(part.at("to")), radius,
                   part.find("end_radius") ? positive_length(part, "end_radius") : radius);
}

ImplicitShape ChartReader::read_plate(const ModelValue& part, const Place& place) const {
  std::vector<Vec3d> points;
  for (const ModelValue& p : part.at("points").list()) points.push_back(place(p));
  if (points.size() < 3) part.at("points").fail("A plate needs at least three points.");
  return make_plate(points, positive_length(part, "thickness"));
}

Vec3d ChartReader::read_half_axes(const ModelValue& part, const char* names) const {
  const auto half = lengths(part.at("half"));
  if (half.size() != 3 || *std::min_element(half.begin(), half.end()) <= 0)
    part.at("half").fail(fmt::format("Three positive half axes are due here: {}.", names));
  return {half[0], half[1], half[2]};
}

void ChartReader::add_bone(const std::string& name, ImplicitShape shape) {
  Bone bone{name, std::move(shape), {0, 0, 0}, 0};
  bone.shape.bounding_ball(bone.centre, bone.reach);
  base_.bones.push_back(std::move(bone));
}

}  // namespace knead
