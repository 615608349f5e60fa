#pragma once
// What the benchmarks share: time, memory, results as JSON.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <malloc.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/version.hpp"

namespace knead {

// Wall time, s.
inline double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Largest resident memory since the last reset, bytes; 0 where the system does not say.
inline double peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM:", 0) == 0) return 1024.0 * std::stod(line.substr(6));
  return 0;
}

// Gives freed memory back and counts from what is left. False where the system does not allow it (Linux does).
inline bool reset_peak_memory() {
  malloc_trim(0);
  std::ofstream file("/proc/self/clear_refs");
  file << "5" << std::flush;
  return static_cast<bool>(file);
}

// The value behind an option; an Error(wrong_usage) when the line ends there.
inline std::string value_of(int argc, char** argv, int& i) {
  if (i + 1 >= argc) throw Error(ExitCode::wrong_usage, fmt::format("a value is missing behind {}", argv[i]));
  return argv[++i];
}

// "build" of a JSON file: what was measured.
inline nlohmann::ordered_json build_json() {
  const auto& build = build_information();
  return {{"version", build.version},
          {"commit", build.git_commit},
          {"compiler", build.compiler},
          {"flags", build.flags},
          {"native", build.native}};
}

inline void write_json(const std::filesystem::path& path, const nlohmann::ordered_json& json) {
  std::ofstream file(path);
  file << json_text(json) << "\n";
  file.close();
  if (!file) throw Error(ExitCode::file_error, fmt::format("{} cannot be written", path.string()));
}

}  // namespace knead
