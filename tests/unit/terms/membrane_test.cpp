#include "terms/membrane.hpp"

#include <omp.h>

#include "catch.hpp"
#include "surface_patch.hpp"

using namespace knead;

namespace {

double bump(double x, double y) { return 0.3 * x * (1 - x) + 0.2 * y * y + 0.1 * x * y; }

Membrane make(const SurfacePatch& patch, MembraneLaw law, Vec3d direction) {
  MembranePlacement placement;
  placement.name = "fascia";
  placement.law = law;
  placement.faces = patch.faces;
  placement.directions.assign(patch.faces.size(), direction);
  return Membrane(patch.points, placement);
}

// u = (G − I) X
Vector<double> affine(const SurfacePatch& patch, const Mat3d& G) {
  Vector<double> u;
  for (const Vec3d& x : patch.points) {
    const Vec3d d = G * x - x;
    u.insert(u.end(), {d[0], d[1], d[2]});
  }
  return u;
}

// Force through the edge x = size: Σ of residuals there.
double edge_force(const SurfacePatch& patch, const Vector<double>& r) {
  double sum = 0;
  for (int j = 0; j < patch.nodes_per_side; ++j)
    sum += r[3 * static_cast<std::size_t>(patch.node(patch.nodes_per_side - 1, j))];
  return sum;
}

using Columns = std::vector<Vector<double>>;

double largest(const Columns& m) {
  double r = 0;
  for (const auto& column : m)
    for (double x : column) r = std::max(r, std::abs(x));
  return r;
}
double difference(const Columns& a, const Columns& b, bool transposed) {
  double r = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < a.size(); ++j) r = std::max(r, std::abs(a[i][j] - (transposed ? b[j][i] : b[i][j])));
  return r;
}
// Is every eigenvalue of the symmetric matrix above the bound? By Cholesky's factorisation of m − bound I.
bool eigenvalues_above(Columns m, double bound) {
  const std::size_t n = m.size();
  for (std::size_t k = 0; k < n; ++k) m[k][k] -= bound;
  for (std::size_t k = 0; k < n; ++k) {
    if (!(m[k][k] > 0)) return false;
    for (std::size_t j = k + 1; j < n; ++j)
      for (std::size_t i = j; i < n; ++i) m[j][i] -= m[k][i] * m[k][j] / m[k][k];
  }
  return true;
}

}  // namespace

TEST_CASE("A membrane's residual and tangent are derivatives of its energy, stretched and folded together") {
  const auto patch = make_patch(2, 1.0, bump, 0.2);
  auto term = make(patch, {300, 70, 40, 0.03, 1e-3}, {1, 0.4, 0.1});
  Mat3d G = Mat3d::identity();
  for (const double stretch : {1.15, 0.8}) {
    G(0, 0) = stretch;
    G(0, 1) = 0.1;
    G(1, 1) = 1.12;
    Vector<double> u = affine(patch, G);
    axpy(1.0, random_field(u.size(), 0.004, 5), u);
    CHECK(energy_error(term, u, 1e-6) < 1e-7);
    CHECK(tangent_error(term, u, 1e-6) < 1e-6);
  }
}

TEST_CASE("A flat square drawn along its fibres carries E t ε per width") {
  const double size = 0.2, modulus = 100e6, thickness = 0.8e-3, strain = 0.02;
  const auto patch = make_patch(3, size);
  auto term = make(patch, MembraneLaw::from_moduli(modulus, 0, 0, thickness, 0), {1, 0, 0});
  Mat3d G = Mat3d::identity();
  G(0, 0) = 1 + strain;
  const auto r = residual(term, affine(patch, G));
  CHECK(edge_force(patch, r) == Approx(modulus * thickness * strain * size).epsilon(1e-12));
  CHECK(term.energy() == Approx(0.5 * modulus * thickness * strain * strain * size * size).epsilon(1e-12));
  // With fibres at right angles to the pull nothing is carried.
  auto across = make(patch, MembraneLaw::from_moduli(modulus, 0, 0, thickness, 0), {0, 1, 0});
  CHECK(edge_force(patch, residual(across, affine(patch, G))) == Approx(0).margin(1e-9));
  // The second family is the one that runs across the first.
  auto second = make(patch, MembraneLaw::from_moduli(0, modulus, 0, thickness, 0), {0, 1, 0});
  CHECK(edge_force(patch, residual(second, affine(patch, G))) ==
        Approx(modulus * thickness * strain * size).epsilon(1e-12));
  // Shortened fibres are slack.
  G(0, 0) = 1 - strain;
  CHECK(edge_force(patch, residual(term, affine(patch, G))) == 0);
}

TEST_CASE("Rigid motion leaves a curved membrane without stress") {
  const auto patch = make_patch(2, 1.0, bump, 0.1);
  auto term = make(patch, {300, 70, 40, 0, 1e-3}, {0.6, 0.8, 0});
  const double a = 1.1;
  const Mat3d Q{{{std::cos(a), 0, std::sin(a)}, {0, 1, 0}, {-std::sin(a), 0, std::cos(a)}}};
  const auto r = residual(term, affine(patch, Q));
  for (double x : r) CHECK(std::abs(x) < 1e-11);
}

