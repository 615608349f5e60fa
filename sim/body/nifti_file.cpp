#include "body/nifti_file.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <system_error>
#include <type_traits>

#include "base/error.hpp"

namespace knead {
namespace {

constexpr std::size_t header_size = 348;

[[noreturn]] void refuse(const std::string& path, const std::string& sentence) {
  throw Error(ExitCode::invalid_input, Location{path}, sentence);
}

// A plain or gzipped file as one stream of bytes; zlib reads both.
class ByteStream {
 public:
  explicit ByteStream(const std::string& path) : path_(path) {
    std::error_code problem;
    if (!std::filesystem::is_regular_file(path, problem)) {
      throw Error(ExitCode::file_error, Location{path}, "There is no such file.");
    }
    stored_size_ = std::filesystem::file_size(path, problem);
    file_.reset(gzopen(path.c_str(), "rb"));
    if (!file_) throw Error(ExitCode::file_error, Location{path}, "The file cannot be opened; check its permissions.");
    gzbuffer(file_.get(), 1u << 18);
  }

  // Reads exactly `count` bytes; false at an earlier end.
  bool read(unsigned char* to, std::size_t count) {
    while (count > 0) {
      const int got = gzread(file_.get(), to, static_cast<unsigned>(std::min<std::size_t>(count, 1u << 30)));
      if (got < 0) refuse(path_, "The compressed file is damaged; copy or export it again.");
      if (got == 0) return false;
      to += got;
      count -= static_cast<std::size_t>(got);
    }
    return true;
  }

  // zlib compares the checksum when it reaches the end. More data than was asked for is none of our business.
  void check_end() {
    unsigned char next = 0;
    if (read(&next, 1)) return;
    int problem = Z_OK;
    gzerror(file_.get(), &problem);
    if (problem != Z_OK) refuse(path_, "The compressed file lacks its end; copy or export it again.");
  }

  // Can so many bytes be in the file? Deflate shrinks to no less than 1/1032 (zlib.net/zlib_tech.html).
  bool can_hold(double bytes) {
    const double most = gzdirect(file_.get()) ? 1 : 1032;
    return bytes <= most * static_cast<double>(stored_size_);
  }

