#include "applicator/union.hpp"

#include <algorithm>

namespace knead {
namespace {

Distance evaluate_part(const Union::Part& part, const Vec3d& x) {
  const Mat3d to_part = transpose(part.rotation);
  const Vec3d y = to_part * (x - part.position);
  const Distance d = std::visit([&](const auto& shape) { return shape.evaluate(y); }, part.shape);
  return {d.value, part.rotation * d.normal, part.rotation * d.hessian * to_part};
}

Distance smooth_minimum(const Distance& a, const Distance& b, double k) {
  const double difference = a.value - b.value;
  if (std::abs(difference) >= k || k <= 0) return difference <= 0 ? a : b;
  // m = min(a, b) − k h³/6 as a function of a and b: slopes m_a + m_b = 1, curvature −h/k in the difference.
  const double h = 1 - std::abs(difference) / k;
  const double slope_of_larger = 0.5 * h * h;
  const double m_a = difference <= 0 ? 1 - slope_of_larger : slope_of_larger;
  const double m_b = 1 - m_a;
  const Vec3d across = a.normal - b.normal;
  return {std::min(a.value, b.value) - k * h * h * h / 6, m_a * a.normal + m_b * b.normal,
          m_a * a.hessian + m_b * b.hessian - (h / k) * outer(across, across)};
}

}  // namespace

std::string Union::problem() const {
  if (parts.empty()) return "a union needs at least one part";
  if (!(blend >= 0)) return "blend must not be negative";
  for (const auto& part : parts) {
    const std::string found = std::visit([](const auto& shape) { return shape.problem(); }, part.shape);
    if (!found.empty()) return found;
  }
  return "";
}

Distance Union::evaluate(const Vec3d& x) const {
  assert(!parts.empty());
  Distance least = evaluate_part(parts[0], x);
  for (std::size_t i = 1; i < parts.size(); ++i) least = smooth_minimum(least, evaluate_part(parts[i], x), blend);
  return least;
}

double Union::extent(const Vec3d& direction) const {
  assert(!parts.empty());
  double largest = -1e300;
  for (const auto& part : parts) {
    const Vec3d in_part = transpose(part.rotation) * direction;
    const double own = std::visit([&](const auto& shape) { return shape.extent(in_part); }, part.shape);
    largest = std::max(largest, dot(part.position, direction) + own);
  }
  return largest + blend / 6 * static_cast<double>(parts.size() - 1);
}

}  // namespace knead
