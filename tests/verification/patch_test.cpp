// Patch test on distorted cells, and rigid rotation of a stressed body.
#include "body/specimens.hpp"
#include "catch.hpp"
#include "verification/case_table.hpp"
#include "verification/statics.hpp"

using namespace knead;
using namespace knead::test;

namespace {

Mesh distorted_block() {
  BlockSettings block;
  block.size = {{1, 1.2, 0.9}};
  block.elements = {3, 3, 3};
  block.distortion = 0.2;
  return make_block(block);
}

std::vector<int> boundary_nodes(const Mesh& mesh) {
  std::vector<int> nodes = nodes_of(mesh, "sides");
  for (const char* name : {"top", "bottom"}) {
    const auto more = nodes_of(mesh, name);
    nodes.insert(nodes.end(), more.begin(), more.end());
  }
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

}  // namespace

TEST_CASE("Patch test: a homogeneous deformation of distorted cells is exact") {
  const Mat3d gradient = [] {
    Mat3d h;
    const double rows[3][3] = {{0.12, 0.05, -0.03}, {-0.04, -0.08, 0.06}, {0.02, 0.07, 0.05}};
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) h(i, j) = rows[i][j];
    return h;
  }();
  const double mu = 1, kappa = 20;
  const auto body = one_tissue_body(distorted_block(), NeoHookean{mu, VolumetricSplit::split}, kappa);
  std::vector<PrescribedComponent> prescribed;
  prescribe(prescribed, body->mesh, boundary_nodes(body->mesh), 7, [&](const Vec3d& x) { return gradient * x; });
  System system(body, {}, {}, prescribed, tight_settings());
  const Unknowns x = solve_in_steps(system, 1);
  double worst = 0;
  for (int n = 0; n < body->mesh.num_nodes(); ++n)
    worst = std::max(worst, norm(displacement_at(x, n) - gradient * body->mesh.points[static_cast<std::size_t>(n)]));
  CHECK(report(error_row(10,
                         "Patch test: displacement inside a homogeneously deformed block, largest error over its width",
                         "linear field on the boundary, exact", worst, 1e-10, "27 cells, corners moved by 20 %")));
  // p = −κ (J − 1), the same everywhere: the first coefficient of each cell is its mean.
  const double jacobian = determinant(Mat3d::identity() + gradient);
  double worst_p = 0;
  for (std::size_t i = 0; i < x.p.size(); ++i)
    worst_p = std::max(worst_p, std::abs(x.p[i] - (i % 4 == 0 ? -kappa * (jacobian - 1) : 0)));
  CHECK(report(error_row(11, "Patch test: pressure, largest error over the shear modulus", "p = −κ (det F − 1)",
                         worst_p, 1e-10, "27 cells, corners moved by 20 %")));
}

TEST_CASE("A rigid rotation of a stressed body turns its forces and keeps its energy") {
  const auto body = one_tissue_body(distorted_block(), Ogden{{0.6, 8.0}, {0.4, -3.0}}, 50);
  System system(body, {}, {}, {}, tight_settings());
  Unknowns x = system.rest();
  // Any stressed state: a smooth bend and stretch, and a pressure that changes from cell to cell.
  for (int n = 0; n < body->mesh.num_nodes(); ++n) {
    const Vec3d& p = body->mesh.points[static_cast<std::size_t>(n)];
    const Vec3d u{{0.1 * std::sin(2 * p[1]) + 0.05 * p[0], 0.08 * p[0] * p[2], -0.1 * p[2] + 0.06 * p[0] * p[1]}};
    for (int c = 0; c < 3; ++c) x.u[3 * static_cast<std::size_t>(n) + static_cast<std::size_t>(c)] = u[c];
  }
  for (std::size_t i = 0; i < x.p.size(); ++i) x.p[i] = std::sin(1.3 * static_cast<double>(i));
  System::Residual before, after;
  system.evaluate(x, false, before);
  const Mat3d rotation = rotation_about(normalized(Vec3d{{1, -2, 0.5}}), 2.1);
  Unknowns turned = x;
  for (int n = 0; n < body->mesh.num_nodes(); ++n) {
    const Vec3d& p = body->mesh.points[static_cast<std::size_t>(n)];
    const Vec3d u = rotation * (p + displacement_at(x, n)) - p;
    for (int c = 0; c < 3; ++c) turned.u[3 * static_cast<std::size_t>(n) + static_cast<std::size_t>(c)] = u[c];
  }
  system.evaluate(turned, false, after);
  double worst = 0;
  for (int n = 0; n < body->mesh.num_nodes(); ++n) {
    const auto i = 3 * static_cast<std::size_t>(n);
    const Vec3d f{{before.u[i], before.u[i + 1], before.u[i + 2]}}, g{{after.u[i], after.u[i + 1], after.u[i + 2]}};
    worst = std::max(worst, norm(rotation * f - g));
  }
  CHECK(report(error_row(
      12, "Rigid rotation by 120° of a stressed body: nodal forces turn with it, largest error over the largest force",
      "objectivity, exact", worst / before.force_scale, 1e-10, "27 cells, Ogden")));
  CHECK(report(error_row(13, "Rigid rotation of a stressed body: stored energy, relative change", "objectivity, exact",
                         after.energy / before.energy - 1, 1e-10, "27 cells, Ogden")));
}
