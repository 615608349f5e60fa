// Between quadratic elements and their corners: plate bending of a thin skin, transposes, the coarse matrix.
#include "terms/corner_transfer.hpp"

#include <random>

#include "catch.hpp"
#include "support/small_block.hpp"
#include "terms/displacement_multigrid.hpp"

using namespace knead;
using namespace knead::test;

namespace {

constexpr double width = 0.04, skin = 0.002, fat = 0.01;

// Four by four columns; the upper half of the cells is a skin of two cells, the lower half fat.
Body thin_skin(double distortion) {
  Body body = small_block(4, 4, 4, {{width, width, 4.0}}, distortion, true);
  for (auto& x : body.mesh.points) x[2] = x[2] < 2 ? x[2] / 2 * fat : fat + (x[2] - 2) / 2 * skin;
  body.tissues.resize(2);
  body.tissues[0].law = NeoHookean{1000, VolumetricSplit::split};
  body.tissues[1].law = NeoHookean{300e3, VolumetricSplit::split};
  for (auto& t : body.tissues) t.kappa = 1e6;
  body.holders = {"free", "bottom"};
  for (std::size_t n = 0; n < body.mesh.points.size(); ++n)
    if (body.mesh.points[n][2] < 1e-9) body.held[n] = 7, body.holder[n] = 1;
  return body;
}

Vector<float> random_vector(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> unit(-1, 1);
  Vector<float> v(size);
  for (auto& x : v) x = unit(random);
  return v;
}

double product(const Vector<float>& a, const Vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

}  // namespace

TEST_CASE("A thin skin follows Kirchhoff's plate between its corners") {
  // Upright and slanted lines through the thickness.
  const double slant = GENERATE(0.0, 0.6);
  Body body = thin_skin(0);
  Mesh& mesh = body.mesh;
  for (auto& x : mesh.points) x[0] += slant * (x[2] - fat);
  const CornerTransfer transfer(mesh, std::vector<std::uint8_t>(mesh.points.size(), 0));
  // Two curvatures and a twist about the skin's middle: u_z = w, u_x = −z ∂w/∂x, u_y = −z ∂w/∂y.
  const auto plate = [](const Vec3d& x, int component) {
    const double z = x[2] - fat - skin / 2, a = 3, b = -2, c = 1.5;
    const double wx = 2 * a * x[0] + c * x[1], wy = 2 * b * x[1] + c * x[0];
    if (component == 0) return -z * wx;
    if (component == 1) return -z * wy;
    return a * x[0] * x[0] + b * x[1] * x[1] + c * x[0] * x[1];
  };
  Vector<float> coarse(3 * static_cast<std::size_t>(transfer.num_corners())), fine(3 * mesh.points.size(), 0.0f);
  for (std::size_t c = 0; c < coarse.size() / 3; ++c)
    for (int k = 0; k < 3; ++k)
      coarse[3 * c + static_cast<std::size_t>(k)] =
          static_cast<float>(plate(mesh.points[static_cast<std::size_t>(transfer.node_of_corner()[c])], k));
  transfer.prolong_add(coarse, fine);
  double worst = 0, deepest = 0;
  for (std::size_t n = 0; n < mesh.points.size(); ++n) {
    if (mesh.points[n][2] < fat - 1e-9) continue;
    // Along a slanted line the plate's displacement is quadratic; only what bends is asked for, at the heights of
    // corners.
    const double height = (mesh.points[n][2] - fat) / (skin / 2);
    if (slant != 0 && std::abs(height - std::round(height)) > 1e-6) continue;
    for (int k = 0; k < 3; ++k) {
      const double expected = plate(mesh.points[n], k);
      deepest = std::max(deepest, std::abs(expected));
      worst = std::max(worst, std::abs(static_cast<double>(fine[3 * n + static_cast<std::size_t>(k)]) - expected));
    }
  }
  CHECK(worst < 1e-6 * deepest);
}

TEST_CASE("Corner transfer leaves elements alone that are not thin") {
  const Body body = small_block(2, 2, 4, {{0.04, 0.04, 0.04}}, 0.1, true);
  const CornerTransfer transfer(body.mesh, body.held);
  CHECK(transfer.bent_cells().empty());
  CHECK_FALSE(CornerTransfer(thin_skin(0).mesh, thin_skin(0).held).bent_cells().empty());
}

TEST_CASE("Restriction is the transpose of prolongation") {
  const Body body = thin_skin(0.1);
  const CornerTransfer transfer(body.mesh, body.held);
  Vector<float> coarse = random_vector(3 * static_cast<std::size_t>(transfer.num_corners()), 1);
  for (std::size_t c = 0; c < coarse.size() / 3; ++c)
    if (body.held[static_cast<std::size_t>(transfer.node_of_corner()[c])])
      coarse[3 * c] = coarse[3 * c + 1] = coarse[3 * c + 2] = 0;
  const Vector<float> fine = random_vector(3 * body.mesh.points.size(), 2);
  Vector<float> up(fine.size(), 0.0f), down(coarse.size());
  transfer.prolong_add(coarse, up);
  transfer.restrict_residual(fine, down);
  CHECK(product(up, fine) == Approx(product(down, coarse)).epsilon(1e-5));
}

TEST_CASE("The corner matrix is the one between prolongation and restriction") {
  const Body body = thin_skin(0.1);
  const Mesh& mesh = body.mesh;
  Elastic elastic(body);
  // A deformed state with pressure, so that every part of the tangent is there.
  Vector<double> u(3 * mesh.points.size()), p(4 * mesh.cells.size()), ru(u.size()), rp(p.size());
  for (std::size_t n = 0; n < mesh.points.size(); ++n) {
    if (body.held[n]) continue;
    u[3 * n + 2] = -0.05 * mesh.points[n][2];
    u[3 * n] = 0.1 * mesh.points[n][2] * mesh.points[n][1] / width;
  }
  for (std::size_t i = 0; i < p.size(); i += 4) p[i] = 500;
  REQUIRE(elastic.evaluate(u, p, ru, rp, true).valid);
  // Stiffness on the skin as a contact has it.
  std::vector<std::array<int, 9>> faces;
  for (int c = 0; c < mesh.num_cells(); ++c) {
    const auto nodes = face_nodes(mesh, {c, Side::zeta_plus});
    if (mesh.points[static_cast<std::size_t>(nodes[4])][2] > fat + skin - 1e-9) faces.push_back(nodes);
  }
  SurfaceMatrix surface(mesh.num_nodes(), faces);
  std::vector<double> k(27 * 27, 0.0);
  for (std::size_t i = 0; i < 27; ++i)
    for (std::size_t j = 0; j < 27; ++j) k[27 * i + j] = i == j ? 40.0 : 1.0 / static_cast<double>(1 + i + j);
  surface.set_zero();
  for (std::size_t f = 0; f < faces.size(); f += 3) surface.add(faces[f], k.data());

  DisplacementMultigrid multigrid(mesh, body.held);
  REQUIRE(multigrid.update(elastic, surface));
  const auto& matrix = multigrid.corner_matrix();
  for (unsigned seed = 1; seed < 4; ++seed) {
    Vector<float> coarse = random_vector(3 * static_cast<std::size_t>(matrix.num_rows), seed);
    for (std::size_t c = 0; c < coarse.size() / 3; ++c)
      if (body.held[static_cast<std::size_t>(multigrid.transfer().node_of_corner()[c])])
        coarse[3 * c] = coarse[3 * c + 1] = coarse[3 * c + 2] = 0;
    Vector<float> fine(3 * mesh.points.size(), 0.0f), product(fine.size()), expected(coarse.size());
    multigrid.transfer().prolong_add(coarse, fine);
    multigrid.apply(fine, product);
    multigrid.transfer().restrict_residual(product, expected);
    Vector<double> x(coarse.begin(), coarse.end()), y(coarse.size());
    multiply(matrix, x, y);
    double difference = 0, size = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      difference = std::max(difference, std::abs(y[i] - static_cast<double>(expected[i])));
      size = std::max(size, std::abs(y[i]));
    }
    CHECK(difference < 2e-6 * size);
  }
}
