#include "body/slab_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace knead {

namespace {

double smoothstep(double t) { return t * t * (3 - 2 * t); }

// Interval of ascending knots that holds x, and the smooth weight of its upper end; clamped beyond the ends.
std::pair<std::size_t, double> locate(const std::vector<double>& knots, double x) {
  if (knots.size() == 1 || x <= knots.front()) return {0, 0.0};
  if (x >= knots.back()) return {knots.size() - 2, 1.0};
  const auto above = std::upper_bound(knots.begin(), knots.end(), x);
  const auto i = static_cast<std::size_t>(above - knots.begin()) - 1;
  return {i, smoothstep((x - knots[i]) / (knots[i + 1] - knots[i]))};
}

double interpolate_straight(const std::vector<double>& x, const std::vector<double>& y, double at) {
  std::size_t i = 0;
  while (i + 2 < x.size() && at > x[i + 1]) ++i;
  return y[i] + (y[i + 1] - y[i]) * (at - x[i]) / (x[i + 1] - x[i]);
}

}  // namespace

double SiteMap::thickness(const std::string& layer, double across, double along) const {
  const auto [i, right] = locate(across_, std::abs(across));
  const auto [j, up] = locate(along_, along);
  double sum = 0;
  for (std::size_t b = 0; b < 2; ++b)
    for (std::size_t a = 0; a < 2; ++a) {
      const double weight = (a == 1 ? right : 1 - right) * (b == 1 ? up : 1 - up);
      if (weight > 0) sum += weight * subject_.at(names_[j + b][i + a] + "." + layer);
    }
  return sum;
}

SubjectValues apply_bmi(const ModelValue& body, SubjectValues subject, std::vector<std::string>& notes) {
  const auto bmi = subject.entries.find("bmi");
  const ModelValue* response = body.find("bmi_response");
  if (bmi == subject.entries.end() || !bmi->second.overridden || !response) return subject;
  std::vector<double> x, y;
  for (const ModelValue& item : response->at("bmi").list()) x.push_back(item.number());
  for (const ModelValue& item : response->at("fat").list()) y.push_back(item.number());
  if (x.size() != y.size() || x.size() < 2) response->fail("\"bmi\" and \"fat\" must have the same number of entries.");
  const double before = std::max(0.1, interpolate_straight(x, y, bmi->second.original));
  const double ratio = std::max(0.1, interpolate_straight(x, y, bmi->second.value)) / before;
  for (auto& [key, entry] : subject.entries) {
    if (entry.overridden || key.size() < 4 || key.substr(key.size() - 4) != ".fat") continue;
    entry.value *= ratio;
    entry.source = fmt::format("{}, times {:.2f} for BMI {:.3g}", entry.source, ratio, bmi->second.value);
  }
  notes.push_back(fmt::format("fat is {:.2f} times that of \"{}\" because bmi was set to {:.3g} ({})", ratio,
                              subject.name, bmi->second.value, response->at("tag").text()));
  return subject;
}

}  // namespace knead
