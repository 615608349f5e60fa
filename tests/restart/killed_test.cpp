// A program that is killed while it records leaves a readable file with every step it had finished.
#include <csignal>
#include <random>

#include <sys/wait.h>
#include <unistd.h>

#include "catch.hpp"
#include "io/checkpoint.hpp"
#include "io/read.hpp"
#include "unit/io/example.hpp"

using namespace knead;
namespace fs = std::filesystem;

namespace {

constexpr int num_kills = 40;

// Runs `work(report)` in a child, kills it that many microseconds after so many calls of report; returns how often it
// had called report.
template <class Work>
int killed_after(int reports, int microseconds, Work&& work) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    close(ends[0]);
    work([&] {
      const char tick = 't';
      if (write(ends[1], &tick, 1) != 1) _exit(1);
    });
    _exit(0);
  }
  close(ends[1]);
  char tick;
  for (int i = 0; i < reports; ++i) REQUIRE(read(ends[0], &tick, 1) == 1);
  usleep(static_cast<useconds_t>(microseconds));
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  char buffer[4096];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;) reports += static_cast<int>(n);
  close(ends[0]);
  return reports;
}

// Every value of every step is what was written.
bool whole(const ResultFile& result) {
  for (int step = 0; step < result.num_steps(); ++step) {
    if (result.times()[static_cast<std::size_t>(step)] != 0.05 * step) return false;
    for (const auto& field : result.fields()) {
      const auto values = result.field(field.name, step);
      for (std::size_t i = 0; i < values.size(); ++i)
        if (values[i] != static_cast<float>(example::value(field.name, step, i))) return false;
    }
    if (result.poses(step).at(0).position[1] != -0.2 + 0.001 * step) return false;
  }
  return true;
}

// A recording run, killed that many microseconds after so many steps: all of them are there and it can be continued.
// Returns how many steps it had finished.
int check_killed_run(int reports, int microseconds, bool compress) {
  const example::Folder folder;
  const auto path = folder / "run.vtkhdf";
  const auto mesh = example::block(3, 3, 3);
  RecordSettings settings;
  settings.compress = compress;
  const int finished = killed_after(reports, microseconds, [&](auto&& report) {
    Recorder recorder(path, mesh, {}, example::info(mesh), example::fields(), example::history(), settings);
    for (int step = 0; step < 100'000; ++step) {
      example::write_step(recorder, mesh, step);
      report();
    }
  });
  INFO("killed " << microseconds << " us after step " << reports << ", " << finished << " steps finished");
  {
    const ResultFile result(path);
    CHECK(result.num_steps() >= finished);
    CHECK(result.num_steps() <= finished + 1);
    CHECK(result.history().num_rows >= static_cast<std::size_t>(finished));
    CHECK_FALSE(result.finished());
    CHECK(whole(result));
  }
  // The lock died with its holder: the run goes on two steps earlier.
  const int kept = std::max(0, finished - 2);
  auto recorder = Recorder::resume(path, kept, kept);
  for (int step = kept; step < finished + 3; ++step) example::write_step(recorder, mesh, step);
  recorder.finish();
  const ResultFile result(path);
  CHECK(result.num_steps() == finished + 3);
  CHECK(whole(result));
  return finished;
}

}  // namespace

TEST_CASE("A killed run loses no finished step and can be continued") {
  std::mt19937 random(20261121);
  int longest = 0;
  for (int k = 0; k < num_kills; ++k)
    longest = std::max(longest, check_killed_run(1, static_cast<int>(random() % 60'000), k % 2 == 0));
  CHECK(longest > 5);  // otherwise the kills came before anything happened
}

TEST_CASE("A run killed in the step in which small index nodes would split is whole") {
  // 64 chunks fit into a node of HDF5's own choice.
  std::mt19937 random(20261123);
  for (int k = 0; k < 3 * num_kills; ++k) check_killed_run(64, static_cast<int>(random() % 900), k % 2 == 0);
}

TEST_CASE("A run killed while it saves a checkpoint keeps a whole one") {
  std::mt19937 random(20261122);
  for (int k = 0; k < num_kills; ++k) {
    const example::Folder folder;
    const auto stem = folder / "run";
    const auto checkpoint = [](int step) {
      Checkpoint c;
      c.step = step;
      c.arrays["u"] = std::vector<double>(20'000, 1.0 / (1 + step));
      return c;
    };
    const int finished = killed_after(1, static_cast<int>(random() % 60'000), [&](auto&& report) {
      for (int step = 0; step < 100'000; ++step) {
        write_checkpoint(stem, checkpoint(step));
        report();
      }
    });
    const auto found = read_newest_checkpoint(stem);
    REQUIRE(found);
    CHECK(found->warnings.empty());
    CHECK(found->checkpoint.step >= finished - 1);
    CHECK(found->checkpoint.arrays.at("u") == checkpoint(static_cast<int>(found->checkpoint.step)).arrays.at("u"));
  }
}
