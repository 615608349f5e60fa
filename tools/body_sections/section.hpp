#pragma once
// Cross-sections of a slab body, cut from its mesh in a plane of constant z (transverse).
#include <string>
#include <vector>

#include "body/body.hpp"
#include "body/slab_model.hpp"

namespace knead {

// Corners of a polygon in the plane, m: x to the right, y anterior.
struct SectionPolygon {
  int cell = 0;
  std::vector<std::array<double, 2>> corners;
};

// The part of every element that the plane z = `level` (m) meets. Edges are drawn through the middle nodes; elements
// that the plane leaves within their width come in pieces.
std::vector<SectionPolygon> cut_mesh(const Mesh& mesh, double level);

// What a panel shows besides its polygons.
struct SectionPanel {
  const Body* body = nullptr;
  const SlabModel* model = nullptr;
  double level = 0;            // m
  std::string title;           // "L3"
  std::vector<double> needle;  // m across: where thicknesses are measured and drawn
};

// The panel as an SVG group at (left, top); scale in pixels per metre. `depth` (m) of picture below the highest skin.
std::string draw_section(const SectionPanel& panel, double left, double top, double scale, double depth);

// Colours and names of what is drawn, as an SVG group.
std::string draw_legend(const SlabModel& model, double left, double top, double width);

}  // namespace knead
