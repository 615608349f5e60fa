#include "io/xdmf.hpp"

#include <fstream>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/xml.hpp"
#include "io/hdf5.hpp"
#include "io/read.hpp"

namespace knead {

namespace {

namespace fs = std::filesystem;

struct Sizes {
  hsize_t points, cells;
  std::size_t steps;
  hsize_t rows(const FieldInfo& field) const { return field.association == Association::point ? points : cells; }
};

std::string group_of(const FieldInfo& field) {
  return field.association == Association::point ? "PointData" : "CellData";
}

// /<field>/<step>: the rows of that step in the result, seen through a virtual data set.
void write_views(const fs::path& path, const std::string& result_name, const ResultFile& result, const Sizes& sizes) {
  const h5::Handle file = h5::create_file(path);
  const auto space = [](const h5::Dimensions& size) {
    return h5::Handle(H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr), H5Sclose,
                      "a view cannot be made");
  };
  for (const auto& field : result.fields()) {
    const h5::Handle group = h5::create_group(file, field.name);
    const hsize_t rows = sizes.rows(field);
    h5::Dimensions one{rows}, all{rows * sizes.steps}, start{0};
    if (field.components > 1) {
      one.push_back(static_cast<hsize_t>(field.components));
      all.push_back(static_cast<hsize_t>(field.components));
      start.push_back(0);
    }
    const std::string source = "/VTKHDF/" + group_of(field) + "/" + field.name;
    for (std::size_t step = 0; step < sizes.steps; ++step) {
      start[0] = rows * step;
      const h5::Handle view = space(one), from = space(all);
      h5::check(H5Sselect_hyperslab(from, H5S_SELECT_SET, start.data(), nullptr, one.data(), nullptr),
                "a view cannot be made");
      const h5::Handle list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "a view cannot be made");
      h5::check(H5Pset_virtual(list, view, result_name.c_str(), source.c_str(), from), "a view cannot be made");
      const h5::Handle dataset(
          H5Dcreate2(group, std::to_string(step).c_str(), H5T_NATIVE_FLOAT, view, H5P_DEFAULT, list, H5P_DEFAULT),
          H5Dclose, "a view cannot be made");
    }
  }
  h5::check(H5Fflush(file, H5F_SCOPE_GLOBAL), "it cannot be flushed");
}

std::string attribute(const FieldInfo& field, const std::string& type, const std::string& dimensions,
                      const std::string& number, const std::string& place) {
  return fmt::format(
      "        <Attribute Name=\"{}\" AttributeType=\"{}\" Center=\"{}\">\n"
      "          <DataItem Format=\"HDF\" {} Dimensions=\"{}\">{}</DataItem>\n"
      "        </Attribute>\n",
      xml_text(field.name), type, field.association == Association::point ? "Node" : "Cell", number, dimensions, place);
}

std::string describe(const std::string& result_name, const std::string& views_name, const ResultFile& result,
                     const Sizes& sizes) {
  constexpr const char* single_float = "NumberType=\"Float\" Precision=\"4\"";
  const std::string data = xml_text(result_name), views = xml_text(views_name);
  std::string text =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Xdmf Version=\"3.0\">\n  <Domain>\n"
      "    <Grid Name=\"run\" GridType=\"Collection\" CollectionType=\"Temporal\">\n";
  for (std::size_t step = 0; step < sizes.steps; ++step) {
    text += fmt::format("      <Grid Name=\"step {}\" GridType=\"Uniform\">\n        <Time Value=\"{:.17g}\"/>\n", step,
                        result.times()[step]);
    text += fmt::format(
        "        <Topology TopologyType=\"Hexahedron\" NumberOfElements=\"{0}\">\n"
        "          <DataItem Format=\"HDF\" NumberType=\"Int\" Precision=\"8\" Dimensions=\"{1}\">"
        "{2}:/VTKHDF/Connectivity</DataItem>\n        </Topology>\n"
        "        <Geometry GeometryType=\"XYZ\">\n"
        "          <DataItem Format=\"HDF\" NumberType=\"Float\" Precision=\"8\" Dimensions=\"{3} 3\">"
        "{2}:/VTKHDF/Points</DataItem>\n        </Geometry>\n",
        sizes.cells, 8 * sizes.cells, data, sizes.points);
    for (const auto& field : result.fields()) {
      // Not Tensor6: its components stand in another order than ours.
      const std::string type = field.components == 1 ? "Scalar" : field.components == 3 ? "Vector" : "Matrix";
      const std::string dimensions = field.components == 1 ? std::to_string(sizes.rows(field))
                                                           : fmt::format("{} {}", sizes.rows(field), field.components);
      text += attribute(field, type, dimensions, single_float, fmt::format("{}:/{}/{}", views, field.name, step));
    }
    for (const auto& field : result.static_fields()) {
      const bool bytes = field.name == "region";
      text += attribute(field, "Scalar", std::to_string(sizes.rows(field)),
                        bytes ? "NumberType=\"UChar\" Precision=\"1\"" : "NumberType=\"Int\" Precision=\"4\"",
                        fmt::format("{}:/VTKHDF/{}/{}", data, group_of(field), field.name));
    }
    text += "      </Grid>\n";
  }
  return text + "    </Grid>\n  </Domain>\n</Xdmf>\n";
}

}  // namespace

fs::path export_xdmf(const fs::path& result_path) {
  const ResultFile result(result_path);
  if (result.num_steps() == 0)
    throw Error(ExitCode::file_error, Location{result_path.string()}, "the result holds no finished step yet");
  const Sizes sizes{static_cast<hsize_t>(result.num_points()), static_cast<hsize_t>(result.num_cells()),
                    result.times().size()};
  fs::path xdmf = result_path, views = result_path;
  xdmf.replace_extension(".xdmf");
  views.replace_extension(".views.h5");
  try {
    write_views(views, result_path.filename().string(), result, sizes);
  } catch (const h5::Failure& failure) {
    throw Error(ExitCode::file_error, Location{views.string()},
                fmt::format("the views cannot be written: {}", failure.what()));
  }
  std::ofstream out(xdmf, std::ios::binary);
  out << describe(result_path.filename().string(), views.filename().string(), result, sizes);
  out.close();
  if (!out) throw Error(ExitCode::file_error, Location{xdmf.string()}, "the file cannot be written");
  return xdmf;
}

}  // namespace knead
