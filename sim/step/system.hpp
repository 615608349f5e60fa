#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "applicator/motion.hpp"
#include "body/body.hpp"
#include "fem/surface_matrix.hpp"
#include "math/byte_count.hpp"
#include "solve/fgmres.hpp"
#include "solve/newton.hpp"
#include "terms/contact.hpp"
#include "terms/displacement_multigrid.hpp"
#include "terms/elastic.hpp"
#include "terms/suction.hpp"
#include "terms/surface_term.hpp"

namespace knead {

// The unknowns of the mechanical problem.
struct Unknowns {
  Vector<double> u;  // 3 a node, m
  Vector<double> p;  // 4 a cell, Pa
  // Travel of each applicator along its pressing axis, m; then the creep of each that rolls and the suction of each cup
  // as Suction has it, m.
  std::vector<double> scalars;
};

// A displacement component that is held or moved: node * 3 + component, and its value over time (m).
struct PrescribedComponent {
  std::size_t index = 0;
  std::function<double(double)> value;  // empty means zero
};

// An applicator in the system: its contact term, the gas in it if it is a cup, and who moves it.
struct PressedApplicator {
  std::string name;
  std::unique_ptr<Contact> contact;
  std::shared_ptr<const Motion> motion;
  std::unique_ptr<Suction> suction{};

  // Of the hand along the pressing axis at the last evaluate, N: a cup's rim carries the pull of its gas, too.
  double force_along_pressing() const {
    return contact->force_along_pressing() + (suction ? dot(contact->pose().pressing, suction->force()) : 0.0);
  }
};

struct SystemSettings {
  NewtonSettings newton{};
  MultigridSettings multigrid{};
  int max_augmentations = 25;  // rounds of multipliers that hard applicators may take in a step
  int max_krylov = 200;
  int restart = 60;
};

// The equation that is furthest from its limit.
struct WorstResidual {
  enum class Equation { force, balance, volume, travel, roll, suction };
  Equation equation = Equation::force;
  std::size_t index = 0;  // node, direction, element or applicator
  double excess = 0;      // residual over its limit: converged when no equation is above 1
};

struct NewtonReport {
  bool converged = false;
  int newton_iterations = 0;  // of all rounds
  int longest_round = 0;      // most iterations between two augmentations
  int krylov_iterations = 0;
  int preconditioners = 0;        // built
  int augmentations = 0;          // rounds of multipliers of hard applicators
  std::vector<double> residuals;  // scaled norms, N
  // Beside each residual: contact points that have opened, closed, begun to slide or to stick since the one before it;
  // -1 where a round begins.
  std::vector<int> contact_changes;
  std::vector<int> krylov_counts;
  std::string reason;    // why it stopped, when it did not converge
  bool stopped = false;  // because it was asked to
  WorstResidual worst;   // of the last state
  int worst_cell = -1;
  double min_jacobian = 1;
};

// What the solver spent its time on since the system was made, wall time in s.
struct SolverSeconds {
  double tissue = 0;          // residual and tangent of the tissue
  double surfaces = 0;        // the same of contact, membranes, supports and loads
  double preconditioner = 0;  // its set-up
  double krylov = 0;          // linear solves with it

  double sum() const { return tissue + surfaces + preconditioner + krylov; }
};

// Force balance of the last converged state, N: what the applicators push, what each holder of the body pushes back.
struct ForceBalance {
  Vec3d applied{{0, 0, 0}};
  Vec3d applied_moment{{0, 0, 0}};
  Vec3d weight{{0, 0, 0}};             // of the body, when it has one
  std::vector<Vec3d> reaction;         // per Body::holders, then per support
  std::vector<Vec3d> reaction_moment;  // about the origin of the axes
  double imbalance = 0;                // |applied + weight + Σ reactions|, N
  double force_error = 0;              // the same over the largest of them
  double moment_error = 0;
  double energy = 0;  // of the whole system in the mixed form, J
};

// All terms together as one nonlinear system r(u, p, scalars) = 0, and Newton's method on it.
class System {
 public:
  System(std::shared_ptr<const Body> body, std::vector<std::unique_ptr<SurfaceTerm>> terms,
         std::vector<PressedApplicator> applicators, std::vector<PrescribedComponent> prescribed,
         const SystemSettings& settings = {});

  Unknowns rest() const;  // everything zero
  // Loads, poses and controls of a moment; last_travel: travel of each applicator when its force control ended.
  void set_time(double time, const std::vector<double>& last_travel);
  // Until the next set_time() the applicator stands at this travel, m, whatever its motion says.
  void prescribe_travel(std::size_t applicator, double travel);
  // Loads of the mounting, 0 … 1, at the moment that set_time() has set: Elastic::set_mounting().
  void set_mounting(double share) {
    elastic_.set_mounting(share);
    for (auto& t : terms_) t->set_relaxed();
  }
  // Newton from x, which becomes the solution; where hard applicators sink in, again with new multipliers until they do
  // not. On failure x is unspecified and the multipliers are those of the start of the step.
  NewtonReport solve(Unknowns& x);
  // A solution is not taken: the multipliers are again those of the start of the step. A failed solve does this itself.
  void reject();
  // The step is accepted with this solution: contact history, relaxing tissue and the like move on.
  void commit(const Unknowns& x);
  // Both the straight and the resumed run call this at a checkpoint: nothing is carried over from earlier steps.
  void forget();

