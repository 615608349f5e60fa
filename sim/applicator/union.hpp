#pragma once
#include <cassert>
#include <string>
#include <variant>
#include <vector>

#include "applicator/capsule.hpp"
#include "applicator/cylinder.hpp"
#include "applicator/ellipsoid.hpp"
#include "applicator/rounded_box.hpp"
#include "applicator/sphere.hpp"
#include "applicator/torus.hpp"

namespace knead {

using Primitive = std::variant<Sphere, Ellipsoid, Capsule, RoundedBox, Cylinder, Torus>;

// Several primitives that move as one: a row of knuckles, a palm with its fingers.
// Where they overlap the deepest counts. With blend > 0 the least distance is replaced by a smooth minimum, which fills
// the crease between two parts: min(a, b) − k h³/6, h = max(0, 1 − |a − b|/k), k = blend; twice continuously
// differentiable, at most k/6 below the sharp minimum, gradient no longer than 1. Parts are blended in their order.
struct Union {
  static constexpr const char* name = "union";
  static constexpr const char* about = "several shapes that move as one";
  struct Part {
    Primitive shape;
    Vec3d position{{0, 0, 0}};           // of the part's origin in the own axes, m
    Mat3d rotation = Mat3d::identity();  // part axes to own axes
  };
  std::vector<Part> parts;
  double blend = 0;  // m

  std::string problem() const;
  Distance evaluate(const Vec3d& x) const;
  // An upper bound when blend > 0.
  double extent(const Vec3d& direction) const;
};

}  // namespace knead
