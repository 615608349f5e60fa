#include "io/read.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>

#include <fmt/format.h>

#include "base/error.hpp"
#include "io/record_static.hpp"

namespace knead {

namespace {

namespace fs = std::filesystem;

Error unreadable(const fs::path& path, const std::string& reason) {
  return Error(ExitCode::file_error, Location{path.string()},
               fmt::format("this is not a readable Knead result: {}", reason));
}

template <class Info>
const Info* find(const std::vector<Info>& list, const std::string& name) {
  const auto at = std::find_if(list.begin(), list.end(), [&](const Info& info) { return info.name == name; });
  return at == list.end() ? nullptr : &*at;
}

}  // namespace

std::vector<double> History::column(const std::string& name) const {
  std::vector<std::string> names;
  for (const auto& c : columns) names.push_back(c.name);
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end())
    throw Error(ExitCode::wrong_usage,
                fmt::format("the result has no history of \"{:.64}\"{}", name, did_you_mean(name, names)));
  const auto index = static_cast<std::size_t>(at - names.begin());
  std::vector<double> result;
  result.reserve(num_rows);
  for (std::size_t row = 0; row < num_rows; ++row) result.push_back(values[row * columns.size() + index]);
  return result;
}

struct ResultFile::Implementation {
  fs::path path;
  h5::Handle file, vtkhdf, knead_group;
  RunInfo info;
  bool finished = false;
  std::vector<double> times;
  hsize_t num_points = 0, num_hexahedra = 0;
  std::vector<FieldInfo> fields, static_fields;

  template <class F>
  auto guarded(F&& f) const {
    try {
      return f();
    } catch (const h5::Failure& failure) {
      throw unreadable(path, failure.what());
    } catch (const std::bad_alloc&) {
      throw unreadable(path, "there is not enough memory for it");
    }
  }

  hsize_t rows_per_step(const FieldInfo& field) const {
    return field.association == Association::point ? num_points : num_hexahedra;
  }

  void open();
  void list_fields(const char* group_name, Association association);
};

void ResultFile::Implementation::open() {
  file = h5::open_file(path, h5::Access::read);
  if (!h5::exists(file, "VTKHDF") || !h5::exists(file, "Knead"))
    throw h5::Failure("it holds no /VTKHDF and /Knead, so another program made it");
  vtkhdf = h5::open_group(file, "VTKHDF");
  knead_group = h5::open_group(file, "Knead");
  if (h5::read_text_attribute(vtkhdf, "Type") != "UnstructuredGrid") throw h5::Failure("it is no unstructured grid");
  info = read_run_info(knead_group);
  finished = h5::read_integer_attribute(knead_group, "finished") != 0;
  const auto one = [&](const char* name) {
    const std::int64_t value = h5::read_array<std::int64_t>(vtkhdf, name, {1}).at(0);
    if (value < 0 || value > std::numeric_limits<std::int32_t>::max()) h5::fail(std::string(name) + " is impossible");
    return static_cast<hsize_t>(value);
  };
  num_points = one("NumberOfPoints");
  num_hexahedra = one("NumberOfCells");
  if (one("NumberOfConnectivityIds") != 8 * num_hexahedra || num_hexahedra % 8 != 0)
    throw h5::Failure("its cells are not the hexahedra that Knead writes");

  const h5::Handle steps = h5::open_group(vtkhdf, "Steps");
  const std::int64_t number = h5::read_integer_attribute(steps, "NSteps");
  const h5::Handle values = h5::open_dataset(steps, "Values");
  const h5::Dimensions size = h5::dimensions(values);
  if (number < 0 || size.size() != 1 || static_cast<hsize_t>(number) > size[0]) h5::fail("its steps are damaged");
  h5::check_storage(values, h5::count({static_cast<hsize_t>(number), sizeof(double)}));
  times.resize(static_cast<std::size_t>(number));
  h5::read_rows(values, 0, times.size(), H5T_NATIVE_DOUBLE, times.data());
  list_fields("PointData", Association::point);
  list_fields("CellData", Association::cell);
}

void ResultFile::Implementation::list_fields(const char* group_name, Association association) {
  const h5::Handle group = h5::open_group(vtkhdf, group_name);
  for (const auto& name : h5::names(group)) {
    const h5::Handle dataset = h5::open_dataset(group, name);
    const h5::Handle space(H5Dget_space(dataset), H5Sclose, name + " cannot be read");
    const h5::Dimensions size = h5::dimensions(dataset);
    if (size.empty() || size.size() > 2 || (size.size() == 2 && (size[1] == 0 || size[1] > 9)))
      h5::fail(name + " does not have the shape of a field");
    h5::Dimensions most(size.size());
    H5Sget_simple_extent_dims(space, nullptr, most.data());
    const bool temporal = most[0] == H5S_UNLIMITED;
    const int components = size.size() == 2 ? static_cast<int>(size[1]) : 1;
    FieldInfo field = read_field_attributes(dataset, name, association, components);
    const hsize_t rows = rows_per_step(field) * (temporal ? times.size() : 1);
    if (size[0] < rows) h5::fail(name + " is shorter than the steps it should hold");
    (temporal ? fields : static_fields).push_back(std::move(field));
  }
}

