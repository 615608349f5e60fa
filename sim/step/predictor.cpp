#include "step/predictor.hpp"

namespace knead {

namespace {

// a + s b, entry by entry.
template <class List>
void add_scaled(const List& a, double s, const List& b, List& result) {
  result.resize(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) result[i] = a[i] + s * b[i];
}

}  // namespace

void Predictor::accept(const Unknowns& before, const Unknowns& after, double length) {
  const auto slope = [&](const auto& x, const auto& y, auto& result) {
    result.resize(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) result[i] = (y[i] - x[i]) / length;
  };
  slope(before.u, after.u, slope_.u);
  slope(before.p, after.p, slope_.p);
  slope(before.travel, after.travel, slope_.travel);
  has_slope_ = true;
}

std::optional<Unknowns> Predictor::predict(const Unknowns& now, double length) const {
  if (!has_slope_) return std::nullopt;
  Unknowns x;
  add_scaled(now.u, length, slope_.u, x.u);
  add_scaled(now.p, length, slope_.p, x.p);
  add_scaled(now.travel, length, slope_.travel, x.travel);
  return x;
}

}  // namespace knead
