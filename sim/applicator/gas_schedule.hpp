#pragma once
#include <algorithm>
#include <cmath>
#include <optional>

#include "math/interpolation.hpp"

namespace knead {

// What is done to the gas in a cup over time: a pump draws it out and its valve closes, or hot gas is sealed in and
// cools; at the end the valve opens. Times in s.
struct GasSchedule {
  struct Flame {
    double temperature = 600;  // of the gas when the rim seals it in, K
    double cooling = 2;        // time constant, s
  };
  double seal = 0;         // begin of pumping, or the moment at which the rim seals hot gas in
  double pumping = 1;      // duration, s; with a flame 0
  double suction = 0;      // that the pump reaches, Pa
  bool regulated = false;  // the pump goes on and holds the suction, the valve never closes
  std::optional<Flame> flame;
  double release = 1e300;  // the valve begins to open
  double venting = 0.5;    // and after this time no suction is left
  double cold = 308;       // of skin and gas in the end, K

  double sealed() const { return seal + (flame ? 0 : pumping); }  // from then on the mass of the gas stays
  bool closed(double time) const { return !regulated && time > sealed() && time <= release; }
  // While the valve is not closed, Pa. last: when it opened.
  double suction_at(double time, double last) const {
    if (time > release) return last * (1 - smoothstep((time - release) / venting));
    if (flame || time <= seal) return 0;
    return suction * smoothstep((time - seal) / pumping);
  }
  double temperature(double time) const {  // K
    if (!flame) return cold;
    return cold + (flame->temperature - cold) * std::exp(-std::max(0.0, time - seal) / flame->cooling);
  }
};

}  // namespace knead