ResultFile::ResultFile(const fs::path& path) : self_(std::make_unique<Implementation>()) {
  self_->path = path;
  std::error_code ignored;
  if (!fs::exists(path, ignored)) throw Error(ExitCode::file_error, Location{path.string()}, "there is no such file");
  if (!fs::is_regular_file(path, ignored))
    throw Error(ExitCode::file_error, Location{path.string()}, "this is not a file; name the result in it, run.vtkhdf");
  self_->guarded([&] { self_->open(); });
}

ResultFile::ResultFile(ResultFile&&) noexcept = default;
ResultFile& ResultFile::operator=(ResultFile&&) noexcept = default;
ResultFile::~ResultFile() = default;

const fs::path& ResultFile::path() const { return self_->path; }
const RunInfo& ResultFile::info() const { return self_->info; }
bool ResultFile::finished() const { return self_->finished; }
const std::vector<double>& ResultFile::times() const { return self_->times; }
std::int64_t ResultFile::num_points() const { return static_cast<std::int64_t>(self_->num_points); }
std::int64_t ResultFile::num_cells() const { return static_cast<std::int64_t>(self_->num_hexahedra); }
const std::vector<FieldInfo>& ResultFile::fields() const { return self_->fields; }
const std::vector<FieldInfo>& ResultFile::static_fields() const { return self_->static_fields; }

int ResultFile::nearest_step(double time) const {
  if (times().empty())
    throw Error(ExitCode::file_error, Location{path().string()}, "the result holds no finished step yet");
  int nearest = 0;
  for (int step = 1; step < num_steps(); ++step)
    if (std::abs(times()[static_cast<std::size_t>(step)] - time) <
        std::abs(times()[static_cast<std::size_t>(nearest)] - time))
      nearest = step;
  return nearest;
}

std::vector<Vec3d> ResultFile::points() const {
  return self_->guarded([&] {
    const auto numbers = h5::read_array<double>(self_->vtkhdf, "Points", {self_->num_points, 3});
    std::vector<Vec3d> points(self_->num_points);
    for (std::size_t i = 0; i < points.size(); ++i)
      points[i] = {{numbers[3 * i], numbers[3 * i + 1], numbers[3 * i + 2]}};
    return points;
  });
}

std::vector<std::array<std::int64_t, 8>> ResultFile::hexahedra() const {
  return self_->guarded([&] {
    const auto ids = h5::read_array<std::int64_t>(self_->vtkhdf, "Connectivity", {8 * self_->num_hexahedra});
    std::vector<std::array<std::int64_t, 8>> cells(self_->num_hexahedra);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (ids[i] < 0 || ids[i] >= num_points()) h5::fail("a cell names a point that is not there");
      cells[i / 8][i % 8] = ids[i];
    }
    return cells;
  });
}

std::vector<std::array<int, 27>> ResultFile::elements() const {
  const auto cells = hexahedra();
  std::vector<std::array<int, 27>> elements(cells.size() / 8);
  for (std::size_t e = 0; e < elements.size(); ++e)
    for (std::size_t c = 0; c < 8; ++c)
      for (std::size_t corner = 0; corner < 8; ++corner)
        elements[e][static_cast<std::size_t>(sub_hexahedra()[c][corner])] = static_cast<int>(cells[8 * e + c][corner]);
  return elements;
}

std::vector<FaceSet> ResultFile::face_sets() const {
  return self_->guarded([&] {
    const h5::Handle group = h5::open_group(self_->knead_group, "Faces");
    std::vector<FaceSet> sets;
    for (const auto& name : h5::names(group)) {
      const auto rows = h5::read_array<std::int32_t>(group, name, {0, 2});
      FaceSet set{name, {}};
      for (std::size_t i = 0; i < rows.size(); i += 2) {
        if (rows[i] < 0 || 8 * std::int64_t{rows[i]} >= num_cells() || rows[i + 1] < 0 || rows[i + 1] > 5)
          h5::fail("a face names an element that is not there");
        set.faces.push_back({rows[i], static_cast<Side>(rows[i + 1])});
      }
      sets.push_back(std::move(set));
    }
    return sets;
  });
}

