// Tissues, specimens and shapes from what a scenario says in place.
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/units.hpp"
#include "body/specimens.hpp"
#include "scenario/build_parts.hpp"
#include "scenario/models.hpp"

namespace knead {

namespace {

FibreLaw make_fibres(const FibreDefinition& d) {
  if (d.law == FibreDefinition::Kind::exponential)
    return ExponentialFibres{d.k1, d.k2, d.dispersion, d.angle, d.toe_strain * (2 + d.toe_strain)};
  return MuscleFibres{d.max_stress,       d.optimal_stretch, d.passive_scale,
                      d.passive_exponent, d.passive_limit,   d.along_shear};
}

}  // namespace

SheetRequest sheet_request(const Scenario& scenario) {
  const TissueSpec& tissue = scenario.tissue;
  return {scenario.model_folders,
          tissue.stiffness == StiffnessClass::indentation ? TissueClass::indentation : TissueClass::lower_bound,
          tissue.viscoelastic, tissue.pre_stretch, tissue.muscle_fibres};
}

Tissue make_tissue(const TissueDefinition& d) {
  const VolumetricSplit split = d.coupled ? VolumetricSplit::coupled : VolumetricSplit::split;
  Tissue t;
  t.name = d.name;
  switch (d.law) {
    case TissueDefinition::Kind::neo_hookean:
      t.law = NeoHookean{d.initial_shear_modulus(), split};
      break;
    case TissueDefinition::Kind::mooney_rivlin:
      t.law = MooneyRivlin{d.C10.value_or(0), d.C01.value_or(0), split};
      break;
    case TissueDefinition::Kind::yeoh:
      t.law = Yeoh{d.C10.value_or(0), d.C20.value_or(0), d.C30.value_or(0), split};
      break;
    case TissueDefinition::Kind::ogden: {
      Ogden ogden({}, split);
      for (const auto& term : d.terms) {
        if (d.convention == TissueDefinition::OgdenConvention::A)
          ogden.add(ogden_term_from_original(term.modulus, term.alpha));
        if (d.convention == TissueDefinition::OgdenConvention::B) ogden.add({term.modulus, term.alpha});
        if (d.convention == TissueDefinition::OgdenConvention::C)
          ogden.add(ogden_term_from_c_m(term.modulus, term.alpha));
      }
      t.law = ogden;
      break;
    }
  }
  switch (d.volumetric) {
    case TissueDefinition::Volumetric::quadratic:
      t.volumetric = VolumetricFunction::quadratic;
      break;
    case TissueDefinition::Volumetric::logarithmic:
      t.volumetric = VolumetricFunction::logarithmic;
      break;
    case TissueDefinition::Volumetric::mixed:
      t.volumetric = VolumetricFunction::mixed;
      break;
  }
  const double bulk = d.initial_bulk_modulus();
  t.kappa = std::isfinite(bulk) ? kappa_from_bulk_modulus(t.law, bulk) : bulk;
  t.density = d.density;
  t.pre_stretch = d.pre_stretch;
  t.relaxation = d.relaxation;
  if (d.fibres) {
    t.fibres = make_fibres(*d.fibres);
    t.fibre_relaxation = d.fibres->relaxation;
    if (d.fibres->activation.largest() > 0)
      t.activation = [table = d.fibres->activation](double time) { return table.eval(time); };
  }
  return t;
}

namespace {

// Chart of a specimen's top: across = x, along = y.
class FlatSurface final : public SurfaceChart {
 public:
  explicit FlatSurface(const Vec3d& corner) : corner_(corner) {}
  Vec3d point(double across, double along) const override { return {{across, along, corner_[2]}}; }
  Vec3d normal(double, double) const override { return {{0, 0, 1}}; }
  bool contains(double across, double along) const override {
    return across >= 0 && across <= corner_[0] && along >= 0 && along <= corner_[1];
  }

