// Gluteal region and foot: sound for every subject and size, with the volumes of their shapes and the layers of the
// subject.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

#include "body/chart_body.hpp"
#include "body/hexahedron.hpp"
#include "body/layers.hpp"
#include "body/position.hpp"
#include "body/slab_model.hpp"
#include "catch.hpp"
#include "slab_checks.hpp"
#include "slab_fixture.hpp"

using namespace knead;
using namespace knead::test;

namespace {

// Built once.
const Body& built_slab(const std::string& name, const std::string& person, double size) {
  static std::map<std::string, Body> bodies;
  const std::string key = name + person + std::to_string(size);
  auto it = bodies.find(key);
  if (it == bodies.end()) it = bodies.emplace(key, build_chart_body(body_request(name, person, size))).first;
  return it->second;
}

// m³ between skin and bottom, and of bone in there, by the middles of a grid.
struct Space {
  double all = 0, bone = 0;
};
Space measure_space(const BodyRequest& request) {
  const SlabModel model =
      read_slab_model(read_model_file(request.path, "body"), request.subject, request.side, request.posture);
  const double step = model.extent.across / 14;
  Space space;
  const auto middles = [&](double from, double to) {
    const int n = static_cast<int>(std::ceil((to - from) / step));
    std::vector<double> list;
    for (int i = 0; i < n; ++i) list.push_back(from + (to - from) * (i + 0.5) / n);
    return list;
  };
  const SlabExtent& e = model.extent;
  const auto xs = middles(-e.across, e.across), zs = middles(e.along_min, e.along_max);
  const double area =
      4 * e.across / static_cast<double>(xs.size()) * (e.along_max - e.along_min) / 2 / static_cast<double>(zs.size());
  for (const double x : xs)
    for (const double z : zs) {
      const double top = model.chart->height(x, z).y,
                   bottom = model.chart->smooth_y(x, z, model.bottom_share) + model.depth;
      space.all += area * (bottom - top);
      const auto ys = middles(top, bottom);
      for (const double y : ys)
        if (model.bone_distance({x, y, z}) < 0) space.bone += area * (bottom - top) / static_cast<double>(ys.size());
    }
  return space;
}

// The finer sizes with the long set: KNEAD_PLACES, as in verification/bodies_test.cpp.
struct Slab {
  std::string name;
  std::vector<double> sizes;  // m
};
std::vector<Slab> slabs() {
  if (std::getenv("KNEAD_PLACES")) return {{"gluteal", {8e-3, 11e-3, 15e-3}}, {"foot", {4e-3, 5.5e-3, 8e-3}}};
  return {{"gluteal", {16e-3, 19e-3, 23e-3}}, {"foot", {7e-3, 8e-3, 9e-3}}};
}

}  // namespace

TEST_CASE("Gluteal region and foot are sound at three element sizes, and volumes and layers agree", "[slabs][heavy]") {
  for (const Slab& s : slabs())
    for (const char* person : subjects) {
      if (!everybody() && std::string(person) != (std::string(s.name) == "foot" ? "runner-lean" : "high-bmi")) continue;
      const Space space = measure_space(body_request(s.name, person, s.sizes[0]));
      std::map<std::string, double> volumes;
      std::map<std::string, double> depths;
      for (const double size : s.sizes) {
        INFO(s.name << " of " << person << ", elements of " << 1e3 * size << " mm");
        const Body& body = built_slab(s.name, person, size);
        check_invariants(body);
        CHECK(measure_quality(body.mesh).min_scaled_jacobian > 0.2);
        // Skin and fat are whole layers, tissue and bone fill the space between skin and bottom.
        auto by_tissue = measure_volumes(body);
        std::map<std::string, double> now{{"skin", by_tissue["skin"]},
                                          {"fat", by_tissue["subcutaneous-fat"] + by_tissue["heel-pad"]},
                                          {"tissue", volume(body.mesh)}};
        CHECK(space.all - now["tissue"] == Approx(space.bone).epsilon(0.1));
        if (volumes.empty()) volumes = now;
        for (const auto& [what, v] : now) {
          INFO(what);
          CHECK(v == Approx(volumes[what]).epsilon(0.03));
        }
        int landmarks = 0;
        for (const Landmark& l : body.landmarks) {
          const auto layers = measure_layers(body, l.across, l.along);
          REQUIRE(layers.size() >= 2);
          const double cover = layers[0].thickness + layers[1].thickness;
          const auto [it, first] = depths.emplace(l.name, cover);
          INFO(l.name);
          CHECK(cover == Approx(it->second).epsilon(0.03));
          ++landmarks;
        }
        CHECK(landmarks >= 5);
      }
    }
}

