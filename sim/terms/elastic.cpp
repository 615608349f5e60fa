// The residual and its tangent: sum factorisation over eight cells at once.
//
// Notation (docs/theory.md): ξ reference coordinates of a cell, X rest and x current position, F = ∂x/∂X, J = det F,
// G = ∂ξ/∂x, τ Kirchhoff stress of Ψ, c its spatial tangent, w quadrature weight times det ∂X/∂ξ.
#include "terms/elastic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "math/tensor.hpp"
#include "terms/elastic_gradients.hpp"
#include "terms/elastic_layout.hpp"
#include "tissue/tissue_response.hpp"

namespace knead {

namespace {

using namespace elastic_layout;

struct ReferencePoint {
  double value[27];
  double gradient[27][3];
};
ReferencePoint reference_point(double x, double y, double z) {
  ReferencePoint r{};
  for (int a = 0; a < 27; ++a) {
    r.value[a] = quadratic_value(a, x, y, z);
    const auto g = quadratic_gradient(a, x, y, z);
    for (int c = 0; c < 3; ++c) r.gradient[a][c] = g[static_cast<std::size_t>(c)];
  }
  return r;
}

std::array<ReferencePoint, 27> quadrature_points() {
  std::array<ReferencePoint, 27> points;
  for (std::size_t q = 0; q < points.size(); ++q)
    points[q] = reference_point(gauss_point[q % 3], gauss_point[q / 3 % 3], gauss_point[q / 9]);
  return points;
}

// μ of a spatial tangent: a tenth of the trace of its deviatoric part over symmetric tensors (2μ on five dimensions).
D8 mean_shear_modulus(const Sym6<D8>& c) {
  const D8 bulk = c(0, 0) + c(1, 1) + c(2, 2) + D8(2.0) * (c(0, 1) + c(0, 2) + c(1, 2));
  const D8 sum = c(0, 0) + c(1, 1) + c(2, 2) + D8(2.0) * (c(3, 3) + c(4, 4) + c(5, 5));
  return (sum - bulk / D8(3.0)) * D8(0.1);
}

}  // namespace

Elastic::Elastic(const Body& body)
    : body_(&body),
      activation_(body.tissues.size(), 0.0),
      region_activation_(body.region.empty() ? 0 : body.activation.size(), 0.0),
      batches_(body.mesh),
      history_(body, batches_, &Tissue::relaxation),
      fibre_history_(body, batches_, &Tissue::fibre_relaxation) {
  const auto num_cells = static_cast<std::size_t>(batches_.num_cells);
  cell_volume_.resize(num_cells);
  pressure_scale_.resize(num_cells);
  schur_inverse_.resize(num_cells);
  local_modulus_.resize(num_cells);
  const auto num_batches = static_cast<std::size_t>(batches_.num_batches);
  place_of_cell_.resize(static_cast<std::size_t>(batches_.num_cells));
  for (std::size_t i = 0; i < batches_.cell.size(); ++i)
    if (batches_.cell[i] >= 0) place_of_cell_[static_cast<std::size_t>(batches_.cell[i])] = static_cast<int>(i);
  pressure_basis_.resize(num_batches * 10 * batch_width);
  point_data_.resize(num_batches * 27 * num_fields * batch_width + point_padding);
  cell_data_.resize(num_batches * num_cell_fields * batch_width);
  partial_.resize(batches_.partial_size());
  partial_float_.resize(batches_.partial_size());

  const bool heavy = norm(body.gravity) > 0;
  set_time(0);
  const auto tense = [](double activation) { return activation != 0; };
  needs_mounting_ = heavy || std::ranges::any_of(activation_, tense) ||
                    std::ranges::any_of(region_activation_, tense) ||
                    std::ranges::any_of(body.tissues, [](const Tissue& t) { return t.pre_stretch != 1; });
  if (heavy) {
    load_.assign(3 * body.mesh.points.size(), 0.0);
    add_weight();
  }

  const auto points = quadrature_points();

#pragma omp parallel for schedule(static)
  for (int b = 0; b < batches_.num_batches; ++b)
    for (int l = 0; l < batch_width; ++l) {
      const std::size_t first = static_cast<std::size_t>(b) * batch_width;
      const int padded = batches_.cell[first + static_cast<std::size_t>(l)];
      const auto cell = static_cast<std::size_t>(padded < 0 ? batches_.cell[first] : padded);
      double volume = 0, moment[3] = {}, x[27][3], w[27];
      for (int q = 0; q < 27; ++q) {
        const auto& point = points[static_cast<std::size_t>(q)];
        Mat3d jacobian = Mat3d::zero();
        x[q][0] = x[q][1] = x[q][2] = 0;
        for (int a = 0; a < 27; ++a) {
          const Vec3d& node =
              body.mesh.points[static_cast<std::size_t>(body.mesh.cells[cell][static_cast<std::size_t>(a)])];
          for (int i = 0; i < 3; ++i) {
            x[q][i] += point.value[a] * node[i];
            for (int j = 0; j < 3; ++j) jacobian(i, j) += point.gradient[a][j] * node[i];
          }
        }
        w[q] = cube_weight(q) * determinant(jacobian);
        volume += w[q];
        for (int i = 0; i < 3; ++i) moment[i] += w[q] * x[q][i];
      }
      double centre[3], covariance[3][3] = {};
      for (int i = 0; i < 3; ++i) centre[i] = moment[i] / volume;
      for (int q = 0; q < 27; ++q)
        for (int i = 0; i < 3; ++i)
          for (int j = 0; j <= i; ++j)
            covariance[i][j] += w[q] * (x[q][i] - centre[i]) * (x[q][j] - centre[j]) / volume;
      // Cholesky factor of the covariance and its inverse: φ = factor⁻¹ (X - centre) is orthonormal up to V.
      double factor[3][3] = {}, transform[3][3] = {};
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j <= i; ++j) {
          double s = covariance[i][j];
          for (int k = 0; k < j; ++k) s -= factor[i][k] * factor[j][k];
          factor[i][j] = i == j ? std::sqrt(s) : s / factor[j][j];
        }
      for (int j = 0; j < 3; ++j)
        for (int i = j; i < 3; ++i) {
          double s = i == j ? 1.0 : 0.0;
          for (int k = j; k < i; ++k) s -= factor[i][k] * transform[k][j];
          transform[i][j] = s / factor[i][i];
        }
      double* out = &pressure_basis_[static_cast<std::size_t>(b) * 10 * batch_width + static_cast<std::size_t>(l)];
      const double values[10] = {centre[0],       centre[1],       centre[2],       transform[0][0], transform[1][0],
                                 transform[1][1], transform[2][0], transform[2][1], transform[2][2], volume};
      for (int i = 0; i < 10; ++i) out[i * batch_width] = values[i];
      if (padded < 0) continue;
      cell_volume_[cell] = volume;
      const Tissue& tissue = body.tissues[static_cast<std::size_t>(body.mesh.cell_tissue[cell])];
      const double mu = shear_modulus(tissue.law);
      pressure_scale_[cell] = mu / std::cbrt(volume);
    }
}

