// Results side by side: the tables hold what the summaries say, plots are drawn from the load profiles.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "run_program.hpp"

namespace fs = std::filesystem;

namespace {

const std::string thumb = std::string(KNEAD_SOURCE_DIR) + "/tests/cli/thumb.toml";

fs::path press(const TemporaryFolder& folder, const char* name, const char* force, const std::string& more = "") {
  const fs::path result = folder.path / name;
  const auto outcome =
      knead_program("run " + thumb + " --no-picture --threads 1 -o " + result.string() +
                    " -s 'applicator.thumb.force=[[\"0 s\", \"0.2 N\"], [\"1 s\", \"" + force + "\"]]' " + more);
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  return result;
}

nlohmann::json stroke_of(const fs::path& result) {
  return nlohmann::json::parse(read_file(result / "summary.json"))["strokes"][0];
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> split(const std::string& line, char at) {
  std::vector<std::string> cells;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, at);) cells.push_back(cell);
  return cells;
}

int count(const std::string& text, const std::string& part) {
  int n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++n;
  return n;
}

}  // namespace

TEST_CASE("Results are compared in tables and plots, differences to the first") {
  const TemporaryFolder folder;
  const fs::path light = press(folder, "light", "1 N"), firm = press(folder, "firm", "2 N");
  const fs::path out = folder.path / "both";
  const auto outcome =
      knead_program("compare " + light.string() + " " + (firm / "run.vtkhdf").string() + " -o " + out.string());
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  CHECK_FALSE(contains(outcome.err, "differ"));
  CHECK(contains(outcome.out, "| peak_normal_force, N | 1 | 2 (+100 %) |"));

  const auto rows = lines_of(read_file(out / "compare.csv"));
  REQUIRE(rows.size() == 3);
  const auto header = split(rows[0], ',');
  const auto cell = [&](std::size_t row, const std::string& name) {
    const auto cells = split(rows[row], ',');
    for (std::size_t i = 0; i < header.size() && i < cells.size(); ++i)
      if (header[i] == name) return cells[i];
    return std::string();
  };
  CHECK(cell(1, "result") == "light");
  CHECK(cell(2, "stroke") == "thumb");
  const auto pressure = [](const fs::path& result) {
    return stroke_of(result)["peak_contact_pressure_kPa"].get<double>();
  };
  CHECK(std::atof(cell(1, "peak_contact_pressure [kPa]").c_str()) == Approx(pressure(light)));
  CHECK(std::atof(cell(2, "peak_contact_pressure [kPa]").c_str()) == Approx(pressure(firm)));

  const std::string page = read_file(out / "compare.md");
  CHECK(contains(page, "## Largest tissue pressure by depth, kPa"));
  CHECK(contains(page, "![Contact force](force.svg)"));
  CHECK(lines_of(read_file(out / "depth.csv")).size() > 2);
  for (const char* plot : {"force.svg", "pressure.svg", "depth.svg"}) {
    const std::string svg = read_file(out / plot);
    INFO(plot);
    CHECK(svg.rfind("<svg", 0) == 0);
    CHECK(contains(svg, "</svg>"));
    CHECK(count(svg, "<polyline") == 2);
    CHECK_FALSE(contains(svg, "nan"));
  }
  CHECK(count(read_file(out / "contact.svg"), "<rect") == 1 + 2 * 3);

  // Over the force of each, pressures of a pad of springs and a stiff block differ less.
  const auto shares =
      knead_program("compare --per-force " + light.string() + " " + firm.string() + " -o " + out.string());
  REQUIRE(shares.code == 0);
  CHECK(contains(shares.out, "| peak_normal_force, N | 1 | 2 (+100 %) |"));
  CHECK(contains(shares.out, "| peak_contact_pressure, kPa/N |"));
}

TEST_CASE("What cannot be compared well is said, what cannot be compared at all is refused") {
  const TemporaryFolder folder;
  const fs::path coarse = press(folder, "coarse", "1 N"),
                 soft = press(folder, "soft", "1 N", "-s tissue.stiffness=lower-bound");
  const auto careful =
      knead_program("compare " + coarse.string() + " " + soft.string() + " -o " + (folder.path / "c").string());
  REQUIRE(careful.code == 0);
  CHECK(contains(careful.err, "stiffness classes differ: indentation; lower-bound"));
  CHECK(contains(read_file(folder.path / "c" / "compare.md"), "**Careful:** stiffness classes differ"));

  const auto missing = knead_program("compare " + (folder.path / "nothing").string());
  CHECK(missing.code == 5);
  CHECK(contains(missing.err, "no finished result of knead run is there"));
  fs::create_directories(folder.path / "broken");
  write_file(folder.path / "broken" / "summary.json", "{ \"strokes\": 3");
  const auto broken = knead_program("compare " + (folder.path / "broken").string());
  CHECK(broken.code == 5);
  CHECK(contains(broken.err, "this is not a summary that knead run has written"));
}
