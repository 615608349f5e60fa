#pragma once
#include <cstddef>
#include <vector>

namespace knead {

// Sorts (key, value) pairs into one list per key, in their order: the values of key k are list[offset[k] …
// offset[k + 1]).
inline void make_lists(int num_keys, const std::vector<int>& keys, const std::vector<int>& values,
                       std::vector<int>& offset, std::vector<int>& list) {
  offset.assign(static_cast<std::size_t>(num_keys) + 1, 0);
  for (int k : keys) ++offset[static_cast<std::size_t>(k) + 1];
  for (std::size_t i = 1; i < offset.size(); ++i) offset[i] += offset[i - 1];
  std::vector<int> next(offset.begin(), offset.end() - 1);
  list.resize(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i)
    list[static_cast<std::size_t>(next[static_cast<std::size_t>(keys[i])]++)] = values[i];
}

}  // namespace knead
