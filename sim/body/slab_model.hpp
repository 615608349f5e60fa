#pragma once
// A slab body as its file and a subject describe it: surface, thicknesses, bones and muscles as functions of place.
#include <memory>
#include <string>
#include <vector>

#include "body/body_model.hpp"
#include "body/chart_reader.hpp"
#include "body/model_file.hpp"
#include "body/slab_chart.hpp"
#include "body/subject.hpp"

namespace knead {

// The subject's thicknesses by site, blended smoothly over the skin.
class SiteMap {
 public:
  // names: one row per along knot, one entry per across knot. Knots ascend, m; `lateral` (±1) times across is looked
  // up, its amount when it is 0.
  SiteMap() = default;
  SiteMap(std::vector<double> across, std::vector<double> along, std::vector<std::vector<std::string>> names,
          const SubjectValues& subject, double lateral)
      : across_(std::move(across)),
        along_(std::move(along)),
        names_(std::move(names)),
        subject_(subject),
        lateral_(lateral) {}
  // Thickness, m, of "skin", "fat", …; Error when a site that counts there has no such value.
  double thickness(const std::string& layer, double across, double along) const;

 private:
  std::vector<double> across_, along_;
  std::vector<std::vector<std::string>> names_;
  SubjectValues subject_;
  double lateral_ = 0;
};

struct SlabModel : BodyModel {
  SlabExtent extent;
  std::shared_ptr<SlabChart> chart;  // the surface, as what it is
  SiteMap sites;
  double reference_across = 0, reference_along = 0;  // m, the place whose layers count the elements
  double spine_width = 0;   // m, of the column of elements over spinous processes; 0: none is special
  double depth = 0;         // m, of the slab below the skin without its bumps
  double bottom_share = 0;  // of the fall towards the flanks
};

// From the file of a body with the chart "slab"; a one-sided one on the left is the mirror image. Throws Error with the
// place of what is wrong.
SlabModel read_slab_model(const ModelValue& file, const SubjectValues& subject, Laterality side,
                          const WantedPosture& posture);

}  // namespace knead
