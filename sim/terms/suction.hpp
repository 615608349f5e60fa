#pragma once
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "applicator/gas_schedule.hpp"
#include "applicator/motion.hpp"
#include "math/sparse_nodes.hpp"
#include "terms/contact_quadrature.hpp"
#include "terms/surface_term.hpp"

namespace knead {

class Contact;

// A cup: a ring that touches the skin, and the space above it.
struct CupSettings {
  std::string name = "suction";
  double ring_radius = 0;   // of the ring's centre line, m
  double rim_radius = 0;    // of its section, m
  double volume = 0;        // above the plane of the rim, V₀, m³
  double ambient = 101325;  // p_atm, Pa
};

// The gas in a cup and what it does to the skin inside of the seal (numerics: section 3).
//
// The suction q = p_atm − p_gas pulls the current skin outwards, s q n da, where the share s is 1 inside of the seal
// line and 0 outside, a cubic over one rim radius across it. The seal line is the inner edge of the rim's contact at
// the start of the step, one distance from the axis for each of `sectors` directions, joined by straight lines. The
// volume under the skin that the cup has drawn in is V = ∫ s h n·z da, h the height over the plane of the rim and z the
// cup's axis.
//
// q = c ξ with c = p_atm A/V₀, A the area of the ring, so that ξ is a length. Its equation while the valve is closed,
// as a force: c (V − V₀ + m R T/(p_atm − q)) = 0, the gas law for the mass m that was in the cup when the valve closed.
class Suction : public SurfaceTerm {
 public:
  static constexpr std::size_t sectors = 16;

  // points: rest positions of the mesh nodes, m; faces: nodes of the skin faces, r × s outwards. Indices: of travel and
  // ξ among the unknowns that evaluate gets.
  Suction(const std::vector<Vec3d>& points, std::vector<std::array<int, 9>> faces, CupSettings settings,
          GasSchedule schedule, int travel_index, int suction_index);

  std::string name() const override { return settings_.name; }
  std::vector<std::array<int, 9>> faces() const override { return {}; }  // those of the contact of its rim
  bool symmetric() const override { return false; }

  void set_time(double time) override {
    time_ = time;
    seal_ = next_seal_;
  }
  void set_pose(const ApplicatorPose& pose) { pose_ = pose; }
  // Is the suction an unknown now? Otherwise it is prescribed_unknown().
  bool closed() const;
  double prescribed_unknown() const;  // ξ, m

  void evaluate(const Vector<double>& u, std::span<const double> scalars, Vector<double>& r, SurfaceMatrix* full,
                SurfaceMatrix* positive) override;

  // ---- after evaluate --------------------------------------------------------------------------------------------
  double suction() const { return suction_; }          // q, Pa
  double dome_volume() const { return dome_volume_; }  // V, m³
  double dome_height() const { return dome_height_; }  // of the highest point inside over the plane of the rim, m
  double gas_volume() const { return settings_.volume - dome_volume_; }  // m³
  double residual() const { return residual_; }                          // of the gas law, N
  Vec3d force() const { return force_; }  // of the gas, and so of the cup, on the body, N
  Vec3d moment(const Vec3d& about) const { return moment_ - cross(about, force_); }  // N m
  // Mean distance of the seal from the axis, m.
  double seal_radius() const;

  // Rows and columns of the Newton system: what the force along the pressing axis has to add for the gas, and those of
  // ξ.
  struct Border {
    SparseNodes column, row;               // ∂r_u/∂d or ∂r_u/∂ξ, N/m; ∂F/∂u or ∂(gas law)/∂u, N/m
    double by_travel = 0, by_suction = 0;  // derivatives by d and ξ, N/m
  };
  const Border& travel_border() const { return borders_[0]; }
  const Border& suction_border() const { return borders_[1]; }

  // Where and when the rim has let air in.
  struct Leak {
    double time = 0;     // s
    double suction = 0;  // then, Pa
    Vec3d direction;     // from the axis to the place, unit
  };
  const std::optional<Leak>& leak() const { return leak_; }

  // The step is accepted: gas mass while the valve is open, seal line from the rim's contact.
  void settle(const Contact& rim);
  std::vector<double> history() const override;
  void set_history(std::span<const double> values) override;

 private:
  struct FaceResult;
  // Share of the suction at a place in own axes, and its gradient there.
  std::pair<double, Vec3d> share(const Vec3d& y) const;
  double seal_at(double angle, double* slope = nullptr) const;
  bool may_reach(const std::array<Vec3d, 9>& x) const;
  void evaluate_face(const std::array<Vec3d, 9>& x, bool with_tangent, FaceResult& out) const;

  std::vector<Vec3d> points_;
  std::vector<std::array<int, 9>> faces_;
  CupSettings settings_;
  GasSchedule schedule_;
  int travel_index_, suction_index_;
  FaceRule rule_;
  double per_unknown_;  // c, Pa/m

  double time_ = 0;
  ApplicatorPose pose_;
  Vec3d centre_{{0, 0, 0}};
  Mat3d to_own_ = Mat3d::identity();

  double gas_ = 0;                                // m R, J/K
  double last_closed_ = 0;                        // suction before the valve opened, Pa
  std::array<double, sectors> seal_, next_seal_;  // distance of the seal from the axis, m: in this step, and after it
  std::optional<Leak> leak_;

  double suction_ = 0, dome_volume_ = 0, dome_height_ = 0, residual_ = 0;
  Vec3d force_{{0, 0, 0}}, moment_{{0, 0, 0}};
  std::array<Border, 2> borders_;
};

}  // namespace knead
