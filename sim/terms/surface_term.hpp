#pragma once
#include <array>
#include <span>
#include <string>
#include <vector>

#include "fem/surface_matrix.hpp"
#include "math/vector.hpp"

namespace knead {

// A term that acts on nine-node faces: contact, membranes, elastic support, traction.
// Signs: energy Π and residual r = ∂Π/∂u (internal minus external force, N); Newton solves K du = -r.
class SurfaceTerm {
 public:
  virtual ~SurfaceTerm() = default;
  virtual std::string name() const = 0;

  // Node numbers of the faces that this term couples: they make the pattern of the surface matrix.
  virtual std::vector<std::array<int, 9>> faces() const = 0;

  // Sets what does not depend on the unknowns: loads, poses at this time.
  virtual void set_time(double time) = 0;
  // Until the next set_time() everything that can relax has done so: the body is being mounted.
  virtual void set_relaxed() {}

  // Adds this term's forces at displacement u (3 a node, m) to r (N).
  // scalars: travel of each applicator along its pressing axis, then what else applicators have as unknowns, m.
  // full: gets the exact tangent. positive: gets its symmetric positive part, for the preconditioner. Both may be null.
  virtual void evaluate(const Vector<double>& u, std::span<const double> scalars, Vector<double>& r,
                        SurfaceMatrix* full, SurfaceMatrix* positive) = 0;
  virtual bool symmetric() const { return true; }
  // Energy at the last evaluate, J, for terms that have one.
  virtual double energy() const { return 0; }

  // The step is accepted: what evaluate found becomes the state at the start of the next step.
  virtual void commit() {}
  // Everything a restart needs (history only).
  virtual std::vector<double> history() const { return {}; }
  virtual void set_history(std::span<const double>) {}
};

}  // namespace knead
