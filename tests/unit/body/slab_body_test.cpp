#include "body/chart_body.hpp"
#include "body/slab_grid.hpp"
#include "body/slab_model.hpp"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <set>

#include "body/bone_cut.hpp"
#include "body/layers.hpp"
#include "body/position.hpp"
#include "catch.hpp"
#include "slab_checks.hpp"
#include "slab_fixture.hpp"

using namespace knead;
using namespace knead::test;

TEST_CASE("The lower back is sound for random subjects, sizes and refinements", "[slab][heavy]") {
  std::mt19937 random(20240607);
  const auto uniform = [&](double a, double b) { return a + (b - a) * static_cast<double>(random()) / 4294967296.0; };
  const std::string names[] = {"runner-lean", "average", "high-bmi"};
  for (int trial = 0; trial < (everybody() ? 9 : 3); ++trial) {
    BodyRequest request = lower_back(names[trial % 3]);
    request.element_size = uniform(0.009, 0.02);
    if (trial % 2 == 1) {
      request.refine =
          Refinement{uniform(-0.12, 0.12), uniform(-0.12, 0.12), uniform(0.01, 0.03), uniform(0.004, 0.008)};
    }
    const auto set = [&](const char* key, double value) {
      override_subject(request.subject, key, std::to_string(value * 1e3) + " mm", {});
    };
    set("lumbar.fat", uniform(0.002, 0.03));
    set("gluteal.fat", uniform(0.005, 0.035));
    set("midline.fat", uniform(0.002, 0.022));
    set("lumbar.muscle", uniform(0.025, 0.045));
    set("sacral.muscle", uniform(0.0006, 0.008));
    override_subject(request.subject, "size_scale", std::to_string(uniform(0.88, 1.1)), {});
    CAPTURE(trial, request.element_size);
    check_invariants(build_chart_body(request));
  }
}

TEST_CASE("Bodies of the model folder keep every promise at the default size", "[slab][heavy]") {
  const std::string name = GENERATE(as<std::string>{}, "runner-lean", "average", "high-bmi");
  const Body& body = built(name);
  CAPTURE(name);
  check_invariants(body);
  CHECK(measure_quality(body.mesh).min_scaled_jacobian > 0.23);
  CHECK(3 * body.mesh.num_nodes() > 250000);  // full resolution
  CHECK(body.notes.size() > 5);

  // The skin lies on the chart, and its faces point away from the body.
  for (const Face& face : body.mesh.faces.at("top")) {
    const auto nodes = face_nodes(body.mesh, face);
    for (int n : nodes) {
      const Vec3d& p = body.mesh.points[static_cast<std::size_t>(n)];
      CHECK(norm(p - body.surface->point(p[0], p[2])) < 1e-12);
    }
    const FacePoint f = map_face(body.mesh, nodes, 0, 0);
    CHECK(dot(normalized(cross(f.along_r, f.along_s)), body.surface->normal(f.position[0], f.position[2])) > 0.99);
  }
  // Cut planes are planes, and edges between two of them are held by both.
  int corners = 0;
  for (std::size_t n = 0; n < body.mesh.points.size(); ++n) {
    if (is_bone(body, n)) continue;
    const Vec3d& p = body.mesh.points[n];
    const bool lateral = std::abs(std::abs(p[0]) - 0.15) < 1e-12;
    const bool end = std::abs(p[2] + 0.162) < 1e-12 || std::abs(p[2] - 0.141) < 1e-12;
    CHECK(body.held[n] == (lateral ? 1 : 0) + (end ? 4 : 0));
    corners += lateral && end ? 1 : 0;
  }
  CHECK(corners > 4 * 7);
}

