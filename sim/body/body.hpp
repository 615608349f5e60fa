#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "body/mesh.hpp"
#include "tissue/tissue.hpp"

namespace knead {

// The undeformed skin as a chart: two surface coordinates (m) to a point and an outward normal.
// Slab bodies: across = to the right, along = cranial. Everything anatomical (landmarks, paths) is said in these
// coordinates.
class SurfaceChart {
 public:
  virtual ~SurfaceChart() = default;
  virtual Vec3d point(double across, double along) const = 0;
  virtual Vec3d normal(double across, double along) const = 0;
  // Is there skin at these coordinates?
  virtual bool contains(double across, double along) const = 0;
};

struct Landmark {
  std::string name;   // "L5", "PSIS", …
  double across = 0;  // chart coordinates, m; side-specific ones are given for the right side (across > 0)
  double along = 0;
  std::string description;  // one line for `knead list` and `knead check`
};

// A way to lie on the table.
struct Posture {
  std::string name;  // "prone", "supine", "side"
  Vec3d down;        // unit, towards the table, body axes
};

// A fascia: a membrane on faces between layers.
struct MembranePlacement {
  std::string name;
  MembraneLaw law;
  std::vector<std::array<int, 9>> faces;
  std::vector<Vec3d> directions;        // first fibre direction at each face, unit, at rest
  std::vector<PronyTerm> relaxation{};  // then the law is the instantaneous one
};

// Elastic foundation on a face set: pressure = stiffness times normal displacement into it, nothing when it lifts off.
struct SupportPlacement {
  std::string name;
  std::vector<std::array<int, 9>> faces;
  double stiffness = 0;  // Pa/m, of the first touch
  bool lifts_off = true;
  double thickness = std::numeric_limits<double>::infinity();  // m, of a foam that bottoms out
};

struct MeshQuality {
  double min_scaled_jacobian = 1;  // over the corners of all elements
  double min_jacobian = 0;         // det of the isoparametric map at quadrature points, over its element mean
  double max_aspect = 1;
  int worst_cell = -1;
  double min_edge = 0, max_edge = 0;  // m
};

inline constexpr int points_per_cell = 27;  // 3x3x3 Gauss points, lexicographic like the nodes

// Whose anatomy a body is, as every result says it.
inline constexpr const char* generic_anatomy = "generic adult body";
inline constexpr const char* imported_anatomy = "imported body";
inline constexpr const char* no_anatomy = "specimen";

// A piece of anatomy, ready to be solved.
struct Body {
  std::string name;
  std::string anatomy = no_anatomy;
  Mesh mesh;
  std::vector<Tissue> tissues;
  std::vector<float> stiffness_ratio;  // per cell and quadrature point: factor on the tissue's stiffness; empty means 1
  std::vector<std::string> regions;    // names of implicit regions (muscles); region 0 is "none"
  std::vector<std::uint8_t> region;    // per cell and quadrature point; empty means none
  std::vector<Vec3<float>> fibre;      // unit fibre direction per cell and quadrature point; empty means none
  std::vector<std::function<double(double)>> activation;  // of muscle fibres by region over time in s; empty: tissue's
  std::vector<Vec3<float>> across;  // unit, across the fibres within their sheet; empty means no sheet has two families
  std::vector<std::uint8_t> held;   // per node: bit 0, 1, 2 = x, y, z displacement is held
  std::vector<std::string> holders;  // what holds nodes: "bone", "cut plane", …; holder 0 is "free"
  std::vector<std::uint8_t> holder;  // per node: index into holders (for the force balance)
  std::vector<MembranePlacement> membranes;
  std::vector<SupportPlacement> supports;
  Vec3d gravity{{0, 0, 0}};  // m/s², body axes
  std::shared_ptr<const SurfaceChart> surface;
  std::vector<Landmark> landmarks;
  Vec3d table{{0, 0, 0}};         // unit, towards the table under a limb; zero for other bodies
  std::string posture;            // how it lies; empty for specimens
  std::vector<Posture> postures;  // that it can lie in
  double element_size = 0;        // m, that was asked for; 0 where elements are counted
  bool one_sided = false;         // a limb or a foot: landmarks are where they are, not mirrored for the other side
  // What is said for cranial, caudal, posterior and anterior (z, −z, −y, y) on it; empty for a body without anatomy.
  std::vector<std::string> directions;
  std::vector<std::string> notes;  // what was assumed, for `knead check` and the result file
};

MeshQuality measure_quality(const Mesh& mesh);

// A direction of Body::fibre or Body::across, unit in double precision; zero where there is none. Rest is free of
// stress only to the rounding of directions, and that of float would show in a stiff tendon.
inline Vec3d unit_direction(const std::vector<Vec3<float>>& directions, std::size_t point) {
  if (directions.empty()) return {{0, 0, 0}};
  const Vec3<float>& d = directions[point];
  const Vec3d wide{{static_cast<double>(d[0]), static_cast<double>(d[1]), static_cast<double>(d[2])}};
  const double length = norm(wide);
  return length > 0 ? wide / length : wide;
}

}  // namespace knead
