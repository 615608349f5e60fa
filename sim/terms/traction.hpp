#pragma once
#include <functional>
#include <vector>

#include "math/tensor.hpp"
#include "terms/surface_term.hpp"

namespace knead {

using LoadHistory = std::function<double(double)>;  // time, s → traction or pressure, Pa
using LoadPattern = std::function<double(Vec3d)>;   // rest position, m → factor without unit; empty means 1

// A dead load: force per rest area t = value(time) · pattern(X) · direction, which keeps its direction.
//   Π = −∫ t·u dA₀
class Traction final : public SurfaceTerm {
 public:
  // points: rest positions of the mesh, m.
  // Along a given vector; its length counts.
  static Traction along(std::string name, const std::vector<Vec3d>& points,
                        const std::vector<std::array<int, 9>>& faces, Vec3d direction, LoadHistory value,
                        const LoadPattern& pattern = {});
  // Along the outward normal of the rest face: positive pulls.
  static Traction normal(std::string name, const std::vector<Vec3d>& points,
                         const std::vector<std::array<int, 9>>& faces, LoadHistory value,
                         const LoadPattern& pattern = {});

  std::string name() const override { return name_; }
  std::vector<std::array<int, 9>> faces() const override { return {}; }  // no stiffness, no coupling
  void set_time(double time) override { value_ = history_(time); }
  void evaluate(const Vector<double>& u, std::span<const double> scalars, Vector<double>& r, SurfaceMatrix* full,
                SurfaceMatrix* positive) override;
  double energy() const override { return energy_; }

  // Force on the body, N.
  Vec3d force() const;

 private:
  struct NodalLoad {
    int node;
    Vec3d load;  // m², force per Pa of value
  };
  Traction(std::string name, const std::vector<Vec3d>& points, const std::vector<std::array<int, 9>>& faces,
           const Vec3d* direction, LoadHistory value, const LoadPattern& pattern);

  std::string name_;
  LoadHistory history_;
  std::vector<NodalLoad> loads_;  // one per node, ascending
  double value_ = 0, energy_ = 0;
};

// A pressure that follows the face: force −p n da on the current surface, p = value(time) · pattern(X), positive
// presses.
//   r_a = ∫ p N_a (∂x/∂r × ∂x/∂s) dr ds; its tangent is not symmetric where the loaded surface has an edge.
class FollowerPressure final : public SurfaceTerm {
 public:
  // points: rest positions of the mesh, m.
  FollowerPressure(std::string name, std::vector<Vec3d> points, std::vector<std::array<int, 9>> faces,
                   LoadHistory value, const LoadPattern& pattern = {});

  std::string name() const override { return name_; }
  std::vector<std::array<int, 9>> faces() const override { return faces_; }
  void set_time(double time) override { value_ = history_(time); }
  void evaluate(const Vector<double>& u, std::span<const double> scalars, Vector<double>& r, SurfaceMatrix* full,
                SurfaceMatrix* positive) override;
  bool symmetric() const override { return false; }

  // Force on the body at the last evaluate, N.
  Vec3d force() const { return force_; }

 private:
  std::string name_;
  std::vector<Vec3d> points_;
  std::vector<std::array<int, 9>> faces_;
  LoadHistory history_;
  std::vector<double> factor_;  // pattern at nine points per face
  double value_ = 0;
  Vec3d force_{0, 0, 0};
};

}  // namespace knead
