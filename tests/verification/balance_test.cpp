// A force-controlled applicator against the reactions where the body is held; unit systems; numbers of threads.
#include <algorithm>
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <omp.h>

#include "applicator/scripted_motion.hpp"
#include "body/specimens.hpp"
#include "catch.hpp"
#include "step/stepper.hpp"
#include "terms/contact.hpp"
#include "terms/support.hpp"
#include "verification/case_table.hpp"
#include "verification/statics.hpp"

using namespace knead;
using namespace knead::test;

namespace {

// An ellipsoid under 2 N that presses off centre on a layered block and then slides, with friction; the bottom is held,
// a side rests on a foundation. unit: lengths in a metre; stiffness: factor on every modulus and force.
struct Press {
  std::shared_ptr<Body> body;
  std::unique_ptr<System> system;
  std::unique_ptr<Stepper> stepper;
  std::vector<int> newton, krylov;

  explicit Press(double unit = 1, double stiffness = 1) {
    BlockSettings block;
    block.size = {{0.06 * unit, 0.05 * unit, 0.03 * unit}};
    block.elements = {6, 5, 1};
    block.layers = {{1, 0.003 * unit, 1}, {0, 0.027 * unit, 3}};
    block.distortion = 0.1;
    const double pascal = stiffness / (unit * unit);
    body = one_tissue_body(make_block(block), NeoHookean{4e3 * pascal, VolumetricSplit::split}, 4e6 * pascal);
    Tissue skin = body->tissues[0];
    skin.law = Ogden{{3e4 * pascal, 6.0}};
    skin.kappa = std::numeric_limits<double>::infinity();
    body->tissues.push_back(skin);
    hold(*body, "bottom", 7);
    for (int n : nodes_of(body->mesh, "bottom")) body->holder[static_cast<std::size_t>(n)] = 1;
    body->holders = {"free", "bottom"};
    std::vector<std::unique_ptr<SurfaceTerm>> terms;
    terms.push_back(std::make_unique<ElasticSupport>(
        body->mesh.points, SupportPlacement{"side", nodes_of_faces(body->mesh, "left"), 1e5 * pascal / unit, false}));
    ContactSettings settings;
    settings.law = {5e6 * pascal / unit, 2e6 * pascal / unit, {0.3, 1, 1e4 * pascal}};
    ScriptedMotionSettings motion;
    motion.pose.position = {{0.026 * unit, 0.021 * unit, 0.042 * unit}};
    motion.pose.pressing = normalized(Vec3d{{0.2, -0.1, -1}});
    motion.force = [=](double t) { return 2 * stiffness * std::min(t + 0.05, 1.0); };
    motion.shift[1] = [=](double t) { return t < 1 ? 0 : 0.004 * unit * (t - 1); };
    motion.end = 2;
    motion.knots = {1};
    std::vector<PressedApplicator> applicators;
    applicators.push_back(
        {"ellipsoid",
         std::make_unique<Contact>(body->mesh.points, nodes_of_faces(body->mesh, "top"),
                                   Ellipsoid{{{0.018 * unit, 0.014 * unit, 0.012 * unit}}}, settings, 0),
         std::make_shared<ScriptedMotion>(motion)});
    system =
        std::make_unique<System>(body, std::move(terms), std::move(applicators), std::vector<PrescribedComponent>{});
    StepSettings steps;
    steps.fixed = 0.25;
    stepper = std::make_unique<Stepper>(*system, steps, std::vector<double>{1, 2});
  }

  bool advance(std::string& failure) {
    const StepOutcome s = stepper->advance();
    failure = s.failure;
    newton.push_back(s.newton.newton_iterations);
    krylov.push_back(s.newton.krylov_iterations);
    return s.ok;
  }
};

}  // namespace

