// Legs of known shape, segmented, imported and meshed: volumes, surface, sides and what is refused.
#include "body/scan_import.hpp"

#include <fstream>
#include <map>
#include <set>

#include "base/error.hpp"
#include "body/chart_body.hpp"
#include "body/hexahedron.hpp"
#include "body/layers.hpp"
#include "body/limb_model.hpp"
#include "body/nifti_file.hpp"
#include "body/provenance.hpp"
#include "catch.hpp"
#include "leg_fixture.hpp"
#include "nifti_fixture.hpp"
#include "slab_fixture.hpp"

using namespace knead;
using namespace knead::test;

namespace {

constexpr double edge = 2.5e-3, half = 0.06;

ScanImportSettings settings_for(const std::string& name) {
  ScanImportSettings settings;
  settings.name = name;
  settings.map_name = name + ".nii.gz";
  settings.names = {{SampleLeg::bone, "femur_right"},
                    {SampleLeg::second_bone, "fibula"},
                    {SampleLeg::muscle, "hamstrings"},
                    {SampleLeg::other_muscle, "quadriceps_femoris_right"},
                    {SampleLeg::fat, "subcutaneous_fat"}};
  settings.names_path = "names.toml";
  settings.parts = {{"hamstrings", ScanPart::muscle}};
  return settings;
}

struct Imported {
  std::string path;
  ScanImportSettings settings;
  ImportedScan scan;
};

Imported import_leg(const LabelMap& map, const ScanImportSettings& settings) {
  Imported result{test_file(settings.name + ".toml"), settings, import_scan(map, settings)};
  write_nifti(result.scan.map, test_file(settings.map_name));
  std::ofstream(result.path) << result.scan.toml;
  return result;
}

BodyRequest request_for(const Imported& imported, double size) {
  BodyRequest request;
  request.path = imported.path;
  request.models = models();
  request.subject = subject("average");
  request.side = imported.scan.side;
  request.element_size = size;
  return request;
}

double half_length(const Body& body) { return dynamic_cast<const LimbChart&>(*body.surface).along_max; }

std::string refusal(const LabelMap& map, const ScanImportSettings& settings) {
  try {
    static_cast<void>(import_scan(map, settings));
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::invalid_input);
    CHECK(error.diagnostics().size() == 1);
    return error.diagnostics().front().message;
  }
  return "accepted";
}

}  // namespace

TEST_CASE("An imported leg has the volumes and the surface of the ellipsoids", "[scan]") {
  const SampleLeg leg;
  struct Case {
    double edge, size;  // m, of voxels and elements
  };
  for (const Case& one : {Case{2.5e-3, 13e-3}, Case{2.5e-3, 9e-3}, Case{2.5e-3 / 2, 11e-3}}) {
    INFO("voxels of " << 1e3 * one.edge << " mm, elements of " << 1e3 * one.size << " mm");
    ScanImportSettings settings = settings_for("scan-volumes");
    settings.voxel_size = one.edge;
    const Body body = build_chart_body(request_for(import_leg(leg.scan(one.edge, half), settings), one.size));
    const double end = half_length(body);
    CHECK(end > half - 3 * edge);
    const MeshQuality quality = measure_quality(body.mesh);
    CHECK(quality.min_scaled_jacobian > 0.2);
    CHECK(quality.min_jacobian > 0);
    auto volume = measure_volumes(body);
    const double outer = SampleLeg::piece(leg.skin, end), inner = SampleLeg::piece(leg.flesh, end);
    const double bone = std::numbers::pi * leg.shaft * leg.shaft * 2 * end;
    CHECK(volume["skin"] + volume["subcutaneous-fat"] + volume["muscle"] == Approx(outer - bone).epsilon(0.01));
    CHECK(volume["skin"] + volume["subcutaneous-fat"] == Approx(outer - inner).epsilon(0.03));
    CHECK(volume["muscle"] == Approx(inner - bone).epsilon(0.02));
    // No steps: voxels stand out by half of their edge, nodes of the skin lie on the ellipsoid within a third.
    double furthest = 0, squares = 0;
    int count = 0;
    for (const Face& face : body.mesh.faces.at("top"))
      for (const int n : face_nodes(body.mesh, face)) {
        Vec3d p = body.mesh.points[static_cast<std::size_t>(n)];
        p[0] += leg.offset_x, p[1] += leg.offset_y;
        const double level = std::sqrt(SampleLeg::level(p, leg.skin));
        const Vec3d slope{p[0] / (leg.skin[0] * leg.skin[0]), p[1] / (leg.skin[1] * leg.skin[1]),
                          p[2] / (leg.skin[2] * leg.skin[2])};
        const double off = std::abs(level * (level - 1) / norm(slope));
        furthest = std::max(furthest, off);
        squares += off * off, ++count;
      }
    CHECK(furthest < one.edge / 3);
    CHECK(std::sqrt(squares / count) < one.edge / 8);
  }
}

