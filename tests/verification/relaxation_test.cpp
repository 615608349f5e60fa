// Viscoelastic tissue against closed forms of the Prony series: relaxation, ramp and hold, oscillation.
#include <cmath>
#include <complex>
#include <numbers>

#include <fmt/format.h>

#include "body/specimens.hpp"
#include "catch.hpp"
#include "verification/case_table.hpp"
#include "verification/statics.hpp"

using namespace knead;
using namespace knead::test;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const std::vector<PronyTerm> fast_and_slow{{0.35, 0.5}, {0.25, 6}};
const std::vector<PronyTerm> three_decades{{0.25, 0.1}, {0.2, 30}, {0.1, 700}};

Mesh unit_cube() {
  BlockSettings block;
  block.size = {{1, 1, 1}};
  block.elements = {1, 1, 1};
  return make_block(block);
}

// A cube that relaxes and whose x and z faces slide, stretched along x to 1 + strain(t).
class Specimen {
 public:
  struct Collagen {
    ExponentialFibres law;
    std::vector<PronyTerm> terms;
  };
  // collagen: along x.
  Specimen(const Law& law, const std::vector<PronyTerm>& terms, double kappa, std::function<double(double)> strain,
           const std::optional<Collagen>& collagen = {})
      : body_(one_tissue_body(unit_cube(), law, kappa)), strain_(std::move(strain)) {
    body_->tissues[0].relaxation = terms;
    if (collagen) {
      body_->tissues[0].fibres = collagen->law;
      body_->tissues[0].fibre_relaxation = collagen->terms;
      body_->fibre.assign(points_per_cell, {1, 0, 0});
    }
    hold(*body_, "left", 1);
    hold(*body_, "front", 2);
    hold(*body_, "bottom", 4);
    std::vector<PrescribedComponent> prescribed;
    prescribe(
        prescribed, body_->mesh, nodes_of(body_->mesh, "right"), 1,
        [](const Vec3d&) {
          return Vec3d{{1, 0, 0}};
        },
        strain_);
    system_.emplace(body_, std::vector<std::unique_ptr<SurfaceTerm>>{}, std::vector<PressedApplicator>{}, prescribed,
                    tight_settings());
    x_ = system_->rest();
  }
  // Nominal stress = force on the rest area of 1 after a step to this time.
  double advance(double time) {
    system_->set_time(time, {});
    const NewtonReport r = system_->solve(x_);
    INFO(time << " s: " << r.reason);
    REQUIRE(r.converged);
    const double before = force();
    system_->commit(x_);
    // What was remembered at the end of the step carries the same stress on.
    CHECK(force() == Approx(before).epsilon(1e-6).margin(1e-9));
    return before;
  }

 private:
  double force() { return sum_over(internal_forces(*system_, x_), nodes_of(body_->mesh, "right"))[0]; }

  std::shared_ptr<Body> body_;
  std::function<double(double)> strain_;
  std::optional<System> system_;
  Unknowns x_;
};

double remaining(const std::vector<PronyTerm>& terms, double time) {
  double share = 1;
  for (const PronyTerm& t : terms) share -= t.g * (1 - std::exp(-time / t.tau));
  return share;
}

}  // namespace

TEST_CASE("A held stretch relaxes by the Prony series, whatever the law, the stretch and the steps") {
  struct Held {
    const char* name;
    Law law;
    std::vector<PronyTerm> terms;
    double stretch;
  };
  int order = 54;
  for (const Held& held :
       {Held{"Ogden α = 12", Ogden{{8.0, 12.0}}, fast_and_slow, 1.3},
        Held{"Ogden α = 12", Ogden{{8.0, 12.0}}, fast_and_slow, 0.6},
        Held{"neo-Hookean, coupled", NeoHookean{3.0, VolumetricSplit::coupled}, three_decades, 0.7}}) {
    INFO(held.name << " " << held.stretch);
    Specimen specimen(held.law, held.terms, infinity, [&](double) { return held.stretch - 1; });
    const double instant = specimen.advance(1e-9);  // nothing has relaxed yet
    double worst = 0;
    for (double time : {0.05, 0.1, 0.5, 1.0, 1.5, 7.0, 20.0, 21.0, 60.0}) {
      const double stress = specimen.advance(time);
      worst = std::max(worst, std::abs(stress / (instant * remaining(held.terms, time)) - 1));
    }
    CHECK(report(error_row(order++,
                           fmt::format("Relaxation at λ = {}, {}, nine steps to 60 s: largest difference of the stress",
                                       held.stretch, held.name),
                           "G(t)/G₀ = 1 − Σ g (1 − e^(−t/τ))", worst, 2e-7, "1 cell")));
  }
}

