// The program is killed, stopped and continued; what it leaves in the end is, bit for bit, what a straight run leaves.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "catch.hpp"
#include "io/read.hpp"
#include "same_result.hpp"

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

const std::string scenario = std::string(KNEAD_SOURCE_DIR) + "/tests/restart/glide.toml";

struct Folder {
  fs::path path;
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "knead-restart-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    path = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

pid_t start_run(const fs::path& folder, const std::vector<std::string>& options) {
  std::vector<std::string> words{KNEAD_PROGRAM, "run", scenario, "-o", folder.string(), "--no-picture", "--quiet"};
  words.insert(words.end(), options.begin(), options.end());
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const int nothing = open("/dev/null", O_RDWR);
    for (const int stream : {0, 1, 2}) dup2(nothing, stream);
    setenv("OMP_WAIT_POLICY", "passive", 1);  // threads that outnumber the processors must not spin
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  return child;
}

// Exit code, or 128 + the signal.
int wait_for(pid_t child) {
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// The exit code once the child has ended; nothing when `ready` came true before.
template <class Ready>
std::optional<int> ended_before(pid_t child, Ready&& ready) {
  for (;;) {
    int status = 0;
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended < 0) FAIL("the child cannot be waited for");
    if (ended == child) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (ready()) return std::nullopt;
    usleep(500);
  }
}

int run(const fs::path& folder, const std::vector<std::string>& options) {
  return wait_for(start_run(folder, options));
}

struct Straight {
  Folder folder;
  double seconds = 0;
};

// Computed once: the run that nothing disturbs.
const Straight& straight() {
  static const Straight* const result = [] {
    static Straight s;
    const auto begin = Clock::now();
    REQUIRE(run(s.folder.path, {"--threads", "1"}) == 0);
    s.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    return &s;
  }();
  return *result;
}

void check_same(const fs::path& folder) {
  const auto list = differences(straight().folder.path, folder);
  CHECK(list == std::vector<std::string>{});
}

bool has_checkpoint(const fs::path& folder) { return fs::exists(folder / "run.ckpt.0.h5"); }

}  // namespace

TEST_CASE("The straight run is long enough to be stopped, and glides under a force") {
  {
    const knead::ResultFile result(straight().folder.path / "run.vtkhdf");
    CHECK(result.finished());
    const auto history = result.history();
    CHECK(history.num_rows > 40);  // four checkpoints
    CHECK(result.num_steps() < static_cast<int>(history.num_rows));
    CHECK(history.column("normal_force").back() == Approx(3).epsilon(1e-4));
  }
  CHECK_FALSE(has_checkpoint(straight().folder.path));
  // The comparison sees a difference where there is one.
  const Folder other;
  REQUIRE(run(other.path, {"-s", "applicator.ball.friction=0.2001"}) == 0);
  CHECK(differences(straight().folder.path, other.path).size() > 10);
}

TEST_CASE("The number of threads changes no bit") {
  for (const char* threads : {"2", "3"}) {
    INFO(threads << " threads");
    const Folder folder;
    REQUIRE(run(folder.path, {"--threads", threads}) == 0);
    check_same(folder.path);
  }
}

TEST_CASE("A killed run, killed again and continued, ends as the straight one") {
  constexpr int num_runs = 8, most_kills = 3;
  std::mt19937 random(20261123);
  int kills = 0, kills_with_checkpoint = 0;
  for (int k = 0; k < num_runs; ++k) {
    INFO("run " << k);
    const Folder folder;
    std::optional<int> code;
    for (int attempt = 0; !code; ++attempt) {
      REQUIRE(attempt <= most_kills);
      std::vector<std::string> options{"--threads", std::to_string(1 + (k + attempt) % 2)};
      if (attempt > 0) options.push_back("--resume");
      const pid_t child = start_run(folder.path, options);
      if (attempt == most_kills) {
        code = wait_for(child);
        break;
      }
      // Every other first kill comes after the first checkpoint, at whatever speed the machine has.
      if (attempt == 0 && k % 2 == 1) code = ended_before(child, [&] { return has_checkpoint(folder.path); });
      const double share = std::uniform_real_distribution<double>(0, 0.7)(random);
      const auto moment = Clock::now() + std::chrono::duration<double>(share * straight().seconds);
      if (!code) code = ended_before(child, [&] { return Clock::now() >= moment; });
      if (code) break;
      kill(child, SIGKILL);
      const int ended = wait_for(child);
      if (ended != 128 + SIGKILL) {
        code = ended;  // it was done in that very moment
        break;
      }
      ++kills;
      if (has_checkpoint(folder.path)) ++kills_with_checkpoint;
    }
    REQUIRE(*code == 0);
    check_same(folder.path);
    CHECK_FALSE(has_checkpoint(folder.path));
  }
  CHECK(kills >= num_runs / 2);
  CHECK(kills_with_checkpoint > 0);
}

TEST_CASE("A run that is told to stop says how, and can be continued") {
  for (const auto& [signal, code] : {std::pair{SIGTERM, 75}, std::pair{SIGUSR1, 75}, std::pair{SIGINT, 130}}) {
    INFO("signal " << signal);
    const Folder folder;
    const pid_t child = start_run(folder.path, {"--threads", "1"});
    const auto early = ended_before(child, [&] { return has_checkpoint(folder.path); });
    REQUIRE_FALSE(early);
    kill(child, signal);
    CHECK(wait_for(child) == code);
    {
      const knead::ResultFile result(folder.path / "run.vtkhdf");
      CHECK_FALSE(result.finished());
      CHECK(result.history().num_rows >= 10);
      CHECK(fs::exists(folder.path / "summary.json"));
    }
    REQUIRE(run(folder.path, {"--threads", "2", "--resume"}) == 0);
    check_same(folder.path);
  }
}

TEST_CASE("A checkpoint of other settings is refused and kept") {
  const Folder folder;
  const pid_t child = start_run(folder.path, {"--threads", "1"});
  REQUIRE_FALSE(ended_before(child, [&] { return has_checkpoint(folder.path); }));
  kill(child, SIGKILL);
  REQUIRE(wait_for(child) == 128 + SIGKILL);
  CHECK(run(folder.path, {"--resume", "-s", "applicator.ball.friction=0.3"}) == 3);
  CHECK(has_checkpoint(folder.path));
  REQUIRE(run(folder.path, {"--resume"}) == 0);
  check_same(folder.path);
}
