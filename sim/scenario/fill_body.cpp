#include <cmath>

#include <fmt/format.h>

#include "scenario/fill.hpp"

namespace knead {
namespace {

void check_ascending(const Cursor& at, const std::string& key, const std::vector<double>& planes) {
  if (!at.has(key)) return;
  if (planes.size() < 2) return at.problem(key, fmt::format("positions.{} needs at least two planes", key));
  for (std::size_t i = 1; i < planes.size(); ++i)
    if (planes[i] <= planes[i - 1])
      return at.problem(key, fmt::format("positions.{} must increase from plane to plane", key));
}

// Each kind of body knows some keys; one that would be ignored is a mistake.
void check_keys_of_kind(const Cursor& at, const std::string& name) {
  struct Rule {
    const char* key;
    const char* kinds;
  };
  constexpr Rule rules[] = {{"size", "block"},
                            {"positions", "block"},
                            {"distortion", "block"},
                            {"radius", "cylinder sphere"},
                            {"inner_radius", "cylinder sphere"},
                            {"length", "cylinder"},
                            {"sector", "cylinder sphere"},
                            {"elements", "block cylinder sphere"},
                            {"layers", "block cylinder sphere"},
                            {"tissue", "block cylinder sphere"},
                            {"side", "body"},
                            {"posture", "body"},
                            {"element_size", "body"},
                            {"refine", "body"},
                            {"gliding", "body"}};
  const bool specimen = name == "block" || name == "cylinder" || name == "sphere";
  for (const auto& rule : rules) {
    if (!at.has(rule.key)) continue;
    const std::string kinds = rule.kinds;
    const bool fits = specimen ? kinds.find(name) != std::string::npos : kinds == "body";
    if (fits) continue;
    const std::string belongs = kinds == "body"                           ? "an anatomical body"
                                : kinds == "cylinder sphere"              ? "a cylinder or a sphere"
                                : kinds == "block" || kinds == "cylinder" ? "a " + kinds
                                                                          : "a specimen: block, cylinder, sphere";
    at.problem(rule.key, fmt::format("{} has no meaning for \"{}\"; it belongs to {}", rule.key, name, belongs));
  }
}

void check_block(const Cursor& at, const BodySpec& body) {
  const char* axes[] = {"x", "y", "z"};
  bool all_planes = true;
  for (std::size_t i = 0; i < 3; ++i) {
    const bool planes = !body.positions[i].empty() || (at.has("positions") && at.table("positions").has(axes[i]));
    all_planes = all_planes && planes;
    const bool layered = i == 2 && at.has("layers");
    if (!planes && !at.has("size")) {
      at.problem("name", fmt::format("a block needs size = [\"…\", \"…\", \"…\"], or positions.{}", axes[i]));
      break;
    }
    if (!planes && !at.has("elements") && !layered) {
      at.problem("name", fmt::format("a block needs elements = [4, 4, 4], or positions.{}", axes[i]));
      break;
    }
  }
  if (at.has("elements") && !body.elements.empty() && body.elements.size() != 3)
    at.problem("elements", "elements of a block are three numbers, along x, y, z");
  if (all_planes && at.has("size"))
    at.problem("size", "size has no effect beside positions for all axes; leave one out");
  if (!body.layers.empty() && at.has("size") && body.positions[2].empty()) {
    double sum = 0;
    for (const auto& layer : body.layers) sum += layer.thickness;
    constexpr double equal = 1e-9;
    if (body.size[2] > 0 && std::abs(sum - body.size[2]) > equal * body.size[2])
      at.problem("size", fmt::format("the layers add up to {}, but the block is {} high",
                                     format_quantity(sum, dimension::length),
                                     format_quantity(body.size[2], dimension::length)));
  }
}

void check_round(const Cursor& at, const BodySpec& body, const std::string& name) {
  const std::size_t numbers = name == "cylinder" ? 3 : 2;
  if (!at.has("radius")) at.problem("name", "a " + name + " needs a radius");
  if (name == "cylinder" && !at.has("length")) at.problem("name", "a cylinder needs a length");
  if (!at.has("elements"))
    at.problem("name", "a " + name + " needs elements");
  else if (!body.elements.empty() && body.elements.size() != numbers)
    at.problem("elements", name == "cylinder" ? "elements of a cylinder are three numbers: radial, around, along"
                                              : "elements of a sphere are two numbers: radial, around");
  if (body.radius > 0 && body.inner_radius >= body.radius)
    at.problem("inner_radius", "the inner radius must be smaller than the radius");
  if (name == "cylinder" && body.sector == Sector::octant)
    at.problem("sector", "an octant is a part of a sphere; a cylinder can be full, half or quarter");
}

}  // namespace

BodySpec fill_body(const Cursor& top) {
  const Cursor at = top.table("body");
  BodySpec body;
  body.where = at.where();
  body.name = at.name("name");
  const std::string& name = body.name.text;
  if (name.empty()) return body;
  check_keys_of_kind(at, name);
  body.gravity = at.flag("gravity").value_or(false);
  if (!body.is_specimen()) {
    body.side = choose<BodySide>(at, "side");
    body.posture = at.name("posture");
    body.element_size = at.quantity("element_size").value_or(body.element_size);
    if (at.flag("gliding").value_or(false)) body.gliding = at.where("gliding");
    if (at.has("refine")) {
      const Cursor refine = at.table("refine");
      RefineSpec spec;
      spec.where = refine.where();
      spec.at = refine.position("at").value_or(Position{});
      spec.radius = refine.quantity("radius").value_or(0);
      spec.size = refine.quantity("size").value_or(0);
      if (spec.size > body.element_size)
        refine.problem("size", "the refined size must not be larger than element_size");
      body.refine = spec;
    }
    return body;
  }
  body.tissue = at.name("tissue");
  body.fibre_direction = at.direction("fibre_direction").value_or(body.fibre_direction);
  body.size = at.vector("size").value_or(Vec3d{});
  body.elements = at.integers("elements");
  if (at.has("positions")) {
    const Cursor positions = at.table("positions");
    const char* axes[] = {"x", "y", "z"};
    for (std::size_t i = 0; i < 3; ++i) {
      body.positions[i] = positions.quantities(axes[i]);
      check_ascending(positions, axes[i], body.positions[i]);
    }
  }
  for (const Cursor& entry : at.tables("layers")) {
    LayerSpec layer;
    layer.where = entry.where();
    layer.tissue = entry.name("tissue");
    layer.thickness = entry.quantity("thickness").value_or(0);
    layer.elements = entry.integer("elements").value_or(1);
    body.layers.push_back(layer);
  }
  if (at.has("tissue") == at.has("layers"))
    at.problem(at.has("tissue") ? "tissue" : "name", "a specimen needs either tissue or layers");
  if (name == "block") {
    body.distortion = at.number("distortion").value_or(0);
    check_block(at, body);
  } else {
    body.radius = at.quantity("radius").value_or(0);
    body.inner_radius = at.quantity("inner_radius").value_or(0);
    if (name == "cylinder") body.length = at.quantity("length").value_or(0);
    body.sector = choose<Sector>(at, "sector");
    check_round(at, body, name);
  }
  return body;
}

namespace {

void collect_subject(const Node& table, const std::string& prefix, std::map<std::string, SubjectValue>& values,
                     const Cursor& at) {
  for (const auto& member : table.members) {
    const std::string key = prefix.empty() ? member.key : prefix + "." + member.key;
    if (key == "like") continue;
    if (member.value.is_table()) {
      collect_subject(member.value, key, values, at);
      continue;
    }
    SubjectValue value{to_text(member.value), std::nullopt, member.value.where};
    if (member.value.is_text()) {
      const auto quantity = parse_quantity(member.value.text);
      if (quantity.ok()) value.value = quantity.quantity.value;
    } else if (member.value.kind == Node::Kind::integer || member.value.kind == Node::Kind::number) {
      value.value = member.value.number;
      if (!std::isfinite(member.value.number)) at.problem("", fmt::format("{} is not a finite number", key));
    }
    values.emplace(key, value);
  }
}

}  // namespace

SubjectSpec fill_subject(const Cursor& top) {
  const Cursor at = top.table("subject");
  SubjectSpec subject;
  subject.like = at.name("like");
  if (at.node()) collect_subject(*at.node(), "", subject.values, at);
  return subject;
}

}  // namespace knead
