#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "io/field.hpp"
#include "io/run_info.hpp"

namespace knead {

class ResultFile;

// A membrane as its quadrilaterals.
struct PictureFascia {
  std::string name;
  std::vector<std::array<std::int64_t, 4>> faces;
};

// A short line along the fibres.
struct FibreMark {
  Vec3d from, to;  // m
};

// The part of a run that does not change from step to step, as a picture needs it.
struct PictureBody {
  RunInfo info;
  std::vector<Vec3d> points;                           // rest positions, m
  std::vector<std::array<std::int64_t, 8>> hexahedra;  // corners in VTK's order
  std::vector<int> tissue;                             // per hexahedron: index into info.tissues
  std::vector<char> on_bone;                           // per node: held by bone
  bool anatomical = true;                              // axes +x right, +y anterior, +z cranial; specimens: +z up
  std::vector<int> landmark_node;                      // the node closest to each of info.landmarks
  std::vector<PictureFascia> fasciae;                  // of a body without a run: its membranes
  std::vector<Vec3d> fibre;                            // per hexahedron, unit; zero where none; empty: unknown
  std::vector<FibreMark> fibre_marks;                  // on muscle that lies open
  // Of a body without a run: the tissue at a place at rest where one of these tissues is; null: as the hexahedra say.
  std::function<int(const Vec3d&)> tissue_at;
  std::vector<char> divided;  // by tissue: its borders are where tissue_at has them
  Vec3d up() const { return anatomical ? Vec3d{{0, -1, 0}} : Vec3d{{0, 0, 1}}; }  // out of the skin, roughly
};

// A way from the skin to the bone, with its length in words.
struct Needle {
  Vec3d from, to;  // m
  std::string words;
};

// What the colours of a picture show.
struct ShownField : FieldInfo {
  int component = -1;  // −1: the magnitude of a vector, or the scalar
};
// "Tissue pressure", "Displacement magnitude", "Principal stress 3".
std::string title_of(const ShownField& field);

// One recorded step.
struct PictureStep {
  int index = 0;
  double time = 0;  // s
  ShownField field;
  std::vector<double> values;       // scalar per node or hexahedron, in display units
  std::vector<Vec3d> displacement;  // m per node
  std::vector<Pose> poses;          // one per applicator
  double force = 0;                 // N, all applicators together, along their resultants
  std::string facts;                // below the title; empty: time and force
  std::vector<Needle> needles;
};

// Where the applicators were at every recorded step.
struct PosesOfRun {
  std::vector<double> time;              // s
  std::vector<std::vector<Pose>> poses;  // step by step
  std::vector<double> force;             // N
};

PictureBody load_body(const ResultFile& file);
// Fills what follows from info and points: on_bone and landmark_node.
void find_bones_and_landmarks(PictureBody& body);
PosesOfRun load_poses(const ResultFile& file);
PictureStep load_step(const ResultFile& file, int step, const ShownField& field, const PosesOfRun& poses);

// The field to show: the one asked for ("von_mises", "principal_stress 3"), else tissue_pressure, von_mises or
// displacement, whichever is recorded first in this order, else the tissues.
ShownField choose_field(const ResultFile& file, const std::string& asked);
// The step to show: the one closest to the time asked for (an Error outside the run), else mid-glide.
int choose_step(const PosesOfRun& run, const double* asked_time);
// Mid-glide: among the steps with at least nine tenths of the largest force, the one closest to the middle of the way.
int mid_glide_step(const PosesOfRun& run);
// The applicator that presses hardest at this step; -1 where none is active.
int leading_applicator(const PosesOfRun& run, int step);
// How it moves, m/s, from where it is at the neighbouring steps.
Vec3d travel_velocity(const PosesOfRun& run, int step, int applicator);
// How it moves along the skin: without the part along `up`, and zero unless it glides (5 mm/s and more, mostly
// sideways).
Vec3d glide_velocity(const PosesOfRun& run, int step, int applicator, const Vec3d& up);
// The way from where the applicator first is to the place farthest from there, without the part along `up`, m.
Vec3d whole_way(const PosesOfRun& run, int applicator, const Vec3d& up);

}  // namespace knead
