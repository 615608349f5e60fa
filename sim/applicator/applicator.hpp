#pragma once
#include <limits>
#include <string>

#include "applicator/shapes.hpp"

namespace knead {

// Coulomb friction on the skin, μ(p) = μ₀ (p/p₀)^(m−1); m = 1 is the plain law (physics of skin: Derler & Gerhardt,
// Tribology of Skin, Tribology Letters 2012). Below p₀/1000 the coefficient stays at its value there.
struct Friction {
  double coefficient = 0;           // μ₀, 0 is frictionless
  double exponent = 1;              // m, 0.5 … 1
  double reference_pressure = 1e4;  // p₀, Pa
};

// What touches the body: a rigid shape, the pad on it and its friction.
struct Applicator {
  std::string name;
  std::string description;
  Shape shape = Sphere{};
  double pad_stiffness = 1e7;  // k = E/h of a soft pad, or the penalty of a hard applicator, Pa/m
  double pad_thickness = std::numeric_limits<double>::infinity();  // h, m; ∞ where only k is known
  bool pad_stiffens = false;  // p = k d/(1 − d/h) instead of k d, d the compression
  bool hard = false;          // no pad: multipliers take the penetration away
  Friction friction;
  double rolling_radius = 0;  // m, about the own +y; 0: it does not turn
  double cup_volume = 0;      // of the gas above the plane of the rim, a Torus about the own +z, m³; 0: no cup
};

// Pressure per approach of a thin pad that slides between rigid faces: E/h, Pa/m.
inline double pad_stiffness(double modulus, double thickness) { return modulus / thickness; }

}  // namespace knead
