// Thigh and calf: shape, layers and meshes for every subject, size and side.
#include <cmath>
#include <map>
#include <numbers>
#include <set>

#include "body/chart_body.hpp"
#include "body/hexahedron.hpp"
#include "body/layers.hpp"
#include "body/limb_model.hpp"
#include "body/position.hpp"
#include "catch.hpp"
#include "slab_fixture.hpp"

using namespace knead;
using namespace knead::test;

namespace {

constexpr const char* limbs[] = {"thigh", "calf"};

}  // namespace

TEST_CASE("Limbs of every subject are sound at three element sizes, and their volumes agree", "[limb][heavy]") {
  for (const char* name : limbs)
    for (const char* person : subjects) {
      if (!everybody() && std::string(person) != (std::string(name) == "thigh" ? "high-bmi" : "runner-lean")) continue;
      INFO(name << " of " << person);
      std::map<std::string, double> finest;
      for (const double size : {8e-3, 11e-3, 15e-3}) {
        const Body body = build_chart_body(body_request(name, person, size));
        INFO("elements of " << 1e3 * size << " mm");
        const MeshQuality quality = measure_quality(body.mesh);
        CHECK(quality.min_scaled_jacobian > 0.2);
        CHECK(quality.min_jacobian > 0);
        auto volume = measure_volumes(body);
        volume["muscle"] += volume["tendon"];  // whole elements: no measure of its size
        volume.erase("tendon");
        if (finest.empty()) finest = volume;
        for (const auto& [tissue, v] : volume) {
          INFO(tissue);
          CHECK(v == Approx(finest[tissue]).epsilon(0.03));
        }
        // Everything that holds is a bone or a cut plane, and skin lies all around.
        std::set<std::string> holders(body.holders.begin(), body.holders.end());
        CHECK(holders.count("bone: " + std::string(std::string(name) == "thigh" ? "femur" : "tibia")) == 1);
        CHECK(body.mesh.faces.at("top").size() > 100);
        CHECK(body.mesh.faces.at("left").empty());
        CHECK(body.mesh.faces.at("table").size() > 10);
      }
    }
}

TEST_CASE("Layers under the landmarks are those of the subject", "[limb][heavy]") {
  for (const char* person : subjects) {
    if (!everybody() && std::string(person) != "average") continue;
    INFO(person);
    const BodyRequest request = body_request("thigh", person, 9e-3);
    const Body body = build_chart_body(request);
    const auto value = [&](const char* key) { return request.subject.at(key); };
    struct Side {
      const char *landmark, *site;
    };
    for (const Side& side : {Side{"mid-thigh", "thigh-posterior"}, Side{"iliotibial band", "thigh-lateral"}}) {
      INFO(side.landmark);
      const std::string site = side.site;
      const SurfacePosition at = resolve_position(body, side.landmark, Laterality::right);
      const auto layers = measure_layers(body, at.across, at.along);
      REQUIRE(layers.size() >= 3);
      CHECK(layers[0].tissue == "skin");
      CHECK(layers[0].thickness == Approx(value((site + ".skin").c_str())).epsilon(0.03));
      CHECK(layers[1].thickness == Approx(value((site + ".fat").c_str())).epsilon(0.03));
      // Along the ray to the axis the depth is that of the subject on every side.
      const LimbChart& chart = dynamic_cast<const LimbChart&>(*body.surface);
      const double depth = chart.radius(at.across / chart.mean_radius, 0) - 0.014;
      CHECK(depth ==
            Approx(value((site + ".skin").c_str()) + value((site + ".fat").c_str()) + value((site + ".muscle").c_str()))
                .epsilon(1e-6));
    }
  }
}

