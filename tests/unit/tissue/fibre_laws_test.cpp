// What every fibre law must satisfy, and closed forms.
#include <numbers>

#include "catch.hpp"
#include "law_checks.hpp"
#include "tissue/fibre_laws.hpp"

using namespace knead;

namespace {

struct SampleFibres {
  std::string name;
  FibreLaw law;
  double activation;
  double modulus;  // Pa, its size
};

std::vector<SampleFibres> samples() {
  constexpr double degree = std::numbers::pi / 180;
  MuscleFibres passive{300, 1.06, 0.05, 6.6, 1.1, 0}, sheared{300, 1.4, 0.05, 6.6, 1.4, 2.5};
  return {{"one family", ExponentialFibres{20, 3, 0, 0}, 0, 20},
          {"one family, quadratic", ExponentialFibres{20, 0, 0, 0}, 0, 20},
          {"one family, dispersed", ExponentialFibres{20, 2, 0.14, 0}, 0, 20},
          {"two families", ExponentialFibres{20, 2, 0, 41 * degree}, 0, 20},
          {"two families, dispersed", ExponentialFibres{20, 2, 0.2, 41 * degree}, 0, 20},
          {"with a toe", ExponentialFibres{20, 2, 0.1, 0, 0.15}, 0, 20},
          {"isotropic limit", ExponentialFibres{20, 2, 1.0 / 3, 0}, 0, 20},
          {"passive muscle", passive, 0, 300},
          {"contracted muscle", passive, 0.7, 300},
          {"contracted muscle, stiff in shear", sheared, 1, 300}};
}

// Fibres along x, the other direction along y, unless given.
LawResponse<double> respond(const SampleFibres& s, const Mat3d& F, const Vec3d& along = {{1, 0, 0}},
                            const Vec3d& across = {{0, 1, 0}}) {
  LawResponse<double> out{0, Sym3d::zero(), Sym6<double>::zero()};
  const FibrePoint<double> at{along, across, s.activation};
  std::visit([&](const auto& law) { law.add(at, F, out); }, s.law);
  return out;
}

// Cauchy stress = Kirchhoff stress along x at stretches a, b, c with a b c = 1.
double stress_along(const FibreLaw& law, double stretch, double activation = 0) {
  const double side = 1 / std::sqrt(stretch);
  return respond({"", law, activation, 1}, diagonal(stretch, side, side)).stress[0];
}

}  // namespace

TEST_CASE("Every fibre law of the list has a sample, and none acts where there are no fibres") {
  for (const LawEntry& entry : fibre_law_list) {
    const auto list = samples();
    CHECK(std::any_of(list.begin(), list.end(), [&](const auto& s) { return name(s.law) == entry.name; }));
    CHECK(!entry.line.empty());
  }
  for (const auto& sample : samples())
    for (const Mat3d& F : deformations()) {
      const auto out = respond(sample, F, {{0, 0, 0}}, {{0, 0, 0}});
      CHECK(out.energy == 0);
      CHECK(largest(out.stress) == 0);
      CHECK(largest(out.tangent) == 0);
    }
}

TEST_CASE("Passive fibres leave the rest state free of stress") {
  for (const auto& sample : samples()) {
    const auto rest = respond(sample, Mat3d::identity());
    CHECK(rest.energy == Approx(0).margin(1e-14));
    if (sample.activation == 0) CHECK(largest(rest.stress) < 1e-14 * sample.modulus);
  }
}

TEST_CASE("Fibres turn with the body, and their direction with the rest state") {
  Deformations random(13);
  for (const auto& sample : samples())
    for (const Mat3d& F : deformations()) {
      INFO(sample.name);
      const Mat3d Q = random.rotation(), R = random.rotation();
      const Vec3d x{{1, 0, 0}}, y{{0, 1, 0}};
      const auto plain = respond(sample, F), turned = respond(sample, Q * F),
                 before = respond(sample, F * transpose(R), R * x, R * y);
      const double scale = sample.modulus + largest(plain.tangent);
      CHECK(std::abs(turned.energy - plain.energy) < 1e-13 * scale);
      CHECK(std::abs(before.energy - plain.energy) < 1e-13 * scale);
      CHECK(largest(turned.stress - rotated(Q, plain.stress)) < 1e-13 * scale);
      CHECK(largest(before.stress - plain.stress) < 1e-13 * scale);
      CHECK(largest(before.tangent + (-1.0) * plain.tangent) < 1e-12 * scale);
    }
}

