#pragma once
// Long vectors and the only reductions in Knead. Sums are formed over blocks of fixed size and the block sums added in
// order, so every result is the same bit for bit for any number of threads.
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <vector>

#include "base/memory.hpp"

namespace knead {

// Allocates on cache-line boundaries; leaves memory untouched until it is written (first touch by the thread that uses
// it).
template <class T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U>&) {}  // NOLINT
  T* allocate(std::size_t n) { return static_cast<T*>(allocate_aligned(n * sizeof(T))); }
  void deallocate(T* p, std::size_t n) { free_aligned(p, n * sizeof(T)); }
  template <class U>
  bool operator==(const AlignedAllocator<U>&) const {
    return true;
  }
};

template <class T>
using Vector = std::vector<T, AlignedAllocator<T>>;

inline constexpr std::size_t reduction_block = 2048;

// Calls f(begin, end) for every block of [0, n), blocks in parallel.
template <class F>
void parallel_blocks(std::size_t n, F&& f) {
  const auto num_blocks = static_cast<long>((n + reduction_block - 1) / reduction_block);
#pragma omp parallel for schedule(static)
  for (long b = 0; b < num_blocks; ++b) {
    const std::size_t begin = static_cast<std::size_t>(b) * reduction_block;
    f(begin, begin + reduction_block < n ? begin + reduction_block : n);
  }
}

// Σ over blocks of f(begin, end), added in block order.
template <class F>
double reduce_blocks(std::size_t n, F&& f) {
  const auto num_blocks = static_cast<long>((n + reduction_block - 1) / reduction_block);
  std::vector<double> partial(static_cast<std::size_t>(num_blocks));
#pragma omp parallel for schedule(static)
  for (long b = 0; b < num_blocks; ++b) {
    const std::size_t begin = static_cast<std::size_t>(b) * reduction_block;
    partial[static_cast<std::size_t>(b)] = f(begin, begin + reduction_block < n ? begin + reduction_block : n);
  }
  double sum = 0;
  for (double x : partial) sum += x;
  return sum;
}

// Sum of products in eight fixed interleaved partial sums: vectorisable without reassociation by the compiler.
template <class A, class B>
double dot(const Vector<A>& a, const Vector<B>& b) {
  return reduce_blocks(a.size(), [&](std::size_t begin, std::size_t end) {
    double s[8] = {};
    std::size_t i = begin;
    for (; i + 8 <= end; i += 8)
      for (std::size_t k = 0; k < 8; ++k) s[k] += static_cast<double>(a[i + k]) * static_cast<double>(b[i + k]);
    for (std::size_t k = 0; i < end; ++i, ++k) s[k] += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]));
  });
}
template <class A>
double norm(const Vector<A>& a) {
  return std::sqrt(dot(a, a));
}

// y += alpha x
template <class A, class B>
void axpy(double alpha, const Vector<A>& x, Vector<B>& y) {
  parallel_blocks(y.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) y[i] += static_cast<B>(static_cast<B>(alpha) * static_cast<B>(x[i]));
  });
}
template <class A>
void scale(double alpha, Vector<A>& x) {
  parallel_blocks(x.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) x[i] *= static_cast<A>(alpha);
  });
}
template <class A>
void fill(Vector<A>& x, double value) {
  parallel_blocks(x.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) x[i] = static_cast<A>(value);
  });
}
template <class A, class B>
void copy(const Vector<A>& from, Vector<B>& to) {
  parallel_blocks(from.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) to[i] = static_cast<B>(from[i]);
  });
}

}  // namespace knead