// Directions of eight cells at one of their points; padding has none. A stiffer place (ratio, which multiplies all that
// the fibres answer) has stiffer fibres, not stronger ones.
FibrePoint<D8> Elastic::fibres_at(const int* cells, int q, const D8& ratio) const {
  FibrePoint<D8> at{{D8(0.0), D8(0.0), D8(0.0)}, {D8(0.0), D8(0.0), D8(0.0)}, D8(0.0)};
  for (int l = 0; l < 8; ++l) {
    if (cells[l] < 0) continue;
    const auto cell = static_cast<std::size_t>(cells[l]);
    const std::size_t point = cell * points_per_cell + static_cast<std::size_t>(q);
    const Vec3d along = unit_direction(body_->fibre, point), across = unit_direction(body_->across, point);
    for (int c = 0; c < 3; ++c) {
      at.along[c].set(l, along[c]);
      at.across[c].set(l, across[c]);
    }
    at.activation.set(l, activation_at(static_cast<std::size_t>(body_->mesh.cell_tissue[cell]), point) / ratio[l]);
  }
  return at;
}

void Elastic::set_time(double time) {
  for (std::size_t i = 0; i < activation_.size(); ++i)
    if (body_->tissues[i].activation) activation_[i] = body_->tissues[i].activation(time);
  for (std::size_t i = 0; i < region_activation_.size(); ++i)
    region_activation_[i] = body_->activation[i] ? body_->activation[i](time) : 0;
  time_ = time;
  set_history_step(std::max(0.0, time_ - committed_time_));
}

