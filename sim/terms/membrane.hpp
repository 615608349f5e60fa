#pragma once
#include "body/body.hpp"
#include "terms/surface_term.hpp"

namespace knead {

// A fascia between layers: energy per rest area w(C) of the in-plane right Cauchy–Green tensor C = FᵀF, total
// Lagrangian, F = ∂x/∂(X₁, X₂) with X₁ along the first fibre direction in the rest surface.
//   Π = ∫ w(C) dA₀,   r_a = ∫ F S ∇N_a dA₀,
//   K_ab = ∫ (∇N_a·S ∇N_b) I + (F ∇N_a) : ℂ : (F ∇N_b) dA₀,   S = 2 ∂w/∂C, ℂ = 4 ∂²w/∂C∂C.
// The positive part leaves out the compressive principal parts of S in the first summand; the second is positive.
class Membrane final : public SurfaceTerm {
 public:
  // points: rest positions of the mesh, m.
  Membrane(const std::vector<Vec3d>& points, MembranePlacement placement);

  std::string name() const override { return placement_.name; }
  std::vector<std::array<int, 9>> faces() const override { return placement_.faces; }
  void set_time(double) override {}
  void evaluate(const Vector<double>& u, std::span<const double> travel, Vector<double>& r, SurfaceMatrix* full,
                SurfaceMatrix* positive) override;
  double energy() const override { return energy_; }

 private:
  struct Point {
    std::array<double, 9> along, across;  // ∂N_a/∂X₁, ∂N_a/∂X₂, 1/m
    Vec3d axis_along, axis_across;        // unit, orthogonal, in the rest surface
    double area;                          // weight times rest area, m²
  };
  MembranePlacement placement_;
  std::vector<Point> points_;  // nine per face
  double energy_ = 0;
};

}  // namespace knead
