#include "io/record.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <new>

#include <fmt/format.h>
#include <unistd.h>

#include "base/error.hpp"
#include "io/file_lock.hpp"
#include "io/record_flush.hpp"
#include "io/record_static.hpp"
#include "io/record_steps.hpp"

namespace knead {

namespace {

namespace fs = std::filesystem;

Error cannot_write(const fs::path& path, const std::string& reason) {
  return Error(ExitCode::file_error, Location{path.string()}, fmt::format("the result cannot be written: {}", reason));
}

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
  int num_steps = 0, num_rows = 0;
  bool broken = false;

  // The file is declared first, so that it is closed last.
  h5::Handle file, knead_group;
  RecordSteps steps;

  void flush() { flush_safely(file, steps.infos.size()); }

  void close_all() {
    steps.close();
    knead_group.reset();
    if (!file.reset()) h5::fail("it cannot be closed");
  }

  // After a failure the library still holds data that it would try to write on closing, in any order: what is on the
  // disk stays as the last finished step left it.
  void abandon() noexcept {
    if (broken) return;
    broken = true;
    try {
      write_into_memory_only(file);
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
  self.steps.num_points = static_cast<hsize_t>(mesh.num_nodes());
  self.steps.num_hexahedra = 8 * static_cast<hsize_t>(mesh.num_cells());
  self.steps.num_applicators = info.applicators.size();
  self.steps.infos = std::move(fields);
  self.steps.columns = std::move(history);

  fs::path temporary = path;
  temporary += ".partial";
  try {
    self.file = h5::create_file(temporary, h5::IndexNodes::large);
    const h5::Handle vtkhdf = h5::create_group(self.file, "VTKHDF");
    const h5::Handle point_data = h5::create_group(vtkhdf, "PointData");
    const h5::Handle cell_data_group = h5::create_group(vtkhdf, "CellData");
    self.knead_group = h5::create_group(self.file, "Knead");
    const auto static_names = write_mesh(vtkhdf, cell_data_group, mesh, cell_data, settings.compress);
    write_run_info(self.knead_group, info, mesh);
    self.steps.create(vtkhdf, point_data, cell_data_group, self.knead_group, static_names, settings.compress);
    self.flush();
    fs::rename(temporary, path);
  } catch (const std::exception& failure) {
    const std::string reason = failure.what();
    if (self.file) self.abandon();
    fs::remove(temporary, ignored);
    if (dynamic_cast<const std::bad_alloc*>(&failure)) throw;  // no fault of the file
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
    self.steps.group = h5::open_group(vtkhdf, "Steps");
    const auto one = [&](const char* name) {
      return static_cast<hsize_t>(h5::read_array<std::int64_t>(vtkhdf, name, {1}).at(0));
    };
    self.steps.num_points = one("NumberOfPoints");
    self.steps.num_hexahedra = one("NumberOfCells");
    const std::int64_t found = h5::read_integer_attribute(self.steps.group, "NSteps");
    if (steps < 0 || found < steps) h5::fail(fmt::format("it holds {} steps, not {}", found, steps));
    // The count shrinks before the data do, as it grows after them.
    h5::update_attribute(self.knead_group, "finished", 0);
    h5::update_attribute(self.steps.group, "NSteps", steps);
    self.flush();
    self.steps.open(vtkhdf, self.knead_group, steps, history_rows);
    self.flush();
    self.num_steps = steps;
    self.num_rows = history_rows;
  } catch (const std::exception& failure) {
    const std::string reason = failure.what();
    if (self.file) self.abandon();
    if (dynamic_cast<const std::bad_alloc*>(&failure)) throw;  // no fault of the file
    throw Error(ExitCode::file_error, Location{path.string()},
                fmt::format("the result cannot be continued: {}", reason));
  }
  return Recorder(std::move(implementation));
}

void Recorder::write_step(double time, std::span<const FieldValues> values, std::span<const Pose> poses) {
  auto& self = *self_;
  const auto internal = [](const std::string& what) { return Error(ExitCode::internal_error, what); };
  const auto& steps = self.steps;
  if (poses.size() != steps.num_applicators)
    throw internal(
        fmt::format("a step was recorded with {} poses for {} applicators", poses.size(), steps.num_applicators));
  std::vector<std::span<const double>> ordered;
  for (const auto& field : steps.infos) {
    const auto found = std::find_if(values.begin(), values.end(), [&](const auto& v) { return v.name == field.name; });
    const hsize_t expected = steps.rows_per_step(field) * static_cast<hsize_t>(field.components);
    if (found == values.end()) throw internal(fmt::format("field {} was not given for a step", field.name));
    if (found->values.size() != expected)
      throw internal(fmt::format("field {} has {} values, not {}", field.name, found->values.size(), expected));
    ordered.push_back(found->values);
  }
  if (values.size() != ordered.size()) throw internal("a step was recorded with fields that the file does not hold");

  self.guarded([&] {
    self.steps.append(self.num_steps, time, ordered, poses, self.settings.precision_bits);
    self.flush();
    h5::update_attribute(self.steps.group, "NSteps", self.num_steps + 1);
    self.flush();
    ++self.num_steps;
  });
}

void Recorder::write_history(std::span<const double> row) {
  auto& self = *self_;
  if (row.size() != self.steps.columns.size())
    throw Error(ExitCode::internal_error,
                fmt::format("a row of history has {} numbers for {} columns", row.size(), self.steps.columns.size()));
  if (row.empty()) return;
  self.guarded([&] {
    self.steps.append_history(row);
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
const std::vector<FieldInfo>& Recorder::fields() const { return self_->steps.infos; }
const std::vector<HistoryColumn>& Recorder::history_columns() const { return self_->steps.columns; }

void truncate_record(const fs::path& path, int steps, int history_rows) {
  Recorder::resume(path, steps, history_rows).sync();
}

}  // namespace knead
