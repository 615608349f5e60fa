// Moves the surface that bones left onto their shape: corners by their closest point, the grid around eased by a few
// sweeps of the Laplacian, nodes between corners by transfinite interpolation (Gordon & Hall 1973) and, on the bone,
// by their own closest point. Where an element would get bad, its corners move less.
#include <algorithm>
#include <cmath>

#include "body/bone_cut.hpp"
#include "body/hexahedron.hpp"

namespace knead {

namespace {

constexpr CellQuality least_quality{0.24, 0.24};
constexpr double touched_quality = 0.25;   // of elements around nodes that move alone, unless they were worse before
constexpr double least_edge_share = 0.14;  // of an edge's length before
constexpr int most_rounds = 24, sweeps = 6;
constexpr std::array<double, 5> wanted_gaps{0.45, 0.4, 0.3, 0.15, 0.15};  // of the longest edge around a node

class Fitter {
 public:
  Fitter(ColumnGrid& grid, BoneCut& cut, const BodyModel& model)
      : grid_(grid),
        cut_(cut),
        model_(model),
        rest_(grid.points),
        surface_(bone_surface_nodes(grid, cut)),
        in_tissue_(grid.points.size(), 0),
        target_(grid.points.size(), Vec3d{0, 0, 0}),
        move_(grid.points.size(), Vec3d{0, 0, 0}),
        corner_share_(grid.points.size(), 1.0f),
        middle_share_(grid.points.size(), 1.0f) {}

  void run() {
    mark_tissue();
    each_node(2, 0, [&](int i, int j, int k) {
      const std::size_t n = grid_.node(i, j, k);
      if (surface_[n]) target_[n] = closest(i, j, k, rest_[n]) - rest_[n];
    });
    for (int round = 0; round < most_rounds; ++round) {
      place(round);
      if (!back_off(round)) break;
    }
    touch_up();
    measure_gap();
  }

 private:
  int top() const { return 2 * grid_.muscle; }

  // Calls f(i, j, k) for the nodes of the muscle layer with indices start, start + step, …
  template <class F>
  void each_node(int step, int start, const F& f) const {
    for (int j = start; j < grid_.nodes_along(); j += step)
      for (int i = start; i < grid_.nodes_across(); i += step)
        for (int k = start; k <= top(); k += step) f(i, j, k);
  }

  // Calls f(i, j, k) of every cell of the muscle layer around a node.
  template <class F>
  void each_cell_around(int i, int j, int k, const F& f) const {
    const int first = grid_.around && i == 0 ? -1 : (i - 1) / 2,
              last = grid_.around ? i / 2 : std::min(i / 2, grid_.nx() - 1);
    for (int c = (k - 1) / 2; c <= std::min(k / 2, grid_.muscle - 1); ++c)
      for (int b = (j - 1) / 2; b <= std::min(j / 2, grid_.nz() - 1); ++b)
        for (int a = first; a <= last; ++a) f(a, b, c);
  }

  template <class F>
  void each_tissue_around(int i, int j, int k, const F& f) const {
    each_cell_around(i, j, k, [&](int a, int b, int c) {
      if (cut_.removed[grid_.cell(a, b, c)] == 0) f(a, b, c);
    });
  }

  void mark_tissue() {
    for (int j = 0; j < grid_.nz(); ++j)
      for (int i = 0; i < grid_.nx(); ++i)
        for (int k = 0; k < grid_.muscle; ++k)
          if (cut_.removed[grid_.cell(i, j, k)] == 0)
            for (std::size_t n : grid_.cell_nodes(i, j, k)) in_tissue_[n] = 1;
  }

  // Keeps a movement in the planes that a node belongs to.
  Vec3d constrained(int i, int j, int k, Vec3d d) const {
    if (k >= top()) return {0, 0, 0};
    if (!grid_.around && (i == 0 || i == 2 * grid_.nx())) d[0] = 0;
    if (j == 0 || j == 2 * grid_.nz()) d[2] = 0;
    if (k == 0 && grid_.around) return {0, 0, 0};
    if (k == 0) d[1] = 0;
    return d;
  }

