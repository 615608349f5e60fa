// What a run does when it cannot do what it was asked for.
#include <filesystem>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "io/read.hpp"
#include "run_program.hpp"

namespace fs = std::filesystem;

namespace {

const std::string glide = std::string(KNEAD_SOURCE_DIR) + "/tests/restart/glide.toml";
const std::string block = std::string(KNEAD_SOURCE_DIR) + "/scenarios/block-compression.toml";

Outcome run(const std::string& scenario, const fs::path& folder, const std::string& options = "") {
  return knead_program("run " + scenario + " --no-picture --threads 1 -o " + folder.string() + " " + options);
}

nlohmann::json summary_of(const fs::path& folder) { return nlohmann::json::parse(read_file(folder / "summary.json")); }

}  // namespace

TEST_CASE("A force that no tissue bears ends with its reason and the last good step") {
  const TemporaryFolder folder;
  const auto result_folder = folder.path / "run";
  const auto outcome =
      run(glide, result_folder,
          "-s 'applicator.ball.force=[[\"0 s\", \"0.2 N\"], [\"0.2 s\", \"3 N\"], [\"1.2 s\", \"100 N\"]]' "
          "-s 'output.every=10 s' -s 'time.adaptive.smallest=1 ms' -s 'applicator.ball.shift={}'");
  INFO(outcome.err);
  CHECK(outcome.code == 4);
  // What, when, where: stroke, phase, tissue, place.
  for (const char* part : {"no convergence at t = ", "stroke \"ball\"", "phase ", " in gel, element ", " mm; try"})
    CHECK(contains(outcome.err, part));
  const knead::ResultFile result(result_folder / "run.vtkhdf");
  CHECK_FALSE(result.finished());
  const auto history = result.history();
  REQUIRE(history.num_rows > 3);
  // Records were to come every 10 s; the last step before the failure is there nevertheless.
  CHECK(result.times().back() == history.column("time").back());
  CHECK(result.times().back() > 0.2);
  CHECK(result.times().back() < 1.2);
  const auto summary = summary_of(result_folder);
  CHECK(summary["finished"] == false);
  CHECK(contains(summary["notes"].back().get<std::string>(), "no convergence"));
  // Which equation, and the state in which it happened, for the same reader.
  CHECK(contains(outcome.err, "furthest off is "));
  const knead::ResultFile failed(result_folder / "failed.vtkhdf");
  CHECK_FALSE(failed.finished());
  REQUIRE(failed.times().size() == 1);
  CHECK(failed.times().back() > result.times().back());
  const auto largest = [](const std::vector<float>& values) {
    float most = 0;
    for (float x : values) most = std::max(most, std::abs(x));
    return most;
  };
  CHECK(largest(failed.field("displacement", 0)) > 0);
}

TEST_CASE("Applicators that press at the same time have a row and a summary each") {
  const TemporaryFolder folder;
  const auto outcome = run(std::string(KNEAD_SOURCE_DIR) + "/tests/cli/two-balls.toml", folder.path);
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  const auto history = knead::ResultFile(folder.path / "run.vtkhdf").history();
  const auto step = history.column("step"), stroke = history.column("stroke"), force = history.column("normal_force"),
             down = history.column("contact_force_z"), work = history.column("work"),
             indentation = history.column("indentation");
  REQUIRE(history.num_rows == 16);
  for (std::size_t row = 0; row < 16; ++row) {
    CHECK(step[row] == static_cast<double>(row / 2 + 1));
    CHECK(stroke[row] == static_cast<double>(row % 2));
    CHECK(down[row] == Approx(-force[row]));
  }
  CHECK(force[6] == Approx(1.1));
  CHECK(force[7] == Approx(0.1));
  // At the end they stand alike on a block that is the same to both sides; the one that came later met less than a
  // twin on its way, and friction keeps a trace of it.
  CHECK(force[14] == Approx(2));
  CHECK(force[15] == Approx(2));
  CHECK(indentation[14] == Approx(indentation[15]).epsilon(0.01));
  CHECK(work[14] == Approx(work[15]).epsilon(0.15));
  CHECK(work[14] > 0);
  const auto strokes = summary_of(folder.path)["strokes"];
  REQUIRE(strokes.size() == 2);
  CHECK(strokes[0]["name"] == "left");
  CHECK(strokes[1]["name"] == "right");
  CHECK(strokes[0]["mean_normal_force_N"].get<double>() == Approx(1.1).epsilon(0.1));
  CHECK(strokes[1]["mean_normal_force_N"].get<double>() == Approx(0.575).epsilon(0.1));
  // What holds the block bears both.
  CHECK(strokes[0]["relative_force_imbalance"].get<double>() < 1e-6);
  double held = 0;
  for (const auto& [holder, reaction] : strokes[0]["reactions_at_largest_contact_force_N"].items())
    held += reaction[2].get<double>();
  CHECK(held == Approx(4).epsilon(1e-5));
}

