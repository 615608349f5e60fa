#include "applicator/shapes.hpp"

#include <cmath>
#include <type_traits>

namespace knead {
namespace {

std::vector<double> numbers(double x) { return {x}; }
std::vector<double> numbers(const Vec3d& x) { return {x[0], x[1], x[2]}; }
void assign(double& to, const std::vector<double>& from) { to = from[0]; }
void assign(Vec3d& to, const std::vector<double>& from) { to = {{from[0], from[1], from[2]}}; }

template <class S>
ShapeInfo describe(const S& example) {
  ShapeInfo info{S::name, S::about, {}};
  S::parameters(example, [&](const char* name, const auto& value, const char* unit, const char* about) {
    const auto list = numbers(value);
    info.parameters.push_back({name, static_cast<int>(list.size()), unit, about, list});
  });
  return info;
}

[[noreturn]] void refuse(const Location& where, const std::string& sentence) {
  throw Error(ExitCode::invalid_input, where, sentence);
}

template <class S>
S read(const ShapeRequest& request) {
  S shape;
  std::vector<std::string> known;
  std::size_t used = 0;
  S::parameters(shape, [&](const char* name, auto& value, const char* unit, const char*) {
    known.push_back(name);
    const auto found = request.parameters.find(name);
    if (found == request.parameters.end()) return;
    ++used;
    if (found->second.size() != numbers(value).size())
      refuse(request.where, std::string(name) + " of a " + S::name + " needs " +
                                (numbers(value).size() == 1 ? "one number" : "three numbers"));
    for (double x : found->second)
      if (!std::isfinite(x)) refuse(request.where, std::string(name) + " of a " + S::name + " must be finite");
    assign(value, found->second);
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, Vec3d>) {
      if (*unit == '\0') {  // a direction
        if (!(norm(value) > 0)) refuse(request.where, std::string(name) + " of a " + S::name + " must not be zero");
        value = normalized(value);
      }
    }
  });
  for (const auto& [name, values] : request.parameters) {
    bool is_known = false;
    for (const auto& k : known) is_known = is_known || k == name;
    if (!is_known)
      refuse(request.where,
             "a " + std::string(S::name) + " has no parameter '" + name + "'" + did_you_mean(name, known));
  }
  if (used == 0) refuse(request.where, std::string("give the size of the ") + S::name + ": " + known[0]);
  const std::string problem = shape.problem();
  if (!problem.empty()) refuse(request.where, std::string(S::name) + ": " + problem);
  return shape;
}

}  // namespace

std::vector<ShapeInfo> shape_list() {
  std::vector<ShapeInfo> list;
  for_each_primitive([&](const auto& example) { list.push_back(describe(example)); });
  return list;
}

Primitive make_primitive(const ShapeRequest& request) {
  Primitive result;
  bool found = false;
  std::vector<std::string> known;
  for_each_primitive([&](const auto& example) {
    using S = std::decay_t<decltype(example)>;
    known.push_back(S::name);
    if (request.kind != S::name) return;
    result = read<S>(request);
    found = true;
  });
  if (!found) refuse(request.where, "there is no shape '" + request.kind + "'" + did_you_mean(request.kind, known));
  return result;
}

Shape make_shape(const ShapeRequest& request) {
  return std::visit([](auto&& primitive) -> Shape { return primitive; }, make_primitive(request));
}

Shape make_union(const std::vector<PartRequest>& parts, double blend, const Location& where) {
  Union shape;
  shape.blend = blend;
  for (const auto& part : parts) {
    const Mat3d rotation = rotation_about({{0, 0, 1}}, part.rotation[2]) *
                           rotation_about({{0, 1, 0}}, part.rotation[1]) *
                           rotation_about({{1, 0, 0}}, part.rotation[0]);
    shape.parts.push_back({make_primitive(part.shape), part.position, rotation});
  }
  const std::string problem = shape.problem();
  if (!problem.empty()) refuse(where, problem);
  return shape;
}

Mat3d rotation_about(const Vec3d& axis, double angle) {
  const double c = std::cos(angle), s = std::sin(angle);
  const Mat3d turn{{{0, -axis[2], axis[1]}, {axis[2], 0, -axis[0]}, {-axis[1], axis[0], 0}}};
  return c * Mat3d::identity() + (1 - c) * outer(axis, axis) + s * turn;
}

}  // namespace knead