TEST_CASE("Skin and fat under the landmarks of an imported leg are those of the scan", "[scan]") {
  const SampleLeg leg;
  ScanImportSettings settings = settings_for("scan-layers");
  settings.skin = 2.5e-3;
  const Body body = build_chart_body(request_for(import_leg(leg.scan(edge, half), settings), 1e-2));
  for (const Landmark& landmark : body.landmarks) {
    if (landmark.along != 0) continue;
    INFO(landmark.name);
    const auto layers = measure_layers(body, landmark.across, landmark.along);
    REQUIRE(layers.size() >= 3);
    CHECK(layers[0].tissue == "skin");
    CHECK(layers[0].thickness == Approx(2.5e-3).epsilon(0.02));
    const bool sagittal = landmark.name == "posterior" || landmark.name == "anterior";
    const double fat = sagittal ? leg.skin[1] - leg.flesh[1] : leg.skin[0] - leg.flesh[0];
    CHECK(layers[0].thickness + layers[1].thickness == Approx(fat).margin(0.2 * edge));
    CHECK(layers[2].ends_at == "bone: femur_right");
  }
  // Posterior is where y is least, lateral of a right leg where x is greatest.
  CHECK(body.surface->point(body.landmarks[0].across, 0)[1] < -0.05);
  CHECK(body.landmarks[1].name == "lateral");
  CHECK(body.surface->point(body.landmarks[1].across, 0)[0] > 0.04);
}

TEST_CASE("A leg stored in other orientations is the same body", "[scan]") {
  const SampleLeg leg;
  const ImportedScan plain = import_scan(leg.scan(4e-3, half), settings_for("plain"));
  struct Stored {
    std::array<int, 3> world;
    std::array<bool, 3> back;
  };
  for (const Stored& stored : {Stored{{0, 1, 2}, {true, true, false}}, Stored{{1, 2, 0}, {false, true, true}},
                               Stored{{2, 0, 1}, {true, false, false}}}) {
    const ImportedScan other = import_scan(leg.scan(4e-3, half, stored.world, stored.back), settings_for("plain"));
    CHECK(other.toml == plain.toml);
    CHECK(other.map.size == plain.map.size);
    CHECK(other.map.label == plain.map.label);
    CHECK(norm(other.map.origin - plain.map.origin) < 1e-9);
    for (int a = 0; a < 3; ++a)
      for (int b = 0; b < 3; ++b) CHECK(other.map.axes(a, b) == Approx(plain.map.axes(a, b)).margin(1e-12));
  }
}

TEST_CASE("A leg that lies askew in the scanner is the same body", "[scan]") {
  SampleLeg leg;
  const Body straight =
      build_chart_body(request_for(import_leg(leg.scan(edge, half), settings_for("straight")), 12e-3));
  leg.tilt = 0.25;
  const Imported askew = import_leg(leg.scan(edge, 1.4 * half), settings_for("askew"));
  const Body tilted = build_chart_body(request_for(askew, 12e-3));
  const LimbChart &a = dynamic_cast<const LimbChart&>(*straight.surface),
                  &b = dynamic_cast<const LimbChart&>(*tilted.surface);
  const double end = std::min(a.along_max, b.along_max);
  CHECK(end > 0.8 * half);
  for (double z : {-0.9 * end, 0.0, 0.7 * end})
    for (int turn = 0; turn < 12; ++turn) {
      INFO(1e3 * z << " mm along, " << 30 * turn << " degrees");
      CHECK(b.radius(turn * std::numbers::pi / 6, z) ==
            Approx(a.radius(turn * std::numbers::pi / 6, z)).margin(edge / 3));
    }
  CHECK(measure_quality(tilted.mesh).min_scaled_jacobian > 0.2);
}

TEST_CASE("The other side is the mirror image, scanned or asked for", "[scan]") {
  SampleLeg leg;
  const Imported right = import_leg(leg.scan(4e-3, half), settings_for("scan-right"));
  leg.mirrored = true;
  ScanImportSettings settings = settings_for("scan-left");
  settings.names[SampleLeg::bone] = "femur_left";
  settings.names[SampleLeg::other_muscle] = "quadriceps_femoris_left";
  const Imported left = import_leg(leg.scan(4e-3, half), settings);
  CHECK(left.scan.side == Laterality::left);
  BodyRequest asked = request_for(right, 15e-3);
  asked.side = Laterality::left;
  const Body mirrored = outline_chart_body(asked), scanned = outline_chart_body(request_for(left, 15e-3)),
             shown = outline_chart_body(request_for(right, 15e-3));
  for (const char* words : {"lateral", "posterior + 10 mm lateral", "medial distal + 5 mm cranial"}) {
    INFO(words);
    const Vec3d r = point_at(*shown.surface, resolve_position(shown, words, Laterality::right));
    for (const Body* body : {&mirrored, &scanned}) {
      const Vec3d l = point_at(*body->surface, resolve_position(*body, words, Laterality::left));
      CHECK(norm(l - Vec3d{-r[0], r[1], r[2]}) < 1e-6);
    }
  }
}

