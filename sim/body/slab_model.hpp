#pragma once
// A slab body as its file and a subject describe it: surface, thicknesses, bones and muscles as functions of place.
#include <memory>
#include <string>
#include <vector>

#include "body/implicit.hpp"
#include "body/model_file.hpp"
#include "body/slab_chart.hpp"
#include "body/subject.hpp"

namespace knead {

// The subject's thicknesses by site, blended smoothly over the skin.
class SiteMap {
 public:
  // names: one row per along knot, one entry per across knot. Knots ascend, m.
  SiteMap() = default;
  SiteMap(std::vector<double> across, std::vector<double> along, std::vector<std::vector<std::string>> names,
          const SubjectValues& subject)
      : across_(std::move(across)), along_(std::move(along)), names_(std::move(names)), subject_(subject) {}
  // Thickness, m, of "skin", "fat", …; Error when a site that counts there has no such value.
  double thickness(const std::string& layer, double across, double along) const;

 private:
  std::vector<double> across_, along_;
  std::vector<std::vector<std::string>> names_;
  SubjectValues subject_;
};

struct SlabBone {
  std::string name;
  ImplicitShape shape;
  Vec3d centre;      // of a ball that holds it, m
  double reach = 0;  // its radius
};

struct SlabMuscle {
  std::string name;
  ImplicitShape shape;
  double side = 1;           // −1 for the mirror image on the left
  double lateral_angle = 0;  // rad, fibre direction from cranial towards lateral
};

struct SlabModel {
  std::string name, title;
  SlabExtent extent;
  std::shared_ptr<SlabChart> chart;
  SiteMap sites;
  std::vector<Landmark> landmarks;
  std::string skin_tissue, fat_tissue, muscle_tissue, fascia_tissue;
  int skin_elements = 1, fat_elements = 2;
  double fascia_half_width = 0;    // m
  double reference_across = 0.03;  // m, beside the spine, where the subject's lumbar thicknesses hold
  double spine_width = 0;          // m, of the column of elements over the spinous processes
  double depth = 0;                // m, of the slab below the skin at the midline of L3
  double bottom_share = 0;         // of the fall towards the flanks
  double support_stiffness = 0;    // Pa/m
  bool support_lifts_off = false;
  std::vector<SlabBone> bones;
  std::vector<SlabMuscle> muscles;
  std::vector<std::string> notes;

  // Unit fibre direction at x in a muscle: cranial along the course of a loft, else along the skin, turned laterally by
  // the muscle's angle along the skin without its bumps. Cranial along the skin for null.
  Vec3d fibre(const SlabMuscle* muscle, const Vec3d& x) const;
  // Signed distance, m, to the nearest bone, negative inside; index of that bone in `nearest` when it is not null.
  double bone_distance(const Vec3d& x, std::size_t* nearest = nullptr) const;
};

// The subject after the body's rule for a changed body mass index was applied.
SubjectValues apply_bmi(const ModelValue& body, SubjectValues subject, std::vector<std::string>& notes);

// Reads models/bodies/<name>.toml for a subject; throws Error with the place of what is wrong.
SlabModel read_slab_model(const std::string& path, const SubjectValues& subject);

}  // namespace knead
