#pragma once
#include <optional>
#include <string>

#include "render_data.hpp"
#include "render_geometry.hpp"
#include "render_request.hpp"

namespace knead {

// From where a picture is seen and where the body is cut open.
struct View {
  std::optional<CutPlane> cut;
  Vec3d direction{{0, 1, 0}};  // in which one looks, unit
  Vec3d up{{0, 0, 1}};
  bool flat = false;    // the cut alone, seen straight on
  std::string caption;  // "cut across the path, seen from caudal"
};

// The names of the body's directions, each a unit vector: cranial, left, … or, for specimens, back, left, ….
struct NamedDirection {
  std::string name;
  Vec3d direction;
};
std::vector<NamedDirection> named_directions(const PictureBody& body);

// Follows request.clip and request.view; a still is cut across the path unless told otherwise, a film along it, since
// the plane across would move with the applicator, and not at all for a field of the skin. Throws Error for words it
// does not know.
View choose_view(const PictureBody& body, const PosesOfRun& run, int step, const FieldInfo& field,
                 const RenderRequest& request);

}  // namespace knead
