// A leg of known shape, stored in every orientation, must be the same leg; its volumes are those of ellipsoids.
#include "body/label_map.hpp"

#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "body/nifti_file.hpp"
#include "catch.hpp"
#include "nifti_fixture.hpp"

using namespace knead;
using namespace knead::test;

namespace {

constexpr int flesh = 7, bone = 201;

struct Ellipsoid {
  Vec3d centre, semi_axes;  // m
  bool holds(const Vec3d& x) const {
    double sum = 0;
    for (int a = 0; a < 3; ++a) sum += std::pow((x[a] - centre[a]) / semi_axes[a], 2);
    return sum < 1;
  }
  double volume() const { return 4 * std::numbers::pi / 3 * semi_axes[0] * semi_axes[1] * semi_axes[2]; }
};

// A right thigh: nothing about it is symmetric, so that a mirror image is another label map.
const Ellipsoid leg{{0.11, -0.02, -0.31}, {0.042, 0.055, 0.083}};
const Ellipsoid femur{{0.103, -0.005, -0.30}, {0.013, 0.011, 0.061}};

int leg_label(const Vec3d& x) { return femur.holds(x) ? bone : leg.holds(x) ? flesh : 0; }

// A grid around the leg with voxels of these edges, m, along axes that are turned from the world's.
struct Grid {
  std::array<int, 3> size;
  Mat3d axes;
  Vec3d origin;
};

// Voxel axis a runs along world axis `world[a]`, backwards where `back` says so.
Grid aligned_grid(const std::array<int, 3>& world, const std::array<bool, 3>& back, const Vec3d& edge) {
  Grid grid{{}, Mat3d::zero(), {0, 0, 0}};
  Vec3d low{0, 0, 0};
  std::array<int, 3> count{};
  for (int w = 0; w < 3; ++w) {
    count[static_cast<std::size_t>(w)] = 4 + static_cast<int>(2 * leg.semi_axes[w] / edge[w]);
    low[w] = leg.centre[w] - 0.49 * count[static_cast<std::size_t>(w)] * edge[w];
  }
  grid.origin = low;
  for (std::size_t a = 0; a < 3; ++a) {
    const int w = world[a], n = count[static_cast<std::size_t>(w)];
    grid.size[a] = n;
    grid.axes(w, static_cast<int>(a)) = back[a] ? -edge[w] : edge[w];
    if (back[a]) grid.origin[w] = low[w] + (n - 1) * edge[w];
  }
  return grid;
}

NiftiImage image_of(const Grid& grid) {
  NiftiImage image;
  image.size = grid.size;
  for (int k = 0; k < grid.size[2]; ++k)
    for (int j = 0; j < grid.size[1]; ++j)
      for (int i = 0; i < grid.size[0]; ++i) {
        const Vec3d x =
            grid.origin + grid.axes * Vec3d{static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)};
        image.value.push_back(leg_label(x));
      }
  return image;
}

void set_sform(NiftiImage& image, const Grid& grid) {
  image.sform_code = 1;
  for (int row = 0; row < 3; ++row) {
    for (int j = 0; j < 3; ++j)
      image.srow[static_cast<std::size_t>(4 * row + j)] = static_cast<float>(1e3 * grid.axes(row, j));
    image.srow[static_cast<std::size_t>(4 * row + 3)] = static_cast<float>(1e3 * grid.origin[row]);
  }
}

