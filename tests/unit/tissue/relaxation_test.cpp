// The step of the Prony series, and the stress that it carries on.
#include "tissue/relaxation.hpp"
#include "catch.hpp"
#include "law_checks.hpp"

using namespace knead;

namespace {

Sym3d some_stress(unsigned seed) {
  Deformations random(seed);
  Sym3d a;
  for (int k = 0; k < 6; ++k) a[k] = random.number(-3, 3);
  return a;
}

LawResponse<double> carried(VolumetricSplit split, const Sym3d& A, const Mat3d& F) {
  LawResponse<double> out{0, Sym3d::zero(), Sym6<double>::zero()};
  add_carried_stress(split, F, A, out);
  return out;
}

}  // namespace

TEST_CASE("A step of the Prony series goes from nothing relaxed to all") {
  const std::vector<PronyTerm> terms{{0.35, 0.5}, {0.25, 6}};
  const PronyStep none = prony_step(terms, 0), all = prony_step(terms, INFINITY), some = prony_step(terms, 2);
  CHECK(none.factor == 1);
  CHECK(none.decay[0] == 1);
  CHECK(none.share[1] == 0.25);
  CHECK(all.factor == Approx(0.4));
  CHECK(all.decay[1] == 0);
  CHECK(all.share[0] == 0);
  // Ramp of 2 s at constant rate from rest: the stress over the instantaneous one, ∫ G(t − s) ds/(2 G₀).
  const double expected = 0.4 + 0.35 * 0.25 * (1 - std::exp(-4)) + 0.25 * 3 * (1 - std::exp(-1.0 / 3));
  CHECK(some.factor == Approx(expected).epsilon(1e-14));
  CHECK(prony_factor(terms, 2) == Approx(0.4 + 0.35 * std::exp(-4) + 0.25 * std::exp(-1.0 / 3)).epsilon(1e-14));
  CHECK(prony_step({}, 3).factor == 1);
}

TEST_CASE("Carried stress is the derivative of its energy, its tangent that of its stress") {
  for (const VolumetricSplit split : {VolumetricSplit::split, VolumetricSplit::coupled})
    for (const Mat3d& F : deformations())
      check_derivatives([&](const Mat3d& at) { return carried(split, some_stress(5), at); }, F, 3, 2e-8);
}

TEST_CASE("The stress of a law at rest axes, carried on, is that stress again, also after a rotation") {
  Deformations random(17);
  for (const auto& sample : sample_laws())
    for (const Mat3d& F : deformations()) {
      INFO(sample.name);
      const LawResponse<double> law = respond(sample.law, F);
      const Sym3d at_rest = stress_at_rest(split(sample.law), F, law.stress);
      const double scale = shear_modulus(sample.law) + largest(law.tangent);
      CHECK(largest(carried(split(sample.law), at_rest, F).stress - law.stress) < 1e-13 * scale);
      const Mat3d Q = random.rotation();
      CHECK(largest(carried(split(sample.law), at_rest, Q * F).stress - rotated(Q, law.stress)) < 1e-13 * scale);
      CHECK(largest(stress_at_rest(split(sample.law), Q * F, rotated(Q, law.stress)) - at_rest) < 1e-12 * scale);
    }
}
