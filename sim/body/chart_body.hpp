#pragma once
// Builds a body of models/bodies/ for one subject, whatever its chart.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "body/body.hpp"
#include "body/chart_reader.hpp"
#include "body/column_grid.hpp"
#include "body/position.hpp"
#include "body/subject.hpp"
#include "body/tissue_file.hpp"

namespace knead {

// A face of a limb lies on the table when its normal is within some 53 degrees of the way down.
inline constexpr double least_cosine_on_table = 0.6;

struct BodyRequest : SheetRequest {
  std::string path;  // of the body's file, models/bodies/lower-back.toml
  SubjectValues subject;
  Laterality side = Laterality::left;  // of a limb or a foot
  WantedPosture posture;
  double element_size = 8e-3;  // m
  std::optional<Refinement> refine;
  bool gravity = false;
  MuscleTone tone = MuscleTone::relaxed;
  std::map<std::string, MuscleTone> muscle_tone;  // by muscle, wins over `tone`
  std::optional<Location> gliding;  // a loose layer lets the fat glide on the fascia: where that was asked for
  bool anchor_fascia = false;  // true: the fascia is held at the cut planes; false: it ends one element before them
};

// The body of a file in models/bodies or of `knead import`: slab, limb, scan (scan_model.hpp) or mesh (mesh_body.hpp,
// with other face sets and holders).
// Face sets: top (skin), bottom, left, right, caudal, cranial, sides (these four), bone. Holders: free, cut plane,
// "bone: <name>". Cut planes hold the normal displacement, bones all of it. Throws Error when a number makes no sense.
Body build_chart_body(const BodyRequest& request);

// The same body without a mesh: name, surface and landmarks, enough for resolve_position before the mesh is made (a
// refinement is centred on a place).
Body outline_chart_body(const BodyRequest& request);

// Largest element_size that build_chart_body takes for this body, m; infinite for a mesh, which has its own.
double coarsest_element(const BodyRequest& request);

// The muscle at a place at rest of the muscle layer of that body, as an index into its regions (0: none); null for a
// body that another program meshed.
std::function<int(const Vec3d&)> region_function(const BodyRequest& request);

// Throws what build_chart_body() would throw for its sizes, before bones are cut: cheap.
void check_chart_grid(const BodyRequest& request);

// Was the body meshed by another program? Then it has no chart and no landmarks: places on it are points.
bool is_mesh_body(const std::string& path);

// Landmarks of a body file without building it, and its muscles, for lists and checks.
struct BodySummary {
  std::string name, title;
  std::vector<Landmark> landmarks;
  std::vector<std::string> muscles, bones;
  std::pair<std::string, std::string> first_stroke;  // along the skin, from and to, for a new scenario; may be empty
  bool imported = false;                             // a person's own anatomy rather than a generic one
};
BodySummary read_body_summary(const std::string& path, const SubjectValues& subject);

}  // namespace knead
