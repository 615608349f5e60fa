#pragma once
#include <vector>

#include "math/tensor.hpp"
#include "render_overlay.hpp"

class vtkRenderer;

namespace knead {

// Puts the camera so that it looks in `direction` with `up` upright and all `points` fall into `frame` (pixels of a
// picture of the given size), as large as they fit. A mild perspective.
void fit_camera(vtkRenderer* renderer, const Vec3d& direction, const Vec3d& up, const std::vector<Vec3d>& points,
                const Rectangle& frame, int width, int height);

// Where a point of space is seen.
Pixel project(vtkRenderer* renderer, const Vec3d& point);

}  // namespace knead
