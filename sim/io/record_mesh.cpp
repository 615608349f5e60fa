#include <algorithm>
#include <cassert>

#include "io/record_static.hpp"

namespace knead {

const std::array<std::array<int, 8>, 8>& sub_hexahedra() {
  static const auto table = [] {
    std::array<std::array<int, 8>, 8> t{};
    for (int c = 0; c < 8; ++c) {
      const int i = c % 2, j = c / 2 % 2, k = c / 4;
      const auto node = [&](int di, int dj, int dk) { return (i + di) + 3 * (j + dj) + 9 * (k + dk); };
      t[static_cast<std::size_t>(c)] = {node(0, 0, 0), node(1, 0, 0), node(1, 1, 0), node(0, 1, 0),
                                        node(0, 0, 1), node(1, 0, 1), node(1, 1, 1), node(0, 1, 1)};
    }
    return t;
  }();
  return table;
}

namespace {

constexpr std::uint8_t vtk_hexahedron = 12;

template <class T, class Value>
std::vector<T> eight_per_cell(int num_cells, Value&& value) {
  std::vector<T> values;
  values.reserve(8 * static_cast<std::size_t>(num_cells));
  for (int e = 0; e < num_cells; ++e) values.insert(values.end(), 8, static_cast<T>(value(e)));
  return values;
}

}  // namespace

std::vector<std::string> write_mesh(hid_t vtkhdf, hid_t cell_data_group, const Mesh& mesh, const StaticCellData& data,
                                    bool compress) {
  const auto num_points = static_cast<std::size_t>(mesh.num_nodes());
  const auto num_hexahedra = 8 * static_cast<std::size_t>(mesh.num_cells());
  assert(mesh.cell_tissue.size() == mesh.cells.size());
  assert(data.region.empty() || data.region.size() == num_hexahedra);
  assert(data.layer.empty() || data.layer.size() == mesh.cells.size());

  h5::write_attribute(vtkhdf, "Version", std::span<const std::int64_t>(std::array<std::int64_t, 2>{2, 0}));
  h5::write_attribute(vtkhdf, "Type", std::string("UnstructuredGrid"));
  const auto one = [&](const char* name, std::size_t value) {
    h5::write_array(vtkhdf, name, std::vector<std::int64_t>{static_cast<std::int64_t>(value)});
  };
  one("NumberOfPoints", num_points);
  one("NumberOfCells", num_hexahedra);
  one("NumberOfConnectivityIds", 8 * num_hexahedra);

  std::vector<double> points;
  points.reserve(3 * num_points);
  for (const auto& x : mesh.points) points.insert(points.end(), x.v, x.v + 3);
  h5::write_array<double>(vtkhdf, "Points", {num_points, 3}, points, compress);

  std::vector<std::int64_t> connectivity;
  connectivity.reserve(8 * num_hexahedra);
  for (const auto& cell : mesh.cells)
    for (const auto& hexahedron : sub_hexahedra())
      for (const int a : hexahedron) connectivity.push_back(cell[static_cast<std::size_t>(a)]);
  h5::write_array(vtkhdf, "Connectivity", connectivity, compress);

  std::vector<std::int64_t> offsets(num_hexahedra + 1);
  for (std::size_t c = 0; c < offsets.size(); ++c) offsets[c] = 8 * static_cast<std::int64_t>(c);
  h5::write_array(vtkhdf, "Offsets", offsets, compress);
  h5::write_array(vtkhdf, "Types", std::vector<std::uint8_t>(num_hexahedra, vtk_hexahedron), compress);

  std::vector<std::string> names;
  const auto add = [&]<class T>(const char* name, const std::vector<T>& values) {
    h5::write_array(cell_data_group, name, values, compress);
    write_field_attributes(h5::open_dataset(cell_data_group, name), find_field(name));
    names.emplace_back(name);
  };
  add("tissue", eight_per_cell<std::int32_t>(mesh.num_cells(),
                                             [&](int e) { return mesh.cell_tissue[static_cast<std::size_t>(e)]; }));
  if (!data.region.empty()) add("region", data.region);
  if (!data.layer.empty())
    add("layer",
        eight_per_cell<std::int32_t>(mesh.num_cells(), [&](int e) { return data.layer[static_cast<std::size_t>(e)]; }));
  add("parent_element", eight_per_cell<std::int32_t>(mesh.num_cells(), [](int e) { return e; }));
  return names;
}

void write_field_attributes(hid_t dataset, const FieldInfo& field) {
  h5::write_attribute(dataset, "units", field.units);
  h5::write_attribute(dataset, "description", field.description);
  h5::write_attribute(dataset, "sign", field.sign);
  h5::write_attribute(dataset, "reference", field.reference);
}

FieldInfo read_field_attributes(hid_t dataset, const std::string& name, Association association, int components) {
  return {name,
          h5::read_text_attribute(dataset, "units"),
          association,
          components,
          h5::read_text_attribute(dataset, "description"),
          h5::read_text_attribute(dataset, "sign"),
          h5::read_text_attribute(dataset, "reference")};
}

}  // namespace knead
