#include "solve/aggregation.hpp"

#include <algorithm>
#include <vector>

#include "catch.hpp"
#include "elasticity.hpp"

using namespace knead;

namespace {

test::ElasticBox small_box() {
  return test::elastic_box(
      {test::uniform_grid(1, 7), test::uniform_grid(1, 6), test::uniform_grid(1, 5)}, [](const Vec3d&) { return 1.0; },
      test::held_at_bottom);
}

}  // namespace

TEST_CASE("Aggregates part the nodes, and held ones stay out") {
  const test::ElasticBox box = small_box();
  const StrengthGraph graph = strength_graph(box.matrix, 0);
  const Aggregates aggregates = aggregate(graph);
  std::vector<int> size(static_cast<std::size_t>(aggregates.count), 0);
  for (int node = 0; node < box.num_nodes(); ++node) {
    const int a = aggregates.of_node[static_cast<std::size_t>(node)];
    if (box.points[static_cast<std::size_t>(node)][2] == 0) {
      CHECK(a == -1);
    } else {
      REQUIRE(a >= 0);
      ++size[static_cast<std::size_t>(a)];
    }
  }
  for (int s : size) CHECK(s >= 2);
  // On a grid a neighbourhood has up to 27 nodes.
  CHECK(aggregates.count < box.num_nodes() / 8);
}

TEST_CASE("A strength threshold keeps aggregates inside strongly coupled layers") {
  // Thin cells: the couplings along z are far stronger than those across.
  const test::ElasticBox box = test::elastic_box(
      {test::uniform_grid(20, 4), test::uniform_grid(20, 4), test::uniform_grid(1, 4)},
      [](const Vec3d&) { return 1.0; }, [](const Vec3d&, int) { return false; });
  const StrengthGraph all = strength_graph(box.matrix, 0), strong = strength_graph(box.matrix, 0.4);
  CHECK(all.neighbour.size() > 2 * strong.neighbour.size());
  for (std::size_t node = 0; node + 1 < strong.offset.size(); ++node)
    for (std::size_t e = strong.offset[node]; e < strong.offset[node + 1]; ++e)
      CHECK(static_cast<int>(node) / 5 == strong.neighbour[e] / 5);
}

TEST_CASE("A stiff layer is divided first") {
  // Six layers of nodes, the lowest counted first. From below, neighbourhoods take two and three, and one is left over.
  for (const bool stiff_on_top : {true, false}) {
    INFO((stiff_on_top ? "stiff on top" : "stiff at the bottom"));
    const test::ElasticBox box = test::elastic_box(
        {test::uniform_grid(1, 8), test::uniform_grid(1, 8), test::uniform_grid(5, 5)},
        [&](const Vec3d& x) { return (stiff_on_top ? x[2] > 4 : x[2] < 1) ? 3000.0 : 1.0; },
        [](const Vec3d&, int) { return false; });
    const Aggregates aggregates = aggregate(strength_graph(box.matrix, 0));
    const auto count = static_cast<std::size_t>(aggregates.count);
    std::vector<double> lowest(count, 5), highest(count, 0);
    for (std::size_t node = 0; node < box.points.size(); ++node) {
      const auto a = static_cast<std::size_t>(aggregates.of_node[node]);
      lowest[a] = std::min(lowest[a], box.points[node][2]);
      highest[a] = std::max(highest[a], box.points[node][2]);
    }
    double tallest = 0;
    for (std::size_t a = 0; a < count; ++a) {
      const double height = highest[a] - lowest[a];
      tallest = std::max(tallest, height);
      const bool is_stiff = stiff_on_top ? highest[a] > 4.5 : lowest[a] < 0.5;
      if (is_stiff) CHECK(height < 2.5);
    }
    CHECK(tallest == Approx(stiff_on_top ? 2 : 3));
  }
}

TEST_CASE("The tentative prolongator is orthonormal and reproduces the rigid motions") {
  const test::ElasticBox box = small_box();
  const Aggregates aggregates = aggregate(strength_graph(box.matrix, 0));
  const Vector<double> modes = rigid_body_modes(box.points);
  const TentativeProlongator<3> t = tentative_prolongator<3>(aggregates, modes);
  const auto gram = product<double>(transpose(t.matrix), t.matrix);
  for (int row = 0; row < gram.num_rows; ++row) {
    REQUIRE(gram.row_offset[static_cast<std::size_t>(row) + 1] == static_cast<std::size_t>(row) + 1);
    for (int i = 0; i < 6; ++i)
      for (int j = 0; j < 6; ++j)
        CHECK(gram.block(static_cast<std::size_t>(row))[6 * i + j] == Approx(i == j ? 1 : 0).margin(1e-12));
  }
  for (std::size_t k = 0; k < 6; ++k) {
    Vector<double> coarse(static_cast<std::size_t>(aggregates.count) * 6), fine(box.points.size() * 3);
    for (std::size_t i = 0; i < coarse.size(); ++i) coarse[i] = t.coarse_near_null_space[6 * i + k];
    multiply(t.matrix, coarse, fine);
    for (std::size_t i = 0; i < fine.size(); ++i)
      if (aggregates.of_node[i / 3] >= 0) CHECK(fine[i] == Approx(modes[6 * i + k]).margin(1e-12));
  }
}

TEST_CASE("A single node has three directions only") {
  const Aggregates one{1, {0}};
  const std::vector<Vec3d> points = {{{0.3, 0.2, 0.1}}, {{1, 0, 0}}};
  Vector<double> modes = rigid_body_modes(points);
  modes.resize(18);
  const TentativeProlongator<3> t = tentative_prolongator<3>(one, modes);
  for (int i = 0; i < 3; ++i)
    for (int k = 3; k < 6; ++k) CHECK(t.matrix.block(0)[6 * i + k] == 0);
}

TEST_CASE("Rigid motions carry no elastic force") {
  const test::ElasticBox box = test::elastic_box(
      {test::uniform_grid(2, 3), test::uniform_grid(1, 2), test::uniform_grid(1, 4)},
      [](const Vec3d& x) { return 1 + x[0]; }, [](const Vec3d&, int) { return false; });
  const Vector<double> modes = rigid_body_modes(box.points);
  for (std::size_t k = 0; k < 6; ++k) {
    Vector<double> u(box.points.size() * 3), force(u.size());
    for (std::size_t i = 0; i < u.size(); ++i) u[i] = modes[6 * i + k];
    multiply(box.matrix, u, force);
    CHECK(norm(u) > 1);
    CHECK(norm(force) < 1e-12);
  }
}