const FieldInfo& ResultFile::field_info(const std::string& name) const {
  if (const auto* field = find(fields(), name)) return *field;
  if (const auto* field = find(static_fields(), name)) return *field;
  std::vector<std::string> names;
  for (const auto& field : fields()) names.push_back(field.name);
  for (const auto& field : static_fields()) names.push_back(field.name);
  std::string all;
  for (const auto& known : names) all += (all.empty() ? "" : ", ") + known;
  throw Error(ExitCode::wrong_usage, Location{path().string()},
              fmt::format("the result holds no field \"{:.64}\"{}; it holds {}", name, did_you_mean(name, names), all));
}

std::vector<float> ResultFile::field(const std::string& name, int step) const {
  const FieldInfo& info = field_info(name);
  if (find(static_fields(), name)) {
    const auto values = static_field(name);
    return {values.begin(), values.end()};
  }
  if (step < 0 || step >= num_steps())
    throw Error(ExitCode::wrong_usage, Location{path().string()},
                fmt::format("there is no step {}; the result holds {} steps", step, num_steps()));
  return self_->guarded([&] {
    const bool at_points = info.association == Association::point;
    const h5::Handle group = h5::open_group(self_->vtkhdf, at_points ? "PointData" : "CellData");
    const h5::Handle dataset = h5::open_dataset(group, name);
    const hsize_t rows = self_->rows_per_step(info);
    const auto components = static_cast<hsize_t>(info.components);
    h5::check_storage(dataset, h5::count({rows, components, sizeof(float)}));
    std::vector<float> values(rows * components);
    h5::read_rows(dataset, rows * static_cast<hsize_t>(step), rows, H5T_NATIVE_FLOAT, values.data());
    return values;
  });
}

std::vector<int> ResultFile::static_field(const std::string& name) const {
  const FieldInfo& info = field_info(name);
  if (!find(static_fields(), name))
    throw Error(ExitCode::wrong_usage, Location{path().string()},
                fmt::format("field \"{}\" changes with time; name a step", name));
  return self_->guarded([&] {
    const bool at_points = info.association == Association::point;
    const h5::Handle group = h5::open_group(self_->vtkhdf, at_points ? "PointData" : "CellData");
    return h5::read_array<int>(group, name, {self_->rows_per_step(info)});
  });
}

std::vector<Pose> ResultFile::poses(int step) const {
  const std::size_t n = info().applicators.size();
  if (n == 0) return {};
  if (step < 0 || step >= num_steps())
    throw Error(ExitCode::wrong_usage, Location{path().string()},
                fmt::format("there is no step {}; the result holds {} steps", step, num_steps()));
  return self_->guarded([&] {
    const h5::Handle group = h5::open_group(self_->knead_group, "Poses");
    const auto row = [&]<class T>(const char* name, const h5::Dimensions& shape, T) {
      const h5::Handle dataset = h5::open_dataset(group, name);
      h5::Dimensions found = h5::dimensions(dataset);
      if (found.empty() || !std::equal(found.begin() + 1, found.end(), shape.begin(), shape.end()))
        h5::fail("the poses are damaged");
      std::vector<T> values(h5::count(shape));
      h5::read_rows(dataset, static_cast<hsize_t>(step), 1, h5::native_type<T>(), values.data());
      return values;
    };
    const auto position = row("position", {n, 3}, 0.0), rotation = row("rotation", {n, 3, 3}, 0.0),
               velocity = row("velocity", {n, 3}, 0.0), force = row("force", {n, 3}, 0.0);
    const auto active = row("active", {n}, std::uint8_t{0});
    std::vector<Pose> poses(n);
    for (std::size_t a = 0; a < n; ++a) {
      for (std::size_t i = 0; i < 3; ++i) {
        poses[a].position.v[i] = position[3 * a + i];
        poses[a].velocity.v[i] = velocity[3 * a + i];
        poses[a].force.v[i] = force[3 * a + i];
        for (std::size_t j = 0; j < 3; ++j) poses[a].rotation.m[i][j] = rotation[9 * a + 3 * i + j];
      }
      poses[a].active = active[a] != 0;
    }
    return poses;
  });
}

History ResultFile::history() const {
  return self_->guarded([&] {
    History history;
    if (!h5::exists(self_->knead_group, "History")) return history;
    const h5::Handle dataset = h5::open_dataset(self_->knead_group, "History");
    history.columns = read_history_columns(dataset);
    const h5::Dimensions size = h5::dimensions(dataset);
    if (size.size() != 1) h5::fail("the history is damaged");
    h5::check_storage(dataset, h5::count({size[0], history.columns.size(), sizeof(double)}));
    history.num_rows = size[0];
    history.values.resize(size[0] * history.columns.size());
    if (!history.values.empty()) {
      const h5::Handle type = history_row_type(history.columns);
      h5::check(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, history.values.data()),
                "the history cannot be read");
    }
    return history;
  });
}

}  // namespace knead
