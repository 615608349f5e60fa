#pragma once
// Points of the body whose values a run writes to probes.csv ([output] probes).
#include <map>
#include <string>
#include <vector>

#include "body/locate.hpp"
#include "io/field.hpp"
#include "scenario/scenario.hpp"
#include "terms/elastic.hpp"

namespace knead {

struct Probe {
  std::string name;
  MaterialPoint point;
  bool on_skin = false;
  std::vector<FieldInfo> fields;
};

// The material points of the scenario's probes. Throws Error with the places of all that lie in bone or outside the
// body, and of contact fields asked for away from the skin.
std::vector<Probe> locate_probes(const Scenario& scenario, const Body& body);

// "time [s]", then "<probe> <field> <component> [<unit>]" of every probe; units as people read them (mm, kPa).
std::vector<std::string> probe_columns(const std::vector<Probe>& probes);

// Among others, fields of contact at the nodes (components fastest): contact_pressure, contact_shear, gap.
using NodeFields = std::map<std::string, std::vector<double>>;

// The row of those columns: displacement by the element's basis, stress and strain from the gradient at the point and
// the element's own pressure, contact by the bilinear functions that it was projected with.
std::vector<double> probe_row(const std::vector<Probe>& probes, const Body& body, const Elastic& elastic, double time,
                              const Vector<double>& u, const Vector<double>& p, const NodeFields& contact);

}  // namespace knead
