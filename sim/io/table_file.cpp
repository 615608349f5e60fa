#include "io/table_file.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/csv.hpp"
#include "base/error.hpp"

namespace knead {

namespace {

std::string header_of(const std::vector<std::string>& columns) {
  std::string text;
  for (const auto& column : columns) text += (text.empty() ? "" : ",") + csv_cell(column);
  return text + '\n';
}

}  // namespace

TableFile::TableFile(const std::filesystem::path& path, int flags)
    : path_(path), descriptor_(open(path.c_str(), flags | O_RDWR | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) give_up(errno);
}

TableFile::TableFile(const std::filesystem::path& path, const std::vector<std::string>& columns)
    : TableFile(path, O_CREAT | O_TRUNC) {
  append(header_of(columns));
}

TableFile TableFile::resume(const std::filesystem::path& path, const std::vector<std::string>& columns,
                            std::int64_t size) {
  TableFile file(path, 0);
  const std::string header = header_of(columns);
  std::string found(header.size(), '\0');
  const bool same = pread(file.descriptor_, found.data(), found.size(), 0) == static_cast<ssize_t>(found.size()) &&
                    found == header && lseek(file.descriptor_, 0, SEEK_END) >= size;
  if (!same)
    throw Error(ExitCode::file_error, Location{path.string()},
                "the file has changed since the checkpoint was written: run without --resume to start anew");
  if (ftruncate(file.descriptor_, size) != 0) file.give_up(errno);
  file.size_ = size;
  return file;
}

TableFile::TableFile(TableFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_) {}

TableFile::~TableFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

void TableFile::give_up(int reason) const {
  throw Error(ExitCode::file_error, Location{path_.string()},
              fmt::format("the file cannot be written: {}", std::strerror(reason)));
}

void TableFile::append(const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const auto place = static_cast<off_t>(size_) + static_cast<off_t>(done);
    const ssize_t written = pwrite(descriptor_, text.data() + done, text.size() - done, place);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int reason = errno;
      static_cast<void>(!ftruncate(descriptor_, static_cast<off_t>(size_)));  // no half row
      give_up(reason);
    }
    done += static_cast<std::size_t>(written);
  }
  size_ += static_cast<std::int64_t>(text.size());
}

void TableFile::add_row(std::span<const double> row) {
  std::string text;
  for (const double value : row) text += fmt::format("{}{:.9g}", text.empty() ? "" : ",", value);
  append(text + '\n');
}

void TableFile::sync() {
  if (fsync(descriptor_) != 0) give_up(errno);
}

}  // namespace knead
