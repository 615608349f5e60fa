#pragma once
#include <omp.h>

#include <cstring>

#include "math/vector.hpp"

namespace knead::test {

// Runs make() with 1, 2 and 3 threads and says whether the vectors it returns are the same, bit for bit.
template <class Make>
bool same_for_any_number_of_threads(Make&& make) {
  const int before = omp_get_max_threads();
  omp_set_num_threads(1);
  const auto first = make();
  bool same = true;
  for (int threads : {2, 3}) {
    omp_set_num_threads(threads);
    const auto other = make();
    same = same && first.size() == other.size() &&
           std::memcmp(first.data(), other.data(), first.size() * sizeof(first[0])) == 0;
  }
  omp_set_num_threads(before);
  return same;
}

}  // namespace knead::test
