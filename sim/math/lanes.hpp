#pragma once
// Lanes<T, N>: N numbers that the compiler keeps in SIMD registers. One arithmetic type for kernels that work on
// several elements at once; every kernel is a template and runs with plain double or float, too.
// Built on the vector extension of GCC and Clang: no intrinsics, any instruction set.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <type_traits>

namespace knead {

// The compiler's own vector type. It stands outside Lanes because GCC drops a dependent attribute inside the class.
template <class T, int N>
struct LaneVector {
  typedef T Type __attribute__((vector_size(N * sizeof(T))));
};

template <class T, int N>
struct Lanes {
  static_assert(std::is_floating_point_v<T>);
  static constexpr int width = N;
  using value_type = T;
  using Vector = typename LaneVector<T, N>::Type;
  Vector v;

  Lanes() = default;
  Lanes(T x) : v(Vector{} + x) {}  // NOLINT: a number is the same in every lane
  explicit Lanes(Vector x) : v(x) {}

  T operator[](int i) const { return v[i]; }
  void set(int i, T x) { v[i] = x; }

  static Lanes load(const T* from) {
    Lanes r;
    __builtin_memcpy(&r.v, from, sizeof(Vector));
    return r;
  }
  // Loads N numbers of another type, for example float storage into double arithmetic.
  template <class S>
  static Lanes load(const S* from) {
    using Other = typename LaneVector<S, N>::Type;
    Other o;
    __builtin_memcpy(&o, from, sizeof(Other));
    return Lanes(__builtin_convertvector(o, Vector));
  }
  void store(T* to) const { __builtin_memcpy(to, &v, sizeof(Vector)); }
  template <class S>
  void store(S* to) const {
    using Other = typename LaneVector<S, N>::Type;
    Other o = __builtin_convertvector(v, Other);
    __builtin_memcpy(to, &o, sizeof(Other));
  }

  friend Lanes operator+(Lanes a, Lanes b) { return Lanes(a.v + b.v); }
  friend Lanes operator-(Lanes a, Lanes b) { return Lanes(a.v - b.v); }
  friend Lanes operator*(Lanes a, Lanes b) { return Lanes(a.v * b.v); }
  friend Lanes operator/(Lanes a, Lanes b) { return Lanes(a.v / b.v); }
  friend Lanes operator-(Lanes a) { return Lanes(-a.v); }
  Lanes& operator+=(Lanes b) {
    v += b.v;
    return *this;
  }
  Lanes& operator-=(Lanes b) {
    v -= b.v;
    return *this;
  }
  Lanes& operator*=(Lanes b) {
    v *= b.v;
    return *this;
  }
  Lanes& operator/=(Lanes b) {
    v /= b.v;
    return *this;
  }

  // Comparisons give the mask that `select` takes.
  friend auto operator<(Lanes a, Lanes b) { return a.v < b.v; }
  friend auto operator>(Lanes a, Lanes b) { return a.v > b.v; }
  friend auto operator<=(Lanes a, Lanes b) { return a.v <= b.v; }
  friend auto operator>=(Lanes a, Lanes b) { return a.v >= b.v; }
};

template <class T>
inline constexpr bool is_lanes = false;
template <class T, int N>
inline constexpr bool is_lanes<Lanes<T, N>> = true;

// The plain number behind an arithmetic type.
template <class T>
struct ScalarOf {
  using type = T;
};
template <class T, int N>
struct ScalarOf<Lanes<T, N>> {
  using type = T;
};

// select(mask, a, b): a where the mask holds, b elsewhere, lane by lane.
template <class Mask, class T, int N>
Lanes<T, N> select(Mask mask, Lanes<T, N> a, Lanes<T, N> b) {
  return Lanes<T, N>(mask ? a.v : b.v);
}
inline double select(bool mask, double a, double b) { return mask ? a : b; }
inline float select(bool mask, float a, float b) { return mask ? a : b; }

// any(mask): does it hold in some lane?
inline bool any(bool mask) { return mask; }
template <class Mask>
requires(!std::is_same_v<Mask, bool>) bool any(Mask mask) {
  constexpr int n = sizeof(Mask) / sizeof(mask[0]);
  bool r = false;
  for (int i = 0; i < n; ++i) r = r || mask[i] != 0;
  return r;
}

inline bool all(bool mask) { return mask; }
template <class Mask>
requires(!std::is_same_v<Mask, bool>) bool all(Mask mask) {
  constexpr int n = sizeof(Mask) / sizeof(mask[0]);
  bool r = true;
  for (int i = 0; i < n; ++i) r = r && mask[i] != 0;
  return r;
}

// Transcendental functions run once per lane: keep them out of the operator's inner loop.
#define KNEAD_LANEWISE(name)                                \
  template <class T, int N>                                 \
  Lanes<T, N> name(Lanes<T, N> a) {                         \
    Lanes<T, N> r;                                          \
    for (int i = 0; i < N; ++i) r.v[i] = std::name(a.v[i]); \
    return r;                                               \
  }
KNEAD_LANEWISE(sqrt)
KNEAD_LANEWISE(log)
KNEAD_LANEWISE(log1p)
KNEAD_LANEWISE(exp)
KNEAD_LANEWISE(expm1)
KNEAD_LANEWISE(abs)
KNEAD_LANEWISE(cbrt)
#undef KNEAD_LANEWISE
template <class T, int N>
Lanes<T, N> pow(Lanes<T, N> a, T exponent) {
  Lanes<T, N> r;
  for (int i = 0; i < N; ++i) r.v[i] = std::pow(a.v[i], exponent);
  return r;
}
template <class T, int N>
Lanes<T, N> max(Lanes<T, N> a, Lanes<T, N> b) {
  return select(a > b, a, b);
}
template <class T, int N>
Lanes<T, N> min(Lanes<T, N> a, Lanes<T, N> b) {
  return select(a < b, a, b);
}

}  // namespace knead
