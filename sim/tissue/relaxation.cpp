#include "tissue/relaxation.hpp"

#include <cassert>
#include <cmath>

namespace knead {

double prony_factor(std::span<const PronyTerm> terms, double time) {
  double factor = 1;
  for (const PronyTerm& t : terms) factor += t.g * std::expm1(-time / t.tau);
  return factor;
}

PronyStep prony_step(std::span<const PronyTerm> terms, double length) {
  assert(terms.size() <= max_prony_terms && length >= 0);
  PronyStep step;
  step.count = terms.size();
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const double x = length / terms[i].tau;
    step.decay[i] = std::exp(-x);
    step.share[i] = x > 0 ? terms[i].g * (std::isinf(x) ? 0 : -std::expm1(-x) / x) : terms[i].g;
    step.factor += step.share[i] - terms[i].g;
  }
  return step;
}

}  // namespace knead
