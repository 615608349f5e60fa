#pragma once
#include <cstdio>

#include "base/error.hpp"

namespace knead {

// The main of a small program: what `run` returns, or the sentences of its Error behind the program's name and that
// error's exit code.
inline int run_program(const char* name, int (*run)(int, char**), int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s: %s\n", name, error.what());
    return static_cast<int>(error.code());
  }
}

}  // namespace knead
