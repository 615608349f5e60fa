#pragma once
// Smoothed-aggregation multigrid for displacement matrices: Vaněk, Mandel & Brezina, "Algebraic multigrid by smoothed
// aggregation for second and fourth order elliptic problems", Computing 56 (1996); six near-null vectors per aggregate.
//
// Set up in double, cycled in float. Everything that decides a structure (aggregates, patterns) is serial or works row
// by row, so the cycle is the same bit for bit for any number of threads.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "math/vector.hpp"
#include "solve/bsr.hpp"
#include "solve/chebyshev.hpp"
#include "solve/lines.hpp"

namespace knead {

struct AmgSettings {
  // Nodes i, j are coupled when ‖A_ij‖² > threshold² ‖A_ii‖ ‖A_jj‖ (Frobenius norms). With 0 every nonzero block
  // counts.
  double strength_threshold = 0;
  ChebyshevSettings smoother{};                                 // of the finest level
  ChebyshevSettings coarse_smoother{.degree = 4, .ratio = 20};  // of the levels below, whose work is small
  int coarsest_unknowns = 600;                                  // solved directly from here on
  int max_levels = 12;
  // Most V-cycles of one application. With more than one they are the preconditioner of as many steps of conjugate
  // gradients, flexible ones with a memory of one direction (Notay, SIAM J. Sci. Comput. 22 (2000), FCG(1)); the
  // application is not linear then.
  int cycles = 1;
  // The step is the last that lowers the energy xᵀAx/2 − bᵀx by less than this share of what all steps have.
  double last_gain = 0;
};

struct AmgLevel {
  std::int64_t unknowns = 0;
  std::int64_t nonzeros = 0;      // numbers stored in the matrix of the level
  double largest_eigenvalue = 0;  // of the smoother's M⁻¹A; 0 on the coarsest level
};

class Amg {
 public:
  // a: symmetric, positive (semi)definite, see definite(). Held unknowns are rows and columns of the identity; a node
  // may be held in part. near_null_space: 6 numbers for each of the 3 n unknowns, row by row (rigid_body_modes); held
  // unknowns are masked here. lines: when given, the finest level is smoothed along them (couplings to the next two
  // nodes), not by node blocks; nodes in no line are smoothed by their blocks.
  Amg(const BlockMatrix<double, 3>& a, const Vector<double>& near_null_space, const AmgSettings& settings = {},
      const LineList& lines = {});
  ~Amg();
  Amg(Amg&&) noexcept;
  Amg& operator=(Amg&&) noexcept;

  // New values in the same pattern, with the same unknowns held: aggregates and prolongators stay.
  void rebuild(const BlockMatrix<double, 3>& a);

  // false: a level has no positive eigenvalue, because A is indefinite or not finite; there is nothing to apply then.
  bool definite() const;

  // x ≈ A⁻¹ b by at most settings.cycles symmetric V-cycles from zero.
  void apply(const Vector<float>& b, Vector<float>& x);
  // The same for vectors of doubles; b is scaled to norm one on the way, so its size does not matter.
  void precondition(const Vector<double>& b, Vector<double>& x);

  const std::vector<AmgLevel>& levels() const;
  // Numbers stored on all levels over those on the finest.
  double operator_complexity() const;
  // Of all levels but the factor of the coarsest.
  std::size_t bytes() const;
  // Wall time that cycles have spent below the finest level, s.
  double seconds_below_finest() const;
  // One line of text per level.
  std::string table() const;

 private:
  struct Hierarchy;
  std::unique_ptr<Hierarchy> hierarchy_;
};

}  // namespace knead
