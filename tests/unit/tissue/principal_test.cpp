#include "tissue/principal.hpp"

#include <Eigen/Dense>

#include "catch.hpp"
#include "sample_laws.hpp"

using namespace knead;

namespace {

void compare(const Sym3d& s) {
  const auto mine = principal(s);
  Eigen::Matrix3d a, v;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) a(i, j) = s(i, j), v(i, j) = mine.direction(i, j);
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> other(a);
  const double size = a.norm();
  Eigen::Vector3d values(mine.value[0], mine.value[1], mine.value[2]);
  CHECK((a * v - v * values.asDiagonal()).norm() < 4e-15 * size);
  CHECK((v.transpose() * v - Eigen::Matrix3d::Identity()).norm() < 4e-15);
  std::sort(values.data(), values.data() + 3);
  CHECK((values - other.eigenvalues()).norm() < 4e-15 * size);
}

}  // namespace

TEST_CASE("Principal values and directions agree with Eigen") {
  Deformations random(17);
  compare(Sym3d::identity());
  compare(Sym3d{{2, 2, 2, 1, 1, 1}});
  compare(Sym3d{{0, 0, 0, 1, 1, 1}});
  compare(Sym3d{{1, 1, 1, 1e-9, -1e-9, 1e-9}});
  compare(Sym3d{{1, 1 + 1e-15, 1, 1e-170, 0, 1e-170}});
  compare(Sym3d{{1e6, 1, 1e-6, 1e-3, 1e-8, 1e-4}});
  for (int i = 0; i < 2000; ++i) compare(times_transposed(random.gradient(i % 2 ? 0.3 : 1e-4)));
  for (int i = 0; i < 200; ++i) compare(times_transposed(random.rotation() * diagonal(1.5, 1.5, 0.4)));
}

TEST_CASE("Single precision directions are orthogonal to single precision") {
  Deformations random(19);
  for (int i = 0; i < 200; ++i) {
    const Sym3d b = times_transposed(random.gradient(0.4));
    Sym3<float> f;
    for (int k = 0; k < 6; ++k) f[k] = static_cast<float>(b[k]);
    const auto p = principal(f);
    const auto vv = transpose(p.direction) * p.direction;
    for (int r = 0; r < 3; ++r)
      for (int c = 0; c < 3; ++c) CHECK(std::abs(vv(r, c) - (r == c ? 1.0f : 0.0f)) < 2e-6f);
  }
}
