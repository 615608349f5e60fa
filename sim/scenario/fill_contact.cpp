// Shapes, friction and [[applicator]].
#include <cmath>

#include <fmt/format.h>

#include "applicator/shapes.hpp"
#include "scenario/fill.hpp"

namespace knead {

FrictionSpec fill_friction(const Cursor& at) {
  FrictionSpec friction;
  friction.where = at.where("friction");
  const Node* node = at.find("friction");
  if (node && node->is_table()) {
    const Cursor inside = at.table("friction");
    friction.coefficient = inside.number("coefficient").value_or(0);
    friction.exponent = inside.number("exponent").value_or(1);
    friction.pressure = inside.quantity("pressure").value_or(friction.pressure);
  } else {
    friction.coefficient = at.number("friction").value_or(0);
  }
  return friction;
}

std::optional<ShapeSpec> fill_shape(const Cursor& top) {
  if (!top.has("shape")) return std::nullopt;
  const Cursor at = top.table("shape");
  ShapeSpec shape;
  shape.where = at.where();
  const auto kind = at.choice("kind");
  if (!kind) return shape;
  shape.kind = {*kind, at.where("kind")};
  for (const auto& info : shape_list()) {
    if (info.name != *kind) continue;
    std::vector<std::string> known{"kind"};
    for (const auto& parameter : info.parameters) {
      known.push_back(parameter.name);
      if (!at.has(parameter.name)) continue;
      if (parameter.count == 3) {
        if (const auto v = at.vector(parameter.name)) shape.parameters[parameter.name] = {(*v)[0], (*v)[1], (*v)[2]};
      } else if (const auto value = at.quantity(parameter.name)) {
        shape.parameters[parameter.name] = {*value};
      }
    }
    for (const auto& member : at.node()->members)
      if (std::find(known.begin(), known.end(), member.key) == known.end())
        at.problem(member.key, fmt::format("{} has no meaning for a {}; it has {}", member.key, *kind,
                                           fmt::join(known.begin() + 1, known.end(), ", ")));
  }
  if (shape.parameters.empty()) at.problem("kind", fmt::format("the shape {} has no dimensions", *kind));
  return shape;
}

std::vector<ApplicatorSpec> fill_applicators(const Cursor& top) {
  std::vector<ApplicatorSpec> list;
  for (const Cursor& at : top.tables("applicator")) {
    ApplicatorSpec applicator;
    applicator.where = at.where();
    applicator.name = at.text("name").value_or(fmt::format("applicator {}", list.size() + 1));
    applicator.model = at.name("model");
    applicator.shape = fill_shape(at);
    if (at.has("model") == at.has("shape")) at.problem("model", "an applicator needs either model or shape");
    applicator.position = at.position("position").value_or(Position{});
    applicator.axis = at.direction("axis").value_or(applicator.axis);
    applicator.travel = at.history("travel");
    applicator.force = at.history("force");
    if (at.has("travel") == at.has("force")) at.problem("travel", "an applicator needs either travel or force");
    applicator.shift = at.components("shift");
    applicator.pad_stiffness = at.quantity("pad_stiffness");
    applicator.rolls = at.flag("rolls").value_or(false);
    applicator.friction = fill_friction(at);
    for (const auto& other : list)
      if (other.name == applicator.name)
        at.problem("name", fmt::format("there are two applicators named {}", in_quotes(other.name)));
    list.push_back(applicator);
  }
  return list;
}

}  // namespace knead
