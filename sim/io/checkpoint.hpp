#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace knead {

// Everything that a restart needs, by name; read back bit for bit.
struct Checkpoint {
  std::string scenario_hash;      // a run resumes only from a checkpoint of the same scenario
  std::int64_t step = 0;          // finished steps of the solver
  std::int64_t record_steps = 0;  // steps and history rows that the result file then held
  std::int64_t history_rows = 0;
  std::map<std::string, std::vector<double>> arrays;
  std::map<std::string, std::vector<std::int64_t>> integers;
  std::map<std::string, double> scalars;
};

// Two generations, <stem>.ckpt.0.h5 and <stem>.ckpt.1.h5: the older one is replaced, by way of a temporary file, fsync
// and rename, so that one good checkpoint is there at every moment. stem: "runs/a/run".
void write_checkpoint(const std::filesystem::path& stem, const Checkpoint& checkpoint);

struct CheckpointFound {
  Checkpoint checkpoint;
  std::vector<std::string> warnings;  // one sentence for each generation that was damaged and passed over
};

// The newest generation that is whole; nothing when there is no checkpoint at all. An Error(file_error) when there are
// checkpoints, but none can be read.
std::optional<CheckpointFound> read_newest_checkpoint(const std::filesystem::path& stem);

// Removes both generations (a finished run needs none).
void remove_checkpoints(const std::filesystem::path& stem);

// 16 hexadecimal digits of the 64-bit FNV-1a hash of a text (Fowler, Noll, Vo), for Checkpoint::scenario_hash.
std::string text_hash(const std::string& text);

}  // namespace knead
