// The matrix-free system against the assembled one, and Newton's answer against a direct solve.
#include <omp.h>

#include <random>

#include "catch.hpp"
#include "step/system.hpp"
#include "support/assembled.hpp"
#include "support/small_block.hpp"
#include "terms/traction.hpp"

using namespace knead;
using namespace knead::test;

namespace {

std::shared_ptr<Body> layered(double kappa) {
  auto body = std::make_shared<Body>(small_block(2, 2, 4, {{0.1, 0.1, 0.08}}, 0.15, true));
  body->tissues.resize(2);
  body->tissues[0].law = Ogden({OgdenTerm{3000, 12}});
  body->tissues[0].kappa = kappa;
  body->tissues[1].law = NeoHookean{9000, VolumetricSplit::coupled};
  body->tissues[1].kappa = kappa;
  body->tissues[1].volumetric = VolumetricFunction::logarithmic;
  body->holders = {"free", "bottom"};
  for (std::size_t n = 0; n < body->mesh.points.size(); ++n)
    if (body->mesh.points[n][2] < 1e-9) {
      body->held[n] = 7;
      body->holder[n] = 1;
    }
  return body;
}

std::vector<std::array<int, 9>> top_faces(const Mesh& mesh) {
  std::vector<std::array<int, 9>> faces;
  for (int c = 0; c < mesh.num_cells(); ++c) {
    const auto nodes = face_nodes(mesh, {c, Side::zeta_plus});
    if (mesh.points[static_cast<std::size_t>(nodes[4])][2] > 0.08 - 1e-9) faces.push_back(nodes);
  }
  return faces;
}

double max_abs(const Vector<double>& v, std::size_t begin, std::size_t end) {
  double m = 0;
  for (std::size_t i = begin; i < end; ++i) m = std::max(m, std::abs(v[i]));
  return m;
}

}  // namespace

TEST_CASE("Residual and product equal the assembled ones") {
  for (const double kappa : {1e6, std::numeric_limits<double>::infinity()}) {
    const auto body = layered(kappa);
    Elastic elastic(*body);
    const std::size_t nu = 3 * body->mesh.points.size(), np = 4 * body->mesh.cells.size();
    std::mt19937 random(3);
    std::uniform_real_distribution<double> unit(-1, 1);
    Vector<double> u(nu), p(np), du(nu), dp(np), ru(nu), rp(np), ku(nu), kp(np);
    for (auto& x : u) x = 5e-4 * unit(random);
    for (std::size_t n = 0; n < body->mesh.points.size(); ++n) u[3 * n + 2] -= 0.15 * body->mesh.points[n][2];
    // The pressure basis is unique up to signs and rotations among φ1…φ3; the constant is the same.
    for (std::size_t c = 0; c < np; ++c) p[c] = c % 4 == 0 ? 2000 * unit(random) : 0.0;
    for (auto& x : du) x = unit(random);
    for (std::size_t c = 0; c < np; ++c) dp[c] = c % 4 == 0 ? 1e4 * unit(random) : 0.0;
    REQUIRE(elastic.evaluate(u, p, ru, rp, true).valid);
    elastic.apply(du, dp, ku, kp);

    const Assembled reference = assemble(*body, u, p);
    Vector<double> y(nu + np, 0.0);
    for (const Triplet& t : reference.matrix) {
      const auto column = static_cast<std::size_t>(t.column);
      y[static_cast<std::size_t>(t.row)] += t.value * (column < nu ? du[column] : dp[column - nu]);
    }
    double worst_r = 0, worst_k = 0, worst_p = 0;
    for (std::size_t i = 0; i < nu; ++i) {
      worst_r = std::max(worst_r, std::abs(ru[i] - reference.residual[i]));
      worst_k = std::max(worst_k, std::abs(ku[i] - y[i]));
    }
    for (std::size_t c = 0; c < np; c += 4) worst_p = std::max(worst_p, std::abs(rp[c] - reference.residual[nu + c]));
    CHECK(worst_r < 1e-12 * max_abs(reference.residual, 0, nu));
    CHECK(worst_p < 1e-12 * body->mesh.points.back()[2]);
    CHECK(worst_k < 1e-6 * max_abs(y, 0, nu));  // the cache is in single precision
  }
}

