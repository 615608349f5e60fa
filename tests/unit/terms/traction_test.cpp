#include "terms/traction.hpp"

#include "catch.hpp"
#include "surface_patch.hpp"

using namespace knead;

namespace {

double bump(double x, double y) { return 0.2 * x * (1 - x) + 0.1 * y * y; }
const LoadHistory ramp = [](double time) { return 100 * time; };

Vec3d moment(const std::vector<Vec3d>& points, const Vector<double>& r) {
  Vec3d sum{0, 0, 0};
  for (std::size_t i = 0; i < points.size(); ++i) sum += cross(points[i], Vec3d{r[3 * i], r[3 * i + 1], r[3 * i + 2]});
  return sum;
}

}  // namespace

TEST_CASE("A uniform traction adds up to t A, at the middle of its face") {
  const double size = 0.4;
  const auto patch = make_patch(3, size);
  auto term = Traction::along("pull", patch.points, patch.faces, {1, -2, 0.5}, ramp);
  term.set_time(2.0);
  const auto u = random_field(3 * patch.points.size(), 0.1, 1);
  const auto r = residual(term, u);
  const Vec3d force = 200 * size * size * Vec3d{1, -2, 0.5};
  const Vec3d arm{size / 2, size / 2, 0};
  for (int i = 0; i < 3; ++i) {
    CHECK(-sum_of_forces(r)[i] == Approx(force[i]).epsilon(1e-12));
    CHECK(term.force()[i] == Approx(force[i]).epsilon(1e-12));
    CHECK(-moment(patch.points, r)[i] == Approx(cross(arm, force)[i]).epsilon(1e-12));
  }
  // Dead: neither the force nor its share of each node depends on the deformation.
  CHECK(residual(term, random_field(3 * patch.points.size(), 0.3, 2)) == r);
  CHECK(energy_error(term, u, 1e-3) < 1e-10);
  term.set_time(0);
  for (double x : residual(term, u)) CHECK(x == 0);
}

TEST_CASE("A normal traction on a curved face adds up to t times the projected areas") {
  const auto patch = make_patch(3, 1.0, bump);
  auto term = Traction::normal("suction", patch.points, patch.faces, ramp);
  term.set_time(1.0);
  // ∫ n dA of the graph z = h(x, y) is (−∫h_x, −∫h_y, A) = (h(0,y) − h(1,y), h(x,0) − h(x,1), 1) averaged.
  const Vec3d force = term.force();
  CHECK(force[0] == Approx(0).margin(1e-10));
  CHECK(force[1] == Approx(-100 * 0.1).epsilon(1e-12));
  CHECK(force[2] == Approx(100).epsilon(1e-12));
}

TEST_CASE("A pattern weighs the traction by place") {
  const auto patch = make_patch(2, 1.0);
  auto term = Traction::along("bell", patch.points, patch.faces, {0, 0, -1}, ramp,
                              [](Vec3d x) { return x[0] * x[0] * (1 - x[1]); });
  term.set_time(3.0);
  CHECK(term.force()[2] == Approx(-300 * (1.0 / 3) * 0.5).epsilon(1e-12));
  FollowerPressure follower("bell", patch.points, patch.faces, ramp, [](Vec3d x) { return x[0] * x[0] * (1 - x[1]); });
  follower.set_time(3.0);
  const Vector<double> rest(3 * patch.points.size(), 0.0);
  CHECK(sum_of_forces(residual(follower, rest))[2] == Approx(300 * (1.0 / 3) * 0.5).epsilon(1e-12));
}

TEST_CASE("The tangent of a pressure that follows the face is the derivative of its force") {
  const auto patch = make_patch(2, 1.0, bump, 0.2);
  FollowerPressure term("pressure", patch.points, patch.faces, ramp, [](Vec3d x) { return 1 + x[0]; });
  term.set_time(1.5);
  const auto u = random_field(3 * patch.points.size(), 0.05, 3);
  CHECK(tangent_error(term, u, 1e-3) < 1e-10);
  CHECK(!term.symmetric());
  const auto k = dense(term, u, false);  // on an open patch it must not come out symmetric
  double asymmetry = 0;
  for (std::size_t i = 0; i < u.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) asymmetry = std::max(asymmetry, std::abs(k[i][j] - k[j][i]));
  CHECK(asymmetry > 1e-3);
}

TEST_CASE("A following pressure turns and grows with its face") {
  const double size = 0.2, angle = 0.7, growth = 1.5;
  const auto patch = make_patch(2, size);
  FollowerPressure term("pressure", patch.points, patch.faces, ramp);
  term.set_time(1.0);
  // Rotate about y and stretch by 1.5 along x: area grows by 1.5, the normal tilts.
  const double c = std::cos(angle), s = std::sin(angle);
  Vector<double> u;
  for (const Vec3d& x : patch.points) u.insert(u.end(), {growth * c * x[0] - x[0], 0.0, -growth * s * x[0]});
  residual(term, u);
  const double p = 100 * growth * size * size;
  CHECK(term.force()[0] == Approx(-p * s));
  CHECK(term.force()[1] == Approx(0).margin(1e-12));
  CHECK(term.force()[2] == Approx(-p * c));
}