TEST_CASE("Layers measured in the mesh are those of the subject", "[slab]") {
  const std::string name = GENERATE(as<std::string>{}, "runner-lean", "average", "high-bmi");
  const Body& body = built(name);
  const SubjectValues values = subject(name);
  for (const std::string level : {"L1", "L3", "L5", "S2"}) {
    const std::string site = level == "S2" ? "sacral" : "lumbar";
    for (const Laterality side : {Laterality::left, Laterality::right}) {
      CAPTURE(name, level);
      const SurfacePosition place = resolve_position(body, level + " + 30 mm lateral", side);
      const auto layers = measure_layers(body, place.across, place.along);
      REQUIRE(layers.size() == 3);
      CHECK(layers[0].tissue == "skin");
      CHECK(layers[0].thickness == Approx(values.at(site + ".skin")).epsilon(0.02));
      CHECK(layers[1].tissue == "subcutaneous-fat");
      CHECK(layers[1].thickness == Approx(values.at(site + ".fat")).epsilon(0.02));
      CHECK(layers[2].tissue == "muscle");
      CHECK(layers[2].ends_at.rfind("bone", 0) == 0);
      const double to_bone = layers[0].thickness + layers[1].thickness + layers[2].thickness;
      double expected = 0;
      for (const char* layer : {".skin", ".fat", ".fascia", ".muscle"}) expected += values.at(site + layer);
      if (site == "lumbar") {
        CHECK(to_bone == Approx(expected).epsilon(0.1));
      } else {
        CHECK(std::abs(to_bone - expected) < 0.0025);  // over the sacrum less than a third of an element
      }
    }
  }
  // Over the spinous processes, and where the gluteal muscles are thickest.
  for (const std::string level : {"L1", "L3", "L5"}) {
    CAPTURE(name, level);
    double to_bone = 0, expected = 0;
    for (const LayerThickness& l : measure_layers(body, 0, resolve_position(body, level, Laterality::left).along)) {
      to_bone += l.thickness;
    }
    for (const char* layer : {"midline.skin", "midline.fat", "midline.ligament"}) expected += values.at(layer);
    CHECK(to_bone == Approx(expected).epsilon(0.1));
  }
  {
    double to_bone = 0, expected = 0;
    for (const LayerThickness& l : measure_layers(body, 0.105, resolve_position(body, "S2", Laterality::left).along)) {
      to_bone += l.thickness;
    }
    for (const char* layer : {"gluteal.skin", "gluteal.fat", "gluteal.fascia", "gluteal.muscle"}) {
      expected += values.at(layer);
    }
    CHECK(to_bone == Approx(expected).epsilon(0.1));
  }
  // Beside the spine, far from any bone, the needle reaches the bottom.
  const auto flank = measure_layers(body, 0.1, 0.0);
  REQUIRE(flank.size() == 3);
  CHECK(flank[2].ends_at == "bottom");
  CHECK(measure_layers(body, 0.5, 0.0).empty());
}

TEST_CASE("The remaining surface lies on the bones", "[slab]") {
  const std::string name = GENERATE(as<std::string>{}, "runner-lean", "average", "high-bmi");
  const BodyRequest request = lower_back(name);
  const Body& body = built(name);
  const SlabModel model =
      read_slab_model(read_model_file(request.path, "body"), request.subject, Laterality::right, {});
  std::vector<double> longest(body.mesh.points.size(), 0);  // edge of the elements around a node
  for (int c = 0; c < body.mesh.num_cells(); ++c) {
    const CellPoints x = cell_points(body.mesh, c);
    const double edge = std::max({norm(x[14] - x[12]), norm(x[16] - x[10]), norm(x[22] - x[4])});
    for (int n : body.mesh.cells[static_cast<std::size_t>(c)]) {
      longest[static_cast<std::size_t>(n)] = std::max(longest[static_cast<std::size_t>(n)], edge);
    }
  }
  int all = 0, near = 0, inside = 0;
  double worst = 0;
  for (std::size_t n = 0; n < body.mesh.points.size(); ++n) {
    const double d = model.bone_distance(body.mesh.points[n]);
    if (!is_bone(body, n)) {
      inside += d < -0.5 * longest[n] ? 1 : 0;  // free nodes do not sit deep in a bone
      continue;
    }
    ++all;
    near += std::abs(d) <= 0.5 * longest[n] ? 1 : 0;
    worst = std::max(worst, std::abs(d) / longest[n]);
  }
  CHECK(all > 5000);
  CHECK(near == all);
  CHECK(worst < 0.5);
  CHECK(inside == 0);
}