// The quaternion of a rotation matrix by its largest component (S. W. Shepperd, J. Guidance Control 1 (1978) 223).
void set_qform(NiftiImage& image, const Grid& grid) {
  Mat3d r = grid.axes;
  for (int j = 0; j < 3; ++j) {
    const double edge = norm(Vec3d{r(0, j), r(1, j), r(2, j)});
    image.pixdim[static_cast<std::size_t>(j)] = static_cast<float>(1e3 * edge);
    for (int row = 0; row < 3; ++row) r(row, j) /= edge;
  }
  image.qform_code = 1;
  image.qfac = determinant(r) < 0 ? -1 : 1;
  for (int row = 0; row < 3; ++row) r(row, 2) *= static_cast<double>(image.qfac);
  const double square[4] = {1 + trace(r), 1 + r(0, 0) - r(1, 1) - r(2, 2), 1 - r(0, 0) + r(1, 1) - r(2, 2),
                            1 - r(0, 0) - r(1, 1) + r(2, 2)};
  const auto largest = std::max_element(square, square + 4) - square;
  const double twice = std::sqrt(square[largest]);  // 2 × that component
  double q[4];
  const double x = r(2, 1) - r(1, 2), y = r(0, 2) - r(2, 0), z = r(1, 0) - r(0, 1);
  const double xy = r(0, 1) + r(1, 0), yz = r(1, 2) + r(2, 1), xz = r(0, 2) + r(2, 0);
  const double table[4][4] = {{0, x, y, z}, {x, 0, xy, xz}, {y, xy, 0, yz}, {z, xz, yz, 0}};
  for (int c = 0; c < 4; ++c) q[c] = c == largest ? twice / 2 : table[largest][c] / (2 * twice);
  const double sign = q[0] < 0 ? -1 : 1;
  for (std::size_t c = 0; c < 3; ++c) {
    image.quatern[c] = static_cast<float>(sign * q[c + 1]);
    image.quatern[c + 3] = static_cast<float>(1e3 * grid.origin[static_cast<int>(c)]);
  }
}

void same_map(const LabelMap& a, const LabelMap& b) {
  REQUIRE(a.size == b.size);
  CHECK(a.label == b.label);
  CHECK(norm(a.origin - b.origin) < 1e-7);
  for (int row = 0; row < 3; ++row)
    for (int j = 0; j < 3; ++j) CHECK(std::abs(a.axes(row, j) - b.axes(row, j)) < 1e-8);
}

LabelMap fine_leg(double edge) {
  NiftiImage image;
  const Grid grid = aligned_grid({0, 1, 2}, {false, false, false}, {edge, edge, edge});
  image = image_of(grid);
  set_sform(image, grid);
  return read_nifti(write_gzip("leg.nii.gz", nifti_bytes(image).bytes));
}

// A map of one row of voxels of 2 mm.
LabelMap row_of(const std::vector<std::uint16_t>& labels) {
  LabelMap map;
  map.size = {static_cast<int>(labels.size()), 1, 1};
  map.label = labels;
  map.axes = 0.002 * Mat3d::identity();
  map.origin = {0.001, 0.001, 0.001};  // the row starts at 0
  map.source = "row.nii";
  return map;
}

double volume_of(const LabelMap& map, int label) {
  return static_cast<double>(count_labels(map).at(label)) * voxel_volume(map);
}

}  // namespace

TEST_CASE("A leg stored in any of the 48 orientations is the same leg") {
  const Vec3d edge{0.004, 0.005, 0.006};
  const Grid upright = aligned_grid({0, 1, 2}, {false, false, false}, edge);
  NiftiImage reference = image_of(upright);
  set_sform(reference, upright);
  const LabelMap expected = read_nifti(write_plain("leg.nii", nifti_bytes(reference).bytes));
  CHECK(orientation(expected) == "RAS");
  same_map(oriented_to_ras(expected), expected);
  const int datatypes[8] = {2, 4, 8, 16, 64, 512, 768, 4};
  std::array<int, 3> world{0, 1, 2};
  int number = 0;
  do {
    for (int mirror = 0; mirror < 8; ++mirror, ++number) {
      const std::array<bool, 3> back{(mirror & 1) != 0, (mirror & 2) != 0, (mirror & 4) != 0};
      const Grid grid = aligned_grid(world, back, edge);
      NiftiImage image = image_of(grid);
      image.datatype = datatypes[number % 8];
      std::string letters;
      for (std::size_t a = 0; a < 3; ++a) {
        const char* pair[3] = {"RL", "AP", "SI"};
        letters += pair[world[a]][back[a] ? 1 : 0];
      }
      CAPTURE(letters);
      for (bool by_quaternion : {false, true})
        for (bool packed : {false, true}) {
          image.swapped = by_quaternion == packed;
          image.sform_code = image.qform_code = 0;
          by_quaternion ? set_qform(image, grid) : set_sform(image, grid);
          const auto bytes = nifti_bytes(image).bytes;
          const LabelMap map = read_nifti(packed ? write_gzip("leg.nii.gz", bytes) : write_plain("leg.nii", bytes));
          CHECK(orientation(map) == letters);
          const LabelMap turned = oriented_to_ras(map);
          CHECK(orientation(turned) == "RAS");
          same_map(turned, expected);
        }
    }
  } while (std::next_permutation(world.begin(), world.end()));
  CHECK(number == 48);
}

