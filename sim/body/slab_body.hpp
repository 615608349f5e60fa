#pragma once
// Builds a body of models/bodies/ with the chart "slab" (the lower back) for one subject.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "body/body.hpp"
#include "body/slab_grid.hpp"
#include "body/subject.hpp"
#include "body/tissue_file.hpp"

namespace knead {

enum class MuscleTone { relaxed, tight, contracted };

struct BodyRequest {
  std::string path;  // of the body's file, models/bodies/lower-back.toml
  SubjectValues subject;
  std::vector<std::string> models;  // folders that hold tissues/, in order of preference
  double element_size = 8e-3;       // m
  std::optional<Refinement> refine;
  TissueClass tissue_class = TissueClass::indentation;
  MuscleTone tone = MuscleTone::relaxed;
  std::map<std::string, MuscleTone> muscle_tone;  // by muscle, wins over `tone`
  bool anchor_fascia = false;  // true: the fascia is held at the cut planes; false: it ends one element before them
};

// Face sets: top (skin), bottom, left, right, caudal, cranial, sides (these four), bone. Holders: free, cut plane,
// "bone: <name>". Cut planes hold the normal displacement, bones all of it. Throws Error when a number makes no sense.
Body build_slab_body(const BodyRequest& request);
// The body of models/bodies/lower-back.toml.
inline Body build_lower_back(const BodyRequest& request) { return build_slab_body(request); }

// The same body without a mesh: name, surface and landmarks, enough for resolve_position before the mesh is made (a
// refinement is centred on a place).
Body outline_slab_body(const BodyRequest& request);

// Landmarks of a body file without building it, and its muscles, for lists and checks.
struct BodySummary {
  std::string name, title;
  std::vector<Landmark> landmarks;
  std::vector<std::string> muscles, bones;
};
BodySummary read_body_summary(const std::string& path, const SubjectValues& subject);

}  // namespace knead
