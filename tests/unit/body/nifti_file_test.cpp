// NIfTI-1 files against places worked out by hand from the standard, and files that are none.
#include "body/nifti_file.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include "base/error.hpp"
#include "catch.hpp"
#include "nifti_fixture.hpp"

using namespace knead;
using namespace knead::test;

namespace {

constexpr double millimetre = 1e-3;

NiftiImage small_image() {
  NiftiImage image;
  image.size = {3, 2, 2};
  image.value = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  image.pixdim = {2, 3, 4};
  return image;
}

LabelMap read(const NiftiImage& image, const std::string& name = "image.nii") {
  return read_nifti(write_plain(name, nifti_bytes(image).bytes));
}

// The columns of the axes and the origin, in millimetres.
void lies_at(const LabelMap& map, const Vec3d& i, const Vec3d& j, const Vec3d& k, const Vec3d& origin) {
  const Vec3d columns[3] = {i, j, k};
  for (int row = 0; row < 3; ++row) {
    CAPTURE(row);
    for (int c = 0; c < 3; ++c) CHECK(map.axes(row, c) == Approx(columns[c][row] * millimetre).margin(1e-9));
    CHECK(map.origin[row] == Approx(origin[row] * millimetre).margin(1e-9));
  }
}

std::string complaint(const std::string& path, ExitCode code = ExitCode::invalid_input) {
  try {
    read_nifti(path);
  } catch (const Error& error) {
    CHECK(error.code() == code);
    CHECK(error.diagnostics().size() == 1);
    const std::string text = error.what();
    CHECK(text.rfind(path, 0) == 0);
    CHECK(text.back() == '.');
    return text;
  }
  return "";
}

std::string complaint(const NiftiBytes& file) { return complaint(write_plain("broken.nii", file.bytes)); }

template <class T>
std::string complaint_with(std::size_t at, T value) {
  NiftiBytes file = nifti_bytes(small_image());
  file.put(at, value);
  return complaint(file);
}

void contains(const std::string& text, const std::string& part) {
  CAPTURE(text, part);
  CHECK(text.find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("The quaternion of a NIfTI header places the voxels") {
  // Rotations by hand: a + b i + c j + d k = cos(θ/2) + sin(θ/2) (axis).
  NiftiImage image = small_image();
  image.qform_code = 1;
  const float half = 0.5f, root_half = std::sqrt(0.5f);
  SECTION("no rotation") {
    image.quatern = {0, 0, 0, 10, 20, 30};
    const LabelMap map = read(image);
    lies_at(map, {2, 0, 0}, {0, 3, 0}, {0, 0, 4}, {10, 20, 30});
    CHECK(norm(map.position(1, 1, 1) - Vec3d{0.012, 0.023, 0.034}) < 1e-9);
    CHECK(orientation(map) == "RAS");
    CHECK(map.notes.empty());
  }
  SECTION("a quarter turn about the superior axis: i runs anterior, j to the left") {
    image.quatern = {0, 0, root_half, 10, 20, 30};
    const LabelMap map = read(image);
    lies_at(map, {0, 2, 0}, {-3, 0, 0}, {0, 0, 4}, {10, 20, 30});
    CHECK(orientation(map) == "ALS");
  }
  SECTION("half a turn about the right axis, where a is 0") {
    image.quatern = {1, 0, 0, 0, 0, 0};
    const LabelMap map = read(image);
    lies_at(map, {2, 0, 0}, {0, -3, 0}, {0, 0, -4}, {0, 0, 0});
    CHECK(orientation(map) == "RPI");
  }
  SECTION("half a turn about the anterior axis and qfac -1: radiological storage") {
    image.quatern = {0, 1, 0, 5, 6, 7};
    image.qfac = -1;
    const LabelMap map = read(image);
    lies_at(map, {-2, 0, 0}, {0, 3, 0}, {0, 0, 4}, {5, 6, 7});
    CHECK(orientation(map) == "LAS");
  }
  SECTION("a third of a turn about the diagonal: each axis becomes the next") {
    image.quatern = {half, half, half, 0, 0, 0};
    const LabelMap map = read(image);
    lies_at(map, {0, 2, 0}, {0, 0, 3}, {4, 0, 0}, {0, 0, 0});
    CHECK(orientation(map) == "ASR");
  }
  SECTION("30° about the right axis") {
    const auto s = static_cast<float>(std::sin(15 * std::numbers::pi / 180));
    image.quatern = {s, 0, 0, 0, 0, 0};
    const double c30 = std::sqrt(3.0) / 2;
    lies_at(read(image), {2, 0, 0}, {0, 3 * c30, 1.5}, {0, -2, 4 * c30}, {0, 0, 0});
  }
  SECTION("qfac 0 means 1, and rounding may make the quaternion a little too long") {
    image.quatern = {0, 1.00001f, 0, 0, 0, 0};
    image.qfac = 0;
    lies_at(read(image), {-2, 0, 0}, {0, 3, 0}, {0, 0, -4}, {0, 0, 0});
  }
}

TEST_CASE("The sform goes before the qform, and both before bare voxel sizes") {
  NiftiImage image = small_image();
  image.srow = {0, 0, 4, -7, 2, 0, 0, -8, 0, -3, 0, -9};
  image.quatern = {0, 0, 0, 10, 20, 30};
  const LabelMap bare = read(image);
  lies_at(bare, {2, 0, 0}, {0, 3, 0}, {0, 0, 4}, {0, 0, 0});
  CHECK(bare.notes.size() == 1);
  image.qform_code = 2;
  lies_at(read(image), {2, 0, 0}, {0, 3, 0}, {0, 0, 4}, {10, 20, 30});
  image.sform_code = 4;
  const LabelMap map = read(image);
  lies_at(map, {0, 2, 0}, {0, 0, -3}, {4, 0, 0}, {-7, -8, -9});
  CHECK(orientation(map) == "AIR");
  CHECK(map.size == std::array<int, 3>{3, 2, 2});
}

TEST_CASE("Lengths of a NIfTI header have the unit that it says") {
  NiftiImage image = small_image();
  for (int units : {0, 2, 2 | 8}) {
    image.xyzt_units = units;  // not said, millimetres, and with seconds
    lies_at(read(image), {2, 0, 0}, {0, 3, 0}, {0, 0, 4}, {0, 0, 0});
  }
  image.xyzt_units = 3;
  image.pixdim = {2000, 3000, 4000};
  lies_at(read(image), {2, 0, 0}, {0, 3, 0}, {0, 0, 4}, {0, 0, 0});
  image.xyzt_units = 1;
  image.pixdim = {0.002f, 0.003f, 0.004f};
  lies_at(read(image), {2, 0, 0}, {0, 3, 0}, {0, 0, 4}, {0, 0, 0});
}

TEST_CASE("Labels are the same from every data type, byte order and compression") {
  for (int datatype : {2, 4, 8, 16, 64, 256, 512, 768})
    for (bool swapped : {false, true})
      for (std::size_t extension : {0u, 16u, 16384u}) {
        CAPTURE(datatype, swapped, extension);
        NiftiImage image = small_image();
        image.datatype = datatype;
        image.swapped = swapped;
        image.extension = extension;
        const auto bytes = nifti_bytes(image).bytes;
        const LabelMap plain = read_nifti(write_plain("image.nii", bytes));
        const LabelMap packed = read_nifti(write_gzip("image.nii.gz", bytes));
        CHECK(plain.size == image.size);
        REQUIRE(plain.label.size() == 12);
        for (std::size_t n = 0; n < 12; ++n) CHECK(plain.label[n] == n);
        CHECK(packed.label == plain.label);
        lies_at(packed, {2, 0, 0}, {0, 3, 0}, {0, 0, 4}, {0, 0, 0});
      }
}

TEST_CASE("Stored values are scaled before they are labels") {
  NiftiImage image = small_image();
  image.datatype = 4;
  for (double& value : image.value) value = 10 * value - 100;
  image.scl_slope = 0.1f;
  image.scl_inter = 10;
  const LabelMap map = read(image);
  for (std::size_t n = 0; n < 12; ++n) CHECK(map.label[n] == n);
  // Slope 0 or none: the values themselves, and no inter either.
  for (float slope : {0.0f, std::numeric_limits<float>::quiet_NaN()}) {
    image = small_image();
    image.scl_slope = slope;
    image.scl_inter = 5;
    CHECK(read(image).label[11] == 11);
  }
}

TEST_CASE("Further dimensions of length one are no series") {
  NiftiBytes file = nifti_bytes(small_image());
  file.put<std::int16_t>(40, 5);
  CHECK(read_nifti(write_plain("image.nii", file.bytes)).label.size() == 12);
}

TEST_CASE("Files that are no label map are refused in a sentence") {
  contains(complaint("/nowhere/at-all.nii", ExitCode::file_error), "no such file");
  contains(complaint(KNEAD_BINARY_DIR, ExitCode::file_error), "no such file");
  contains(complaint(write_plain("broken.nii", {})), "ends within its first 348 bytes");
  contains(complaint(write_plain("broken.nii", std::vector<unsigned char>(1000, 0))), "no NIfTI file");
  contains(complaint_with<std::int32_t>(0, 540), "NIfTI-2");
  contains(complaint_with<char>(345, 'i'), ".hdr and .img pair");
  contains(complaint_with<char>(344, 'x'), "\"n+1\"");
  contains(complaint_with<std::int16_t>(40, 2), "2 dimensions");
  contains(complaint_with<std::int16_t>(40, -5), "-5 dimensions");
  contains(complaint_with<std::int16_t>(42, 0), "0 voxels along axis 1");
  contains(complaint_with<std::int16_t>(44, -3), "-3 voxels along axis 2");
  contains(complaint_with<std::int16_t>(70, 32), "data type 32");
  contains(complaint_with<std::int16_t>(70, 128), "data type 128");
  contains(complaint_with<std::int16_t>(72, 16), "16 bits per voxel");
  contains(complaint_with<float>(108, 0), "start at byte 0");
  contains(complaint_with<float>(108, 352.5f), "start at byte 352.5");
  contains(complaint_with<float>(108, 1e30f), "start at byte 1e+30");
  contains(complaint_with<float>(108, std::numeric_limits<float>::quiet_NaN()), "start at byte nan");
  contains(complaint_with<float>(108, 4000), "before its first voxel");
  contains(complaint_with<float>(80, 0), "voxel size along axis 1");
  contains(complaint_with<float>(84, std::numeric_limits<float>::quiet_NaN()), "voxel size along axis 2");
  contains(complaint_with<float>(84, 1e9f), "check the unit of length");
  contains(complaint_with<char>(123, 7), "unit of length");

  NiftiBytes file = nifti_bytes(small_image());
  file.put<std::int16_t>(40, 4);
  file.put<std::int16_t>(48, 17);
  contains(complaint(file), "a series of 17 volumes along axis 4");

  file = nifti_bytes(small_image());
  file.put<std::int16_t>(252, 1);
  file.put<float>(256, 3);
  contains(complaint(file), "no rotation");

  file = nifti_bytes(small_image());
  file.put<std::int16_t>(254, 1);
  contains(complaint(file), "which is no scan of a person");
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t j = 0; j < 3; ++j) file.put<float>(280 + 16 * row + 4 * j, j == 0 ? 1.0f : 2.0f);
  contains(complaint(file), "lie in one plane");

  file = nifti_bytes(small_image());
  file.put<float>(112, 1);
  file.put<float>(116, std::numeric_limits<float>::infinity());
  contains(complaint(file), "scl_inter");
}

TEST_CASE("Values that are no labels are refused with their voxel") {
  NiftiImage image = small_image();
  image.datatype = 16;
  for (double bad :
       {0.5, -1.0, 65536.0, 1e30, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    CAPTURE(bad);
    image.value[7] = bad;
    contains(complaint(nifti_bytes(image)), "Voxel (1, 0, 1) has the value");
  }
  image.value[7] = 65535;
  CHECK(read(image).label[7] == 65535);
}

TEST_CASE("A header cannot make the reader take memory that the file does not fill") {
  NiftiBytes file = nifti_bytes(small_image());
  for (std::size_t i = 0; i < 3; ++i) file.put<std::int16_t>(42 + 2 * i, 32767);
  contains(complaint(file), "3.52e+13 voxels");
  file.put<std::int16_t>(46, 2);  // 2.147e9 voxels, just few enough
  contains(complaint(file), "ends before the last of its 32767 x 32767 x 2 voxels");
  contains(complaint(write_gzip("broken.nii.gz", file.bytes)), "ends before the last");
  // Far more data than the header says: what is beyond is not read.
  std::vector<unsigned char> bomb = nifti_bytes(small_image()).bytes;
  bomb.resize(std::size_t{1} << 26, 0);
  CHECK(read_nifti(write_gzip("image.nii.gz", bomb)).label.size() == 12);
}

TEST_CASE("Truncated and damaged files are refused wherever they end") {
  NiftiImage image = small_image();
  image.size = {30, 20, 10};
  image.value.assign(6000, 3);
  for (std::size_t n = 0; n < image.value.size(); ++n) image.value[n] = static_cast<double>((n * 7919) % 251);
  const auto bytes = nifti_bytes(image).bytes;
  const std::string packed = write_gzip("image.nii.gz", bytes);
  std::ifstream stream(packed, std::ios::binary);
  const std::vector<unsigned char> gzip((std::istreambuf_iterator<char>(stream)), {});
  for (std::size_t keep : {1u, 100u, 347u, 348u, 351u, 352u, 1000u, 6351u}) {
    CAPTURE(keep);
    CHECK(!complaint(write_plain("broken.nii", {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(keep)}))
               .empty());
  }
  for (std::size_t keep = 1; keep < gzip.size(); keep += gzip.size() / 20) {
    CAPTURE(keep);
    CHECK(!complaint(write_plain("broken.nii.gz", {gzip.begin(), gzip.begin() + static_cast<std::ptrdiff_t>(keep)}))
               .empty());
  }
  // A flipped bit within the compressed voxels does not pass the checksum.
  auto damaged = gzip;
  damaged[damaged.size() / 2] ^= 0x10;
  CHECK(!complaint(write_plain("broken.nii.gz", damaged)).empty());
}

TEST_CASE("Random damage to a header is an error or a map, never a crash") {
  std::mt19937 random(5);
  const auto bytes = nifti_bytes(small_image()).bytes;
  for (int round = 0; round < 500; ++round) {
    auto damaged = bytes;
    for (int n = 0; n < 1 + round % 4; ++n) damaged[random() % 352] = static_cast<unsigned char>(random());
    try {
      const LabelMap map = read_nifti(write_plain("broken.nii", damaged));
      CHECK(map.label.size() == static_cast<std::size_t>(map.size[0]) * static_cast<std::size_t>(map.size[1]) *
                                    static_cast<std::size_t>(map.size[2]));
      oriented_to_ras(map);
    } catch (const Error&) {
    }
  }
}
