#pragma once
// Numerical derivatives and norms for the tests of laws.
#include <algorithm>
#include <cmath>
#include <vector>

#include "catch.hpp"
#include "sample_laws.hpp"

namespace knead {

inline double largest(const Sym3d& a) {
  double r = 0;
  for (double x : a.s) r = std::max(r, std::abs(x));
  return r;
}
inline double largest(const Sym6<double>& a) {
  double r = 0;
  for (double x : a.c) r = std::max(r, std::abs(x));
  return r;
}
inline Sym3d symmetric_part(const Mat3d& a) {
  Sym3d e;
  for (int k = 0; k < 6; ++k) e[k] = 0.5 * (a(sym3_row[k], sym3_column[k]) + a(sym3_column[k], sym3_row[k]));
  return e;
}
inline Mat3d unit(int i, int j) {
  Mat3d l = Mat3d::zero();
  l(i, j) = 1;
  return l;
}
inline double double_dot(const Mat3d& a, const Mat3d& b) { return trace(transpose(a) * b); }

// Fourth-order central difference of f at 0.
template <class F>
double derivative(const F& f, double h) {
  return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
}

inline std::vector<Mat3d> deformations() {
  Deformations random(7);
  std::vector<Mat3d> list{Mat3d::identity(), diagonal(1.3, 1.3, 0.6), diagonal(0.8, 1.1, 1.1),
                          diagonal(1.2, 1.2 + 1e-9, 0.7), diagonal(1.1, 1.1, 1.1)};
  for (int i = 0; i < 6; ++i) list.push_back(random.gradient(0.25));
  list.push_back(random.rotation() * diagonal(1.4, 1.4, 0.5) * random.rotation());
  return list;
}

// The rotated tensor Q a Qᵀ.
inline Sym3d rotated(const Mat3d& Q, const Sym3d& a) { return symmetric_part(Q * full(a) * transpose(Q)); }

// respond(F) gives a LawResponse<double>: its stress is the derivative of its energy, its tangent that of its stress,
// and the tangent is symmetric; to tolerance times (modulus + largest entry of the tangent).
template <class Respond>
void check_derivatives(const Respond& respond, const Mat3d& F, double modulus, double tolerance) {
  const double h = 2e-4;
  const auto at = respond(F);
  const double scale = modulus + largest(at.tangent);
  double stress_error = 0, tangent_error = 0, asymmetry = 0;
  const auto moved = [&](const Mat3d& l, double s) { return (Mat3d::identity() + s * l) * F; };
  for (int p = 0; p < 9; ++p) {
    const Mat3d k = unit(p / 3, p % 3);
    const double slope = derivative([&](double s) { return respond(moved(k, s)).energy; }, h);
    stress_error = std::max(stress_error, std::abs(slope - contract(at.stress, symmetric_part(k))));
    for (int q = 0; q < 9; ++q) {
      // D²Ψ[k F, l F] = d/ds P(F + s l F) : k F with P = τ F^-T
      const Mat3d l = unit(q / 3, q % 3);
      const auto difference = [&](const Mat3d& direction, const Mat3d& against) {
        return derivative(
            [&](double s) {
              const Mat3d Fs = moved(direction, s);
              const Mat3d P = full(respond(Fs).stress) * transpose(inverse(Fs));
              return double_dot(P, against * F);
            },
            h);
      };
      const double exact =
          contract(symmetric_part(k), at.tangent.contract(symmetric_part(l))) + double_dot(l * full(at.stress), k);
      tangent_error = std::max(tangent_error, std::abs(difference(l, k) - exact));
      asymmetry = std::max(asymmetry, std::abs(difference(l, k) - difference(k, l)));
    }
  }
  CHECK(stress_error < tolerance * scale);
  CHECK(tangent_error < tolerance * scale);
  CHECK(asymmetry < tolerance * scale);
}

}  // namespace knead
