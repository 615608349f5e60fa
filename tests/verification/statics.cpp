#include "verification/statics.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "body/hexahedron.hpp"

namespace knead::test {

std::shared_ptr<Body> one_tissue_body(Mesh mesh, Law law, double kappa) {
  auto body = std::make_shared<Body>();
  body->name = "specimen";
  body->mesh = std::move(mesh);
  Tissue tissue;
  tissue.name = "gel";
  tissue.law = std::move(law);
  tissue.kappa = kappa;
  body->tissues = {tissue};
  body->held.assign(body->mesh.points.size(), 0);
  body->holder.assign(body->mesh.points.size(), 0);
  body->holders = {"free"};
  return body;
}

double bulk_modulus(double shear_modulus, double poisson) {
  if (poisson == 0.5) return std::numeric_limits<double>::infinity();
  return 2 * shear_modulus * (1 + poisson) / (3 * (1 - 2 * poisson));
}

std::vector<int> nodes_of(const Mesh& mesh, const std::string& face_set) {
  std::vector<int> nodes;
  for (const auto& face : nodes_of_faces(mesh, face_set)) nodes.insert(nodes.end(), face.begin(), face.end());
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

std::vector<std::array<int, 9>> nodes_of_faces(const Mesh& mesh, const std::string& face_set) {
  return face_nodes(mesh, mesh.faces.at(face_set));
}

void hold(Body& body, const std::string& face_set, unsigned bits) {
  for (int n : nodes_of(body.mesh, face_set)) {
    auto& held = body.held[static_cast<std::size_t>(n)];
    held = static_cast<std::uint8_t>(held | bits);
  }
}

void prescribe(std::vector<PrescribedComponent>& list, const Mesh& mesh, const std::vector<int>& nodes, unsigned bits,
               Displacement displacement, std::function<double(double)> share) {
  for (int n : nodes)
    for (int c = 0; c < 3; ++c)
      if (bits & (1u << c)) {
        const Vec3d place = mesh.points[static_cast<std::size_t>(n)];
        list.push_back({3 * static_cast<std::size_t>(n) + static_cast<std::size_t>(c),
                        [=](double time) { return share(time) * displacement(place)[c]; }});
      }
}

SystemSettings tight_settings() {
  SystemSettings s;
  s.newton.force_tolerance = 1e-10;
  s.newton.volume_tolerance = 1e-12;
  s.newton.balance_tolerance = 1e-9;
  s.newton.scalar_tolerance = 1e-10;
  return s;
}

Unknowns solve_in_steps(System& system, int steps) {
  Unknowns x = system.rest();
  for (int i = 1; i <= steps; ++i) {
    system.set_time(static_cast<double>(i) / steps, x.scalars);
    const NewtonReport r = system.solve(x);
    if (!r.converged)
      throw std::runtime_error(fmt::format("step {} of {}: {} (residuals {})", i, steps, r.reason,
                                           r.residuals.empty() ? 0 : r.residuals.back()));
    system.commit(x);
  }
  return x;
}

Vector<double> internal_forces(System& system, const Unknowns& x) {
  Vector<double> forces(x.u.size()), volumes(x.p.size());
  system.elastic().evaluate(x.u, x.p, forces, volumes, false);
  return forces;
}

Vec3d sum_over(const Vector<double>& forces, const std::vector<int>& nodes) {
  Vec3d sum{{0, 0, 0}};
  for (int n : nodes)
    for (int c = 0; c < 3; ++c) sum[c] += forces[3 * static_cast<std::size_t>(n) + static_cast<std::size_t>(c)];
  return sum;
}

Vec3d displacement_at(const Unknowns& x, int node) {
  const auto i = 3 * static_cast<std::size_t>(node);
  return {{x.u[i], x.u[i + 1], x.u[i + 2]}};
}

int nearest_node(const Mesh& mesh, const Vec3d& position) {
  int best = 0;
  for (int n = 1; n < mesh.num_nodes(); ++n)
    if (norm(mesh.points[static_cast<std::size_t>(n)] - position) <
        norm(mesh.points[static_cast<std::size_t>(best)] - position))
      best = n;
  return best;
}

std::vector<LinearPressure> cell_pressures(System& system, const Unknowns& x) {
  const std::vector<double> pressure = system.elastic().fields(x.u, x.p, {"tissue_pressure"}).at("tissue_pressure");
  const Mesh& mesh = system.body().mesh;
  std::vector<LinearPressure> out;
  for (int cell = 0; cell < mesh.num_cells(); ++cell) {
    const CellPoints points = cell_points(mesh, cell);
    LinearPressure p;
    p.centre = map_point(points, 0, 0, 0);
    const double size = norm(map_point(points, 1, 1, 1) - p.centre);
    Eigen::Matrix<double, 8, 4> matrix;
    Eigen::Matrix<double, 8, 1> values;
    for (int s = 0; s < 8; ++s) {
      const Vec3d place =
          (map_point(points, s & 1 ? 0.5 : -0.5, s & 2 ? 0.5 : -0.5, s & 4 ? 0.5 : -0.5) - p.centre) / size;
      matrix.row(s) << 1, place[0], place[1], place[2];
      values[s] = pressure[8 * static_cast<std::size_t>(cell) + static_cast<std::size_t>(s)];
    }
    const Eigen::Matrix4d normal = matrix.transpose() * matrix;
    const Eigen::Vector4d fit = normal.inverse() * (matrix.transpose() * values);
    p.constant = fit[0];
    p.gradient = Vec3d{{fit[1], fit[2], fit[3]}} / size;
    out.push_back(p);
  }
  return out;
}

std::string mesh_size(const Mesh& mesh) { return fmt::format("{} cells", mesh.num_cells()); }

}  // namespace knead::test