 private:
  struct Close {
    void operator()(gzFile_s* file) const { gzclose(file); }
  };
  std::string path_;
  std::uintmax_t stored_size_ = 0;
  std::unique_ptr<gzFile_s, Close> file_;
};

// A number at a byte, in the byte order of this machine or the other.
template <class T>
T load(const unsigned char* bytes, bool swapped) {
  unsigned char copy[sizeof(T)];
  std::memcpy(copy, bytes, sizeof(T));
  if (swapped) std::reverse(copy, copy + sizeof(T));
  T value;
  std::memcpy(&value, copy, sizeof(T));
  return value;
}

// The fields that matter, by their names and places in nifti1.h.
struct Header {
  bool swapped = false;
  std::array<int, 8> dim{};
  int datatype = 0, bitpix = 0;
  std::array<double, 8> pixdim{};
  double vox_offset = 0, scl_slope = 0, scl_inter = 0;
  int xyzt_units = 0, qform_code = 0, sform_code = 0;
  std::array<double, 6> quatern{};  // b, c, d and the offsets x, y, z
  std::array<std::array<double, 4>, 3> srow{};
};

Header read_header(ByteStream& stream, const std::string& path) {
  unsigned char raw[header_size];
  if (!stream.read(raw, header_size)) {
    refuse(path, "The file ends within its first 348 bytes, so it is no NIfTI file or a truncated one.");
  }
  Header header;
  const auto length = load<std::int32_t>(raw, false), length_swapped = load<std::int32_t>(raw, true);
  if (length == 540 || length_swapped == 540) {
    refuse(path, "This is a NIfTI-2 file, and Knead reads NIfTI-1; save it as NIfTI-1.");
  }
  if (length != static_cast<int>(header_size) && length_swapped != static_cast<int>(header_size)) {
    refuse(path, "This is no NIfTI file: its first number is not 348; export the segmentation as .nii or .nii.gz.");
  }
  header.swapped = length != static_cast<int>(header_size);
  if (std::memcmp(raw + 344, "ni1", 4) == 0) {
    refuse(path, "This is one half of a .hdr and .img pair; save the segmentation as a single .nii or .nii.gz file.");
  }
  if (std::memcmp(raw + 344, "n+1", 4) != 0) {
    refuse(path, "The header lacks NIfTI's mark \"n+1\" (an Analyze file?); save the segmentation as .nii or .nii.gz.");
  }
  const auto whole = [&](std::size_t at) { return static_cast<int>(load<std::int16_t>(raw + at, header.swapped)); };
  const auto real = [&](std::size_t at) { return static_cast<double>(load<float>(raw + at, header.swapped)); };
  for (std::size_t i = 0; i < 8; ++i) {
    header.dim[i] = whole(40 + 2 * i);
    header.pixdim[i] = real(76 + 4 * i);
  }
  header.datatype = whole(70);
  header.bitpix = whole(72);
  header.vox_offset = real(108);
  header.scl_slope = real(112);
  header.scl_inter = real(116);
  header.xyzt_units = raw[123];
  header.qform_code = whole(252);
  header.sform_code = whole(254);
  for (std::size_t i = 0; i < 6; ++i) header.quatern[i] = real(256 + 4 * i);
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t j = 0; j < 4; ++j) header.srow[row][j] = real(280 + 16 * row + 4 * j);
  return header;
}

std::array<int, 3> read_size(const Header& header, const std::string& path) {
  const int num_dimensions = header.dim[0];
  if (num_dimensions < 3 || num_dimensions > 7) {
    refuse(path, fmt::format("The header says {} dimensions; a label map has three.", num_dimensions));
  }
  double voxels = 1;
  for (int i = 1; i <= num_dimensions; ++i) {
    const int length = header.dim[static_cast<std::size_t>(i)];
    if (length < 1) refuse(path, fmt::format("The header says {} voxels along axis {}.", length, i));
    if (i > 3 && length != 1) {
      refuse(path, fmt::format("The file holds a series of {} volumes along axis {}; save one of them alone, with one "
                               "label per voxel.",
                               length, i));
    }
    voxels *= length;
  }
  if (voxels > static_cast<double>(most_voxels)) {
    refuse(path, fmt::format("The map has {:.3g} voxels and Knead reads at most {:.3g}; crop or resample it first.",
                             voxels, static_cast<double>(most_voxels)));
  }
  return {header.dim[1], header.dim[2], header.dim[3]};
}

// Metres per unit of length of the header.
double length_unit(const Header& header, const std::string& path) {
  switch (header.xyzt_units & 7) {
    case 0:  // not said
    case 2:
      return 1e-3;
    case 1:
      return 1;
    case 3:
      return 1e-6;
    default:
      refuse(path, fmt::format("The header's unit of length has the number {}, which NIfTI does not know; set "
                               "xyzt_units to 2 for millimetres.",
                               header.xyzt_units & 7));
  }
}

// Rotation matrix of the unit quaternion a + b i + c j + d k, a ≥ 0 ("METHOD 2" in nifti1.h).
Mat3d rotation(double b, double c, double d, const std::string& path) {
  double square = b * b + c * c + d * d;
  if (!(square <= 1 + 1e-3)) {
    refuse(path, "The quaternion of the header's qform is longer than 1, so it is no rotation; export the file again.");
  }
  // Half a turn, where a is 0: its square would be the rounding of b, c and d, and a itself would not be small.
  constexpr double rounding = 3.0 * std::numeric_limits<float>::epsilon();
  if (square > 1 - rounding) {
    const double length = std::sqrt(square);
    b /= length, c /= length, d /= length;
    square = 1;
  }
  const double a = std::sqrt(1 - square);
  return {{{a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)},
           {2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)},
           {2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c}}};
}

