#pragma once
// Sparse direct solution of a general matrix: the oracle of tests, and the solver of small problems.
#include <memory>
#include <span>
#include <vector>

#include "math/vector.hpp"

namespace knead {

struct Triplet {
  int row, column;
  double value;
};

class DirectSolver {
 public:
  // n×n matrix; repeated entries add up. May be nonsymmetric and indefinite.
  DirectSolver(int n, std::span<const Triplet> entries);
  ~DirectSolver();
  DirectSolver(DirectSolver&&) noexcept;
  DirectSolver& operator=(DirectSolver&&) noexcept;

  // False when the matrix is singular: then solve must not be called.
  bool factored() const { return factored_; }
  void solve(const Vector<double>& b, Vector<double>& x) const;

 private:
  struct Factor;
  std::unique_ptr<Factor> factor_;
  bool factored_ = false;
};

}  // namespace knead
