// Probes: fields at material points against closed forms, and where places of a body end up.
#include "scenario/probe.hpp"

#include <random>

#include <Eigen/Eigenvalues>

#include "body/hexahedron.hpp"
#include "body/position.hpp"
#include "body/specimens.hpp"
#include "catch.hpp"
#include "scenario/build.hpp"
#include "scenario/read.hpp"

using namespace knead;

namespace {

constexpr double mu = 4e3, kappa = 3e5;  // Pa

// Cells with corners moved by a fifth of their size, and points all over them.
struct Sample {
  Body body;
  std::vector<Vec3d> places;
  std::vector<Probe> probes;

  Sample() {
    BlockSettings block;
    block.size = {{0.03, 0.04, 0.02}};
    block.elements = {3, 3, 2};
    block.distortion = 0.2;
    body.mesh = make_block(block);
    Tissue gel;
    gel.name = "gel";
    gel.law = NeoHookean{mu, VolumetricSplit::split};
    gel.kappa = kappa;
    body.tissues.push_back(gel);
    std::mt19937 random(3);
    std::uniform_real_distribution<double> share(0, 1);
    Scenario scenario;
    scenario.body.name.text = "block";
    for (int k = 0; k < 40; ++k) {
      Vec3d x{{share(random) * block.size[0], share(random) * block.size[1], share(random) * block.size[2]}};
      if (k % 4 == 0) x[2] = block.size[2];
      places.push_back(x);
      ProbeSpec spec;
      spec.name = std::to_string(k);
      spec.at.point = x;
      for (const char* field : {"displacement", "tissue_pressure", "volume_ratio", "max_shear_strain", "von_mises",
                                "cauchy_stress", "principal_stress", "green_lagrange_strain", "principal_strain"})
        spec.fields.push_back({field, {}});
      scenario.output.probes.push_back(spec);
    }
    probes = locate_probes(scenario, body);
  }
};

Eigen::Matrix3d to_eigen(const Mat3d& a) {
  Eigen::Matrix3d m;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) m(i, j) = a(i, j);
  return m;
}

Scenario lower_back(const std::string& probes) {
  ReadOptions options;
  options.overrides = {"body.element_size=16 mm", "output.probes=" + probes};
  return read_scenario(std::string(KNEAD_SOURCE_DIR) + "/scenarios/effleurage-lower-back.toml", options);
}

Vec3d position(const Body& body, const Probe& probe) {
  return map_point(cell_points(body.mesh, probe.point.cell), probe.point.local[0], probe.point.local[1],
                   probe.point.local[2]);
}

}  // namespace

TEST_CASE("A linear displacement is what it is at every probe, and so are its strains and stresses") {
  const Sample sample;
  Mat3d gradient;
  const double rows[3][3] = {{0.12, 0.05, -0.03}, {-0.04, -0.08, 0.06}, {0.02, 0.07, 0.05}};
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) gradient(i, j) = rows[i][j];
  const Elastic elastic(sample.body);
  Vector<double> u, p(4 * sample.body.mesh.cells.size(), 0.0);
  for (const Vec3d& x : sample.body.mesh.points) {
    const Vec3d d = gradient * x;
    u.insert(u.end(), {d[0], d[1], d[2]});
  }
  constexpr double pressure = 2500;  // Pa
  for (std::size_t c = 0; c < p.size(); c += 4) p[c] = pressure;
  const auto row = probe_row(sample.probes, sample.body, elastic, 0.5, u, p, {});

  const Eigen::Matrix3d F = Eigen::Matrix3d::Identity() + to_eigen(gradient);
  const double J = F.determinant();
  const Eigen::Matrix3d b = F * F.transpose();
  const Eigen::Vector3d squares = Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(b).eigenvalues();
  // Deviatoric Cauchy stress of the isochoric neo-Hookean law, μ J^(-5/3) dev b.
  const Eigen::Matrix3d deviator = mu * std::pow(J, -5.0 / 3) * (b - b.trace() / 3 * Eigen::Matrix3d::Identity());
  const Eigen::Matrix3d stress = deviator - pressure * Eigen::Matrix3d::Identity();
  const Eigen::Matrix3d strain = 0.5 * (F.transpose() * F - Eigen::Matrix3d::Identity());
  const auto principal = [](const Eigen::Matrix3d& a) {
    return Eigen::Vector3d(Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(a).eigenvalues().reverse());
  };
  constexpr int rows_of[6] = {0, 1, 2, 0, 1, 0}, columns_of[6] = {0, 1, 2, 1, 2, 2};
  REQUIRE(row.size() == 1 + 25 * sample.probes.size());
  CHECK(row[0] == 0.5);
  for (std::size_t k = 0; k < sample.probes.size(); ++k) {
    CHECK(sample.probes[k].on_skin == (k % 4 == 0));
    const Vec3d exact = gradient * sample.places[k];
    const double* value = &row[1 + 25 * k];
    for (int i = 0; i < 3; ++i) CHECK(value[i] == Approx(1e3 * exact[i]).margin(1e-12));  // mm
    CHECK(value[3] == Approx(1e-3 * pressure).epsilon(1e-11));                            // kPa
    CHECK(value[4] == Approx(J).epsilon(1e-11));
    CHECK(value[5] == Approx(0.25 * (squares[2] - squares[0])).epsilon(1e-10));
    CHECK(value[6] == Approx(1e-3 * std::sqrt(1.5) * deviator.norm()).epsilon(1e-10));
    for (int i = 0; i < 6; ++i) {
      CHECK(value[7 + i] == Approx(1e-3 * stress(rows_of[i], columns_of[i])).epsilon(1e-10));
      CHECK(value[16 + i] == Approx(strain(rows_of[i], columns_of[i])).epsilon(1e-10));
    }
    for (int i = 0; i < 3; ++i) {
      CHECK(value[13 + i] == Approx(1e-3 * principal(stress)[i]).epsilon(1e-10));
      CHECK(value[22 + i] == Approx(principal(strain)[i]).epsilon(1e-10));
    }
  }
}

