// Models, results and disks that are broken: exit code 3 or 5 and sentences, for every command that meets them.
#include <algorithm>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "run_program.hpp"

namespace fs = std::filesystem;

namespace {

const fs::path root = KNEAD_SOURCE_DIR;

void check_refused(const Outcome& outcome, std::initializer_list<int> codes, std::size_t most_lines) {
  INFO("code " << outcome.code << "\n" << outcome.err.substr(0, 3000));
  const bool expected_code = std::find(codes.begin(), codes.end(), outcome.code) != codes.end();
  CHECK(expected_code);
  CHECK_FALSE(outcome.err.empty());
  CHECK(outcome.err.size() < 20000);
  CHECK(static_cast<std::size_t>(std::count(outcome.err.begin(), outcome.err.end(), '\n')) <= most_lines);
  CHECK(outcome.err.find("internal error") == std::string::npos);
}

// A lower back with one damaged model beside the scenario.
Outcome check_with_model(const std::string& kind, const std::string& name, const std::string& text) {
  const TemporaryFolder folder;
  fs::create_directories(folder.path / "models" / kind);
  write_file(folder.path / "models" / kind / (name + ".toml"), text);
  fs::copy_file(root / "scenarios/effleurage-lower-back.toml", folder.path / "stroke.toml");
  return knead_program("check --preview " + (folder.path / "stroke.toml").string());
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// A finished small result.
fs::path make_result(const TemporaryFolder& folder) {
  const auto result = folder.path / "run";
  REQUIRE(knead_program("run " + (root / "scenarios/block-compression.toml").string() + " --no-picture -o " +
                        result.string())
              .code == 0);
  return result / "run.vtkhdf";
}

}  // namespace

TEST_CASE("Damaged models are refused with their place") {
  struct Model {
    const char *kind, *name, *number;  // a number of the file as it is written
  };
  for (const Model& m : {Model{"bodies", "lower-back", "\"150 mm\""}, Model{"subjects", "average", "\"1.8 mm\""},
                         Model{"tissues", "muscle", "modulus"}, Model{"applicators", "palm", "\"60 kPa\""},
                         Model{"techniques", "effleurage", "\"25 N\""}}) {
    const auto source = read_file(root / "models" / m.kind / (std::string(m.name) + ".toml"));
    const auto refused = [&](const char* what, const std::string& text) {
      INFO(m.kind << "/" << m.name << ": " << what);
      const auto outcome = check_with_model(m.kind, m.name, text);
      check_refused(outcome, {3}, 60);
      CHECK(outcome.err.find(std::string(m.name) + ".toml") != std::string::npos);
    };
    refused("empty", "");
    refused("cut short", source.substr(0, source.find('=', source.size() / 2) + 1));
    refused("binary", std::string("\x89HDF\r\n\x1a\n\0\0\0\xff\xfe", 14));
    refused("a string of 10 MB that does not end", source + "\nlast = \"" + std::string(10'000'000, 'x'));
    refused("a key of 10 MB", source + "\n" + std::string(10'000'000, 'k') + " = 1\n");
    if (source.find(m.number) != std::string::npos && m.number[0] == '"') {
      std::string unit = std::string(m.number).substr(std::string(m.number).find(' '));
      refused("not a number", replaced(source, m.number, "\"nan" + unit));
      refused("infinite", replaced(source, m.number, "\"1e400" + unit));
      refused("a TOML nan", replaced(source, m.number, "nan"));
      refused("another unit", replaced(source, m.number, "\"5 s\""));
    }
  }
}

TEST_CASE("A technique that names techniques is refused") {
  const auto source = read_file(root / "models/techniques/effleurage.toml");
  check_refused(check_with_model("techniques", "effleurage", source + "technique = \"effleurage\"\n"), {3}, 5);
  check_refused(check_with_model("techniques", "effleurage", "extends = \"effleurage.toml\"\n" + source), {3}, 5);
}

TEST_CASE("Results that were cut short") {
  const TemporaryFolder folder;
  const auto result = make_result(folder);
  const auto whole = read_file(result);
  for (const double share : {0.0, 0.001, 0.1, 0.5, 0.9, 0.999}) {
    INFO("share " << share);
    write_file(result, whole.substr(0, static_cast<std::size_t>(share * static_cast<double>(whole.size()))));
    check_refused(knead_program("info " + result.string()), {5}, 2);
    check_refused(knead_program("info --json " + result.parent_path().string()), {5}, 2);
#ifdef KNEAD_HAVE_VTK
    check_refused(knead_program("render " + result.string() + " -o " + (folder.path / "x.png").string()), {5}, 2);
    CHECK_FALSE(fs::exists(folder.path / "x.png"));
#endif
  }
}

TEST_CASE("A disk that is full") {
  // A limit on the size of files stands for it: writing beyond fails as it does there (EFBIG for ENOSPC).
  const TemporaryFolder folder;
  const auto result = folder.path / "run";
  const auto scenario = (root / "scenarios/sphere-on-block.toml").string();
#ifdef __clang__
  // clang's OpenMP library registers itself in a file of 1 kB in shared memory, and is killed without one.
  const std::vector<int> sizes{1, 16, 200};
#else
  const std::vector<int> sizes{0, 1, 16, 200};
#endif
  for (const int kilobytes : sizes) {
    INFO(kilobytes << " kB");
    // dash counts in blocks of 512 bytes.
    const auto outcome = knead_program("run " + scenario + " --force --no-picture --threads 1 -o " + result.string(),
                                       "trap '' XFSZ; ulimit -f " + std::to_string(2 * kilobytes) + "; ");
    INFO(outcome.err);
    CHECK(outcome.code == 5);
    CHECK(outcome.out.empty());
    CHECK(outcome.err.find("internal error") == std::string::npos);
  }
  // With room again the same command ends well.
  CHECK(knead_program("run " + scenario + " --force --no-picture --threads 1 -o " + result.string()).code == 0);
  if (fs::exists("/dev/full"))
    for (const char* arguments : {"list tissues", "explain force", "--help"}) {
      INFO(arguments);
      CHECK(knead_program(std::string(arguments) + " > /dev/full").code == 5);
    }
}
