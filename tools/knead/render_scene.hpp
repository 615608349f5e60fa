#pragma once
#include <map>
#include <string>
#include <vector>

#include <vtkPolyData.h>
#include <vtkSmartPointer.h>

#include "render_colour.hpp"
#include "render_geometry.hpp"
#include "render_overlay.hpp"
#include "render_view.hpp"
#include "render_window.hpp"

class vtkRenderer;

namespace knead {

// Draws one step after the other into the same window. Everything a reader needs stands in the picture: what it is,
// when, with which force, in which unit, how large, and which way is up.
class Scene {
 public:
  Scene(PictureWindow& window, const PictureBody& body, const PosesOfRun& run);

  struct Settings {
    View view;
    ColourScale scale;
    double warp = 1;
    bool fixed_camera = false;  // the same for every step: all places where applicators come are in the picture
  };
  Image draw(const PictureStep& step, const Settings& settings);

 private:
  struct Frame;  // what belongs to one drawing
  void add_body(Frame& frame) const;
  void add_applicators(Frame& frame) const;
  void place_camera(Frame& frame) const;
  void add_scale_bar(Frame& frame) const;
  void add_travel_arrow(Frame& frame) const;
  void write_heading(Frame& frame) const;
  void write_colour_bar(Frame& frame) const;
  void write_compass(Frame& frame) const;
  void add_needles(Frame& frame) const;
  double right_end(const Frame& frame, double right) const;
  void write_tissue_labels(Frame& frame) const;
  void add_fibres(Frame& frame) const;
  void write_fascia_label(Frame& frame, std::size_t fascia) const;
  bool reaches_right_end(const Frame& frame, std::size_t fascia) const;
  void write_bone_labels(Frame& frame) const;
  void add_landmarks(Frame& frame) const;
  void write_landmarks(Frame& frame) const;
  void write_applicator_names(Frame& frame) const;

  PictureWindow& window_;
  const PictureBody& body_;
  const PosesOfRun& run_;
  BodyGeometry geometry_;
  std::vector<vtkSmartPointer<vtkPolyData>> fasciae_;  // at rest
  std::vector<vtkSmartPointer<vtkPolyData>>
      shape_;  // per applicator, in its own axes; empty where the shape is unknown
};

}  // namespace knead
