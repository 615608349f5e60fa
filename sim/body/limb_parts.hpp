#pragma once
// Parts of a limb's file that do not depend on where its shape comes from.
#include "body/chart_reader.hpp"
#include "body/limb_model.hpp"

namespace knead {

class LimbPartsReader : protected ChartReader {
 protected:
  LimbPartsReader(const ModelValue& root, const SubjectValues& subject, Laterality side, LimbModel& model)
      : ChartReader(root, subject, side, model), limb_(model) {}

  // [landmarks]: angle towards lateral and place along. The model's chart has its mean radius.
  void read_landmarks();
  // [layers] (tissues and elements), [[fascia]] and [support].
  void read_layers();

 private:
  LimbModel& limb_;
};

}  // namespace knead