TEST_CASE("Refinement grades the columns around a place", "[slab]") {
  BodyRequest request = lower_back("average");
  request.element_size = 0.012;
  request.refine = Refinement{-0.04, 0.02, 0.03, 0.004};
  const SlabModel model =
      read_slab_model(read_model_file(request.path, "body"), request.subject, Laterality::right, {});
  const ColumnGrid grid = make_slab_grid(model, request.element_size, request.refine);
  const auto check_lines = [&](const std::vector<double>& lines, double centre) {
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
      const double size = lines[i + 1] - lines[i], middle = 0.5 * (lines[i] + lines[i + 1]);
      if (std::abs(middle - centre) < 0.03) CHECK(size <= 0.0041);
      CHECK(size <= 0.0121);
      if (i > 0) CHECK(size / (lines[i] - lines[i - 1]) == Approx(1).margin(0.8));
    }
  };
  check_lines(grid.across, -0.04);
  check_lines(grid.along, 0.02);
  CHECK(grid.across.front() == Approx(-0.15));
  CHECK(grid.across.back() == Approx(0.15));
}

TEST_CASE("Size and body mass index of the subject change the body", "[slab]") {
  BodyRequest request = lower_back("average");
  request.element_size = 0.016;
  override_subject(request.subject, "size_scale", "0.92", {});
  const Body small = build_chart_body(request);
  CHECK(resolve_position(small, "L1", Laterality::left).along == Approx(0.92 * 0.074));
  CHECK(measure_layers(small, 0.03, 0.0)[1].thickness == Approx(0.009).epsilon(0.02));

  request = lower_back("runner-lean");
  request.element_size = 0.016;
  override_subject(request.subject, "bmi", "33", {});
  follow_relations(request.subject);
  const Body heavy = build_chart_body(request);
  // Gibney 2010: 4 mm more per 10 of BMI.
  CHECK(measure_layers(heavy, 0.03, 0.0)[1].thickness == Approx(0.003 + 0.4e-3 * (33 - 20.5)).epsilon(0.02));
  CHECK(std::any_of(heavy.notes.begin(), heavy.notes.end(),
                    [](const std::string& n) { return n.find("bmi") != std::string::npos; }));
}

TEST_CASE("An outline knows the same places as the body", "[slab]") {
  const Body outline = outline_chart_body(lower_back("average"));
  for (const char* words : {"T12", "L3 + 40 mm lateral", "PSIS", "iliac crest - 20 mm cranial"}) {
    const SurfacePosition a = resolve_position(outline, words, Laterality::left);
    const SurfacePosition b = resolve_position(built("average"), words, Laterality::left);
    CHECK(norm(point_at(*outline.surface, a) - point_at(*built("average").surface, b)) == 0);
  }
  CHECK(outline.mesh.num_cells() == 0);
  const BodySummary summary = read_body_summary(lower_back("average").path, subject("average"));
  CHECK(summary.muscles.size() == 7);
  CHECK(summary.landmarks.size() == 11);
}