TEST_CASE("Every stroke of a scenario runs by itself, and their comparison follows") {
  const TemporaryFolder folder;
  const std::string presses = std::string(KNEAD_SOURCE_DIR) + "/tests/cli/each.toml";
  const auto outcome = run(presses, folder.path, "--each");
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  CHECK(contains(outcome.out, "| measure | palm-light | palm-firm |"));
  for (const char* file : {"compare.md", "compare.csv", "depth.csv", "force.svg"})
    CHECK(fs::exists(folder.path / "comparison" / file));
  const auto light = summary_of(folder.path / "palm-light"), firm = summary_of(folder.path / "palm-firm");
  CHECK(light["strokes"].size() == 1);
  CHECK(light["strokes"][0]["peak_normal_force_N"].get<double>() == Approx(10));
  CHECK(firm["strokes"][0]["peak_normal_force_N"].get<double>() == Approx(20));
  CHECK(firm["strokes"][0]["start_s"] == 0);  // on a body at rest
  CHECK(light["scenario_hash"] != firm["scenario_hash"]);
  // What is finished is kept; what has changed is not.
  const auto again = run(presses, folder.path, "--each -s 'stroke.\"palm: firm\".force=15 N'");
  INFO(again.err);
  REQUIRE(again.code == 0);
  CHECK(contains(again.err, "finished before"));
  CHECK(summary_of(folder.path / "palm-light")["solver"]["wall_time_s"] == light["solver"]["wall_time_s"]);
  CHECK(summary_of(folder.path / "palm-firm")["strokes"][0]["peak_normal_force_N"].get<double>() == Approx(15));
  // One stroke alone is the same run.
  const auto alone = run(presses, folder.path / "alone", "--stroke 'palm: light'");
  REQUIRE(alone.code == 0);
  CHECK(summary_of(folder.path / "alone")["scenario_hash"] == light["scenario_hash"]);
  const auto unknown = run(presses, folder.path / "none", "--stroke 'palm light'");
  CHECK(unknown.code == 3);
  CHECK(contains(unknown.err, "did you mean \"palm: light\""));
  CHECK(run(presses, folder.path / "none", "--each --json").code == 2);
  CHECK_FALSE(fs::exists(folder.path / "none"));
}

TEST_CASE("A pad that is squeezed by more than its thickness is named") {
  const TemporaryFolder folder;
  const auto press = [&](const char* name, const char* force) {
    const auto outcome = run(std::string(KNEAD_SOURCE_DIR) + "/tests/cli/thumb.toml", folder.path / name,
                             "-s 'applicator.thumb.force=" + std::string(force) + "'");
    INFO(outcome.err);
    REQUIRE(outcome.code == 0);
    return outcome;
  };
  const auto light = press("light", "[[\"0 s\", \"0.2 N\"], [\"1 s\", \"2 N\"]]");
  CHECK_FALSE(contains(light.err, "compresses the pad"));
  const auto hard = press("hard", "[[\"0 s\", \"0.2 N\"], [\"1 s\", \"30 N\"]]");
  CHECK(contains(hard.err, "but it is 5.0 mm thick"));
  const auto summary = summary_of(folder.path / "hard");
  CHECK(contains(summary["notes"].back().get<std::string>(), "thumb compresses the pad of its applicator by"));
  // E/h = 60 kPa/mm: while the skin is hardly stretched the pressure on it is that of the pad.
  const auto stroke = summary_of(folder.path / "light")["strokes"][0];
  CHECK(stroke["peak_contact_pressure_kPa"].get<double>() ==
        Approx(60 * stroke["largest_pad_compression_mm"].get<double>()).epsilon(0.02));
}

TEST_CASE("Steps get shorter with the square root of their tolerance", "[heavy]") {
  const TemporaryFolder folder;
  const auto steps = [&](const std::string& tolerance) {
    const auto outcome = run(std::string(KNEAD_SOURCE_DIR) + "/tests/cli/ramp.toml", folder.path / "run",
                             "--force --json -s time.adaptive.tolerance=" + tolerance);
    INFO(outcome.err);
    REQUIRE(outcome.code == 0);
    return nlohmann::json::parse(outcome.out).at("steps").get<double>();
  };
  const double wide = steps("0.0025"), narrow = steps("0.000625");
  CHECK(wide > 30);
  CHECK(narrow / wide > 1.8);  // 2 for steps that lie in the smooth part alone
  CHECK(narrow / wide < 2.1);
}

TEST_CASE("A force that is too much from the start leaves a readable result without steps") {
  const TemporaryFolder folder;
  const auto outcome =
      run(glide, folder.path / "run", "-s 'applicator.ball.force=1e9 N' -s time.adaptive.smallest='2 ms' --json");
  INFO(outcome.err);
  CHECK(outcome.code == 4);
  const auto answer = nlohmann::json::parse(outcome.out);
  double wall = 0;
  for (const auto& part : answer["wall_parts_s"]) {
    CHECK(part >= 0);
    wall += part.get<double>();
  }
  CHECK(std::abs(wall - answer["wall_s"].get<double>()) < 1e-9);
  CHECK(answer["ok"] == false);
  CHECK(answer["code"] == 4);
  const knead::ResultFile result(folder.path / "run" / "run.vtkhdf");
  CHECK(result.num_steps() == 0);
  CHECK(summary_of(folder.path / "run")["finished"] == false);
}

