#include "io/record_flush.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace knead {

namespace {

// Writes the end of the used part of the file into its superblock: 8 bytes at 40 in version 0 of the HDF5 file format,
// at 44 in version 1, which says how many chunks fit into a node of an index.
void write_end_of_file(int descriptor, std::uint64_t end) {
  std::array<unsigned char, 16> head{};
  if (pread(descriptor, head.data(), head.size(), 0) != static_cast<ssize_t>(head.size())) return;
  constexpr unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  const bool known = std::equal(signature, signature + 8, head.begin()) && head[8] <= 1 && head[13] == 8;
  if (!known) return;
  const off_t place = head[8] == 0 ? 40 : 44;
  std::array<unsigned char, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<unsigned char>(end >> (8 * i));
  if (pwrite(descriptor, bytes.data(), bytes.size(), place) != 8) throw h5::Failure(std::strerror(errno));
}

}  // namespace

// A flush writes indices that point to new data first and the size of the file last. A kill in between, or a disk that
// fills up, would leave a file whose indices point beyond its stated end. Room is therefore reserved and stated first,
// and what was not needed is given back.
void flush_safely(hid_t file, std::size_t growing) {
  constexpr hsize_t chunk_cache = hsize_t{1} << 20;  // of each data set: what a flush may add beyond the size known now
  const int descriptor = h5::descriptor(file);
  hsize_t size = 0;
  h5::check(H5Fget_filesize(file, &size), "its size is unknown");
  const auto wanted = static_cast<off_t>(size + (1 + growing) * chunk_cache);
  if (fallocate(descriptor, 0, 0, wanted) != 0) {
    const int reason = errno;
    const bool unsupported = reason == EOPNOTSUPP || reason == ENOSYS;
    if (ftruncate(descriptor, unsupported ? wanted : static_cast<off_t>(size)) != 0)
      throw h5::Failure(std::strerror(errno));
    if (!unsupported) throw h5::Failure(std::strerror(reason));
  }
  write_end_of_file(descriptor, static_cast<std::uint64_t>(wanted));
  h5::check(H5Fflush(file, H5F_SCOPE_GLOBAL), "it cannot be flushed");
  haddr_t end = 0;
  h5::check(H5Fget_eoa(file, &end), "its size is unknown");
  write_end_of_file(descriptor, end);  // HDF5 only does so when it has changed
  h5::check(H5Fget_filesize(file, &size), "its size is unknown");
  if (ftruncate(descriptor, static_cast<off_t>(std::max<hsize_t>(size, end))) != 0)
    throw h5::Failure(std::strerror(errno));
}

void write_into_memory_only(hid_t file) {
  const int memory = memfd_create("knead-abandoned", MFD_CLOEXEC);
  if (memory < 0) return;
  dup2(memory, h5::descriptor(file));
  close(memory);
}

}  // namespace knead
