#pragma once
#include "body/body.hpp"
#include "terms/surface_term.hpp"
#include "tissue/relaxation.hpp"

namespace knead {

// A fascia between layers: energy per rest area w(C) of the in-plane right Cauchy–Green tensor C = FᵀF, total
// Lagrangian, F = ∂x/∂(X₁, X₂) with X₁ along the first fibre direction in the rest surface.
//   Π = ∫ w(C) dA₀,   r_a = ∫ F S ∇N_a dA₀,
//   K_ab = ∫ (∇N_a·S ∇N_b) I + (F ∇N_a) : ℂ : (F ∇N_b) dA₀,   S = 2 ∂w/∂C, ℂ = 4 ∂²w/∂C∂C.
// One that relaxes has S = γ S̃ + A and ℂ = γ ℂ̃ of its instantaneous law, and the energy γ w̃ + A : (C − I)/2, with γ and
// A as in tissue/relaxation.hpp, in the plane. A family that shortens faster than it relaxes can be pressed a little.
// The positive part leaves out the compressive principal parts of S in the first summand; the second is positive.
class Membrane final : public SurfaceTerm {
 public:
  // points: rest positions of the mesh, m.
  Membrane(const std::vector<Vec3d>& points, MembranePlacement placement);

  std::string name() const override { return placement_.name; }
  std::vector<std::array<int, 9>> faces() const override { return placement_.faces; }
  void set_time(double time) override;
  void set_relaxed() override;
  void evaluate(const Vector<double>& u, std::span<const double> scalars, Vector<double>& r, SurfaceMatrix* full,
                SurfaceMatrix* positive) override;
  double energy() const override { return energy_; }
  void commit() override;
  std::vector<double> history() const override;
  void set_history(std::span<const double> values) override;

 private:
  struct Point {
    std::array<double, 9> along, across;  // ∂N_a/∂X₁, ∂N_a/∂X₂, 1/m
    Vec3d axis_along, axis_across;        // unit, orthogonal, in the rest surface
    double area;                          // weight times rest area, m²
  };
  using Stress = std::array<double, 3>;  // 11, 22, 12, N/m
  // What a point remembers: S̃ at the end of the last step, then one H a term.
  std::size_t memory(std::size_t point) const { return point * (1 + placement_.relaxation.size()); }
  Stress carried(std::size_t point) const;  // A
  void relax(std::size_t point, const Stress& c, MembraneResponse& law);
  void set_step(double length) { step_ = prony_step(placement_.relaxation, length); }

  MembranePlacement placement_;
  std::vector<Point> points_;  // nine per face
  PronyStep step_;
  double time_ = 0, committed_time_ = 0;  // s
  std::vector<Stress> memory_, found_;    // found: S̃ of the last evaluation, by point; empty unless it relaxes
  double energy_ = 0;
};

}  // namespace knead