TEST_CASE("Boundaries alone are measured under a name of their own") {
  const TemporaryFolder folder;
  REQUIRE(run(block, folder.path / "run").code == 0);
  const auto strokes = summary_of(folder.path / "run")["strokes"];
  REQUIRE(strokes.size() == 1);
  CHECK(strokes[0]["name"] == "loads");
  // Forces are in balance: what is left over is rounding beside the 80 N that hold the top, not a denormal.
  const double left_over = strokes[0]["largest_force_imbalance_N"].get<double>();
  CHECK(left_over < 1e-4);
  CHECK((left_over == 0 || left_over > 1e-20));
}

TEST_CASE("A finished result is kept unless --force says otherwise") {
  const TemporaryFolder folder;
  const auto result_folder = folder.path / "run";
  REQUIRE(run(block, result_folder).code == 0);
  const auto before = read_file(result_folder / "run.vtkhdf"), summary = read_file(result_folder / "summary.json"),
             profile = read_file(result_folder / "load_profile.csv");
  for (const char* options : {"", "--resume", "-s 'time.step=0.5 s'"}) {
    INFO(options);
    const auto outcome = run(block, result_folder, options);
    CHECK(outcome.code == 5);
    CHECK(contains(outcome.err, "--force"));
    CHECK(read_file(result_folder / "run.vtkhdf") == before);
    CHECK(read_file(result_folder / "summary.json") == summary);
    CHECK(read_file(result_folder / "load_profile.csv") == profile);
  }
  CHECK(run(block, result_folder, "--force -s 'time.step=0.5 s'").code == 0);
  CHECK(read_file(result_folder / "run.vtkhdf") != before);
}

TEST_CASE("Folders that cannot be written are named") {
  const TemporaryFolder folder;
  write_file(folder.path / "file", "");
  for (const auto& place : {folder.path / "file", folder.path / "file" / "run", fs::path("/proc/knead")}) {
    const auto outcome = run(block, place);
    INFO(outcome.err);
    CHECK(outcome.code == 5);
    CHECK(contains(outcome.err, place.string()));
    CHECK(outcome.out.empty());
  }
  CHECK(fs::file_size(folder.path / "file") == 0);
}

TEST_CASE("A broken value on the command line stops a run before it begins") {
  const TemporaryFolder folder;
  for (const char* argument :
       {"nothing", "time.step=-1 s", "time.step=soon", "body.name=lower-bak", "applicator.77.force=1 N"}) {
    INFO(argument);
    const auto outcome = run(block, folder.path / "run", "-s " + quoted_for_shell(argument));
    CHECK(outcome.code == 3);
    CHECK_FALSE(outcome.err.empty());
    CHECK_FALSE(fs::exists(folder.path / "run"));
  }
}

TEST_CASE("check warns of contacts that few points resolve") {
  // Hertz (1882): a sphere of 20 mm that sinks in by 0.4 mm touches a circle of radius sqrt(20 · 0.4) mm = 2.83 mm;
  // faces of 10 mm have a point every 2.5 mm.
  const std::string shallow =
      "check --json " + glide + " -s 'applicator.ball.force=1e-9 N' -s 'body.elements=[8, 5, 3]'";
  const auto outcome = knead_program(shallow);
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  const auto answer = nlohmann::json::parse(outcome.out);
  REQUIRE(answer["warnings"].size() == 1);
  CHECK(contains(answer["warnings"][0], "contact points across the smallest width"));
  const auto pressed =
      nlohmann::json::parse(knead_program("check --json " + std::string(KNEAD_SOURCE_DIR) +
                                          "/scenarios/sphere-on-block.toml "
                                          "-s 'applicator.ball.travel=0.4 mm' -s 'applicator.ball.shape.radius=20 mm'")
                                .out);
  CHECK(pressed["contacts"][0]["estimated_smallest_width_m"].get<double>() == Approx(2 * 2.8284e-3).epsilon(1e-3));
  CHECK(pressed["contacts"][0]["points_across_it"].get<double>() == Approx(2 * 2.8284 / 2.5).epsilon(1e-3));
  CHECK(pressed["warnings"].size() == 1);
  // Three times the force of a ball: the width grows by the cube root of it.
  const auto width = [](const std::string& force) {
    const auto text = knead_program("check --json " + glide + " -s 'applicator.ball.force=" + force + "'").out;
    return nlohmann::json::parse(text)["contacts"][0]["estimated_smallest_width_m"].get<double>();
  };
  CHECK(width("3 N") / width("1 N") == Approx(std::cbrt(3.0)));
  CHECK(nlohmann::json::parse(knead_program("check --json " + glide).out)["warnings"].empty());
}
