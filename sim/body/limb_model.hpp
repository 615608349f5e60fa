#pragma once
// A limb as its file and a subject describe it: an elliptical envelope around the bone's axis, thicknesses by side,
// bones and muscles as functions of place. Body axes: x to the right, y anterior, z proximal; origin on the axis of the
// columns. Angles around the limb count from posterior towards lateral.
#include <array>
#include <memory>
#include <optional>
#include <string>

#include "body/body_model.hpp"
#include "body/chart_reader.hpp"
#include "body/column_grid.hpp"
#include "body/model_file.hpp"
#include "body/position.hpp"
#include "body/slab_chart.hpp"
#include "body/subject.hpp"

namespace knead {

// Ellipse with axes along x and y, m.
struct Ellipse {
  double centre_x = 0, centre_y = 0, half_x = 0, half_y = 0;
  // Through (right, 0), (−left, 0), (0, anterior) and (0, −posterior), all distances positive.
  static Ellipse through(double right, double left, double posterior, double anterior);
  // Ramanujan 1914 (Q. J. Math. 45:350), within 1e-4 up to an aspect of 5.
  double perimeter() const;
};

// Coordinates on the skin: across = angle from posterior (to the right positive) times the mean radius at along = 0.
class LimbChart : public SurfaceChart {
 public:
  double along_min = -0.1, along_max = 0.1;  // m
  double mean_radius = 0.08;                 // m
  // Distances from the axis to the skin over along, m: the section is the ellipse through them.
  SmoothCurve right, left, posterior, anterior;

  Vec3d point(double across, double along) const override;
  Vec3d normal(double across, double along) const override;
  bool contains(double across, double along) const override;

  // Where the axis of the columns is at a level, m.
  virtual Vec3d centre(double along) const { return {{0, 0, along}}; }
  // Distance from the axis to the skin, m, at an angle (rad, to the right positive).
  virtual double radius(double angle, double along) const;
  // Cosine between that ray and the skin's normal in the section.
  virtual double obliqueness(double angle, double along) const;
};

struct LimbModel : BodyModel {
  std::shared_ptr<LimbChart> chart;  // the surface, as what it is
  SubjectValues subject;
  std::array<std::string, 4> sites;  // of the subject: posterior, right, anterior, left
  std::string main_bone;             // the one around the axis: columns begin on its surface

  virtual ~LimbModel() = default;
  LimbModel() = default;
  LimbModel(LimbModel&&) = default;
  LimbModel& operator=(LimbModel&&) = default;

  // Thickness, m, of "skin", "fat", … blended smoothly between the four sides.
  virtual double thickness(const std::string& layer, double angle) const;
  // Distance from the axis to the deep fascia, m.
  virtual double fascia_radius(double angle, double along) const;
  // Distance from the axis to where the ray leaves the main bone, m.
  virtual double bone_radius(double angle, double along) const;
};

// From the file of a body with the chart "limb"; a left limb is the mirror image. Throws Error with the place of what
// is wrong.
LimbModel read_limb_model(const ModelValue& file, const SubjectValues& subject, Laterality side,
                          const WantedPosture& posture);

// In a section: unit vector at an angle from posterior to the right.
Vec3d outwards_at(double angle);

// Columns along rays from the axis. Throws Error when sizes make no sense or the layers do not fit.
double coarsest_element(const LimbModel& model);  // m, that make_limb_grid takes
ColumnGrid make_limb_grid(const LimbModel& model, double element_size, const std::optional<Refinement>& refine);

}  // namespace knead