TEST_CASE("With gliding, a loose layer lies below the fat and takes its thickness from it", "[limb]") {
  for (const char* name : {"calf", "gluteal"}) {
    INFO(name);
    BodyRequest request = body_request(name, "average", 15e-3);
    const Body holding = build_chart_body(request);
    request.gliding = Location{};
    const Body gliding = build_chart_body(request);
    CHECK(measure_quality(gliding.mesh).min_scaled_jacobian > 0.2);
    CHECK(gliding.mesh.num_cells() > holding.mesh.num_cells());
    auto before = measure_volumes(holding), after = measure_volumes(gliding);
    CHECK(before.count("loose-layer") == 0);
    CHECK(after["subcutaneous-fat"] + after["loose-layer"] == Approx(before["subcutaneous-fat"]).epsilon(1e-3));
    CHECK(after["muscle"] == Approx(before["muscle"]).epsilon(1e-3));
    const SurfacePosition at = resolve_position(gliding, gliding.landmarks[0].name, Laterality::right);
    const auto layers = measure_layers(gliding, at.across, at.along);
    REQUIRE(layers.size() >= 4);
    CHECK(layers[1].tissue == "subcutaneous-fat");
    CHECK(layers[2].tissue == "loose-layer");
    CHECK(layers[2].thickness == Approx(0.5e-3).epsilon(0.03));
    // The fascia stays where it was: below the loose layer.
    REQUIRE(gliding.membranes.size() == holding.membranes.size());
    const auto height = [](const Body& body) {
      return norm(body.mesh.points[static_cast<std::size_t>(body.membranes[0].faces[0][4])]);
    };
    CHECK(height(gliding) == Approx(height(holding)).epsilon(1e-3));
  }
  BodyRequest foot = body_request("foot", "average", 9e-3);
  foot.gliding = Location{};
  CHECK_THROWS_WITH(build_chart_body(foot), Catch::Contains("no layer to glide on"));
}

TEST_CASE("The girth is that of the subject", "[limb]") {
  for (const char* name : limbs)
    for (const char* person : subjects) {
      INFO(name << " of " << person);
      const BodyRequest request = body_request(name, person, 1e-2);
      const Body body = outline_chart_body(request);
      const double around = std::numbers::pi * dynamic_cast<const LimbChart&>(*body.surface).mean_radius;
      double girth = 0;
      constexpr int parts = 720;
      for (int i = 0; i < parts; ++i)
        girth += norm(body.surface->point(around * (2.0 * (i + 1) / parts - 1), 0) -
                      body.surface->point(around * (2.0 * i / parts - 1), 0));
      CHECK(girth == Approx(request.subject.at(std::string(name) + ".girth")).epsilon(0.002));
    }
}

TEST_CASE("Places in front go on to both sides of where the skin's coordinates begin again", "[limb]") {
  const Body body = build_chart_body(body_request("thigh", "average", 15e-3));
  const auto place = [&](const char* words) { return resolve_position(body, words, Laterality::right); };
  const auto middle = place("rectus femoris");
  const Vec3d front = body.surface->point(middle.across, middle.along);
  const auto lateral = place("rectus femoris + 60 mm lateral"), medial = place("rectus femoris + 60 mm medial");
  const Vec3d there = body.surface->point(lateral.across, lateral.along),
              here = body.surface->point(medial.across, medial.along);
  // Places count on the mean circle, whose centre is not that of the front.
  for (const Vec3d& x : {there, here}) {
    CHECK(norm(x - front) > 0.045);
    CHECK(norm(x - front) < 0.065);
  }
  CHECK(norm(there - here) == Approx(norm(there - front) + norm(here - front)).epsilon(0.1));
  // Small elements follow.
  auto request = body_request("thigh", "average", 15e-3);
  for (const auto& at : {lateral, medial}) {
    request.refine = Refinement{at.across, at.along, 30e-3, 6e-3};
    const Body refined = build_chart_body(request);
    const Vec3d x = body.surface->point(at.across, at.along);
    double nearest = 1;
    for (const Face& face : refined.mesh.faces.at("top")) {
      const auto nodes = face_nodes(refined.mesh, face);
      const auto point = [&](std::size_t i) { return refined.mesh.points[static_cast<std::size_t>(nodes[i])]; };
      if (norm(point(4) - x) < 10e-3) nearest = std::min(nearest, norm(point(5) - point(3)));
    }
    CHECK(nearest < 8e-3);
  }
}

TEST_CASE("A left limb is the mirror image of a right one", "[limb]") {
  for (const char* name : limbs) {
    INFO(name);
    const Body right = build_chart_body(body_request(name, "average", 14e-3, Laterality::right));
    const Body left = build_chart_body(body_request(name, "average", 14e-3, Laterality::left));
    for (const auto& [tissue, v] : measure_volumes(right))
      CHECK(measure_volumes(left)[tissue] == Approx(v).epsilon(0.01));
    for (const Landmark& landmark : landmarks_on(right)) {
      INFO(landmark.name);
      const SurfacePosition r = resolve_position(right, landmark.name + " + 10 mm lateral", Laterality::right);
      const SurfacePosition l = resolve_position(left, landmark.name + " + 10 mm lateral", Laterality::left);
      const Vec3d a = point_at(*right.surface, r), b = point_at(*left.surface, l);
      CHECK(norm(a - Vec3d{{-b[0], b[1], b[2]}}) < 1e-9);
    }
  }
}

