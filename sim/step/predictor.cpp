#include "step/predictor.hpp"

namespace knead {

void Predictor::accept(const Unknowns& before, const Unknowns& after, double length) {
  const auto slope = [&](const auto& x, const auto& y, auto& result) {
    result.resize(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) result[i] = (y[i] - x[i]) / length;
  };
  slope(before.u, after.u, slope_.u);
  slope(before.p, after.p, slope_.p);
  slope(before.scalars, after.scalars, slope_.scalars);
  has_slope_ = true;
}

std::optional<Unknowns> Predictor::predict(const Unknowns& now, double length) const {
  if (!has_slope_) return std::nullopt;
  Unknowns x = now;
  axpy(length, slope_.u, x.u);
  axpy(length, slope_.p, x.p);
  for (std::size_t t = 0; t < x.scalars.size(); ++t) x.scalars[t] += length * slope_.scalars[t];
  return x;
}

}  // namespace knead
