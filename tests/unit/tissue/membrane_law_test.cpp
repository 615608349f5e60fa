#include "tissue/membrane_law.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "catch.hpp"

using namespace knead;

namespace {

const MembraneLaw fascia{800, 90, 40, 0.03, 0.8e-3};

const std::array<double, 3> states[] = {{1, 1, 0},        {1.03, 0.98, 0.01},    {1.2, 1.1, -0.2},   {0.7, 1.3, 0.25},
                                        {0.6, 0.5, -0.1}, {1.0609, 1.02, 0.005}, {1.08, 1.05, 0.02}, {0.9, 0.9, 0.3}};

template <class F>
double derivative(const F& f, double h) {
  return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
}
// Moves one component of C; C₁₂ stands for itself and C₂₁.
std::array<double, 3> moved(std::array<double, 3> c, std::size_t k, double h) {
  c[k] += h;
  return c;
}

}  // namespace

TEST_CASE("A membrane's stress and tangent are derivatives of its energy") {
  const std::size_t index[3][3] = {{0, 1, 2}, {1, 3, 4}, {2, 4, 5}};
  MembraneLaw fascia = ::fascia;
  fascia.wrinkles = GENERATE(false, true);
  for (const auto& c : states) {
    if (c[0] == 1) continue;  // the fibres' stiffness has a kink at the end of slackness
    const auto at = fascia.evaluate(c);
    const double h = 1e-4;
    for (std::size_t k = 0; k < 3; ++k) {
      const double slope = derivative([&](double s) { return fascia.evaluate(moved(c, k, s)).energy; }, h);
      CHECK((k < 2 ? 2 : 1) * slope == Approx(at.stress[k]).epsilon(1e-6).margin(1e-6));
      for (std::size_t m = 0; m < 3; ++m) {
        const double turn = derivative([&](double s) { return fascia.evaluate(moved(c, k, s)).stress[m]; }, h);
        // Near the end of the toe the stiffness, continuous itself, has a kink inside the difference.
        CHECK((k < 2 ? 2 : 1) * turn == Approx(at.tangent[index[m][k]]).epsilon(2e-3).margin(1e-5));
      }
    }
  }
}

TEST_CASE("A membrane is free of stress at rest and positive everywhere") {
  const auto rest = fascia.evaluate({1, 1, 0});
  CHECK(rest.energy == 0);
  for (double s : rest.stress) CHECK(s == 0);
  // Matrix at rest: the plane-stress stiffness of ν = 1/2, E t/(1 − ν²) (1, ν), shear E t/3.
  CHECK(rest.tangent[0] == Approx(40 / 0.75));
  CHECK(rest.tangent[1] == Approx(20 / 0.75));
  CHECK(rest.tangent[5] == Approx(40.0 / 3));
  for (const auto& c : states) {
    const auto t = fascia.evaluate(c).tangent;
    const double minor = t[0] * t[3] - t[1] * t[1];
    const double det =
        t[0] * (t[3] * t[5] - t[4] * t[4]) - t[1] * (t[1] * t[5] - t[4] * t[2]) + t[2] * (t[1] * t[4] - t[3] * t[2]);
    CHECK(t[0] > 0);
    CHECK(minor > 0);
    CHECK(det > 0);
  }
}

