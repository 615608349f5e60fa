// Manufactured solution at finite strain: convergence orders on distorted meshes, compressible to incompressible.
//
// x = φ₂(φ₁(φ₀(X))) with two shears of determinant 1,
//   φ₁: x₀ += s sin(π (x₁ + 2 x₂)/2),   φ₂: x₁ += t cos(π (x₀ − x₂)/2),
// and φ₀: X₂ += e h(X), h = sin(π X₀/2) cos(π X₁/3) X₂²/2, e = c μ/κ, which makes J = 1 + e ∂h/∂X₂ and so the pressure
// p = −κ (J − 1) = −c μ ∂h/∂X₂ at every κ (for κ = ∞, φ₀ is the identity and the same p is chosen).
// Load: the consistent nodal forces of the exact stress, f_a = ∫ P : ∇N_a dV = ∫ −(Div P)·N_a dV + ∫ (P N)·N_a dA.
#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "body/hexahedron.hpp"
#include "body/specimens.hpp"
#include "catch.hpp"
#include "verification/case_table.hpp"
#include "verification/statics.hpp"

using namespace knead;
using namespace knead::test;

namespace {

constexpr double pi = std::numbers::pi;
constexpr double mu = 1, shear_s = 0.12, shear_t = 0.10, pressure_c = 1.5;

struct Exact {
  Vec3d position;
  Mat3d gradient;   // F
  double pressure;  // Pa
  Mat3d stress;     // first Piola-Kirchhoff, Pa
};

Mat3d with_entry(int row, const Vec3d& values) {  // identity with values added to a row
  Mat3d m = Mat3d::identity();
  for (int j = 0; j < 3; ++j) m(row, j) += values[j];
  return m;
}

// share scales all amplitudes: load steps.
Exact exact(const Vec3d& X, double kappa, double share) {
  const double e = std::isinf(kappa) ? 0 : share * pressure_c * mu / kappa;
  const double a = std::sin(pi * X[0] / 2), b = std::cos(pi * X[1] / 3);
  const double h_z = a * b * X[2];
  const Vec3d h_gradient{{pi / 2 * std::cos(pi * X[0] / 2) * b * X[2] * X[2] / 2,
                          -pi / 3 * a * std::sin(pi * X[1] / 3) * X[2] * X[2] / 2, h_z}};
  Vec3d x = X;
  x[2] += e * a * b * X[2] * X[2] / 2;
  Mat3d F = with_entry(2, e * h_gradient);
  const double first = pi * (x[1] + 2 * x[2]) / 2, s = share * shear_s;
  F = with_entry(0, s * pi / 2 * std::cos(first) * Vec3d{{0, 1, 2}}) * F;
  x[0] += s * std::sin(first);
  const double second = pi * (x[0] - x[2]) / 2, t = share * shear_t;
  F = with_entry(1, -t * pi / 2 * std::sin(second) * Vec3d{{1, 0, -1}}) * F;
  x[1] += t * std::cos(second);
  Exact out{x, F, -share * pressure_c * mu * h_z, Mat3d::zero()};
  // Split neo-Hookean: P = μ J^(−2/3) (F − tr(FᵀF)/3 F⁻ᵀ) − p J F⁻ᵀ
  const double J = determinant(F);
  double i1 = 0;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) i1 += F(i, j) * F(i, j);
  const Mat3d inverse_transposed = transpose(inverse(F));
  out.stress =
      mu * std::pow(J, -2.0 / 3) * (F - (i1 / 3) * inverse_transposed) - (out.pressure * J) * inverse_transposed;
  return out;
}

constexpr std::array<double, 5> point5{-0.906179845938664, -0.538469310105683, 0, 0.538469310105683, 0.906179845938664};
constexpr std::array<double, 5> weight5{0.236926885056189, 0.478628670499366, 0.568888888888889, 0.478628670499366,
                                        0.236926885056189};

