#include "io/record.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.hpp"
#include "io/file_lock.hpp"
#include "io/record_static.hpp"

namespace knead {

namespace {

namespace fs = std::filesystem;

Error cannot_write(const fs::path& path, const std::string& reason) {
  return Error(ExitCode::file_error, Location{path.string()}, fmt::format("the result cannot be written: {}", reason));
}

// Rows of a chunk: a whole fraction of a step, so that appending never touches a chunk of an earlier step, and small
// enough to be read in parts.
hsize_t chunk_rows(hsize_t rows_per_step, hsize_t bytes_per_row) {
  constexpr hsize_t largest = hsize_t{1} << 22;
  for (hsize_t parts = 1; parts <= 64 && parts <= rows_per_step; ++parts)
    if (rows_per_step % parts == 0 && rows_per_step / parts * bytes_per_row <= largest) return rows_per_step / parts;
  return std::max<hsize_t>(rows_per_step, 1);
}

// Keeps `bits` of the 23 stored bits of the mantissa, rounded to nearest: relative error at most 2^-(bits + 1).
float rounded(float x, int bits) {
  const auto pattern = std::bit_cast<std::uint32_t>(x);
  if ((pattern & 0x7f800000u) == 0x7f800000u) return x;  // infinity or not a number
  const std::uint32_t dropped = 23u - static_cast<std::uint32_t>(bits);
  const std::uint32_t half = (1u << (dropped - 1)) - 1u + (pattern >> dropped & 1u);
  const float result = std::bit_cast<float>((pattern + half) & ~((1u << dropped) - 1u));
  return std::isfinite(result) ? result : x;
}

struct GrowingField {
  FieldInfo info;
  h5::Handle values, offsets;
};

// Data sets with one row per step, besides the fields.
struct StepSets {
  h5::Handle times;
  std::vector<std::pair<h5::Handle, std::int64_t>> constants;  // data set, what every row holds
  h5::Handle position, rotation, velocity, force, active;      // of the applicators
};

bool finished_result(const fs::path& path) {
  try {
    const h5::Handle file = h5::open_file(path, h5::Access::read);
    return h5::read_integer_attribute(h5::open_group(file, "Knead"), "finished") != 0;
  } catch (const h5::Failure&) {
    return false;
  }
}

}  // namespace

struct Recorder::Implementation {
  fs::path path;
  RecordSettings settings;
  FileLock lock;
  hsize_t num_points = 0, num_hexahedra = 0, num_applicators = 0;
  int num_steps = 0, num_rows = 0;
  bool broken = false;
  std::vector<FieldInfo> infos;
  std::vector<HistoryColumn> columns;
  std::vector<float> buffer;

  // The file is declared first, so that it is closed last.
  h5::Handle file, steps_group, knead_group;
  std::vector<GrowingField> fields;
  StepSets sets;
  h5::Handle history, history_row;

  hsize_t rows_per_step(const FieldInfo& field) const {
    return field.association == Association::point ? num_points : num_hexahedra;
  }

  void create_steps(hid_t vtkhdf, hid_t point_data, hid_t cell_data, const std::vector<std::string>& static_names);
  void open_steps(hid_t vtkhdf, int steps, int rows);
  void flush();

  void close_all() {
    fields.clear();
    sets = {};
    history.reset();
    history_row.reset();
    steps_group.reset();
    knead_group.reset();
    if (!file.reset()) h5::fail("it cannot be closed");
  }

  // After a failure the library still holds data that it would try to write on closing, in any order. It writes them
  // into memory instead: what is on the disk stays as the last finished step left it.
  void abandon() noexcept {
    if (broken) return;
    broken = true;
    try {
      const int memory = memfd_create("knead-abandoned", MFD_CLOEXEC);
      if (memory >= 0) {
        dup2(memory, h5::descriptor(file));
        close(memory);
      }
      close_all();
    } catch (const h5::Failure&) {
      // Nothing more can be done, and the caller already hears of the first failure.
    }
    lock.release();
  }

  // Runs f, and turns a failure of the library into the user's error.
  template <class F>
  void guarded(F&& f) {
    if (broken || !file) throw cannot_write(path, "an earlier write failed or the run was finished");
    try {
      f();
    } catch (const h5::Failure& failure) {
      abandon();
      throw cannot_write(path, failure.what());
    }
  }