// Pipkin 1986: the relaxed energy is the least that wrinkles, shorter waves on top of the stretch, can reach.
TEST_CASE(
    "A matrix that wrinkles does so where it would be compressed, and is slack where it is short in every direction") {
  const MembraneLaw matrix{0, 0, 60, 0.03, 1e-3, true};
  const auto energy_of_sheet = [](double c1, double c2) { return 10 * (c1 + c2 + 1 / (c1 * c2) - 3); };
  for (const auto& [l1, l2] : {std::pair{1.3, 0.6}, {1.05, 0.9}, {2.0, 0.2}, {0.9, 0.8}, {1.2, 1.1}, {1.2, 0.95}}) {
    double least = 1e9;  // over what the wrinkles make up for in both directions
    for (double a = l1; a < 3; a += 1e-3)
      for (double b = l2; b < 3; b += 1e-3) least = std::min(least, energy_of_sheet(a * a, b * b));
    for (const double turn : {0.0, 0.4, 1.2}) {
      const double x = std::cos(turn), y = std::sin(turn), c1 = l1 * l1, c2 = l2 * l2;
      const auto r = matrix.evaluate({c1 * x * x + c2 * y * y, c1 * y * y + c2 * x * x, (c1 - c2) * x * y});
      CHECK(r.energy == Approx(least).epsilon(1e-3).margin(1e-4));
      const double across = r.stress[0] * y * y + r.stress[1] * x * x - 2 * r.stress[2] * x * y;
      if (l2 * std::sqrt(l1) < 1) CHECK(across == Approx(0).margin(1e-12));
      CHECK(across >= -1e-12);
    }
  }
  for (const auto& slack : {std::array<double, 3>{0.9, 0.8, 0.01}, {0.5, 0.7, -0.1}})
    for (const double s : matrix.evaluate(slack).stress) CHECK(s == 0);
}

TEST_CASE("The tangent of a membrane that wrinkles is that of the taut one at rest, and nowhere negative") {
  MembraneLaw wrinkling = fascia;
  wrinkling.wrinkles = true;
  for (const double off : {0.0, 2e-16, -2e-16, 1e-15, -1e-15}) {
    const auto rest = wrinkling.evaluate({1 + off, 1, off});
    CHECK(rest.tangent[0] == Approx(40 / 0.75));
    CHECK(rest.tangent[1] == Approx(20 / 0.75));
    CHECK(rest.tangent[5] == Approx(40.0 / 3));
  }
  for (const auto& c : states) {
    const auto t = wrinkling.evaluate(c).tangent;
    const double size = t[0] + t[3] + t[5], minor = t[0] * t[3] - t[1] * t[1];
    const double det =
        t[0] * (t[3] * t[5] - t[4] * t[4]) - t[1] * (t[1] * t[5] - t[4] * t[2]) + t[2] * (t[1] * t[4] - t[3] * t[2]);
    CHECK(t[0] >= 0);
    CHECK(minor >= -1e-12 * size * size);
    CHECK(det >= -1e-12 * size * size * size);
  }
}

TEST_CASE("Fibres: slack, toe, straight") {
  const MembraneLaw fibres{1000, 0, 0, 0.04, 1e-3};
  // Nominal force per width is √C₁₁ S₁₁.
  const auto force = [&](double strain) {
    const double l = 1 + strain;
    return l * fibres.evaluate({l * l, 1, 0}).stress[0];
  };
  CHECK(force(-0.1) == 0);
  CHECK(force(0.02) == Approx(1000 * 0.02 * 0.02 / (2 * 0.04)));
  CHECK(force(0.04) == Approx(1000 * 0.02));
  CHECK(force(0.10) == Approx(1000 * 0.08));
  const double h = 1e-6;  // slopes on both sides of both joints agree
  CHECK((force(0.04 + h) - force(0.04)) / h == Approx((force(0.04) - force(0.04 - h)) / h).epsilon(1e-4));
  CHECK((force(h) - force(0)) / h < 1000 * 1e-4);
  const MembraneLaw straight{1000, 0, 0, 0, 1e-3};
  CHECK(1.05 * straight.evaluate({1.05 * 1.05, 1, 0}).stress[0] == Approx(1000 * 0.05));
}

TEST_CASE("The matrix is a neo-Hookean sheet: n = E t/3 (l − 1/l²)") {
  const MembraneLaw matrix{0, 0, 60, 0.03, 1e-3};
  for (const double l : {0.6, 0.9, 1.1, 1.8}) {
    const auto r = matrix.evaluate({l * l, 1 / l, 0});
    CHECK(l * r.stress[0] == Approx(20 * (l - 1 / (l * l))));
    CHECK(r.stress[1] == Approx(0).margin(1e-12));
  }
}

TEST_CASE("Moduli and thickness make stiffnesses") {
  const auto law = MembraneLaw::from_moduli(270e6, 20e6, 0.5e6, 0.8e-3);
  CHECK(law.along == Approx(216e3));
  CHECK(law.across == Approx(16e3));
  CHECK(law.matrix == Approx(400));
}