TEST_CASE("Newton's solution satisfies the assembled equations, and a direct Newton step changes nothing") {
  const auto body = layered(1e6);
  std::vector<std::unique_ptr<SurfaceTerm>> terms;
  terms.push_back(std::make_unique<Traction>(
      Traction::normal("load", body->mesh.points, top_faces(body->mesh), [](double t) { return -800.0 * t; })));
  System system(body, std::move(terms), {}, {});
  Unknowns x = system.rest();
  for (const double t : {0.5, 1.0}) {
    system.set_time(t, {});
    const NewtonReport report = system.solve(x);
    INFO(report.reason);
    REQUIRE(report.converged);
    CHECK(report.newton_iterations <= 6);
  }
  const double sink = -x.u[3 * (body->mesh.points.size() - 1) + 2];
  CHECK(sink > 1e-3);  // a real deformation, not a small one

  // The load is dead: its nodal forces do not depend on u.
  const std::size_t nu = x.u.size(), np = x.p.size();
  Vector<double> load(nu, 0.0);
  system.terms()[0]->evaluate(x.u, {}, load, nullptr, nullptr);
  // Constant pressures carry over to the oracle's basis; φ1…φ3 do not, so its own pressures are found by its own
  // Newton.
  Vector<double> u = x.u, p = x.p;
  for (std::size_t i = 0; i < np; ++i)
    if (i % 4 != 0) p[i] = 0;
  const auto held = [&](std::size_t i) { return i < nu && (body->held[i / 3] >> (i % 3) & 1); };
  for (int iteration = 0; iteration < 6; ++iteration) {
    Assembled a = assemble(*body, u, p);
    std::vector<Triplet> matrix;
    for (const Triplet& t : a.matrix)
      if (!held(static_cast<std::size_t>(t.row)) && !held(static_cast<std::size_t>(t.column))) matrix.push_back(t);
    Vector<double> b(nu + np), step(nu + np);
    for (std::size_t i = 0; i < nu + np; ++i) {
      b[i] = held(i) ? 0.0 : -(a.residual[i] + (i < nu ? load[i] : 0.0));
      if (held(i)) matrix.push_back({static_cast<int>(i), static_cast<int>(i), 1.0});
    }
    const DirectSolver direct(static_cast<int>(nu + np), matrix);
    REQUIRE(direct.factored());
    direct.solve(b, step);
    for (std::size_t i = 0; i < nu; ++i) u[i] += step[i];
    for (std::size_t i = 0; i < np; ++i) p[i] += step[nu + i];
  }
  double difference = 0;
  for (std::size_t i = 0; i < nu; ++i) difference = std::max(difference, std::abs(u[i] - x.u[i]));
  CHECK(difference < 1e-6 * sink);
  for (std::size_t c = 0; c < np; c += 4) CHECK(p[c] == Approx(x.p[c]).epsilon(1e-5).margin(1.0));
}

TEST_CASE("Reactions balance the load, and any number of threads gives the same bits") {
  const auto body = layered(1e6);
  std::vector<Vector<double>> answers;
  for (const int threads : {1, 2, 3}) {
    omp_set_num_threads(threads);
    std::vector<std::unique_ptr<SurfaceTerm>> terms;
    terms.push_back(std::make_unique<Traction>(
        Traction::normal("load", body->mesh.points, top_faces(body->mesh), [](double t) { return -800.0 * t; })));
    System system(body, std::move(terms), {}, {});
    Unknowns x = system.rest();
    system.set_time(1.0, {});
    REQUIRE(system.solve(x).converged);
    const ForceBalance balance = system.balance(x);
    CHECK(balance.force_error < 1e-6);
    CHECK(balance.moment_error < 1e-6);
    CHECK(balance.reaction[1][2] == Approx(800.0 * 0.01).epsilon(1e-6));
    answers.push_back(x.u);
  }
  omp_set_num_threads(2);
  CHECK(answers[0] == answers[1]);
  CHECK(answers[0] == answers[2]);
}
