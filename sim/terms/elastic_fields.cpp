// Stress and strain at given points of every cell: for the record (centres of the eight sub-hexahedra) and for
// measures.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include "body/hexahedron.hpp"
#include "fem/quadratic_basis.hpp"
#include "terms/elastic.hpp"
#include "terms/elastic_gradients.hpp"
#include "tissue/tissue_response.hpp"

namespace knead {

namespace {

struct ShapePoint {
  double value[27];
  double gradient[27][3];
  int quadrature_point;  // the nearest one: where implicit regions are known
};

ShapePoint shape_point(double x, double y, double z, int quadrature_point) {
  ShapePoint s{};
  for (int a = 0; a < 27; ++a) {
    s.value[a] = quadratic_value(a, x, y, z);
    const auto g = quadratic_gradient(a, x, y, z);
    for (int c = 0; c < 3; ++c) s.gradient[a][c] = g[static_cast<std::size_t>(c)];
  }
  s.quadrature_point = quadrature_point;
  return s;
}

std::vector<ShapePoint> sub_cell_centres() {
  std::vector<ShapePoint> points;
  for (int k = 0; k < 2; ++k)
    for (int j = 0; j < 2; ++j)
      for (int i = 0; i < 2; ++i) points.push_back(shape_point(i - 0.5, j - 0.5, k - 0.5, 2 * i + 6 * j + 18 * k));
  return points;
}

// Eigenvalues of a symmetric tensor, largest first (trigonometric form, Smith 1961, Commun. ACM 4:168). Equal ones come
// out apart by some 1e-8 of the deviator: enough for output, at a fraction of the work of principal().
std::array<double, 3> principal_values(const Sym3d& a) {
  const double mean = trace(a) / 3;
  Sym3d d = a;
  for (int i = 0; i < 3; ++i) d[i] -= mean;
  const double p = std::sqrt(contract(d, d) / 6);
  if (p <= 0) return {mean, mean, mean};
  const double r = std::clamp(determinant(d) / (2 * p * p * p), -1.0, 1.0);
  const double angle = std::acos(r) / 3;
  const double first = 2 * p * std::cos(angle), last = 2 * p * std::cos(angle + 2 * std::numbers::pi / 3);
  return {mean + first, mean - first - last, mean + last};
}

// Weights of the 27 quadrature points at a place, of the polynomial through them.
std::array<double, points_per_cell> interpolation_weights(const Vec3d& local) {
  constexpr double g = gauss_abscissa;
  double line[3][3];
  for (int axis = 0; axis < 3; ++axis) {
    const double x = local[axis] / g;
    line[axis][0] = 0.5 * x * (x - 1);
    line[axis][1] = 1 - x * x;
    line[axis][2] = 0.5 * x * (x + 1);
  }
  std::array<double, points_per_cell> weights{};
  for (std::size_t q = 0; q < points_per_cell; ++q) weights[q] = line[0][q % 3] * line[1][q / 3 % 3] * line[2][q / 9];
  return weights;
}

// Of a relaxing tissue.
struct Carried {
  std::optional<CarriedStress<double>> matrix, fibres;
};

// State at a point of a cell. centred: the ten numbers of its pressure basis.
Elastic::PointFields fields_of(const Body& body, std::size_t cell, const ShapePoint& point, const double* centred,
                               const Vector<double>& u, const Vector<double>& p, double stretch, double activation,
                               const Carried& carried) {
  const Tissue& tissue = body.tissues[static_cast<std::size_t>(body.mesh.cell_tissue[cell])];
  Mat3d dX = Mat3d::zero(), dx = Mat3d::zero();
  Vec3d X{{0, 0, 0}};
  for (int a = 0; a < 27; ++a) {
    const auto node = static_cast<std::size_t>(body.mesh.cells[cell][static_cast<std::size_t>(a)]);
    const Vec3d& rest = body.mesh.points[node];
    for (int i = 0; i < 3; ++i) {
      X[i] += point.value[a] * rest[i];
      for (int j = 0; j < 3; ++j) {
        dX(i, j) += point.gradient[a][j] * rest[i];
        dx(i, j) += point.gradient[a][j] * (rest[i] + u[3 * node + static_cast<std::size_t>(i)]);
      }
    }
  }
  const Mat3d inverse_rest = inverse(dX);
  const Mat3d F = dx * inverse_rest;
  const Mat3d natural = elastic_layout::from_natural_state(F, inverse_rest, stretch);
  const double J = determinant(F);
  const Vec3d d{{X[0] - centred[0], X[1] - centred[1], X[2] - centred[2]}};
  const double phi[4] = {1.0, centred[3] * d[0], centred[4] * d[0] + centred[5] * d[1],
                         centred[6] * d[0] + centred[7] * d[1] + centred[8] * d[2]};
  double p_here = 0;
  for (std::size_t j = 0; j < 4; ++j) p_here += phi[j] * p[4 * cell + j];
  const double ratio =
      body.stiffness_ratio.empty()
          ? 1.0
          : static_cast<double>(body.stiffness_ratio[cell * 27 + static_cast<std::size_t>(point.quadrature_point)]);
  LawResponse<double> response;
  evaluate_matrix(tissue, natural, carried.matrix, response);
  const std::size_t place = cell * points_per_cell + static_cast<std::size_t>(point.quadrature_point);
  add_fibres(tissue, {unit_direction(body.fibre, place), unit_direction(body.across, place), activation / ratio},
             natural, carried.fibres, response);
  Sym3d sigma = (ratio / J) * response.stress;
  for (int i = 0; i < 3; ++i) sigma[i] -= p_here;
  Elastic::PointFields s{};
  s.tissue_pressure = -trace(sigma) / 3;
  Sym3d deviator = sigma;
  for (int i = 0; i < 3; ++i) deviator[i] += s.tissue_pressure;
  s.von_mises = std::sqrt(1.5 * contract(deviator, deviator));
  s.cauchy_stress = sigma;
  s.green_lagrange_strain = 0.5 * (transposed_times(F) - Sym3d::identity());
  const auto strains = principal_values(s.green_lagrange_strain);
  s.max_shear_strain = 0.5 * (strains[0] - strains[2]);
  // Directions of fat and skin are those of their layer, along which nothing need run.
  const bool has_fibres = tissue.fibres || body.region.empty() || body.region[place] > 0;
  const Vec3d along = unit_direction(body.fibre, place);
  s.fibre_stretch = has_fibres && norm(along) > 0 ? norm(F * along) : 1;
  const double kappa = tissue.kappa * ratio;
  // κ U of the volume that belongs to the pressure: the pointwise J carries the mesh's error, which κ would
  // multiply.
  s.strain_energy_density = ratio * response.energy;
  if (std::isfinite(kappa))
    s.strain_energy_density +=
        kappa * volumetric_energy(tissue.volumetric, volume_ratio(tissue.volumetric, p_here, 1 / kappa).ratio);
  s.volume_ratio = J;
  return s;
}

std::optional<CarriedStress<double>> carried_stress(const StressHistory& history, std::size_t tissue, std::size_t slot,
                                                    const std::array<double, points_per_cell>& weights) {
  if (!history.relaxes(tissue)) return std::nullopt;
  return CarriedStress<double>{history.carried(slot, weights), history.step(tissue).factor};
}

const std::vector<Elastic::PointField>& point_fields() {
  using P = Elastic::PointFields;
  static const auto tensor = [](const Sym3d& a, double* out) { std::copy_n(a.s, 6, out); };
  static const auto three = [](const Sym3d& a, double* out) { std::ranges::copy(principal_values(a), out); };
  static const std::vector<Elastic::PointField> list{
      {"tissue_pressure", 1, [](const P& s, double* out) { *out = s.tissue_pressure; }},
      {"von_mises", 1, [](const P& s, double* out) { *out = s.von_mises; }},
      {"max_shear_strain", 1, [](const P& s, double* out) { *out = s.max_shear_strain; }},
      {"strain_energy_density", 1, [](const P& s, double* out) { *out = s.strain_energy_density; }},
      {"fibre_stretch", 1, [](const P& s, double* out) { *out = s.fibre_stretch; }},
      {"volume_ratio", 1, [](const P& s, double* out) { *out = s.volume_ratio; }},
      {"cauchy_stress", 6, [](const P& s, double* out) { tensor(s.cauchy_stress, out); }},
      {"principal_stress", 3, [](const P& s, double* out) { three(s.cauchy_stress, out); }},
      {"green_lagrange_strain", 6, [](const P& s, double* out) { tensor(s.green_lagrange_strain, out); }},
      {"principal_strain", 3, [](const P& s, double* out) { three(s.green_lagrange_strain, out); }}};
  return list;
}

}  // namespace

void Elastic::pressure_basis_of(std::size_t slot, double* centred) const {
  for (std::size_t i = 0; i < 10; ++i)
    centred[i] = pressure_basis_[(slot / batch_width * 10 + i) * batch_width + slot % batch_width];
}

const Elastic::PointField* Elastic::find_point_field(const std::string& name) {
  for (const PointField& field : point_fields())
    if (name == field.name) return &field;
  return nullptr;
}

Elastic::Fields Elastic::fields(const Vector<double>& u, const Vector<double>& p,
                                const std::vector<std::string>& names) const {
  static const auto points = sub_cell_centres();
  std::array<std::array<double, points_per_cell>, 8> weights{};
  for (std::size_t n = 0; n < weights.size(); ++n)
    weights[n] = interpolation_weights({{n % 2 ? 0.5 : -0.5, n / 2 % 2 ? 0.5 : -0.5, n / 4 ? 0.5 : -0.5}});
  const std::size_t size = 8 * static_cast<std::size_t>(num_cells());
  Fields fields;
  std::vector<std::pair<const PointField*, double*>> wanted;
  for (const std::string& name : names) {
    const PointField* field = find_point_field(name);
    assert(field);
    auto& values = fields[name];
    values.resize(size * static_cast<std::size_t>(field->components));
    wanted.emplace_back(field, values.data());
  }
#pragma omp parallel for schedule(static)
  for (int slot = 0; slot < batches_.num_batches * batch_width; ++slot) {
    const int cell = batches_.cell[static_cast<std::size_t>(slot)];
    if (cell < 0) continue;
    const auto kind = static_cast<std::size_t>(body_->mesh.cell_tissue[static_cast<std::size_t>(cell)]);
    double centred[10];
    pressure_basis_of(static_cast<std::size_t>(slot), centred);
    for (std::size_t n = 0; n < points.size(); ++n) {
      const PointFields s =
          fields_of(*body_, static_cast<std::size_t>(cell), points[n], centred, u, p, present_stretch(kind),
                    activation_at(kind, static_cast<std::size_t>(cell) * points_per_cell +
                                            static_cast<std::size_t>(points[n].quadrature_point)),
                    {carried_stress(history_, kind, static_cast<std::size_t>(slot), weights[n]),
                     carried_stress(fibre_history_, kind, static_cast<std::size_t>(slot), weights[n])});
      const std::size_t i = 8 * static_cast<std::size_t>(cell) + n;
      for (const auto& [field, values] : wanted)
        field->value(s, values + i * static_cast<std::size_t>(field->components));
    }
  }
  return fields;
}

Elastic::PointFields Elastic::fields_at(const Vector<double>& u, const Vector<double>& p,
                                        const MaterialPoint& at) const {
  const int nearest = nearest_gauss_point(at.local);
  double centred[10];
  const auto slot = static_cast<std::size_t>(place_of_cell_[static_cast<std::size_t>(at.cell)]);
  const auto kind = static_cast<std::size_t>(body_->mesh.cell_tissue[static_cast<std::size_t>(at.cell)]);
  pressure_basis_of(slot, centred);
  return fields_of(
      *body_, static_cast<std::size_t>(at.cell), shape_point(at.local[0], at.local[1], at.local[2], nearest), centred,
      u, p, present_stretch(kind),
      activation_at(kind, static_cast<std::size_t>(at.cell) * points_per_cell + static_cast<std::size_t>(nearest)),
      {carried_stress(history_, kind, slot, interpolation_weights(at.local)),
       carried_stress(fibre_history_, kind, slot, interpolation_weights(at.local))});
}

}  // namespace knead
