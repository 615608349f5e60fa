#include "step/push_in.hpp"

#include "applicator/scripted_motion.hpp"
#include "body/specimens.hpp"
#include "catch.hpp"
#include "step/system.hpp"
#include "terms/contact.hpp"

using namespace knead;

namespace {

// A ball over a soft block that is held below; it touches the skin at travel 0.
std::unique_ptr<System> ball_on_block(double force) {
  auto body = std::make_shared<Body>();
  BlockSettings block;
  block.size = {0.06, 0.06, 0.03};
  block.elements = {4, 4, 2};
  body->mesh = make_block(block);
  body->tissues.resize(1);
  body->tissues[0].law = Ogden({{8000, 8}}, VolumetricSplit::split);
  body->tissues[0].kappa = 1e6;
  body->held.assign(body->mesh.points.size(), 0);
  body->holder.assign(body->mesh.points.size(), 0);
  body->holders = {"free", "bottom"};
  for (const auto& nodes : face_nodes(body->mesh, faces_of(body->mesh, "bottom")))
    for (int n : nodes) body->held[static_cast<std::size_t>(n)] = 7;
  constexpr double radius = 0.02;
  ContactSettings settings;
  settings.law.stiffness = settings.law.tangential_stiffness = 2e7;
  ScriptedMotionSettings motion;
  motion.pose.position = {{0.03, 0.03, 0.03 + radius}};
  motion.force = [=](double time) { return time * force; };
  std::vector<PressedApplicator> applicators;
  const auto skin = face_nodes(body->mesh, faces_of(body->mesh, "top"));
  applicators.push_back({"ball", std::make_unique<Contact>(body->mesh.points, skin, Sphere{radius}, settings, 0),
                         std::make_shared<ScriptedMotion>(motion)});
  return std::make_unique<System>(body, std::vector<std::unique_ptr<SurfaceTerm>>{}, std::move(applicators),
                                  std::vector<PrescribedComponent>{});
}

}  // namespace

TEST_CASE("An applicator is pushed to the force that it wants, down and up") {
  const double force = 20;
  const auto system = ball_on_block(force);
  const std::vector<double> last{0.0};
  NewtonReport total;
  const auto guess = push_in(*system, 0, system->rest(), 1, last, total);
  REQUIRE(guess);
  CHECK(system->force_controlled(0));
  CHECK(total.newton_iterations > 0);
  CHECK(total.krylov_iterations > 0);
  Unknowns pressed = *guess;
  const NewtonReport solved = system->solve(pressed);
  CHECK(solved.converged);
  CHECK(solved.newton_iterations <= 8);
  const Contact& contact = *system->applicators()[0].contact;
  CHECK(contact.force_along_pressing() == Approx(force).epsilon(1e-6));
  CHECK(guess->scalars[0] == Approx(pressed.scalars[0]).epsilon(0.03));
  // In small steps of the force from the beginning the solution is the same one.
  const auto stepped = ball_on_block(force);
  Unknowns x = stepped->rest();
  x.scalars[0] = 1e-4;
  for (int k = 1; k <= 20; ++k) {
    stepped->set_time(k / 20.0, last);
    REQUIRE(stepped->solve(x).converged);
  }
  CHECK(pressed.scalars[0] == Approx(x.scalars[0]).epsilon(1e-6));
  // And back to a quarter of the force.
  const auto light = push_in(*system, 0, pressed, 0.25, last, total);
  REQUIRE(light);
  CHECK(light->scalars[0] < pressed.scalars[0]);
  x = *light;
  CHECK(system->solve(x).converged);
  CHECK(contact.force_along_pressing() == Approx(0.25 * force).epsilon(1e-6));
}

TEST_CASE("A force that the body cannot carry gives no guess") {
  const auto system = ball_on_block(1e5);
  NewtonReport total;
  CHECK(!push_in(*system, 0, system->rest(), 1, {0.0}, total));
}
