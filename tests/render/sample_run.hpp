#pragma once
#include <filesystem>

namespace knead {

// A result file with formulas in the place of a solution, so that pictures can be checked without solving: a slab like
// a lower back (skin, fat, muscle, a spine of bone) of 300 × 300 × 80 mm, and a palm that glides from caudal to cranial
// 40 mm to the left of the midline, pressing with 25 N in the middle of its way.
struct SampleRun {
  int elements = 12;  // along each side of the skin
  int steps = 11;
  double spacing = 0.2;   // s between steps
  double peak = 9e3;      // Pa, largest tissue pressure
  bool travels = true;    // false: a press
  bool specimen = false;  // true: a block with z up, without landmarks and bone
};

void write_sample_run(const std::filesystem::path& path, const SampleRun& sample = {});

}  // namespace knead
