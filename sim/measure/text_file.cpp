#include "measure/text_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

#include "base/error.hpp"

namespace knead {

void write_text_file(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::path temporary = path;
  temporary += ".partial";
  const auto give_up = [&](int reason) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    throw Error(ExitCode::file_error, Location{path.string()},
                fmt::format("the file cannot be written: {}", std::strerror(reason)));
  };
  std::FILE* file = std::fopen(temporary.c_str(), "wb");
  if (!file) give_up(errno);
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
  const int reason = errno;
  if (std::fclose(file) != 0) give_up(errno);
  if (!written) give_up(reason);
  std::error_code error;
  std::filesystem::rename(temporary, path, error);
  if (error) give_up(error.value());
}

}  // namespace knead