TEST_CASE("The pressure at a probe is that of its own element: linear there, with the mean that it solves for") {
  const Sample sample;
  const Body& body = sample.body;
  const Elastic elastic(body);
  std::mt19937 random(4);
  std::uniform_real_distribution<double> any(-1e3, 1e3), inside(-1, 1);
  const Vector<double> u(3 * body.mesh.points.size(), 0.0);
  Vector<double> p(4 * body.mesh.cells.size());
  for (double& value : p) value = any(random);
  for (int cell = 0; cell < body.mesh.num_cells(); ++cell) {
    const CellPoints points = cell_points(body.mesh, cell);
    const auto at = [&](double xi, double eta, double zeta) {
      return elastic.fields_at(u, p, {cell, {{xi, eta, zeta}}, 0}).tissue_pressure;
    };
    double mean = 0;
    for (std::size_t q = 0; q < 27; ++q) {
      const double xi = gauss_points[q % 3], eta = gauss_points[q / 3 % 3], zeta = gauss_points[q / 9];
      mean += gauss_weights[q % 3] * gauss_weights[q / 3 % 3] * gauss_weights[q / 9] *
              determinant(map_jacobian(points, xi, eta, zeta)) * at(xi, eta, zeta) / cell_volume(points);
    }
    CHECK(mean == Approx(p[4 * static_cast<std::size_t>(cell)]).margin(1e-8));
    // Four values determine a linear function of the place.
    Eigen::Matrix4d places;
    Eigen::Vector4d values;
    for (int k = 0; k < 4; ++k) {
      const double local[3] = {k == 1 ? 0.8 : -0.6, k == 2 ? 0.9 : -0.5, k == 3 ? 0.7 : -0.7};
      const Vec3d x = map_point(points, local[0], local[1], local[2]);
      places.row(k) << 1, x[0], x[1], x[2];
      values[k] = at(local[0], local[1], local[2]);
    }
    const Eigen::Vector4d linear = places.fullPivLu().solve(values);
    for (int k = 0; k < 5; ++k) {
      const double xi = inside(random), eta = inside(random), zeta = inside(random);
      const Vec3d x = map_point(points, xi, eta, zeta);
      CHECK(at(xi, eta, zeta) == Approx(linear.dot(Eigen::Vector4d(1, x[0], x[1], x[2]))).margin(1e-7));
    }
  }
}

TEST_CASE("Columns say probe, field, component and the unit that people read") {
  const auto probe = [](const char* name, std::initializer_list<const char*> fields) {
    Probe p{name, {}, true, {}};
    for (const char* field : fields) p.fields.push_back(find_field(field));
    return p;
  };
  CHECK(
      probe_columns({probe("L3", {"displacement", "strain_energy_density"}), probe("skin", {"gap", "volume_ratio"})}) ==
      std::vector<std::string>{"time [s]", "L3 displacement x [mm]", "L3 displacement y [mm]", "L3 displacement z [mm]",
                               "L3 strain_energy_density [kJ/m^3]", "skin gap [mm]", "skin volume_ratio"});
  const auto columns = probe_columns({probe("L3", {"cauchy_stress", "principal_strain"})});
  REQUIRE(columns.size() == 10);
  CHECK(columns[4] == "L3 cauchy_stress xy [kPa]");
  CHECK(columns[9] == "L3 principal_strain 3");
}

TEST_CASE("Places of a body become points of its skin and of its tissues") {
  const auto scenario = lower_back(
      R"([{ name = "skin", at = "L3 + 40 mm lateral" }, { name = "deep", at = "L3 + 40 mm lateral + 12 mm deep" }])");
  const auto body = build_body(scenario);
  const auto probes = locate_probes(scenario, *body);
  REQUIRE(probes.size() == 2);
  const auto place = resolve_position(*body, "L3 + 40 mm lateral", Laterality::left);
  const Vec3d on_chart = body->surface->point(place.across, place.along);
  CHECK(probes[0].on_skin);
  CHECK(probes[0].point.local[2] == 1);
  // Elements of 16 mm follow the smooth skin.
  CHECK(norm(position(*body, probes[0]) - on_chart) < 0.2e-3);
  CHECK_FALSE(probes[1].on_skin);
  const Vec3d below = on_chart - 12e-3 * body->surface->normal(place.across, place.along);
  CHECK(norm(position(*body, probes[1]) - below) < 1e-12);
  // Fields of the output: those of contact only on the skin.
  const auto names = [](const Probe& probe) {
    std::vector<std::string> list;
    for (const auto& field : probe.fields) list.push_back(field.name);
    return list;
  };
  CHECK(names(probes[0]) ==
        std::vector<std::string>{"displacement", "tissue_pressure", "von_mises", "contact_pressure", "vessel_opening"});
  CHECK(names(probes[1]) == std::vector<std::string>{"displacement", "tissue_pressure", "von_mises", "vessel_opening"});
}
