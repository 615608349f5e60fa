#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <random>

#include <unistd.h>
#include <nlohmann/json.hpp>

#include "applicator/shapes.hpp"
#include "base/error.hpp"
#include "body/specimens.hpp"
#include "catch.hpp"
#include "measure/contact_measure.hpp"
#include "measure/load_profile.hpp"
#include "measure/measures.hpp"
#include "measure/sample_depth.hpp"
#include "measure/statistics.hpp"
#include "measure/stroke_summary.hpp"
#include "measure/summary_file.hpp"
#include "measure/tissue_measure.hpp"
#include "measure/vessel_opening.hpp"

using namespace knead;

namespace {

std::string read_all(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::filesystem::path temporary(const std::string& name) {
  return std::filesystem::temp_directory_path() / ("knead-measure-" + std::to_string(getpid()) + "-" + name);
}

}  // namespace

TEST_CASE("Percentiles by weight are those of the samples repeated") {
  // Integer weights are repetitions: sort the repeated samples and count.
  std::mt19937 random(5);
  std::vector<double> values, weights, repeated;
  for (int i = 0; i < 200; ++i) {
    values.push_back(static_cast<double>(random() % 1000) / 7);
    weights.push_back(static_cast<double>(random() % 5));
    for (int k = 0; k < static_cast<int>(weights.back()); ++k) repeated.push_back(values.back());
  }
  std::sort(repeated.begin(), repeated.end());
  const std::vector<double> fractions{0, 0.1, 0.25, 0.5, 0.95, 0.99, 1};
  const auto found = weighted_percentiles(values, weights, fractions);
  for (std::size_t f = 0; f < fractions.size(); ++f) {
    const double rank = std::ceil(fractions[f] * static_cast<double>(repeated.size()) - 1e-9);
    CHECK(found[f] == repeated[static_cast<std::size_t>(std::max(rank, 1.0)) - 1]);
  }
  double sum = 0;
  for (const double x : repeated) sum += x;
  CHECK(weighted_mean(values, weights) == Approx(sum / static_cast<double>(repeated.size())));
  const auto above = std::count_if(repeated.begin(), repeated.end(), [](double x) { return x > 50; });
  CHECK(weight_above(values, weights, 50) == Approx(static_cast<double>(above)));
  CHECK(weighted_percentiles({}, {}, fractions)[3] == 0);
  CHECK(weighted_mean({}, {}) == 0);
}

TEST_CASE("The trapezoid rule is exact for lines and of second order") {
  const auto error = [](int n) {
    std::vector<double> t, f;
    for (int i = 0; i <= n; ++i) {
      t.push_back(std::numbers::pi * i / n);
      f.push_back(std::sin(t.back()));
    }
    return std::abs(trapezoid(t, f) - 2);
  };
  CHECK(std::log2(error(16) / error(32)) == Approx(2).margin(0.02));
  CHECK(trapezoid(std::vector<double>{0, 1, 3}, std::vector<double>{1, 3, 7}) == Approx(12));
}

TEST_CASE("Vessels are open at rest, half shut at K, and never wider than at rest") {
  CHECK(vessel_opening(500, 500, 2000) == 1);
  CHECK(vessel_opening(-4000, 500, 2000) == 1);
  CHECK(vessel_opening(2500, 500, 2000) == Approx(0.5));
  // 1 - (2/π) atan(x) at x = 3 and 10, the published column's values 0.205 and 0.063.
  CHECK(vessel_opening(6000, 0, 2000) == Approx(0.205).margin(0.0005));
  CHECK(vessel_opening(20000, 0, 2000) == Approx(0.063).margin(0.0005));
}

TEST_CASE("Hertz pressure over its disc gives the known force, mean and percentile") {
  // p = p0 sqrt(1 - r²/a²): mean 2/3 p0, area π a². The share of area with p > q is 1 - (q/p0)², so the 95th percentile
  // is p0 sqrt(0.95).
  const double a = 0.02, p0 = 12e3;
  std::vector<double> p, s, area;
  const int n = 400;
  for (int i = 0; i < 2 * n; ++i)
    for (int j = 0; j < 2 * n; ++j) {
      const double x = (i + 0.5) / n - 1, y = (j + 0.5) / n - 1, r2 = x * x + y * y;
      p.push_back(r2 < 1 ? p0 * std::sqrt(1 - r2) : 0);
      s.push_back(0.1 * p.back());
      area.push_back(a * a / (n * n));
    }
  const auto c = measure_contact(p, s, area);
  CHECK(c.area == Approx(std::numbers::pi * a * a).epsilon(1e-3));
  CHECK(c.mean_pressure == Approx(p0 * 2 / 3).epsilon(1e-3));
  CHECK(c.mean_pressure * c.area == Approx(2.0 / 3 * std::numbers::pi * a * a * p0).epsilon(2e-3));
  CHECK(c.p95_pressure == Approx(p0 * std::sqrt(0.95)).epsilon(1e-3));
  CHECK(c.peak_pressure == Approx(p0).epsilon(1e-3));
  CHECK(c.p95_shear == Approx(0.1 * c.p95_pressure));
  CHECK(measure_contact({}, {}, {}).area == 0);
}

TEST_CASE("Forces in balance leave nothing over") {
  const std::vector<Vec3d> reactions{{{3, -20, 0}}, {{-2, -4, 1}}};
  CHECK(force_imbalance({{-1, 24, -1}}, reactions) == 0);
  CHECK(force_imbalance({{-1, 28, 2}}, reactions) == Approx(5));
}

TEST_CASE("Work on a spring is half the force times the way") {
  double work = 0;
  const auto pulled = [](int i) { return AppliedLoad{{{0, 100.0 * i, 0}}, {}, {{0, 0.001 * i, 0.7 * i}}}; };
  for (int i = 0; i < 10; ++i) work += work_of_step(pulled(i), pulled(i + 1));
  CHECK(work == Approx(0.5 * 1000 * 0.01));
}

TEST_CASE("Work of a constant force is the same from wherever it is seen, to second order") {
  // A force at a material point of an applicator that turns by 1.2 rad while its origin moves along a parabola.
  const Vec3d force{{3, -20, 5}}, arm{{0.03, 0.04, -0.01}};
  const auto origin = [](double t) { return Vec3d{{0.2 * t, 0.05 * t * t, 0}}; };
  const auto turn = [](double t) { return rotation_about({{0, 0.6, 0.8}}, 1.2 * t); };
  const auto error = [&](int steps) {
    const auto at = [&](int i) {
      const double t = double(i) / steps;
      return AppliedLoad{force, cross(turn(t) * arm, force), origin(t), turn(t)};
    };
    double work = 0;
    for (int i = 0; i < steps; ++i) work += work_of_step(at(i), at(i + 1));
    return work - dot(force, origin(1) + turn(1) * arm - arm);
  };
  CHECK(std::abs(error(20)) < 1e-3);
  CHECK(error(10) / error(20) == Approx(4).epsilon(0.02));
}

TEST_CASE("Samples fall into the bands of their tissue and depth") {
  const TissueBands bands{{"skin", "fat", "muscle"}, {0, 5e-3, 20e-3}};
  CHECK(bands.size() == 9);
  const std::vector<int> tissue{0, 0, 1, 1, 2, 2};
  const std::vector<double> depth{-1e-9, 4.9e-3, 5e-3, 19e-3, 20e-3, 1.0};
  const auto band = band_of_samples(bands, tissue, depth);
  CHECK(band == std::vector<int>{0, 0, 4, 4, 8, 8});
  CHECK(bands.tissue(4) == "fat");
  CHECK(bands.from(4) == 5e-3);
  CHECK(bands.to(4) == 20e-3);
  CHECK(std::isinf(bands.to(8)));

  const std::vector<double> p{-100, 300, 5000, 4000, 8000, 4300}, volume{1, 3, 2, 2, 1, 1};
  const auto pressure = pressure_by_band(p, volume, band, bands.size());
  CHECK(pressure[0].mean == 200);
  CHECK(pressure[0].peak == 300);
  CHECK(pressure[4].volume_above == 2);  // 5 kPa lies above 4.3 kPa, 4 kPa does not
  CHECK(pressure[8].volume_above == 1);
  CHECK(pressure[1].volume == 0);
  // Suction everywhere: the peak is the largest, not zero.
  const std::vector<double> suction(6, -2000.0);
  CHECK(pressure_by_band(suction, volume, band, bands.size())[4].peak == -2000);

  const std::vector<double> ratio{1, 0.98, 1.01, 1, 1, 1.05};
  const auto change = volume_change_by_band(ratio, band, bands.size());
  CHECK(change[0] == Approx(0.02));
  CHECK(change[8] == Approx(0.05));
  const auto strain = strain_by_band(p, volume, band, bands.size());
  CHECK(strain[0].p50 == 300);
  CHECK(strain[4].p50 == 4000);
  CHECK(strain[4].p95 == 5000);
}

TEST_CASE("Depth counts from the skin, also below a bone that interrupts a column") {
  BlockSettings settings;
  settings.size = {{0.02, 0.02, 0.03}};
  settings.elements = {2, 2, 3};
  Mesh mesh = make_block(settings);
  const auto check = [&] {
    const auto depth = sample_depths(mesh);
    for (std::size_t c = 0; c < mesh.cells.size(); ++c)
      for (std::size_t part = 0; part < 8; ++part) {
        const double middle = mesh.points[static_cast<std::size_t>(mesh.cells[c][13])][2];
        CHECK(depth[8 * c + part] == Approx(0.03 - middle - (part < 4 ? -0.0025 : 0.0025)));
      }
  };
  check();
  // Every column in two, as a bone would leave it.
  std::vector<int> offsets;
  for (std::size_t l = 0; l + 1 < mesh.line_offsets.size(); ++l) {
    offsets.push_back(mesh.line_offsets[l]);
    offsets.push_back(mesh.line_offsets[l] + 4);
  }
  offsets.push_back(mesh.line_offsets.back());
  mesh.line_offsets = offsets;
  check();
}

TEST_CASE("A summary of a stroke is that of its curves") {
  // A press: force and pressure rise linearly for 1 s, hold for 2 s, fall for 1 s.
  const TissueBands bands{{"fat", "muscle"}, {0, 10e-3}};
  const std::vector<double> volume{2e-6, 1e-6, 3e-6};
  const std::vector<int> band =
      band_of_samples(bands, std::vector<int>{0, 0, 1}, std::vector<double>{1e-3, 2e-3, 15e-3});
  SummaryBuilder builder(bands, volume, band);
  LoadProfile profile{{"press, then \"rest\""}, {"bone", "table"}, bands, {}};
  const int n = 40;
  for (int i = 0; i <= n; ++i) {
    const double t = 4.0 * i / n, level = std::min({t, 1.0, 4 - t});
    LoadProfileRow row;
    row.time = t;
    row.step = i + 1;
    row.phase = t <= 1 ? "ramp" : t <= 3 ? "hold" : "release";
    row.contact_force = {{0, 25 * level, 0}};
    row.normal_force = 25 * level;
    row.reactions = {{{0, -20 * level, 0}}, {{0, -5 * level, 1e-6 * level}}};
    row.imbalance = force_imbalance(row.contact_force, row.reactions);
    row.largest_load = 25 * level;
    row.contact.area = 50e-4 * level;
    row.contact.peak_pressure = 9e3 * level;
    row.contact.mean_pressure = 5e3 * level;
    row.indentation = 0.01 * level;
    row.contact.pad_compression = 0.003 * level;
    row.travel = 0.02 * level;
    row.work = 0.125 * level * level;
    row.friction_work = 0.5 * row.time;
    row.newton_iterations = 3;
    row.krylov_iterations = 40;
    const std::vector<double> p{8e3 * level, 4e3 * level, -1e3 * level};
    const std::vector<double> strain{0.2 * level, 0.1 * level, 0.05 * level};
    const std::vector<double> ratio{1 - 0.002 * level, 1, 1 + 0.001 * level};
    row.bands = pressure_by_band(p, volume, band, bands.size());
    builder.add({&row, 1}, {p, strain, ratio});
    profile.rows.push_back(row);
  }
  const auto summaries = builder.result();
  REQUIRE(summaries.size() == 4);
  const auto& all = summaries[0];
  const auto& hold = summaries[2];
  CHECK(all.phase.empty());
  CHECK(hold.phase == "hold");
  CHECK(all.num_steps == n + 1);
  CHECK(all.end - all.start == 4);
  CHECK(hold.end - hold.start == Approx(2));
  CHECK(all.peak_normal_force == Approx(25));
  CHECK(all.mean_normal_force == Approx(25 * 3.0 / 4));
  CHECK(hold.mean_normal_force == Approx(25));
  CHECK(all.relative_imbalance == Approx(1e-6 / 25));
  CHECK(all.reactions[0][1] == Approx(-20));
  CHECK(all.travel == Approx(0.04));
  CHECK(hold.travel == Approx(0).margin(1e-12));
  CHECK(hold.work == Approx(0).margin(1e-12));
  CHECK(summaries[1].work == Approx(0.125));
  CHECK(all.work == Approx(0).margin(1e-12));
  CHECK(all.friction_work == Approx(0.5 * (all.end - all.start)));
  CHECK(all.newton_iterations == 3 * (n + 1));
  // Fat in the first band: doses 8 kPa · 3 s and 4 kPa · 3 s, by volume 2 : 1.
  CHECK(all.bands[0].peak_dose == Approx(24e3));
  CHECK(all.bands[0].mean_dose == Approx((2 * 24e3 + 12e3) / 3));
  CHECK(all.bands[0].peak_pressure == Approx(8e3));
  CHECK(all.bands[0].mean_pressure == Approx(20e3 / 3 * 3 / 4));
  CHECK(all.bands[0].volume_above == Approx(2e-6));
  CHECK(all.bands[0].shear_strain.p99 == Approx(0.2));
  CHECK(all.bands[0].volume_change == Approx(0.002));
  // Suction in the muscle is no dose.
  CHECK(all.bands[3].peak_dose == 0);
  CHECK(all.bands[3].mean_pressure == Approx(-1e3 * 3.0 / 4));
  // Phases share out the whole.
  CHECK(summaries[1].bands[0].mean_dose + hold.bands[0].mean_dose + summaries[3].bands[0].mean_dose ==
        Approx(all.bands[0].mean_dose));

  SECTION("summary.json says it with units in its keys") {
    const auto path = temporary("summary.json");
    RunDescription run;
    run.title = "a press";
    run.preview = true;
    run.stiffness_class = "indentation";
    run.statement = "specimen; not a medical device";
    write_summary_json(path, run, profile.strokes, profile.holders, bands, summaries);
    const auto json = nlohmann::json::parse(read_all(path));
    std::filesystem::remove(path);
    CHECK(json["statement"] == "specimen; not a medical device");
    CHECK(json["stiffness_class"] == "indentation");
    REQUIRE(json["strokes"].size() == 1);
    const auto& stroke = json["strokes"][0];
    CHECK(stroke["name"] == "press, then \"rest\"");
    CHECK(stroke["peak_contact_pressure_kPa"] == 9.0);
    CHECK(stroke["peak_contact_area_cm2"] == 50.0);
    CHECK(stroke["largest_indentation_mm"] == 10.0);
    CHECK(stroke["largest_pad_compression_mm"] == 3.0);
    CHECK(json["preview"] == true);
    CHECK(stroke["reactions_at_largest_contact_force_N"]["bone"][1] == -20.0);
    REQUIRE(stroke["tissues"].size() == 2);
    CHECK(stroke["tissues"][0]["peak_pressure_dose_kPa_s"] == 24.0);
    CHECK(stroke["tissues"][0]["depth_to_mm"] == 10.0);
    CHECK(stroke["tissues"][1]["tissue"] == "muscle");
    CHECK(stroke["tissues"][1]["depth_to_mm"].is_null());
    REQUIRE(stroke["phases"].size() == 3);
    CHECK(stroke["phases"][1]["phase"] == "hold");
  }
  SECTION("load_profile.csv has a row per step and units in its header") {
    const auto path = temporary("profile.csv");
    write_load_profile_csv(path, profile);
    std::ifstream in(path);
    std::string line, header;
    std::getline(in, header);
    std::vector<std::string> lines;
    while (std::getline(in, line)) lines.push_back(line);
    std::filesystem::remove(path);
    CHECK(header.find("peak_contact_pressure [kPa]") != std::string::npos);
    CHECK(header.find("contact_area [cm^2]") != std::string::npos);
    CHECK(header.find("reaction bone y [N]") != std::string::npos);
    CHECK(header.find("peak tissue_pressure fat 0-10 mm [kPa]") != std::string::npos);
    CHECK(header.find("fat below 10 mm") == std::string::npos);  // there is none
    REQUIRE(lines.size() == n + 1);
    CHECK(lines[20].find("\"press, then \"\"rest\"\"\",hold,0,-20,0,") != std::string::npos);
    CHECK(lines[20].substr(0, 18) == "2,21,0,0,25,0,0,25");
    const auto commas = [](const std::string& s) { return std::count(s.begin(), s.end(), ','); };
    for (const auto& l : lines) CHECK(commas(l) == commas(header) + 1);  // one stands in the stroke's name
  }
}

TEST_CASE("The state before a phase belongs to its start, and strokes are kept apart") {
  SummaryBuilder builder(TissueBands{{"fat"}, {0}}, {1.0}, {0});
  const auto add = [&](double t, int stroke, double force) {
    LoadProfileRow row;
    row.time = t;
    row.stroke = stroke;
    row.normal_force = force;
    const std::vector<double> p{force};
    builder.add({&row, 1}, {p, {}, {}});
  };
  add(1, 0, 10);
  add(2, 0, 20);
  add(3, 1, 40);
  const auto summaries = builder.result();
  REQUIRE(summaries.size() == 2);
  // From rest at time 0: 10/2 over the first second, 15 over the next. What presses next begins with nothing, too, but
  // on tissue that is under pressure.
  CHECK(summaries[0].start == 0);
  CHECK(summaries[0].mean_normal_force == Approx(10));
  CHECK(summaries[0].bands[0].mean_dose == Approx(20));
  CHECK(summaries[1].start == 2);
  CHECK(summaries[1].mean_normal_force == Approx(20));
  CHECK(summaries[1].bands[0].mean_dose == Approx(30));
  CHECK(summaries[1].peak_normal_force == 40);
}

TEST_CASE("Strokes that overlap have measures of their own and the tissue in common") {
  SummaryBuilder builder(TissueBands{{"fat"}, {0}}, {1.0}, {0});
  // The first presses with 10 N from 0 to 3 s, the second with 4 N from 1 to 4 s; each has a pressure for its force.
  for (int t = 1; t <= 4; ++t) {
    std::vector<LoadProfileRow> rows;
    double total = 0;
    const auto press = [&](int stroke, double force, int from, int to) {
      if (t <= from || t > to) return;
      auto& row = rows.emplace_back();
      row.time = t;
      row.step = t;
      row.stroke = stroke;
      row.phase = "hold";
      row.normal_force = force;
      row.work = 0.5 * force * (t - from);
      row.newton_iterations = 2;
      total += force;
    };
    press(0, 10, 0, 3);
    press(1, 4, 1, 4);
    builder.add(rows, {std::vector<double>{100 * total}, {}, {}});
    SummaryBuilder resumed(TissueBands{{"fat"}, {0}}, {1.0}, {0});
    resumed.load(builder.save());
    builder = std::move(resumed);
  }
  const auto summaries = builder.result();
  REQUIRE(summaries.size() == 4);  // each stroke, then its one phase
  const auto &first = summaries[0], &second = summaries[2];
  CHECK(first.stroke == 0);
  CHECK(second.stroke == 1);
  CHECK(first.start == 0);
  CHECK(first.end == 3);
  CHECK(second.start == 1);
  CHECK(second.end == 4);
  CHECK(first.peak_normal_force == 10);
  CHECK(second.peak_normal_force == 4);
  CHECK(first.mean_normal_force == Approx((5 + 10 + 10) / 3.0));
  CHECK(second.mean_normal_force == Approx((2 + 4 + 4) / 3.0));
  CHECK(first.work == Approx(15));
  CHECK(second.work == Approx(6));
  CHECK(first.newton_iterations == 6);
  // 0, 1000, 1400, 1400, 400 Pa at 0 … 4 s.
  CHECK(first.bands[0].peak_pressure == 1400);
  CHECK(second.bands[0].peak_pressure == 1400);
  CHECK(first.bands[0].mean_dose == Approx(500 + 1200 + 1400));
  CHECK(second.bands[0].mean_dose == Approx(1200 + 1400 + 900));
}

TEST_CASE("Measures have names of their own, and misspelt ones are corrected") {
  std::vector<std::string> keys;
  for (const auto& measure : measure_list()) keys.push_back(measure.key());
  std::sort(keys.begin(), keys.end());
  CHECK(std::adjacent_find(keys.begin(), keys.end()) == keys.end());
  CHECK(find_measure("peak_contact_pressure").units == "Pa");
  try {
    find_measure("peak_contact_presure");
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::invalid_input);
    CHECK(std::string(error.what()).find("did you mean \"peak_contact_pressure\"") != std::string::npos);
  }
}

TEST_CASE("A folder that is not there is named") {
  try {
    write_load_profile_csv("no-such-folder/load_profile.csv", {});
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::file_error);
    CHECK(std::string(error.what()).find("no-such-folder/load_profile.csv: the file cannot be written") == 0);
  }
}