TEST_CASE("A second bone is left free of elements and held", "[scan]") {
  SampleLeg leg;
  leg.second_radius = 7e-3;
  const Body body = build_chart_body(request_for(import_leg(leg.scan(edge, half), settings_for("two-bones")), 7e-3));
  const std::set<std::string> holders(body.holders.begin(), body.holders.end());
  CHECK(holders.count("bone: femur_right") == 1);
  CHECK(holders.count("bone: fibula") == 1);
  CHECK(measure_quality(body.mesh).min_scaled_jacobian > 0.2);
  const double end = half_length(body), pi = std::numbers::pi;
  const double bones = pi * 2 * end * (leg.shaft * leg.shaft + leg.second_radius * leg.second_radius);
  CHECK(measure_volumes(body)["muscle"] == Approx(SampleLeg::piece(leg.flesh, end) - bones).epsilon(0.03));
}

TEST_CASE("Every quadrature point of an imported muscle layer has its muscle", "[scan]") {
  const SampleLeg leg;
  BodyRequest request = request_for(import_leg(leg.scan(edge, half), settings_for("scan-muscles")), 13e-3);
  request.muscle_tone["hamstrings"] = MuscleTone::contracted;
  const Body body = build_chart_body(request);
  REQUIRE(body.regions == std::vector<std::string>{"none", "hamstrings", "quadriceps_femoris_right"});
  int wrong = 0, all = 0;
  for (int c = 0; c < body.mesh.num_cells(); ++c) {
    if (body.mesh.cell_tissue[static_cast<std::size_t>(c)] < 2) continue;
    const CellPoints x = cell_points(body.mesh, c);
    for (std::size_t q = 0; q < points_per_cell; ++q) {
      const Vec3d p = map_point(x, gauss_points[q % 3], gauss_points[q / 3 % 3], gauss_points[q / 9]);
      const std::size_t point = points_per_cell * static_cast<std::size_t>(c) + q;
      if (std::abs(p[1] + leg.offset_y) < edge) continue;  // at the border between them
      ++all;
      wrong += body.region[point] != (p[1] + leg.offset_y < 0 ? 1 : 2);
      CHECK(static_cast<double>(body.stiffness_ratio[point]) ==
            Approx(p[1] + leg.offset_y < 0 ? body.stiffness_ratio[point] : 1.0f));
    }
  }
  CHECK(all > 1000);
  CHECK(wrong == 0);
}

TEST_CASE("The written file gives a source for every number and can be read after editing", "[scan]") {
  const SampleLeg leg;
  const Imported imported = import_leg(leg.scan(4e-3, half), settings_for("scan-sources"));
  CHECK(checked_sources(read_model_file(imported.path, "body")).size() >= 6);
  BodyRequest request = request_for(imported, 2e-2);
  override_subject(request.subject, "bmi", "31", {});
  CHECK_THROWS_WITH(outline_chart_body(request), Catch::Contains("subject.bmi has no meaning"));
  const auto edited = [&](const std::string& from, const std::string& to) {
    std::string text = imported.scan.toml;
    REQUIRE(text.find(from) != std::string::npos);
    std::ofstream(imported.path) << text.replace(text.find(from), from.size(), to);
    BodyRequest again = request_for(imported, 2e-2);
    try {
      static_cast<void>(build_chart_body(again));
    } catch (const Error& error) {
      CHECK(error.diagnostics().front().where.line > 0);
      return error.diagnostics().front().message;
    }
    return std::string("built");
  };
  CHECK(edited("postures = [\"prone\", \"supine\"", "postures = [\"supine\"") == "built");
  CHECK_THAT(edited("as = \"bone\"", "as = \"bon\""), Catch::Contains("no part of a limb"));
  CHECK_THAT(edited("as = \"bone\"", "as = \"muscle\""), Catch::Contains("No label is a bone"));
  CHECK_THAT(edited("as = \"fat\"", "as = \"muscle\""), Catch::Contains("No label is fat"));
  CHECK_THAT(edited("scan = \"scan-sources", "scan = \"none"), Catch::Contains("no such file"));
  CHECK_THAT(edited("proximal = \"", "proximal = \"9"), Catch::Contains("ends before the skin is reached"));
  CHECK_THAT(edited("lies = \"within\"", "lies = \"above\""), Catch::Contains("\"within\""));
}

