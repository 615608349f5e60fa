#include "check_contact.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "applicator/shapes.hpp"
#include "base/units.hpp"
#include "scenario/anatomy.hpp"
#include "scenario/check.hpp"
#include "scenario/models.hpp"
#include "terms/contact.hpp"
#include "terms/contact_applicator.hpp"

namespace knead {
namespace {

const int points_per_face_edge = ContactSettings{}.points_per_direction;
constexpr double fewest_points = 4;

// One load on the skin, from a stroke or an applicator.
struct Load {
  std::string name;
  Shape shape;
  double force = 0, travel = 0;  // N, m: the larger estimate counts
  std::vector<Vec3d> places;     // m, along the path
};

Shape shape_of(const Scenario& scenario, const std::optional<ShapeSpec>& spec, const Name& model) {
  if (spec) return make_shape({spec->kind.text, spec->parameters, spec->where});
  return read_applicator(find_model(scenario.model_folders, "applicators", model.text, model.where)).shape;
}

SurfacePosition on_surface(const Scenario& scenario, const Body& body, const Position& position) {
  return resolve_position(body, position.words, side_of(scenario), position.where);
}

std::vector<Load> loads_of(const Scenario& scenario, const Body& body) {
  std::vector<Load> loads;
  for (const auto& stroke : scenario.strokes) {
    Load load{stroke.name,
              shape_of(scenario, stroke.shape, stroke.applicator),
              stroke.force.value_or(0),
              stroke.travel.value_or(0),
              {}};
    const auto from = on_surface(scenario, body, stroke.path ? stroke.path->from : *stroke.at);
    const auto to = stroke.path ? on_surface(scenario, body, stroke.path->to) : from;
    constexpr int num_places = 9;
    for (int i = 0; i < num_places; ++i) {
      const double s = static_cast<double>(i) / (num_places - 1);
      load.places.push_back(
          body.surface->point(from.across + s * (to.across - from.across), from.along + s * (to.along - from.along)));
    }
    loads.push_back(std::move(load));
  }
  for (std::size_t i = 0; i < scenario.applicators.size(); ++i) {
    const auto& spec = scenario.applicators[i];
    Load load{applicator_name(scenario, i),
              shape_of(scenario, spec.shape, spec.model),
              spec.force ? spec.force->largest() : 0,
              spec.travel ? spec.travel->largest() : 0,
              {}};
    if (spec.position.point) load.places.push_back(*spec.position.point);
    if (!spec.position.words.empty())
      load.places.push_back(point_at(*body.surface, on_surface(scenario, body, spec.position)));
    loads.push_back(std::move(load));
  }
  return loads;
}

// Least and largest radius of curvature of the underside where it touches first, m; infinite where it is flat.
struct Underside {
  double least = std::numeric_limits<double>::infinity(), largest = least;
};

Underside underside(const Primitive& shape, const Vec3d& down) {
  Underside u;
  if (const auto* ring = std::get_if<Torus>(&shape)) {  // touches along the whole ring
    u.least = ring->tube_radius;
    return u;
  }
  const double reach = std::visit([&](const auto& s) { return s.extent(down); }, shape);
  const Distance d = std::visit([&](const auto& s) { return s.evaluate(reach * down); }, shape);
  // The Hessian of a distance has the principal curvatures as eigenvalues, and zero along the normal.
  double trace = 0, squares = 0;
  for (int i = 0; i < 3; ++i) {
    trace += d.hessian(i, i);
    for (int j = 0; j < 3; ++j) squares += d.hessian(i, j) * d.hessian(i, j);
  }
  const double half = 0.5 * std::sqrt(std::max(0.0, 2 * squares - trace * trace)), mean = 0.5 * trace;
  constexpr double flat = 1e-3;  // 1/m
  if (mean + half > flat) u.least = 1 / (mean + half);
  if (mean - half > flat) u.largest = 1 / (mean - half);
  return u;
}

// Smallest width of the contact of one primitive, m.
double contact_width(const Primitive& shape, const Mat3d& rotation, double force, double travel, double shear_modulus) {
  const auto across = [&](const Vec3d& direction) {
    return 2 * std::visit([&](const auto& s) { return s.extent(transpose(rotation) * direction); }, shape);
  };
  const double own = std::min(across({{1, 0, 0}}), across({{0, 1, 0}}));
  const Underside u = underside(shape, transpose(rotation) * Vec3d{{0, 0, -1}});
  if (!std::isfinite(u.least)) return own;
  // A cylinder's flat direction is as long as the solid.
  const double largest = std::min(u.largest, std::max(across({{1, 0, 0}}), across({{0, 1, 0}})) + u.least);
  const double radius = std::sqrt(u.least * largest);  // of the sphere with the same contact area
  const double plane_modulus = 4 * shear_modulus;      // E/(1 − ν²) of an incompressible solid
  const double by_force = std::cbrt(0.75 * force * radius / plane_modulus);
  const double depth = std::max(travel, by_force * by_force / radius);
  return std::min(own, 2 * std::sqrt(depth * u.least));
}

double contact_width(const Shape& shape, double force, double travel, double shear_modulus) {
  return std::visit(
      [&](const auto& s) {
        if constexpr (std::is_same_v<std::decay_t<decltype(s)>, Union>) {
          double least = std::numeric_limits<double>::infinity();
          for (const auto& part : s.parts)
            least = std::min(least, contact_width(part.shape, part.rotation,
                                                  force / static_cast<double>(s.parts.size()), travel, shear_modulus));
          return least;
        } else {
          return contact_width(Primitive(s), Mat3d::identity(), force, travel, shear_modulus);
        }
      },
      shape);
}

double stiffest_layer(const Body& body) {
  double largest = 0;
  for (const auto& tissue : body.tissues) largest = std::max(largest, shear_modulus(tissue.law));
  return largest;
}

// Longest edge of the skin faces nearest to the places, m.
double largest_face(const Body& body, const std::vector<Vec3d>& places) {
  const auto& skin = faces_of(body.mesh, skin_set(body.mesh));
  double largest = 0;
  for (const Vec3d& place : places) {
    double nearest = std::numeric_limits<double>::infinity(), edge = 0;
    for (const Face& face : skin) {
      const auto n = face_nodes(body.mesh, face);
      const auto x = [&](std::size_t i) { return body.mesh.points[static_cast<std::size_t>(n[i])]; };
      const double distance = norm(x(4) - place);
      if (distance >= nearest) continue;
      nearest = distance;
      edge = std::max(norm(x(5) - x(3)), norm(x(7) - x(1)));
    }
    largest = std::max(largest, edge);
  }
  return largest;
}

}  // namespace

std::vector<ContactResolution> contact_resolution(const Scenario& scenario, const Body& body) {
  std::vector<ContactResolution> list;
  const double modulus = stiffest_layer(body);
  for (const auto& load : loads_of(scenario, body)) {
    const double edge = largest_face(body, load.places);
    if (!(edge > 0) || !(load.force > 0 || load.travel > 0)) continue;
    list.push_back(
        {load.name, contact_width(load.shape, load.force, load.travel, modulus), edge / points_per_face_edge});
  }
  return list;
}

std::vector<std::string> contact_warnings(const Scenario& scenario, const Body& body,
                                          const std::vector<ContactResolution>& contacts) {
  std::vector<std::string> warnings;
  for (const auto& contact : contacts)
    if (contact.points() < fewest_points)
      warnings.push_back(fmt::format(
          "{}: about {:.1f} contact points across the smallest width of the contact (estimated {:.1f} mm); four need "
          "elements of {:.1f} mm or less there",
          in_quotes(contact.name), contact.points(), 1e3 * contact.width,
          1e3 * contact.width * points_per_face_edge / fewest_points));
  constexpr double heavy = 800;  // N, the weight of an adult
  for (const auto& stroke : scenario.strokes)
    if (stroke.force.value_or(0) > heavy)
      warnings.push_back(fmt::format("{}: {} is more than the weight of an adult; is the unit right?",
                                     in_quotes(stroke.name), format_quantity(*stroke.force, dimension::force)));
  if (!body.surface || scenario.body.is_specimen()) return warnings;
  // Sideways along the axes of the chart, as far as the solid reaches at most.
  for (const auto& stroke : scenario.strokes) {
    const Shape shape = shape_of(scenario, stroke.shape, stroke.applicator);
    const double x = extent(shape, {{1, 0, 0}}), y = extent(shape, {{0, 1, 0}}), reach = std::min(x, y);
    for (const Position* end :
         {stroke.path ? &stroke.path->from : &*stroke.at, stroke.path ? &stroke.path->to : nullptr}) {
      if (!end) continue;
      const auto place = on_surface(scenario, body, *end);
      const bool inside = body.surface->contains(place.across - reach, place.along) &&
                          body.surface->contains(place.across + reach, place.along) &&
                          body.surface->contains(place.across, place.along - reach) &&
                          body.surface->contains(place.across, place.along + reach);
      if (!inside)
        warnings.push_back(
            fmt::format("{}: at {} the applicator may reach over the edge of the body, where a cut plane "
                        "holds the tissue",
                        in_quotes(stroke.name), in_quotes(end->words)));
    }
  }
  return warnings;
}

}  // namespace knead
