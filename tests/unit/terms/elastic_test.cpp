#include "terms/elastic.hpp"

#include <Eigen/Dense>
#include <random>

#include "catch.hpp"
#include "fem/quadratic_basis.hpp"
#include "support/small_block.hpp"

using namespace knead;
using knead::test::small_block;

namespace {

struct Case {
  Body body;
  Vector<double> u, p, du, dp;
};

// A moderately deformed random state of two tissues, one split and one coupled.
Case random_case(double kappa = 200.0) {
  Case c{small_block(2, 3, 4, {{0.2, 0.3, 0.25}}, 0.15, true), {}, {}, {}, {}};
  c.body.tissues.resize(2);
  c.body.tissues[0].law = NeoHookean{1.7, VolumetricSplit::split};
  c.body.tissues[0].kappa = kappa;
  c.body.tissues[1].law = NeoHookean{5.0, VolumetricSplit::coupled};
  c.body.tissues[1].kappa = kappa;
  c.body.tissues[1].volumetric = VolumetricFunction::mixed;
  std::mt19937 random(7);
  std::uniform_real_distribution<double> unit(-1, 1);
  const auto fill_random = [&](Vector<double>& v, std::size_t n, double scale) {
    v.resize(n);
    for (auto& x : v) x = scale * unit(random);
  };
  const auto nu = 3 * c.body.mesh.points.size(), np = 4 * c.body.mesh.cells.size();
  fill_random(c.u, nu, 0.004);
  for (std::size_t n = 0; n < c.body.mesh.points.size(); ++n) c.u[3 * n + 2] -= 0.1 * c.body.mesh.points[n][2];
  fill_random(c.p, np, 1.0);
  fill_random(c.du, nu, 1.0);
  fill_random(c.dp, np, 1.0);
  return c;
}

double max_abs(const Vector<double>& v) {
  double m = 0;
  for (double x : v) m = std::max(m, std::abs(x));
  return m;
}

}  // namespace

TEST_CASE("The residual is the derivative of the energy") {
  Case c = random_case();
  Elastic elastic(c.body);
  Vector<double> ru(c.u.size()), rp(c.p.size()), su(c.u.size()), sp(c.p.size());
  REQUIRE(elastic.evaluate(c.u, c.p, ru, rp, false).valid);
  const double eps = 1e-6;
  const auto energy_at = [&](double t) {
    Vector<double> u = c.u, p = c.p;
    axpy(t * 0.01, c.du, u);
    axpy(t, c.dp, p);
    return elastic.evaluate(u, p, su, sp, false).energy;
  };
  const double expected = 0.01 * dot(ru, c.du) + dot(rp, c.dp);
  CHECK((energy_at(eps) - energy_at(-eps)) / (2 * eps) == Approx(expected).epsilon(1e-6));
}

TEST_CASE("The matrix-free product is the derivative of the residual") {
  for (double kappa : {50.0, 1e300}) {
    Case c = random_case(kappa > 1e200 ? std::numeric_limits<double>::infinity() : kappa);
    Elastic elastic(c.body);
    const auto nu = c.u.size(), np = c.p.size();
    Vector<double> ru(nu), rp(np), plus_u(nu), plus_p(np), minus_u(nu), minus_p(np), ku(nu), kp(np);
    REQUIRE(elastic.evaluate(c.u, c.p, ru, rp, true).valid);
    elastic.apply(c.du, c.dp, ku, kp);
    const double eps = 1e-6;
    Vector<double> u = c.u, p = c.p;
    axpy(eps, c.du, u);
    axpy(eps, c.dp, p);
    REQUIRE(elastic.evaluate(u, p, plus_u, plus_p, false).valid);
    u = c.u;
    p = c.p;
    axpy(-eps, c.du, u);
    axpy(-eps, c.dp, p);
    REQUIRE(elastic.evaluate(u, p, minus_u, minus_p, false).valid);
    for (std::size_t i = 0; i < nu; ++i) plus_u[i] = (plus_u[i] - minus_u[i]) / (2 * eps) - ku[i];
    for (std::size_t i = 0; i < np; ++i) plus_p[i] = (plus_p[i] - minus_p[i]) / (2 * eps) - kp[i];
    // The cache is in single precision: 24 bits.
    CHECK(max_abs(plus_u) < 3e-6 * max_abs(ku));
    CHECK(max_abs(plus_p) < 3e-6 * max_abs(kp));
  }
}

