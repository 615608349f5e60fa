#include "io/checkpoint.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <new>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/error.hpp"
#include "io/hdf5.hpp"

namespace knead {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t checkpoint_format = 4;

class Fnv {
 public:
  void add(const void* data, std::size_t size) {
    const auto* byte = static_cast<const unsigned char*>(data);
    for (std::size_t i = 0; i < size; ++i) hash_ = (hash_ ^ byte[i]) * 0x100000001b3u;
  }
  void add(const std::string& text) {
    add(text.data(), text.size());
    add("", 1);
  }
  // Long arrays: the same recurrence over words of eight bytes, with the high half mixed in, or flips of two signs
  // cancel.
  template <class T>
  void add(const std::vector<T>& values) {
    static_assert(sizeof(T) == sizeof(std::uint64_t));
    for (const T& value : values) {
      hash_ = (hash_ ^ std::bit_cast<std::uint64_t>(value)) * 0x100000001b3u;
      hash_ ^= hash_ >> 32;
    }
    add_number(static_cast<std::int64_t>(values.size()));
  }
  void add_number(std::int64_t value) { add(&value, sizeof value); }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

// Over everything in a checkpoint and its generation, so that any changed bit is noticed.
std::int64_t checksum(const Checkpoint& c, std::int64_t generation) {
  Fnv hash;
  hash.add(c.scenario_hash);
  for (const std::int64_t number : {generation, c.step, c.record_steps, c.history_rows}) hash.add_number(number);
  for (const auto& [name, values] : c.arrays) {
    hash.add(name);
    hash.add(values);
  }
  for (const auto& [name, values] : c.integers) {
    hash.add(name);
    hash.add(values);
  }
  for (const auto& [name, value] : c.scalars) {
    hash.add(name);
    hash.add_number(std::bit_cast<std::int64_t>(value));
  }
  return std::bit_cast<std::int64_t>(hash.value());
}

fs::path file_of(const fs::path& stem, int slot) {
  fs::path path = stem;
  path += fmt::format(".ckpt.{}.h5", slot);
  return path;
}

struct Stored {
  Checkpoint checkpoint;
  std::int64_t generation = 0;
};

Stored read_slot(const fs::path& path) {
  const h5::Handle file = h5::open_file(path, h5::Access::read);
  if (h5::read_integer_attribute(file, "format") != checkpoint_format) h5::fail("it was written by another version");
  Stored stored;
  auto& c = stored.checkpoint;
  stored.generation = h5::read_integer_attribute(file, "generation");
  c.scenario_hash = h5::read_text_attribute(file, "scenario_hash");
  c.step = h5::read_integer_attribute(file, "step");
  c.record_steps = h5::read_integer_attribute(file, "record_steps");
  c.history_rows = h5::read_integer_attribute(file, "history_rows");
  const h5::Handle arrays = h5::open_group(file, "arrays");
  for (const auto& name : h5::names(arrays)) c.arrays[name] = h5::read_array<double>(arrays, name, {0});
  const h5::Handle integers = h5::open_group(file, "integers");
  for (const auto& name : h5::names(integers)) c.integers[name] = h5::read_array<std::int64_t>(integers, name, {0});
  const h5::Handle scalars = h5::open_group(file, "scalars");
  for (const auto& name : h5::attribute_names(scalars)) c.scalars[name] = h5::read_number_attribute(scalars, name);
  if (h5::read_integer_attribute(file, "checksum") != checksum(c, stored.generation))
    h5::fail("its checksum does not match");
  return stored;
}

// A damaged file is worth no more than none when choosing which one to replace.
std::int64_t generation_of(const fs::path& path) {
  try {
    return read_slot(path).generation;
  } catch (const std::exception&) {
    return -1;
  }
}

// Carries a file, or the names in a folder, through to the disk.
void push_to_disk(const fs::path& path, int flags) {
  const int descriptor = open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) throw h5::Failure(std::strerror(errno));
  const int status = fsync(descriptor);
  const int reason = errno;
  close(descriptor);
  // Some file systems cannot do this for folders, and say so.
  if (status != 0 && reason != EINVAL && reason != ENOTSUP) throw h5::Failure(std::strerror(reason));
}

void write_slot(const fs::path& path, const Checkpoint& c, std::int64_t generation) {
  h5::Handle file = h5::create_file(path);
  h5::write_attribute(file, "format", checkpoint_format);
  h5::write_attribute(file, "generation", generation);
  h5::write_attribute(file, "checksum", checksum(c, generation));
  h5::write_attribute(file, "scenario_hash", c.scenario_hash);
  h5::write_attribute(file, "step", c.step);
  h5::write_attribute(file, "record_steps", c.record_steps);
  h5::write_attribute(file, "history_rows", c.history_rows);
  const h5::Handle arrays = h5::create_group(file, "arrays");
  for (const auto& [name, values] : c.arrays) h5::write_array(arrays, name, values);
  const h5::Handle integers = h5::create_group(file, "integers");
  for (const auto& [name, values] : c.integers) h5::write_array(integers, name, values);
  const h5::Handle scalars = h5::create_group(file, "scalars");
  for (const auto& [name, value] : c.scalars) h5::write_attribute(scalars, name, value);
  h5::check(H5Fflush(file, H5F_SCOPE_GLOBAL), "it cannot be flushed");
}

}  // namespace

void write_checkpoint(const fs::path& stem, const Checkpoint& checkpoint) {
  const std::array<std::int64_t, 2> generation{generation_of(file_of(stem, 0)), generation_of(file_of(stem, 1))};
  const int older = generation[0] <= generation[1] ? 0 : 1;
  const fs::path path = file_of(stem, older);
  fs::path temporary = path;
  temporary += ".tmp";
  try {
    write_slot(temporary, checkpoint, std::max(generation[0], generation[1]) + 1);
    push_to_disk(temporary, O_RDONLY);
    fs::rename(temporary, path);
    push_to_disk(path.has_parent_path() ? path.parent_path() : fs::path("."), O_RDONLY | O_DIRECTORY);
  } catch (const std::exception& failure) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    if (dynamic_cast<const std::bad_alloc*>(&failure)) throw;  // no fault of the file
    throw Error(ExitCode::file_error, Location{path.string()},
                fmt::format("the checkpoint cannot be written: {}", failure.what()));
  }
}

std::optional<CheckpointFound> read_newest_checkpoint(const fs::path& stem) {
  std::optional<Stored> newest;
  std::vector<std::string> damaged;
  std::error_code ignored;
  for (const int slot : {0, 1}) {
    const fs::path path = file_of(stem, slot);
    if (!fs::exists(path, ignored)) continue;
    try {
      Stored stored = read_slot(path);
      if (!newest || stored.generation > newest->generation) newest = std::move(stored);
    } catch (const std::exception& failure) {
      damaged.push_back(fmt::format("{}: this checkpoint is damaged ({})", path.string(), failure.what()));
    }
  }
  if (!newest && damaged.empty()) return std::nullopt;
  if (!newest)
    throw Error(ExitCode::file_error, Location{file_of(stem, 0).string()},
                "no checkpoint can be read; run again without --resume");
  return CheckpointFound{std::move(newest->checkpoint), std::move(damaged)};
}

void remove_checkpoints(const fs::path& stem) {
  std::error_code ignored;
  for (const int slot : {0, 1}) fs::remove(file_of(stem, slot), ignored);
}

std::string text_hash(const std::string& text) {
  Fnv hash;
  hash.add(text.data(), text.size());
  return fmt::format("{:016x}", hash.value());
}

}  // namespace knead
