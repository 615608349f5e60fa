#include "solve/amg.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "elasticity.hpp"
#include "solve/eigenvalue.hpp"
#include "solve/fgmres.hpp"
#include "threads.hpp"

using namespace knead;
using test::ElasticBox;
using test::uniform_grid;

namespace {

ElasticBox cube(int cells) {
  return test::elastic_box(
      {uniform_grid(1, cells), uniform_grid(1, cells), uniform_grid(1, cells)}, [](const Vec3d&) { return 1.0; },
      test::held_at_bottom);
}

// 200 × 200 × 60 mm: muscle of 50 mm, fat of 8 mm, skin of 2 mm that is `contrast` times as stiff as the fat.
ElasticBox layers(int cells, double contrast) {
  std::vector<double> z = uniform_grid(50, cells / 2);
  for (int i = 1; i <= cells / 5; ++i) z.push_back(50 + 8.0 * i / (cells / 5));
  for (int i = 1; i <= 2; ++i) z.push_back(58.0 + i);
  return test::elastic_box(
      {uniform_grid(200, cells), uniform_grid(200, cells), z},
      [&](const Vec3d& x) { return x[2] > 58   ? contrast
                                   : x[2] > 50 ? 1.0
                                               : 2.0; }, test::held_at_bottom);
}

Vector<double> load(const ElasticBox& box) {
  Vector<double> b(box.points.size() * 3);
  fill_random(b, 6);
  // A rough load on top of a smooth one
  for (std::size_t i = 2; i < b.size(); i += 3) b[i] -= 1;
  return b;
}

FgmresResult solve(const ElasticBox& box, Amg& amg, const Vector<double>& b, Vector<double>& x) {
  FgmresWorkspace workspace;
  x.assign(b.size(), 0.0);
  return fgmres([&](const Vector<double>& from, Vector<double>& to) { multiply(box.matrix, from, to); },
                [&](const Vector<double>& r, Vector<double>& z) { amg.precondition(r, z); }, b, x, {1e-8, 0, 100, 100},
                workspace);
}

int iterations(const ElasticBox& box, const AmgSettings& settings = {}, const LineList& lines = {}) {
  Amg amg(box.matrix, rigid_body_modes(box.points), settings, lines);
  Vector<double> x;
  const FgmresResult result = solve(box, amg, load(box), x);
  CHECK(result.converged);
  return result.iterations;
}

}  // namespace

TEST_CASE("Multigrid needs the same few iterations for elasticity of any size") {
  int least = 1000, most = 0;
  for (int cells : {8, 14, 22}) {
    const ElasticBox box = cube(cells);
    const int count = iterations(box);
    least = std::min(least, count);
    most = std::max(most, count);
    CHECK(Amg(box.matrix, rigid_body_modes(box.points)).operator_complexity() < 1.25);
  }
  CHECK(most <= 14);
  CHECK(most - least <= 2);
}

TEST_CASE("Every kind of smoother and a threshold work") {
  const ElasticBox box = cube(10);
  AmgSettings settings;
  settings.smoother.kind = ChebyshevKind::fourth;
  CHECK(iterations(box, settings) <= 14);
  settings.smoother.degree = 3;
  CHECK(iterations(box, settings) <= 12);
  settings.strength_threshold = 0.02;
  CHECK(iterations(box, settings) <= 30);
}

TEST_CASE("Lines keep thin stiff layers from costing iterations") {
  const ElasticBox thin = layers(14, 1);
  CHECK(iterations(thin, {}, thin.lines) <= 14);
  for (double contrast : {30.0, 300.0}) {
    for (int cells : {10, 14, 20}) {
      const ElasticBox box = layers(cells, contrast);
      CHECK(iterations(box, {}, box.lines) <= (contrast > 100 ? 38 : 24));
    }
  }
  // Without them the same layers cost more than twice as many; with half of them, nodes outside are smoothed by blocks.
  const int with_lines = iterations(thin, {}, thin.lines), without = iterations(thin);
  CHECK(without > 2 * with_lines);
  LineList half = thin.lines;
  half.offsets.resize(half.offsets.size() / 2);
  half.nodes.resize(static_cast<std::size_t>(half.offsets.back()));
  CHECK(iterations(thin, {}, half) <= without + 5);
}

TEST_CASE("Multigrid's solution is that of a direct solver") {
  const ElasticBox box = layers(6, 30);
  Amg amg(box.matrix, rigid_body_modes(box.points), {}, box.lines);
  REQUIRE(amg.levels().size() >= 2);
  const Vector<double> b = load(box);
  Vector<double> x, exact;
  const FgmresResult result = solve(box, amg, b, x);
  CHECK(result.converged);
  DirectSolver(static_cast<int>(b.size()), test::triplets(box.matrix)).solve(b, exact);
  for (std::size_t i = 0; i < b.size(); ++i) x[i] -= exact[i];
  CHECK(norm(x) < 1e-6 * norm(exact));
}