  // Closest point of the bones' surface that the node may reach.
  Vec3d closest(int i, int j, int k, const Vec3d& from) const {
    const auto distance = [&](const Vec3d& p) { return model_.bone_distance(p); };
    const Vec3d fascia = rest_[grid_.node(i, j, top())];
    const Vec3d first = fascia - rest_[grid_.node(i, j, top() - 2)], out = normalized(first);
    const double room = 0.15 * norm(first);  // that the first element keeps of its height
    Vec3d x = from;
    for (int iteration = 0; iteration < 12; ++iteration) {
      const double d = distance(x);
      if (std::abs(d) < 1e-6) break;
      const Vec3d g = distance_gradient(distance, x, 3e-4);
      // Half way between the sides of a bone none is closest: there the way leads to where the tissue lies.
      const double length = norm(g);
      const Vec3d step = d < 0 && length < 0.5 ? -d * tissue_side(i, j, k) : -(d / std::max(length * length, 0.09)) * g;
      x = from + constrained(i, j, k, x + step - from);
      if (k < top()) x -= std::max(0.0, dot(x - fascia, out) + room) * out;
    }
    // A node of a filled pocket may be far from any bone: it goes no further than its reach.
    const double way = norm(x - from), most = reach(i, j, k);
    return way <= most ? x : from + (most / way) * (x - from);
  }

  // Unit direction from the removed cells around a node to the others.
  Vec3d tissue_side(int i, int j, int k) const {
    Vec3d sum = 1e-9 * normalized(rest_[grid_.node(i, j, top())] - rest_[grid_.node(i, j, top() - 2)]);
    each_cell_around(i, j, k, [&](int a, int b, int c) {
      const Vec3d way = rest_[grid_.node(2 * a + 1, 2 * b + 1, 2 * c + 1)] - rest_[grid_.node(i, j, k)];
      sum += cut_.removed[grid_.cell(a, b, c)] == 0 ? way : -way;
    });
    return normalized(sum);
  }

  // How far a node may go: one element along the column, which is also the reach of the classification.
  double reach(int i, int j, int k) const {
    const int below = std::max(0, k - 2), above = std::min(top(), k + 2);
    return 0.5 * norm(rest_[grid_.node(i, j, above)] - rest_[grid_.node(i, j, below)]) * (above - below < 4 ? 2 : 1);
  }

  void place(int round) {
    std::fill(move_.begin(), move_.end(), Vec3d{0, 0, 0});
    each_node(2, 0, [&](int i, int j, int k) {
      const std::size_t n = grid_.node(i, j, k);
      if (surface_[n]) move_[n] = static_cast<double>(corner_share_[n]) * target_[n];
    });
    if (round < most_rounds - 4) ease();
    // Edges, then faces, then middles.
    for (int odd = 1; odd <= 3; ++odd) {
      for (int j = 0; j < grid_.nodes_along(); ++j)
        for (int i = 0; i < grid_.nodes_across(); ++i)
          for (int k = 0; k <= top(); ++k) {
            if (i % 2 + j % 2 + k % 2 != odd) continue;
            const std::size_t n = grid_.node(i, j, k);
            if (!in_tissue_[n]) continue;
            move_[n] = interpolated(i, j, k);
            if (surface_[n] && middle_share_[n] > 0) {
              const Vec3d now = rest_[n] + move_[n];
              move_[n] += static_cast<double>(middle_share_[n]) * (closest(i, j, k, now) - now);
            }
          }
    }
    for (std::size_t n = 0; n < rest_.size(); ++n) grid_.points[n] = rest_[n] + move_[n];
  }

  // Spreads the movement into the tissue around, so that elements share it.
  void ease() {
    std::vector<Vec3d> next = move_;
    for (int sweep = 0; sweep < sweeps; ++sweep) {
      each_node(2, 0, [&](int i, int j, int k) {
        const std::size_t n = grid_.node(i, j, k);
        if (surface_[n] || !in_tissue_[n]) return;
        Vec3d sum{0, 0, 0};
        int count = 0;
        const auto add = [&](int a, int b, int c) {
          if (b < 0 || c < 0 || b > 2 * grid_.nz() || c > top()) return;
          if (!grid_.around && (a < 0 || a > 2 * grid_.nx())) return;
          const std::size_t m = grid_.node(a, b, c);
          ++count;
          if (in_tissue_[m]) sum += move_[m];
        };
        add(i - 2, j, k), add(i + 2, j, k), add(i, j - 2, k), add(i, j + 2, k), add(i, j, k - 2), add(i, j, k + 2);
        next[n] = constrained(i, j, k, sum / static_cast<double>(count));
      });
      std::swap(move_, next);
    }
  }

  // Transfinite interpolation of an edge, face or cell from its boundary.
  Vec3d interpolated(int i, int j, int k) const {
    const int odd[3] = {i % 2, j % 2, k % 2};
    Vec3d sum{0, 0, 0};
    for (int c = -odd[2]; c <= odd[2]; ++c)
      for (int b = -odd[1]; b <= odd[1]; ++b)
        for (int a = -odd[0]; a <= odd[0]; ++a) {
          const int away = std::abs(a) + std::abs(b) + std::abs(c);
          if (away == 0) continue;
          const double weight = away == 1 ? 0.5 : away == 2 ? -0.25 : 0.125;
          sum += weight * move_[grid_.node(i + a, j + b, k + c)];
        }
    return sum;
  }