  ~Implementation() {
    if (!broken && file) {
      try {
        close_all();
      } catch (const h5::Failure&) {
        // Every finished step was flushed before; nothing is lost with this.
      }
    }
  }
};

// Writes the end of the used part of the file into its superblock (version 0 of the HDF5 file format: 8 bytes at 40).
static void write_end_of_file(int descriptor, std::uint64_t end) {
  std::array<unsigned char, 16> head{};
  if (pread(descriptor, head.data(), head.size(), 0) != static_cast<ssize_t>(head.size())) return;
  constexpr unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  const bool known = std::equal(signature, signature + 8, head.begin()) && head[8] == 0 && head[13] == 8;
  if (!known) return;
  std::array<unsigned char, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<unsigned char>(end >> (8 * i));
  if (pwrite(descriptor, bytes.data(), bytes.size(), 40) != 8) throw h5::Failure(std::strerror(errno));
}

// A flush writes indices that point to new data first and the size of the file last. A kill in between, or a disk that
// fills up, would leave a file whose indices point beyond its stated end. Room is therefore reserved and stated first,
// and what was not needed is given back.
void Recorder::Implementation::flush() {
  constexpr hsize_t chunk_cache = hsize_t{1} << 20;  // of each data set: what a flush may add beyond the size known now
  const int descriptor = h5::descriptor(file);
  hsize_t size = 0;
  h5::check(H5Fget_filesize(file, &size), "its size is unknown");
  const auto wanted = static_cast<off_t>(size + (1 + infos.size()) * chunk_cache);
  if (fallocate(descriptor, 0, 0, wanted) != 0) {
    const int reason = errno;
    const bool unsupported = reason == EOPNOTSUPP || reason == ENOSYS;
    if (ftruncate(descriptor, unsupported ? wanted : static_cast<off_t>(size)) != 0)
      throw h5::Failure(std::strerror(errno));
    if (!unsupported) throw h5::Failure(std::strerror(reason));
  }
  write_end_of_file(descriptor, static_cast<std::uint64_t>(wanted));
  h5::check(H5Fflush(file, H5F_SCOPE_GLOBAL), "it cannot be flushed");
  haddr_t end = 0;
  h5::check(H5Fget_eoa(file, &end), "its size is unknown");
  write_end_of_file(descriptor, end);  // HDF5 only does so when it has changed
  h5::check(H5Fget_filesize(file, &size), "its size is unknown");
  if (ftruncate(descriptor, static_cast<off_t>(std::max<hsize_t>(size, end))) != 0)
    throw h5::Failure(std::strerror(errno));
}

void Recorder::Implementation::create_steps(hid_t vtkhdf, hid_t point_data, hid_t cell_data,
                                            const std::vector<std::string>& static_names) {
  constexpr hsize_t chunk = 1024;
  steps_group = h5::create_group(vtkhdf, "Steps");
  h5::write_attribute(steps_group, "NSteps", std::int64_t{0});
  sets.times = h5::create_growing(steps_group, "Values", H5T_NATIVE_DOUBLE, {}, chunk, false);
  h5::write_attribute(sets.times, "units", std::string("s"));
  const auto constant = [&](hid_t group, const std::string& name, const h5::Dimensions& row, std::int64_t value) {
    sets.constants.emplace_back(h5::create_growing(group, name, H5T_NATIVE_INT64, row, chunk, false), value);
  };
  constant(steps_group, "PartOffsets", {}, 0);
  constant(steps_group, "NumberOfParts", {}, 1);
  constant(steps_group, "PointOffsets", {}, 0);
  constant(steps_group, "CellOffsets", {1}, 0);
  constant(steps_group, "ConnectivityIdOffsets", {1}, 0);
  const h5::Handle point_offsets = h5::create_group(steps_group, "PointDataOffsets");
  const h5::Handle cell_offsets = h5::create_group(steps_group, "CellDataOffsets");
  for (const auto& name : static_names) constant(cell_offsets, name, {}, 0);

  for (const auto& info : infos) {
    const bool at_points = info.association == Association::point;
    const auto components = static_cast<hsize_t>(info.components);
    const h5::Dimensions row = components > 1 ? h5::Dimensions{components} : h5::Dimensions{};
    GrowingField field{
        info,
        h5::create_growing(at_points ? point_data : cell_data, info.name, H5T_NATIVE_FLOAT, row,
                           chunk_rows(rows_per_step(info), sizeof(float) * components), settings.compress),
        h5::create_growing(at_points ? point_offsets : cell_offsets, info.name, H5T_NATIVE_INT64, {}, chunk, false)};
    write_field_attributes(field.values, info);
    fields.push_back(std::move(field));
  }

  const h5::Handle poses = h5::create_group(knead_group, "Poses");
  const hsize_t n = num_applicators;
  if (n > 0) {
    const auto pose_set = [&](const char* name, hid_t type, const h5::Dimensions& row, const char* units) {
      h5::Handle set = h5::create_growing(poses, name, type, row, 64, false);
      h5::write_attribute(set, "units", std::string(units));
      return set;
    };
    sets.position = pose_set("position", H5T_NATIVE_DOUBLE, {n, 3}, "m");
    sets.rotation = pose_set("rotation", H5T_NATIVE_DOUBLE, {n, 3, 3}, "1");
    sets.velocity = pose_set("velocity", H5T_NATIVE_DOUBLE, {n, 3}, "m/s");
    sets.force = pose_set("force", H5T_NATIVE_DOUBLE, {n, 3}, "N");
    sets.active = pose_set("active", H5T_NATIVE_UINT8, {n}, "1");
  }
  if (!columns.empty()) {
    history_row = history_row_type(columns);
    history = h5::create_growing(knead_group, "History", history_row, {}, 256, false);
    std::vector<std::string> units, descriptions;
    for (const auto& column : columns) {
      units.push_back(column.units);
      descriptions.push_back(column.description);
    }
    h5::write_attribute(history, "units", units);
    h5::write_attribute(history, "description", descriptions);
  }
}

void Recorder::Implementation::open_steps(hid_t vtkhdf, int steps, int rows) {
  const std::int64_t found = h5::read_integer_attribute(steps_group, "NSteps");
  if (steps < 0 || found < steps) h5::fail(fmt::format("it holds {} steps, not {}", found, steps));
  const auto kept = static_cast<hsize_t>(steps);
  // The count shrinks before the data do, as it grows after them.
  h5::update_attribute(knead_group, "finished", 0);
  h5::update_attribute(steps_group, "NSteps", steps);
  flush();
  const auto cut = [](h5::Handle set, hsize_t length) {
    if (h5::dimensions(set).at(0) < length) h5::fail("it is damaged");
    h5::set_rows(set, length);
    return set;
  };
  const auto open_cut = [&](hid_t group, const std::string& name, hsize_t length) {
    return cut(h5::open_dataset(group, name), length);
  };
  sets.times = open_cut(steps_group, "Values", kept);
  sets.constants.emplace_back(open_cut(steps_group, "NumberOfParts", kept), 1);
  for (const char* name : {"PartOffsets", "PointOffsets", "CellOffsets", "ConnectivityIdOffsets"})
    sets.constants.emplace_back(open_cut(steps_group, name, kept), 0);
  const auto open_fields = [&](const char* data_name, const char* offsets_name, Association association) {
    const h5::Handle data = h5::open_group(vtkhdf, data_name);
    const h5::Handle offsets = h5::open_group(steps_group, offsets_name);
    for (const auto& name : h5::names(data)) {
      h5::Handle values = h5::open_dataset(data, name);
      const h5::Handle list(H5Dget_create_plist(values), H5Pclose, "it is damaged");
      const h5::Dimensions size = h5::dimensions(values);
      const h5::Handle space(H5Dget_space(values), H5Sclose, "it is damaged");
      h5::Dimensions most(size.size());
      H5Sget_simple_extent_dims(space, nullptr, most.data());
      if (size.empty() || size.size() > 2) h5::fail("it is damaged");
      if (most[0] != H5S_UNLIMITED) {  // a static field
        sets.constants.emplace_back(open_cut(offsets, name, kept), 0);
        continue;
      }
      const int components = size.size() == 2 ? static_cast<int>(size[1]) : 1;
      FieldInfo info = read_field_attributes(values, name, association, components);
      values = cut(std::move(values), kept * rows_per_step(info));
      infos.push_back(info);
      fields.push_back({std::move(info), std::move(values), open_cut(offsets, name, kept)});
    }
  };
  open_fields("PointData", "PointDataOffsets", Association::point);
  open_fields("CellData", "CellDataOffsets", Association::cell);
  const h5::Handle poses = h5::open_group(knead_group, "Poses");
  if (h5::exists(poses, "position")) {
    sets.position = open_cut(poses, "position", kept);
    sets.rotation = open_cut(poses, "rotation", kept);
    sets.velocity = open_cut(poses, "velocity", kept);
    sets.force = open_cut(poses, "force", kept);
    sets.active = open_cut(poses, "active", kept);
    num_applicators = h5::dimensions(sets.position).at(1);
  }
  if (h5::exists(knead_group, "History")) {
    h5::Handle set = h5::open_dataset(knead_group, "History");
    if (rows < 0 || h5::dimensions(set).at(0) < static_cast<hsize_t>(rows))
      h5::fail(fmt::format("its history has fewer than {} rows", rows));
    columns = read_history_columns(set);
    history = cut(std::move(set), static_cast<hsize_t>(rows));
    history_row = history_row_type(columns);
  }
  flush();
  num_steps = steps;
  num_rows = rows;
}

Recorder::Recorder(std::unique_ptr<Implementation> implementation) : self_(std::move(implementation)) {}
Recorder::Recorder(Recorder&&) noexcept = default;
Recorder& Recorder::operator=(Recorder&&) noexcept = default;
Recorder::~Recorder() = default;

Recorder::Recorder(const fs::path& path, const Mesh& mesh, const StaticCellData& cell_data, const RunInfo& info,
                   std::vector<FieldInfo> fields, std::vector<HistoryColumn> history, RecordSettings settings)
    : self_(std::make_unique<Implementation>()) {
  auto& self = *self_;
  std::error_code ignored;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, ignored))
    throw cannot_write(path, "the folder does not exist; make it or choose another with -o");
  self.path = path;
  self.settings = settings;
  self.lock = FileLock(path);
  if (!settings.overwrite && fs::exists(path, ignored) && finished_result(path))
    throw Error(ExitCode::file_error, Location{path.string()},
                "a finished result is already there; choose another folder with -o, or replace it with --force");
  self.num_points = static_cast<hsize_t>(mesh.num_nodes());
  self.num_hexahedra = 8 * static_cast<hsize_t>(mesh.num_cells());
  self.num_applicators = info.applicators.size();
  self.infos = std::move(fields);
  self.columns = std::move(history);

  fs::path temporary = path;
  temporary += ".partial";
  try {
    self.file = h5::create_file(temporary);
    const h5::Handle vtkhdf = h5::create_group(self.file, "VTKHDF");
    const h5::Handle point_data = h5::create_group(vtkhdf, "PointData");
    const h5::Handle cell_data_group = h5::create_group(vtkhdf, "CellData");
    self.knead_group = h5::create_group(self.file, "Knead");
    const auto static_names = write_mesh(vtkhdf, cell_data_group, mesh, cell_data, settings.compress);
    write_run_info(self.knead_group, info, mesh);
    self.create_steps(vtkhdf, point_data, cell_data_group, static_names);
    self.flush();
    fs::rename(temporary, path);
  } catch (const std::exception& failure) {
    const std::string reason = failure.what();
    if (self.file) self.abandon();
    fs::remove(temporary, ignored);
    throw cannot_write(path, reason);
  }
}

