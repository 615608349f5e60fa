#pragma once
#include <filesystem>

namespace knead {

// Keeps two programs from writing the same result: an advisory lock on <path>.lock, which the operating system drops
// when the holder dies, however it dies. An Error(file_error) names the other program when the lock is taken.
class FileLock {
 public:
  FileLock() = default;
  explicit FileLock(const std::filesystem::path& path);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock() { release(); }
  void release() noexcept;

 private:
  std::filesystem::path lock_;
  int descriptor_ = -1;
};

}  // namespace knead