// Calls visit(volume weight, position, values of the 27 functions, their gradients) at 5³ Gauss points of a cell.
template <class Visit>
void integrate(const CellPoints& points, Visit&& visit) {
  for (std::size_t i = 0; i < 5; ++i)
    for (std::size_t j = 0; j < 5; ++j)
      for (std::size_t k = 0; k < 5; ++k) {
        const auto vx = lagrange_values(point5[i]), vy = lagrange_values(point5[j]), vz = lagrange_values(point5[k]);
        const auto dx = lagrange_derivatives(point5[i]), dy = lagrange_derivatives(point5[j]),
                   dz = lagrange_derivatives(point5[k]);
        const Mat3d map = map_jacobian(points, point5[i], point5[j], point5[k]);
        const Mat3d to_space = transpose(inverse(map));
        std::array<double, 27> value;
        std::array<Vec3d, 27> gradient;
        for (std::size_t a = 0; a < 27; ++a) {
          const std::size_t p = a % 3, q = a / 3 % 3, r = a / 9;
          value[a] = vx[p] * vy[q] * vz[r];
          gradient[a] = to_space * Vec3d{{dx[p] * vy[q] * vz[r], vx[p] * dy[q] * vz[r], vx[p] * vy[q] * dz[r]}};
        }
        visit(weight5[i] * weight5[j] * weight5[k] * determinant(map),
              map_point(points, point5[i], point5[j], point5[k]), value, gradient);
      }
}

// Nodal forces of the exact stress, as a dead load.
class ExactLoad final : public SurfaceTerm {
 public:
  ExactLoad(const Mesh& mesh, double kappa) : mesh_(mesh), kappa_(kappa) {}
  std::string name() const override { return "manufactured load"; }
  std::vector<std::array<int, 9>> faces() const override { return {}; }
  void set_time(double time) override {
    force_.assign(3 * mesh_.points.size(), 0.0);
    for (int cell = 0; cell < mesh_.num_cells(); ++cell)
      integrate(cell_points(mesh_, cell), [&](double weight, const Vec3d& X, const auto&, const auto& gradient) {
        const Mat3d stress = exact(X, kappa_, time).stress;
        for (std::size_t a = 0; a < 27; ++a) {
          const Vec3d f = weight * (stress * gradient[a]);
          const auto node = static_cast<std::size_t>(mesh_.cells[static_cast<std::size_t>(cell)][a]);
          for (int c = 0; c < 3; ++c) force_[3 * node + static_cast<std::size_t>(c)] += f[c];
        }
      });
  }
  void evaluate(const Vector<double>&, std::span<const double>, Vector<double>& r, SurfaceMatrix*,
                SurfaceMatrix*) override {
    for (std::size_t i = 0; i < r.size(); ++i) r[i] -= force_[i];
  }

 private:
  const Mesh& mesh_;
  double kappa_;
  Vector<double> force_;
};

struct Errors {
  double u_l2 = 0, u_h1 = 0, p_l2 = 0;
  int cells = 0;
};