TEST_CASE("Collagen relaxes by its own series beside that of the matrix") {
  constexpr double stretch = 1.2;
  const NeoHookean matrix{3.0, VolumetricSplit::split};
  ExponentialFibres fibres;
  fibres.k1 = 20;
  fibres.k2 = 1.5;
  const auto held = [](double) { return stretch - 1; };
  const double of_matrix = Specimen(matrix, {}, infinity, held).advance(1e-9);
  int order = 56;
  for (const auto& terms : {std::vector<PronyTerm>{}, three_decades}) {
    Specimen specimen(matrix, terms, infinity, held, Specimen::Collagen{fibres, fast_and_slow});
    const double instant = specimen.advance(1e-9), of_fibres = instant - of_matrix;
    // E = λ² − 1, nominal stress 2 k1 E exp(k2 E²) λ
    const double E = stretch * stretch - 1;
    CHECK(of_fibres == Approx(2 * fibres.k1 * E * std::exp(fibres.k2 * E * E) * stretch).epsilon(1e-6));
    double worst = 0;
    for (double time : {0.05, 0.1, 0.5, 1.0, 7.0, 20.0, 60.0}) {
      const double expected = of_matrix * remaining(terms, time) + of_fibres * remaining(fast_and_slow, time);
      worst = std::max(worst, std::abs(specimen.advance(time) / expected - 1));
    }
    CHECK(report(error_row(order++,
                           fmt::format("Relaxation of collagen in {} matrix, λ = {}: largest difference of the stress",
                                       terms.empty() ? "an elastic" : "a relaxing", stretch),
                           "each by its own G(t)/G₀", worst, 2e-7, "1 cell")));
  }
}

TEST_CASE("Ramp and hold at small strain: the convolution integral") {
  const double rise = 2, strain = 1e-5, modulus = 3 * 5.0;  // incompressible: E = 3 G
  Specimen specimen(NeoHookean{5.0, VolumetricSplit::split}, fast_and_slow, infinity,
                    [=](double t) { return strain * std::min(t / rise, 1.0); });
  double worst = 0;
  for (double time : {0.2, 0.3, 1.0, 2.0, 2.5, 4.0, 10.0, 40.0}) {
    double expected = std::min(time / rise, 1.0);
    for (const PronyTerm& t : fast_and_slow) {
      // of a Maxwell element the share that is left: τ/T (1 − e^(−t/τ)) in the ramp, decaying in the hold
      const double ramp = std::min(time, rise), built = t.tau / rise * -std::expm1(-ramp / t.tau);
      expected += t.g * (built * std::exp(-(time - ramp) / t.tau) - std::min(time / rise, 1.0));
    }
    worst = std::max(worst, std::abs(specimen.advance(time) / (modulus * strain * expected) - 1));
  }
  CHECK(
      report(error_row(57, "Ramp of 2 s and hold to 40 s in eight steps, strain 1e-5: largest difference of the stress",
                       "convolution of the Prony series", worst, 3e-5, "1 cell")));
}

TEST_CASE("Oscillation: storage and loss modulus, of second order in the step") {
  const double period = 2, omega = 2 * std::numbers::pi / period, strain = 1e-5, G = 5;
  std::complex<double> exact = 1;
  for (const PronyTerm& t : fast_and_slow)
    exact -= t.g * (1.0 - std::complex<double>(0, omega * t.tau) / std::complex<double>(1, omega * t.tau));
  double error[2];
  const int steps[2] = {20, 40};
  for (int k = 0; k < 2; ++k) {
    Specimen specimen(NeoHookean{G, VolumetricSplit::split}, fast_and_slow, infinity,
                      [=](double t) { return strain * std::sin(omega * t); });
    // Until the slow term has forgotten the start, then a period.
    const int n = steps[k], periods = 24;
    std::complex<double> sum = 0;
    for (int i = 1; i <= n * periods; ++i) {
      const double time = period * i / n, stress = specimen.advance(time);
      if (i > n * (periods - 1)) sum += stress * std::exp(std::complex<double>(0, -omega * time));
    }
    // Im(G* e^(iωt)) has this component at ω
    const std::complex<double> modulus = sum * 2.0 / (n * 3 * G * strain) * std::complex<double>(0, 1);
    error[k] = std::abs(modulus - exact) / std::abs(exact);
    if (k == 1) {
      CHECK(report(relative_row(58, "Oscillation of 2 s, 40 steps a period: storage modulus over G₀",
                                "Re (1 − Σ g/(1 + iωτ))", exact.real(), modulus.real(), 2e-3, "1 cell")));
      CHECK(report(relative_row(59, "The same: loss modulus over G₀", "Im (1 − Σ g/(1 + iωτ))", exact.imag(),
                                modulus.imag(), 1e-2, "1 cell")));
    }
  }
  const double observed = std::log2(error[0] / error[1]);
  CHECK(report(error_row(60, "The same: order in the length of the steps, beside 2", "20 and 40 steps a period",
                         std::abs(observed - 2), 0.15, "1 cell")));
}
