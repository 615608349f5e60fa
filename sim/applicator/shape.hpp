#pragma once
#include "math/tensor.hpp"

namespace knead {

// A rigid shape as a signed distance function in its own axes, at one point.
struct Distance {
  double value;   // m, negative inside
  Vec3d normal;   // gradient of the distance: unit, pointing away from the shape
  Mat3d hessian;  // second derivative, 1/m
};

}  // namespace knead
