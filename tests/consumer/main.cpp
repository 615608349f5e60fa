// consumer SCENARIO FOLDER: solves an installed scenario with the installed library, and prints the library's version.
#include <cstdio>
#include <filesystem>

#include "base/error.hpp"
#include "base/version.hpp"
#include "io/read.hpp"
#include "scenario/read.hpp"
#include "simulation.hpp"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    knead::RunOptions options;
    options.folder = argv[2];
    const knead::RunResult run = knead::run_simulation(knead::read_scenario(argv[1]), options);
    if (run.code != knead::ExitCode::done || run.steps < 1 || run.time != run.end) {
      std::fprintf(stderr, "the run ended at %g s of %g s: %s\n", run.time, run.end, run.message.c_str());
      return 1;
    }
    const knead::ResultFile result(run.result);
  } catch (const knead::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  std::puts(knead::build_information().version);
}