TEST_CASE("A problem that is small enough is solved directly") {
  const ElasticBox box = cube(4);
  Amg amg(box.matrix, rigid_body_modes(box.points));
  CHECK(amg.levels().size() == 1);
  CHECK(amg.operator_complexity() == 1);
  Vector<double> x;
  CHECK(solve(box, amg, load(box), x).iterations <= 2);
}

TEST_CASE("Nodes may be held in part") {
  // Symmetry planes: every face at zero slides in its plane.
  const ElasticBox box = test::elastic_box(
      {uniform_grid(1, 12), uniform_grid(1, 12), uniform_grid(1, 12)}, [](const Vec3d&) { return 1.0; },
      [](const Vec3d& x, int component) { return x[component] == 0; });
  CHECK(iterations(box) <= 16);
}

TEST_CASE("A body that floats is solved for loads in balance") {
  const ElasticBox box = test::elastic_box(
      {uniform_grid(1, 10), uniform_grid(1, 10), uniform_grid(1, 10)}, [](const Vec3d&) { return 1.0; },
      [](const Vec3d&, int) { return false; });
  // Forces of some displacement are in balance.
  Vector<double> u(box.points.size() * 3), b(u.size()), x;
  fill_random(u, 3);
  multiply(box.matrix, u, b);
  Amg amg(box.matrix, rigid_body_modes(box.points));
  const FgmresResult result = solve(box, amg, b, x);
  CHECK(result.converged);
  CHECK(result.iterations <= 20);
}

TEST_CASE("The cycle is symmetric and positive") {
  const ElasticBox box = layers(10, 30);
  for (bool with_lines : {false, true}) {
    Amg amg(box.matrix, rigid_body_modes(box.points), {}, with_lines ? box.lines : LineList{});
    const std::size_t n = box.points.size() * 3;
    Vector<float> a(n), b(n), ma(n), mb(n);
    fill_random(a, 1);
    fill_random(b, 2);
    amg.apply(a, ma);
    amg.apply(b, mb);
    CHECK(dot(a, ma) > 0);
    CHECK(std::fabs(dot(a, mb) - dot(b, ma)) < 1e-4 * std::sqrt(dot(a, ma) * dot(b, mb)));
  }
}

TEST_CASE("Cycles that are accelerated beat the same number one after the other") {
  const ElasticBox box = layers(10, 300);
  const Vector<double> b = load(box);
  const std::size_t n = b.size();
  Vector<float> rhs(n), result(n);
  Vector<double> x(n), product(n), r(n);
  Amg amg(box.matrix, rigid_body_modes(box.points), {}, box.lines);
  // Twice the energy of an approximation: xᵀA x − 2 bᵀx, least for the solution.
  const auto energy = [&](const Vector<double>& of) {
    multiply(box.matrix, of, product);
    return dot(of, product) - 2 * dot(b, of);
  };
  Vector<double> exact;
  REQUIRE(solve(box, amg, b, exact).converged);
  const double least = energy(exact);
  // What single precision leaves of rᵀx: the rows of |x|ᵀ|A||x| are the size of what cancels in those of rᵀx, and their
  // rounding errors are independent.
  BlockMatrix<double, 3> absolute = box.matrix;
  for (double& k : absolute.values) k = std::fabs(k);
  const auto rounding = [&](const Vector<double>& of) {
    Vector<double> size(of);
    for (double& s : size) s = std::fabs(s);
    multiply(absolute, size, product);
    for (std::size_t i = 0; i < n; ++i) size[i] *= product[i];
    return std::numeric_limits<float>::epsilon() * norm(size);
  };
  const auto residual_along = [&](const Vector<double>& of) {
    residual(box.matrix, b, of, r);
    return std::fabs(dot(r, of));
  };

  Vector<double> plain(n, 0.0);
  double last = 0;
  std::vector<double> errors;
  for (int cycles = 1; cycles <= 4; ++cycles) {
    INFO(cycles << " cycles");
    residual(box.matrix, b, plain, r);
    copy(r, rhs);
    amg.apply(rhs, result);
    axpy(1.0, result, plain);
    const double error_of_plain = energy(plain) - least;

    copy(b, rhs);
    Amg accelerated(box.matrix, rigid_body_modes(box.points), {.cycles = cycles}, box.lines);
    accelerated.apply(rhs, result);
    copy(result, x);
    const double error = energy(x) - least;
    if (cycles == 1) {
      CHECK(error == Approx(error_of_plain));
    } else {
      CHECK(error > 0);
      CHECK(error < last);
      CHECK(error < 0.8 * error_of_plain);
      // The residual of conjugate gradients is orthogonal to everything that was added.
      CHECK(residual_along(x) < rounding(x));
      CHECK(residual_along(plain) > 4 * rounding(plain));
    }
    last = error;
    errors.push_back(error);
  }
  // A step takes away what the error of the one before has more, of all that is above the least energy at x = 0. With
  // a limit between two such shares the steps end with the first one below it.
  for (std::size_t k = 1; k < errors.size(); ++k) {
    const auto share = [&](std::size_t step) { return (errors[step - 1] - errors[step]) / -(least + errors[step]); };
    const double before = k > 1 ? share(k - 1) : 1;
    CHECK(share(k) < before);
    copy(b, rhs);
    Amg ended(box.matrix, rigid_body_modes(box.points), {.cycles = 8, .last_gain = std::sqrt(share(k) * before)},
              box.lines);
    ended.apply(rhs, result);
    copy(result, x);
    CHECK(energy(x) - least == Approx(errors[k]).epsilon(1e-3));
  }
  // Nothing to solve, nothing added.
  fill(rhs, 0);
  Amg accelerated(box.matrix, rigid_body_modes(box.points), {.cycles = 3}, box.lines);
  accelerated.apply(rhs, result);
  CHECK(norm(result) == 0);
}