TEST_CASE("A left foot is the mirror image of a right one", "[slabs]") {
  const Body& right = built_slab("foot", "average", 8e-3);
  const Body left = build_chart_body(body_request("foot", "average", 8e-3, Laterality::left));
  for (const char* tissue : {"skin", "subcutaneous-fat", "heel-pad", "muscle"}) {
    INFO(tissue);
    CHECK(measure_volumes(left)[tissue] == Approx(measure_volumes(right)[tissue]).epsilon(0.01));
  }
  REQUIRE(left.membranes.size() == 1);
  CHECK(left.membranes[0].faces.size() == right.membranes[0].faces.size());
  for (const Landmark& landmark : right.landmarks) {
    INFO(landmark.name);
    const std::string words = landmark.name + " + 4 mm lateral";
    const Vec3d a = point_at(*right.surface, resolve_position(right, words, Laterality::right));
    const Vec3d b = point_at(*left.surface, resolve_position(left, words, Laterality::left));
    CHECK(norm(a - Vec3d{-b[0], b[1], b[2]}) < 1e-9);
  }
  // The arch is hollow on the medial side, which is to the left of a right foot.
  CHECK(right.surface->point(-0.03, 0)[1] > right.surface->point(0.03, 0)[1] + 5e-3);
}

TEST_CASE("Layers under landmarks of buttock and sole are those of the subject", "[slabs]") {
  struct Place {
    const char *body, *landmark, *site, *fat;
    bool to_bone;
  };
  const Place places[] = {{"gluteal", "gluteus maximus", "gluteal", "subcutaneous-fat", false},
                          {"gluteal", "S2", "sacral", "subcutaneous-fat", true},
                          {"foot", "heel", "heel", "heel-pad", true},
                          {"foot", "arch", "plantar-arch", "subcutaneous-fat", true}};
  for (const char* person : subjects) {
    const SubjectValues values = subject(person);
    for (const Place& place : places) {
      INFO(place.landmark << " of " << person);
      const Body& body = built_slab(place.body, person, std::string(place.body) == "foot" ? 7e-3 : 16e-3);
      const SurfacePosition at = resolve_position(body, place.landmark, Laterality::right);
      const auto layers = measure_layers(body, at.across, at.along);
      REQUIRE(layers.size() >= 2);
      const auto value = [&](const char* layer) { return values.at(std::string(place.site) + layer); };
      CHECK(layers[0].thickness == Approx(value(".skin")).epsilon(0.03));
      CHECK(layers[1].tissue == place.fat);
      CHECK(layers[1].thickness == Approx(value(".fat")).epsilon(0.03));
      if (!place.to_bone) continue;
      double depth = 0;
      for (const auto& layer : layers) depth += layer.thickness;
      CHECK(layers.back().ends_at.rfind("bone", 0) == 0);
      CHECK(std::abs(depth - value(".skin") - value(".fat") - value(".fascia") - value(".muscle")) < 3e-3);
    }
  }
}

TEST_CASE("Muscles of buttock and sole are there with unit fibres", "[slabs]") {
  for (const Slab& s : slabs()) {
    INFO(s.name);
    const Body& body = built_slab(s.name, "average", s.sizes[0]);
    std::set<int> seen(body.region.begin(), body.region.end());
    for (std::size_t r = 1; r < body.regions.size(); ++r) {
      INFO(body.regions[r]);
      CHECK(seen.count(static_cast<int>(r)) == 1);
    }
    for (const Vec3<float>& f : body.fibre) REQUIRE(f[0] * f[0] + f[1] * f[1] + f[2] * f[2] == Approx(1).epsilon(1e-5));
  }
  // Gluteus maximus of the right side runs down and outwards, that of the left mirrored.
  const Body& body = built_slab("gluteal", "average", slabs()[0].sizes[0]);
  const auto name = std::find(body.regions.begin(), body.regions.end(), "gluteus maximus");
  const auto region = static_cast<int>(name - body.regions.begin());
  int points = 0, wrong = 0;
  for (int c = 0; c < body.mesh.num_cells(); ++c)
    for (int q = 0; q < points_per_cell; ++q) {
      const auto point = static_cast<std::size_t>(c) * points_per_cell + static_cast<std::size_t>(q);
      if (body.region[point] != region) continue;
      const double x = cell_points(body.mesh, c)[13][0];
      ++points;
      wrong += x * static_cast<double>(body.fibre[point][0]) * static_cast<double>(body.fibre[point][2]) >= 0;
    }
  CHECK(points > 1000);
  CHECK(wrong == 0);
}

TEST_CASE("The trochanter lies straight below its place, as deep as the file says", "[slabs]") {
  for (const char* person : subjects) {
    INFO(person);
    const BodyRequest request = body_request("gluteal", person, 16e-3);
    const SlabModel model =
        read_slab_model(read_model_file(request.path, "body"), request.subject, request.side, request.posture);
    constexpr double x = 0.119, z = -0.109, radius = 0.022;
    const double cover = 1.37 * (model.sites.thickness("skin", x, z) + model.sites.thickness("fat", x, z));
    const double y = model.chart->height(x, z).y + cover + 0.04;
    for (const double side : {1.0, -1.0}) {
      CHECK(model.bone_distance({side * (x + radius), y, z}) == Approx(0).margin(2e-4));
      CHECK(model.bone_distance({side * x, y, z}) == Approx(-radius).margin(2e-4));
    }
  }
}
