// Cook's membrane: a tapered slab of one element through its thickness, in plane strain, clamped on the left and
// sheared on the right. The load is a ten-thousandth of the published one and the displacement scaled back: the
// references are linear.
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "body/patch.hpp"
#include "catch.hpp"
#include "terms/traction.hpp"
#include "verification/case_table.hpp"
#include "verification/statics.hpp"

using namespace knead;
using namespace knead::test;

namespace {

// Corners (0, 0), (48, 44), (48, 60), (0, 44).
Mesh membrane(int elements) {
  Patch patch;
  patch.elements = {elements, elements, 1};
  patch.point = [=](int i, int j, int k) {
    const double x = static_cast<double>(i) / (2 * elements), y = static_cast<double>(j) / (2 * elements);
    return Vec3d{{48 * x, (1 - y) * 44 * x + y * (44 + 16 * x), 0.5 * k}};
  };
  patch.tissue_of_layer = {0};
  patch.face_names = {"left", "right", "lower", "upper", "bottom", "top"};
  return join_patches({patch}, 60);
}

// Vertical displacement of the corner (48, 60) for Young's modulus E and shear traction τ of the same unit.
double tip(int elements, double youngs_modulus, double poisson, double traction) {
  constexpr double share = 1e-4;
  const double shear = youngs_modulus / (2 * (1 + poisson));
  const auto body =
      one_tissue_body(membrane(elements), NeoHookean{shear, VolumetricSplit::split}, bulk_modulus(shear, poisson));
  hold(*body, "left", 7);
  hold(*body, "top", 4);
  hold(*body, "bottom", 4);
  std::vector<std::unique_ptr<SurfaceTerm>> terms;
  terms.push_back(
      std::make_unique<Traction>(Traction::along("shear", body->mesh.points, nodes_of_faces(body->mesh, "right"),
                                                 {{0, 1, 0}}, [=](double t) { return t * share * traction; })));
  SystemSettings settings = tight_settings();
  settings.newton.force_tolerance = 1e-8;
  System system(body, std::move(terms), {}, {}, settings);
  const Unknowns x = solve_in_steps(system, 1);
  return displacement_at(x, nearest_node(body->mesh, {{48, 60, 0}}))[1] / share;
}

// Limit of a sequence whose differences shrink by a constant factor (Aitken).
double limit_of(double a, double b, double c) { return c + (c - b) * (c - b) / ((b - a) - (c - b)); }

}  // namespace

TEST_CASE("Cook's membrane, compressible: other programs") {
  // E = 70 MPa, τ = 6.25 MPa, ν = 1/3: the published values of three programs on very fine quadratic meshes lie between
  // 32.20 and 32.28 mm.
  const double coarse = tip(8, 70, 1.0 / 3, 6.25), fine = tip(32, 70, 1.0 / 3, 6.25);
  CHECK(report(
      relative_row(140, "Cook's membrane, plane strain, ν = 1/3: vertical displacement of the upper right corner, mm",
                   "CoFEA benchmarks, CalculiX on a very fine quadratic mesh (Code_Aster 32.20, Elmer 32.28)", 32.27,
                   fine, 0.005, fmt::format("32 × 32 cells; 8 × 8: {:.4f}", coarse))));
}

TEST_CASE("Cook's membrane, nearly incompressible: CalculiX") {
  std::array<double, 3> t{tip(8, 70, 0.4999, 6.25), tip(16, 70, 0.4999, 6.25), tip(32, 70, 0.4999, 6.25)};
  // CalculiX 2.20, C3D20R, 16, 32, 64 elements a side (cook_calculix.py).
  const double reference = limit_of(27.30854, 27.54514, 27.65531);
  CHECK(report(relative_row(141, "Cook's membrane, plane strain, ν = 0.4999: the same, extrapolated in the mesh",
                            "CalculiX, C3D20R, 16, 32, 64 elements a side: 27.3085, 27.5451, 27.6553, extrapolated",
                            reference, limit_of(t[0], t[1], t[2]), 0.005,
                            fmt::format("8, 16, 32 cells a side: {:.4f}, {:.4f}, {:.4f}", t[0], t[1], t[2]))));
  // It must not lock: eight cells a side are within 1 % already.
  CHECK(std::abs(t[0] / reference - 1) < 0.01);
}
