#pragma once
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "applicator/applicator.hpp"
#include "applicator/motion.hpp"
#include "math/sparse_nodes.hpp"
#include "terms/contact_point.hpp"
#include "terms/contact_quadrature.hpp"
#include "terms/surface_term.hpp"

namespace knead {

struct ContactSettings {
  std::string name = "contact";
  ContactLaw law;
  int points_per_direction = 4;  // Gauss points along each side of a face, at least 4
  bool hard = false;             // no pad: the stiffness is a penalty, and multipliers take the penetration away
  double penetration = 1e-3;     // of a hard applicator that may remain, over the size of the element there
  // Rolls about its own +y, round which the shape must be round, with this radius, m. 0: it does not turn.
  double rolling_radius = 0;

  // The law of an applicator; tangential stiffness as a share of the normal one, at most 10. An incompressible pad
  // shears at G/h = k/3.
  static ContactSettings of(const Applicator& applicator, double tangential_share = 1.0 / 3);
};

// One quadrature point in contact, for output and measures.
struct ContactPoint {
  int face = 0;                    // index into faces()
  Vec3d position{{0, 0, 0}};       // now, m
  double rest_area = 0, area = 0;  // that it stands for, at rest and now, m²
  double gap = 0;                  // m
  double pressure = 0;             // per current area, Pa
  Vec3d shear{{0, 0, 0}};          // friction on the skin, per current area, Pa
  bool sliding = false;
};

struct ContactSummary {
  double area = 0;                                      // current area in contact, m²
  double peak_pressure = 0;                             // per current area, Pa
  double mean_pressure = 0;                             // over the area
  double pressure_95 = 0;                               // 95th percentile over the area
  double peak_shear = 0, mean_shear = 0, shear_95 = 0;  // of its magnitude, Pa
  double largest_penetration = 0;                       // m
};

// A field on the skin's nodes; zero away from contact, gap everywhere (m).
struct ContactNodes {
  std::vector<int> node;         // mesh node numbers, ascending
  std::vector<double> pressure;  // Pa
  std::vector<Vec3d> shear;      // Pa
  std::vector<double> gap;       // m
  std::vector<double> area;      // current area each node stands for, m²: Σ pressure · area is ∫ p da
};

// Rigid applicator on nine-node skin faces (numerics: section 3). Its pose comes from set_pose or from a motion through
// set_time, its travel d along the pressing axis from the unknown `travel_index`, or from set_travel when that is −1.
// One that rolls with radius r has turned about b, its own +y, by (rolled + s)/r: `rolled` is the way along the path
// and the unknown `roll_index`, the creep s, what the skin makes of it; its equation is the balance of moments about b.
// Symbols: x = X + u place of a skin point, c = position + d a, y = Rᵀ (x − c) the same in own axes, a the pressing
// axis; v = a and v = b × (x − c)/r the velocities of the applicator's points with d and s.
class Contact : public SurfaceTerm {
 public:
  // points: rest positions of the mesh nodes, m. faces: nodes of the skin faces, r × s outwards. Indices: of the
  // unknowns among those that evaluate gets.
  Contact(const std::vector<Vec3d>& points, std::vector<std::array<int, 9>> faces, Shape shape,
          ContactSettings settings, int travel_index, int roll_index = -1);

  std::string name() const override { return settings_.name; }
  std::vector<std::array<int, 9>> faces() const override { return faces_; }
  bool symmetric() const override { return settings_.law.friction.coefficient == 0; }

  void set_motion(std::shared_ptr<const Motion> motion) { motion_ = std::move(motion); }
  void set_time(double time) override;  // sets the pose of the motion, if there is one
  // The first pose also starts the history, with the body at rest and no travel; begin() says otherwise.
  void set_pose(const ApplicatorPose& pose);
  const ApplicatorPose& pose() const { return next_pose_; }
  int travel_index() const { return travel_index_; }
  void set_travel(double travel) { travel_ = travel; }  // prescribed, for travel_index −1, m
  double travel() const { return travel_; }             // of the last evaluate, m
  bool rolls() const { return settings_.rolling_radius > 0; }
  int roll_index() const { return roll_index_; }
  double creep() const { return creep_; }              // s of the last evaluate, m
  const Mat3d& rotation() const { return rotation_; }  // own axes to body axes at the last evaluate

  // Makes u and travel, at the present pose, the start of the step: no elastic slip.
  void begin(const Vector<double>& u, double travel);

  void evaluate(const Vector<double>& u, std::span<const double> scalars, Vector<double>& r, SurfaceMatrix* full,
                SurfaceMatrix* positive) override;

  // ---- after evaluate --------------------------------------------------------------------------------------------
  double energy() const override { return energy_; }  // stored normal energy, J
  bool in_contact() const { return num_active_ > 0; }
  int num_active() const { return num_active_; }
  // Per point, in the order of the faces: 0 open, 1 sticking, 2 sliding (or without friction).
  std::vector<char> phases() const;
  Vec3d force() const { return force_; }                                       // of the applicator on the body, N
  Vec3d moment(const Vec3d& about) const;                                      // of that force, N m
  double force_along_pressing() const { return dot(force_, pose_.pressing); }  // F = ∂Π/∂d + friction along a, N

  // Moment of the skin on the applicator about b over the radius, N: what turns it forwards.
  double rolling_force() const { return rolling_force_; }

