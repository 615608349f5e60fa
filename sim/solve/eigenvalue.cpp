#include "solve/eigenvalue.hpp"

#include <algorithm>

namespace knead {
namespace {

// SplitMix64 (Steele, Lea & Flood 2014): a good hash of a counter.
double hash_to_number(std::uint64_t index, std::uint64_t seed) {
  std::uint64_t z = (index + 1) * 0x9e3779b97f4a7c15u + seed * 0xd1b54a32d192ed03u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  z ^= z >> 31;
  return static_cast<double>(z >> 11) * 0x1p-52 - 1.0;
}

template <class T>
void fill_random_numbers(Vector<T>& x, std::uint64_t seed) {
  parallel_blocks(x.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) x[i] = static_cast<T>(hash_to_number(i, seed));
  });
}

// Eigenvalues above `value`: the positive numbers of Sturm's sequence.
int count_above(const std::vector<double>& diagonal, const std::vector<double>& off_diagonal, double value) {
  int count = 0;
  double q = 1;
  for (std::size_t i = 0; i < diagonal.size(); ++i) {
    const double e = i == 0 ? 0 : off_diagonal[i - 1];
    q = diagonal[i] - value - e * e / q;
    if (q == 0) q = -1e-300;
    count += q > 0;
  }
  return count;
}

}  // namespace

void fill_random(Vector<float>& x, std::uint64_t seed) { fill_random_numbers(x, seed); }
void fill_random(Vector<double>& x, std::uint64_t seed) { fill_random_numbers(x, seed); }

double largest_tridiagonal_eigenvalue(const std::vector<double>& diagonal, const std::vector<double>& off_diagonal) {
  if (diagonal.empty()) return 0;
  // Gershgorin's circles
  double low = diagonal[0], high = diagonal[0];
  for (std::size_t i = 0; i < diagonal.size(); ++i) {
    const double radius =
        (i > 0 ? std::fabs(off_diagonal[i - 1]) : 0) + (i + 1 < diagonal.size() ? std::fabs(off_diagonal[i]) : 0);
    low = std::min(low, diagonal[i] - radius);
    high = std::max(high, diagonal[i] + radius);
  }
  for (int k = 0; k < 100 && high - low > 1e-14 * std::max(std::fabs(low), std::fabs(high)); ++k) {
    const double middle = 0.5 * (low + high);
    (count_above(diagonal, off_diagonal, middle) > 0 ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace knead
