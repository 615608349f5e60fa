#include "base/memory.hpp"

#include <sys/mman.h>

#include <new>

namespace knead {

namespace {
constexpr std::size_t cache_line = 64, huge_page = std::size_t{1} << 21;
constexpr std::size_t alignment_of(std::size_t bytes) { return bytes >= 4 * huge_page ? huge_page : cache_line; }
}  // namespace

void* allocate_aligned(std::size_t bytes) {
  const std::size_t alignment = alignment_of(bytes);
  void* p = ::operator new(bytes, std::align_val_t(alignment));
  if (alignment == huge_page) madvise(p, bytes / huge_page * huge_page, MADV_HUGEPAGE);
  return p;
}

void free_aligned(void* p, std::size_t bytes) { ::operator delete(p, std::align_val_t(alignment_of(bytes))); }

}  // namespace knead
