#pragma once
// Polynomial smoothing for M⁻¹A with eigenvalues in (0, λmax]; A and M⁻¹ are callables, so M⁻¹ may be node blocks,
// lines or anything symmetric and positive.
//  first kind:  Chebyshev polynomial on [λmax/ratio, safety λmax] (Saad 2003, algorithm 12.1; Adams et al. 2003)
//  fourth kind: no lower bound to choose (Lottes 2023, "Optimal polynomial smoothers for multigrid V-cycles";
//               Phillips & Fischer 2022), with Lottes' optimal weights for degrees 1 to 4
#include <cstddef>
#include <vector>

#include "math/byte_count.hpp"
#include "math/vector.hpp"

namespace knead {

enum class ChebyshevKind { first, fourth };

struct ChebyshevSettings {
  ChebyshevKind kind = ChebyshevKind::first;
  int degree = 2;
  double ratio = 10;    // first kind: λmax over the smallest eigenvalue to damp
  double safety = 1.1;  // on the estimate of λmax
};

// Step k of the polynomial: d ← previous d + step M⁻¹r, x ← x + weight d.
struct ChebyshevStep {
  double previous, step, weight;
};
std::vector<ChebyshevStep> chebyshev_steps(const ChebyshevSettings& settings, double largest_eigenvalue);

template <class T>
struct ChebyshevWorkspace {
  Vector<T> residual, correction, direction, product;
  void resize(std::size_t n) { residual.resize(n), correction.resize(n), direction.resize(n), product.resize(n); }
  std::size_t bytes() const { return bytes_of(residual, correction, direction, product); }
};

// Improves x for A x = b with steps from chebyshev_steps. apply(x, y) sets y = A x; precondition(r, z) sets z = M⁻¹ r.
// With zero_start the given x is ignored and one application of A saved: the number of steps less one are made.
template <class T, class Apply, class Precondition>
void chebyshev_smooth(Apply&& apply, Precondition&& precondition, const Vector<T>& b, Vector<T>& x,
                      const std::vector<ChebyshevStep>& steps, bool zero_start, ChebyshevWorkspace<T>& w) {
  const std::size_t n = b.size();
  w.resize(n);
  const auto in_blocks = [n](auto&& f) {
    parallel_blocks(n, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) f(i);
    });
  };
  if (!zero_start) apply(static_cast<const Vector<T>&>(x), w.product);
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const T previous = static_cast<T>(steps[k].previous), step = static_cast<T>(steps[k].step),
            weight = static_cast<T>(steps[k].weight);
    // The residual of the first two steps comes from b, so that a zero start needs no copy of it.
    const Vector<T>* r = &w.residual;
    if (k == 0 && zero_start) {
      r = &b;
    } else if (k == 0) {
      in_blocks([&](std::size_t i) { w.residual[i] = b[i] - w.product[i]; });
    } else {
      apply(static_cast<const Vector<T>&>(w.direction), w.product);
      if (k == 1 && zero_start) {
        in_blocks([&](std::size_t i) { w.residual[i] = b[i] - w.product[i]; });
      } else {
        in_blocks([&](std::size_t i) { w.residual[i] -= w.product[i]; });
      }
    }
    precondition(*r, w.correction);
    if (k == 0 && zero_start) {
      in_blocks([&](std::size_t i) {
        w.direction[i] = step * w.correction[i];
        x[i] = weight * w.direction[i];
      });
    } else if (k == 0) {
      in_blocks([&](std::size_t i) {
        w.direction[i] = step * w.correction[i];
        x[i] += weight * w.direction[i];
      });
    } else {
      in_blocks([&](std::size_t i) {
        w.direction[i] = previous * w.direction[i] + step * w.correction[i];
        x[i] += weight * w.direction[i];
      });
    }
  }
}

}  // namespace knead
