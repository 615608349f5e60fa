#include "measure/contact_measure.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "measure/statistics.hpp"

namespace knead {

ContactMeasures measure_contact(std::span<const double> pressure, std::span<const double> shear,
                                std::span<const double> area) {
  assert(pressure.size() == area.size() && shear.size() == area.size());
  std::vector<double> p, s, a;
  ContactMeasures result;
  for (std::size_t i = 0; i < area.size(); ++i) {
    if (!(pressure[i] > 0)) continue;
    p.push_back(pressure[i]);
    s.push_back(shear[i]);
    a.push_back(area[i]);
    result.area += area[i];
    result.peak_pressure = std::max(result.peak_pressure, pressure[i]);
    result.peak_shear = std::max(result.peak_shear, shear[i]);
  }
  constexpr std::array<double, 1> fraction{0.95};
  result.mean_pressure = weighted_mean(p, a);
  result.mean_shear = weighted_mean(s, a);
  result.p95_pressure = weighted_percentiles(p, a, fraction)[0];
  result.p95_shear = weighted_percentiles(s, a, fraction)[0];
  return result;
}

ContactMeasures measure_contact(const Contact& contact) {
  std::vector<double> pressure, shear, area;
  double compression = 0;
  for (const ContactPoint& point : contact.points()) {
    compression = std::max(compression, -point.gap);
    pressure.push_back(point.pressure);
    shear.push_back(norm(point.shear));
    area.push_back(point.area);
  }
  ContactMeasures result = measure_contact(pressure, shear, area);
  result.pad_compression = compression;
  return result;
}

double force_imbalance(const Vec3d& contact_force, std::span<const Vec3d> reactions) {
  Vec3d sum = contact_force;
  for (const auto& reaction : reactions) sum += reaction;
  return norm(sum);
}

}  // namespace knead
