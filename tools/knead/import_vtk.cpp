// Meshes of VTK, by way of VTK's readers.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vtkCell.h>
#include <vtkCellData.h>
#include <vtkDataArray.h>
#include <vtkHDFReader.h>
#include <vtkNew.h>
#include <vtkObject.h>
#include <vtkPointData.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLUnstructuredGridReader.h>

#include "base/error.hpp"
#include "base/units.hpp"
#include "body/gmsh_file.hpp"
#include "import_parts.hpp"

namespace knead {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& sentence) {
  throw Error(ExitCode::invalid_input, Location{path.string()}, sentence);
}

vtkSmartPointer<vtkUnstructuredGrid> read_grid(const std::filesystem::path& path) {
  std::error_code problem;
  if (!std::filesystem::is_regular_file(path, problem))
    throw Error(ExitCode::file_error, Location{path.string()}, "There is no such file.");
  vtkObject::GlobalWarningDisplayOff();
  vtkSmartPointer<vtkUnstructuredGrid> grid;
  if (path.extension() == ".vtu") {
    vtkNew<vtkXMLUnstructuredGridReader> reader;
    reader->SetFileName(path.c_str());
    reader->Update();
    grid = reader->GetOutput();
  } else {
    vtkNew<vtkHDFReader> reader;
    reader->SetFileName(path.c_str());
    reader->Update();
    grid = vtkUnstructuredGrid::SafeDownCast(reader->GetOutputDataObject(0));
  }
  if (!grid || grid->GetNumberOfCells() == 0)
    refuse(path, "VTK finds no cells of an unstructured grid in this file; save the mesh again.");
  return grid;
}

// Gmsh's type of element; 0 for what is neither hexahedron nor quadrilateral.
int gmsh_type(int cell_type) {
  constexpr std::array<std::pair<int, int>, 6> types{{{VTK_HEXAHEDRON, 5},
                                                      {VTK_QUADRATIC_HEXAHEDRON, 17},
                                                      {VTK_TRIQUADRATIC_HEXAHEDRON, 12},
                                                      {VTK_QUAD, 3},
                                                      {VTK_QUADRATIC_QUAD, 16},
                                                      {VTK_BIQUADRATIC_QUAD, 10}}};
  for (const auto& [vtk, gmsh] : types)
    if (vtk == cell_type) return gmsh;
  return 0;
}

// The points of a hexahedron in Gmsh's order, by where VTK says that they lie in the unit cube.
std::vector<vtkIdType> in_gmsh_order(vtkCell& cell) {
  const double* places = cell.GetParametricCoords();
  const auto count = static_cast<std::size_t>(cell.GetNumberOfPoints());
  std::map<std::size_t, vtkIdType> at;  // by lexicographic place
  for (std::size_t n = 0; n < count; ++n) {
    std::size_t place = 0, stride = 1;
    for (std::size_t a = 0; a < 3; ++a, stride *= 3)
      place += stride * static_cast<std::size_t>(std::lround(2 * places[3 * n + a]));
    at[place] = cell.GetPointId(static_cast<int>(n));
  }
  std::vector<vtkIdType> ids;
  for (std::size_t n = 0; n < count; ++n) ids.push_back(at.at(gmsh_lexicographic[n]));
  return ids;
}

vtkDataArray* array_of(vtkUnstructuredGrid& grid, const std::string& name, const std::filesystem::path& path) {
  vtkCellData* data = grid.GetCellData();
  if (!name.empty()) {
    if (vtkDataArray* array = data->GetArray(name.c_str())) return array;
    std::vector<std::string> known;
    for (int a = 0; a < data->GetNumberOfArrays(); ++a)
      if (data->GetArrayName(a)) known.push_back(data->GetArrayName(a));
    refuse(path, fmt::format("The mesh has no cell array {}{}; it has {}.", in_quotes(name), did_you_mean(name, known),
                             known.empty() ? "none" : fmt::to_string(fmt::join(known, ", "))));
  }
  for (const char* usual : {"tissue", "group", "region", "material", "gmsh:physical"})
    if (vtkDataArray* array = data->GetArray(usual)) return array;
  return nullptr;
}