void Elastic::set_mounting(double share) {
  share_ = share;
  set_history_step(std::numeric_limits<double>::infinity());
}

// Consistent nodal forces of the weight of every cell.
void Elastic::add_weight() {
  const auto points = quadrature_points();
  for (std::size_t cell = 0; cell < body_->mesh.cells.size(); ++cell) {
    const double density = body_->tissues[static_cast<std::size_t>(body_->mesh.cell_tissue[cell])].density;
    for (int q = 0; q < 27; ++q) {
      const ReferencePoint& point = points[static_cast<std::size_t>(q)];
      Mat3d jacobian = Mat3d::zero();
      for (int a = 0; a < 27; ++a) {
        const Vec3d& node =
            body_->mesh.points[static_cast<std::size_t>(body_->mesh.cells[cell][static_cast<std::size_t>(a)])];
        for (int i = 0; i < 3; ++i)
          for (int j = 0; j < 3; ++j) jacobian(i, j) += point.gradient[a][j] * node[i];
      }
      const double mass = density * cube_weight(q) * determinant(jacobian);
      for (int a = 0; a < 27; ++a) {
        const auto node = static_cast<std::size_t>(body_->mesh.cells[cell][static_cast<std::size_t>(a)]);
        for (int c = 0; c < 3; ++c)
          load_[3 * node + static_cast<std::size_t>(c)] += mass * point.value[a] * body_->gravity[c];
      }
    }
  }
}

