#include "solve/fgmres.hpp"

#include "catch.hpp"
#include "solve/direct.hpp"
#include "solve/eigenvalue.hpp"
#include "threads.hpp"

using namespace knead;

namespace {

void no_preconditioner(const Vector<double>& r, Vector<double>& z) { z = r; }

// −u'' on (0, 1) with n inner points, times h².
void laplacian(const Vector<double>& x, Vector<double>& y) {
  const std::size_t n = x.size();
  for (std::size_t i = 0; i < n; ++i) y[i] = 2 * x[i] - (i > 0 ? x[i - 1] : 0) - (i + 1 < n ? x[i + 1] : 0);
}

// −Δu + w·∇u on the unit square, m × m inner points, upwind differences, times h².
std::vector<Triplet> convection_diffusion(int m, double wx, double wy) {
  std::vector<Triplet> list;
  const double h = 1.0 / (m + 1), px = wx * h, py = wy * h;
  for (int i = 0; i < m; ++i) {
    for (int j = 0; j < m; ++j) {
      const int row = i * m + j;
      list.push_back({row, row, 4 + px + py});
      if (i > 0) list.push_back({row, row - m, -1 - px});
      if (i + 1 < m) list.push_back({row, row + m, -1});
      if (j > 0) list.push_back({row, row - 1, -1 - py});
      if (j + 1 < m) list.push_back({row, row + 1, -1});
    }
  }
  return list;
}

void apply(const std::vector<Triplet>& a, const Vector<double>& x, Vector<double>& y) {
  std::fill(y.begin(), y.end(), 0.0);
  for (const Triplet& t : a) y[static_cast<std::size_t>(t.row)] += t.value * x[static_cast<std::size_t>(t.column)];
}

double largest_difference(const Vector<double>& a, const Vector<double>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::fabs(a[i] - b[i]));
  return largest;
}

}  // namespace

TEST_CASE("FGMRES solves the discrete Poisson equation exactly in n steps") {
  // u'' = −1 has u = x (1 − x) / 2, which second differences reproduce. By symmetry n/2 steps are enough.
  const std::size_t n = 40;
  const double h = 1.0 / (n + 1);
  Vector<double> b(n, h * h), x(n, 0.0);
  FgmresWorkspace workspace;
  const FgmresResult result = fgmres(laplacian, no_preconditioner, b, x, {1e-12, 0, 100, 60}, workspace);
  CHECK(result.converged);
  CHECK(result.iterations == 20);
  for (std::size_t i = 0; i < n; ++i) {
    const double s = h * static_cast<double>(i + 1);
    CHECK(x[i] == Approx(0.5 * s * (1 - s)).epsilon(1e-10));
  }
}

TEST_CASE("FGMRES needs as many steps as there are different eigenvalues") {
  const std::size_t n = 5000;
  const auto diagonal = [](std::size_t i) { return i % 3 == 0 ? 1.0 : i % 3 == 1 ? -2.0 : 7.0; };
  const auto a = [&](const Vector<double>& x, Vector<double>& y) {
    for (std::size_t i = 0; i < n; ++i) y[i] = diagonal(i) * x[i];
  };
  Vector<double> b(n), x(n, 0.0);
  fill_random(b, 3);
  FgmresWorkspace workspace;
  const FgmresResult result = fgmres(a, no_preconditioner, b, x, {1e-12, 0, 100, 50}, workspace);
  CHECK(result.converged);
  CHECK(result.iterations == 3);
  for (std::size_t i = 0; i < n; i += 97) CHECK(x[i] == Approx(b[i] / diagonal(i)).epsilon(1e-10));
}

TEST_CASE("FGMRES agrees with a direct solver on convection and diffusion, with and without restarts") {
  const int m = 20;
  const std::vector<Triplet> a = convection_diffusion(m, 60, -0.0);
  Vector<double> b(m * m), exact;
  fill_random(b, 8);
  const DirectSolver direct(m * m, a);
  REQUIRE(direct.factored());
  direct.solve(b, exact);
  const auto product = [&](const Vector<double>& x, Vector<double>& y) { apply(a, x, y); };
  FgmresWorkspace workspace;
  for (int restart : {200, 12}) {
    Vector<double> x(b.size(), 0.0);
    const FgmresResult result = fgmres(product, no_preconditioner, b, x, {1e-10, 0, 3000, restart}, workspace);
    CHECK(result.converged);
    CHECK(largest_difference(x, exact) < 1e-8);
    CHECK(result.residual_history.size() == static_cast<std::size_t>(result.iterations) + 1);
  }
  // Started at the solution there is nothing to do.
  Vector<double> x = exact;
  CHECK(fgmres(product, no_preconditioner, b, x, {1e-10, 0, 100, 10}, workspace).iterations == 0);
}

