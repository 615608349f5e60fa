#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace knead {

// A CSV file that grows by a row at a time. Every row is with the operating system when add_row returns, so that a run
// that is killed leaves whole rows. A failure (disk full, …) is an Error(file_error) and leaves the rows before it.
class TableFile {
 public:
  // A new file, in place of one of that name.
  TableFile(const std::filesystem::path& path, const std::vector<std::string>& columns);
  // Continues a file with these columns: keeps its first `size` bytes, drops the rest, appends.
  static TableFile resume(const std::filesystem::path& path, const std::vector<std::string>& columns,
                          std::int64_t size);

  TableFile(TableFile&& other) noexcept;
  TableFile& operator=(TableFile&&) = delete;
  ~TableFile();

  void add_row(std::span<const double> row);
  void sync();                                 // through to the disk
  std::int64_t size() const { return size_; }  // bytes, for resume

 private:
  TableFile(const std::filesystem::path& path, int flags);
  void append(const std::string& text);
  [[noreturn]] void give_up(int reason) const;

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::int64_t size_ = 0;
};

}  // namespace knead
