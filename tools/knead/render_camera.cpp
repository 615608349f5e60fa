#include "render_camera.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <vtkCamera.h>
#include <vtkRenderer.h>

namespace knead {

void fit_camera(vtkRenderer* renderer, const Vec3d& direction, const Vec3d& up, const std::vector<Vec3d>& points,
                const Rectangle& frame, int width, int height) {
  const Vec3d forward = normalized(direction);
  const Vec3d right = normalized(cross(forward, up));
  const Vec3d upright = cross(right, forward);
  // From the ends of the box around the points: no sum whose last digits depend on their order.
  Vec3d least = points.front(), most = points.front();
  for (const Vec3d& p : points) {
    for (int i = 0; i < 3; ++i) least[i] = std::min(least[i], p[i]), most[i] = std::max(most[i], p[i]);
  }
  const Vec3d centre = 0.5 * (least + most);
  const double radius = std::max(0.5 * norm(most - least), 1e-6);
  const Vec3d eye = centre - 5.0 * radius * forward;

  // Slopes of the rays to the points; the frame must hold them all.
  double left = 1e30, low = 1e30, most_right = -1e30, high = -1e30, nearest = 1e30, farthest = 0;
  for (const Vec3d& p : points) {
    const Vec3d d = p - eye;
    const double depth = dot(d, forward), x = dot(d, right) / depth, y = dot(d, upright) / depth;
    left = std::min(left, x), most_right = std::max(most_right, x);
    low = std::min(low, y), high = std::max(high, y);
    nearest = std::min(nearest, depth), farthest = std::max(farthest, depth);
  }
  const double per_pixel =
      std::max((most_right - left) / (frame.right - frame.left), (high - low) / (frame.top - frame.bottom));
  // The slope that falls into the middle of the frame, and from it that of the picture's centre.
  const double x = (left + most_right) / 2 - per_pixel * ((frame.left + frame.right) / 2 - width / 2.0);
  const double y = (low + high) / 2 - per_pixel * ((frame.bottom + frame.top) / 2 - height / 2.0);
  const double half_height = per_pixel * height / 2, half_width = per_pixel * width / 2;

  vtkCamera* camera = renderer->GetActiveCamera();
  const Vec3d focus = eye + 5.0 * radius * forward;
  camera->SetPosition(eye.v);
  camera->SetFocalPoint(focus.v);
  camera->SetViewUp(upright.v);
  camera->SetViewAngle(2 * std::atan(half_height) * 180 / std::numbers::pi);
  camera->SetWindowCenter(x / half_width, y / half_height);
  camera->SetClippingRange(std::max(0.3 * nearest, 1e-3 * radius), 1.5 * farthest);
}

Pixel project(vtkRenderer* renderer, const Vec3d& point) {
  renderer->SetWorldPoint(point[0], point[1], point[2], 1);
  renderer->WorldToDisplay();
  const double* display = renderer->GetDisplayPoint();
  return {display[0], display[1]};
}

}  // namespace knead
