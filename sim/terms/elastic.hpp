#pragma once
#include <array>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "body/body.hpp"
#include "body/locate.hpp"
#include "fem/cell_batches.hpp"
#include "math/vector.hpp"
#include "terms/stress_history.hpp"

namespace knead {

// The mixed mechanical problem inside the tissue (docs/theory.md, "The mixed problem"): unknowns u (3 a node, m) and p
// (4 a cell, Pa, in the basis {1, φ1, φ2, φ3}: linear in rest coordinates, orthogonal, ∫φi φj = V δij).
//   r_u = ∫ P : ∇δu           with P = ∂Ψ/∂F - p J F^-T
//   r_p = -∫ δp (J - J*(p))
// evaluate() computes both and, when asked, caches the tangent at every quadrature point in single precision; the
// products below use that cache and never assemble a matrix.
class Elastic {
 public:
  explicit Elastic(const Body& body);

  // The end of a step, s: activation of the muscle fibres, and what relaxes since the last commit().
  void set_time(double time);
  // Mounting: weight, pre-stretch of the layers and activation act with this share, 0 … 1, and everything relaxes until
  // the next set_time(). The share stays; it is 1 unless this is called.
  void set_mounting(double share);
  bool needs_mounting() const { return needs_mounting_; }
  // Weight and its moment about the origin at displacement u, N and N m.
  void weight(const Vector<double>& u, Vec3d& force, Vec3d& moment) const;
  // The state at that time is accepted.
  void commit(const Vector<double>& u);
  // What a restart needs: nothing when no tissue relaxes.
  std::vector<double> history() const;
  void set_history(std::span<const double> values);

  struct Outcome {
    bool valid = true;        // J > 0 (and J* defined) at every quadrature point, energy finite
    int worst_cell = -1;      // cell with the smallest J
    double min_jacobian = 1;  // smallest J
    double energy = 0;        // ∫ Ψ - p (J - 1) - G(p), J
  };
  // ru gets r_u (3 a node), rp gets r_p (4 a cell). When the state is not valid, both are unspecified and no tangent is
  // cached.
  Outcome evaluate(const Vector<double>& u, const Vector<double>& p, Vector<double>& ru, Vector<double>& rp,
                   bool linearise);

  // Products with the cached tangent. With B = K_pu, M = V, γ the augmentation modulus:
  //   augmented: yu = (K_uu + γ Bᵀ M⁻¹ B) u + (Bᵀ + γ Bᵀ M⁻¹ K_pp) p,  yp = B u + K_pp p
  void apply_augmented(const Vector<double>& u, const Vector<double>& p, Vector<double>& yu, Vector<double>& yp) const;
  // plain: the same with γ = 0 (tests, inhomogeneous boundary values).
  void apply(const Vector<double>& u, const Vector<double>& p, Vector<double>& yu, Vector<double>& yp) const;
  //   yu = (K'_uu + γ Bᵀ M⁻¹ B) u with K' = K without the -p ∂²J/∂F² term: symmetric positive, for the preconditioner.
  void apply_positive(const Vector<float>& u, Vector<float>& yu) const;
  void apply_positive(const Vector<double>& u, Vector<double>& yu) const;
  //   yu = (Bᵀ + γ Bᵀ M⁻¹ K_pp) p
  void apply_pressure_columns(const Vector<float>& p, Vector<float>& yu) const;
  // ru += γ Bᵀ M⁻¹ rp: what the augmentation does to a right-hand side.
  void augment_right_hand_side(const Vector<double>& rp, Vector<double>& ru) const;

  // Blocks of apply_positive's matrix for the smoothers and the coarse level.
  // Calls add(cell, a, b, block[9]) for every pair of local nodes a >= b on one through-thickness edge line (a % 9 == b
  // % 9).
  struct LineBlocks {
    // blocks[cell][column 0…8][pair: 00, 10, 11, 20, 21, 22][9], float: rows of node a, columns of node b.
    Vector<float> values;
  };
  void line_blocks(LineBlocks& out) const;
  // Element matrices of the trilinear (Q1) Galerkin coarse level: their lower 3x3 blocks, [cell][36][9], rows of corner
  // a, columns of corner b <= a at a (a + 1)/2 + b.
  static constexpr std::size_t corner_matrix_size = std::size_t{36} * 9;
  void corner_matrices(Vector<double>& out) const;
  // Block (a, b) of such a matrix, 9 numbers row by row.
  static std::array<double, 9> corner_block(const double* matrix, int a, int b);
  // A cell with up to 15 of its quadratic functions beside the trilinear ones, each along one direction.
  struct EnrichedCell {
    static constexpr int max_extra = 15, size = 24 + max_extra;
    int cell = -1;
    int num_extra = 0;
    std::array<int, max_extra> node{};  // local, 0…26
    std::array<Vec3d, max_extra> direction{};
  };
  // What corner_matrices() lacks for them: [cells][max_extra][size], a row for each of those functions, the 24
  // trilinear unknowns first; rows and columns that are not there are 0.
  void enriched_rows(std::span<const EnrichedCell> cells, Vector<double>& out) const;
  // The same for lines on the coarse level come from the assembled matrix itself.