TEST_CASE("Muscles have regions, fibres and tone", "[slab]") {
  BodyRequest request = lower_back("average");
  request.element_size = 0.012;
  request.muscle_tone["multifidus"] = MuscleTone::tight;
  const Body body = build_chart_body(request);
  const std::size_t points = body.mesh.cells.size() * points_per_cell;
  REQUIRE(body.region.size() == points);
  REQUIRE(body.fibre.size() == points);
  REQUIRE(body.stiffness_ratio.size() == points);
  std::map<std::string, int> count, left, right;
  Vec3d multifidus{0, 0, 0};
  for (std::size_t i = 0; i < points; ++i) {
    const auto& f = body.fibre[i];
    CHECK(std::abs(f[0] * f[0] + f[1] * f[1] + f[2] * f[2] - 1) < 1e-5f);
    const std::string& name = body.regions[body.region[i]];
    const std::size_t cell = i / points_per_cell;
    if (name != "none") CHECK(body.tissues[static_cast<std::size_t>(body.mesh.cell_tissue[cell])].name == "muscle");
    CHECK(body.stiffness_ratio[i] == (name == "multifidus" ? 2.0f : 1.0f));
    ++count[name];
    const std::size_t q = i % points_per_cell;
    const double x = map_point(cell_points(body.mesh, static_cast<int>(cell)), gauss_points[q % 3],
                               gauss_points[q / 3 % 3], gauss_points[q / 9])[0];
    if (x < -1e-9) {
      ++left[name];
      if (name == "multifidus") multifidus += Vec3d{f[0], f[1], f[2]};
    }
    if (x > 1e-9) ++right[name];
  }
  for (const char* name : {"erector spinae", "multifidus", "quadratus lumborum", "latissimus dorsi", "gluteus maximus",
                           "gluteus medius"}) {
    CAPTURE(name);
    CHECK(count[name] > 500);
    CHECK(static_cast<double>(left[name]) / right[name] == Approx(1).epsilon(0.01));  // both sides alike
  }
  // On the left, multifidus runs cranially and towards the midline (+x) at 20 degrees.
  const Vec3d mean = normalized(multifidus);
  CHECK(std::atan2(mean[0], mean[2]) * 180 / 3.14159265 == Approx(20).margin(1));
}

TEST_CASE("The paraspinal muscles fill the bed behind the transverse processes", "[slab]") {
  const std::string name = GENERATE(as<std::string>{}, "runner-lean", "average", "high-bmi");
  const Body& body = built(name);
  const SubjectValues values = subject(name);
  const double to_bone =
      values.at("lumbar.skin") + values.at("lumbar.fat") + values.at("lumbar.fascia") + values.at("lumbar.muscle");
  // Textbook cross-sections of one side, m², grow with the thickness of the muscles.
  const double size = values.at("lumbar.muscle") / subject("average").at("lumbar.muscle");
  struct Level {
    const char* name;
    double multifidus[2], erector[2];
  };
  for (const Level& level : {Level{"L1", {2e-4, 4.5e-4}, {12e-4, 21e-4}}, Level{"L3", {3.5e-4, 6e-4}, {13e-4, 21e-4}},
                             Level{"L5", {6e-4, 10e-4}, {5e-4, 13e-4}}}) {
    CAPTURE(name, level.name);
    const double z = resolve_position(body, level.name, Laterality::left).along;
    // The coronal plane of the transverse processes' backs.
    const double back = (body.surface->point(0.03, z) - to_bone * body.surface->normal(0.03, z))[1];
    constexpr double slice = 18e-3;  // m, some two elements
    double bed = 0;
    std::map<std::string, double> area, across, behind;  // of both sides; means of |x| and of the distance to the plane
    for (std::size_t c = 0; c < body.mesh.cells.size(); ++c) {
      if (body.tissues[static_cast<std::size_t>(body.mesh.cell_tissue[c])].name != "muscle") continue;
      const CellPoints x = cell_points(body.mesh, static_cast<int>(c));
      if (std::abs(x[13][2] - z) > slice) continue;
      for (std::size_t q = 0; q < points_per_cell; ++q) {
        const double r[3] = {gauss_points[q % 3], gauss_points[q / 3 % 3], gauss_points[q / 9]};
        const Vec3d p = map_point(x, r[0], r[1], r[2]);
        if (std::abs(p[2] - z) > slice / 2) continue;
        const double weight = gauss_weights[q % 3] * gauss_weights[q / 3 % 3] * gauss_weights[q / 9] *
                              determinant(map_jacobian(x, r[0], r[1], r[2])) / slice;
        const std::string& region = body.regions[body.region[points_per_cell * c + q]];
        const bool paraspinal = region == "multifidus" || region == "erector spinae";
        if (std::abs(p[0]) < 0.065 && p[1] < back) {
          bed += weight;
          if (paraspinal) area["covered"] += weight;
        }
        area[region] += weight;
        across[region] += weight * std::abs(p[0]);
        behind[region] += weight * (back - p[1]);
      }
    }
    for (auto& [region, value] : across) value /= area[region];
    for (auto& [region, value] : behind) value /= area[region];
    CHECK(area["covered"] > 0.9 * bed);
    CHECK(area["multifidus"] / 2 > size * level.multifidus[0]);
    CHECK(area["multifidus"] / 2 < size * level.multifidus[1]);
    CHECK(area["erector spinae"] / 2 > size * level.erector[0]);
    CHECK(area["erector spinae"] / 2 < size * level.erector[1]);
    // Multifidus lies medial to erector spinae and, above L5, deep to it; the quadratus in front and lateral.
    CHECK(across["multifidus"] < across["erector spinae"]);
    if (std::string(level.name) != "L5") {
      CHECK(behind["multifidus"] < behind["erector spinae"]);
      CHECK(area["quadratus lumborum"] / 2 > 2e-4);
      CHECK(area["quadratus lumborum"] / 2 < 9e-4);
      CHECK(behind["quadratus lumborum"] < 0);
      CHECK(across["quadratus lumborum"] > 0.04);
      CHECK(across["latissimus dorsi"] > across["erector spinae"]);
      CHECK(behind["latissimus dorsi"] > 0);
    }
  }
}