TEST_CASE("An oblique scan keeps its tilt when its axes are put in order") {
  // 40° about the right axis, stored with the first two axes exchanged.
  const double c = std::cos(0.7), s = std::sin(0.7), edge = 0.003;
  Grid grid{{50, 40, 75}, Mat3d::zero(), {0, 0, 0}};
  grid.axes(1, 0) = edge * c, grid.axes(2, 0) = edge * s;
  grid.axes(0, 1) = edge;
  grid.axes(1, 2) = -edge * s, grid.axes(2, 2) = edge * c;
  grid.origin = leg.centre - grid.axes * Vec3d{24.9, 20.2, 37.3};
  NiftiImage image = image_of(grid);
  set_sform(image, grid);
  const LabelMap map = read_nifti(write_plain("leg.nii", nifti_bytes(image).bytes));
  CHECK(orientation(map) == "ARS");
  const LabelMap turned = oriented_to_ras(map);
  CHECK(turned.size == std::array<int, 3>{40, 50, 75});
  CHECK(turned.axes(2, 1) == Approx(edge * s));
  bool same = true;
  for (int k = 0; k < 75; ++k)
    for (int j = 0; j < 50; ++j)
      for (int i = 0; i < 40; ++i) same = same && turned.at(i, j, k) == leg_label(turned.position(i, j, k));
  CHECK(same);
  CHECK(volume_of(turned, flesh) + volume_of(turned, bone) == Approx(leg.volume()).epsilon(0.005));
}

TEST_CASE("Axes half way between two directions still get one each") {
  LabelMap map = row_of({1, 2, 3});
  const double diagonal = 0.002 * std::sqrt(0.5);
  for (double nudge : {0.0, 1e-12, -1e-12, 1e-6, -1e-6}) {
    map.axes = {{{diagonal + nudge, -diagonal, 0}, {diagonal, diagonal + nudge, 0}, {0, 0, -0.002}}};
    const LabelMap turned = oriented_to_ras(map);
    CHECK(orientation(turned) == "RAS");
    CHECK(determinant(turned.axes) == Approx(-determinant(map.axes)));
    CHECK(count_labels(turned) == count_labels(map));
  }
}

TEST_CASE("Volumes of labels are those of the ellipsoids within the error of voxels") {
  for (double edge : {0.004, 0.002, 0.001}) {
    const LabelMap map = fine_leg(edge);
    CAPTURE(edge);
    CHECK(norm(voxel_size(map) - Vec3d{edge, edge, edge}) < 1e-9);
    // A convex body of many voxels: the errors at its surface nearly cancel. The femur has a tenth of the leg's size.
    CHECK(volume_of(map, bone) == Approx(femur.volume()).epsilon(5 * edge));
    CHECK(volume_of(map, flesh) + volume_of(map, bone) == Approx(leg.volume()).epsilon(1.5 * edge));
  }
}

TEST_CASE("A crop holds its labels and the margin, at their places") {
  const LabelMap map = fine_leg(0.002);
  const LabelMap tight = cropped(map, {bone}, 0), wide = cropped(map, {bone}, 0.010),
                 all = cropped(map, {bone, flesh}, 1);
  for (std::size_t a = 0; a < 3; ++a) {
    const auto axis = static_cast<int>(a);
    CHECK(std::abs(tight.size[a] * 0.002 - 2 * femur.semi_axes[axis]) < 2 * 0.002);
    CHECK(wide.size[a] == tight.size[a] + 10);
    CHECK(norm(wide.position(5, 5, 5) - tight.origin) < 1e-9);
  }
  CHECK(count_labels(tight).at(bone) == count_labels(map).at(bone));
  same_map(all, map);
  bool same = true;
  for (int k = 0; k < wide.size[2]; ++k)
    for (int j = 0; j < wide.size[1]; ++j)
      for (int i = 0; i < wide.size[0]; ++i) same = same && wide.at(i, j, k) == leg_label(wide.position(i, j, k));
  CHECK(same);
  try {
    cropped(map, {5}, 0);
    FAIL("label 5 does not occur");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("No voxel has the label 5; choose among those that occur: 7, 201.") !=
          std::string::npos);
  }
}