  bool is_good(const std::array<std::size_t, 27>& nodes, const CellQuality& least) const {
    CellPoints x;
    for (std::size_t a = 0; a < 27; ++a) x[a] = grid_.points[nodes[a]];
    const CellQuality quality = cell_quality(x);
    if (quality.scaled_jacobian < least.scaled_jacobian || quality.jacobian_ratio < least.jacobian_ratio) return false;
    for (const auto& [a, b] : corner_edges)
      if (norm(x[b] - x[a]) < least_edge_share * norm(rest_[nodes[b]] - rest_[nodes[a]])) return false;
    return true;
  }

  bool back_off(int round) {
    bool any = false;
    for (int j = 0; j < grid_.nz(); ++j)
      for (int i = 0; i < grid_.nx(); ++i)
        for (int k = 0; k < grid_.muscle; ++k) {
          if (cut_.removed[grid_.cell(i, j, k)] != 0) continue;
          const auto nodes = grid_.cell_nodes(i, j, k);
          if (std::none_of(nodes.begin(), nodes.end(), [&](std::size_t n) { return dot(move_[n], move_[n]) > 0; }))
            continue;
          if (is_good(nodes, least_quality)) continue;
          any = true;
          for (std::size_t a = 0; a < 27; ++a) {
            const bool corner = a % 3 != 1 && a / 3 % 3 != 1 && a / 9 != 1;
            if (!corner) middle_share_[nodes[a]] = 0;
            if (corner && round > 0)
              corner_share_[nodes[a]] = round > most_rounds - 6 ? 0 : 0.7f * corner_share_[nodes[a]];
          }
        }
    return any;
  }

  // Nodes still further from the bone than wanted go on alone, as far as their elements stay good or at least do not
  // get worse.
  void touch_up() {
    const int middle = grid_.nx();
    for (double wanted_gap : wanted_gaps)
      for (int j = 0; j <= 2 * grid_.nz(); ++j)
        for (int away = 0; away <= middle; ++away)  // both sides alike
          for (int k = 0; k <= top(); ++k) {
            touch_up(middle - away, j, k, wanted_gap);
            if (away > 0) touch_up(middle + away, j, k, wanted_gap);
          }
  }

  void touch_up(int i, int j, int k, double wanted_gap) {
    const std::size_t n = grid_.node(i, j, k);
    if (!surface_[n]) return;
    const auto edge = [&](const CellPoints& x) {
      return std::max({norm(x[14] - x[12]), norm(x[16] - x[10]), norm(x[22] - x[4])});
    };
    double longest = 0;
    each_tissue_around(i, j, k,
                       [&](int a, int b, int c) { longest = std::max(longest, edge(grid_.cell_points(a, b, c))); });
    const Vec3d from = grid_.points[n];
    if (std::abs(model_.bone_distance(from)) < wanted_gap * longest) return;
    const Vec3d way = closest(i, j, k, from) - from;
    CellQuality least{touched_quality, touched_quality};
    each_tissue_around(i, j, k, [&](int a, int b, int c) {
      const CellQuality before = cell_quality(grid_.cell_points(a, b, c));
      least.scaled_jacobian = std::min(least.scaled_jacobian, before.scaled_jacobian);
      least.jacobian_ratio = std::min(least.jacobian_ratio, before.jacobian_ratio);
    });
    for (double share : {1.0, 0.75, 0.5, 0.35, 0.2, 0.1}) {
      grid_.points[n] = from + share * way;
      bool good = true;
      each_tissue_around(i, j, k,
                         [&](int a, int b, int c) { good = good && is_good(grid_.cell_nodes(a, b, c), least); });
      if (good) return;
    }
    grid_.points[n] = from;
  }

  void measure_gap() {
    each_node(1, 0, [&](int i, int j, int k) {
      const std::size_t n = grid_.node(i, j, k);
      if (surface_[n]) cut_.largest_gap = std::max(cut_.largest_gap, std::abs(model_.bone_distance(grid_.points[n])));
    });
  }

  ColumnGrid& grid_;
  BoneCut& cut_;
  const BodyModel& model_;
  const std::vector<Vec3d> rest_;
  std::vector<std::uint8_t> surface_, in_tissue_;
  std::vector<Vec3d> target_, move_;
  std::vector<float> corner_share_, middle_share_;
};

}  // namespace

void fit_to_bones(ColumnGrid& grid, BoneCut& cut, const BodyModel& model) { Fitter(grid, cut, model).run(); }

}  // namespace knead
