#include "solve/aggregation.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace knead {

template <int B>
StrengthGraph strength_graph(const BlockMatrix<double, B>& a, double threshold) {
  const auto square = [&](std::size_t entry) {
    double sum = 0;
    for (std::size_t k = 0; k < a.block_size; ++k) sum += a.block(entry)[k] * a.block(entry)[k];
    return sum;
  };
  std::vector<double> diagonal(static_cast<std::size_t>(a.num_rows));
  for (int row = 0; row < a.num_rows; ++row) {
    diagonal[static_cast<std::size_t>(row)] = std::sqrt(square(a.find(row, row)));
  }
  StrengthGraph graph;
  graph.stiffness = diagonal;
  graph.offset.reserve(diagonal.size() + 1);
  for (std::size_t row = 0; row < diagonal.size(); ++row) {
    for (std::size_t entry = a.row_offset[row]; entry < a.row_offset[row + 1]; ++entry) {
      const auto c = static_cast<std::size_t>(a.column[entry]);
      if (c == row) continue;
      const double size = square(entry);
      if (!(size > threshold * threshold * diagonal[row] * diagonal[c])) continue;
      graph.neighbour.push_back(a.column[entry]);
      graph.strength.push_back(size / (diagonal[row] * diagonal[c]));
    }
    graph.offset.push_back(graph.neighbour.size());
  }
  return graph;
}

namespace {

// The nodes within a factor of ten of the stiffest one, then their neighbours, and so on through the body.
std::vector<std::size_t> from_stiff_to_soft(const StrengthGraph& graph) {
  const auto n = static_cast<std::size_t>(graph.num_nodes());
  std::vector<std::size_t> order;
  order.reserve(n);
  std::vector<bool> listed(n, false);
  const auto add = [&](std::size_t node) {
    if (!listed[node]) order.push_back(node);
    listed[node] = true;
  };
  const double largest = n == 0 ? 0 : *std::max_element(graph.stiffness.begin(), graph.stiffness.end());
  std::size_t next = 0;
  for (const double least : {0.1 * largest, 0.0}) {
    for (std::size_t node = 0; node < n; ++node)
      if (graph.stiffness[node] >= least) add(node);
    for (; next < order.size(); ++next)
      for (std::size_t e = graph.offset[order[next]]; e < graph.offset[order[next] + 1]; ++e)
        add(static_cast<std::size_t>(graph.neighbour[e]));
  }
  return order;
}

}  // namespace

Aggregates aggregate(const StrengthGraph& graph) {
  const auto n = static_cast<std::size_t>(graph.num_nodes());
  Aggregates result;
  result.of_node.assign(n, -1);
  std::vector<int>& of_node = result.of_node;
  const auto for_neighbours = [&](std::size_t node, auto&& f) {
    for (std::size_t e = graph.offset[node]; e < graph.offset[node + 1]; ++e) {
      f(static_cast<std::size_t>(graph.neighbour[e]), graph.strength[e]);
    }
  };
  const auto isolated = [&](std::size_t node) { return graph.offset[node] == graph.offset[node + 1]; };

  for (const std::size_t node : from_stiff_to_soft(graph)) {
    if (of_node[node] >= 0 || isolated(node)) continue;
    bool free = true;
    for_neighbours(node, [&](std::size_t m, double) { free = free && of_node[m] < 0; });
    if (!free) continue;
    of_node[node] = result.count;
    for_neighbours(node, [&](std::size_t m, double) { of_node[m] = result.count; });
    ++result.count;
  }

  const std::vector<int> first = of_node;
  for (std::size_t node = 0; node < n; ++node) {
    if (of_node[node] >= 0) continue;
    double strongest = 0;
    for_neighbours(node, [&](std::size_t m, double strength) {
      if (first[m] < 0 || !(strength > strongest)) return;
      strongest = strength;
      of_node[node] = first[m];
    });
  }

  for (std::size_t node = 0; node < n; ++node) {
    if (of_node[node] >= 0 || isolated(node)) continue;
    of_node[node] = result.count;
    for_neighbours(node, [&](std::size_t m, double) {
      if (of_node[m] < 0) of_node[m] = result.count;
    });
    ++result.count;
  }
  return result;
}

template <int B>
TentativeProlongator<B> tentative_prolongator(const Aggregates& aggregates, const Vector<double>& near_null_space) {
  const std::size_t n = aggregates.of_node.size();
  assert(near_null_space.size() == n * B * 6);
  TentativeProlongator<B> result;
  BlockMatrix<double, B, 6>& t = result.matrix;
  t.num_rows = static_cast<int>(n);
  t.num_columns = aggregates.count;
  std::vector<std::vector<std::size_t>> members(static_cast<std::size_t>(aggregates.count));
  for (std::size_t node = 0; node < n; ++node) {
    if (aggregates.of_node[node] >= 0) {
      members[static_cast<std::size_t>(aggregates.of_node[node])].push_back(t.column.size());
      t.column.push_back(aggregates.of_node[node]);
    }
    t.row_offset.push_back(t.column.size());
  }
  t.allocate_values();
  for (std::size_t node = 0; node < n; ++node) {
    if (aggregates.of_node[node] < 0) continue;
    double* to = t.block(t.row_offset[node]);
    for (std::size_t k = 0; k < B * 6; ++k) to[k] = near_null_space[node * B * 6 + k];
  }

  // Gram–Schmidt in each aggregate, twice per column.
  result.coarse_near_null_space.assign(static_cast<std::size_t>(aggregates.count) * 36, 0.0);
#pragma omp parallel for schedule(static)
  for (int aggregate = 0; aggregate < aggregates.count; ++aggregate) {
    const std::vector<std::size_t>& entries = members[static_cast<std::size_t>(aggregate)];
    double* r = &result.coarse_near_null_space[static_cast<std::size_t>(aggregate) * 36];
    const auto product = [&](std::size_t p, std::size_t q) {
      double sum = 0;
      for (std::size_t e : entries)
        for (std::size_t i = 0; i < B; ++i) sum += t.block(e)[i * 6 + p] * t.block(e)[i * 6 + q];
      return sum;
    };
    for (std::size_t q = 0; q < 6; ++q) {
      const double before = std::sqrt(product(q, q));
      for (int pass = 0; pass < 2; ++pass) {
        for (std::size_t p = 0; p < q; ++p) {
          const double h = product(p, q);
          r[p * 6 + q] += h;
          for (std::size_t e : entries)
            for (std::size_t i = 0; i < B; ++i) t.block(e)[i * 6 + q] -= h * t.block(e)[i * 6 + p];
        }
      }
      const double after = std::sqrt(product(q, q));
      const bool dependent = !(after > 1e-8 * before);
      r[q * 6 + q] = dependent ? 0 : after;
      for (std::size_t e : entries)
        for (std::size_t i = 0; i < B; ++i) {
          double& x = t.block(e)[i * 6 + q];
          x = dependent ? 0 : x / after;
        }
    }
  }
  return result;
}

template StrengthGraph strength_graph(const BlockMatrix<double, 3>&, double);
template StrengthGraph strength_graph(const BlockMatrix<double, 6>&, double);
template TentativeProlongator<3> tentative_prolongator<3>(const Aggregates&, const Vector<double>&);
template TentativeProlongator<6> tentative_prolongator<6>(const Aggregates&, const Vector<double>&);

}  // namespace knead