 private:
  Vec3d corner_;  // opposite to the origin, m
};

// Index of a tissue by name: written in the scenario, or a sheet of models/tissues.
class TissueTable {
 public:
  TissueTable(const Scenario& scenario, Body& body) : scenario_(scenario), body_(body) {}
  int index(const Name& name) {
    const auto known = indices_.find(name.text);
    if (known != indices_.end()) return known->second;
    const int number = static_cast<int>(body_.tissues.size());
    bool found = false;
    for (const auto& d : scenario_.tissue.definitions)
      if (d.name == name.text) {
        body_.tissues.push_back(make_tissue(d));
        found = true;
      }
    if (!found) {
      const auto path = find_model(scenario_.model_folders, "tissues", name.text, name.where);
      body_.tissues.push_back(read_tissue_sheet(path, sheet_request(scenario_)).tissue);
    }
    return indices_[name.text] = number;
  }

 private:
  const Scenario& scenario_;
  Body& body_;
  std::map<std::string, int> indices_;
};

// A unit vector across another: the axis that is most so, made perpendicular.
Vec3d some_perpendicular(const Vec3d& v) {
  Vec3d axis{{0, 0, 0}};
  axis[std::abs(v[0]) < 0.6 ? 0 : std::abs(v[1]) < 0.6 ? 1 : 2] = 1;
  return normalized(axis - dot(axis, v) * v);
}

// Directions of the fibres of a specimen: those of tissues written in place, body.fibre_direction for sheets.
void add_fibres(const Scenario& scenario, Body& body) {
  const auto narrow = [](const Vec3d& v) {
    return Vec3<float>{static_cast<float>(v[0]), static_cast<float>(v[1]), static_cast<float>(v[2])};
  };
  for (std::size_t c = 0; c < body.mesh.cells.size(); ++c) {
    const Tissue& tissue = body.tissues[static_cast<std::size_t>(body.mesh.cell_tissue[c])];
    if (!tissue.fibres) continue;
    Vec3d along = scenario.body.fibre_direction, across = some_perpendicular(along);
    for (const TissueDefinition& d : scenario.tissue.definitions)
      if (d.name == tissue.name) along = d.fibres->direction, across = d.fibres->across;
    body.fibre.resize(body.mesh.cells.size() * points_per_cell, Vec3<float>{0, 0, 0});
    body.across.resize(body.fibre.size(), Vec3<float>{0, 0, 0});
    for (std::size_t q = 0; q < points_per_cell; ++q) {
      body.fibre[c * points_per_cell + q] = narrow(along);
      body.across[c * points_per_cell + q] = narrow(across);
    }
  }
}

int coarsened(int elements, double coarsening) {
  return std::max(1, static_cast<int>(std::floor(elements / coarsening + 1e-9)));
}

}  // namespace

Body build_specimen(const Scenario& scenario, double coarsening) {
  const BodySpec& spec = scenario.body;
  Body body;
  body.name = spec.name.text;
  TissueTable tissues(scenario, body);
  std::vector<SpecimenLayer> layers;
  for (const LayerSpec& l : spec.layers)
    layers.push_back({tissues.index(l.tissue), l.thickness, coarsened(l.elements, coarsening)});
  const int tissue = layers.empty() ? tissues.index(spec.tissue) : 0;
  const auto element_count = [&](std::size_t i, int fallback) {
    return i < spec.elements.size() ? coarsened(spec.elements[i], coarsening) : fallback;
  };
  if (spec.name.text == "block") {
    BlockSettings s;
    s.size = spec.size;
    s.elements = {element_count(0, 4), element_count(1, 4), element_count(2, 4)};
    s.positions = spec.positions;
    s.layers = layers;
    s.tissue = tissue;
    s.distortion = spec.distortion;
    body.mesh = make_block(s);
    Vec3d corner{{0, 0, 0}};
    for (const Vec3d& x : body.mesh.points)
      for (int c = 0; c < 3; ++c) corner[c] = std::max(corner[c], x[c]);
    body.surface = std::make_shared<FlatSurface>(corner);
  } else if (spec.name.text == "cylinder") {
    CylinderSettings s;
    s.radius = spec.radius;
    s.inner_radius = spec.inner_radius;
    s.length = spec.length;
    s.elements_radial = element_count(0, 4);
    s.elements_around = element_count(1, 4);
    s.elements_along = element_count(2, 4);
    s.sector = spec.sector == Sector::quarter ? CylinderSettings::Sector::quarter
               : spec.sector == Sector::half  ? CylinderSettings::Sector::half
                                              : CylinderSettings::Sector::full;
    s.layers = layers;
    s.tissue = tissue;
    body.mesh = make_cylinder(s);
  } else {
    SphereSettings s;
    s.radius = spec.radius;
    s.inner_radius = spec.inner_radius;
    s.elements_radial = element_count(0, 4);
    s.elements_around = element_count(1, 2);
    s.sector = spec.sector == Sector::full ? SphereSettings::Sector::full : SphereSettings::Sector::octant;
    s.layers = layers;
    s.tissue = tissue;
    body.mesh = make_sphere(s);
  }
  add_fibres(scenario, body);
  if (spec.gravity) body.gravity = {{0, 0, -standard_gravity}};
  if (!(measure_quality(body.mesh).min_scaled_jacobian > 0))
    throw Error(ExitCode::invalid_input, spec.where,
                "some elements are so thin that their sides fall together: choose more even sizes");
  body.held.assign(body.mesh.points.size(), 0);
  body.holder.assign(body.mesh.points.size(), 0);
  body.holders = {"free"};
  // Every held face set is a holder of its own in the force balance.
  for (const BoundarySpec& b : scenario.boundaries) {
    if (!b.holds_anything() || b.on.empty()) continue;
    const auto faces = body.mesh.faces.find(b.on.text);
    if (faces == body.mesh.faces.end()) continue;  // add_boundary reports it
    body.holders.push_back(b.on.text);
    for (const Face& f : faces->second)
      for (int n : face_nodes(body.mesh, f))
        body.holder[static_cast<std::size_t>(n)] = static_cast<std::uint8_t>(body.holders.size() - 1);
  }
  return body;
}

namespace {

template <class S>
void describe_primitive(const S& shape, const std::string& prefix, ApplicatorInfo& info) {
  S::parameters(shape, [&](const char* name, const auto& value, const char*, const char*) {
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, double>) {
      info.parameters[prefix + name] = value;
    } else {
      constexpr const char* axis[3] = {"_x", "_y", "_z"};
      for (int i = 0; i < 3; ++i) info.parameters[prefix + name + axis[i]] = value[i];
    }
  });
}

// Turns about x, then y, then z that make up a rotation matrix.
Vec3d turns_of(const Mat3d& r) {
  return {
      {std::atan2(r(2, 1), r(2, 2)), std::atan2(-r(2, 0), std::hypot(r(2, 1), r(2, 2))), std::atan2(r(1, 0), r(0, 0))}};
}

}  // namespace

void describe_shape(const Shape& shape, ApplicatorInfo& info) {
  std::visit(
      [&](const auto& s) {
        using S = std::decay_t<decltype(s)>;
        if constexpr (std::is_same_v<S, Union>) {
          constexpr const char* axis[3] = {"_x", "_y", "_z"};
          for (std::size_t i = 0; i < s.parts.size(); ++i) {
            const std::string prefix = fmt::format("{}.", i);
            std::visit(
                [&](const auto& part) {
                  info.kind += (i ? "+" : "") + std::string(std::decay_t<decltype(part)>::name);
                  describe_primitive(part, prefix, info);
                },
                s.parts[i].shape);
            const Vec3d turns = turns_of(s.parts[i].rotation);
            for (int c = 0; c < 3; ++c) {
              info.parameters[prefix + "position" + axis[c]] = s.parts[i].position[c];
              info.parameters[prefix + "rotation" + axis[c]] = turns[c];
            }
          }
          info.parameters["blend"] = s.blend;
        } else {
          info.kind = S::name;
          describe_primitive(s, "", info);
        }
      },
      shape);
}

}  // namespace knead
