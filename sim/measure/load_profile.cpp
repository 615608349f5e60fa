#include "measure/load_profile.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/csv.hpp"
#include "measure/text_file.hpp"

namespace knead {

namespace {

using Row = LoadProfileRow;

std::string band_name(const TissueBands& bands, std::size_t band) {
  const double from = bands.from(band) * 1e3, to = bands.to(band) * 1e3;
  return std::isfinite(to) ? fmt::format("{} {:g}-{:g} mm", bands.tissue(band), from, to)
                           : fmt::format("{} below {:g} mm", bands.tissue(band), from);
}

}  // namespace

double work_of_step(const AppliedLoad& before, const AppliedLoad& after) {
  // Rotation vector of the step: its skew part has the length of the sine.
  const Mat3d turn = after.rotation * transpose(before.rotation);
  Vec3d angle{{0.5 * (turn(2, 1) - turn(1, 2)), 0.5 * (turn(0, 2) - turn(2, 0)), 0.5 * (turn(1, 0) - turn(0, 1))}};
  const double sine = norm(angle), cosine = 0.5 * (turn(0, 0) + turn(1, 1) + turn(2, 2) - 1);
  if (sine > 0) angle = (std::atan2(sine, cosine) / sine) * angle;
  return dot(0.5 * (before.force + after.force), after.position - before.position) +
         dot(0.5 * (before.moment + after.moment), angle) +
         0.5 * (before.suction + after.suction) * (after.dome_volume - before.dome_volume);
}

const std::vector<LoadProfileColumn>& load_profile_columns() {
  constexpr double kilo = 1e-3, milli = 1e3, square_centi = 1e4;
  static const std::vector<LoadProfileColumn> columns = {
      {"time", "s", "s", 1, "end of the step", [](const Row& r) { return r.time; }},
      {"step", "1", "1", 1, "number of the step, from 1; strokes that overlap have a row each",
       [](const Row& r) { return double(r.step); }},
      {"stroke", "1", "1", 1, "number of the stroke, from 0", [](const Row& r) { return double(r.stroke); }},
      {"pass", "1", "1", 1, "repetition of the stroke, from 0", [](const Row& r) { return double(r.pass); }},
      {"normal_force", "N", "N", 1, "contact force along the pressing axis",
       [](const Row& r) { return r.normal_force; }},
      {"tangential_force", "N", "N", 1, "contact force across the pressing axis",
       [](const Row& r) { return r.tangential_force; }},
      {"contact_force_x", "N", "N", 1, "force of the applicator on the body, x; of a cup with its suction",
       [](const Row& r) { return r.contact_force[0]; }},
      {"contact_force_y", "N", "N", 1, "the same, y", [](const Row& r) { return r.contact_force[1]; }},
      {"contact_force_z", "N", "N", 1, "the same, z", [](const Row& r) { return r.contact_force[2]; }},
      {"force_imbalance", "N", "N", 1, "all applied forces plus all reactions",
       [](const Row& r) { return r.imbalance; }},
      {"contact_area", "m^2", "cm^2", square_centi, "skin area under pressure",
       [](const Row& r) { return r.contact.area; }},
      {"peak_contact_pressure", "Pa", "kPa", kilo, "largest contact pressure",
       [](const Row& r) { return r.contact.peak_pressure; }},
      {"mean_contact_pressure", "Pa", "kPa", kilo, "contact pressure, mean over the area",
       [](const Row& r) { return r.contact.mean_pressure; }},
      {"p95_contact_pressure", "Pa", "kPa", kilo, "contact pressure, 95th percentile by area",
       [](const Row& r) { return r.contact.p95_pressure; }},
      {"peak_contact_shear", "Pa", "kPa", kilo, "largest contact shear",
       [](const Row& r) { return r.contact.peak_shear; }},
      {"mean_contact_shear", "Pa", "kPa", kilo, "contact shear, mean over the area",
       [](const Row& r) { return r.contact.mean_shear; }},
      {"p95_contact_shear", "Pa", "kPa", kilo, "contact shear, 95th percentile by area",
       [](const Row& r) { return r.contact.p95_shear; }},
      {"travel", "m", "mm", milli, "way along the path", [](const Row& r) { return r.travel; }},
      {"indentation", "m", "mm", milli, "way along the pressing axis since touch",
       [](const Row& r) { return r.indentation; }},
      {"pad_compression", "m", "mm", milli, "largest compression of the applicator's pad, part of the indentation",
       [](const Row& r) { return r.contact.pad_compression; }},
      {"suction", "Pa", "kPa", kilo, "in a cup, below the atmosphere", [](const Row& r) { return r.suction; }},
      {"dome_height", "m", "mm", milli, "of the skin in a cup over the plane of its rim",
       [](const Row& r) { return r.dome_height; }},
      {"dome_volume", "m^3", "cm^3", 1e6, "under the skin that a cup has drawn in over the plane of its rim",
       [](const Row& r) { return r.dome_volume; }},
      {"work", "J", "J", 1, "work done on the body by the stroke's applicator since it began",
       [](const Row& r) { return r.work; }},
      {"friction_work", "J", "J", 1, "work lost in friction under it since it began",
       [](const Row& r) { return r.friction_work; }},
      {"newton_iterations", "1", "1", 1, "Newton iterations of the step",
       [](const Row& r) { return double(r.newton_iterations); }},
      {"krylov_iterations", "1", "1", 1, "Krylov iterations of the step",
       [](const Row& r) { return double(r.krylov_iterations); }},
      {"cutbacks", "1", "1", 1, "rejected attempts at the step", [](const Row& r) { return double(r.cutbacks); }},
      {"wall_time", "s", "s", 1, "wall time spent on the step", [](const Row& r) { return r.wall_time; }},
  };
  return columns;
}

void write_load_profile_csv(const std::filesystem::path& path, const LoadProfile& profile) {
  std::string text;
  for (const auto& column : load_profile_columns())
    text += column.shown_units == "1" ? column.name + "," : fmt::format("{} [{}],", column.name, column.shown_units);
  text += "stroke_name,phase";
  for (const auto& holder : profile.holders)
    for (const char axis : {'x', 'y', 'z'}) text += "," + csv_cell(fmt::format("reaction {} {} [N]", holder, axis));
  // Bands without tissue in them would be columns of zeros.
  std::vector<std::size_t> bands;
  for (std::size_t b = 0; b < profile.bands.size(); ++b)
    for (const auto& row : profile.rows)
      if (b < row.bands.size() && row.bands[b].volume > 0) {
        bands.push_back(b);
        break;
      }
  for (const auto b : bands) {
    const std::string name = band_name(profile.bands, b);
    text += "," + csv_cell("peak tissue_pressure " + name + " [kPa]") + "," +
            csv_cell("mean tissue_pressure " + name + " [kPa]");
  }
  text += '\n';
  for (const auto& row : profile.rows) {
    for (const auto& column : load_profile_columns()) text += fmt::format("{:.9g},", column.shown * column.value(row));
    const auto stroke = static_cast<std::size_t>(row.stroke);
    text += (stroke < profile.strokes.size() ? csv_cell(profile.strokes[stroke]) : "") + "," + csv_cell(row.phase);
    for (std::size_t h = 0; h < profile.holders.size(); ++h)
      for (int i = 0; i < 3; ++i)
        text += h < row.reactions.size() ? fmt::format(",{:.9g}", row.reactions[h][i]) : std::string(",");
    for (const auto b : bands)
      text += b < row.bands.size() ? fmt::format(",{:.9g},{:.9g}", row.bands[b].peak / 1e3, row.bands[b].mean / 1e3)
                                   : std::string(",,");
    text += '\n';
  }
  write_text_file(path, text);
}

}  // namespace knead
