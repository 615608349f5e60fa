#include "body/limb_parts.hpp"

#include <cmath>
#include <numbers>

#include "math/interpolation.hpp"

namespace knead {

void LimbPartsReader::read_landmarks() {
  constexpr double turn = 2 * std::numbers::pi;
  check_source(root_.at("landmarks_source"));
  for (const auto& [name, value] : root_.at("landmarks").members) {
    value.only_keys({"around", "along", "description"});
    Landmark landmark;
    landmark.name = name;
    double angle = lateral_ * value.at("around").quantity(dimension::angle);
    angle -= turn * std::round(angle / turn);
    landmark.across = angle * limb_.chart->mean_radius;
    landmark.along = length(value.at("along"));
    landmark.description = value.at("description").text();
    limb_.landmarks.push_back(landmark);
  }
}

void LimbPartsReader::read_layers() {
  read_tissues(root_.at("layers"));
  for (const ModelValue& part : root_.at("fascia").list()) {
    check_source(part);
    part.only_keys({"tissue", "around", "source", "tag"});
    FasciaZone zone;
    zone.tissue = part.at("tissue").text();
    const auto& around = part.at("around").list();
    if (around.size() != 2) part.at("around").fail("Two angles are due here: from and to, towards lateral.");
    const double from = around[0].quantity(dimension::angle), to = around[1].quantity(dimension::angle);
    zone.thickness = limb_.thickness("fascia", lateral_ * 0.5 * (from + to));
    zone.holds = [=, lateral = lateral_, radius = limb_.chart->mean_radius](double across, double) {
      return turned(from, lateral * across / radius) <= to - from;
    };
    limb_.fasciae.push_back(std::move(zone));
  }
  limb_.support_lifts_off = true;
  read_support("the side that looks down lies on");
}

}  // namespace knead