TEST_CASE("The product is symmetric and augmentation is a multiplication from the left") {
  Case c = random_case();
  Elastic elastic(c.body);
  const auto nu = c.u.size(), np = c.p.size();
  Vector<double> ru(nu), rp(np), ku(nu), kp(np), lu(nu), lp(np), zero_p(np, 0.0);
  REQUIRE(elastic.evaluate(c.u, c.p, ru, rp, true).valid);
  elastic.apply(c.du, c.dp, ku, kp);
  Vector<double> v(nu), w(np);
  for (std::size_t i = 0; i < nu; ++i) v[i] = std::sin(0.1 + static_cast<double>(i));
  for (std::size_t i = 0; i < np; ++i) w[i] = std::cos(0.3 * static_cast<double>(i));
  elastic.apply(v, w, lu, lp);
  const double left = dot(v, ku) + dot(w, kp), right = dot(c.du, lu) + dot(c.dp, lp);
  CHECK(left == Approx(right).epsilon(1e-12));

  // [I, γBᵀM⁻¹; 0, I] K = augmented K.
  Vector<double> au(nu), ap(np);
  elastic.apply_augmented(c.du, c.dp, au, ap);
  elastic.augment_right_hand_side(kp, ku);
  for (std::size_t i = 0; i < nu; ++i) au[i] -= ku[i];
  for (std::size_t i = 0; i < np; ++i) ap[i] -= kp[i];
  CHECK(max_abs(au) < 1e-12 * max_abs(ku));
  CHECK(max_abs(ap) < 1e-12 * max_abs(kp));
}

