// What every law in the list must satisfy.
#include <algorithm>

#include "catch.hpp"
#include "law_checks.hpp"
#include "sample_laws.hpp"

using namespace knead;

TEST_CASE("Every law of the list has a sample") {
  for (const LawEntry& entry : law_list) {
    const auto samples = sample_laws();
    CHECK(std::any_of(samples.begin(), samples.end(), [&](const auto& s) { return name(s.law) == entry.name; }));
    CHECK(!entry.line.empty());
  }
}

TEST_CASE("The rest state is free of stress and has the stated shear modulus") {
  for (const auto& sample : sample_laws()) {
    INFO(sample.name);
    const auto rest = respond(sample.law, Mat3d::identity());
    const double G = shear_modulus(sample.law);
    CHECK(rest.energy == 0);
    CHECK(largest(rest.stress) <= 1e-15 * G);
    for (int k = 3; k < 6; ++k) CHECK(rest.tangent(k, k) == Approx(G).epsilon(1e-12));
    CHECK(rest.tangent(0, 0) - rest.tangent(0, 1) == Approx(2 * G).epsilon(1e-12));
    CHECK(shear_modulus(scaled(sample.law, 0.5)) == Approx(0.5 * G));
  }
}

TEST_CASE("A rotation after the deformation rotates the stress, one before it changes nothing") {
  Deformations random(11);
  for (const auto& sample : sample_laws())
    for (const Mat3d& F : deformations()) {
      INFO(sample.name);
      const Mat3d Q = random.rotation();
      const auto plain = respond(sample.law, F), turned = respond(sample.law, Q * F),
                 before = respond(sample.law, F * Q);
      const double scale = shear_modulus(sample.law) + largest(plain.tangent);
      CHECK(std::abs(turned.energy - plain.energy) < 1e-13 * scale);
      CHECK(std::abs(before.energy - plain.energy) < 1e-13 * scale);
      const Mat3d rotated = Q * full(plain.stress) * transpose(Q);
      double stress_error = 0;
      for (int k = 0; k < 6; ++k)
        stress_error = std::max(stress_error, std::abs(turned.stress[k] - rotated(sym3_row[k], sym3_column[k])));
      CHECK(stress_error < 1e-13 * scale);
      CHECK(largest(before.stress - plain.stress) < 1e-13 * scale);
      // The same strain increment, seen in the rotated frame, costs the same.
      const Mat3d l = random.matrix(1), turned_l = Q * l * transpose(Q);
      const Sym3d e = symmetric_part(l), turned_e = symmetric_part(turned_l);
      CHECK(contract(turned_e, turned.tangent.contract(turned_e)) ==
            Approx(contract(e, plain.tangent.contract(e))).epsilon(1e-11).margin(1e-13 * scale));
    }
}

TEST_CASE("Split laws do not see the volume") {
  for (const auto& sample : sample_laws()) {
    if (split(sample.law) != VolumetricSplit::split) continue;
    for (const Mat3d& F : deformations()) {
      INFO(sample.name);
      const auto plain = respond(sample.law, F), swollen = respond(sample.law, 1.17 * F);
      const double scale = shear_modulus(sample.law) + largest(plain.tangent);
      CHECK(std::abs(swollen.energy - plain.energy) < 1e-13 * scale);
      CHECK(largest(swollen.stress - plain.stress) < 1e-13 * scale);
      CHECK(largest(swollen.tangent + (-1.0) * plain.tangent) < 1e-12 * scale);
      CHECK(std::abs(trace(plain.stress)) < 1e-13 * scale);
    }
  }
}

TEST_CASE("Stress is the derivative of energy, the tangent that of stress") {
  for (const auto& sample : sample_laws())
    for (const Mat3d& F : deformations()) {
      INFO(sample.name);
      check_derivatives([&](const Mat3d& at) { return respond(sample.law, at); }, F, shear_modulus(sample.law), 2e-8);
    }
}

namespace {

template <class T>
void compare_lanes(double tolerance) {
  using Scalar = typename T::value_type;
  constexpr int width = T::width;
  Deformations random(3);
  for (const auto& sample : sample_laws()) {
    INFO(sample.name);
    Mat3d each[width];
    Mat3<T> F;
    for (int lane = 0; lane < width; ++lane) {
      each[lane] = lane == 0 ? Mat3d::identity() : lane == 1 ? diagonal(1.2, 1.2, 0.7) : random.gradient(0.2);
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) {
          const auto x = static_cast<Scalar>(each[lane](i, j));
          each[lane](i, j) = static_cast<double>(x);
          F(i, j).set(lane, x);
        }
    }
    const auto lanes = respond<T>(sample.law, F);
    for (int lane = 0; lane < width; ++lane) {
      const auto one = respond(sample.law, each[lane]);
      const double scale = shear_modulus(sample.law) + largest(one.tangent);
      double error = std::abs(static_cast<double>(lanes.energy[lane]) - one.energy);
      for (int k = 0; k < 6; ++k)
        error = std::max(error, std::abs(static_cast<double>(lanes.stress[k][lane]) - one.stress[k]));
      for (int k = 0; k < 21; ++k)
        error = std::max(error, std::abs(static_cast<double>(lanes.tangent.c[k][lane]) - one.tangent.c[k]));
      CHECK(error < tolerance * scale);
    }
  }
}

}  // namespace

TEST_CASE("Lanes give what single numbers give") {
  compare_lanes<Lanes<double, 8>>(1e-14);
  compare_lanes<Lanes<float, 16>>(1e-5);
}

TEST_CASE("Single precision agrees with double") {
  Deformations random(5);
  for (const auto& sample : sample_laws()) {
    INFO(sample.name);
    Mat3d F = random.gradient(0.2);
    Mat3<float> Ff;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) Ff(i, j) = static_cast<float>(F(i, j));
    const auto exact = respond(sample.law, F);
    const auto rough = respond<float>(sample.law, Ff);
    const double scale = shear_modulus(sample.law) + largest(exact.tangent);
    for (int k = 0; k < 6; ++k) CHECK(std::abs(static_cast<double>(rough.stress[k]) - exact.stress[k]) < 1e-5 * scale);
    for (int k = 0; k < 21; ++k)
      CHECK(std::abs(static_cast<double>(rough.tangent.c[k]) - exact.tangent.c[k]) < 1e-5 * scale);
  }
}
