#include "terms/support.hpp"

#include <utility>

#include "terms/face_assembly.hpp"
#include "terms/foundation.hpp"

namespace knead {

ElasticSupport::ElasticSupport(const std::vector<Vec3d>& points, SupportPlacement placement)
    : placement_(std::move(placement)) {
  points_.reserve(9 * placement_.faces.size());
  for (const FaceNodes& nodes : placement_.faces) {
    const auto x = rest_positions(points, nodes);
    for (const FacePoint& at : face_points) {
      const Vec3d area_vector = cross(interpolate(at.along_r, x), interpolate(at.along_s, x));
      points_.push_back({normalized(area_vector), at.weight * norm(area_vector)});
    }
  }
}

void ElasticSupport::evaluate(const Vector<double>& u, std::span<const double>, Vector<double>& r, SurfaceMatrix* full,
                              SurfaceMatrix* positive) {
  const Foundation foundation{placement_.stiffness, placement_.thickness};
  std::vector<Vec3d> face_force(placement_.faces.size());
  const auto kernel = [&](std::size_t face, FaceResult& out) {
    const auto d = displacements(u, placement_.faces[face]);
    Vec3d total{0, 0, 0};
    for (std::size_t q = 0; q < 9; ++q) {
      const FacePoint& at = face_points[q];
      const Point& p = points_[9 * face + q];
      const double into = dot(interpolate(at.value, d), p.normal);
      if (into < 0 && placement_.lifts_off) continue;
      const Foundation::Response response = foundation.at(into);
      out.energy += p.area * response.energy;
      const Vec3d force = (p.area * response.pressure) * p.normal;
      total -= force;
      for (std::size_t a = 0; a < 9; ++a)
        for (std::size_t i = 0; i < 3; ++i) out.residual[3 * a + i] += at.value[a] * force[static_cast<int>(i)];
      for (double* matrix : {out.full, out.positive}) {
        if (!matrix) continue;
        for (std::size_t a = 0; a < 9; ++a)
          for (std::size_t b = 0; b < 9; ++b) {
            const double value = p.area * response.slope * at.value[a] * at.value[b];
            for (std::size_t i = 0; i < 3; ++i)
              for (std::size_t j = 0; j < 3; ++j)
                matrix[face_unknowns * (3 * a + i) + 3 * b + j] +=
                    value * p.normal[static_cast<int>(i)] * p.normal[static_cast<int>(j)];
          }
      }
    }
    face_force[face] = total;
  };
  energy_ = assemble_faces(placement_.faces, r, full, positive, kernel);
  force_ = {0, 0, 0};
  for (const Vec3d& f : face_force) force_ += f;
}

}  // namespace knead
