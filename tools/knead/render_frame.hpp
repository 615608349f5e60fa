#pragma once
// What belongs to one drawing of a Scene; for the files that draw it only.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <vtkActor.h>
#include <vtkNew.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkSmartPointer.h>

#include "render_scene.hpp"

namespace knead {

// Fields that have values on the skin only.
inline bool is_skin_field(const std::string& name) { return name.rfind("contact_", 0) == 0 || name == "gap"; }

std::string tissue_name(const PictureBody& body, int tissue);

inline Vec3d point_of(vtkPolyData* data, vtkIdType i) {
  double x[3];
  data->GetPoint(i, x);
  return {{x[0], x[1], x[2]}};
}

inline vtkSmartPointer<vtkActor> actor_of(vtkPolyData* data) {
  vtkNew<vtkPolyDataMapper> mapper;
  mapper->SetInputData(data);
  mapper->ScalarVisibilityOff();
  auto actor = vtkSmartPointer<vtkActor>::New();
  actor->SetMapper(mapper);
  return actor;
}

inline vtkSmartPointer<vtkActor> plain(vtkPolyData* data, const Colour& colour, double ambient) {
  auto actor = actor_of(data);
  vtkProperty* property = actor->GetProperty();
  property->SetColor(colour[0], colour[1], colour[2]);
  property->SetAmbient(ambient);
  property->SetDiffuse(1 - ambient);
  return actor;
}

struct Scene::Frame {
  const PictureStep& step;
  const Settings& settings;
  vtkNew<vtkRenderer> renderer;
  Overlay overlay;
  Section section;
  std::vector<vtkSmartPointer<vtkPolyData>> applicators;  // where they are now, uncut
  std::vector<std::pair<Pixel, std::string>> landmarks;   // where they are seen, and their names
  double unit;                                            // height of normal text, pixels

  Frame(const PictureStep& s, const Settings& all, int width, int height)
      : step(s),
        settings(all),
        overlay(renderer, width, height),
        unit(std::max(11.0, std::min(width / 1600.0, height / 1000.0) * 25)) {}

  bool is_kept(const Vec3d& x, double margin = 0) const {
    return !settings.view.cut || dot(x - settings.view.cut->origin, settings.view.cut->normal) >= margin;
  }
  bool shows_tissues() const { return step.field.name == "tissue"; }
  // Inside of a cut body the colours tell; its outside then looks like what it is.
  bool colours_outside() const { return !shows_tissues() && (!settings.view.cut || is_skin_field(step.field.name)); }
};

}  // namespace knead
