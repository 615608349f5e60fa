#pragma once
// Flexible GMRES with right preconditioning: Saad, "A flexible inner-outer preconditioned GMRES algorithm", SIAM J.
// Sci. Comput. 14 (1993), algorithm 2.2. The preconditioner may differ from one iteration to the next, as a multigrid
// cycle in single precision does. Each new direction is orthogonalised twice by classical Gram–Schmidt (Giraud, Langou
// & Rozložník 2005: twice is enough), which reads the basis three times where the modified process reads it twice per
// vector, and every sum is one of the fixed-shape reductions of math/vector.hpp.
#include <cmath>
#include <cstddef>
#include <vector>

#include "math/vector.hpp"

namespace knead {

struct FgmresSettings {
  double relative_tolerance = 1e-6;  // of the norm of the right-hand side
  double absolute_tolerance = 0;     // in the unit of the right-hand side
  int max_iterations = 200;
  int restart = 50;  // directions kept; each costs two vectors of doubles
};

struct FgmresResult {
  bool converged = false;
  bool broke_down = false;  // no further direction can be found: the system is singular, or a number was not finite
  int iterations = 0;       // applications of the preconditioner
  double residual = 0;      // ‖b − A x‖₂ as the recurrence gives it
  double relative_residual = 0;          // residual / ‖b‖₂
  std::vector<double> residual_history;  // ‖b − A x‖₂ at the start and after each iteration
};

// The small least-squares problem min ‖β e₁ − H y‖ of one cycle, reduced by Givens rotations as columns arrive.
class HessenbergLeastSquares {
 public:
  void start(int max_columns, double beta);
  // Takes column k of H, k + 2 numbers, and returns the new residual norm.
  double add_column(const std::vector<double>& column);
  // Minimiser for the columns added so far; directions with a vanishing pivot get zero.
  std::vector<double> minimiser() const;
  int num_columns() const { return num_columns_; }

 private:
  int stride_ = 0, num_columns_ = 0;
  std::vector<double> r_, cosine_, sine_, rhs_;
};

// Vectors of a solve, kept between solves so that nothing is allocated again.
class FgmresWorkspace {
 public:
  // Makes room for the first `count` basis vectors and directions of length n.
  void reserve(std::size_t n, int count);
  Vector<double>& basis(int k) { return basis_[static_cast<std::size_t>(k)]; }
  Vector<double>& direction(int k) { return direction_[static_cast<std::size_t>(k)]; }
  Vector<double>& product() { return product_; }
  std::size_t bytes() const;

  // Orthogonalises basis k + 1 against basis 0 … k, normalises it, and returns the k + 2 coefficients. The last one is
  // zero when nothing is left beyond rounding.
  std::vector<double> orthogonalize(int k);
  // x += Σ_j y_j direction_j
  void add_directions(const std::vector<double>& y, Vector<double>& x);

 private:
  // Σ over blocks of the columns of partial_, added in block order.
  std::vector<double> sum_partial(std::size_t num_blocks, std::size_t num_columns) const;

  std::vector<Vector<double>> basis_, direction_;
  Vector<double> product_;
  std::vector<double> partial_;
};

// Solves A x = b from the given x. apply(x, y) sets y = A x, precondition(r, z) sets z ≈ A⁻¹ r.
template <class Apply, class Precondition>
FgmresResult fgmres(Apply&& apply, Precondition&& precondition, const Vector<double>& b, Vector<double>& x,
                    const FgmresSettings& settings, FgmresWorkspace& workspace) {
  FgmresResult result;
  const double norm_b = norm(b);
  const double target = std::fmax(settings.relative_tolerance * norm_b, settings.absolute_tolerance);
  const auto record = [&](double residual) {
    result.residual = residual;
    result.relative_residual = norm_b > 0 ? residual / norm_b : residual;
    result.residual_history.push_back(residual);
  };
  if (norm_b == 0) {
    fill(x, 0);
    record(0);
    result.converged = true;
    return result;
  }
  bool zero_start = dot(x, x) == 0;
  HessenbergLeastSquares least_squares;
  for (;;) {
    // The true residual begins each cycle.
    workspace.reserve(b.size(), 1);
    Vector<double>& first = workspace.basis(0);
    if (zero_start) {
      copy(b, first);
    } else {
      apply(static_cast<const Vector<double>&>(x), workspace.product());
      const Vector<double>& product = workspace.product();
      parallel_blocks(b.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) first[i] = b[i] - product[i];
      });
    }
    zero_start = false;
    const double beta = norm(first);
    if (result.residual_history.empty()) {
      record(beta);
    } else {  // the recurrence's last value gives way to the true one
      result.residual_history.pop_back();
      record(beta);
    }
    result.converged = beta <= target;
    result.broke_down = result.broke_down || !std::isfinite(beta);
    if (result.converged || result.broke_down || result.iterations >= settings.max_iterations) return result;

    scale(1 / beta, first);
    least_squares.start(settings.restart, beta);
    bool finished = false, finite = true;
    for (int k = 0; k < settings.restart && !finished; ++k) {
      workspace.reserve(b.size(), k + 2);
      precondition(static_cast<const Vector<double>&>(workspace.basis(k)), workspace.direction(k));
      apply(static_cast<const Vector<double>&>(workspace.direction(k)), workspace.basis(k + 1));
      const std::vector<double> column = workspace.orthogonalize(k);
      ++result.iterations;
      for (double h : column) finite = finite && std::isfinite(h);
      if (!finite) {
        result.broke_down = true;
        break;
      }
      const double residual = least_squares.add_column(column);
      record(residual);
      result.converged = residual <= target;
      // A direction that the basis already holds, without convergence: more of the same cannot help.
      result.broke_down = column.back() == 0 && !result.converged;
      finished = result.converged || result.broke_down || result.iterations >= settings.max_iterations;
    }
    workspace.add_directions(least_squares.minimiser(), x);
    if (finished || result.broke_down) return result;
  }
}

}  // namespace knead
