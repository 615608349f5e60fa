#pragma once
#include "body/body.hpp"
#include "terms/surface_term.hpp"

namespace knead {

// An elastic foundation under faces of the body: pressure p(⟨u·N⟩) of foundation.hpp against the rest normal N, nothing
// where the face lifts off (unless it is told to hold). Π = ∫∫ p dd dA₀. A point exactly at rest counts as touching, so
// that the first linearisation of a run sees the support.
class ElasticSupport final : public SurfaceTerm {
 public:
  // points: rest positions of the mesh, m.
  ElasticSupport(const std::vector<Vec3d>& points, SupportPlacement placement);

  std::string name() const override { return placement_.name; }
  std::vector<std::array<int, 9>> faces() const override { return placement_.faces; }
  void set_time(double) override {}
  void evaluate(const Vector<double>& u, std::span<const double> scalars, Vector<double>& r, SurfaceMatrix* full,
                SurfaceMatrix* positive) override;
  double energy() const override { return energy_; }

  // Force of the support on the body at the last evaluate, N.
  Vec3d force() const { return force_; }

 private:
  struct Point {
    Vec3d normal;  // unit, out of the body at rest
    double area;   // weight times rest area, m²
  };
  SupportPlacement placement_;
  std::vector<Point> points_;  // nine per face
  double energy_ = 0;
  Vec3d force_{0, 0, 0};
};

}  // namespace knead
