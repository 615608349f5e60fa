// Hard states of massage, followed by the way every run goes: how many iterations each linear system takes, and how
// Newton's method ends. A thin stiff skin on elements ten times as wide, a fascia of 340 MPa, a nodule under a thumb, a
// palm that glides by more than an element in each step, and tissue over bone whose flattest element keeps 40 % of its
// height.
//
// Each state is run twice. With every linear system solved to 1e-6 the iterations are counted: the goals are 25 in
// contact and 35 with membranes. With 1e-10 the residuals of Newton's method show its order.
#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "applicator/scripted_motion.hpp"
#include "body/hexahedron.hpp"
#include "body/specimens.hpp"
#include "catch.hpp"
#include "step/stepper.hpp"
#include "terms/contact.hpp"
#include "terms/membrane.hpp"
#include "verification/case_table.hpp"
#include "verification/statics.hpp"

using namespace knead;
using namespace knead::test;

namespace {

// ---- Newton's order, from a residual history -----------------------------------------------------------------------

// What a residual can show ends at two floors. A step divides the residual by 10⁶ at most, because the tangent that
// products read is stored in single precision (some 10⁻⁷); and below 10⁻¹² of the largest residual of the step it is
// rounding. A floor makes a residual larger than it would be.
constexpr double largest_gain = 1e6, rounding = 1e-12;
constexpr double least_order = 1.7;

struct Orders {
  std::vector<double> clean;   // log(r₊/r)/log(r/r₋) of all three residuals in a row above the floors
  std::optional<double> last;  // at the end: the last of them, or what a residual at a floor says it is at least
};

// Of each round of multipliers; between the three residuals no contact point may have opened, closed, begun to slide or
// to stick. The first residual of a later round is left out: it is the jump of the multipliers, which acts where the
// penalty is stiff, and one step takes it away whatever the rest does.
std::vector<Orders> observed_orders(const std::vector<double>& residuals, const std::vector<int>& contact_changes) {
  std::vector<Orders> rounds;
  const double floor = rounding * *std::max_element(residuals.begin(), residuals.end());
  const auto is_clean = [&](std::size_t k) {
    return residuals[k] > floor && residuals[k] * largest_gain > residuals[k - 1];
  };
  for (std::size_t k = 0; k < residuals.size(); ++k) {
    if (contact_changes[k] < 0) rounds.emplace_back();
    Orders& round = rounds.back();
    if (k < 2 || contact_changes[k] != 0 || contact_changes[k - 1] != 0) continue;
    if (rounds.size() > 1 && contact_changes[k - 2] < 0) continue;
    const double before = residuals[k - 1] / residuals[k - 2], now = residuals[k] / residuals[k - 1];
    if (before >= 1 || !is_clean(k - 1)) continue;
    const double order = std::log(now) / std::log(before);
    if (is_clean(k)) {
      round.clean.push_back(order);
      round.last = order;
    } else if (round.last) {
      round.last = std::max(*round.last, order);
    } else if (order >= least_order) {
      round.last = order;
    }
  }
  return rounds;
}

// ---- a tool on a layered block ------------------------------------------------------------------------------------

Tissue tissue(const std::string& name, double shear, double alpha, double kappa) {
  Tissue t;
  t.name = name;
  t.law = Ogden{{shear, alpha}};
  t.volumetric = VolumetricFunction::mixed;
  t.kappa = kappa;
  return t;
}

// The sheets of models/tissues at the time scale of a stroke.
std::vector<Tissue> sheets() {
  return {tissue("skin", 120e3, 20, 7.5e6), tissue("fat", 2.5e3, 12, 0.9e6), tissue("muscle", 5e3, 12, 4e6)};
}

struct State {
  std::shared_ptr<Body> body;
  Shape shape;
  ContactSettings contact;
  ScriptedMotionSettings motion;
  double step = 0.25;

