#include <fmt/format.h>

#include "scenario/fill.hpp"

namespace knead {
namespace {

RegionSpec fill_region(const Cursor& at) {
  RegionSpec region;
  region.where = at.where();
  region.tolerance = at.quantity("tolerance").value_or(region.tolerance);
  const int given = at.has("box") + at.has("sphere") + at.has("plane");
  if (given != 1) at.problem("", "a region is one of box, sphere and plane");
  if (at.has("box")) {
    const Cursor box = at.table("box");
    region.kind = RegionSpec::Kind::box;
    region.low = box.vector("low").value_or(Vec3d{});
    region.high = box.vector("high").value_or(Vec3d{});
    for (int i = 0; i < 3; ++i)
      if (region.low[i] > region.high[i])
        return box.problem("low", "low must not be above high in any direction"), region;
  } else if (at.has("sphere")) {
    const Cursor sphere = at.table("sphere");
    region.kind = RegionSpec::Kind::sphere;
    region.centre = sphere.vector("centre").value_or(Vec3d{});
    region.radius = sphere.quantity("radius").value_or(0);
  } else if (at.has("plane")) {
    const Cursor plane = at.table("plane");
    region.kind = RegionSpec::Kind::plane;
    region.centre = plane.vector("point").value_or(Vec3d{});
    region.normal = plane.direction("normal").value_or(region.normal);
  }
  return region;
}

void check_directions(const Cursor& top, const std::string& key) {
  const Node* node = top.find(key);
  if (!node || !node->is_table()) return;
  const bool normal = node->find("normal"), components = node->find("x") || node->find("y") || node->find("z");
  if (normal == components) top.problem(key, fmt::format("{} needs either normal, or some of x, y, z", key));
}

std::optional<Table> fill_normal(const Cursor& top, const std::string& key) {
  const Node* node = top.find(key);
  if (!node || !node->is_table() || !node->find("normal")) return std::nullopt;
  const Cursor at = top.table(key);
  auto table = at.history("normal");
  if (table) table->cosine = at.choice("ramp") == "cosine";
  return table;
}

ProfileSpec fill_profile(const Cursor& top) {
  ProfileSpec profile;
  const Node* node = top.find("traction");
  if (!node || !node->is_table()) return profile;
  const Cursor at = top.table("traction");
  profile.cosine = at.choice("profile") == "cosine";
  if (profile.cosine && !(at.has("centre") && at.has("radius")))
    at.problem("profile", "the cosine profile needs a centre and a radius");
  if (!profile.cosine && (at.has("centre") || at.has("radius")))
    at.problem(at.has("centre") ? "centre" : "radius", "centre and radius belong to profile = \"cosine\"");
  profile.centre = at.vector("centre").value_or(Vec3d{});
  profile.radius = at.quantity("radius").value_or(0);
  return profile;
}

}  // namespace

std::vector<BoundarySpec> fill_boundaries(const Cursor& top) {
  std::vector<BoundarySpec> list;
  for (const Cursor& at : top.tables("boundary")) {
    BoundarySpec boundary;
    boundary.where = at.where();
    boundary.on = at.name("on");
    if (at.has("on") == at.has("region")) at.problem("on", "a boundary needs either on or region");
    if (at.has("region")) boundary.region = fill_region(at.table("region"));
    for (const char* key : {"displacement", "traction"}) check_directions(at, key);
    boundary.normal_displacement = fill_normal(at, "displacement");
    if (!boundary.normal_displacement) boundary.displacement = at.components("displacement");
    boundary.normal_traction = fill_normal(at, "traction");
    if (!boundary.normal_traction) boundary.traction = at.components("traction");
    boundary.profile = fill_profile(at);
    boundary.pressure = at.history("pressure");
    if (!at.has("displacement") && !at.has("traction") && !at.has("pressure"))
      at.problem("on", "this boundary has no condition: give displacement, traction or pressure");
    list.push_back(boundary);
  }
  return list;
}

}  // namespace knead