TEST_CASE("FGMRES takes a preconditioner that changes from step to step") {
  const int m = 24;
  const std::vector<Triplet> a = convection_diffusion(m, 20, 30);
  const auto product = [&](const Vector<double>& x, Vector<double>& y) { apply(a, x, y); };
  int calls = 0;
  // Damped Jacobi sweeps, one to three of them in turn: another linear operator each time.
  const auto changing = [&](const Vector<double>& r, Vector<double>& z) {
    Vector<double> t(r.size());
    std::fill(z.begin(), z.end(), 0.0);
    const double damping = calls % 2 ? 0.6 : 0.9;
    for (int sweep = 0; sweep <= calls % 3; ++sweep) {
      product(z, t);
      for (std::size_t i = 0; i < r.size(); ++i) z[i] += damping * (r[i] - t[i]) / 6;
    }
    ++calls;
  };
  Vector<double> b(m * m), x(b.size(), 0.0), residual(b.size());
  fill_random(b, 2);
  FgmresWorkspace workspace;
  const FgmresResult result = fgmres(product, changing, b, x, {1e-9, 0, 400, 100}, workspace);
  CHECK(result.converged);
  product(x, residual);
  for (std::size_t i = 0; i < b.size(); ++i) residual[i] -= b[i];
  // The recurrence tells the truth, and the residual never grows.
  CHECK(norm(residual) == Approx(result.residual).epsilon(1e-4));
  CHECK(norm(residual) <= 1.001e-9 * norm(b));
  for (std::size_t k = 1; k < result.residual_history.size(); ++k)
    CHECK(result.residual_history[k] <= result.residual_history[k - 1] * (1 + 1e-12));
}

TEST_CASE("FGMRES says when it cannot go on") {
  FgmresWorkspace workspace;
  Vector<double> b = {1, 1}, x(2, 0.0);
  // b has a part outside the range of a singular matrix: the least-squares solution leaves a residual of 1.
  const auto singular = [](const Vector<double>& from, Vector<double>& to) { to[0] = 2 * from[0], to[1] = 0; };
  const FgmresResult result = fgmres(singular, no_preconditioner, b, x, {1e-8, 0, 20, 10}, workspace);
  CHECK_FALSE(result.converged);
  CHECK(result.broke_down);
  CHECK(result.residual == Approx(1));
  CHECK(x[0] == Approx(0.5));

  const auto broken = [](const Vector<double>&, Vector<double>& to) { to[0] = std::nan(""), to[1] = 0; };
  x = {0, 0};
  const FgmresResult not_finite = fgmres(broken, no_preconditioner, b, x, {1e-8, 0, 20, 10}, workspace);
  CHECK_FALSE(not_finite.converged);
  CHECK(not_finite.broke_down);
  CHECK(std::isfinite(x[0]));

  Vector<double> zero = {0, 0};
  x = {3, 4};
  CHECK(fgmres(singular, no_preconditioner, zero, x, {1e-8, 0, 20, 10}, workspace).converged);
  CHECK(x[0] == 0);

  b.assign(50, 1.0), x.assign(50, 0.0);
  const FgmresResult short_of = fgmres(laplacian, no_preconditioner, b, x, {1e-12, 0, 7, 5}, workspace);
  CHECK_FALSE(short_of.converged);
  CHECK_FALSE(short_of.broke_down);
  CHECK(short_of.iterations == 7);
}

TEST_CASE("FGMRES gives the same bits for any number of threads") {
  CHECK(test::same_for_any_number_of_threads([] {
    Vector<double> b(20000), x(b.size(), 0.0);
    fill_random(b, 4);
    FgmresWorkspace workspace;
    fgmres(laplacian, no_preconditioner, b, x, {1e-12, 0, 30, 12}, workspace);
    return x;
  }));
}
