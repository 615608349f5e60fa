#include "io/file_lock.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"

namespace knead {

namespace {

std::string this_process() {
  char host[256] = "unknown";
  gethostname(host, sizeof host - 1);
  return fmt::format("process {} on {}", getpid(), host);
}

std::string holder(int descriptor) {
  char text[512];
  const ssize_t size = pread(descriptor, text, sizeof text, 0);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : "another process";
}

// Is the locked file still the one under that name? A holder removes it just before it lets go.
bool still_there(int descriptor, const char* path) {
  struct stat opened, named;
  return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& path) : lock_(path) {
  lock_ += ".lock";
  while (true) {
    descriptor_ = open(lock_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor_ < 0)
      throw Error(ExitCode::file_error, Location{path.string()},
                  fmt::format("a result cannot be written here: {}", std::strerror(errno)));
    if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      const int reason = errno;
      const std::string other = holder(descriptor_);
      close(std::exchange(descriptor_, -1));
      if (reason == EWOULDBLOCK)
        throw Error(
            ExitCode::file_error, Location{path.string()},
            fmt::format("{} is writing this result; choose another folder with -o or wait until it ends", other));
      return;  // a file system without locks: nothing to hold, nothing to report
    }
    if (still_there(descriptor_, lock_.c_str())) break;
    close(std::exchange(descriptor_, -1));
  }
  const std::string text = this_process();
  if (ftruncate(descriptor_, 0) != 0 || write(descriptor_, text.data(), text.size()) < 0) return;  // only a courtesy
}

FileLock::FileLock(FileLock&& other) noexcept
    : lock_(std::move(other.lock_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  if (this != &other) {
    release();
    lock_ = std::move(other.lock_);
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

void FileLock::release() noexcept {
  if (descriptor_ < 0) return;
  unlink(lock_.c_str());
  close(std::exchange(descriptor_, -1));
}

}  // namespace knead
