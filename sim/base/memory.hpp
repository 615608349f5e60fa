#pragma once
#include <cstddef>

namespace knead {

// Memory on cache-line boundaries; large pieces on boundaries of huge pages, which the system is asked for, so that
// kernels that stream through gigabytes miss the address cache (TLB) less often. Untouched until it is written. Throws
// std::bad_alloc.
void* allocate_aligned(std::size_t bytes);
void free_aligned(void* p, std::size_t bytes);

}  // namespace knead