TEST_CASE("Muscles of the limbs fill the muscle layer and carry unit fibres", "[limb]") {
  for (const char* name : limbs) {
    INFO(name);
    const Body body = build_chart_body(body_request(name, "average", 1e-2));
    const BodySummary summary = read_body_summary(find_model(models(), "bodies", name), subject("average"));
    std::set<int> seen;
    int none = 0, all = 0;
    for (int c = 0; c < body.mesh.num_cells(); ++c)
      for (int q = 0; q < points_per_cell; ++q) {
        const auto point = static_cast<std::size_t>(c) * points_per_cell + static_cast<std::size_t>(q);
        const Vec3<float>& f = body.fibre[point];
        CHECK(f[0] * f[0] + f[1] * f[1] + f[2] * f[2] == Approx(1).epsilon(1e-5));
        if (body.mesh.cell_tissue[static_cast<std::size_t>(c)] < 2) continue;
        ++all;
        none += body.region[point] == 0;
        seen.insert(body.region[point]);
      }
    CHECK(none < 0.05 * all);
    for (std::size_t r = 1; r < body.regions.size(); ++r) {
      INFO(body.regions[r]);
      CHECK(seen.count(static_cast<int>(r)) == 1);
    }
    CHECK(summary.muscles.size() + 1 == body.regions.size());
  }
}

TEST_CASE("The posture decides which side lies on the table", "[limb][heavy]") {
  for (const char* name : limbs)
    for (const Laterality side : {Laterality::right, Laterality::left}) {
      INFO(name << (side == Laterality::right ? ", right" : ", left"));
      const double lateral = side == Laterality::right ? 1 : -1;
      const std::map<std::string, Vec3d> down{{"prone", {0, 1, 0}}, {"supine", {0, -1, 0}}, {"side", {-lateral, 0, 0}}};
      for (const auto& [posture, way] : down) {
        INFO(posture);
        BodyRequest request = body_request(name, "average", 15e-3, side);
        request.posture.name = posture;
        request.gravity = true;
        const Body body = build_chart_body(request);
        CHECK(norm(body.gravity / standard_gravity - way) < 1e-12);
        CHECK(body.posture == posture);
        // All of the skin within 53 degrees of the way down lies on the table, and no other.
        std::size_t below = 0;
        for (const Face& face : body.mesh.faces.at("top")) {
          const FacePoint f = map_face(body.mesh, face_nodes(body.mesh, face), 0, 0);
          below += dot(normalized(cross(f.along_r, f.along_s)), way) > least_cosine_on_table;
        }
        CHECK(below > 10);
        CHECK(body.mesh.faces.at("table").size() == below);
        CHECK(body.supports.at(0).faces.size() == below);
      }
    }
}

TEST_CASE("The fascia of a limb is as thick as the subject's", "[limb]") {
  BodyRequest thick = body_request("calf", "average", 15e-3), thin = thick;
  for (const char* side : {"calf-posterior", "calf-lateral", "calf-anterior", "calf-medial"}) {
    override_subject(thick.subject, std::string(side) + ".fascia", "1 mm", {});
    override_subject(thin.subject, std::string(side) + ".fascia", "0.5 mm", {});
  }
  // A sheet's stiffness in tension is its modulus times its thickness.
  const Body a = build_chart_body(thick), b = build_chart_body(thin);
  REQUIRE(a.membranes.size() == 1);
  CHECK(a.membranes[0].law.along == Approx(2 * b.membranes[0].law.along));
}

TEST_CASE("Limbs that cannot be are refused with a sentence", "[limb]") {
  BodyRequest request = body_request("thigh", "average", 0.09);
  CHECK_THROWS_AS(build_chart_body(request), Error);
  request = body_request("thigh", "average", 1e-2);
  override_subject(request.subject, "thigh.girth", "200 mm", {});
  CHECK_THROWS_WITH(build_chart_body(request), Catch::Contains("girth"));
  request = body_request("thigh", "average", 1e-2);
  request.refine = Refinement{1, 0, 0.04, 0.004};
  CHECK_THROWS_WITH(build_chart_body(request), Catch::Contains("outside the body"));
  request = body_request("thigh", "average", 1e-2);
  request.posture.name = "upright";
  CHECK_THROWS_WITH(build_chart_body(request), Catch::Contains("its postures are: prone, supine, side"));
}
