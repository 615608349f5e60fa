// Cups: what they touch, and what is done to their gas.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/units.hpp"
#include "scenario/build_stroke.hpp"

namespace knead {

void check_cup(const Applicator& applicator, const StrokeSpec& spec) {
  const bool has_gas = spec.suction || spec.gas_temperature;
  if (applicator.cup_volume > 0 && !has_gas)
    throw Error(ExitCode::invalid_input, spec.where,
                fmt::format("{} is a cup: give suction, for a pump, or gas_temperature, for a flame", applicator.name));
  if (has_gas && !(applicator.cup_volume > 0))
    throw Error(
        ExitCode::invalid_input, spec.where,
        fmt::format("{} is no cup and cannot hold a vacuum; knead list applicators shows the cups", applicator.name));
}

void take_skin_under_cup(const Body& body, const Stroke& stroke, Pressed& pressed) {
  const auto& rim = std::get<Torus>(pressed.applicator.shape);
  const double near = rim.radius + rim.tube_radius + 0.03;
  const auto at = [&](int node) { return body.mesh.points[static_cast<std::size_t>(node)]; };
  constexpr int intervals = 32;
  std::vector<Vec3d> way;
  for (int i = 0; i <= intervals; ++i) way.push_back(stroke.path().at(stroke.path().length() * i / intervals).point);
  std::vector<std::array<int, 9>> faces;
  double largest = 0;
  for (const auto& face : pressed.faces) {
    if (std::ranges::none_of(way, [&](const Vec3d& place) { return norm(at(face[4]) - place) <= near; })) continue;
    faces.push_back(face);
    largest = std::max({largest, norm(at(face[5]) - at(face[3])), norm(at(face[7]) - at(face[1]))});
  }
  constexpr int fewest = 4, most = 16;
  pressed.points_per_direction =
      std::clamp(static_cast<int>(std::ceil(largest / (0.35 * rim.tube_radius))), fewest, most);
  pressed.faces = std::move(faces);
}

GasSchedule make_gas(const StrokeSpec& spec, const Stroke& stroke) {
  GasSchedule gas;
  for (const Stroke::Segment& segment : stroke.segments()) {
    if (segment.phase == Phase::ramp) gas.seal = segment.end;
    if (segment.phase != Phase::release) continue;
    gas.release = segment.start;
    gas.venting = segment.end - segment.start;
  }
  gas.pumping = spec.pumping;
  gas.suction = spec.suction.value_or(0);
  gas.regulated = spec.regulated;
  if (spec.gas_temperature) gas.flame = GasSchedule::Flame{*spec.gas_temperature, spec.cooling};
  if (spec.suction && spec.hold < spec.pumping)
    throw Error(
        ExitCode::invalid_input, spec.where,
        fmt::format("the pump of {} needs {:g} s, but its hold takes {:g} s: make hold longer or pumping shorter",
                    in_quotes(spec.name), spec.pumping, spec.hold));
  return gas;
}

}  // namespace knead
