#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "measure/stroke_summary.hpp"

namespace knead {

// What summary.json says about the run as a whole.
struct RunDescription {
  std::string title, scenario, scenario_hash, body, subject, stiffness_class;
  double element_size = 0;  // m; 0: given otherwise
  std::string version, git_hash, flags, cpu, host;
  int threads = 0;
  long num_unknowns = 0;
  int num_steps = 0;
  int newton_iterations = 0, krylov_iterations = 0, cutbacks = 0;
  double wall_time = 0;            // s
  double peak_memory = 0;          // bytes
  bool finished = true;            // did it reach its end?
  bool preview = false;            // on a coarse mesh, for a first look
  std::vector<std::string> notes;  // what was assumed
  std::string statement;           // whose anatomy, and what the result is not
};

// summary.json: the run, then each stroke with its phases and tissue bands. Keys carry their units (kPa, mm, cm², N,
// J).
void write_summary_json(const std::filesystem::path& path, const RunDescription& run,
                        const std::vector<std::string>& strokes, const std::vector<std::string>& holders,
                        const TissueBands& bands, const std::vector<StrokeSummary>& summaries);

}  // namespace knead