TEST_CASE("Fibres run along the muscles", "[slab]") {
  const Body& body = built("average");
  const SlabModel model =
      read_slab_model(read_model_file(lower_back("average").path, "body"), subject("average"), Laterality::right, {});
  struct Sum {
    Vec3d direction{0, 0, 0};
    int count = 0;
  };
  std::map<std::string, Sum> caudal, cranial;  // erector spinae and multifidus below L4 and above L2, right side
  for (std::size_t c = 0; c < body.mesh.cells.size(); ++c) {
    const CellPoints x = cell_points(body.mesh, static_cast<int>(c));
    for (std::size_t q = 0; q < points_per_cell; ++q) {
      const Vec3d p = map_point(x, gauss_points[q % 3], gauss_points[q / 3 % 3], gauss_points[q / 9]);
      if (p[0] < 0) continue;
      const std::size_t point = points_per_cell * c + q;
      Sum* sum = nullptr;
      if (p[2] > -0.073 && p[2] < -0.037) sum = &caudal[body.regions[body.region[point]]];
      if (p[2] > 0.074 && p[2] < 0.109) sum = &cranial[body.regions[body.region[point]]];
      if (!sum) continue;
      const auto& f = body.fibre[point];
      sum->direction += Vec3d{f[0], f[1], f[2]};
      ++sum->count;
    }
  }
  for (const auto& [region, angle] : std::map<std::string, double>{{"erector spinae", 8}, {"multifidus", -20}}) {
    CAPTURE(region);
    const Vec3d low = normalized(caudal[region].direction), high = normalized(cranial[region].direction);
    CHECK(std::atan2(low[0], low[2]) * 180 / 3.14159265 == Approx(angle).margin(1.5));
    CHECK(std::atan2(high[0], high[2]) * 180 / 3.14159265 == Approx(angle).margin(1.5));
    // The lordosis: from L5 to L4 cranially means deeper (towards +y), from L1 to T12 back towards the skin.
    CHECK(low[1] > 0.05);
    CHECK(high[1] < -0.05);
  }
}

