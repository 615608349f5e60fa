#pragma once
#include <vtkPolyData.h>
#include <vtkSmartPointer.h>
#include <optional>

#include "applicator/shapes.hpp"
#include "io/run_info.hpp"

namespace knead {

// The shape that a result describes. Parameters of three numbers are stored as name_x, name_y, name_z; a union has the
// kinds of its parts joined by "+", and its parameters begin with the number of the part: "0.radius", "0.position_x",
// "1.rotation_z" …, besides "blend". Nothing when this program does not know the shape.
std::optional<Shape> shape_of(const ApplicatorInfo& info);

// The surface of a shape in its own axes, with normals, from its signed distance.
vtkSmartPointer<vtkPolyData> shape_surface(const Shape& shape);
// The same of an applicator; on the rim of a cup stands its glass, a cylinder under half a sphere that holds its
// volume. Null when this program does not know the shape.
vtkSmartPointer<vtkPolyData> applicator_surface(const ApplicatorInfo& info);
// The same where the applicator is.
vtkSmartPointer<vtkPolyData> placed(vtkPolyData* surface, const Pose& pose);

}  // namespace knead