  // Modulus by which the pressure of each cell is scaled so that its equation is a force: μ/h, Pa/m (from the rest
  // state).
  const Vector<double>& pressure_scale() const { return pressure_scale_; }
  // Shear modulus of a cell's present tangent, Pa: a mean over its quadrature points (docs/theory.md, "Augmentation").
  double local_modulus(int cell) const { return local_modulus_[static_cast<std::size_t>(cell)]; }
  // 1/α M⁻¹ of the Schur complement's approximation: z_p = -schur[cell] r_p, per cell (docs/theory.md).
  const Vector<double>& schur_inverse() const { return schur_inverse_; }

  int num_nodes() const { return batches_.num_nodes; }
  int num_cells() const { return batches_.num_cells; }
  const CellBatches& batches() const { return batches_; }
  const Vector<double>& cell_volume() const { return cell_volume_; }
  std::size_t tangent_bytes() const { return point_data_.size() * sizeof(float); }
  std::size_t history_bytes() const { return history_.bytes() + fibre_history_.bytes(); }
  // Scratch of the products, in each precision.
  std::size_t scratch_bytes() const { return bytes_of(partial_, partial_float_); }
  // What it holds for each cell besides: nodes, pressure basis, moduli.
  std::size_t cell_bytes() const {
    return batches_.bytes() + bytes_of(pressure_basis_, cell_volume_, pressure_scale_, schur_inverse_) +
           bytes_of(local_modulus_, place_of_cell_, cell_data_);
  }

  // Stress and strain at a point: Pa, Pa, 1, J/m³, 1, 1, Pa, 1.
  struct PointFields {
    double tissue_pressure, von_mises, max_shear_strain, strain_energy_density, volume_ratio;
    double fibre_stretch;  // 1 where neither a muscle nor a tissue's law has fibres
    Sym3d cauchy_stress, green_lagrange_strain;
  };
  PointFields fields_at(const Vector<double>& u, const Vector<double>& p, const MaterialPoint& at) const;
  // What is recorded of them, by its name.
  struct PointField {
    const char* name;
    int components;  // 1, 3 (principal values, largest first) or 6 (xx, yy, zz, xy, yz, xz)
    void (*value)(const PointFields& at, double* out);
  };
  static const PointField* find_point_field(const std::string& name);  // nullptr: none of them
  // At the centres of the eight sub-hexahedra of every cell: [cell][8][component] by name. names: as find_point_field()
  // knows them.
  using Fields = std::map<std::string, std::vector<double>>;
  Fields fields(const Vector<double>& u, const Vector<double>& p, const std::vector<std::string>& names) const;

 private:
  template <class T, int mode>
  void apply_kernel(const typename ScalarOf<T>::type* u, const typename ScalarOf<T>::type* p,
                    typename ScalarOf<T>::type* yu, typename ScalarOf<T>::type* yp) const;

  bool has_history() const;
  void set_history_step(double length);  // s, as StressHistory::set_step()
  // Of muscle fibres, now, at a quadrature point (its place among all points) of a tissue.
  double activation_at(std::size_t tissue, std::size_t point) const {
    return share_ * (region_activation_.empty() ? activation_[tissue] : region_activation_[body_->region[point]]);
  }
  FibrePoint<Lanes<double, 8>> fibres_at(const int* cells, int q, const Lanes<double, 8>& ratio) const;
  double present_stretch(std::size_t tissue) const { return 1 + share_ * (body_->tissues[tissue].pre_stretch - 1); }
  void add_weight();
  // The ten numbers of a cell's pressure basis; slot: batch * batch_width + lane.
  void pressure_basis_of(std::size_t slot, double* basis) const;

  const Body* body_;
  std::vector<double> activation_, region_activation_;  // by tissue, by region (empty: by tissue), now
  double time_ = 0, committed_time_ = 0;
  bool needs_mounting_ = false;
  double share_ = 1;     // of weight and pre-stretch
  Vector<double> load_;  // weight at the nodes, N, 3 a node; empty without gravity
  CellBatches batches_;
  StressHistory history_, fibre_history_;  // of the matrices, of their fibres
  // Pressure basis of each cell: centre (3), lower-triangular transform (6), volume (1); [batch][10][lane].
  Vector<double> pressure_basis_;
  Vector<double> cell_volume_, pressure_scale_, schur_inverse_, local_modulus_;
  std::vector<int> place_of_cell_;  // batch * batch_width + lane
  Vector<float> point_data_;        // [batch][27][first and 27][second fields][lane], padding
  Vector<float> cell_data_;         // [batch][K_pp (10), γ/V][lane]
  mutable Vector<double> partial_;  // of CellBatches
  mutable Vector<float> partial_float_;
};

}  // namespace knead
