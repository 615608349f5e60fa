#pragma once
#include <string>
#include <vector>

#include "body/body.hpp"
#include "scenario/scenario.hpp"

namespace knead {

// How finely the skin's faces resolve the contact of one applicator, estimated before anything is solved.
struct ContactResolution {
  std::string name;    // of the stroke or applicator
  double width = 0;    // m, smallest width of the contact at full load, estimated
  double spacing = 0;  // m, between contact points on the largest face under its path
  double points() const { return width / spacing; }
};

// The width is that of Hertz's contact (Johnson, Contact Mechanics, 1985, section 4.2) with a half space of the
// stiffest layer of the body, and no more than the applicator's own: a real contact on softer layers or a soft pad is
// wider.
std::vector<ContactResolution> contact_resolution(const Scenario& scenario, const Body& body);

// Sentences about contacts (of contact_resolution) that fewer than four points resolve, and about applicators that
// reach over the body's edge.
std::vector<std::string> contact_warnings(const Scenario& scenario, const Body& body,
                                          const std::vector<ContactResolution>& contacts);

}  // namespace knead
