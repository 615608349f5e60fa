#pragma once
#include <functional>
#include <map>
#include <vector>

#include <vtkPolyData.h>
#include <vtkSmartPointer.h>

#include "math/tensor.hpp"

namespace knead {

// Faces that lie side by side, divided anew by what is where: borders run as `label` has them, not along edges of
// faces. Faces become triangles whose edges are `edge` m long in the mean, or less, and where the corners of a triangle
// differ its edges are cut where the label changes. Neighbours meet at the same points, within a result and between
// results.
std::map<int, vtkSmartPointer<vtkPolyData>> divide(const std::vector<vtkSmartPointer<vtkPolyData>>& faces,
                                                   const std::function<int(const Vec3d&)>& label, double edge);

}  // namespace knead