TEST_CASE("Laplace's law: an inflated spherical cap carries p R / 2 per width") {
  // A sphere piece blown up evenly: equibiaxial matrix, n = (E t/3)(1 − l^-6) l per rest width; the work of a small
  // further growth dR equals p dV with p = 2 n/(R l²) per current area, that is, dΠ/dl = 2 n A₀.
  const double R = 0.5;
  const auto patch = make_patch(4, 0.3, [&](double x, double y) { return std::sqrt(R * R - x * x - y * y); });
  auto term = make(patch, {0, 0, 90, 0, 1e-3}, {1, 0, 0});
  const double l = 1.3;
  Mat3d G = l * Mat3d::identity();
  const auto u = affine(patch, G);
  const auto r = residual(term, u);
  Vector<double> grow;  // ∂u/∂l = X
  for (const Vec3d& x : patch.points) grow.insert(grow.end(), {x[0], x[1], x[2]});
  auto area_term = make(patch, {0, 0, 6, 0, 1e-3}, {1, 0, 0});
  residual(area_term, u);
  const double area = term.energy() / (15 * (2 * l * l + std::pow(l, -4) - 3));
  CHECK(dot(r, grow) == Approx(2 * area * 30 * (l - std::pow(l, -5))).epsilon(1e-12));
  // Area of the piece of sphere over the square, ∫∫ R/√(R² − x² − y²), by a fine midpoint rule.
  double exact = 0;
  const int n = 400;
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      const double x = 0.3 * (i + 0.5) / n, y = 0.3 * (j + 0.5) / n;
      exact += 0.3 * 0.3 / n / n * R / std::sqrt(R * R - x * x - y * y);
    }
  CHECK(area == Approx(exact).epsilon(1e-5));
}

TEST_CASE("The positive part is positive; in tension it is the tangent itself") {
  const auto patch = make_patch(1, 1.0, bump, 0.1);
  auto term = make(patch, {300, 70, 40, 0.03, 1e-3}, {1, 0.2, 0});
  Mat3d squeezed = Mat3d::identity(), drawn = Mat3d::identity();
  squeezed(0, 0) = 0.7, squeezed(1, 1) = 0.9, squeezed(0, 1) = 0.1;
  drawn(0, 0) = 1.3, drawn(1, 1) = 1.25;
  const auto u = affine(patch, squeezed), v = affine(patch, drawn);
  const Columns full = dense(term, u, false), positive = dense(term, u, true);
  const double size = largest(full);
  CHECK(difference(full, full, true) < 1e-13 * size);
  CHECK(difference(positive, positive, true) < 1e-13 * size);
  CHECK(!eigenvalues_above(full, -1e-3 * size));  // or the case would test nothing
  CHECK(eigenvalues_above(positive, -1e-12 * size));
  CHECK(difference(dense(term, v, false), dense(term, v, true), false) < 1e-14 * size);
}

TEST_CASE("A membrane gives the same bits for any number of threads") {
  const auto patch = make_patch(12, 1.0, bump, 0.1);
  auto term = make(patch, {300, 70, 40, 0.03, 1e-3}, {1, 0.2, 0});
  const auto u = random_field(3 * patch.points.size(), 0.01, 9);
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  const auto one = residual(term, u);
  const double energy = term.energy();
  for (const int n : {2, 3, 4}) {
    omp_set_num_threads(n);
    CHECK(residual(term, u) == one);
    CHECK(term.energy() == energy);
  }
  omp_set_num_threads(threads);
}

TEST_CASE("A stretch that is held relaxes by the Prony series, over steps of any length") {
  const double size = 0.2, strain = 0.02;
  const auto patch = make_patch(3, size);
  MembranePlacement placement{"fascia", MembraneLaw::from_moduli(100e6, 3e6, 1e6, 0.8e-3, 0.01), patch.faces, {}, {}};
  placement.directions.assign(patch.faces.size(), {1, 0, 0});
  Mat3d G = Mat3d::identity();
  G(0, 0) = 1 + strain;
  const auto stretched = affine(patch, G);
  Membrane elastic(patch.points, placement);
  const double instantaneous = edge_force(patch, residual(elastic, stretched));
  placement.relaxation = {{0.3, 0.5}, {0.2, 100}};
  Membrane term(patch.points, placement);
  term.set_time(0);
  CHECK(edge_force(patch, residual(term, stretched)) == Approx(instantaneous));
  term.commit();
  for (const double time : {0.01, 0.02, 0.5, 3.0, 50.0, 2000.0}) {
    INFO(time);
    term.set_time(time);
    CHECK(edge_force(patch, residual(term, stretched)) ==
          Approx(instantaneous * prony_factor(placement.relaxation, time)).epsilon(1e-12));
    term.commit();
  }
  // What was kept is a restart; nothing but the same membrane takes it.
  Membrane resumed(patch.points, placement);
  resumed.set_history(term.history());
  G(0, 0) = 1 + 2 * strain;
  for (Membrane* m : {&term, &resumed}) m->set_time(2001);
  CHECK(residual(resumed, affine(patch, G)) == residual(term, affine(patch, G)));
  CHECK_THROWS(elastic.set_history(term.history()));
  // Mounted: all that can relax has.
  Membrane mounted(patch.points, placement);
  mounted.set_relaxed();
  CHECK(edge_force(patch, residual(mounted, stretched)) == Approx(0.5 * instantaneous));
}