TEST_CASE("Line and corner blocks are those of the positive operator") {
  Case c = random_case();
  Elastic elastic(c.body);
  const auto nu = c.u.size(), np = c.p.size();
  Vector<double> ru(nu), rp(np);
  REQUIRE(elastic.evaluate(c.u, c.p, ru, rp, true).valid);

  // The dense matrix column by column.
  Eigen::MatrixXd dense(static_cast<Eigen::Index>(nu), static_cast<Eigen::Index>(nu));
  Vector<double> e(nu, 0.0), y(nu);
  for (std::size_t j = 0; j < nu; ++j) {
    e[j] = 1;
    elastic.apply_positive(e, y);
    e[j] = 0;
    for (std::size_t i = 0; i < nu; ++i) dense(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = y[i];
  }
  CHECK((dense - dense.transpose()).cwiseAbs().maxCoeff() < 1e-12 * dense.cwiseAbs().maxCoeff());

  // Lines: assemble the blocks and compare with the dense entries on every line.
  Elastic::LineBlocks blocks;
  elastic.line_blocks(blocks);
  Eigen::MatrixXd lines = Eigen::MatrixXd::Zero(dense.rows(), dense.cols());
  constexpr int pair_a[6] = {0, 1, 1, 2, 2, 2}, pair_b[6] = {0, 0, 1, 0, 1, 2};
  for (std::size_t cell = 0; cell < c.body.mesh.cells.size(); ++cell)
    for (int column = 0; column < 9; ++column)
      for (int pair = 0; pair < 6; ++pair)
        for (int i = 0; i < 3; ++i)
          for (int k = 0; k < 3; ++k) {
            const int a = 3 * c.body.mesh.cells[cell][static_cast<std::size_t>(column + 9 * pair_a[pair])] + i;
            const int b = 3 * c.body.mesh.cells[cell][static_cast<std::size_t>(column + 9 * pair_b[pair])] + k;
            lines(a, b) += static_cast<double>(
                blocks.values[((cell * 9 + static_cast<std::size_t>(column)) * 6 + static_cast<std::size_t>(pair)) * 9 +
                              static_cast<std::size_t>(3 * i + k)]);
          }
  double worst = 0;
  const auto& mesh = c.body.mesh;
  for (std::size_t l = 0; l + 1 < mesh.line_offsets.size(); ++l)
    for (int m = mesh.line_offsets[l]; m < mesh.line_offsets[l + 1]; ++m)
      for (int n = mesh.line_offsets[l]; n <= m; ++n)
        for (int i = 0; i < 3; ++i)
          for (int k = 0; k < 3; ++k) {
            const int a = 3 * mesh.line_nodes[static_cast<std::size_t>(m)] + i,
                      b = 3 * mesh.line_nodes[static_cast<std::size_t>(n)] + k;
            worst = std::max(worst, std::abs(dense(a, b) - lines(a, b)));
          }
  CHECK(worst < 1e-6 * dense.cwiseAbs().maxCoeff());

  // Corners: Galerkin products of trilinear fields.
  Vector<double> corner;
  elastic.corner_matrices(corner);
  const std::size_t cell = 5;
  Vector<double> x(nu, 0.0);
  double energy_corner = 0;
  std::array<double, 24> coefficient{};
  for (std::size_t i = 0; i < 24; ++i) coefficient[i] = std::sin(1.0 + static_cast<double>(i));
  for (std::size_t a = 0; a < 8; ++a)
    for (std::size_t b = 0; b < 8; ++b) {
      const auto block =
          Elastic::corner_block(&corner[cell * Elastic::corner_matrix_size], static_cast<int>(a), static_cast<int>(b));
      for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
          energy_corner += coefficient[3 * a + i] * block[3 * i + j] * coefficient[3 * b + j];
    }
  // The same energy from the Q2 operator of a body that has this cell only.
  Body one = c.body;
  one.mesh.cells = {c.body.mesh.cells[cell]};
  one.mesh.cell_tissue = {c.body.mesh.cell_tissue[cell]};
  Elastic single(one);
  Vector<double> p1(c.p.begin() + 4 * cell, c.p.begin() + 4 * cell + 4), r1(4);
  REQUIRE(single.evaluate(c.u, p1, ru, r1, true).valid);
  for (int a = 0; a < 27; ++a)
    for (int k = 0; k < 8; ++k) {
      const double weight = linear(k % 2, a % 3 - 1) * linear(k / 2 % 2, a / 3 % 3 - 1) * linear(k / 4, a / 9 - 1);
      for (std::size_t i = 0; i < 3; ++i)
        x[3 * static_cast<std::size_t>(one.mesh.cells[0][static_cast<std::size_t>(a)]) + i] +=
            weight * coefficient[3 * static_cast<std::size_t>(k) + i];
    }
  single.apply_positive(x, y);
  CHECK(dot(x, y) == Approx(energy_corner).epsilon(1e-10));
}

TEST_CASE("The positive operator of a compressed block has no negative eigenvalue") {
  Case c = random_case();
  for (std::size_t n = 0; n < c.body.mesh.points.size(); ++n)
    c.u[3 * n] = c.u[3 * n + 1] = 0, c.u[3 * n + 2] = -0.2 * c.body.mesh.points[n][2];
  std::fill(c.p.begin(), c.p.end(), 0.0);
  for (std::size_t k = 0; k < c.body.mesh.cells.size(); ++k) c.p[4 * k] = 40;  // p/μ = 8 to 24
  Elastic elastic(c.body);
  const auto nu = c.u.size();
  Vector<double> ru(nu), rp(c.p.size()), e(nu, 0.0), y(nu);
  REQUIRE(elastic.evaluate(c.u, c.p, ru, rp, true).valid);
  Eigen::MatrixXd dense(static_cast<Eigen::Index>(nu), static_cast<Eigen::Index>(nu));
  for (std::size_t j = 0; j < nu; ++j) {
    e[j] = 1;
    elastic.apply_positive(e, y);
    e[j] = 0;
    for (std::size_t i = 0; i < nu; ++i) dense(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = y[i];
  }
  const auto eigenvalues = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(dense).eigenvalues();
  CHECK(eigenvalues.minCoeff() > -1e-3 * eigenvalues.maxCoeff());
}

TEST_CASE("A linear displacement of one material is in equilibrium on distorted cells") {
  Body body = small_block(3, 3, 3, {{0.1, 0.1, 0.1}}, 0.15);
  body.tissues.resize(1);
  body.tissues[0].law = NeoHookean{2.0, VolumetricSplit::split};
  body.tissues[0].kappa = 100;
  Elastic elastic(body);
  const Mat3d F{{{1.1, 0.05, 0.02}, {-0.03, 0.93, 0.04}, {0.01, -0.02, 0.97}}};
  Vector<double> u(3 * body.mesh.points.size()), p(4 * body.mesh.cells.size(), 0.0), ru(u.size()), rp(p.size());
  for (std::size_t n = 0; n < body.mesh.points.size(); ++n) {
    const Vec3d x = F * body.mesh.points[n];
    for (int i = 0; i < 3; ++i) u[3 * n + static_cast<std::size_t>(i)] = x[i] - body.mesh.points[n][i];
  }
  const double pressure = -100 * (determinant(F) - 1);
  for (std::size_t c = 0; c < body.mesh.cells.size(); ++c) p[4 * c] = pressure;
  REQUIRE(elastic.evaluate(u, p, ru, rp, false).valid);
  double scale = 0, inside = 0;
  for (std::size_t n = 0; n < body.mesh.points.size(); ++n) {
    const Vec3d& x = body.mesh.points[n];
    const bool inner =
        x[0] > 1e-9 && x[0] < 0.1 - 1e-9 && x[1] > 1e-9 && x[1] < 0.1 - 1e-9 && x[2] > 1e-9 && x[2] < 0.1 - 1e-9;
    for (std::size_t i = 0; i < 3; ++i) {
      scale = std::max(scale, std::abs(ru[3 * n + i]));
      if (inner) inside = std::max(inside, std::abs(ru[3 * n + i]));
    }
  }
  CHECK(inside < 1e-12 * scale);
  CHECK(max_abs(rp) < 1e-14);
}

TEST_CASE("An inverted cell is reported, not computed with") {
  Case c = random_case();
  Elastic elastic(c.body);
  Vector<double> ru(c.u.size()), rp(c.p.size());
  const auto node = static_cast<std::size_t>(c.body.mesh.cells[9][13]);
  c.u[3 * node] += 1.0;
  const auto outcome = elastic.evaluate(c.u, c.p, ru, rp, true);
  CHECK_FALSE(outcome.valid);
  CHECK(outcome.worst_cell == 9);
  CHECK(outcome.min_jacobian <= 0);
}

TEST_CASE("Muscles that are held contract with the active tension of their fibres, each by its own activation") {
  Body body = small_block(2, 2, 2, {{0.2, 0.1, 0.1}}, 0.0, false);
  body.tissues.resize(1);
  body.tissues[0].law = NeoHookean{4e3, VolumetricSplit::split};
  const MuscleFibres fibres;
  body.tissues[0].fibres = fibres;
  body.fibre.assign(body.mesh.cells.size() * points_per_cell, Vec3<float>{0, 0, 1});
  body.regions = {"none", "left", "right"};
  for (std::size_t c = 0; c < body.mesh.cells.size(); ++c) {
    const bool right = body.mesh.points[static_cast<std::size_t>(body.mesh.cells[c][13])][0] > 0.1;
    body.region.insert(body.region.end(), points_per_cell, right ? 2 : 1);
  }
  body.activation = {nullptr, [](double t) { return 0.5 * t; }, [](double) { return 0.2; }};
  Elastic elastic(body);
  const Vector<double> u(3 * body.mesh.points.size(), 0.0), p(4 * body.mesh.cells.size(), 0.0);
  Vector<double> ru(u.size()), rp(p.size());
  for (const double time : {0.0, 1.0, 2.0}) {
    elastic.set_time(time);
    std::fill(ru.begin(), ru.end(), 0.0);
    REQUIRE(elastic.evaluate(u, p, ru, rp, true).valid);
    double left = 0, right = 0;  // pull on the top faces; the nodes between belong to both
    for (std::size_t n = 0; n < body.mesh.points.size(); ++n) {
      const Vec3d& x = body.mesh.points[n];
      if (x[2] < 0.1 - 1e-9) continue;
      if (x[0] < 0.1 - 1e-9) left += ru[3 * n + 2];
      if (x[0] > 0.1 + 1e-9) right += ru[3 * n + 2];
    }
    // At rest l = 1/1.4: f_active = 1 − 4 (1 − l)², and the passive part is slack. By Simpson's weights the nodes
    // between the muscles carry a sixth of each.
    const double l = 1 / fibres.optimal_stretch, tension = fibres.max_stress * (1 - 4 * (1 - l) * (1 - l)) * l;
    const double area = 5.0 / 6 * 0.01;
    CHECK(left == Approx(0.5 * time * tension * area).margin(1e-9));
    CHECK(right == Approx(0.2 * tension * area));
  }
  const auto fields = elastic.fields_at(u, p, {0, {{0.0, 0.0, 0.0}}});
  CHECK(fields.von_mises == Approx(fibres.max_stress * (1 - 4 * std::pow(1 - 1 / 1.4, 2)) / 1.4));

  // Turned by 90° about x and stretched along the fibre by 1.1, the fibre is 1.1 long, and the record of parts of cells
  // says what a point says.
  Vector<double> turned;
  for (const Vec3d& x : body.mesh.points) turned.insert(turned.end(), {0, -1.1 * x[2] - x[1], x[1] - x[2]});
  CHECK(elastic.fields_at(turned, p, {3, {{0.3, -0.2, 0.7}}}).fibre_stretch == Approx(1.1));
  const auto parts = elastic.fields(turned, p, {"fibre_stretch", "cauchy_stress"});
  REQUIRE(parts.size() == 2);
  REQUIRE(parts.at("cauchy_stress").size() == 6 * 8 * body.mesh.cells.size());
  for (const double stretch : parts.at("fibre_stretch")) CHECK(stretch == Approx(1.1));
  const auto at = elastic.fields_at(turned, p, {7, {{-0.5, 0.5, -0.5}}});
  for (int i = 0; i < 6; ++i)
    CHECK(parts.at("cauchy_stress")[6 * (8 * 7 + 2) + static_cast<std::size_t>(i)] ==
          Approx(at.cauchy_stress[i]).margin(1e-9));

  // Fibres are those of a muscle or of a tissue's law: fat beside a muscle has directions, too.
  body.tissues[0].fibres.reset();
  CHECK(elastic.fields_at(turned, p, {3, {{0.3, -0.2, 0.7}}}).fibre_stretch == Approx(1.1));
  std::fill(body.region.begin(), body.region.end(), std::uint8_t{0});
  CHECK(elastic.fields_at(turned, p, {3, {{0.3, -0.2, 0.7}}}).fibre_stretch == 1);
}