Elastic::Outcome Elastic::evaluate(const Vector<double>& u, const Vector<double>& p, Vector<double>& ru,
                                   Vector<double>& rp, bool linearise) {
  struct BatchOutcome {
    double min_jacobian;
    int worst_cell;
    double energy;
    bool valid;
  };
  std::vector<BatchOutcome> outcomes(2 * static_cast<std::size_t>(batches_.num_batches));

  batches_.sum_over_cells(partial_.data(), ru.data(), false, [&](int b, double* element_vector) {
    for (int offset = 0; offset < batch_width; offset += 8) {
      const std::size_t first = static_cast<std::size_t>(b) * batch_width + static_cast<std::size_t>(offset);
      const int* cells = &batches_.cell[first];
      const int* nodes =
          &batches_.node[static_cast<std::size_t>(b) * 27 * batch_width + static_cast<std::size_t>(offset)];
      const double* basis_data =
          &pressure_basis_[static_cast<std::size_t>(b) * 10 * batch_width + static_cast<std::size_t>(offset)];
      const auto kind = static_cast<std::size_t>(batches_.tissue[static_cast<std::size_t>(b)]);
      const Tissue& tissue = body_->tissues[kind];
      const double stretch = present_stretch(kind);

      D8 nodal[81], rest[81];
      gather_rest(body_->mesh.points, nodes, rest);
      gather_nodes(u.data(), nodes, nodal);
      D8 pressure[4], active(1.0);
      for (int l = 0; l < 8; ++l) {
        const bool real = cells[l] >= 0;
        if (!real) active.set(l, 0.0);
        for (int j = 0; j < 4; ++j)
          pressure[j].set(l, real ? p[4 * static_cast<std::size_t>(cells[l]) + static_cast<std::size_t>(j)] : 0.0);
      }
      D8 basis_value[10];
      for (int i = 0; i < 10; ++i) basis_value[i] = D8::load(basis_data + i * batch_width);

      D8 g_rest[27][3][3], g_u[27][3][3], position[81];
      all_gradients(rest, g_rest);
      all_gradients(nodal, g_u);
      // Rest position of the quadrature points, for the pressure basis.
      for (int c = 0; c < 3; ++c) gauss_values(rest + 27 * c, position + 27 * c);

      D8 energy(0.0), smallest(1e300), mu_sum(0.0), weight_sum(0.0), r_pressure[4], kpp[10];
      D8 kappa_weighted(0.0);
      for (auto& x : r_pressure) x = D8(0.0);
      for (auto& x : kpp) x = D8(0.0);
      bool valid = true;
      for (int q = 0; q < 27; ++q) {
        const Mat3<D8> dX = matrix_of(g_rest[q]), du = matrix_of(g_u[q]);
        const D8 det_rest = determinant(dX);
        const Mat3<D8> inverse_rest = inverse(dX);
        const Mat3<D8> F = Mat3<D8>::identity() + du * inverse_rest;
        const D8 J = determinant(F);
        smallest = min(smallest, J);
        if (any(J <= D8(0.0))) {
          valid = false;
          continue;
        }
        const D8 w = active * det_rest * D8(cube_weight(q));
        const D8 dx0 = position[q] - basis_value[0], dx1 = position[27 + q] - basis_value[1],
                 dx2 = position[54 + q] - basis_value[2];
        const D8 phi[4] = {D8(1.0), basis_value[3] * dx0, basis_value[4] * dx0 + basis_value[5] * dx1,
                           basis_value[6] * dx0 + basis_value[7] * dx1 + basis_value[8] * dx2};
        const D8 p_q = pressure[0] + pressure[1] * phi[1] + pressure[2] * phi[2] + pressure[3] * phi[3];

        D8 ratio(1.0);
        if (!body_->stiffness_ratio.empty())
          for (int l = 0; l < 8; ++l)
            if (cells[l] >= 0)
              ratio.set(
                  l,
                  static_cast<double>(
                      body_->stiffness_ratio[static_cast<std::size_t>(cells[l]) * 27 + static_cast<std::size_t>(q)]));

        // What the laws see; its determinant is J.
        const Mat3<D8> natural = from_natural_state(F, inverse_rest, stretch);
        LawResponse<D8> response;
        evaluate_matrix(tissue, natural, history_.carried_with(kind, b, q, offset), response);
        if (linearise) mu_sum += w * ratio * mean_shear_modulus(response.tangent);
        if (tissue.fibres)
          add_fibres(tissue, fibres_at(cells, q, ratio), natural, fibre_history_.carried_with(kind, b, q, offset),
                     response);
        const D8 inverse_kappa = D8(1.0 / tissue.kappa) / ratio;
        const auto volumetric = volume_ratio(tissue.volumetric, p_q, inverse_kappa);
        if (!all(volumetric.ok)) {
          valid = false;
          continue;
        }
        const D8 ws = w * ratio;
        D8 dual(0.0);
        if (std::isfinite(tissue.kappa))
          for (int l = 0; l < 8; ++l) dual.set(l, volumetric_dual(tissue.volumetric, p_q[l], 1.0 / inverse_kappa[l]));
        energy += ws * response.energy - w * (p_q * (J - D8(1.0)) + dual);
        const D8 gap = J - volumetric.ratio;
        for (int j = 0; j < 4; ++j) r_pressure[j] -= w * phi[j] * gap;

        // Weighted Kirchhoff stress with the pressure, carried to reference axes: t = w (s τ - p J I) Gᵀ.
        const Mat3<D8> G = inverse_rest * inverse(F);
        const D8 pJ = w * p_q * J;
        Sym3<D8> tau = ws * response.stress;
        Sym3<D8> total = tau;
        for (int i = 0; i < 3; ++i) total[i] -= pJ;
        const Mat3<D8> t = full(total) * transpose(G);
        for (int i = 0; i < 3; ++i)
          for (int j = 0; j < 3; ++j) g_u[q][i][j] = t(i, j);

        if (!linearise) continue;
        float* first_out = &point_data_[first_base(b, q) + static_cast<std::size_t>(offset)];
        float* second_out = &point_data_[second_base(b, q) + static_cast<std::size_t>(offset)];
        for (int i = 0; i < 9; ++i) G(i / 3, i % 3).store(first_out + (field_G + i) * batch_width);
        for (int i = 0; i < 21; ++i) (ws * response.tangent.c[i]).store(second_out + (field_c + i) * batch_width);
        for (int i = 0; i < 6; ++i) tau[i].store(second_out + (field_tau + i) * batch_width);
        pJ.store(second_out + field_pJ * batch_width);
        (w * J).store(first_out + field_wJ * batch_width);
        for (int i = 0; i < 3; ++i) phi[i + 1].store(first_out + (field_phi + i) * batch_width);
        for (int i = 0; i < 4; ++i)
          for (int j = i; j < 4; ++j) kpp[index4(i, j)] += w * phi[i] * phi[j] * volumetric.slope;
        kappa_weighted += w * ratio;
        weight_sum += w;
      }

      BatchOutcome& outcome = outcomes[static_cast<std::size_t>(2 * b + offset / 8)];
      outcome = {1e300, -1, 0.0, valid};
      for (int l = 0; l < 8; ++l)
        if (cells[l] >= 0 && !(smallest[l] >= outcome.min_jacobian)) {
          outcome.min_jacobian = smallest[l];
          outcome.worst_cell = cells[l];
        }
      if (!valid) continue;
      for (int l = 0; l < 8; ++l)
        if (cells[l] >= 0) outcome.energy += energy[l];
      if (!std::isfinite(outcome.energy)) {  // a law's exponential has overflown
        outcome.valid = false;
        continue;
      }

      D8 r[81];
      integrate_all(g_u, r);
      double* element = element_vector + offset;
      for (int a = 0; a < 27; ++a)
        for (int c = 0; c < 3; ++c) r[27 * c + a].store(element + (3 * a + c) * batch_width);
      for (int l = 0; l < 8; ++l)
        if (cells[l] >= 0)
          for (int j = 0; j < 4; ++j)
            rp[4 * static_cast<std::size_t>(cells[l]) + static_cast<std::size_t>(j)] = r_pressure[j][l];

      if (!linearise) continue;
      float* cell_out = &cell_data_[cell_base(b) + static_cast<std::size_t>(offset)];
      for (int i = 0; i < 10; ++i) kpp[i].store(cell_out + (cell_kpp + i) * batch_width);
      for (int l = 0; l < 8; ++l) {
        const double volume = basis_value[9][l];
        const double initial = shear_modulus(tissue.law);
        double gamma = 0;
        if (cells[l] >= 0) {
          const double ratio = kappa_weighted[l] / weight_sum[l];
          const double mu = std::max(mu_sum[l] / weight_sum[l], 0.1 * initial * ratio);
          local_modulus_[static_cast<std::size_t>(cells[l])] = mu;
          const double inverse_kappa = 1.0 / (tissue.kappa * ratio);
          gamma = 1.0 / (0.5 / mu + inverse_kappa);
          // α = κ (sμ + γ)/(κ + sμ), s = 4/3 for a split law and 2 for a coupled one.
          const double s_mu = (split(tissue.law) == VolumetricSplit::split ? 4.0 / 3.0 : 2.0) * mu;
          const double alpha = (s_mu + gamma) / (1.0 + s_mu * inverse_kappa);
          schur_inverse_[static_cast<std::size_t>(cells[l])] = alpha / volume;
        }
        cell_out[cell_gamma * batch_width + l] = static_cast<float>(gamma / volume);
      }
    }
  });

  Outcome result;
  if (!load_.empty()) {
    axpy(-share_, load_, ru);
    result.energy = -share_ * dot(load_, u);
  }
  result.min_jacobian = 1e300;
  for (const auto& o : outcomes) {
    result.valid = result.valid && o.valid;
    result.energy += o.energy;
    if (o.worst_cell >= 0 && !(o.min_jacobian >= result.min_jacobian)) {
      result.min_jacobian = o.min_jacobian;
      result.worst_cell = o.worst_cell;
    }
  }
  return result;
}

}  // namespace knead
