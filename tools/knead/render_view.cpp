#include "render_view.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/units.hpp"

namespace knead {
namespace {

constexpr double degree = std::numbers::pi / 180;
const std::vector<std::string> trunk_directions{"right", "left", "cranial", "caudal", "posterior", "anterior"};

Vec3d without(const Vec3d& x, const Vec3d& unit) { return x - dot(x, unit) * unit; }

// The name of the direction closest to v.
std::string name_of(const PictureBody& body, const Vec3d& v) {
  const auto directions = named_directions(body);
  return std::max_element(directions.begin(), directions.end(),
                          [&](const auto& a, const auto& b) { return dot(a.direction, v) < dot(b.direction, v); })
      ->name;
}

Vec3d middle_of(const PictureBody& body) {
  Vec3d low{{1e30, 1e30, 1e30}}, high{{-1e30, -1e30, -1e30}};
  for (const Vec3d& p : body.points) {
    for (int i = 0; i < 3; ++i) low[i] = std::min(low[i], p[i]), high[i] = std::max(high[i], p[i]);
  }
  return 0.5 * (low + high);
}

// Of the applicators at work besides this one the furthest; null when it is alone.
const Pose* partner(const PosesOfRun& run, int step, int applicator) {
  if (applicator < 0) return nullptr;
  const auto& poses = run.poses[static_cast<std::size_t>(step)];
  const Pose& tool = poses[static_cast<std::size_t>(applicator)];
  const Pose* furthest = nullptr;
  for (const Pose& pose : poses)
    if (pose.active && &pose != &tool &&
        (!furthest || norm(pose.position - tool.position) > norm(furthest->position - tool.position)))
      furthest = &pose;
  return furthest;
}

// "x=30 mm": the half from which the camera looks away is kept, which choose_view decides.
std::optional<CutPlane> parse_plane(const std::string& clip) {
  const std::size_t equals = clip.find('=');
  if (equals == std::string::npos) return std::nullopt;
  std::string axis = clip.substr(0, equals);
  axis.erase(std::remove(axis.begin(), axis.end(), ' '), axis.end());
  if (axis != "x" && axis != "y" && axis != "z") return std::nullopt;
  const QuantityResult position = parse_quantity(clip.substr(equals + 1), dimension::length);
  if (!position.ok()) throw Error(ExitCode::wrong_usage, fmt::format("--clip \"{}\": {}", clip, position.problem));
  CutPlane plane;
  plane.normal = {{0, 0, 0}};
  plane.normal[axis[0] - 'x'] = 1;
  plane.origin = position.quantity.value * plane.normal;
  return plane;
}

}  // namespace

std::vector<NamedDirection> named_directions(const PictureBody& body) {
  if (body.anatomical) {
    std::vector<std::string> words = trunk_directions;
    if (body.info.directions.size() == 4) std::ranges::copy(body.info.directions, words.begin() + 2);
    return {{words[0], {{1, 0, 0}}},  {words[1], {{-1, 0, 0}}}, {words[2], {{0, 0, 1}}},
            {words[3], {{0, 0, -1}}}, {words[4], {{0, -1, 0}}}, {words[5], {{0, 1, 0}}}};
  }
  return {{"right", {{1, 0, 0}}},  {"left", {{-1, 0, 0}}}, {"back", {{0, 1, 0}}},
          {"front", {{0, -1, 0}}}, {"top", {{0, 0, 1}}},   {"bottom", {{0, 0, -1}}}};
}

View choose_view(const PictureBody& body, const PosesOfRun& run, int step, const FieldInfo& field,
                 const RenderRequest& request) {
  const bool film = !request.film.empty();
  View view;
  view.up = body.up();
  const Vec3d middle = middle_of(body);
  const int applicator = leading_applicator(run, step);
  const Pose* tool =
      applicator < 0 ? nullptr : &run.poses[static_cast<std::size_t>(step)][static_cast<std::size_t>(applicator)];
  Vec3d centre = tool ? tool->position : middle;
  Vec3d travel = glide_velocity(run, step, applicator, view.up);
  if (norm(travel) == 0) travel = whole_way(run, applicator, view.up);
  // A press into the side of a limb goes sideways, but no further than into the skin.
  const Vec3d force = tool ? tool->force : Vec3d{{0, 0, 0}};
  const bool presses = norm(force) > 0 && norm(whole_way(run, applicator, normalized(force))) <= 5e-3;
  bool travels = norm(travel) > 5e-3 && !presses;
  travel = travels ? normalized(travel) : body.anatomical ? Vec3d{{0, 0, 1}} : Vec3d{{0, 1, 0}};

  // Two hands or cups are seen in one plane.
  const Pose* other = partner(run, step, applicator);
  if (const Vec3d line = other ? without(other->position - tool->position, view.up) : Vec3d{{0, 0, 0}};
      norm(line) > 1e-2) {
    centre = 0.5 * (tool->position + other->position);
    travel = normalized(cross(line, view.up));
    travels = false;
  } else {
    other = nullptr;
  }

  // The plane.
  const bool on_skin = field.name.rfind("contact_", 0) == 0 || field.name == "gap";
  const std::string usual = on_skin ? "none" : film && travels ? "along" : "across";
  const std::string clip = request.clip.empty() ? usual : request.clip;
  std::string what;
  if (clip == "across") {
    view.cut = CutPlane{centre, travel};
    what = other ? "cut through both applicators" : travels ? "cut across the path" : "cut through the applicator";
    if (applicator < 0) what = "cut through the middle";
  } else if (clip == "along") {
    // The smaller half is taken away; travel runs to the right of the picture when both are alike.
    Vec3d normal = normalized(cross(travel, view.up));
    const double towards_middle = dot(middle - centre, normal);
    if (towards_middle < -5e-3) normal = -normal;
    view.cut = CutPlane{centre, normal};
    what = other ? "cut between the applicators" : travels ? "cut along the path" : "cut through the applicator";
  } else if (clip != "none") {
    view.cut = parse_plane(clip);
    for (const NamedPoint& landmark : body.info.landmarks) {
      if (landmark.name == clip) view.cut = CutPlane{landmark.position, {{0, 0, 1}}};
    }
    if (!view.cut) {
      throw Error(
          ExitCode::wrong_usage,
          fmt::format("--clip \"{}\" is not a cut{}; write across, along, none, a plane such as \"x=30 mm\", or "
                      "a landmark of the body",
                      clip, did_you_mean(clip, {"across", "along", "none"})));
    }
    if (norm(view.cut->normal - view.up) < 0.5) view.cut->normal = -view.cut->normal;
    what = "cut at " + clip;
  }

  // A plane through a layer of nodes would meet elements of one side only at some places, of both at others.
  if (view.cut) view.cut->origin += 1.3e-4 * view.cut->normal;

  // The direction.
  if (request.view.empty() || request.view == "auto") {
    Vec3d ahead = view.cut ? without(view.cut->normal, view.up) : travel;
    if (norm(ahead) < 0.1) ahead = travel;
    ahead = normalized(ahead);
    const Vec3d right = cross(ahead, view.up);
    // A little from the left, so that the right end of the cut has paper beside it for the names of the tissues.
    const double azimuth = -16 * degree, elevation = 33 * degree;
    view.direction = normalized(std::cos(elevation) * (std::cos(azimuth) * ahead - std::sin(azimuth) * right) -
                                std::sin(elevation) * view.up);
  } else {
    std::vector<std::string> known = {"auto"};
    bool found = false;
    const auto directions = named_directions(body);
    for (std::size_t i = 0; i < directions.size(); ++i) {
      const NamedDirection& from = directions[i];
      known.push_back(from.name);
      const bool as_on_a_trunk = body.anatomical && trunk_directions[i] == request.view;
      if (from.name != request.view && !as_on_a_trunk) continue;
      found = true;
      const bool straight_down = std::abs(dot(from.direction, view.up)) > 0.9;
      const double elevation = straight_down ? 0.0 : 20 * degree;
      view.direction = normalized(-std::cos(elevation) * from.direction - std::sin(elevation) * view.up);
      if (straight_down) view.up = travel;
    }
    if (!found) {
      throw Error(ExitCode::wrong_usage,
                  fmt::format("--view \"{}\" is not a direction{}; write one of {}", request.view,
                              did_you_mean(request.view, known), fmt::join(known, ", ")));
    }
  }
  // The half behind the plane stays.
  if (view.cut && dot(view.cut->normal, view.direction) < 0) view.cut->normal = -view.cut->normal;
  view.caption = what + (what.empty() ? "" : ", ") + "seen from " + name_of(body, -without(view.direction, body.up()));
  if (norm(without(view.direction, body.up())) < 0.3) {
    view.caption = what + (what.empty() ? "" : ", ") + "seen from " + name_of(body, -view.direction);
  }
  return view;
}

}  // namespace knead
