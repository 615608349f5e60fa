#include "terms/membrane.hpp"

#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"
#include "terms/face_assembly.hpp"

namespace knead {
namespace {

// The part of a symmetric 2x2 tensor with non-negative principal values.
std::array<double, 3> positive_part(const std::array<double, 3>& s) {
  const double mean = 0.5 * (s[0] + s[1]), half = 0.5 * (s[0] - s[1]);
  const double radius = std::sqrt(half * half + s[2] * s[2]);
  const double high = mean + radius, low = mean - radius;
  if (low >= 0) return s;
  if (high <= 0) return {0, 0, 0};
  // high · n⊗n with n⊗n = (s − low I)/(high − low)
  const double factor = high / (high - low);
  return {factor * (s[0] - low), factor * (s[1] - low), factor * s[2]};
}

}  // namespace

Membrane::Membrane(const std::vector<Vec3d>& points, MembranePlacement placement) : placement_(std::move(placement)) {
  assert(placement_.directions.size() == placement_.faces.size());
  points_.reserve(9 * placement_.faces.size());
  for (std::size_t f = 0; f < placement_.faces.size(); ++f) {
    const auto x = rest_positions(points, placement_.faces[f]);
    for (const FacePoint& at : face_points) {
      const Vec3d g1 = interpolate(at.along_r, x), g2 = interpolate(at.along_s, x);
      const Vec3d area_vector = cross(g1, g2);
      const double area = norm(area_vector);
      const Vec3d normal = area_vector / area;
      Point p;
      p.axis_along = normalized(placement_.directions[f] - dot(placement_.directions[f], normal) * normal);
      p.axis_across = cross(normal, p.axis_along);
      p.area = at.weight * area;
      // ∂N/∂X_α = ∂N/∂r (g¹·e_α) + ∂N/∂s (g²·e_α) with the dual basis g¹ = g₂ × n / area, g² = n × g₁ / area.
      const Vec3d dual1 = cross(g2, normal) / area, dual2 = cross(normal, g1) / area;
      for (std::size_t a = 0; a < 9; ++a) {
        p.along[a] = at.along_r[a] * dot(dual1, p.axis_along) + at.along_s[a] * dot(dual2, p.axis_along);
        p.across[a] = at.along_r[a] * dot(dual1, p.axis_across) + at.along_s[a] * dot(dual2, p.axis_across);
      }
      assert(std::isfinite(p.axis_along[0]) && p.area > 0);
      points_.push_back(p);
    }
  }
  if (!placement_.relaxation.empty()) {
    memory_.assign(memory(points_.size()), Stress{});
    found_.assign(points_.size(), Stress{});
  }
  set_step(0);
}

void Membrane::set_time(double time) {
  time_ = time;
  set_step(std::max(0.0, time_ - committed_time_));
}

void Membrane::set_relaxed() { set_step(std::numeric_limits<double>::infinity()); }

Membrane::Stress Membrane::carried(std::size_t point) const {
  Stress A{};
  const Stress* at = &memory_[memory(point)];
  for (std::size_t i = 0; i < step_.count; ++i)
    for (std::size_t k = 0; k < 3; ++k) A[k] += carried_part(step_, i, at[1 + i][k], at[0][k]);
  return A;
}

void Membrane::commit() {
  committed_time_ = time_;
  for (std::size_t point = 0; point < found_.size(); ++point) {
    Stress* at = &memory_[memory(point)];
    for (std::size_t k = 0; k < 3; ++k) {
      const double change = found_[point][k] - at[0][k];
      at[0][k] = found_[point][k];
      for (std::size_t i = 0; i < step_.count; ++i) at[1 + i][k] = next_memory(step_, i, at[1 + i][k], change);
    }
  }
  set_step(0);  // until the next set_time() the stress stays what it is
}

std::vector<double> Membrane::history() const {
  if (memory_.empty()) return {};
  std::vector<double> values{committed_time_};
  for (const Stress& s : memory_) values.insert(values.end(), s.begin(), s.end());
  return values;
}

void Membrane::set_history(std::span<const double> values) {
  const std::size_t expected = memory_.empty() ? 0 : 1 + 3 * memory_.size();
  if (values.size() != expected)
    throw Error(
        ExitCode::file_error,
        fmt::format("the history of \"{}\" has {} values instead of {}: the checkpoint is of another mesh or of "
                    "other tissues",
                    placement_.name, values.size(), expected));
  if (memory_.empty()) return;
  time_ = committed_time_ = values[0];
  for (std::size_t i = 0; i < memory_.size(); ++i)
    for (std::size_t k = 0; k < 3; ++k) memory_[i][k] = values[1 + 3 * i + k];
  set_step(0);
}

void Membrane::relax(std::size_t point, const Stress& c, MembraneResponse& law) {
  found_[point] = law.stress;
  const Stress A = carried(point);
  law.energy = step_.factor * law.energy + 0.5 * (A[0] * (c[0] - 1) + A[1] * (c[1] - 1)) + A[2] * c[2];
  for (std::size_t k = 0; k < 3; ++k) law.stress[k] = step_.factor * law.stress[k] + A[k];
  for (double& t : law.tangent) t *= step_.factor;
}

void Membrane::evaluate(const Vector<double>& u, std::span<const double>, Vector<double>& r, SurfaceMatrix* full,
                        SurfaceMatrix* positive) {
  const auto kernel = [&](std::size_t face, FaceResult& out) {
    const auto d = displacements(u, placement_.faces[face]);
    for (std::size_t q = 0; q < 9; ++q) {
      const Point& p = points_[9 * face + q];
      const Vec3d f1 = p.axis_along + interpolate(p.along, d), f2 = p.axis_across + interpolate(p.across, d);
      const Stress in_plane{dot(f1, f1), dot(f2, f2), dot(f1, f2)};
      MembraneResponse law = placement_.law.evaluate(in_plane);
      if (!found_.empty()) relax(9 * face + q, in_plane, law);
      const Stress& s = law.stress;
      out.energy += p.area * law.energy;

      const Vec3d force1 = p.area * (s[0] * f1 + s[2] * f2), force2 = p.area * (s[2] * f1 + s[1] * f2);
      for (std::size_t a = 0; a < 9; ++a)
        for (std::size_t i = 0; i < 3; ++i)
          out.residual[3 * a + i] +=
              p.along[a] * force1[static_cast<int>(i)] + p.across[a] * force2[static_cast<int>(i)];
      if (!out.full && !out.positive) continue;

      // strain[m] holds δE_m of every unknown, m = 11, 22, 2·12, and moment[m] = ℂ : δE.
      double strain[3][face_unknowns], moment[3][face_unknowns];
      for (std::size_t a = 0; a < 9; ++a)
        for (std::size_t i = 0; i < 3; ++i) {
          const double x1 = f1[static_cast<int>(i)], x2 = f2[static_cast<int>(i)];
          strain[0][3 * a + i] = x1 * p.along[a];
          strain[1][3 * a + i] = x2 * p.across[a];
          strain[2][3 * a + i] = x1 * p.across[a] + x2 * p.along[a];
        }
      const auto& t = law.tangent;
      const double c[3][3] = {{t[0], t[1], t[2]}, {t[1], t[3], t[4]}, {t[2], t[4], t[5]}};
      for (int m = 0; m < 3; ++m)
        for (int k = 0; k < face_unknowns; ++k)
          moment[m][k] = p.area * (c[m][0] * strain[0][k] + c[m][1] * strain[1][k] + c[m][2] * strain[2][k]);
      for (std::size_t k = 0; k < face_unknowns; ++k)
        for (std::size_t l = 0; l < face_unknowns; ++l) {
          const double value = strain[0][k] * moment[0][l] + strain[1][k] * moment[1][l] + strain[2][k] * moment[2][l];
          if (out.full) out.full[face_unknowns * k + l] += value;
          if (out.positive) out.positive[face_unknowns * k + l] += value;
        }

      const auto add_geometric = [&](const Stress& stress, double* matrix) {
        for (std::size_t a = 0; a < 9; ++a)
          for (std::size_t b = 0; b < 9; ++b) {
            const double value = p.area * (stress[0] * p.along[a] * p.along[b] + stress[1] * p.across[a] * p.across[b] +
                                           stress[2] * (p.along[a] * p.across[b] + p.across[a] * p.along[b]));
            for (std::size_t i = 0; i < 3; ++i) matrix[face_unknowns * (3 * a + i) + 3 * b + i] += value;
          }
      };
      if (out.full) add_geometric(s, out.full);
      if (out.positive) add_geometric(positive_part(s), out.positive);
    }
  };
  energy_ = assemble_faces(placement_.faces, r, full, positive, kernel);
}

}  // namespace knead