  void set_forcing(const ForcingSettings& forcing) { settings_.newton.forcing = forcing; }
  // Solves end without convergence, before their next Newton iteration, as soon as this is not 0; null: never.
  void set_stop(const std::atomic<int>* stop) { stop_ = stop; }
  void set_reuse(const ReuseSettings& reuse) { settings_.newton.reuse = reuse; }

  ForceBalance balance(const Unknowns& x);

  const Body& body() const { return *body_; }
  Elastic& elastic() { return elastic_; }
  std::vector<PressedApplicator>& applicators() { return applicators_; }
  const std::vector<std::unique_ptr<SurfaceTerm>>& terms() const { return terms_; }
  const std::vector<PrescribedComponent>& prescribed() const { return prescribed_; }
  const DisplacementMultigrid& multigrid() const { return multigrid_; }
  const SolverSeconds& seconds() const { return seconds_; }
  // What a solve holds, the mesh included; vectors of the caller are not.
  std::vector<MemoryPart> memory() const;
  std::size_t num_unknowns() const { return mask_.size() + elastic_.pressure_scale().size() * 4 + scalars_.size(); }
  std::size_t num_displacement_unknowns() const { return mask_.size(); }
  double smallest_force() const { return smallest_force_; }  // below it forces are rounding, N
  bool force_controlled(std::size_t applicator) const { return scalars_[applicator].free; }

  // The pieces, for tests and benchmarks.
  struct Residual {
    Vector<double> u, p;
    std::vector<double> scalars;
    bool valid = true;
    int worst_cell = -1;
    double min_jacobian = 1;
    double force_scale = 0;  // largest nodal force of the tissue, N
    double energy = 0;
  };
  void evaluate(const Unknowns& x, bool linearise, Residual& r);
  double norm(const Residual& r) const;
  // Products on [u | scaled p | scalars]; the augmented, scaled, masked Newton matrix.
  void apply(const Vector<double>& x, Vector<double>& y);
  void precondition(const Vector<double>& r, Vector<double>& z);
  // False when the tangent cannot be used.
  bool rebuild_preconditioner();
  void right_hand_side(const Residual& r, Vector<double>& b);

 private:
  void newton(Unknowns& x, NewtonReport& report);  // adds to the report
  void couple_scalars();
  // Solves for the Newton step to the relative tolerance `forcing`; with a new preconditioner if renew says so or the
  // old one does not do. False, with the reason in the report, when there is no solution.
  bool find_direction(const Vector<double>& b, double forcing, bool renew, Vector<double>& direction,
                      NewtonReport& report);
  WorstResidual worst_residual(const Residual& r, double force_scale) const;
  void add_scaled(const Vector<double>& direction, double step, const Unknowns& from, Unknowns& to) const;

  std::shared_ptr<const Body> body_;
  std::vector<std::unique_ptr<SurfaceTerm>> terms_;
  std::vector<PressedApplicator> applicators_;
  std::vector<PrescribedComponent> prescribed_;
  SystemSettings settings_;
  Elastic elastic_;
  Vector<double> mask_;  // zero where a displacement component is held or prescribed
  DisplacementMultigrid multigrid_;
  SurfaceMatrix full_, positive_;
  double time_ = 0;
  double smallest_force_ = 0;  // N
  SolverSeconds seconds_;

  // The unknown numbers of the applicators: travel of each, then the creep of those that roll, then the suction of
  // cups. One that is prescribed keeps its value, its equation is x = 0.
  struct Scalar {
    enum class Kind { travel, creep, suction };
    std::size_t applicator = 0;
    Kind kind = Kind::travel;
    bool free = false;
    SparseNodes column, row;  // of the Newton matrix at the last linearisation, N/m
  };
  // Derivative of an equation of an applicator by one of its unknowns, N/m.
  double derivative(Scalar::Kind equation, Scalar::Kind unknown, const PressedApplicator& a) const;
  std::vector<Scalar> scalars_;
  std::vector<double> target_force_, prescribed_travel_;
  double& entry(std::vector<double>& matrix, std::size_t row, std::size_t column) const {
    return matrix[row * scalars_.size() + column];
  }
  std::vector<double> coupling_;       // derivatives of the scalars' equations (rows) by the scalars, N/m
  std::vector<double> schur_inverse_;  // inverse of the same with the tissue in series, m/N

  const std::atomic<int>* stop_ = nullptr;
  FgmresWorkspace workspace_;
  ReductionRates rates_;  // of the preconditioner at hand
  Vector<double> work_u_, work_p_, result_u_, result_p_;
  Vector<float> float_u_, float_p_, float_z_;
};

}  // namespace knead