Errors solve(int elements, double kappa, std::uint64_t seed) {
  BlockSettings block;
  block.size = {{1, 1, 1}};
  block.elements = {elements, elements, elements};
  block.distortion = 0.15;
  block.seed = seed;
  const auto body = one_tissue_body(make_block(block), NeoHookean{mu, VolumetricSplit::split}, kappa);
  const Mesh& mesh = body->mesh;
  // The top carries tractions, everything else is moved: an incompressible body needs a way out.
  std::vector<PrescribedComponent> prescribed;
  std::vector<char> listed(mesh.points.size(), 0);
  for (const char* name : {"sides", "bottom"})
    for (int n : nodes_of(mesh, name)) {
      if (listed[static_cast<std::size_t>(n)]) continue;
      listed[static_cast<std::size_t>(n)] = 1;
      const Vec3d X = mesh.points[static_cast<std::size_t>(n)];
      for (int c = 0; c < 3; ++c)
        prescribed.push_back({3 * static_cast<std::size_t>(n) + static_cast<std::size_t>(c),
                              [=](double time) { return exact(X, kappa, time).position[c] - X[c]; }});
    }
  std::vector<std::unique_ptr<SurfaceTerm>> terms;
  terms.push_back(std::make_unique<ExactLoad>(mesh, kappa));
  SystemSettings settings = tight_settings();
  settings.newton.force_tolerance = 1e-8;
  settings.newton.volume_tolerance = 1e-10;
  settings.newton.balance_tolerance = 1e-6;
  System system(body, std::move(terms), {}, std::move(prescribed), settings);
  const Unknowns x = solve_in_steps(system, 1);
  const auto pressures = cell_pressures(system, x);

  Errors e;
  e.cells = mesh.num_cells();
  for (int cell = 0; cell < mesh.num_cells(); ++cell)
    integrate(cell_points(mesh, cell), [&](double weight, const Vec3d& X, const auto& value, const auto& gradient) {
      const Exact right = exact(X, kappa, 1);
      Vec3d u{{0, 0, 0}};
      Mat3d F = Mat3d::identity();
      for (std::size_t a = 0; a < 27; ++a) {
        const Vec3d ua = displacement_at(x, mesh.cells[static_cast<std::size_t>(cell)][a]);
        u += value[a] * ua;
        for (int i = 0; i < 3; ++i)
          for (int j = 0; j < 3; ++j) F(i, j) += ua[i] * gradient[a][j];
      }
      const Vec3d du = X + u - right.position;
      const double dp = pressures[static_cast<std::size_t>(cell)].at(X) - right.pressure;
      e.u_l2 += weight * dot(du, du);
      e.p_l2 += weight * dp * dp;
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) e.u_h1 += weight * std::pow(F(i, j) - right.gradient(i, j), 2);
    });
  e.u_l2 = std::sqrt(e.u_l2);
  e.u_h1 = std::sqrt(e.u_h1);
  e.p_l2 = std::sqrt(e.p_l2);
  return e;
}

// The order is the slope between the two finer meshes; every mesh is distorted afresh.
void check_orders(double kappa, const std::string& label, int order) {
  const std::array<int, 3> sizes{3, 6, 12};
  std::array<Errors, 3> errors;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    errors[i] = solve(sizes[i], kappa, 7 + i);
    fmt::print("κ/μ = {}, {} cells: u L2 {:.3e}, H1 {:.3e}, p L2 {:.3e}\n", label, errors[i].cells, errors[i].u_l2,
               errors[i].u_h1, errors[i].p_l2);
  }
  const auto rate = [&](double Errors::*e) { return std::log2(errors[1].*e / errors[2].*e); };
  const auto row = [&](int k, const char* what, double Errors::*e, double expected) {
    Row r{order + k,
          fmt::format("Manufactured solution, finite strain, κ/μ = {}: order of {}", label, what),
          "theory of Q2/P1 elements: Boffi & Gastaldi 2002",
          expected,
          rate(e),
          std::abs(expected - rate(e)),
          0.15,
          "absolute",
          fmt::format("27, 216, 1728 cells distorted by 15 %: {:.2e}, {:.2e}, {:.2e}", errors[0].*e, errors[1].*e,
                      errors[2].*e)};
    CHECK(report(r));
  };
  row(0, "u in L2", &Errors::u_l2, 3);
  row(1, "u in H1", &Errors::u_h1, 2);
  row(2, "p in L2", &Errors::p_l2, 2);
}

}  // namespace

TEST_CASE("Manufactured solution: κ/μ = 10") { check_orders(10, "10", 20); }
TEST_CASE("Manufactured solution: κ/μ = 1000") { check_orders(1000, "1000", 23); }
TEST_CASE("Manufactured solution: incompressible") { check_orders(std::numeric_limits<double>::infinity(), "∞", 26); }