  // The rows of the Newton system that d and s have: F = ∂Π/∂d + friction along a, and T, minus rolling_force().
  struct Border {
    SparseNodes column;                  // ∂r_u/∂d or ∂r_u/∂s, N/m
    SparseNodes row;                     // ∂F/∂u or ∂T/∂u, N/m
    double by_travel = 0, by_creep = 0;  // ∂F or ∂T by d and s, N/m
  };
  const Border& travel_border() const { return borders_[0]; }
  const Border& creep_border() const { return borders_[1]; }
  double travel_stiffness() const { return borders_[0].by_travel; }  // ∂F/∂d, N/m

  std::vector<ContactPoint> points() const;  // those in contact, in the order of the faces
  ContactSummary summary() const;
  ContactNodes nodal_projection() const;
  double friction_energy() const;  // stored in elastic slip, J
  // Lost in friction up to the last commit, J; never falls.
  double friction_work() const { return friction_work_; }

  // Travel at which the skin, held at displacement u, would carry `force` (N, frictionless) along the pressing axis at
  // the present pose: where to start force control after an approach. For force 0 the travel of the first touch.
  // Empty when the applicator passes the skin without meeting it.
  std::optional<double> travel_for_force(const Vector<double>& u, double force) const;
  // Travel of the first touch of the undeformed skin along the pressing axis at the present pose, m; empty when the
  // applicator passes it.
  std::optional<double> touch_travel() const;

  // Augmented Lagrangian with one multiplier a node: λ ← ⟨λ − k ḡ⟩ with ḡ the mean of min(g, λ/k) around the node at
  // the last evaluate. Returns the largest |ḡ|, m. Solve again until it is small enough.
  double augment();
  // Largest |ḡ| over the size of the elements there (root of a face's rest area), of the last evaluate.
  double relative_penetration() const;
  // Does this applicator sink in, or stand off, by more than a hard one may?
  bool needs_augmentation() const { return settings_.hard && relative_penetration() > settings_.penetration; }
  bool hard() const { return settings_.hard; }
  double smallest_face() const {
    return *std::min_element(node_size_.begin(), node_size_.end());
  }  // root of its area, m
  // The step is given up: multipliers are again those of its start.
  void reject();
  void clear_multipliers();

  void commit() override;
  std::vector<double> history() const override;  // eleven numbers a point, one a node, and the friction work
  void set_history(std::span<const double> values) override;

 private:
  struct FaceResult;
  Vec3d to_own_axes(const Vec3d& x) const { return to_own_ * (x - centre_); }
  Vec3d point_position(std::size_t face, std::size_t point) const;  // now, m
  void place(const Vector<double>& u, double travel, double creep);
  std::array<Vec3d, 9> face_positions(std::size_t face) const;
  bool may_touch(const std::array<Vec3d, 9>& x) const;
  double present_area(std::size_t face, std::size_t point) const;  // that the point stands for, m²
  void spread_multipliers();                                       // from the nodes to the points
  void end_multipliers();                                          // of nodes without contact, when a step is accepted
  // ḡ = ∫ h min(g, λ/k) dA₀ / ∫ h dA₀ of each node, h its hat function, m: minus the derivative of the energy by its
  // multiplier, and continuous where contact ends. 0 where the multiplier is at its lower limit.
  std::vector<double> mean_gaps() const;
  void evaluate_face(std::size_t face, bool with_tangent, FaceResult& result);
  std::size_t index(std::size_t face, std::size_t point) const { return face * num_points_ + point; }

  std::vector<std::array<int, 9>> faces_;
  Shape shape_;
  ContactSettings settings_;
  int travel_index_, roll_index_;
  FaceRule rule_;
  std::size_t num_points_;                       // per face
  std::vector<int> nodes_;                       // on the faces, ascending
  std::vector<std::array<int, 9>> local_faces_;  // the faces, by index into nodes_
  std::vector<Vec3d> rest_;                      // rest positions of nodes_, m
  std::vector<double> weight_;                   // reference area of each point, m²
  std::vector<double> node_size_;                // root of the reference area of the smallest face at a node, m
  std::vector<double> node_area_;                // reference area that a node stands for, m²

  std::shared_ptr<const Motion> motion_;
  ApplicatorPose next_pose_, pose_;  // the one set, and that of the last evaluate
  Mat3d rotation_ = Mat3d::identity(), to_own_ = Mat3d::identity();
  Vec3d centre_{{0, 0, 0}};
  double travel_ = 0, creep_ = 0;
  bool has_history_ = false;

  std::vector<Vec3d> now_;             // positions of nodes_ at the last evaluate, m
  std::vector<ContactMemory> memory_;  // per point
  std::vector<double> multiplier_;     // λ per node, Pa
  std::vector<double> multiplier_n_;   // the same at the start of the step
  std::vector<ContactState> state_;    // per point, of the last evaluate
  std::vector<char> evaluated_;        // per face: was it near enough at the last evaluate?
  std::vector<char> has_multipliers_;  // per face
  double energy_ = 0, friction_work_ = 0, rolling_force_ = 0;
  int num_active_ = 0;
  Vec3d force_{{0, 0, 0}}, moment_{{0, 0, 0}};  // moment about the origin
  std::array<Border, 2> borders_;               // of travel and creep
};

}  // namespace knead
