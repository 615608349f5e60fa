#pragma once
// Places that are stiffer than the tissue around them: knots and taut bands in muscle, scars in the skin.
#include <string>

#include "body/body.hpp"

namespace knead {

struct Modifier {
  enum class Kind {
    knot,       // a ball
    taut_band,  // a rod with round ends along the fibres at its centre
    scar,       // a strip with round ends on the skin, through its whole thickness
  };
  Kind kind = Kind::knot;
  std::string name;       // for the notes
  Vec3d centre{0, 0, 0};  // m, at rest
  Vec3d along{0, 0, 1};   // scar: unit direction of its length on the skin
  double length = 0;      // m, taut band and scar: from end to end
  double width = 0;       // m, diameter of a knot or rod, width of a strip
  double stiffness_ratio = 1;
};
inline constexpr const char* modifier_names[] = {"knot", "taut-band", "scar"};

// Multiplies body.stiffness_ratio inside, in the tissue that lies at the centre, and says so in body.notes. Its edge is
// blended over an element, half of it on each side, so that its volume stays. Throws Error when the centre lies in no
// tissue, a band's tissue has no fibres, or it reaches no quadrature point.
void add_modifier(Body& body, const Modifier& modifier);

}  // namespace knead