  void pad(double stiffness, double friction) { contact.law = {stiffness, stiffness / 3, {friction, 1, 1e4}}; }
  void hard(double penalty) {
    pad(penalty, 0);
    contact.hard = true;
  }
};

State on_block(const BlockSettings& block, std::vector<Tissue> tissues) {
  State s;
  s.body = std::make_shared<Body>();
  s.body->name = "block";
  s.body->mesh = make_block(block);
  s.body->tissues = std::move(tissues);
  s.body->held.assign(s.body->mesh.points.size(), 0);
  s.body->holder.assign(s.body->mesh.points.size(), 0);
  s.body->holders = {"free"};
  hold(*s.body, "bottom", 7);
  return s;
}

struct Followed {
  int cells = 0, steps = 0, repeated = 0, newton = 0, most_newton = 0, rounds = 0, most_krylov = 0;
  double pressure_ratio = 0;        // largest p over the shear modulus of the tangent
  std::vector<double> last_orders;  // of each round that shows one
  std::vector<double> clean_orders;
  std::vector<std::set<int>> faces;  // in contact at the end of each step
  double smallest_order() const {
    return last_orders.empty() ? 0 : *std::min_element(last_orders.begin(), last_orders.end());
  }
};

// Every linear system to `tolerance`. look: at the state after each step.
Followed follow(const State& state, double tolerance,
                const std::function<void(const System&, const Unknowns&)>& look = {}) {
  std::vector<std::unique_ptr<SurfaceTerm>> terms;
  for (const auto& m : state.body->membranes) terms.push_back(std::make_unique<Membrane>(state.body->mesh.points, m));
  std::vector<PressedApplicator> applicators;
  const auto motion = std::make_shared<ScriptedMotion>(state.motion);
  applicators.push_back({"tool",
                         std::make_unique<Contact>(state.body->mesh.points, nodes_of_faces(state.body->mesh, "top"),
                                                   state.shape, state.contact, 0),
                         motion});
  SystemSettings solver = tight_settings();
  solver.newton.force_tolerance = 1e-9;
  System system(state.body, std::move(terms), std::move(applicators), {}, solver);
  system.set_forcing({.first = tolerance, .largest = tolerance, .smallest = tolerance});
  system.set_reuse({.worth = -1});  // a preconditioner of the present tangent for every system: it is what is measured
  StepSettings steps;
  steps.fixed = state.step;
  std::vector<double> boundaries = motion->boundaries();
  boundaries.push_back(motion->end());
  Stepper stepper(system, steps, boundaries);
  Followed out;
  out.cells = state.body->mesh.num_cells();
  while (!stepper.finished()) {
    const StepOutcome s = stepper.advance();
    INFO(s.failure);
    REQUIRE(s.ok);
    const NewtonReport& n = s.newton;
    REQUIRE(n.contact_changes.size() == n.residuals.size());
    ++out.steps;
    out.repeated += s.rejected;
    out.newton += n.newton_iterations;
    out.most_newton = std::max(out.most_newton, n.longest_round);
    out.rounds += n.augmentations;
    out.most_krylov = std::max(out.most_krylov, *std::max_element(n.krylov_counts.begin(), n.krylov_counts.end()));
    for (const auto& round : observed_orders(n.residuals, n.contact_changes)) {
      if (round.last) out.last_orders.push_back(*round.last);
      out.clean_orders.insert(out.clean_orders.end(), round.clean.begin(), round.clean.end());
    }
    const Unknowns& x = stepper.state().x;
    for (std::size_t c = 0; c < state.body->mesh.cells.size(); ++c)
      out.pressure_ratio =
          std::max(out.pressure_ratio, x.p[4 * c] / system.elastic().local_modulus(static_cast<int>(c)));
    out.faces.emplace_back();
    for (const auto& point : system.applicators()[0].contact->points()) out.faces.back().insert(point.face);
    if (look) look(system, x);
  }
  return out;
}

// Counts the iterations of a state, one row of the page.
Followed count_iterations(int order, const std::string& name, const State& state, int most, const std::string& goal,
                          const std::function<void(const System&, const Unknowns&)>& look = {}) {
  const Followed run = follow(state, 1e-6, look);
  const std::string size = fmt::format(
      "{} cells, {} steps, {} Newton iterations, at most {} in a step{}; p/μ to {:.1f}", run.cells, run.steps,
      run.newton, run.most_newton,
      run.rounds > 0 ? fmt::format(" and round, {} rounds of multipliers", run.rounds) : "", run.pressure_ratio);
  CHECK(report({order, name + ": most iterations of a linear system to 1e-6", goal, static_cast<double>(most),
                static_cast<double>(run.most_krylov), static_cast<double>(std::max(0, run.most_krylov - most)), 0,
                "above", size}));
  CHECK(run.repeated == 0);
  return run;
}

// How Newton's method ends, in a second run; one row.
void observe_order(int order, const std::string& name, const State& state) {
  const Followed run = follow(state, 1e-10);
  CHECK(run.repeated == 0);
  REQUIRE(2 * run.last_orders.size() >= static_cast<std::size_t>(run.steps));  // else nothing was looked at
  const double smallest = run.smallest_order();
  CHECK(report({order, name + ": smallest order of Newton's method at the end of a step", "quadratic: 2", 2, smallest,
                std::max(0.0, 2 - smallest), 2 - least_order, "below",
                fmt::format("{} orders in {} steps, the largest {:.2f}", run.last_orders.size(), run.steps,
                            *std::max_element(run.last_orders.begin(), run.last_orders.end()))}));
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

const std::string in_contact = "goal: at most 25 in contact", with_membranes = "goal: at most 35 with membranes";

// ---- the states --------------------------------------------------------------------------------------------------

// Skin of 2 mm in elements of 20 mm, 8 mm of fat, 50 mm of muscle under a palm that comes down by 12 mm.
State palm_on_skin() {
  BlockSettings block;
  block.size = {{0.16, 0.16, 0.06}};
  block.elements = {8, 8, 1};
  block.layers = {{0, 0.002, 1}, {1, 0.008, 1}, {2, 0.05, 3}};
  State s = on_block(block, sheets());
  s.shape = Ellipsoid{{{0.075, 0.042, 0.014}}};
  s.pad(6e6, 0.1);
  s.motion.pose.position = {{0.083, 0.078, 0.074}};
  s.motion.travel = [](double t) { return 0.012 * t; };
  return s;
}

// The same with a fascia between fat and muscle, E t = 340 MPa × 0.8 mm along its fibres, which do not follow the mesh.
// It ends one element before the sides.
State palm_on_fascia() {
  State s = palm_on_skin();
  MembranePlacement fascia;
  fascia.name = "fascia";
  fascia.law = MembraneLaw::from_moduli(340e6, 20e6, 0.5e6, 0.8e-3);
  const Mesh& mesh = s.body->mesh;
  for (int c = 0; c < mesh.num_cells(); ++c) {
    const auto nodes = face_nodes(mesh, {c, Side::zeta_plus});
    const Vec3d middle = mesh.points[static_cast<std::size_t>(nodes[4])];
    if (std::abs(middle[2] - 0.05) > 1e-9 || std::abs(middle[0] - 0.08) > 0.06 || std::abs(middle[1] - 0.08) > 0.06)
      continue;
    fascia.faces.push_back(nodes);
    fascia.directions.push_back({{0.8, 0.6, 0}});
  }
  REQUIRE(fascia.faces.size() == 36);
  s.body->membranes.push_back(fascia);
  return s;
}

// A quarter of a ball of 8 mm radius, ten times as stiff as the muscle around it, its stiffness blended over one
// element, 10 mm under the skin; a thumb presses 10 mm deep.
State thumb_on_nodule() {
  BlockSettings block;
  block.positions[0] = {0, 0.004, 0.008, 0.012, 0.017, 0.025, 0.04};
  block.positions[1] = block.positions[0];
  block.layers = {{0, 0.002, 1}, {1, 0.006, 1}, {2, 0.032, 8}};
  State s = on_block(block, sheets());
  hold(*s.body, "left", 1);
  hold(*s.body, "front", 2);
  const Vec3d centre{{0, 0, 0.022}};
  const double radius = 0.008, blend = 0.004, ratio = 10;
  for (int c = 0; c < s.body->mesh.num_cells(); ++c) {
    const CellPoints points = cell_points(s.body->mesh, c);
    for (std::size_t q = 0; q < points_per_cell; ++q) {
      const Vec3d x = map_point(points, gauss_points[q % 3], gauss_points[q / 3 % 3], gauss_points[q / 9]);
      const double share = std::clamp(0.5 + (radius - norm(x - centre)) / blend, 0.0, 1.0);
      s.body->stiffness_ratio.push_back(static_cast<float>(1 + (ratio - 1) * share));
    }
  }
  s.shape = Ellipsoid{{{0.012, 0.010, 0.010}}};
  s.pad(60e6, 0);
  s.motion.pose.position = {{0, 0, 0.05}};
  s.motion.travel = [](double t) { return 0.01 * t; };
  s.step = 0.2;
  return s;
}

// Half of a palm-sized tool under 2 × 5 N glides by 12 mm a step over elements of 10 mm.
State glide() {
  BlockSettings block;
  block.size = {{0.17, 0.06, 0.04}};
  block.elements = {17, 6, 1};
  block.layers = {{0, 0.002, 1}, {1, 0.008, 1}, {2, 0.03, 2}};
  State s = on_block(block, sheets());
  hold(*s.body, "front", 2);
  s.shape = Ellipsoid{{{0.040, 0.030, 0.020}}};
  s.pad(6e6, 0.1);
  s.motion.pose.position = {{0.05, 0, 0.06}};
  s.motion.force = [](double t) { return 5 * std::min(t, 1.0); };
  s.motion.shift[0] = [](double t) { return t < 1 ? 0 : 0.024 * (t - 1); };
  s.motion.knots = {1};
  s.motion.end = 4;
  s.step = 0.5;
  return s;
}

// A quarter of a ball on 12 mm of tissue over bone, without its contact and its way.
State under_ball(std::vector<Tissue> tissues, double radius) {
  BlockSettings block;
  block.positions[0] = {0, 0.002, 0.004, 0.006, 0.0085, 0.012, 0.018, 0.026, 0.036};
  block.positions[1] = block.positions[0];
  block.layers = {{0, 0.002, 1}, {1, 0.006, 3}, {2, 0.004, 2}};
  State s = on_block(block, std::move(tissues));
  hold(*s.body, "left", 1);
  hold(*s.body, "front", 2);
  s.shape = Sphere{radius};
  s.motion.pose.position = {{0, 0, 0.012 + radius}};
  s.step = 1.0 / 6;
  return s;
}

State squeeze_under_pad() {
  State s = under_ball(sheets(), 0.012);
  s.pad(120e6, 0);
  s.motion.travel = [](double t) { return 0.0085 * t; };
  return s;
}

State squeeze_under_hard_ball() {
  State s =
      under_ball({tissue("skin", 20e3, 2, 1e6), tissue("fat", 2.5e3, 2, 0.9e6), tissue("muscle", 5e3, 2, 4e6)}, 0.02);
  s.hard(40 * 20e3 / 0.002);  // as a scenario takes it
  s.motion.travel = [](double t) { return 0.0055 * t; };
  return s;
}

// Smallest thickness of an element under the middle of the tool, over its thickness at rest.
double smallest_stretch(const System& system, const Unknowns& x) {
  const Mesh& mesh = system.body().mesh;
  double smallest = 1;
  for (const auto& cell : mesh.cells) {
    const int bottom = cell[0], top = cell[18];
    const Vec3d at = mesh.points[static_cast<std::size_t>(bottom)];
    if (at[0] != 0 || at[1] != 0) continue;
    const double height = mesh.points[static_cast<std::size_t>(top)][2] - at[2];
    smallest = std::min(smallest, 1 + (displacement_at(x, top)[2] - displacement_at(x, bottom)[2]) / height);
  }
  return smallest;
}

}  // namespace

TEST_CASE("Orders are read from residuals above the floors, between which contact has not changed") {
  const auto clean = [](const std::vector<double>& residuals, const std::vector<int>& changes) {
    std::vector<std::vector<double>> rounds;
    for (const auto& round : observed_orders(residuals, changes)) {
      rounds.emplace_back();
      for (double order : round.clean) rounds.back().push_back(std::round(100 * order) / 100);
    }
    return rounds;
  };
  using Rounds = std::vector<std::vector<double>>;
  CHECK(clean({1, 1e-1, 1e-2, 1e-3}, {-1, 0, 0, 0}) == Rounds{{1, 1}});
  CHECK(clean({1e-1, 1e-2, 1e-4, 1e-8, 1e-15}, {-1, 0, 0, 0, 0}) == Rounds{{2, 2}});
  // Contact changes, a residual that grows, a second round.
  CHECK(clean({1e-1, 1e-2, 1e-4, 1e-8}, {-1, 1, 0, 0}) == Rounds{{2}});
  CHECK(clean({1e-1, 1e-2, 1e-4, 1e-8}, {-1, 0, 1, 0}) == Rounds{{}});
  CHECK(clean({1, 2, 1e-1}, {-1, 0, 0}) == Rounds{{}});
  CHECK(clean({1, 1e-1, 1e-2, 1, 1e-1, 1e-2, 1e-4}, {-1, 0, 0, -1, 0, 0, 0}) == Rounds{{1}, {2}});
  // At a floor: a lower bound, which says nothing when it is low, and does not follow a residual at a floor.
  const auto last = [](const std::vector<double>& residuals) {
    std::vector<int> changes(residuals.size(), 0);
    changes[0] = -1;
    return observed_orders(residuals, changes).at(0).last;
  };
  CHECK(last({1, 1e-3, 1e-10}).value() == Approx(7.0 / 3));
  CHECK(!last({1, 1e-5, 1e-12}).has_value());
  CHECK(last({1, 1e-1, 1e-2, 1e-4, 1e-13}).value() == Approx(4.5));
  CHECK(last({1, 1e-2, 1e-4, 1e-11, 1e-19}).value() == Approx(3.5));
}

TEST_CASE("A palm on thin stiff skin: iterations and order") {
  const std::string name = "Palm on skin of 2 mm in elements of 20 mm";
  count_iterations(200, name, palm_on_skin(), 25, in_contact);
  observe_order(201, name, palm_on_skin());
}

TEST_CASE("With linear systems solved to a tenth only, the order is one") {
  const Followed loose = follow(palm_on_skin(), 0.1);
  REQUIRE(loose.clean_orders.size() > 10);
  CHECK(loose.smallest_order() < least_order);
  CHECK(mean(loose.clean_orders) == Approx(1).margin(0.3));
}

TEST_CASE("A palm on fascia of 340 MPa: iterations and order") {
  const std::string name = "Palm on fascia of 340 MPa × 0.8 mm";
  count_iterations(202, name, palm_on_fascia(), 35, with_membranes);
  observe_order(203, name, palm_on_fascia());
}

TEST_CASE("A thumb on a nodule: iterations and order") {
  const std::string name = "Thumb on a nodule ten times as stiff as muscle";
  count_iterations(204, name, thumb_on_nodule(), 25, in_contact);
  observe_order(205, name, thumb_on_nodule());
}

TEST_CASE("A glide by more than an element in each step: iterations and order") {
  const std::string name = "Glide by 1.2 elements a step under a force";
  const Followed run = count_iterations(206, name, glide(), 25, in_contact);
  // The edge of contact passes from element to element in every step.
  for (std::size_t i = 2; i < run.faces.size(); ++i) CHECK(run.faces[i] != run.faces[i - 1]);
  observe_order(207, name, glide());
}

TEST_CASE("60 % local compression over bone: iterations and order") {
  double stretch = 1;
  const auto look = [&](const System& system, const Unknowns& x) {
    stretch = std::min(stretch, smallest_stretch(system, x));
  };
  const auto check_stretch = [&](int order, const std::string& name, const State& state) {
    CHECK(report({order, name + ": least height of an element over that at rest", "at most 0.4 asked for", 0.4, stretch,
                  std::max(0.0, stretch - 0.4), 0, "above", mesh_size(state.body->mesh)}));
    stretch = 1;
  };
  const std::string under_pad = "Ball with a pad on 12 mm of tissue over bone";
  const State soft = squeeze_under_pad();
  count_iterations(208, under_pad, soft, 25, in_contact, look);
  check_stretch(210, under_pad, soft);
  observe_order(209, under_pad, soft);

  const std::string under_hard_ball = "Hard ball on 12 mm of neo-Hookean tissue over bone";
  const State hard = squeeze_under_hard_ball();
  const Followed run = count_iterations(211, under_hard_ball, hard, 25, in_contact, look);
  check_stretch(212, under_hard_ball, hard);
  CHECK(run.rounds > 0);
  observe_order(213, under_hard_ball, hard);
}
