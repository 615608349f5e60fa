#include "render_shape.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <vtkAppendPolyData.h>
#include <vtkCellArray.h>
#include <vtkCleanPolyData.h>
#include <vtkDoubleArray.h>
#include <vtkFloatArray.h>
#include <vtkFlyingEdges3D.h>
#include <vtkImageData.h>
#include <vtkMatrix4x4.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkPolyDataNormals.h>
#include <vtkTransform.h>
#include <vtkTransformPolyDataFilter.h>
#include <vtkTriangleFilter.h>

#include "base/error.hpp"

namespace knead {
namespace {

// Splits "semi_axes_y" into "semi_axes" and 1; plain names get -1.
std::pair<std::string, int> split_component(const std::string& name) {
  if (name.size() > 2) {
    const char separator = name[name.size() - 2], last = name.back();
    if ((separator == '_' || separator == '.') && last >= 'x' && last <= 'z')
      return {name.substr(0, name.size() - 2), last - 'x'};
    if ((separator == '_' || separator == '.') && last >= '0' && last <= '2')
      return {name.substr(0, name.size() - 2), last - '0'};
  }
  if (name.size() > 3 && name.back() == ']' && name[name.size() - 3] == '[') {
    return {name.substr(0, name.size() - 3), name[name.size() - 2] - '0'};
  }
  return {name, -1};
}

struct Numbers {
  ShapeRequest shape;
  Vec3d position{{0, 0, 0}}, rotation{{0, 0, 0}};
};

// Only what the shape itself knows is passed on: a result may hold more about its applicator (pad stiffness, friction).
Numbers numbers_of(const std::string& kind, const std::map<std::string, double>& parameters,
                   const std::string& prefix) {
  Numbers numbers;
  numbers.shape.kind = kind;
  std::set<std::string> known;
  for (const ShapeInfo& info : shape_list()) {
    if (info.name != kind) continue;
    for (const ShapeParameter& p : info.parameters) known.insert(p.name);
  }
  for (const auto& [key, value] : parameters) {
    if (key.rfind(prefix, 0) != 0) continue;
    const auto [name, component] = split_component(key.substr(prefix.size()));
    if (name == "position" && component >= 0) numbers.position[component] = value;
    if (name == "rotation" && component >= 0) numbers.rotation[component] = value;
    if (!known.count(name)) continue;
    auto& values = numbers.shape.parameters[name];
    const std::size_t index = component < 0 ? 0 : static_cast<std::size_t>(component);
    if (values.size() <= index) values.resize(component < 0 ? 1 : 3, 0.0);
    values[index] = value;
  }
  return numbers;
}

}  // namespace

std::optional<Shape> shape_of(const ApplicatorInfo& info) {
  try {
    const bool is_union = info.parameters.lower_bound("0.") != info.parameters.lower_bound("0/");
    if (!is_union) return make_shape(numbers_of(info.kind, info.parameters, "").shape);
    std::vector<PartRequest> parts;
    for (std::size_t start = 0; start <= info.kind.size();) {
      const std::size_t end = std::min(info.kind.find('+', start), info.kind.size());
      const Numbers n =
          numbers_of(info.kind.substr(start, end - start), info.parameters, std::to_string(parts.size()) + ".");
      parts.push_back({n.shape, n.position, n.rotation});
      start = end + 1;
    }
    const auto blend = info.parameters.find("blend");
    return make_union(parts, blend == info.parameters.end() ? 0.0 : blend->second);
  } catch (const Error&) {
    return std::nullopt;  // a shape of a later version: the picture does without it and says so
  }
}

vtkSmartPointer<vtkPolyData> shape_surface(const Shape& shape) {
  constexpr int cells = 72;  // along the longest side
  Vec3d low, high;
  for (int i = 0; i < 3; ++i) {
    Vec3d axis{{0, 0, 0}};
    axis[i] = 1;
    high[i] = extent(shape, axis);
    low[i] = -extent(shape, -axis);
  }
  const Vec3d size = high - low;
  const double spacing = std::max({size[0], size[1], size[2]}) / cells;
  vtkNew<vtkImageData> grid;
  int count[3];
  for (int i = 0; i < 3; ++i) count[i] = static_cast<int>(std::ceil(size[i] / spacing)) + 5;
  grid->SetDimensions(count);
  grid->SetOrigin(low[0] - 2 * spacing, low[1] - 2 * spacing, low[2] - 2 * spacing);
  grid->SetSpacing(spacing, spacing, spacing);
  grid->AllocateScalars(VTK_DOUBLE, 1);
  auto* values = static_cast<double*>(grid->GetScalarPointer());
  for (vtkIdType i = 0; i < grid->GetNumberOfPoints(); ++i) {
    double x[3];
    grid->GetPoint(i, x);
    values[i] = evaluate(shape, Vec3d{{x[0], x[1], x[2]}}).value;
  }
  vtkNew<vtkFlyingEdges3D> contour;
  contour->SetInputData(grid);
  contour->SetValue(0, 0.0);
  contour->ComputeNormalsOff();
  contour->ComputeScalarsOff();
  contour->Update();

  auto surface = vtkSmartPointer<vtkPolyData>::New();
  surface->DeepCopy(contour->GetOutput());
  vtkNew<vtkFloatArray> normals;
  normals->SetName("Normals");
  normals->SetNumberOfComponents(3);
  normals->SetNumberOfTuples(surface->GetNumberOfPoints());
  for (vtkIdType i = 0; i < surface->GetNumberOfPoints(); ++i) {
    double x[3];
    surface->GetPoint(i, x);
    const Vec3d n = evaluate(shape, Vec3d{{x[0], x[1], x[2]}}).normal;
    normals->SetTuple3(i, n[0], n[1], n[2]);
  }
  surface->GetPointData()->SetNormals(normals);
  return surface;
}

namespace {

// Lengths in m, volume in m³.
vtkSmartPointer<vtkPolyData> glass_of_cup(double rim_radius, double tube_radius, double volume) {
  const double thickness = 0.8 * tube_radius, inner = rim_radius - 0.5 * thickness, outer = inner + thickness;
  const double wall = std::max(0.1 * inner, volume / (M_PI * inner * inner) - 2.0 / 3 * inner);
  // Up the inside, over the top, down the outside: radius and height.
  std::vector<std::array<double, 2>> profile{{inner, 0}};
  constexpr int arc = 12, around = 72;
  for (int i = 0; i <= arc; ++i) {
    const double angle = 0.5 * M_PI * i / arc;
    profile.push_back({inner * std::cos(angle), wall + inner * std::sin(angle)});
  }
  for (int i = arc; i >= 0; --i) {
    const double angle = 0.5 * M_PI * i / arc;
    profile.push_back({outer * std::cos(angle), wall + outer * std::sin(angle)});
  }
  profile.push_back({outer, 0});
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  for (int k = 0; k < around; ++k) {
    const double turn = 2 * M_PI * k / around;
    for (const auto& [r, z] : profile) points->InsertNextPoint(r * std::cos(turn), r * std::sin(turn), z);
  }
  vtkNew<vtkCellArray> faces;
  const auto count = static_cast<vtkIdType>(profile.size());
  for (vtkIdType k = 0; k < around; ++k)
    for (vtkIdType i = 0; i < count; ++i) {
      const vtkIdType next = (k + 1) % around, above = (i + 1) % count;
      const vtkIdType corners[4] = {k * count + i, next * count + i, next * count + above, k * count + above};
      faces->InsertNextCell(4, corners);
    }
  vtkNew<vtkPolyData> shell;
  shell->SetPoints(points);
  shell->SetPolys(faces);
  vtkNew<vtkCleanPolyData> clean;  // the poles are single points
  clean->SetInputData(shell);
  vtkNew<vtkTriangleFilter> triangles;
  triangles->SetInputConnection(clean->GetOutputPort());
  vtkNew<vtkPolyDataNormals> normals;
  normals->SetInputConnection(triangles->GetOutputPort());
  normals->AutoOrientNormalsOn();
  normals->SplittingOff();
  normals->Update();
  return normals->GetOutput();
}

}  // namespace

vtkSmartPointer<vtkPolyData> applicator_surface(const ApplicatorInfo& info) {
  const auto shape = shape_of(info);
  if (!shape) return nullptr;
  const auto surface = shape_surface(*shape);
  const auto volume = info.parameters.find("cup_volume");
  const auto* rim = std::get_if<Torus>(&*shape);
  if (!rim || volume == info.parameters.end() || !(volume->second > 0)) return surface;
  vtkNew<vtkAppendPolyData> both;
  both->AddInputData(surface);
  both->AddInputData(glass_of_cup(rim->radius, rim->tube_radius, volume->second));
  both->Update();
  return both->GetOutput();
}

vtkSmartPointer<vtkPolyData> placed(vtkPolyData* surface, const Pose& pose) {
  vtkNew<vtkMatrix4x4> matrix;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) matrix->SetElement(i, j, pose.rotation(i, j));
    matrix->SetElement(i, 3, pose.position[i]);
  }
  vtkNew<vtkTransform> transform;
  transform->SetMatrix(matrix);
  vtkNew<vtkTransformPolyDataFilter> filter;
  filter->SetInputData(surface);
  filter->SetTransform(transform);
  filter->Update();
  return filter->GetOutput();
}

}  // namespace knead