Recorder Recorder::resume(const fs::path& path, int steps, int history_rows, RecordSettings settings) {
  auto implementation = std::make_unique<Implementation>();
  auto& self = *implementation;
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored))
    throw Error(ExitCode::file_error, Location{path.string()}, "there is no result to continue");
  self.path = path;
  self.settings = settings;
  self.lock = FileLock(path);
  try {
    self.file = h5::open_file(path, h5::Access::write);
    const h5::Handle vtkhdf = h5::open_group(self.file, "VTKHDF");
    self.knead_group = h5::open_group(self.file, "Knead");
    self.steps_group = h5::open_group(vtkhdf, "Steps");
    const auto one = [&](const char* name) {
      return static_cast<hsize_t>(h5::read_array<std::int64_t>(vtkhdf, name, {1}).at(0));
    };
    self.num_points = one("NumberOfPoints");
    self.num_hexahedra = one("NumberOfCells");
    self.open_steps(vtkhdf, steps, history_rows);
  } catch (const std::exception& failure) {
    const std::string reason = failure.what();
    if (self.file) self.abandon();
    throw Error(ExitCode::file_error, Location{path.string()},
                fmt::format("the result cannot be continued: {}", reason));
  }
  return Recorder(std::move(implementation));
}

void Recorder::write_step(double time, std::span<const FieldValues> values, std::span<const Pose> poses) {
  auto& self = *self_;
  const auto internal = [](const std::string& what) { return Error(ExitCode::internal_error, what); };
  if (poses.size() != self.num_applicators)
    throw internal(
        fmt::format("a step was recorded with {} poses for {} applicators", poses.size(), self.num_applicators));
  std::vector<std::span<const double>> ordered;
  for (const auto& field : self.fields) {
    const auto found =
        std::find_if(values.begin(), values.end(), [&](const auto& v) { return v.name == field.info.name; });
    const hsize_t expected = self.rows_per_step(field.info) * static_cast<hsize_t>(field.info.components);
    if (found == values.end()) throw internal(fmt::format("field {} was not given for a step", field.info.name));
    if (found->values.size() != expected)
      throw internal(fmt::format("field {} has {} values, not {}", field.info.name, found->values.size(), expected));
    ordered.push_back(found->values);
  }
  if (values.size() != ordered.size()) throw internal("a step was recorded with fields that the file does not hold");

  self.guarded([&] {
    const int bits = self.settings.precision_bits;
    for (std::size_t f = 0; f < self.fields.size(); ++f) {
      const auto& field = self.fields[f];
      self.buffer.resize(ordered[f].size());
      for (std::size_t i = 0; i < self.buffer.size(); ++i) {
        const auto x = static_cast<float>(ordered[f][i]);
        self.buffer[i] = bits > 0 && bits < 23 ? rounded(x, bits) : x;
      }
      const hsize_t rows = self.rows_per_step(field.info);
      if (rows > 0) h5::append_rows(field.values, rows, H5T_NATIVE_FLOAT, self.buffer.data());
      const auto offset = static_cast<std::int64_t>(rows) * self.num_steps;
      h5::append_rows(field.offsets, 1, H5T_NATIVE_INT64, &offset);
    }
    h5::append_rows(self.sets.times, 1, H5T_NATIVE_DOUBLE, &time);
    for (const auto& [set, value] : self.sets.constants) h5::append_rows(set, 1, H5T_NATIVE_INT64, &value);
    if (!poses.empty()) {
      std::vector<double> position, rotation, velocity, force;
      std::vector<std::uint8_t> active;
      for (const auto& pose : poses) {
        position.insert(position.end(), pose.position.v, pose.position.v + 3);
        velocity.insert(velocity.end(), pose.velocity.v, pose.velocity.v + 3);
        force.insert(force.end(), pose.force.v, pose.force.v + 3);
        for (const auto& row : pose.rotation.m) rotation.insert(rotation.end(), row, row + 3);
        active.push_back(pose.active ? 1 : 0);
      }
      h5::append_rows(self.sets.position, 1, H5T_NATIVE_DOUBLE, position.data());
      h5::append_rows(self.sets.rotation, 1, H5T_NATIVE_DOUBLE, rotation.data());
      h5::append_rows(self.sets.velocity, 1, H5T_NATIVE_DOUBLE, velocity.data());
      h5::append_rows(self.sets.force, 1, H5T_NATIVE_DOUBLE, force.data());
      h5::append_rows(self.sets.active, 1, H5T_NATIVE_UINT8, active.data());
    }
    self.flush();
    h5::update_attribute(self.steps_group, "NSteps", self.num_steps + 1);
    self.flush();
    ++self.num_steps;
  });
}

