#pragma once
// The load profile: the curves over a stroke, one row per step of the solver and per stroke that is under way. SI in
// memory; CSV in kPa, mm, cm².
#include <filesystem>
#include <string>
#include <vector>

#include "math/tensor.hpp"
#include "measure/contact_measure.hpp"
#include "measure/tissue_measure.hpp"

namespace knead {

struct LoadProfileRow {
  double time = 0;                 // s, end of the step
  int step = 0;                    // its number, from 1; strokes that overlap have a row each
  int stroke = 0;                  // counted from 0, by the list of strokes
  int pass = 0;                    // repetition of the stroke, from 0
  std::string phase;               // "approach", "ramp", "hold", "move", "release", "rest"
  Vec3d contact_force{{0, 0, 0}};  // N, on the body, of the stroke's applicator, with the suction of a cup
  double normal_force = 0;         // N, along the pressing axis of the applicator
  double tangential_force = 0;     // N, magnitude across that axis
  std::vector<Vec3d> reactions;    // N, on the body, by the holders of the profile
  double imbalance = 0;            // N, see force_imbalance
  double largest_load = 0;         // N, the largest of all applied forces together and the reactions
  ContactMeasures contact;
  double travel = 0;                // m, along the path
  double indentation = 0;           // m, along the pressing axis from first touch
  double suction = 0;               // Pa, in a cup, below the atmosphere
  double dome_height = 0;           // m, of the skin in a cup over the plane of its rim
  double dome_volume = 0;           // m³, under it
  double work = 0;                  // J, done on the body by the stroke's applicator since it began
  double friction_work = 0;         // J, of it lost in friction
  std::vector<BandPressure> bands;  // tissue pressure, by the bands of the profile; may be empty
  int newton_iterations = 0;
  int krylov_iterations = 0;
  int cutbacks = 0;      // rejected attempts at this step
  double wall_time = 0;  // s spent on the step; told, never used for decisions
};

struct LoadProfile {
  std::vector<std::string> strokes;  // names
  std::vector<std::string> holders;  // what the reactions belong to: "bone", "cut plane", "table"
  TissueBands bands;
  std::vector<LoadProfileRow> rows;
};

// Load of an applicator on the body, and where the applicator is, at one instant.
struct AppliedLoad {
  Vec3d force{{0, 0, 0}};               // N
  Vec3d moment{{0, 0, 0}};              // about `position`, N m
  Vec3d position{{0, 0, 0}};            // of the applicator's origin, m
  Mat3d rotation = Mat3d::identity();   // own axes to body axes
  double suction = 0, dome_volume = 0;  // of a cup, Pa and m³
};
// Work of a load on a rigid applicator that moves and turns, ∫ F·dx + M·dθ, and of a cup's gas on the skin that it
// draws in, ∫ q dV, by the trapezoid rule: the part of one step, J.
double work_of_step(const AppliedLoad& before, const AppliedLoad& after);

// A number of a row, with its unit in SI and as people read it.
struct LoadProfileColumn {
  std::string name;
  std::string units;        // SI
  std::string shown_units;  // in CSV and pictures
  double shown = 1;         // shown number per SI number
  std::string description;
  double (*value)(const LoadProfileRow&);
};
// The columns that every row has; the record's history and the CSV are made from them.
const std::vector<LoadProfileColumn>& load_profile_columns();

// load_profile.csv: those columns, then reactions by holder and pressures by tissue and depth; the header names the
// units.
void write_load_profile_csv(const std::filesystem::path& path, const LoadProfile& profile);

}  // namespace knead
