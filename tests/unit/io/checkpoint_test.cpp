#include "io/checkpoint.hpp"

#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>

#include "base/error.hpp"
#include "catch.hpp"
#include "unit/io/example.hpp"

using namespace knead;
namespace fs = std::filesystem;

namespace {

Checkpoint example_checkpoint(int step) {
  Checkpoint c;
  c.scenario_hash = text_hash("scenario");
  c.step = step;
  c.record_steps = step / 2;
  c.history_rows = step;
  c.arrays["u"] = {0.1 * step,   -0.0, std::nextafter(1.0, 2.0), 1e-310, std::numeric_limits<double>::infinity(),
                   std::nan("7")};
  c.arrays["history of contact"] = std::vector<double>(1000, 1.0 / 3);
  c.arrays["empty"] = {};
  c.integers["state"] = {-1, std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()};
  c.scalars["time"] = step / 7.0;
  c.scalars["step size"] = -0.0;
  return c;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

void flip(const fs::path& path, std::streamoff at, char mask) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(at);
  const char byte = static_cast<char>(file.get() ^ mask);
  file.seekp(at);
  file.put(byte);
}

}  // namespace

TEST_CASE("A checkpoint comes back bit for bit") {
  const example::Folder folder;
  const auto c = example_checkpoint(12);
  write_checkpoint(folder / "run", c);
  const auto found = read_newest_checkpoint(folder / "run");
  REQUIRE(found);
  CHECK(found->warnings.empty());
  const auto& r = found->checkpoint;
  CHECK(r.scenario_hash == c.scenario_hash);
  CHECK(r.step == 12);
  CHECK(r.record_steps == 6);
  CHECK(r.history_rows == 12);
  REQUIRE(r.arrays.size() == 3);
  for (const auto& [name, values] : c.arrays) CHECK(same_bits(r.arrays.at(name), values));
  CHECK(r.integers == c.integers);
  for (const auto& [name, value] : c.scalars) CHECK(same_bits({r.scalars.at(name)}, {value}));
  for (const auto& entry : fs::directory_iterator(folder.path())) CHECK(entry.path().extension() == ".h5");
}

TEST_CASE("Two generations take turns, and the newest whole one is read") {
  const example::Folder folder;
  const auto stem = folder / "run";
  CHECK_FALSE(read_newest_checkpoint(stem));
  for (int step = 1; step <= 5; ++step) {
    write_checkpoint(stem, example_checkpoint(step));
    CHECK(read_newest_checkpoint(stem)->checkpoint.step == step);
  }
  const fs::path newest = folder / "run.ckpt.0.h5", older = folder / "run.ckpt.1.h5";

  SECTION("the newest is cut short") {
    fs::resize_file(newest, fs::file_size(newest) / 2);
    const auto found = read_newest_checkpoint(stem);
    CHECK(found->checkpoint.step == 4);
    REQUIRE(found->warnings.size() == 1);
    CHECK(found->warnings[0].find("run.ckpt.0.h5") != std::string::npos);
    // The damaged one is replaced, not the good one.
    write_checkpoint(stem, example_checkpoint(6));
    CHECK(read_newest_checkpoint(stem)->checkpoint.step == 6);
    CHECK(read_newest_checkpoint(stem)->warnings.empty());
  }
  SECTION("one bit of the numbers has changed") {
    // The thousand thirds are the longest run of equal bytes: find them and flip one sign.
    std::ifstream file(newest, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    const double third = 1.0 / 3;
    std::string pattern(16, '\0');
    std::memcpy(pattern.data(), &third, 8);
    std::memcpy(pattern.data() + 8, &third, 8);
    const auto at = bytes.find(pattern);
    REQUIRE(at != std::string::npos);
    const bool twice = GENERATE(false, true);
    flip(newest, static_cast<std::streamoff>(at) + 7, '\x80');
    if (twice) flip(newest, static_cast<std::streamoff>(at) + 15, '\x80');
    const auto found = read_newest_checkpoint(stem);
    CHECK(found->checkpoint.step == 4);
    CHECK(found->warnings.size() == 1);
  }
  SECTION("both are garbage") {
    std::ofstream(newest) << "garbage";
    std::ofstream(older) << "";
    CHECK_THROWS_AS(read_newest_checkpoint(stem), Error);
  }
  SECTION("a finished run removes them") {
    remove_checkpoints(stem);
    CHECK_FALSE(read_newest_checkpoint(stem));
  }
}

TEST_CASE("A checkpoint that cannot be written says where") {
  try {
    write_checkpoint("no-such-folder/run", example_checkpoint(1));
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::file_error);
    CHECK(std::string(error.what()).find("no-such-folder/run.ckpt.0.h5: the checkpoint cannot be written") == 0);
  }
}

TEST_CASE("The hash of a text is FNV-1a") {
  // Published test vectors of the 64-bit FNV-1a hash.
  CHECK(text_hash("") == "cbf29ce484222325");
  CHECK(text_hash("a") == "af63dc4c8601ec8c");
  CHECK(text_hash("foobar") == "85944171f73967e8");
}
