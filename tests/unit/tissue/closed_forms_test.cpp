// Homogeneous deformations of incompressible material against their closed forms (J = 1: τ = σ up to a pressure, so
// stress differences and shear stresses are comparable).
#include "catch.hpp"
#include "sample_laws.hpp"

using namespace knead;

namespace {

constexpr double stretches[] = {0.4, 0.5, 0.8, 0.999999, 1.0, 1.000001, 1.05, 1.5, 2.0};
constexpr VolumetricSplit splits[] = {VolumetricSplit::split, VolumetricSplit::coupled};

double uniaxial(const Law& law, double l) {
  const auto r = respond(law, diagonal(1 / std::sqrt(l), l, 1 / std::sqrt(l)));
  return r.stress[1] - r.stress[0];
}
double equibiaxial(const Law& law, double l) {
  const auto r = respond(law, diagonal(l, 1 / (l * l), l));
  return r.stress[0] - r.stress[1];
}
double simple_shear(const Law& law, double g) {
  Mat3d F = Mat3d::identity();
  F(0, 1) = g;
  return respond(law, F).stress[3];
}

template <class Uniaxial, class Equibiaxial, class Shear>
void compare(const Law& law, const Uniaxial& s, const Equibiaxial& b, const Shear& t) {
  const double margin = 1e-10 * shear_modulus(law);
  for (const double l : stretches) {
    INFO(name(law) << ", stretch " << l);
    CHECK(uniaxial(law, l) == Approx(s(l)).epsilon(1e-8).margin(margin));
    CHECK(equibiaxial(law, l) == Approx(b(l)).epsilon(1e-8).margin(margin));
    CHECK(simple_shear(law, l - 1) == Approx(t(l - 1)).epsilon(1e-8).margin(margin));
  }
}

}  // namespace

TEST_CASE("Neo-Hookean: s = G (l² − 1/l), G (l² − 1/l⁴), t = G g") {
  const double G = 3.2;
  for (const auto split : splits)
    compare(
        NeoHookean{G, split}, [=](double l) { return G * (l * l - 1 / l); },
        [=](double l) { return G * (l * l - std::pow(l, -4)); }, [=](double g) { return G * g; });
}

TEST_CASE("Mooney-Rivlin: s = 2 (l² − 1/l) (C10 + C01/l), 2 (l² − 1/l⁴) (C10 + C01 l²), t = 2 (C10 + C01) g") {
  const double a = 1.3, b = 0.4;
  for (const auto split : splits)
    compare(
        MooneyRivlin{a, b, split}, [=](double l) { return 2 * (l * l - 1 / l) * (a + b / l); },
        [=](double l) { return 2 * (l * l - std::pow(l, -4)) * (a + b * l * l); },
        [=](double g) { return 2 * (a + b) * g; });
}

TEST_CASE("Yeoh: the neo-Hookean forms with the modulus 2 (C10 + 2 C20 x + 3 C30 x²), x = I₁ − 3") {
  const double a = 1.3, b = 0.4, c = 0.2;
  const auto G = [=](double x) { return 2 * (a + 2 * b * x + 3 * c * x * x); };
  for (const auto split : splits)
    compare(
        Yeoh{a, b, c, split}, [=](double l) { return G(l * l + 2 / l - 3) * (l * l - 1 / l); },
        [=](double l) { return G(2 * l * l + std::pow(l, -4) - 3) * (l * l - std::pow(l, -4)); },
        [=](double g) { return G(g * g) * g; });
}

TEST_CASE("Ogden: sums of powers; in shear (2 μ/α) (l^α − l^-α)/(l + 1/l), l − 1/l = g") {
  const std::vector<std::vector<OgdenTerm>> sets{
      {{1.2, 9}}, {{150, 20}}, {{1, 1.3}, {0.5, 5}, {0.3, -2}, {0.02, -0.5}}};
  for (const auto split : splits)
    for (const auto& terms : sets) {
      Ogden law;
      law.split = split;
      for (const auto& term : terms) law.add(term);
      const auto sum = [&](auto&& f) {
        double s = 0;
        for (const auto& t : terms) s += 2 * t.mu / t.alpha * f(t.alpha);
        return s;
      };
      compare(
          law, [&](double l) { return sum([&](double a) { return std::pow(l, a) - std::pow(l, -a / 2); }); },
          [&](double l) { return sum([&](double a) { return std::pow(l, a) - std::pow(l, -2 * a); }); },
          [&](double g) {
            const double l = g / 2 + std::sqrt(1 + g * g / 4);
            return sum([&](double a) { return (std::pow(l, a) - std::pow(l, -a)) / (l + 1 / l); });
          });
    }
}

TEST_CASE("Published and tabulated numbers of Ogden tissues") {
  // Fat, lower bound: G 1.2 kPa, alpha 9, half its height: −6.03 kPa.
  CHECK(uniaxial(Ogden({{1.2e3, 9}}), 0.5) == Approx(-6.03e3).epsilon(1e-3));
  // Skin pre-stretched by 1.05 in both directions: 37.7 kPa, inside the 28–92 kPa measured in vivo.
  CHECK(equibiaxial(Ogden({{150e3, 20}}), 1.05) == Approx(37.7e3).epsilon(1e-3));
}

TEST_CASE("Ogden with α = 2 and −2 is Mooney-Rivlin, also at and near equal stretches") {
  const Law ogden = Ogden({{1.4, 2}, {0.6, -2}}), mooney = MooneyRivlin{0.7, 0.3};
  Deformations random(23);
  std::vector<Mat3d> list{Mat3d::identity()};
  for (const double gap : {0.0, 1e-14, 1e-12, 1e-9, 1e-7, 1e-5, 1e-3}) {
    list.push_back(random.rotation() * diagonal(1.3, 1.3 + gap, 0.6));
    list.push_back(random.rotation() * diagonal(1 + gap, 1, 1 - gap));
    list.push_back(random.rotation() * diagonal(0.3, 2 + gap, 2));
  }
  for (int i = 0; i < 20; ++i) list.push_back(random.gradient(0.4));
  for (const Mat3d& F : list) {
    const auto a = respond(ogden, F), b = respond(mooney, F);
    double size = 2;
    for (double x : b.tangent.c) size = std::max(size, std::abs(x));
    CHECK(std::abs(a.energy - b.energy) < 1e-12 * size);
    for (int k = 0; k < 6; ++k) CHECK(std::abs(a.stress[k] - b.stress[k]) < 1e-12 * size);
    for (int k = 0; k < 21; ++k) CHECK(std::abs(a.tangent.c[k] - b.tangent.c[k]) < 1e-12 * size);
  }
}

TEST_CASE("The three conventions of Ogden's law meet") {
  // G = Σ μ α/2 in the original form, Σ c/2 in the c, m form.
  CHECK(Ogden({ogden_term_from_original(2.0, 6)}).shear_modulus() == Approx(6.0));
  CHECK(Ogden({ogden_term_from_c_m(5.0, 6)}).shear_modulus() == Approx(2.5));
  // μ/α (l^α − 3) and c/m² (l^m − 3) as written in their papers, at uniaxial stretch.
  const double l = 1.4;
  const double power_sum = std::pow(l, 6.0) + 2 * std::pow(l, -3.0) - 3;
  const auto F = diagonal(l, 1 / std::sqrt(l), 1 / std::sqrt(l));
  CHECK(respond(Ogden({ogden_term_from_original(2.0, 6)}), F).energy == Approx(2.0 / 6 * power_sum));
  CHECK(respond(Ogden({ogden_term_from_c_m(5.0, 6)}), F).energy == Approx(5.0 / 36 * power_sum));
}