// Faces of one hexahedron only whose corners are all marked.
std::vector<std::array<vtkIdType, 4>> marked_faces(vtkUnstructuredGrid& grid, vtkDataArray* marks) {
  std::map<std::array<vtkIdType, 4>, std::pair<std::array<vtkIdType, 4>, int>> faces;
  if (!marks) return {};
  for (vtkIdType c = 0; c < grid.GetNumberOfCells(); ++c) {
    if (grid.GetCellType(c) != VTK_HEXAHEDRON && grid.GetCell(c)->GetCellDimension() != 3) continue;
    vtkCell* cell = grid.GetCell(c);
    for (int f = 0; f < cell->GetNumberOfFaces(); ++f) {
      vtkCell* face = cell->GetFace(f);
      std::array<vtkIdType, 4> corners{};
      bool marked = true;
      for (int n = 0; n < 4; ++n) {
        corners[static_cast<std::size_t>(n)] = face->GetPointId(n);
        marked = marked && marks->GetComponent(face->GetPointId(n), 0) != 0;
      }
      auto key = corners;
      std::sort(key.begin(), key.end());
      if (marked) ++faces.try_emplace(key, corners, 0).first->second.second;
    }
  }
  std::vector<std::array<vtkIdType, 4>> outside;
  for (const auto& [key, face] : faces)
    if (face.second == 1) outside.push_back(face.first);
  return outside;
}

}  // namespace

std::string gmsh_from_vtk(const std::filesystem::path& path, const std::string& name) {
  const auto grid = read_grid(path);
  vtkDataArray* groups = array_of(*grid, name, path);
  const std::string word = groups ? groups->GetName() : "all";
  std::set<std::pair<int, int>> used;  // dimension, group
  std::string elements;
  vtkIdType number = 0, strange = 0;
  for (vtkIdType c = 0; c < grid->GetNumberOfCells(); ++c) {
    vtkCell* cell = grid->GetCell(c);
    if (cell->GetCellDimension() < 2) continue;
    const int type = gmsh_type(grid->GetCellType(c));
    if (type == 0 && ++strange > 0) continue;
    // Physical groups count from 1; a negative number is none of a tissue.
    const double value = groups ? groups->GetComponent(c, 0) : 0;
    if (!(value >= 0 && value < 1e6 && value == std::floor(value)))
      refuse(path, fmt::format("The cell array {} is {:g} in cell {}; groups are whole numbers from 0 on.",
                               in_quotes(word), value, c));
    const int group = static_cast<int>(value) + 1, dimension = cell->GetCellDimension();
    used.insert({dimension, group});
    elements += fmt::format("{} {} 2 {} 1", ++number, type, group);
    if (dimension == 3) {
      for (const vtkIdType id : in_gmsh_order(*cell)) elements += fmt::format(" {}", id + 1);
    } else {
      for (int n = 0; n < cell->GetNumberOfPoints(); ++n) elements += fmt::format(" {}", cell->GetPointId(n) + 1);
    }
    elements += '\n';
  }
  if (strange > 0)
    refuse(path,
           fmt::format("{} cells are neither hexahedra nor quadrilaterals; mesh the body with hexahedra.", strange));
  constexpr int held = 2000000;
  for (const auto& face : marked_faces(*grid, grid->GetPointData()->GetArray("held"))) {
    used.insert({2, held});
    elements +=
        fmt::format("{} 3 2 {} 1 {} {} {} {}\n", ++number, held, face[0] + 1, face[1] + 1, face[2] + 1, face[3] + 1);
  }
  std::string text = fmt::format("$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$PhysicalNames\n{}\n", used.size());
  for (const auto& [dimension, group] : used)
    text += fmt::format("{} {} \"{}\"\n", dimension, group,
                        group == held ? "held"
                        : groups      ? fmt::format("{} {}", word, group - 1)
                                      : word);
  text += fmt::format("$EndPhysicalNames\n$Nodes\n{}\n", grid->GetNumberOfPoints());
  for (vtkIdType p = 0; p < grid->GetNumberOfPoints(); ++p) {
    const double* x = grid->GetPoint(p);
    text += fmt::format("{} {} {} {}\n", p + 1, x[0], x[1], x[2]);
  }
  return text + fmt::format("$EndNodes\n$Elements\n{}\n{}$EndElements\n", number, elements);
}

}  // namespace knead