TEST_CASE("Fibre stress is the derivative of energy, the tangent that of stress") {
  for (const auto& sample : samples())
    for (const Mat3d& F : deformations()) {
      INFO(sample.name);
      const Mat3d difference = F - Mat3d::identity();
      if (double_dot(difference, difference) == 0) continue;  // collagen sets in there
      check_derivatives([&](const Mat3d& at) { return respond(sample, at); }, F, sample.modulus, 2e-8);
    }
}

TEST_CASE("Fibres do in lanes what they do in single numbers") {
  using Lane = Lanes<double, 8>;
  Deformations random(3);
  for (const auto& sample : samples()) {
    INFO(sample.name);
    Mat3d each[8];
    Mat3<Lane> F;
    FibrePoint<Lane> at{{Lane(0.0), Lane(0.0), Lane(0.0)}, {Lane(0.0), Lane(1.0), Lane(0.0)}, Lane(sample.activation)};
    for (int lane = 0; lane < 8; ++lane) {
      each[lane] = lane == 0 ? Mat3d::identity() : lane == 1 ? diagonal(1.2, 1.2, 0.7) : random.gradient(0.2);
      at.along[0].set(lane, lane == 7 ? 0.0 : 1.0);
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) F(i, j).set(lane, each[lane](i, j));
    }
    LawResponse<Lane> out{Lane(0.0), Sym3<Lane>::zero(), Sym6<Lane>::zero()};
    std::visit([&](const auto& law) { law.add(at, F, out); }, sample.law);
    for (int lane = 0; lane < 8; ++lane) {
      const auto one = respond(sample, each[lane], {{lane == 7 ? 0.0 : 1.0, 0, 0}});
      const double scale = sample.modulus + largest(one.tangent);
      double error = std::abs(out.energy[lane] - one.energy);
      for (int k = 0; k < 6; ++k) error = std::max(error, std::abs(out.stress[k][lane] - one.stress[k]));
      for (int k = 0; k < 21; ++k) error = std::max(error, std::abs(out.tangent.c[k][lane] - one.tangent.c[k]));
      CHECK(error < 1e-14 * scale);
    }
  }
}

TEST_CASE("Collagen carries tension only, and exponentially") {
  const double k1 = 20, k2 = 3;
  const ExponentialFibres one{k1, k2, 0, 0};
  CHECK(stress_along(one, 0.8) == 0);
  for (const double l : {1.05, 1.2, 1.4}) {
    const double E = l * l - 1;
    CHECK(stress_along(one, l) == Approx(2 * k1 * E * std::exp(k2 * E * E) * l * l).epsilon(1e-12));
  }
  // Two families at ±41° under the same stretch along x: I₄ = λ² cos² + sin²/λ for both, shear stress cancels.
  const double angle = 41 * std::numbers::pi / 180, l = 1.2, c2 = std::pow(std::cos(angle), 2);
  const ExponentialFibres two{k1, k2, 0, angle};
  const double E = l * l * c2 + (1 - c2) / l - 1;
  CHECK(stress_along(two, l) == Approx(4 * k1 * E * std::exp(k2 * E * E) * l * l * c2).epsilon(1e-12));
  const auto out = respond({"", two, 0, 1}, diagonal(l, 1 / std::sqrt(l), 1 / std::sqrt(l)));
  CHECK(std::abs(out.stress[3]) < 1e-13);
  // Dispersed in all directions it is an isotropic law in I₁: E = (I₁ − 3)/3.
  const ExponentialFibres all{k1, k2, 1.0 / 3, 0};
  const double first = l * l + 2 / l, mean = (first - 3) / 3;
  const double side = 1 / std::sqrt(l);
  const auto isotropic = respond({"", all, 0, 1}, diagonal(l, side, side));
  CHECK(isotropic.stress[0] == Approx(2 * k1 * mean * std::exp(k2 * mean * mean) * l * l / 3).epsilon(1e-12));
  CHECK(isotropic.stress[1] == Approx(2 * k1 * mean * std::exp(k2 * mean * mean) / l / 3).epsilon(1e-12));
}

