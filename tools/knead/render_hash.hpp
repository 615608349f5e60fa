#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace knead {

// Hash of a few whole numbers, for std::unordered_map: the numbers of a face's nodes, the box around a point.
struct NumbersHash {
  template <std::size_t n>
  std::size_t operator()(const std::array<std::int64_t, n>& numbers) const {
    std::size_t h = 0;
    for (const std::int64_t number : numbers)
      h = h * 0x9E3779B97F4A7C15ull + static_cast<std::size_t>(number) + (h >> 29);
    return h;
  }
};

}  // namespace knead
