#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 takes the deliberately undefined registers of its own AVX-512 header for a mistake.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include "solve/direct.hpp"

#include <Eigen/SparseLU>
#include <cassert>

namespace knead {

struct DirectSolver::Factor {
  Eigen::SparseLU<Eigen::SparseMatrix<double>> lu;
  int n = 0;
};

DirectSolver::DirectSolver(int n, std::span<const Triplet> entries) : factor_(std::make_unique<Factor>()) {
  std::vector<Eigen::Triplet<double>> list;
  list.reserve(entries.size());
  for (const Triplet& t : entries) list.emplace_back(t.row, t.column, t.value);
  Eigen::SparseMatrix<double> a(n, n);
  a.setFromTriplets(list.begin(), list.end());
  a.makeCompressed();
  factor_->n = n;
  factor_->lu.compute(a);
  factored_ = factor_->lu.info() == Eigen::Success;
}

DirectSolver::~DirectSolver() = default;
DirectSolver::DirectSolver(DirectSolver&&) noexcept = default;
DirectSolver& DirectSolver::operator=(DirectSolver&&) noexcept = default;

void DirectSolver::solve(const Vector<double>& b, Vector<double>& x) const {
  assert(factored_ && b.size() == static_cast<std::size_t>(factor_->n));
  x.resize(b.size());
  const Eigen::Map<const Eigen::VectorXd> rhs(b.data(), factor_->n);
  Eigen::Map<Eigen::VectorXd>(x.data(), factor_->n) = factor_->lu.solve(rhs);
}

}  // namespace knead
