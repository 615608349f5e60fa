#pragma once
#include <memory>

#include "math/vector.hpp"
#include "solve/bsr.hpp"

namespace knead {

// Direct solver of the coarsest level, serial. Symmetric positive semidefinite matrices are allowed: up to 2000
// unknowns directions without stiffness (pivots below 1e-12 of the largest) are left at zero, beyond that a diagonal
// shift of 1e-10 of the largest entry stands in for them.
class CoarseSolver {
 public:
  CoarseSolver();
  ~CoarseSolver();
  template <int B>
  void factor(const BlockMatrix<double, B>& a);
  void solve(const Vector<float>& b, Vector<float>& x) const;

 private:
  struct Factor;
  std::unique_ptr<Factor> factor_;
};

}  // namespace knead
