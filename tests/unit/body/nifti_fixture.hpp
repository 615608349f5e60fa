#pragma once
// Writes NIfTI-1 files as a test wants them, right or wrong.
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "catch.hpp"

namespace knead::test {

struct NiftiImage {
  std::array<int, 3> size{1, 1, 1};
  std::vector<double> value;  // as stored, x fastest
  int datatype = 2;
  bool swapped = false;  // the byte order that this machine does not have
  std::array<float, 3> pixdim{1, 1, 1};
  float qfac = 1;
  int qform_code = 0, sform_code = 0;
  std::array<float, 6> quatern{};  // b, c, d, offsets
  std::array<float, 12> srow{};    // row by row
  float scl_slope = 0, scl_inter = 0;
  int xyzt_units = 2;
  std::size_t extension = 0;  // bytes between header and voxels beyond the usual four
};

// The bytes of a file, with a way to spoil its fields.
struct NiftiBytes {
  std::vector<unsigned char> bytes;
  bool swapped = false;

  template <class T>
  void put(std::size_t at, T value) {
    unsigned char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    if (swapped) std::reverse(raw, raw + sizeof(T));
    std::copy(raw, raw + sizeof(T), bytes.begin() + static_cast<std::ptrdiff_t>(at));
  }
};

inline std::size_t bytes_of_type(int datatype) {
  switch (datatype) {
    case 2:
    case 256:
      return 1;
    case 4:
    case 512:
      return 2;
    case 64:
      return 8;
    default:
      return 4;
  }
}

inline NiftiBytes nifti_bytes(const NiftiImage& image) {
  const std::size_t width = bytes_of_type(image.datatype), start = 352 + image.extension;
  NiftiBytes file;
  file.swapped = image.swapped;
  file.bytes.assign(start + image.value.size() * width, 0);
  file.put<std::int32_t>(0, 348);
  file.put<std::int16_t>(40, 3);
  for (std::size_t i = 0; i < 3; ++i) {
    file.put<std::int16_t>(42 + 2 * i, static_cast<std::int16_t>(image.size[i]));
    file.put<float>(80 + 4 * i, image.pixdim[i]);
  }
  for (std::size_t i = 3; i < 7; ++i) file.put<std::int16_t>(42 + 2 * i, 1);
  file.put<std::int16_t>(70, static_cast<std::int16_t>(image.datatype));
  file.put<std::int16_t>(72, static_cast<std::int16_t>(8 * width));
  file.put<float>(76, image.qfac);
  file.put<float>(108, static_cast<float>(start));
  file.put<float>(112, image.scl_slope);
  file.put<float>(116, image.scl_inter);
  file.bytes[123] = static_cast<unsigned char>(image.xyzt_units);
  file.put<std::int16_t>(252, static_cast<std::int16_t>(image.qform_code));
  file.put<std::int16_t>(254, static_cast<std::int16_t>(image.sform_code));
  for (std::size_t i = 0; i < 6; ++i) file.put<float>(256 + 4 * i, image.quatern[i]);
  for (std::size_t i = 0; i < 12; ++i) file.put<float>(280 + 4 * i, image.srow[i]);
  std::memcpy(file.bytes.data() + 344, "n+1", 4);
  for (std::size_t n = 0; n < image.value.size(); ++n) {
    const std::size_t at = start + n * width;
    const double value = image.value[n];
    switch (image.datatype) {
      case 2:
        file.put(at, static_cast<std::uint8_t>(value));
        break;
      case 4:
        file.put(at, static_cast<std::int16_t>(value));
        break;
      case 8:
        file.put(at, static_cast<std::int32_t>(value));
        break;
      case 64:
        file.put(at, value);
        break;
      case 256:
        file.put(at, static_cast<std::int8_t>(value));
        break;
      case 512:
        file.put(at, static_cast<std::uint16_t>(value));
        break;
      case 768:
        file.put(at, static_cast<std::uint32_t>(value));
        break;
      default:
        file.put(at, static_cast<float>(value));
    }
  }
  return file;
}

inline std::string test_file(const std::string& name) { return std::string(KNEAD_BINARY_DIR) + "/" + name; }

inline std::string write_plain(const std::string& name, const std::vector<unsigned char>& bytes) {
  const std::string path = test_file(name);
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return path;
}

inline std::string write_gzip(const std::string& name, const std::vector<unsigned char>& bytes) {
  const std::string path = test_file(name);
  gzFile file = gzopen(path.c_str(), "wb");
  REQUIRE(file);
  REQUIRE(gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size())) == static_cast<int>(bytes.size()));
  REQUIRE(gzclose(file) == Z_OK);
  return path;
}

}  // namespace knead::test
