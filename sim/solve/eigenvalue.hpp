#pragma once
// The largest eigenvalue of M⁻¹A by the Lanczos process in the form of preconditioned conjugate gradients (Saad 2003,
// section 6.7.3). A and M symmetric, M positive; the start vector has a fixed seed, so the estimate is repeatable.
// It is a lower bound, some per cent below after ten steps: multiply by a safety factor.
#include <cmath>
#include <cstdint>
#include <vector>

#include "math/vector.hpp"

namespace knead {

struct EigenvalueSettings {
  int steps = 12;
  std::uint64_t seed = 1;
};

// Numbers in [−1, 1) that depend on the index and the seed only.
void fill_random(Vector<float>& x, std::uint64_t seed);
void fill_random(Vector<double>& x, std::uint64_t seed);

// Largest eigenvalue of the symmetric tridiagonal matrix, by bisection (Golub & Van Loan 2013, section 8.4).
double largest_tridiagonal_eigenvalue(const std::vector<double>& diagonal, const std::vector<double>& off_diagonal);

// apply(x, y) sets y = A x, precondition(r, z) sets z = M⁻¹ r, on vectors of length n.
template <class T, class Apply, class Precondition>
double estimate_largest_eigenvalue(Apply&& apply, Precondition&& precondition, std::size_t n,
                                   const EigenvalueSettings& settings = {}) {
  Vector<T> r(n), z(n), p(n), q(n);
  fill_random(r, settings.seed);
  std::vector<double> diagonal, off_diagonal;
  double rho = 0, alpha = 0, beta = 0, first = 0;
  for (int k = 0; k < settings.steps; ++k) {
    precondition(static_cast<const Vector<T>&>(r), z);
    const double rho_new = dot(r, z);
    if (k == 0) first = rho_new;
    // An exhausted Krylov space, or a preconditioner that is not positive: what was found so far stands.
    if (!(rho_new > 1e-12 * first)) break;
    beta = k == 0 ? 0 : rho_new / rho;
    rho = rho_new;
    parallel_blocks(n, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) p[i] = k == 0 ? z[i] : z[i] + static_cast<T>(beta) * p[i];
    });
    apply(static_cast<const Vector<T>&>(p), q);
    const double curvature = dot(p, q);
    if (!(curvature > 0) || !std::isfinite(curvature)) break;
    const double alpha_new = rho / curvature;
    diagonal.push_back(1 / alpha_new + (k == 0 ? 0 : beta / alpha));
    if (k > 0) off_diagonal.push_back(std::sqrt(beta) / alpha);
    alpha = alpha_new;
    axpy(-alpha, q, r);
  }
  return largest_tridiagonal_eigenvalue(diagonal, off_diagonal);
}

// Can a smoother be built on it? Not when the matrix is indefinite or not finite.
inline bool is_usable_eigenvalue(double largest) { return largest > 0 && std::isfinite(largest); }

}  // namespace knead
