#pragma once
// A body as its file and a subject describe it, whatever its chart: what the builder of column meshes needs.
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "body/body.hpp"
#include "body/implicit.hpp"

namespace knead {

struct Bone {
  std::string name;
  ImplicitShape shape;
  Vec3d centre;      // of a ball that holds it, m
  double reach = 0;  // its radius
};

// A region of the muscle layer; the first of a model that holds a point wins.
struct Muscle {
  std::string name;
  std::function<bool(const Vec3d&)> holds;   // at rest, m
  std::function<Vec3d(const Vec3d&)> fibre;  // unit direction there
  std::string tissue{};                      // of whole elements there, a tendon's; empty: that of the muscle layer
};

// The first that holds a point; null: none.
const Muscle* muscle_at(const std::vector<Muscle>& muscles, const Vec3d& x);
// The region of each, as Body::region counts them; `names` becomes theirs, Body::regions: muscles of one name are one.
std::vector<std::uint8_t> regions_of(const std::vector<Muscle>& muscles, std::vector<std::string>& names);

// Where a fascia lies between muscle and fat, by the middles of elements in the coordinates of the columns.
struct FasciaZone {
  std::string tissue;
  double thickness = 0;  // m; 0 takes the sheet's own
  std::function<bool(double across, double along)> holds;
};

// Where the fat layer is another tissue, by the middles of elements: the pad of the heel.
struct FatZone {
  std::string tissue;
  std::function<bool(double across, double along)> holds;
};

struct BodyModel {
  std::string name, title;
  bool imported = false;  // a person's own anatomy: a subject's values have no say
  std::shared_ptr<const SurfaceChart> surface;
  std::vector<Landmark> landmarks;
  bool one_sided = false;                                                             // see Body
  std::vector<std::string> directions{"cranial", "caudal", "posterior", "anterior"};  // see Body
  std::string skin_tissue, fat_tissue, muscle_tissue;
  int skin_elements = 1, fat_elements = 2;
  std::string loose_tissue;    // between fat and fascia; empty: the fat holds to the fascia
  double loose_thickness = 0;  // m, taken from the fat
  std::vector<FatZone> fat_zones;
  std::vector<FasciaZone> fasciae;
  double support_stiffness = 0;                                        // Pa/m
  double support_thickness = std::numeric_limits<double>::infinity();  // m, of a foam that bottoms out
  bool support_lifts_off = false;
  std::string posture;
  std::vector<Posture> postures;
  Vec3d down{0, 1, 0};  // unit, towards the table
  std::vector<Bone> bones;
  std::vector<Muscle> muscles;
  std::function<Vec3d(const Vec3d&)> plain_fibre;  // unit direction in no muscle
  std::vector<std::string> notes;

  // Signed distance, m, to the nearest bone, negative inside; index of that bone in `nearest` when it is not null.
  double bone_distance(const Vec3d& x, std::size_t* nearest = nullptr) const;
};

}  // namespace knead