TEST_CASE("Force control: what is applied comes back where the body is held") {
  Press press;
  System& system = *press.system;
  double worst_force = 0, worst_moment = 0, worst_target = 0;
  std::string failure;
  while (!press.stepper->finished()) {
    const bool ok = press.advance(failure);
    INFO(failure);
    REQUIRE(ok);
    const Unknowns& x = press.stepper->state().x;
    const Contact& contact = *system.applicators()[0].contact;
    // Internal forces at held nodes are what the holder must supply; the foundation's push is a force of its own.
    const Vector<double> internal = internal_forces(system, x);
    Vector<double> foundation(x.u.size(), 0.0);
    system.terms()[0]->evaluate(x.u, x.scalars, foundation, nullptr, nullptr);
    Vec3d force = contact.force(), moment = contact.moment({{0, 0, 0}});
    for (int n = 0; n < press.body->mesh.num_nodes(); ++n) {
      const auto i = 3 * static_cast<std::size_t>(n);
      Vec3d f = -Vec3d{{foundation[i], foundation[i + 1], foundation[i + 2]}};
      if (press.body->held[static_cast<std::size_t>(n)] == 7)
        f += Vec3d{{internal[i], internal[i + 1], internal[i + 2]}} +
             Vec3d{{foundation[i], foundation[i + 1], foundation[i + 2]}};
      force += f;
      moment += cross(press.body->mesh.points[static_cast<std::size_t>(n)] + displacement_at(x, n), f);
    }
    const double applied = norm(contact.force());
    worst_force = std::max(worst_force, norm(force) / applied);
    worst_moment = std::max(worst_moment, norm(moment) / norm(contact.moment({{0, 0, 0}})));
    const double time = press.stepper->state().time;
    worst_target =
        std::max(worst_target, std::abs(contact.force_along_pressing() / (2 * std::min(time + 0.05, 1.0)) - 1));
  }
  const std::string size = mesh_size(press.body->mesh) + ", distorted, two layers, 8 steps";
  CHECK(report(error_row(160,
                         "Force-controlled ellipsoid: applied force and reactions (from internal forces), relative sum",
                         "equilibrium", worst_force, 1e-6, size)));
  CHECK(report(error_row(161, "Force-controlled ellipsoid: moments of the same, relative sum", "equilibrium",
                         worst_moment, 1e-6, size)));
  CHECK(report(error_row(162, "Force-controlled ellipsoid: force along the axis, relative error",
                         "the force that was asked for", worst_target, 1e-6, size)));
}

TEST_CASE("The same case in metres, millimetres and with stiffer tissue takes the same iterations to the same answer") {
  struct Variant {
    const char* name;
    double unit, stiffness;
  };
  Press metres;
  std::string failure;
  while (!metres.stepper->finished()) REQUIRE(metres.advance(failure));
  int order = 165;
  for (const Variant& v : {Variant{"millimetres", 1000, 1}, Variant{"moduli and forces times 1000", 1, 1000},
                           Variant{"millimetres, moduli and forces over 1000", 1000, 1e-3}}) {
    Press other(v.unit, v.stiffness);
    while (!other.stepper->finished()) {
      const bool ok = other.advance(failure);
      INFO(v.name << ": " << failure);
      REQUIRE(ok);
    }
    REQUIRE(other.newton.size() == metres.newton.size());
    int newton = 0, krylov = 0;
    for (std::size_t i = 0; i < metres.newton.size(); ++i) {
      newton = std::max(newton, std::abs(other.newton[i] - metres.newton[i]));
      krylov = std::max(krylov, std::abs(other.krylov[i] - metres.krylov[i]));
    }
    double largest = 0, difference = 0;
    const auto& a = metres.stepper->state().x.u;
    const auto& b = other.stepper->state().x.u;
    for (std::size_t i = 0; i < a.size(); ++i) {
      largest = std::max(largest, std::abs(a[i]));
      difference = std::max(difference, std::abs(b[i] / v.unit - a[i]));
    }
    const std::string size = mesh_size(metres.body->mesh);
    CHECK(report(error_row(order++,
                           fmt::format("Unit systems, {}: Newton iterations of a step, largest difference", v.name),
                           "scaling", newton, 1, size)));
    CHECK(report(error_row(order++,
                           fmt::format("Unit systems, {}: Krylov iterations of a step, largest difference", v.name),
                           "scaling", krylov, 1, size)));
    CHECK(report(error_row(order++,
                           fmt::format("Unit systems, {}: displacement, largest difference over the largest", v.name),
                           "scaling", difference / largest, 1e-6, size)));
  }
}

TEST_CASE("A whole run is the same bit for bit for one to four threads") {
  const int before = omp_get_max_threads();
  std::vector<Unknowns> ends;
  std::string failure;
  for (int threads = 1; threads <= 4; ++threads) {
    omp_set_num_threads(threads);
    Press press;
    while (!press.stepper->finished()) REQUIRE(press.advance(failure));
    ends.push_back(press.stepper->state().x);
  }
  omp_set_num_threads(before);
  int different = 0;
  for (const Unknowns& x : ends) {
    const Unknowns& first = ends.front();
    if (std::memcmp(x.u.data(), first.u.data(), x.u.size() * sizeof(double)) != 0 ||
        std::memcmp(x.p.data(), first.p.data(), x.p.size() * sizeof(double)) != 0 || x.scalars != first.scalars)
      ++different;
  }
  CHECK(report(error_row(180, "Runs with 2, 3 and 4 threads whose last state differs from that of 1 thread in any bit",
                         "determinism", different, 0, "pressing and sliding with friction, 8 steps")));
}
