#pragma once
// Counting what the parts of a solve hold, for the byte budget of docs/measurements.md.
#include <cstddef>
#include <string>

namespace knead {

// Bytes that vectors have taken.
template <class... V>
std::size_t bytes_of(const V&... vectors) {
  return (std::size_t{0} + ... + (vectors.capacity() * sizeof(typename V::value_type)));
}

struct MemoryPart {
  std::string name;
  std::size_t bytes = 0;
};

}  // namespace knead
