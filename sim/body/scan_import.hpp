#pragma once
// From a label map of a scan to a body's file of chart "scan" and its own label map.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "body/label_map.hpp"
#include "body/label_names.hpp"
#include "body/limb_scan.hpp"
#include "body/position.hpp"

namespace knead {

struct ScanImportSettings {
  std::string name;                       // of the body
  std::string map_name;                   // of the label map beside its file, "my-leg.nii.gz"
  LabelNames names;                       // label number to structure; others are "label 7"
  std::string names_path;                 // of the table, for messages
  std::map<std::string, ScanPart> parts;  // what structures are, by name or number; known_structures() otherwise
  std::vector<std::string> ignored;       // structures that are taken as if they were not there
  std::optional<Laterality> side;         // else from the name of the main bone: femur_left
  std::string around;                     // name of the main bone, else the largest
  std::array<std::optional<std::pair<double, double>>, 3> crop;  // m, in the scanner's axes (x right, y anterior, z up)
  double voxel_size = 2e-3;                                      // m; finer voxels are joined
  double skin = 0;                                               // m; 0: of the adult at the thigh
  bool skin_outside = false;
  std::optional<double> fat;  // m, where the map does not show it
  std::string posture = "prone";
  std::string fascia;  // tissue; else by the main bone
};

struct ImportedScan {
  LabelMap map;      // in the axes of the body, cropped, with the limb alone
  std::string toml;  // the body's file
  Laterality side;
  std::vector<std::string> notes;  // what was chosen, for people
};

// stage: called before each step of the work with its name and the share of the work that is done, 0…1.
// Throws Error with one sentence for what cannot be a limb: no bone, no tissue, an empty crop, voxels too coarse, the
// trunk, a bone that lies across, labels whose part is not known.
ImportedScan import_scan(LabelMap scan, const ScanImportSettings& settings,
                         const std::function<void(const char* stage, double share)>& stage = {});

}  // namespace knead