TEST_CASE("Fascia and support lie where they should", "[slab]") {
  const Body& body = built("average");
  REQUIRE(body.membranes.size() == 1);
  const MembranePlacement& fascia = body.membranes[0];
  REQUIRE(fascia.faces.size() == fascia.directions.size());
  double fascia_area = 0;
  for (std::size_t i = 0; i < fascia.faces.size(); ++i) {
    const FacePoint f = map_face(body.mesh, fascia.faces[i], 0, 0);
    CHECK(std::abs(dot(fascia.directions[i], cross(f.along_r, f.along_s))) < 1e-12);
    CHECK(fascia.directions[i][2] > 0.9);
    fascia_area += face_area(body.mesh, fascia.faces[i]);
    CHECK(std::abs(f.position[0]) <= 0.1);
    // 9 mm fat and 2.2 mm skin lie over it in the lumbar part.
    if (f.position[2] > -0.07 && std::abs(f.position[0]) > 0.03) {
      const double depth = f.position[1] - body.surface->point(f.position[0], f.position[2])[1];
      CHECK(depth == Approx(0.0112 / std::abs(body.surface->normal(f.position[0], f.position[2])[1])).epsilon(0.05));
    }
  }
  CHECK(fascia_area > 0.2 * 0.27);
  REQUIRE(body.supports.size() == 1);
  CHECK(body.supports[0].faces.size() == body.mesh.faces.at("bottom").size());
  CHECK(body.supports[0].stiffness == Approx(150e3));
}

TEST_CASE("The body is the same for any number of threads", "[slab]") {
  BodyRequest request = lower_back("average");
  request.element_size = 0.016;
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  const Body one = build_chart_body(request);
  omp_set_num_threads(3);
  const Body three = build_chart_body(request);
  omp_set_num_threads(threads);
  REQUIRE(one.mesh.points.size() == three.mesh.points.size());
  CHECK(std::memcmp(one.mesh.points.data(), three.mesh.points.data(), one.mesh.points.size() * sizeof(Vec3d)) == 0);
  CHECK(one.region == three.region);
  CHECK(one.held == three.held);
}

TEST_CASE("Bad parameters are refused in one sentence", "[slab]") {
  const auto sentence = [](const BodyRequest& request) -> std::string {
    try {
      build_chart_body(request);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  const auto contains = [](const std::string& text, const char* part) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
  };
  BodyRequest request = lower_back("average");
  request.element_size = 0;
  contains(sentence(request), "element_size must be a positive length");
  request.element_size = 1e-5;
  contains(sentence(request), "nodes");
  request.element_size = 1;
  contains(sentence(request), "too coarse");
  request = lower_back("average");
  request.refine = Refinement{0.4, 0, 0.03, 0.004};
  contains(sentence(request), "outside the body");
  request.refine = Refinement{0, 0, 0.03, -0.004};
  contains(sentence(request), "positive size");
  request = lower_back("average");
  request.element_size = 0.016;
  request.muscle_tone["multifidous"] = MuscleTone::tight;
  contains(sentence(request), "did you mean \"multifidus\"");

  SubjectValues values = subject("average");
  const auto refused = [&](const char* key, const char* text) -> std::string {
    try {
      override_subject(values, key, text, {"a.toml", 3, 1});
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  contains(refused("lumbar.fat", "-3 mm"), "between 0.1 mm and 200 mm");
  contains(refused("lumbar.fat", "12"), "unit");
  contains(refused("lumbar.fatt", "12 mm"), "did you mean \"lumbar.fat\"");
  contains(refused("bmi", "1000"), "a.toml:3:1");
  CHECK_THROWS_AS(find_model(models(), "subjects", "averge"), Error);

  // So much fat that the slab has no room left.
  request = lower_back("average");
  request.element_size = 0.016;
  override_subject(request.subject, "lumbar.fat", "150 mm", {});
  override_subject(request.subject, "gluteal.fat", "150 mm", {});
  const std::string text = sentence(request);
  CHECK(!text.empty());
}
