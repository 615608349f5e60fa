#include "render_geometry.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include <vtkAppendPolyData.h>
#include <vtkCellArray.h>
#include <vtkCleanPolyData.h>
#include <vtkClipPolyData.h>
#include <vtkCutter.h>
#include <vtkDoubleArray.h>
#include <vtkFeatureEdges.h>
#include <vtkNew.h>
#include <vtkPlane.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolygon.h>
#include <vtkStripper.h>
#include <vtkTriangleFilter.h>
#include <vtkUnstructuredGrid.h>

#include "render_divide.hpp"
#include "render_hash.hpp"

namespace knead {
namespace {

constexpr double mean_edge = 2e-3;  // m, of triangles between whose corners muscles end

// Faces of a linear hexahedron, outward, in VTK's corner order.
constexpr int hexahedron_faces[6][4] = {{0, 4, 7, 3}, {1, 2, 6, 5}, {0, 1, 5, 4},
                                        {3, 7, 6, 2}, {0, 3, 2, 1}, {4, 5, 6, 7}};

using Quad = std::array<std::int64_t, 4>;

vtkSmartPointer<vtkPlane> vtk_plane(const CutPlane& plane) {
  auto result = vtkSmartPointer<vtkPlane>::New();
  result->SetOrigin(plane.origin.v);
  result->SetNormal(plane.normal.v);
  return result;
}

vtkSmartPointer<vtkDoubleArray> value_array(std::size_t size) {
  auto values = vtkSmartPointer<vtkDoubleArray>::New();
  values->SetName("value");
  values->SetNumberOfTuples(static_cast<vtkIdType>(size));
  return values;
}

Vec3d point_at(vtkPoints* points, vtkIdType i) {
  double x[3];
  points->GetPoint(i, x);
  return {{x[0], x[1], x[2]}};
}

}  // namespace

BodyGeometry::BodyGeometry(const PictureBody& body) : body_(body) {
  std::map<int, std::vector<int>> by_tissue;
  for (std::size_t h = 0; h < body.hexahedra.size(); ++h) by_tissue[body.tissue[h]].push_back(static_cast<int>(h));
  std::vector<int> local(body.points.size());
  for (auto& [tissue, cells] : by_tissue) {
    Part part;
    part.tissue = tissue;
    part.cell = cells;
    std::fill(local.begin(), local.end(), -1);
    part.grid = vtkSmartPointer<vtkUnstructuredGrid>::New();
    part.grid->Allocate(static_cast<vtkIdType>(cells.size()));
    for (const int h : cells) {
      vtkIdType ids[8];
      for (int c = 0; c < 8; ++c) {
        const auto node =
            static_cast<std::size_t>(body.hexahedra[static_cast<std::size_t>(h)][static_cast<std::size_t>(c)]);
        if (local[node] < 0) {
          local[node] = static_cast<int>(part.node.size());
          part.node.push_back(static_cast<int>(node));
        }
        ids[c] = local[node];
      }
      part.grid->InsertNextCell(VTK_HEXAHEDRON, 8, ids);
    }
    vtkNew<vtkPoints> points;
    points->SetDataTypeToDouble();
    points->SetNumberOfPoints(static_cast<vtkIdType>(part.node.size()));
    part.grid->SetPoints(points);
    part.grid->GetPointData()->SetScalars(value_array(part.node.size()));
    parts_.push_back(std::move(part));
  }
  find_surfaces();
}

// Faces with one hexahedron only; the surface of a tissue shares the points of its grid.
void BodyGeometry::find_surfaces() {
  std::unordered_map<Quad, int, NumbersHash> owners;
  owners.reserve(4 * body_.hexahedra.size());
  const auto key = [](Quad q) {
    std::sort(q.begin(), q.end());
    return q;
  };
  const auto face_of = [&](std::size_t h, int f) {
    Quad q;
    for (std::size_t c = 0; c < 4; ++c) q[c] = body_.hexahedra[h][static_cast<std::size_t>(hexahedron_faces[f][c])];
    return q;
  };
  for (std::size_t h = 0; h < body_.hexahedra.size(); ++h) {
    for (int f = 0; f < 6; ++f) ++owners[key(face_of(h, f))];
  }

  vtkNew<vtkCellArray> bone_faces;
  std::vector<int> bone_local(body_.points.size(), -1);
  for (Part& part : parts_) {
    vtkNew<vtkCellArray> faces;
    for (std::size_t i = 0; i < part.cell.size(); ++i) {
      const auto h = static_cast<std::size_t>(part.cell[i]);
      const vtkIdType* ids = nullptr;
      vtkIdType count = 0;
      part.grid->GetCellPoints(static_cast<vtkIdType>(i), count, ids);
      for (int f = 0; f < 6; ++f) {
        const Quad q = face_of(h, f);
        if (owners[key(q)] != 1) continue;
        const bool bone =
            std::all_of(q.begin(), q.end(), [&](std::int64_t n) { return body_.on_bone[static_cast<std::size_t>(n)]; });
        vtkIdType corner[4];
        for (std::size_t c = 0; c < 4; ++c) {
          if (!bone) {
            corner[c] = ids[hexahedron_faces[f][c]];
            continue;
          }
          int& number = bone_local[static_cast<std::size_t>(q[c])];
          if (number < 0) {
            number = static_cast<int>(bone_node_.size());
            bone_node_.push_back(static_cast<int>(q[c]));
          }
          corner[c] = number;
        }
        (bone ? bone_faces : faces)->InsertNextCell(4, corner);
      }
    }
    if (faces->GetNumberOfCells() == 0) continue;
    Surface surface;
    surface.tissue = part.tissue;
    surface.faces = vtkSmartPointer<vtkPolyData>::New();
    surface.faces->SetPoints(part.grid->GetPoints());
    surface.faces->SetPolys(faces);
    surface.faces->GetPointData()->SetScalars(part.grid->GetPointData()->GetScalars());
    surfaces_.push_back(surface);
  }
  bone_ = vtkSmartPointer<vtkPolyData>::New();
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  points->SetNumberOfPoints(static_cast<vtkIdType>(bone_node_.size()));
  bone_->SetPoints(points);
  bone_->SetPolys(bone_faces);
}

void BodyGeometry::set_step(const PictureStep& step, double warp) {
  position_.resize(body_.points.size());
  for (std::size_t n = 0; n < position_.size(); ++n) position_[n] = body_.points[n] + warp * step.displacement[n];
  for (Part& part : parts_) {
    vtkPoints* points = part.grid->GetPoints();
    auto* values = vtkDoubleArray::SafeDownCast(part.grid->GetPointData()->GetScalars());
    for (std::size_t i = 0; i < part.node.size(); ++i) {
      const auto node = static_cast<std::size_t>(part.node[i]);
      points->SetPoint(static_cast<vtkIdType>(i), position_[node].v);
      if (step.field.association == Association::point) values->SetValue(static_cast<vtkIdType>(i), step.values[node]);
    }
    if (step.field.association == Association::cell) {
      std::vector<double> sum(part.node.size(), 0.0);
      std::vector<int> cells(part.node.size(), 0);
      for (std::size_t c = 0; c < part.cell.size(); ++c) {
        const vtkIdType* ids = nullptr;
        vtkIdType count = 0;
        part.grid->GetCellPoints(static_cast<vtkIdType>(c), count, ids);
        for (vtkIdType k = 0; k < count; ++k) {
          sum[static_cast<std::size_t>(ids[k])] += step.values[static_cast<std::size_t>(part.cell[c])];
          ++cells[static_cast<std::size_t>(ids[k])];
        }
      }
      for (std::size_t i = 0; i < sum.size(); ++i) values->SetValue(static_cast<vtkIdType>(i), sum[i] / cells[i]);
    }
    points->Modified();
    values->Modified();
    part.grid->Modified();
  }
  divide_surfaces();
  for (Surface& surface : surfaces_) surface.faces->Modified();
  for (std::size_t i = 0; i < bone_node_.size(); ++i) {
    bone_->GetPoints()->SetPoint(static_cast<vtkIdType>(i), position_[static_cast<std::size_t>(bone_node_[i])].v);
  }
  bone_->GetPoints()->Modified();
  bone_->Modified();
}

bool BodyGeometry::is_divided(int tissue) const {
  return body_.tissue_at && body_.divided[static_cast<std::size_t>(tissue)];
}

void BodyGeometry::divide_surfaces() {
  std::vector<vtkSmartPointer<vtkPolyData>> to_divide;
  std::vector<Surface> kept;
  for (const Surface& surface : surfaces_)
    if (is_divided(surface.tissue) && !surface.divided)
      to_divide.push_back(surface.faces);
    else
      kept.push_back(surface);
  if (to_divide.empty()) return;
  for (const auto& [tissue, faces] : divide(to_divide, body_.tissue_at, mean_edge))
    kept.push_back({tissue, faces, true});
  surfaces_ = std::move(kept);
}

Section BodyGeometry::section(const CutPlane& plane) const {
  Section section;
  const auto implicit = vtk_plane(plane);
  std::vector<vtkSmartPointer<vtkPolyData>> to_divide;
  for (const Part& part : parts_) {
    vtkNew<vtkCutter> cutter;
    cutter->SetInputData(part.grid);
    cutter->SetCutFunction(implicit);
    cutter->GenerateCutScalarsOff();
    vtkNew<vtkCleanPolyData> clean;
    clean->SetInputConnection(cutter->GetOutputPort());
    clean->Update();
    if (clean->GetOutput()->GetNumberOfPolys() == 0) continue;
    if (is_divided(part.tissue))
      to_divide.emplace_back(clean->GetOutput());
    else
      section.layers.push_back({part.tissue, clean->GetOutput()});
  }
  if (!to_divide.empty())
    for (const auto& [tissue, faces] : divide(to_divide, body_.tissue_at, mean_edge))
      section.layers.push_back({tissue, faces});
  vtkNew<vtkAppendPolyData> outlines;
  for (const Section::Layer& layer : section.layers) {
    vtkNew<vtkFeatureEdges> edges;
    edges->SetInputData(layer.faces);
    edges->BoundaryEdgesOn();
    edges->FeatureEdgesOff();
    edges->ManifoldEdgesOff();
    edges->NonManifoldEdgesOff();
    edges->ColoringOff();
    edges->Update();
    outlines->AddInputData(edges->GetOutput());
  }
  if (!section.layers.empty()) {
    outlines->Update();
    section.outlines = outlines->GetOutput();
  } else {
    section.outlines = vtkSmartPointer<vtkPolyData>::New();
  }
  section.bone_outlines = intersection(bone_, plane);
  Vec3d down = -(body_.up() - dot(body_.up(), plane.normal) * plane.normal);
  down = norm(down) > 0.2 ? normalized(down) : Vec3d{{0, 0, 0}};
  section.bone = filled(section.bone_outlines, down);
  // Behind the tissues, which win where the straight edges of the filling meet them.
  for (vtkIdType i = 0; i < section.bone->GetNumberOfPoints(); ++i) {
    const Vec3d x = point_at(section.bone->GetPoints(), i) + 3e-4 * plane.normal;
    section.bone->GetPoints()->SetPoint(i, x.v);
  }
  return section;
}

vtkSmartPointer<vtkPolyData> keep_half(vtkPolyData* surface, const CutPlane& plane) {
  vtkNew<vtkClipPolyData> clip;
  clip->SetInputData(surface);
  clip->SetClipFunction(vtk_plane(plane));
  clip->Update();
  return clip->GetOutput();
}

vtkSmartPointer<vtkPolyData> intersection(vtkPolyData* surface, const CutPlane& plane) {
  vtkNew<vtkCutter> cutter;
  cutter->SetInputData(surface);
  cutter->SetCutFunction(vtk_plane(plane));
  vtkNew<vtkCleanPolyData> clean;
  clean->SetInputConnection(cutter->GetOutputPort());
  clean->Update();
  return clean->GetOutput();
}

vtkSmartPointer<vtkPolyData> filled(vtkPolyData* lines, const Vec3d& down) {
  vtkNew<vtkStripper> stripper;
  stripper->SetInputData(lines);
  stripper->JoinContiguousSegmentsOn();
  stripper->SetMaximumLength(100000);
  stripper->Update();
  vtkPolyData* loops = stripper->GetOutput();
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  if (loops->GetNumberOfPoints() > 0) points->DeepCopy(loops->GetPoints());
  vtkNew<vtkPolyData> polygons;
  vtkNew<vtkCellArray> cells;
  vtkIdType count = 0;
  const vtkIdType* ids = nullptr;
  for (loops->GetLines()->InitTraversal(); loops->GetLines()->GetNextCell(count, ids);) {
    std::vector<vtkIdType> corners(ids, ids + count);
    if (corners.size() > 1 && corners.front() == corners.back()) {
      corners.pop_back();
    } else if (norm(down) > 0) {
      double level = -1e30;
      for (const vtkIdType corner : corners) level = std::max(level, dot(point_at(points, corner), down));
      for (const vtkIdType end : {corners.back(), corners.front()}) {
        const Vec3d x = point_at(points, end);
        const double drop = level - dot(x, down);
        const Vec3d below = x + drop * down;
        if (drop > 1e-5) corners.push_back(points->InsertNextPoint(below.v));
      }
    }
    if (corners.size() > 2) cells->InsertNextCell(static_cast<vtkIdType>(corners.size()), corners.data());
  }
  polygons->SetPoints(points);
  polygons->SetPolys(cells);
  vtkNew<vtkTriangleFilter> triangles;
  triangles->SetInputData(polygons);
  triangles->Update();
  auto result = vtkSmartPointer<vtkPolyData>::New();
  result->DeepCopy(triangles->GetOutput());
  return result;
}

}  // namespace knead
