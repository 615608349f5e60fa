#include "tissue/volumetric.hpp"

#include <limits>

#include "catch.hpp"

using namespace knead;

namespace {
constexpr VolumetricFunction functions[] = {VolumetricFunction::quadratic, VolumetricFunction::logarithmic,
                                            VolumetricFunction::mixed};
constexpr double kappa = 4e6;
}  // namespace

TEST_CASE("Lambert's function at known points") {
  CHECK(detail::lambert_w0(0.0) == 0);
  CHECK(detail::lambert_w0(1.0) == Approx(0.56714329040978387).epsilon(1e-15));
  CHECK(detail::lambert_w0(std::exp(1.0)) == Approx(1).epsilon(1e-15));
  CHECK(detail::lambert_w0(-0.2) == Approx(-0.25917110181907376).epsilon(1e-14));
  for (const double w : {-0.95, -0.5, -0.1, -1e-3, -1e-12, 1e-12, 1e-3, 0.3, 2.0, 10.0, 100.0})
    CHECK(detail::lambert_w0(w * std::exp(w)) == Approx(w).epsilon(1e-12));
}

TEST_CASE("J* is the inverse of −κ U'") {
  for (const auto f : functions) {
    for (double x = -0.36; x < 0.95; x += 0.01) {
      const double p = x * kappa;
      const auto r = volume_ratio(f, p, 1 / kappa);
      INFO(volumetric_names[static_cast<int>(f)] << ", p/kappa = " << x);
      CHECK(r.ok);
      CHECK(-kappa * volumetric_slope(f, r.ratio) == Approx(p).epsilon(1e-11).margin(1e-10 * kappa));
      const double h = 1e-3 * kappa;
      const auto at = [&](double q) { return volume_ratio(f, q, 1 / kappa).ratio; };
      if (x > -0.3) {
        const double slope = (8 * (at(p + h) - at(p - h)) - (at(p + 2 * h) - at(p - 2 * h))) / (12 * h);
        CHECK(r.slope == Approx(slope).epsilon(1e-7));
      }
    }
  }
  // Far out: mixed has a volume for every pressure, the logarithm for every compression.
  for (const double x : {-1e3, -3.0, 3.0, 1e3}) {
    const auto r = volume_ratio(VolumetricFunction::mixed, x, 1.0);
    CHECK(r.ok);
    CHECK(-volumetric_slope(VolumetricFunction::mixed, r.ratio) == Approx(x).epsilon(1e-10));
  }
  CHECK(-volumetric_slope(VolumetricFunction::logarithmic,
                          volume_ratio(VolumetricFunction::logarithmic, 1e3, 1.0).ratio) == Approx(1e3).epsilon(1e-10));
}

TEST_CASE("U' is the derivative of U, and G is its Legendre dual") {
  for (const auto f : functions) {
    INFO(volumetric_names[static_cast<int>(f)]);
    for (const double J : {0.4, 0.9, 1.0, 1.2, 2.0}) {
      const double h = 1e-4;
      const auto U = [&](double x) { return volumetric_energy(f, x); };
      CHECK(volumetric_slope(f, J) ==
            Approx((8 * (U(J + h) - U(J - h)) - (U(J + 2 * h) - U(J - 2 * h))) / (12 * h)).margin(1e-10));
    }
    for (const double x : {-0.3, -0.01, 0.0, 0.01, 0.5}) {
      const double p = x * kappa, J = volume_ratio(f, p, 1 / kappa).ratio;
      // The stationary value of −p (J − 1) − G(p) over p is κ U(J).
      CHECK(-p * (J - 1) - volumetric_dual(f, p, kappa) ==
            Approx(kappa * volumetric_energy(f, J)).epsilon(1e-9).margin(1e-12 * kappa));
      const double h = 1e-4 * kappa;
      const double slope = (volumetric_dual(f, p + h, kappa) - volumetric_dual(f, p - h, kappa)) / (2 * h);
      CHECK(slope == Approx(1 - J).margin(1e-7));
    }
  }
}

TEST_CASE("Incompressible material keeps its volume under any pressure") {
  for (const auto f : functions) {
    const auto r = volume_ratio(f, 1e9, 0.0);
    CHECK(r.ok);
    CHECK(r.ratio == 1);
    CHECK(r.slope == 0);
    CHECK(volumetric_dual(f, 1e9, std::numeric_limits<double>::infinity()) == 0);
  }
}

TEST_CASE("Pressures without a volume are flagged") {
  CHECK(!volume_ratio(VolumetricFunction::quadratic, 1.01, 1.0).ok);
  CHECK(volume_ratio(VolumetricFunction::quadratic, 0.99, 1.0).ok);
  CHECK(!volume_ratio(VolumetricFunction::logarithmic, -0.3679, 1.0).ok);
  CHECK(volume_ratio(VolumetricFunction::logarithmic, -0.3678, 1.0).ok);
}

TEST_CASE("Volumes of lanes are those of single numbers") {
  using D = Lanes<double, 8>;
  using F = Lanes<float, 16>;
  for (const auto f : functions) {
    D p;
    F q;
    for (int i = 0; i < 8; ++i) p.set(i, -0.5 + 0.13 * i);
    for (int i = 0; i < 16; ++i) q.set(i, static_cast<float>(-0.3 + 0.07 * i));
    const auto r = volume_ratio(f, p, D(1.0));
    const auto s = volume_ratio(f, q, F(1.0f));
    for (int i = 0; i < 8; ++i) {
      const auto one = volume_ratio(f, p[i], 1.0);
      CHECK((r.ok[i] != 0) == one.ok);
      CHECK(r.ratio[i] == Approx(one.ratio).epsilon(1e-14));
      CHECK(r.slope[i] == Approx(one.slope).epsilon(1e-14));
    }
    for (int i = 0; i < 16; ++i)
      CHECK(static_cast<double>(s.ratio[i]) ==
            Approx(volume_ratio(f, static_cast<double>(q[i]), 1.0).ratio).epsilon(2e-6));
  }
}
