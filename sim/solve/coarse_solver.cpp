#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 takes the deliberately undefined registers of its own AVX-512 header for a mistake.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include "solve/coarse_solver.hpp"

#include <Eigen/Cholesky>
#include <Eigen/SparseCholesky>
#include <vector>

namespace knead {

struct CoarseSolver::Factor {
  bool dense = true;
  Eigen::LDLT<Eigen::MatrixXd> ldlt;
  Eigen::VectorXd inverse_pivots;
  Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> sparse;
};

CoarseSolver::CoarseSolver() : factor_(std::make_unique<Factor>()) {}
CoarseSolver::~CoarseSolver() = default;

template <int B>
void CoarseSolver::factor(const BlockMatrix<double, B>& a) {
  const Eigen::Index n = static_cast<Eigen::Index>(a.num_rows) * B;
  factor_->dense = n <= 2000;
  std::vector<Eigen::Triplet<double>> entries;
  entries.reserve(a.num_entries() * a.block_size);
  double largest = 0;
  for (int row = 0; row < a.num_rows; ++row) {
    for (std::size_t e = a.row_offset[static_cast<std::size_t>(row)];
         e < a.row_offset[static_cast<std::size_t>(row) + 1]; ++e) {
      for (int i = 0; i < B; ++i) {
        for (int j = 0; j < B; ++j) {
          const double value = a.block(e)[i * B + j];
          entries.emplace_back(row * B + i, a.column[e] * B + j, value);
          if (a.column[e] == row && i == j) largest = std::max(largest, value);
        }
      }
    }
  }
  if (factor_->dense) {
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(n, n);
    for (const auto& t : entries) matrix(t.row(), t.col()) += t.value();
    factor_->ldlt.compute(matrix);
    const Eigen::VectorXd pivots = factor_->ldlt.vectorD();
    const double least = n > 0 ? 1e-12 * pivots.maxCoeff() : 0;
    factor_->inverse_pivots = (pivots.array() > least).select(pivots.array().inverse(), 0.0);
    return;
  }
  for (Eigen::Index i = 0; i < n; ++i) {
    entries.emplace_back(static_cast<int>(i), static_cast<int>(i), 1e-10 * largest);
  }
  Eigen::SparseMatrix<double> matrix(n, n);
  matrix.setFromTriplets(entries.begin(), entries.end());
  factor_->sparse.compute(matrix);
}

void CoarseSolver::solve(const Vector<float>& b, Vector<float>& x) const {
  const Eigen::Map<const Eigen::VectorXf> rhs(b.data(), static_cast<Eigen::Index>(b.size()));
  Eigen::Map<Eigen::VectorXf> solution(x.data(), static_cast<Eigen::Index>(x.size()));
  if (!factor_->dense) {
    const Eigen::VectorXd y = factor_->sparse.solve(rhs.cast<double>());
    solution = y.cast<float>();
    return;
  }
  // PᵀL D⁺ Lᵀ P with the pivots of directions without stiffness left out
  const auto& ldlt = factor_->ldlt;
  Eigen::VectorXd y = ldlt.transpositionsP() * rhs.cast<double>();
  ldlt.matrixL().solveInPlace(y);
  y = y.cwiseProduct(factor_->inverse_pivots).eval();
  ldlt.matrixU().solveInPlace(y);
  y = (ldlt.transpositionsP().transpose() * y).eval();
  solution = y.cast<float>();
}

template void CoarseSolver::factor(const BlockMatrix<double, 3>&);
template void CoarseSolver::factor(const BlockMatrix<double, 6>&);

}  // namespace knead
