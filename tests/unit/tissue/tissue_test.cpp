#include "tissue/tissue.hpp"

#include "base/error.hpp"
#include "catch.hpp"

using namespace knead;

TEST_CASE("The Prony series of muscle: half after five seconds, 0.40 in the end") {
  const PronyTerm muscle[] = {{0.35, 0.5}, {0.25, 6}};
  CHECK(prony_factor(muscle, 0) == 1);
  CHECK(prony_factor(muscle, 1) == Approx(1 - 0.35 * (1 - std::exp(-2.0)) - 0.25 * (1 - std::exp(-1.0 / 6))));
  CHECK(prony_factor(muscle, 5) == Approx(0.51).margin(0.005));
  CHECK(prony_factor(muscle, 1e4) == Approx(0.40));
}

TEST_CASE("The coefficient of U follows from the bulk modulus") {
  const double mu = 3e3, K = 1e6;
  const auto coupled = VolumetricSplit::coupled;
  CHECK(kappa_from_bulk_modulus(NeoHookean{mu}, K) == K);
  CHECK(kappa_from_bulk_modulus(Ogden({{mu, 12}}), K) == K);
  CHECK(kappa_from_bulk_modulus(NeoHookean{mu, coupled}, K) == Approx(K - 2 * mu / 3));
  CHECK(kappa_from_bulk_modulus(Ogden({{mu, 12}}, coupled), K) == Approx(K - 2 * mu / 3));
  CHECK(std::isinf(kappa_from_bulk_modulus(NeoHookean{mu, coupled}, std::numeric_limits<double>::infinity())));
  CHECK_THROWS_AS(kappa_from_bulk_modulus(NeoHookean{mu, coupled}, mu / 2), Error);
}

TEST_CASE("The bulk modulus of a coupled law is the pressure per volume change at rest") {
  const auto coupled = VolumetricSplit::coupled;
  const Law laws[] = {NeoHookean{2, coupled}, MooneyRivlin{1.2, 0.7, coupled}, Yeoh{1.1, 0.6, 0.3, coupled},
                      Ogden({{1.5, 7}, {0.3, -3}}, coupled)};
  for (const Law& law : laws) {
    const auto pressure = [&](double J) {
      LawResponse<double> r;
      std::visit([&](const auto& l) { l.evaluate(std::cbrt(J) * Mat3d::identity(), r); }, law);
      return -trace(r.stress) / (3 * J);
    };
    const double h = 1e-5;
    CHECK(law_bulk_modulus(law) == Approx((pressure(1 - h) - pressure(1 + h)) / (2 * h)).epsilon(1e-7));
  }
}