void Recorder::write_history(std::span<const double> row) {
  auto& self = *self_;
  if (row.size() != self.columns.size())
    throw Error(ExitCode::internal_error,
                fmt::format("a row of history has {} numbers for {} columns", row.size(), self.columns.size()));
  if (row.empty()) return;
  self.guarded([&] {
    h5::append_rows(self.history, 1, self.history_row, row.data());
    self.flush();
    ++self.num_rows;
  });
}

void Recorder::sync() {
  auto& self = *self_;
  self.guarded([&] {
    self.flush();
    if (fsync(h5::descriptor(self.file)) != 0) throw h5::Failure(std::strerror(errno));
  });
}

void Recorder::finish() {
  auto& self = *self_;
  sync();
  self.guarded([&] {
    h5::update_attribute(self.knead_group, "finished", 1);
    self.flush();
    self.close_all();
  });
  self.lock.release();
}

int Recorder::num_steps() const { return self_->num_steps; }
int Recorder::num_history_rows() const { return self_->num_rows; }
const std::vector<FieldInfo>& Recorder::fields() const { return self_->infos; }
const std::vector<HistoryColumn>& Recorder::history_columns() const { return self_->columns; }

void truncate_record(const fs::path& path, int steps, int history_rows) {
  Recorder::resume(path, steps, history_rows).sync();
}

}  // namespace knead
