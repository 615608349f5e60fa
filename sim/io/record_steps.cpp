#include "io/record_steps.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "io/record_static.hpp"

namespace knead {

namespace {

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

}  // namespace

void RecordSteps::create(hid_t vtkhdf, hid_t point_data, hid_t cell_data, hid_t knead_group,
                         const std::vector<std::string>& static_names, bool compress) {
  constexpr hsize_t chunk = 1024;
  group = h5::create_group(vtkhdf, "Steps");
  h5::write_attribute(group, "NSteps", std::int64_t{0});
  times_ = h5::create_growing(group, "Values", H5T_NATIVE_DOUBLE, {}, chunk, false);
  h5::write_attribute(times_, "units", std::string("s"));
  const auto constant = [&](hid_t parent, const std::string& name, const h5::Dimensions& row, std::int64_t value) {
    constants_.emplace_back(h5::create_growing(parent, name, H5T_NATIVE_INT64, row, chunk, false), value);
  };
  constant(group, "PartOffsets", {}, 0);
  constant(group, "NumberOfParts", {}, 1);
  constant(group, "PointOffsets", {}, 0);
  constant(group, "CellOffsets", {1}, 0);
  constant(group, "ConnectivityIdOffsets", {1}, 0);
  const h5::Handle point_offsets = h5::create_group(group, "PointDataOffsets");
  const h5::Handle cell_offsets = h5::create_group(group, "CellDataOffsets");
  for (const auto& name : static_names) constant(cell_offsets, name, {}, 0);

  for (const auto& info : infos) {
    const bool at_points = info.association == Association::point;
    const auto components = static_cast<hsize_t>(info.components);
    const h5::Dimensions row = components > 1 ? h5::Dimensions{components} : h5::Dimensions{};
    GrowingField field{
        h5::create_growing(at_points ? point_data : cell_data, info.name, H5T_NATIVE_FLOAT, row,
                           chunk_rows(rows_per_step(info), sizeof(float) * components), compress),
        h5::create_growing(at_points ? point_offsets : cell_offsets, info.name, H5T_NATIVE_INT64, {}, chunk, false)};
    write_field_attributes(field.values, info);
    fields_.push_back(std::move(field));
  }

  const h5::Handle poses = h5::create_group(knead_group, "Poses");
  const hsize_t n = num_applicators;
  if (n > 0) {
    const auto pose_set = [&](const char* name, hid_t type, const h5::Dimensions& row, const char* units) {
      h5::Handle set = h5::create_growing(poses, name, type, row, 64, false);
      h5::write_attribute(set, "units", std::string(units));
      return set;
    };
    position_ = pose_set("position", H5T_NATIVE_DOUBLE, {n, 3}, "m");
    rotation_ = pose_set("rotation", H5T_NATIVE_DOUBLE, {n, 3, 3}, "1");
    velocity_ = pose_set("velocity", H5T_NATIVE_DOUBLE, {n, 3}, "m/s");
    force_ = pose_set("force", H5T_NATIVE_DOUBLE, {n, 3}, "N");
    active_ = pose_set("active", H5T_NATIVE_UINT8, {n}, "1");
  }
  if (!columns.empty()) {
    history_row_ = history_row_type(columns);
    history_ = h5::create_growing(knead_group, "History", history_row_, {}, 256, false);
    std::vector<std::string> units, descriptions;
    for (const auto& column : columns) {
      units.push_back(column.units);
      descriptions.push_back(column.description);
    }
    h5::write_attribute(history_, "units", units);
    h5::write_attribute(history_, "description", descriptions);
  }
}

void RecordSteps::open(hid_t vtkhdf, hid_t knead_group, int steps, int rows) {
  const auto kept = static_cast<hsize_t>(steps);
  const auto cut = [](h5::Handle set, hsize_t length) {
    if (h5::dimensions(set).at(0) < length) h5::fail("it is damaged");
    h5::set_rows(set, length);
    return set;
  };
  const auto open_cut = [&](hid_t parent, const std::string& name, hsize_t length) {
    return cut(h5::open_dataset(parent, name), length);
  };
  times_ = open_cut(group, "Values", kept);
  constants_.emplace_back(open_cut(group, "NumberOfParts", kept), 1);
  for (const char* name : {"PartOffsets", "PointOffsets", "CellOffsets", "ConnectivityIdOffsets"})
    constants_.emplace_back(open_cut(group, name, kept), 0);
  const auto open_fields = [&](const char* data_name, const char* offsets_name, Association association) {
    const h5::Handle data = h5::open_group(vtkhdf, data_name);
    const h5::Handle offsets = h5::open_group(group, offsets_name);
    for (const auto& name : h5::names(data)) {
      h5::Handle values = h5::open_dataset(data, name);
      const h5::Dimensions size = h5::dimensions(values);
      const h5::Handle space(H5Dget_space(values), H5Sclose, "it is damaged");
      h5::Dimensions most(size.size());
      H5Sget_simple_extent_dims(space, nullptr, most.data());
      if (size.empty() || size.size() > 2) h5::fail("it is damaged");
      if (most[0] != H5S_UNLIMITED) {  // a static field
        constants_.emplace_back(open_cut(offsets, name, kept), 0);
        continue;
      }
      const int components = size.size() == 2 ? static_cast<int>(size[1]) : 1;
      FieldInfo info = read_field_attributes(values, name, association, components);
      values = cut(std::move(values), kept * rows_per_step(info));
      infos.push_back(std::move(info));
      fields_.push_back({std::move(values), open_cut(offsets, name, kept)});
    }
  };
  open_fields("PointData", "PointDataOffsets", Association::point);
  open_fields("CellData", "CellDataOffsets", Association::cell);
  const h5::Handle poses = h5::open_group(knead_group, "Poses");
  if (h5::exists(poses, "position")) {
    position_ = open_cut(poses, "position", kept);
    rotation_ = open_cut(poses, "rotation", kept);
    velocity_ = open_cut(poses, "velocity", kept);
    force_ = open_cut(poses, "force", kept);
    active_ = open_cut(poses, "active", kept);
    num_applicators = h5::dimensions(position_).at(1);
  }
  if (h5::exists(knead_group, "History")) {
    h5::Handle set = h5::open_dataset(knead_group, "History");
    if (rows < 0 || h5::dimensions(set).at(0) < static_cast<hsize_t>(rows))
      h5::fail(fmt::format("its history has fewer than {} rows", rows));
    columns = read_history_columns(set);
    history_ = cut(std::move(set), static_cast<hsize_t>(rows));
    history_row_ = history_row_type(columns);
  }
}

void RecordSteps::append(int step, double time, const std::vector<std::span<const double>>& values,
                         std::span<const Pose> poses, int precision_bits) {
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    buffer_.resize(values[f].size());
    for (std::size_t i = 0; i < buffer_.size(); ++i) {
      const auto x = static_cast<float>(values[f][i]);
      buffer_[i] = precision_bits > 0 && precision_bits < 23 ? rounded(x, precision_bits) : x;
    }
    const hsize_t rows = rows_per_step(infos[f]);
    if (rows > 0) h5::append_rows(fields_[f].values, rows, H5T_NATIVE_FLOAT, buffer_.data());
    const auto offset = static_cast<std::int64_t>(rows) * step;
    h5::append_rows(fields_[f].offsets, 1, H5T_NATIVE_INT64, &offset);
  }
  h5::append_rows(times_, 1, H5T_NATIVE_DOUBLE, &time);
  for (const auto& [set, value] : constants_) h5::append_rows(set, 1, H5T_NATIVE_INT64, &value);
  if (!poses.empty()) append_poses(poses);
}

