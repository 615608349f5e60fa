#include <bit>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <zlib.h>

#include "base/error.hpp"
#include "body/nifti_file.hpp"

namespace knead {
namespace {

constexpr std::size_t voxels_start = 352;

template <class T>
void put(std::vector<unsigned char>& header, std::size_t at, T value) {
  std::memcpy(header.data() + at, &value, sizeof(T));
}

// Field by field as nifti1.h places them; sform alone says where the voxels are.
std::vector<unsigned char> header_of(const LabelMap& map) {
  std::vector<unsigned char> header(voxels_start, 0);
  const Vec3d edge = voxel_size(map);
  put<std::int32_t>(header, 0, 348);
  put<std::int16_t>(header, 40, 3);
  put<float>(header, 76, 1.0f);
  for (std::size_t a = 0; a < 7; ++a) {
    put<std::int16_t>(header, 42 + 2 * a, a < 3 ? static_cast<std::int16_t>(map.size[a]) : std::int16_t{1});
    if (a < 3) put<float>(header, 80 + 4 * a, static_cast<float>(1e3 * edge[static_cast<int>(a)]));
  }
  put<std::int16_t>(header, 70, 512);  // 16-bit whole numbers without sign
  put<std::int16_t>(header, 72, 16);
  put<float>(header, 108, static_cast<float>(voxels_start));
  header[123] = 2;                    // mm
  put<std::int16_t>(header, 254, 2);  // aligned: the axes are not those of the scanner
  for (int row = 0; row < 3; ++row)
    for (int column = 0; column < 4; ++column)
      put<float>(header, 280 + 4 * static_cast<std::size_t>(4 * row + column),
                 static_cast<float>(1e3 * (column < 3 ? map.axes(row, column) : map.origin[row])));
  std::memcpy(header.data() + 344, "n+1", 4);
  return header;
}

}  // namespace

void write_nifti(const LabelMap& map, const std::string& path) {
  static_assert(std::endian::native == std::endian::little);
  for (const int length : map.size)
    if (length > 32767)
      throw Error(ExitCode::invalid_input, Location{path},
                  fmt::format("NIfTI-1 holds at most 32767 voxels along an axis, not {}.", length));
  const std::string part = path + ".part";
  struct Close {
    void operator()(gzFile_s* file) const { gzclose(file); }
  };
  const auto write = [](gzFile file, const void* data, std::size_t bytes) {
    return gzfwrite(data, 1, bytes, file) == bytes;
  };
  std::unique_ptr<gzFile_s, Close> file(gzopen(part.c_str(), path.ends_with(".gz") ? "wb6" : "wbT"));
  const std::vector<unsigned char> header = header_of(map);
  bool good = file && write(file.get(), header.data(), header.size()) &&
              write(file.get(), map.label.data(), map.label.size() * sizeof(std::uint16_t));
  good = file && gzclose(file.release()) == Z_OK && good;
  std::error_code problem;
  if (good) std::filesystem::rename(part, path, problem);
  if (good && !problem) return;
  std::filesystem::remove(part, problem);
  throw Error(ExitCode::file_error, Location{path},
              "the file cannot be written; check the folder, its permissions and the free space");
}

}  // namespace knead
