#include "verification/axisymmetric.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "body/patch.hpp"

namespace knead::test {

namespace {

constexpr int around = 2;  // elements per eighth of the circle

// Position on a list of element planes by node number: odd ones lie halfway.
double plane(const std::vector<double>& planes, int node) {
  return 0.5 * (planes[static_cast<std::size_t>(node / 2)] + planes[static_cast<std::size_t>((node + 1) / 2)]);
}

}  // namespace

Mesh quarter_layer(const std::vector<double>& radii, const std::vector<double>& depths) {
  const int layers = static_cast<int>(depths.size()) - 1, rings = static_cast<int>(radii.size());
  const double core = 0.5 * radii.front();
  const auto z = [=](int k) { return -plane(depths, 2 * layers - k); };
  // A square with a bulge: its edges lie between straight lines and arcs.
  const auto core_point = [=](double u, double v) {
    const double bulge = 1 - 0.12 * std::min(u, 1.0) * std::min(v, 1.0);
    return Vec3d{{core * u * bulge * (1 + 0.18 * (1 - v * v)), core * v * bulge * (1 + 0.18 * (1 - u * u)), 0}};
  };
  std::vector<Patch> patches;
  for (int half = 0; half < 2; ++half) {
    Patch ring;  // (outwards, around, up)
    ring.elements = {rings, around, layers};
    ring.point = [=](int i, int j, int k) {
      const double v = static_cast<double>(j) / (2 * around);
      const double angle = std::numbers::pi / 4 * (v + half);
      const Vec3d direction{{std::cos(angle), std::sin(angle), 0}};
      Vec3d p;
      if (i < 2) {
        const Vec3d edge = half == 0 ? core_point(1, v) : core_point(1 - v, 1);
        p = (1 - 0.5 * i) * edge + (0.5 * i * radii.front()) * direction;
      } else {
        p = plane(radii, i - 2) * direction;
      }
      p[2] = z(k);
      return p;
    };
    ring.tissue_of_layer.assign(static_cast<std::size_t>(layers), 0);
    ring.face_names = {"", "outer", half == 0 ? "symmetry-y" : "", half == 1 ? "symmetry-x" : "", "bottom", "top"};
    patches.push_back(ring);
  }
  Patch middle;  // (x, y, up)
  middle.elements = {around, around, layers};
  middle.point = [=](int i, int j, int k) {
    Vec3d p = core_point(static_cast<double>(i) / (2 * around), static_cast<double>(j) / (2 * around));
    p[2] = z(k);
    return p;
  };
  middle.tissue_of_layer.assign(static_cast<std::size_t>(layers), 0);
  middle.face_names = {"symmetry-x", "", "symmetry-y", "", "bottom", "top"};
  patches.push_back(middle);
  return join_patches(patches, radii.back());
}

std::vector<double> graded(double first, double last, int count, double growth) {
  std::vector<double> values{first};
  const double sum = growth == 1 ? count : (std::pow(growth, count) - 1) / (growth - 1);
  double step = (last - first) / sum;
  for (int i = 1; i < count; ++i, step *= growth) values.push_back(values.back() + step);
  values.push_back(last);
  return values;
}

std::vector<double> joined(std::vector<double> head, const std::vector<double>& tail) {
  head.insert(head.end(), tail.begin() + 1, tail.end());
  return head;
}

Vec3d boussinesq(const Vec3d& x, double force, double poisson) {
  const double depth = -x[2], r = std::hypot(x[0], x[1]), distance = std::hypot(r, depth);
  const double scale = force / (4 * std::numbers::pi * shear_modulus * distance);
  const double down = scale * (2 * (1 - poisson) + depth * depth / (distance * distance));
  const double out =
      r == 0 ? 0 : scale * (depth * r / (distance * distance) - (1 - 2 * poisson) * r / (distance + depth));
  return {{r == 0 ? 0 : out * x[0] / r, r == 0 ? 0 : out * x[1] / r, -down}};
}

std::shared_ptr<Body> quarter_body(Mesh mesh, double poisson, bool bonded) {
  auto body = one_tissue_body(std::move(mesh), NeoHookean{shear_modulus, VolumetricSplit::split},
                              bulk_modulus(shear_modulus, poisson));
  hold(*body, "symmetry-x", 1);
  hold(*body, "symmetry-y", 2);
  if (bonded) hold(*body, "bottom", 7);
  return body;
}

void prescribe_far_field(std::vector<PrescribedComponent>& list, const Body& body, double poisson,
                         std::shared_ptr<const double> force) {
  std::vector<char> listed(body.mesh.points.size(), 0);
  for (const char* name : {"bottom", "outer"})
    for (int n : nodes_of(body.mesh, name)) {
      const auto node = static_cast<std::size_t>(n);
      if (listed[node]) continue;
      listed[node] = 1;
      const Vec3d place = body.mesh.points[node];
      for (int c = 0; c < 3; ++c)
        list.push_back(
            {3 * node + static_cast<std::size_t>(c), [=](double) { return boussinesq(place, *force, poisson)[c]; }});
    }
}

SystemSettings small_strain_settings() {
  SystemSettings s;
  s.newton.force_tolerance = 1e-7;
  s.newton.volume_tolerance = 1e-11;
  return s;
}

void solve_at_end(System& system, Unknowns& x) {
  system.set_time(1, x.scalars);
  const NewtonReport r = system.solve(x);
  if (!r.converged) throw std::runtime_error(r.reason);
}

}  // namespace knead::test
