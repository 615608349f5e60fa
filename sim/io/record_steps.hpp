#pragma once
// The data sets of a result that grow: a row for every step, and the rows of history.
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "io/hdf5.hpp"
#include "io/record.hpp"

namespace knead {

struct RecordSteps {
  hsize_t num_points = 0, num_hexahedra = 0, num_applicators = 0;
  std::vector<FieldInfo> infos;
  std::vector<HistoryColumn> columns;

  h5::Handle group;
  // Makes the data sets for infos, columns and num_applicators.
  void create(hid_t vtkhdf, hid_t point_data, hid_t cell_data, hid_t knead_group,
              const std::vector<std::string>& static_names, bool compress);
  // Opens those of a file (its /VTKHDF/Steps is `group`), finds infos, columns and num_applicators there, and cuts all
  // back to that many steps and rows of history.
  void open(hid_t vtkhdf, hid_t knead_group, int steps, int rows);
  // Appends a step after `step` others; values in the order of infos.
  void append(int step, double time, const std::vector<std::span<const double>>& values, std::span<const Pose> poses,
              int precision_bits);
  void append_history(std::span<const double> row);
  // Lets go of the file.
  void close();

  hsize_t rows_per_step(const FieldInfo& field) const {
    return field.association == Association::point ? num_points : num_hexahedra;
  }

 private:
  struct GrowingField {
    h5::Handle values, offsets;
  };
  void append_poses(std::span<const Pose> poses);

  std::vector<GrowingField> fields_;  // of each of infos
  h5::Handle times_;
  std::vector<std::pair<h5::Handle, std::int64_t>> constants_;  // data set, what every row holds
  h5::Handle position_, rotation_, velocity_, force_, active_;  // of the applicators
  h5::Handle history_, history_row_;
  std::vector<float> buffer_;
};

}  // namespace knead
