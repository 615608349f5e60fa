#pragma once
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "applicator/union.hpp"
#include "base/error.hpp"

namespace knead {

// The closed list of shapes. To add one: a header like sphere.hpp, its name here and in Primitive.
using Shape = std::variant<Sphere, Ellipsoid, Capsule, RoundedBox, Cylinder, Torus, Union>;

// Calls f(example) with a default-constructed object of every primitive, in the order of the list.
template <class F>
void for_each_primitive(F&& f) {
  f(Sphere{});
  f(Ellipsoid{});
  f(Capsule{});
  f(RoundedBox{});
  f(Cylinder{});
  f(Torus{});
}

inline Distance evaluate(const Shape& shape, const Vec3d& x) {
  return std::visit([&](const auto& s) { return s.evaluate(x); }, shape);
}
// Largest x·direction over the solid, m: how far it reaches from its origin in that unit direction.
inline double extent(const Shape& shape, const Vec3d& direction) {
  return std::visit([&](const auto& s) { return s.extent(direction); }, shape);
}

struct ShapeParameter {
  std::string name;
  int count;         // 1 or 3 numbers
  std::string unit;  // SI; empty for a direction
  std::string about;
  std::vector<double> default_value;
};
struct ShapeInfo {
  std::string name;
  std::string about;
  std::vector<ShapeParameter> parameters;
};
// What can be named in a file, with its parameters; for readers, documentation and `knead list`.
std::vector<ShapeInfo> shape_list();

// A shape from its name and numbers (SI; one or three numbers a parameter). What is not given keeps its default, except
// that a primitive needs at least one parameter. Throws Error at `where` for an unknown name or parameter, a wrong
// count or a value that makes no solid.
struct ShapeRequest {
  std::string kind;
  std::map<std::string, std::vector<double>> parameters;
  Location where;
};
Primitive make_primitive(const ShapeRequest& request);

struct PartRequest {
  ShapeRequest shape;
  Vec3d position{{0, 0, 0}};  // m
  Vec3d rotation{{0, 0, 0}};  // turns about x, then y, then z of the own axes, rad
};
Shape make_shape(const ShapeRequest& request);
Shape make_union(const std::vector<PartRequest>& parts, double blend, const Location& where = {});

// Rotation about a unit axis by an angle (Rodrigues), rad.
Mat3d rotation_about(const Vec3d& axis, double angle);

}  // namespace knead