void RecordSteps::append_poses(std::span<const Pose> poses) {
  std::vector<double> position, rotation, velocity, force;
  std::vector<std::uint8_t> active;
  for (const auto& pose : poses) {
    position.insert(position.end(), pose.position.v, pose.position.v + 3);
    velocity.insert(velocity.end(), pose.velocity.v, pose.velocity.v + 3);
    force.insert(force.end(), pose.force.v, pose.force.v + 3);
    for (const auto& row : pose.rotation.m) rotation.insert(rotation.end(), row, row + 3);
    active.push_back(pose.active ? 1 : 0);
  }
  h5::append_rows(position_, 1, H5T_NATIVE_DOUBLE, position.data());
  h5::append_rows(rotation_, 1, H5T_NATIVE_DOUBLE, rotation.data());
  h5::append_rows(velocity_, 1, H5T_NATIVE_DOUBLE, velocity.data());
  h5::append_rows(force_, 1, H5T_NATIVE_DOUBLE, force.data());
  h5::append_rows(active_, 1, H5T_NATIVE_UINT8, active.data());
}

void RecordSteps::append_history(std::span<const double> row) {
  h5::append_rows(history_, 1, history_row_, row.data());
}

void RecordSteps::close() {
  fields_.clear();
  constants_.clear();
  for (h5::Handle* set :
       {&times_, &position_, &rotation_, &velocity_, &force_, &active_, &history_, &history_row_, &group})
    set->reset();
}

}  // namespace knead
