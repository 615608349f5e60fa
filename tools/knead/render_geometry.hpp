#pragma once
#include <string>
#include <vector>

#include <vtkPolyData.h>
#include <vtkSmartPointer.h>
#include <vtkUnstructuredGrid.h>

#include "render_data.hpp"

namespace knead {

// A plane; the half that its normal points into is kept.
struct CutPlane {
  Vec3d origin{{0, 0, 0}};
  Vec3d normal{{0, 0, 1}};  // unit
};

// What a plane shows of the body.
struct Section {
  struct Layer {
    int tissue = 0;
    vtkSmartPointer<vtkPolyData> faces;  // point data "value"; none where PictureBody::tissue_at divides
  };
  std::vector<Layer> layers;
  vtkSmartPointer<vtkPolyData> outlines;  // lines around every tissue
  vtkSmartPointer<vtkPolyData> bone;      // cut bones, as far as they are inside of the body
  vtkSmartPointer<vtkPolyData> bone_outlines;
};

// Surfaces and sections of the deformed body. Cell fields are averaged to the nodes within each tissue, so that a jump
// from one tissue to the next stays a jump.
class BodyGeometry {
 public:
  explicit BodyGeometry(const PictureBody& body);
  void set_step(const PictureStep& step, double warp);

  const PictureBody& body() const { return body_; }
  const Vec3d& position(int node) const { return position_[static_cast<std::size_t>(node)]; }
  struct Surface {
    int tissue = 0;
    vtkSmartPointer<vtkPolyData> faces;  // outer faces that are not on bone; point data "value"
    bool divided = false;                // by PictureBody::tissue_at: at rest, without values
  };
  const std::vector<Surface>& surfaces() const { return surfaces_; }
  vtkPolyData* bone() const { return bone_; }  // faces of the tissues on bone

  Section section(const CutPlane& plane) const;

 private:
  struct Part {  // the hexahedra of one tissue
    int tissue = 0;
    std::vector<int> node;  // body node of each of its points
    std::vector<int> cell;  // body hexahedron of each of its cells
    vtkSmartPointer<vtkUnstructuredGrid> grid;
  };
  void find_surfaces();
  void divide_surfaces();
  bool is_divided(int tissue) const;

  const PictureBody& body_;
  std::vector<Part> parts_;
  std::vector<Surface> surfaces_;
  std::vector<int> bone_node_;
  vtkSmartPointer<vtkPolyData> bone_;
  std::vector<Vec3d> position_;
};

// The part of a surface in the kept half.
vtkSmartPointer<vtkPolyData> keep_half(vtkPolyData* surface, const CutPlane& plane);
// The lines in which a plane meets a closed surface.
vtkSmartPointer<vtkPolyData> intersection(vtkPolyData* surface, const CutPlane& plane);
// The areas inside of closed lines. An open line (a bone that leaves the body) is closed along a floor: from both of
// its ends in the direction `down` to the level of its own lowest point, or straight where `down` is zero.
vtkSmartPointer<vtkPolyData> filled(vtkPolyData* lines, const Vec3d& down = {{0, 0, 0}});

}  // namespace knead
