#pragma once
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include "math/tensor.hpp"

namespace knead {

// A vector over the nodes of a mesh that is zero at most of them: node numbers, ascending, and three components each.
using SparseNodes = std::vector<std::pair<int, Vec3d>>;

// a · u, u with 3 components a node
template <class Field>
double dot(const SparseNodes& a, const Field& u) {
  double sum = 0;
  for (const auto& [node, v] : a)
    for (std::size_t c = 0; c < 3; ++c) sum += v.v[c] * static_cast<double>(u[3 * static_cast<std::size_t>(node) + c]);
  return sum;
}

// u += s a
template <class Field>
void axpy(double s, const SparseNodes& a, Field& u) {
  using Number = std::remove_reference_t<decltype(u[0])>;
  for (const auto& [node, v] : a)
    for (std::size_t c = 0; c < 3; ++c) u[3 * static_cast<std::size_t>(node) + c] += static_cast<Number>(s * v.v[c]);
}

// a + b
inline SparseNodes sum(const SparseNodes& a, const SparseNodes& b) {
  SparseNodes result;
  result.reserve(a.size() + b.size());
  auto i = a.begin();
  for (const auto& [node, v] : b) {
    while (i != a.end() && i->first < node) result.push_back(*i++);
    const bool same = i != a.end() && i->first == node;
    result.emplace_back(node, same ? (i++)->second + v : v);
  }
  result.insert(result.end(), i, a.end());
  return result;
}

}  // namespace knead
