#include "base/memory.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace knead {

namespace {

constexpr std::size_t cache_line = 64, huge_page = std::size_t{1} << 21;
bool is_large(std::size_t bytes) { return bytes >= 4 * huge_page; }
std::size_t in_pages(std::size_t bytes) { return (bytes + huge_page - 1) / huge_page * huge_page; }

}  // namespace

// Large pieces come from the system and go back to it: between others in the heap their alignment would leave holes.
void* allocate_aligned(std::size_t bytes) {
  if (!is_large(bytes)) return ::operator new(bytes, std::align_val_t(cache_line));
  const std::size_t size = in_pages(bytes);
  void* p = mmap(nullptr, size + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) throw std::bad_alloc();
  char* const begin = static_cast<char*>(p);
  const std::size_t before = (huge_page - reinterpret_cast<std::uintptr_t>(p) % huge_page) % huge_page;
  if (before > 0) munmap(begin, before);
  munmap(begin + before + size, huge_page - before);
  // The last page as a small one where it is not full.
  madvise(begin + before, bytes / huge_page * huge_page, MADV_HUGEPAGE);
  return begin + before;
}

void free_aligned(void* p, std::size_t bytes) {
  if (is_large(bytes))
    munmap(p, in_pages(bytes));
  else
    ::operator delete(p, std::align_val_t(cache_line));
}

}  // namespace knead