TEST_CASE("A matrix without a positive eigenvalue is told, and forgotten with the next one") {
  const ElasticBox box = layers(10, 30);
  ElasticBox bad = box;
  Amg amg(box.matrix, rigid_body_modes(box.points), {}, box.lines);
  CHECK(amg.definite());
  for (const double factor : {-1.0, std::nan("")}) {
    bad = box;
    scale(factor, bad.matrix.values);
    CHECK(!Amg(bad.matrix, rigid_body_modes(bad.points), {}, bad.lines).definite());
    amg.rebuild(bad.matrix);
    CHECK(!amg.definite());
    amg.rebuild(box.matrix);
    CHECK(amg.definite());
  }
}

TEST_CASE("A rebuilt hierarchy is the one of the new values") {
  ElasticBox box = layers(10, 30);
  const ElasticBox other = layers(10, 60);
  Amg amg(box.matrix, rigid_body_modes(box.points), {}, box.lines);
  const Vector<double> b = load(box);
  Vector<double> x;
  const int before = solve(box, amg, b, x).iterations;
  amg.rebuild(other.matrix);
  const FgmresResult after = solve(other, amg, b, x);
  CHECK(after.converged);
  CHECK(after.iterations <= before + 5);
  // Twice the stiffness, half the displacement, to the last bit: nothing else of the old values is left.
  const std::size_t n = b.size();
  Vector<float> r(n), once(n), twice(n);
  copy(b, r);
  amg.rebuild(box.matrix);
  amg.apply(r, once);
  ElasticBox doubled = box;
  scale(2, doubled.matrix.values);
  amg.rebuild(doubled.matrix);
  amg.apply(r, twice);
  // Held and empty unknowns stay rows of the identity, whose scale differs.
  double largest = 0, difference = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (box.points[i / 3][2] == 0) continue;
    largest = std::max(largest, static_cast<double>(std::fabs(once[i])));
    difference = std::max(difference, static_cast<double>(std::fabs(once[i] - 2 * twice[i])));
  }
  CHECK(difference < 1e-4 * largest);
}

TEST_CASE("Multigrid gives the same bits for any number of threads") {
  const ElasticBox box = layers(10, 30);
  const Vector<double> b = load(box);
  CHECK(test::same_for_any_number_of_threads([&] {
    Amg amg(box.matrix, rigid_body_modes(box.points), {.cycles = 3}, box.lines);
    Vector<double> x;
    solve(box, amg, b, x);
    return x;
  }));
}

TEST_CASE("The level table names every level") {
  const ElasticBox box = cube(14);
  const Amg amg(box.matrix, rigid_body_modes(box.points));
  REQUIRE(amg.levels().size() >= 2);
  CHECK(amg.levels()[0].unknowns == 3 * box.num_nodes());
  CHECK(amg.levels()[0].nonzeros == static_cast<std::int64_t>(9 * box.matrix.num_entries()));
  // D⁻¹A with 3×3 blocks: at least 1, at most the number of couplings of a node.
  CHECK(amg.levels()[0].largest_eigenvalue > 1);
  CHECK(amg.levels()[0].largest_eigenvalue < 8);
  CHECK(amg.table().find(std::to_string(3 * box.num_nodes())) != std::string::npos);
}
