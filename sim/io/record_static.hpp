#pragma once
// What a result file holds from its first byte on: the mesh as linear hexahedra, static cell fields, and /Knead.
#include "body/mesh.hpp"
#include "io/hdf5.hpp"
#include "io/record.hpp"

namespace knead {

// Fills /VTKHDF with Version, Type, mesh and static cell fields (shared by all steps).
// Returns the names of the static cell fields.
std::vector<std::string> write_mesh(hid_t vtkhdf, hid_t cell_data_group, const Mesh& mesh, const StaticCellData& data,
                                    bool compress);

// Fills /Knead with everything in RunInfo and the face sets of the mesh.
void write_run_info(hid_t knead_group, const RunInfo& info, const Mesh& mesh);
RunInfo read_run_info(hid_t knead_group);

// units, description, sign, reference area of one field, as attributes of its data set.
void write_field_attributes(hid_t dataset, const FieldInfo& field);
FieldInfo read_field_attributes(hid_t dataset, const std::string& name, Association association, int components);

// Names, units and descriptions of the columns of /Knead/History.
std::vector<HistoryColumn> read_history_columns(hid_t history);
// The compound type of a row of history: one double per column.
h5::Handle history_row_type(const std::vector<HistoryColumn>& columns);

}  // namespace knead