TEST_CASE("Voxels of another size show the label that covers most of them") {
  // Rows of 2 mm voxels resampled to 4 and 3 mm, by hand.
  const auto labels = [](const LabelMap& map) { return map.label; };
  const auto coarse = [](double edge) { return Vec3d{edge, 0.002, 0.002}; };
  CHECK(labels(resampled(row_of({1, 1, 2, 2}), coarse(0.004))) == std::vector<std::uint16_t>{1, 2});
  // Of equals the one at the centre, here just beyond it; if that is none of them, the smallest.
  CHECK(labels(resampled(row_of({2, 1, 5, 9}), coarse(0.004))) == std::vector<std::uint16_t>{1, 9});
  CHECK(labels(resampled(row_of({9, 9, 2, 5, 5}), coarse(0.010))) == std::vector<std::uint16_t>{5});
  // 0–3 mm: 2 of 1 and 1 of 2; 3–6 mm: 1 of 2 and 2 of 3.
  CHECK(labels(resampled(row_of({1, 2, 3}), coarse(0.003))) == std::vector<std::uint16_t>{1, 3});
  // Two of 4 mm cover 6 mm with 1 mm of background at each end.
  const LabelMap two = resampled(row_of({1, 2, 3}), coarse(0.004));
  CHECK(labels(two) == std::vector<std::uint16_t>{1, 3});
  CHECK(two.position(-0.5, 0, 0)[0] == Approx(-0.001));
  CHECK(two.position(1.5, 0, 0)[0] == Approx(0.007));
  CHECK(labels(resampled(row_of({4}), Vec3d{0.001, 0.001, 0.002})) == std::vector<std::uint16_t>{4, 4, 4, 4});
  CHECK(labels(resampled(row_of({1, 2, 3}), coarse(0.006), Resampling::nearest)) == std::vector<std::uint16_t>{2});
  const LabelMap same = row_of({1, 2, 3, 4, 5});
  same_map(resampled(same, coarse(0.002)), same);
  same_map(resampled(same, coarse(0.002), Resampling::nearest), same);
}

TEST_CASE("Resampling keeps volumes and places") {
  const LabelMap map = oriented_to_ras(fine_leg(0.0015));
  for (Resampling rule : {Resampling::majority, Resampling::nearest})
    for (double edge : {0.001, 0.002, 0.003}) {
      const LabelMap other = resampled(map, {edge, edge, edge}, rule);
      CAPTURE(edge, static_cast<int>(rule));
      CHECK(norm(voxel_size(other) - Vec3d{edge, edge, edge}) < 1e-12);
      CHECK(volume_of(other, bone) == Approx(femur.volume()).epsilon(0.03));
      CHECK(volume_of(other, flesh) + volume_of(other, bone) == Approx(leg.volume()).epsilon(0.01));
      Vec3d centre{0, 0, 0};
      int count = 0;
      for (int k = 0; k < other.size[2]; ++k)
        for (int j = 0; j < other.size[1]; ++j)
          for (int i = 0; i < other.size[0]; ++i)
            if (other.at(i, j, k) == bone) {
              centre += other.position(i, j, k);
              ++count;
            }
      // Where a new centre lies between old voxels, the nearest one is half an old voxel off, along every axis.
      const double shift = rule == Resampling::nearest ? 0.5 * std::sqrt(3.0) * 0.0015 : 0.0005;
      CHECK(norm(centre / static_cast<double>(count) - femur.centre) < shift);
    }
  for (double edge : {0.0, -1.0, 1e-9, 1.5, std::nan(""), std::numeric_limits<double>::infinity()}) {
    CHECK_THROWS_AS(resampled(map, {edge, 0.001, 0.001}), Error);
  }
  CHECK_THROWS_AS(resampled(map, {1e-5, 1e-5, 1e-5}), Error);
}
