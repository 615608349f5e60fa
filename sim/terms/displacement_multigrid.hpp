#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "body/mesh.hpp"
#include "fem/surface_matrix.hpp"
#include "math/byte_count.hpp"
#include "math/vector.hpp"
#include "solve/amg.hpp"
#include "solve/banded_lines.hpp"
#include "solve/bsr.hpp"
#include "solve/chebyshev.hpp"
#include "terms/corner_transfer.hpp"
#include "terms/elastic.hpp"

namespace knead {

struct MultigridSettings {
  ChebyshevSettings smoother{.kind = ChebyshevKind::first, .degree = 4, .ratio = 12, .safety = 1.1};
  AmgSettings amg{.smoother{.degree = 4, .ratio = 30}, .cycles = 8, .last_gain = 0.02};
};

// What a multigrid has spent its time on since it was made, wall time in s.
struct MultigridSeconds {
  // Set-up.
  double lines = 0;        // matrices of the lines and their factors
  double eigenvalue = 0;   // of the smoother
  double coarse = 0;       // matrix of the trilinear level
  double aggregation = 0;  // smoother of that level and everything below it
  // Cycles.
  double cycles = 0;         // all of it, of which
  double fine_operator = 0;  // products on Q2
  double line_solves = 0;    // the smoother's
  double transfer = 0;       // between Q2 and Q1
  double coarse_levels = 0;  // Q1 and below (Amg::seconds_below_finest)
};

// One V-cycle for the displacement block: Q2 with Chebyshev over through-thickness lines, then trilinear elements (Q1)
// on the same cells, smoothed along the same lines, then smoothed aggregation (docs/theory.md, "Preconditioner"). The
// matrix is the positive part of the tangent: without the pressure's geometric term, with the augmentation. All in
// single precision; bit-identical for any number of threads.
class DisplacementMultigrid {
 public:
  // held: per node, bits 0…2 = x, y, z is held.
  DisplacementMultigrid(const Mesh& mesh, const std::vector<std::uint8_t>& held,
                        const MultigridSettings& settings = {});

  // Takes new values from the tangent that `elastic` holds and from the surface terms. Both must outlive the next
  // cycle. False when the matrix has no usable largest eigenvalue (not finite, not positive).
  bool update(const Elastic& elastic, const SurfaceMatrix& surface);

  // Drops what earlier matrices left behind (aggregates, prolongators): the next update starts from nothing.
  void forget() { amg_.reset(); }

  // z ≈ A⁻¹ r; r and z have 3 numbers a node. Held unknowns of r are ignored, those of z become zero.
  void vcycle(const Vector<float>& r, Vector<float>& z);

  // y = A x with held rows and columns taken out.
  void apply(const Vector<float>& x, Vector<float>& y) const;

  std::int64_t boosted_pivots() const { return boosted_pivots_; }
  double largest_eigenvalue() const { return largest_eigenvalue_; }
  const Amg& amg() const { return *amg_; }
  // Of the coarse level, Pᵀ A P, N/m; held unknowns are rows and columns of the identity.
  const BlockMatrix<double, 3>& corner_matrix() const { return corners_; }
  const CornerTransfer& transfer() const { return transfer_; }
  std::int64_t num_fine_applications() const { return num_applications_; }
  const MultigridSeconds& seconds() const { return seconds_; }
  // What it holds, without the mesh.
  std::vector<MemoryPart> memory() const;
  // Zero where held, one elsewhere; 3 a node.
  const Vector<float>& mask() const { return mask_; }

 private:
  void assemble_lines(const Elastic::LineBlocks& line_blocks);
  void assemble_corners(const Vector<double>& corner_matrices);
  void add_bent_cells(const Vector<double>& corner_matrices);
  // Index of the bending of a cell's local node, −1 where it has none.
  int bending_of(int cell, int local_node) const {
    return transfer_.bending_of_node(mesh_.cells[static_cast<std::size_t>(cell)][static_cast<std::size_t>(local_node)]);
  }

  const Mesh& mesh_;
  MultigridSettings settings_;
  const Elastic* elastic_ = nullptr;
  const SurfaceMatrix* surface_ = nullptr;
  NonzeroBlocks surface_blocks_;  // of surface_
  Vector<float> mask_;

  // Lines on Q2: which (cell, column) pairs meet each line.
  BandedLines lines_;
  std::vector<int> line_cell_offset_, line_cell_;  // entries are 9 * cell + column
  std::vector<ChebyshevStep> steps_;

  // Q1.
  CornerTransfer transfer_;
  std::vector<int> corner_cell_offset_, corner_cell_;  // cells that do not bend; entries are 8 * cell + corner
  BlockMatrix<double, 3> corners_;
  Vector<double> near_null_space_;
  LineList corner_lines_;
  std::optional<Amg> amg_;

  ChebyshevWorkspace<float> workspace_;
  Vector<float> residual_, coarse_rhs_, coarse_solution_, masked_;
  std::int64_t boosted_pivots_ = 0;
  double largest_eigenvalue_ = 0;
  mutable std::int64_t num_applications_ = 0;
  MultigridSeconds seconds_;
};

}  // namespace knead