TEST_CASE("Crimped collagen straightens in its toe, without a jump of the tangent") {
  const double k1 = 20, toe = 0.1;
  const ExponentialFibres crimped{k1, 0, 0, 0, toe};
  const auto E = [](double l) { return l * l - 1; };
  CHECK(stress_along(crimped, 1.03) == Approx(2 * k1 * std::pow(E(1.03), 3) / (2 * toe * toe) * 1.03 * 1.03));
  CHECK(stress_along(crimped, 1.2) == Approx(2 * k1 * (E(1.2) - toe / 2) * 1.2 * 1.2));
  const auto rest = respond({"", crimped, 0, 1}, Mat3d::identity());
  const auto barely = respond({"", crimped, 0, 1}, diagonal(1 + 1e-6, 1, 1));
  CHECK(largest(rest.tangent) == 0);
  CHECK(largest(barely.tangent) < 1e-3 * k1);
}

TEST_CASE("Muscle follows the force-length relations of its paper") {
  const double strength = 300e3, optimal = 1.4;
  const MuscleFibres muscle{strength, optimal, 0.05, 6.6, 1.4, 0};
  // At optimal length a fully active muscle pulls σ_max, and has no passive tension.
  CHECK(stress_along(muscle, optimal, 1) == Approx(strength).epsilon(1e-12));
  CHECK(stress_along(muscle, optimal, 0.25) == Approx(0.25 * strength).epsilon(1e-12));
  CHECK(stress_along(muscle, optimal, 0) == Approx(0).margin(1e-9));
  CHECK(stress_along(muscle, 1, 0) == 0);
  // l = 0.5: 9 · 0.1²; l = 0.75: 1 − 4/16; l = 1.5: 9 · 0.1² besides the passive part on its tangent.
  CHECK(stress_along(muscle, 0.5 * optimal, 1) == Approx(0.09 * 0.5 * strength).epsilon(1e-12));
  CHECK(stress_along(muscle, 0.75 * optimal, 1) == Approx(0.75 * 0.75 * strength).epsilon(1e-12));
  const double at_limit = 0.05 * (std::exp(6.6 * 0.4) - 1), slope = 0.05 * 6.6 * std::exp(6.6 * 0.4);
  CHECK(stress_along(muscle, 1.5 * optimal, 0) == Approx((at_limit + 0.1 * slope) * 1.5 * strength).epsilon(1e-12));
  CHECK(stress_along(muscle, 1.5 * optimal, 1) - stress_along(muscle, 1.5 * optimal, 0) ==
        Approx(0.09 * 1.5 * strength).epsilon(1e-12));
  CHECK(stress_along(muscle, 1.7 * optimal, 1) == stress_along(muscle, 1.7 * optimal, 0));
  CHECK(stress_along(muscle, 0.3 * optimal, 1) == 0);
  CHECK(stress_along(muscle, 1.2 * optimal, 0) ==
        Approx(0.05 * (std::exp(6.6 * 0.2) - 1) * 1.2 * strength).epsilon(1e-12));
}

TEST_CASE("Shear along muscle fibres has more stiffness, shear across them and stretch along them do not") {
  const double G = 2.5, shear = 0.3;
  const MuscleFibres muscle{300e3, 1.4, 0, 6.6, 1.4, G};
  const auto at = [&](const Mat3d& F) { return respond({"", muscle, 0, 1}, F); };
  Mat3d along = Mat3d::identity(), across = Mat3d::identity();
  along(0, 1) = shear;   // planes y slide along the fibres
  across(2, 1) = shear;  // and across them
  CHECK(at(along).energy == Approx(G * shear * shear).epsilon(1e-12));
  CHECK(at(along).stress[3] == Approx(2 * G * shear).epsilon(1e-12));
  CHECK(at(across).energy == Approx(0).margin(1e-14));
  CHECK(largest(at(across).stress) < 1e-14);
  CHECK(largest(at(diagonal(1.3, 0.9, 1.1)).stress) < 1e-13);
}