TEST_CASE("The skin can lie outside of what was segmented, and fat be given", "[scan]") {
  const SampleLeg leg;
  ScanImportSettings settings = settings_for("skin-outside");
  settings.skin = 3e-3;
  const auto outline = [&](const ScanImportSettings& s) {
    return outline_chart_body(request_for(import_leg(leg.scan(4e-3, half), s), 15e-3)).surface;
  };
  const auto within = outline(settings);
  settings.skin_outside = true;
  const auto outside = outline(settings);
  const auto &a = dynamic_cast<const LimbChart&>(*within), &b = dynamic_cast<const LimbChart&>(*outside);
  CHECK((b.radius(0.5, 0.01) - a.radius(0.5, 0.01)) * a.obliqueness(0.5, 0.01) == Approx(3e-3).epsilon(0.02));

  ScanImportSettings lean = settings_for("fat-given");
  lean.parts["subcutaneous_fat"] = ScanPart::muscle;  // a map that does not tell them apart
  CHECK_THAT(refusal(leg.scan(4e-3, half), lean), Catch::Contains("--fat-thickness"));
  lean.fat = 6e-3;
  const Body body = build_chart_body(request_for(import_leg(leg.scan(4e-3, half), lean), 15e-3));
  CHECK(measure_layers(body, 0.01, 0.005)[1].thickness == Approx(6e-3).epsilon(0.02));
}

TEST_CASE("Maps that are no limb are refused with a sentence", "[scan]") {
  const SampleLeg leg;
  const LabelMap map = leg.scan(5e-3, half);
  ScanImportSettings settings = settings_for("refused");
  settings.parts.clear();
  CHECK_THAT(refusal(map, settings), Catch::Contains("not known what hamstrings is"));
  settings.parts = {{"hamstring", ScanPart::muscle}};
  CHECK_THAT(refusal(map, settings), Catch::Contains("did you mean \"hamstrings\""));
  settings = settings_for("refused");
  settings.parts["femur_right"] = ScanPart::muscle;
  CHECK_THAT(refusal(map, settings), Catch::Contains("No label is a bone"));
  settings = settings_for("refused");
  settings.parts["fibula"] = ScanPart::bone;
  CHECK_THAT(refusal(map, settings), Catch::Contains("No voxel is \"fibula\""));
  settings = settings_for("refused");
  settings.names[SampleLeg::bone] = "vertebrae_L3";
  settings.side = Laterality::right;
  CHECK_THAT(refusal(map, settings), Catch::Contains("trunk cannot be imported"));
  settings.names[SampleLeg::bone] = "tibia";
  settings.side.reset();
  CHECK_THAT(refusal(map, settings), Catch::Contains("--side"));
  settings = settings_for("refused");
  settings.crop[2] = std::pair{0.1, 0.2};
  CHECK_THAT(refusal(map, settings), Catch::Contains("leaves nothing: the map reaches from -370 to -250 mm"));
  settings.crop[2] = std::pair{-0.33, -0.29};
  CHECK_THAT(refusal(map, settings), Catch::Contains("60 mm are the least"));
  settings = settings_for("refused");
  settings.voxel_size = 8e-3;
  CHECK_THAT(refusal(map, settings), Catch::Contains("too coarse"));
  settings = settings_for("refused");
  LabelMap empty = map;
  std::fill(empty.label.begin(), empty.label.end(), std::uint16_t{0});
  CHECK_THAT(refusal(empty, settings), Catch::Contains("background"));
  LabelMap cut = map;  // the limb reaches over the side of the map
  settings.crop[0] = std::pair{0.08, 0.2};
  CHECK_THAT(refusal(cut, settings), Catch::Contains("the whole skin in the map"));
}

TEST_CASE("Labels are the same after writing and reading", "[scan]") {
  const LabelMap map = SampleLeg{}.scan(6e-3, half, {2, 0, 1}, {true, false, true});
  for (const char* name : {"written.nii", "written.nii.gz"}) {
    write_nifti(map, test_file(name));
    const LabelMap again = read_nifti(test_file(name));
    CHECK(again.size == map.size);
    CHECK(again.label == map.label);
    CHECK(norm(again.origin - map.origin) < 1e-6);
    for (int a = 0; a < 3; ++a)
      for (int b = 0; b < 3; ++b) CHECK(again.axes(a, b) == Approx(map.axes(a, b)).margin(1e-9));
  }
  CHECK_THROWS_AS(write_nifti(map, "/nowhere/x.nii.gz"), Error);
}
