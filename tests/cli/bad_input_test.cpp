// Every broken scenario ends with its exit code and its sentence, without a crash and without a flood of text.
#include <algorithm>
#include <filesystem>
#include <sstream>
#include <vector>

#include "catch.hpp"
#include "run_program.hpp"

namespace fs = std::filesystem;

namespace {

const fs::path corpus = fs::path(KNEAD_SOURCE_DIR) / "tests/cli/bad";

struct Expectation {
  int code = -1;
  std::vector<std::string> says;
};

// "# code: 3" and "# says: …" at the top of the file.
Expectation read_expectation(const fs::path& path) {
  Expectation expected;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line) && line.starts_with("#");) {
    if (line.starts_with("# code: ")) expected.code = std::stoi(line.substr(8));
    if (line.starts_with("# says: ")) expected.says.push_back(line.substr(8));
  }
  return expected;
}

void check_clean(const Outcome& outcome, int code) {
  INFO("code " << outcome.code << "\n" << outcome.err.substr(0, 2000));
  CHECK(outcome.code == code);
  CHECK(outcome.out.empty());
  CHECK_FALSE(outcome.err.empty());
  CHECK(outcome.err.size() < 20000);
  CHECK(outcome.err.find("internal error") == std::string::npos);
}

}  // namespace

TEST_CASE("The corpus of broken scenarios") {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(corpus)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  REQUIRE(files.size() > 40);
  for (const auto& file : files) {
    INFO(file.filename().string());
    const auto expected = read_expectation(file);
    REQUIRE(expected.code > 0);
    REQUIRE_FALSE(expected.says.empty());
    const auto outcome = knead_program("check " + quoted_for_shell(file.string()));
    check_clean(outcome, expected.code);
    for (const auto& sentence : expected.says) {
      INFO("expected: " << sentence << "\nfound: " << outcome.err.substr(0, 2000));
      CHECK(outcome.err.find(sentence) != std::string::npos);
    }
    // A run says the same and leaves nothing behind.
    const TemporaryFolder folder;
    const auto run = knead_program("run " + quoted_for_shell(file.string()) + " -o " + (folder.path / "run").string());
    CHECK(run.code == outcome.code);
    CHECK(run.err == outcome.err);
    CHECK(run.out.empty());
    CHECK_FALSE(fs::exists(folder.path / "run"));
  }
}

TEST_CASE("Inputs that no editor would write") {
  const TemporaryFolder folder;
  const auto file = folder.path / "x.toml";
  const auto check = [&](const std::string& text, int code) {
    write_file(file, text);
    check_clean(knead_program("check " + file.string()), code);
  };
  SECTION("binary") { check(std::string("\x89HDF\r\n\x1a\n\0\0\0\xff\xfe", 14), 3); }
  SECTION("zeros") { check(std::string(4096, '\0'), 3); }
  SECTION("a string of 10 MB") { check("knead = 1\ntitle = \"" + std::string(10'000'000, 'x') + "\"\n", 3); }
  SECTION("a key of 1 MB") { check("knead = 1\n" + std::string(1'000'000, 'k') + " = 1\n", 3); }
  SECTION("a quantity of 10 MB") {
    check("knead = 1\ntitle = \"x\"\n[time]\nend = \"" + std::string(10'000'000, '1') + " s\"\n", 3);
  }
  SECTION("10,000 unknown keys") {
    std::string text = "knead = 1\n";
    for (int i = 0; i < 10'000; ++i) text += "key" + std::to_string(i) + " = 1\n";
    check(text, 3);
  }
  SECTION("deep nesting") { check("a = " + std::string(100'000, '[') + std::string(100'000, ']') + "\n", 3); }
  SECTION("a long chain of bases") {
    for (int i = 0; i < 60; ++i)
      write_file(folder.path / (std::to_string(i) + ".toml"), "extends = \"" + std::to_string(i + 1) + ".toml\"\n");
    check_clean(knead_program("check " + (folder.path / "0.toml").string()), 3);
  }
  SECTION("no file") { check_clean(knead_program("check " + (folder.path / "none.toml").string()), 5); }
  SECTION("a folder") { check_clean(knead_program("check " + folder.path.string()), 5); }
  SECTION("a device") { check_clean(knead_program("check /dev/zero"), 5); }
}

TEST_CASE("Broken values on the command line") {
  const std::string scenario = std::string(KNEAD_SOURCE_DIR) + "/scenarios/block-compression.toml";
  for (const char* argument :
       {"nothing", "=", "time.step", "time.step=", "time.step=0.25", "time.stpe=1 s", "boundary.on=top",
        "boundary.77.on=top", "tissue.gel.G=nan kPa", "title.deeper=1", "\"=1", "a..b=1", "boundary=3"}) {
    INFO(argument);
    check_clean(knead_program("check " + scenario + " -s " + quoted_for_shell(argument)), 3);
  }
}