// Sets axes and origin, m.
void place(LabelMap& map, const Header& header, const std::string& path) {
  const char* what = "voxel sizes";
  Mat3d axes = Mat3d::zero();
  Vec3d origin{0, 0, 0};
  if (header.sform_code > 0) {
    what = "sform";
    for (int row = 0; row < 3; ++row) {
      const auto& line = header.srow[static_cast<std::size_t>(row)];
      for (int j = 0; j < 3; ++j) axes(row, j) = line[static_cast<std::size_t>(j)];
      origin[row] = line[3];
    }
  } else {
    Mat3d turn = Mat3d::identity();
    if (header.qform_code > 0) {
      what = "qform";
      const auto& q = header.quatern;
      turn = rotation(q[0], q[1], q[2], path);
      if (header.pixdim[0] < 0)  // qfac
        for (int row = 0; row < 3; ++row) turn(row, 2) = -turn(row, 2);
      origin = {q[3], q[4], q[5]};
    } else {
      map.notes.push_back(
          "The file does not say how its axes lie in the subject; they are taken as right, anterior, superior.");
    }
    for (int j = 0; j < 3; ++j) {
      const double edge = header.pixdim[static_cast<std::size_t>(j) + 1];
      if (!(edge > 0)) refuse(path, fmt::format("The header says {:g} for the voxel size along axis {}.", edge, j + 1));
      for (int row = 0; row < 3; ++row) axes(row, j) = turn(row, j) * edge;
    }
  }
  const double unit = length_unit(header, path);
  map.axes = unit * axes;
  map.origin = unit * origin;
  const Vec3d edge = voxel_size(map);
  for (int a = 0; a < 3; ++a) {
    if (!(edge[a] >= least_edge && edge[a] <= most_edge) || !(std::abs(map.origin[a]) <= 1e3)) {
      refuse(path,
             fmt::format("The {} of the header give{} voxels of {:g} x {:g} x {:g} mm at ({:g}, {:g}, {:g}) mm, "
                         "which is no scan of a person; check the unit of length.",
                         what, header.sform_code > 0 || header.qform_code > 0 ? "s" : "", edge[0] * 1e3, edge[1] * 1e3,
                         edge[2] * 1e3, map.origin[0] * 1e3, map.origin[1] * 1e3, map.origin[2] * 1e3));
    }
  }
  if (!(std::abs(determinant(map.axes)) > 1e-3 * edge[0] * edge[1] * edge[2])) {
    refuse(path, fmt::format("The axes of the header's {} lie in one plane; export the file again.", what));
  }
}

// y = slope x + inter when both are numbers and slope is not 0; some programs write NaN for "none".
struct Scaling {
  double slope = 1, inter = 0;
};

Scaling scaling(const Header& header, const std::string& path) {
  if (header.scl_slope == 0 || !std::isfinite(header.scl_slope)) return {};
  if (!std::isfinite(header.scl_inter)) {
    refuse(path, "The header's scl_inter is not a number; set scl_slope to 1 and scl_inter to 0.");
  }
  return {header.scl_slope, header.scl_inter};
}

// The label of a scaled value, or nothing. Factors have single precision, so whole numbers come out nearly whole.
std::optional<std::uint16_t> to_label(double value) {
  const double whole = std::round(value);
  if (!(std::abs(value - whole) <= 1e-3) || whole < 0 || whole > std::numeric_limits<std::uint16_t>::max()) return {};
  return static_cast<std::uint16_t>(whole);
}

