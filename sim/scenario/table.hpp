#pragma once
#include <vector>

#include "base/error.hpp"

namespace knead {

// A value over time: straight or half-cosine pieces between knots, constant before the first and after the last.
// A single knot is a constant. Times in s, strictly increasing; values in SI.
struct Table {
  std::vector<double> t;
  std::vector<double> value;
  bool cosine = false;
  Location where;

  static Table constant(double x) { return {{0.0}, {x}, false, {}}; }
  double eval(double time) const;
  // d/dt, one-sided from the right at a knot.
  double rate(double time) const;
  double largest() const;  // largest |value| at the knots
};

}  // namespace knead
