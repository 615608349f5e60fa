#include "terms/traction.hpp"

#include <map>
#include <utility>

#include "terms/face_assembly.hpp"

namespace knead {

Traction::Traction(std::string name, const std::vector<Vec3d>& points, const std::vector<FaceNodes>& faces,
                   const Vec3d* direction, LoadHistory value, const LoadPattern& pattern)
    : name_(std::move(name)), history_(std::move(value)) {
  std::map<int, Vec3d> loads;
  for (const FaceNodes& nodes : faces) {
    const auto x = rest_positions(points, nodes);
    for (const FacePoint& at : face_points) {
      const Vec3d area_vector = at.weight * cross(interpolate(at.along_r, x), interpolate(at.along_s, x));
      const double factor = pattern ? pattern(interpolate(at.value, x)) : 1.0;
      const Vec3d load = factor * (direction ? norm(area_vector) * *direction : area_vector);
      for (std::size_t a = 0; a < 9; ++a) {
        const auto [entry, is_new] = loads.try_emplace(nodes[a], Vec3d{0, 0, 0});
        entry->second += at.value[a] * load;
      }
    }
  }
  for (const auto& [node, load] : loads) loads_.push_back({node, load});
}

Traction Traction::along(std::string name, const std::vector<Vec3d>& points, const std::vector<FaceNodes>& faces,
                         Vec3d direction, LoadHistory value, const LoadPattern& pattern) {
  return Traction(std::move(name), points, faces, &direction, std::move(value), pattern);
}

Traction Traction::normal(std::string name, const std::vector<Vec3d>& points, const std::vector<FaceNodes>& faces,
                          LoadHistory value, const LoadPattern& pattern) {
  return Traction(std::move(name), points, faces, nullptr, std::move(value), pattern);
}

void Traction::evaluate(const Vector<double>& u, std::span<const double>, Vector<double>& r, SurfaceMatrix*,
                        SurfaceMatrix*) {
  energy_ = 0;
  for (const NodalLoad& l : loads_) {
    const std::size_t at = 3 * static_cast<std::size_t>(l.node);
    for (std::size_t i = 0; i < 3; ++i) {
      const double force = value_ * l.load[static_cast<int>(i)];
      r[at + i] -= force;
      energy_ -= force * u[at + i];
    }
  }
}

Vec3d Traction::force() const {
  Vec3d sum{0, 0, 0};
  for (const NodalLoad& l : loads_) sum += value_ * l.load;
  return sum;
}

FollowerPressure::FollowerPressure(std::string name, std::vector<Vec3d> points, std::vector<FaceNodes> faces,
                                   LoadHistory value, const LoadPattern& pattern)
    : name_(std::move(name)), points_(std::move(points)), faces_(std::move(faces)), history_(std::move(value)) {
  factor_.reserve(9 * faces_.size());
  for (const FaceNodes& nodes : faces_) {
    const auto x = rest_positions(points_, nodes);
    for (const FacePoint& at : face_points) factor_.push_back(pattern ? pattern(interpolate(at.value, x)) : 1.0);
  }
}

void FollowerPressure::evaluate(const Vector<double>& u, std::span<const double>, Vector<double>& r,
                                SurfaceMatrix* full, SurfaceMatrix*) {
  std::vector<Vec3d> face_force(faces_.size());
  const auto kernel = [&](std::size_t face, FaceResult& out) {
    auto x = rest_positions(points_, faces_[face]);
    const auto d = displacements(u, faces_[face]);
    for (std::size_t a = 0; a < 9; ++a) x[a] += d[a];
    Vec3d total{0, 0, 0};
    for (std::size_t q = 0; q < 9; ++q) {
      const FacePoint& at = face_points[q];
      const double p = value_ * factor_[9 * face + q] * at.weight;
      const Vec3d g1 = interpolate(at.along_r, x), g2 = interpolate(at.along_s, x);
      const Vec3d force = p * cross(g1, g2);  // on the outside
      total -= force;
      for (std::size_t a = 0; a < 9; ++a)
        for (std::size_t i = 0; i < 3; ++i) out.residual[3 * a + i] += at.value[a] * force[static_cast<int>(i)];
      if (!out.full) continue;
      for (std::size_t b = 0; b < 9; ++b) {
        // d(g₁ × g₂) = w × du_b with w = g₁ ∂N_b/∂s − g₂ ∂N_b/∂r
        const Vec3d w = at.along_s[b] * g1 - at.along_r[b] * g2;
        const double turn[3][3] = {{0, -w[2], w[1]}, {w[2], 0, -w[0]}, {-w[1], w[0], 0}};
        for (std::size_t a = 0; a < 9; ++a)
          for (std::size_t i = 0; i < 3; ++i)
            for (std::size_t j = 0; j < 3; ++j)
              out.full[face_unknowns * (3 * a + i) + 3 * b + j] += p * at.value[a] * turn[i][j];
      }
    }
    face_force[face] = total;
  };
  assemble_faces(faces_, r, full, nullptr, kernel);
  force_ = {0, 0, 0};
  for (const Vec3d& f : face_force) force_ += f;
}

}  // namespace knead