template <class T>
void read_labels(LabelMap& map, ByteStream& stream, const Header& header, const std::string& path) {
  const Scaling scale = scaling(header, path);
  if (header.bitpix != 8 * static_cast<int>(sizeof(T))) {
    refuse(path, fmt::format("The header says {} bits per voxel, but its data type {} has {}; export the file again.",
                             header.bitpix, header.datatype, 8 * sizeof(T)));
  }
  std::size_t left = static_cast<std::size_t>(map.size[0]) * static_cast<std::size_t>(map.size[1]) *
                     static_cast<std::size_t>(map.size[2]);
  const std::size_t all = left;
  const auto cut_short = [&] {
    refuse(path, fmt::format("The file ends before the last of its {} x {} x {} voxels; copy or export it again.",
                             map.size[0], map.size[1], map.size[2]));
  };
  if (!stream.can_hold(static_cast<double>(all) * sizeof(T) + header_size)) cut_short();
  constexpr std::size_t chunk = std::size_t{1} << 16;
  std::vector<unsigned char> raw(std::min(chunk, left) * sizeof(T));
  while (left > 0) {
    const std::size_t count = std::min(chunk, left);
    if (!stream.read(raw.data(), count * sizeof(T))) cut_short();
    for (std::size_t n = 0; n < count; ++n) {
      const double value =
          scale.slope * static_cast<double>(load<T>(raw.data() + n * sizeof(T), header.swapped)) + scale.inter;
      const std::optional<std::uint16_t> label = to_label(value);
      if (!label) {
        const std::size_t at = all - left + n, row = static_cast<std::size_t>(map.size[0]);
        refuse(path, fmt::format("Voxel ({}, {}, {}) has the value {:g}; labels are whole numbers from 0 to 65535, so "
                                 "give the segmentation, not the scan.",
                                 at % row, at / row % static_cast<std::size_t>(map.size[1]),
                                 at / row / static_cast<std::size_t>(map.size[1]), value));
      }
      map.label.push_back(*label);
    }
    left -= count;
  }
}

void read_labels_of_type(LabelMap& map, ByteStream& stream, const Header& header, const std::string& path) {
  switch (header.datatype) {
    case 2:
      return read_labels<std::uint8_t>(map, stream, header, path);
    case 4:
      return read_labels<std::int16_t>(map, stream, header, path);
    case 8:
      return read_labels<std::int32_t>(map, stream, header, path);
    case 16:
      return read_labels<float>(map, stream, header, path);
    case 64:
      return read_labels<double>(map, stream, header, path);
    case 256:
      return read_labels<std::int8_t>(map, stream, header, path);
    case 512:
      return read_labels<std::uint16_t>(map, stream, header, path);
    case 768:
      return read_labels<std::uint32_t>(map, stream, header, path);
    default:
      refuse(path, fmt::format("Voxels have the data type {}, which holds no labels that Knead reads; save them as "
                               "8-bit or 16-bit whole numbers.",
                               header.datatype));
  }
}

}  // namespace

LabelMap read_nifti(const std::string& path) {
  ByteStream stream(path);
  const Header header = read_header(stream, path);
  LabelMap map;
  map.source = path;
  map.size = read_size(header, path);
  place(map, header, path);
  // Extensions lie between header and voxels; half a gigabyte of them is no header.
  if (!(header.vox_offset >= 352 && header.vox_offset <= 0x20000000) ||
      header.vox_offset != std::floor(header.vox_offset)) {
    refuse(path, fmt::format("The header says that voxels start at byte {:g}; in a single file that is 352 or a little "
                             "more.",
                             header.vox_offset));
  }
  std::size_t to_skip = static_cast<std::size_t>(header.vox_offset) - header_size;
  unsigned char skipped[4096];
  while (to_skip > 0) {
    const std::size_t count = std::min(to_skip, sizeof(skipped));
    if (!stream.read(skipped, count)) refuse(path, "The file ends before its first voxel; copy or export it again.");
    to_skip -= count;
  }
  read_labels_of_type(map, stream, header, path);
  stream.check_end();
  return map;
}

}  // namespace knead
