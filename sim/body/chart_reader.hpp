#pragma once
// What the readers of slab and limb files share: lengths that grow with the subject, sources, tissues, support, shapes.
#include <functional>
#include <string>
#include <vector>

#include "body/body_model.hpp"
#include "body/model_file.hpp"
#include "body/position.hpp"
#include "body/subject.hpp"

namespace knead {

// A posture that a scenario asks for; empty: the body's own.
struct WantedPosture {
  std::string name;
  Location where;
};

class ChartReader {
 protected:
  using Place = std::function<Vec3d(const ModelValue&)>;  // of a table in the file, m in body axes

  ChartReader(const ModelValue& root, const SubjectValues& subject, Laterality side, BodyModel& model);

  // The posture among the body's own that was asked for, the first when none was.
  void read_posture(const WantedPosture& wanted);
  double length(const ModelValue& value) const { return scale_ * value.quantity(dimension::length); }
  double positive_length(const ModelValue& table, const char* key) const;
  std::vector<double> lengths(const ModelValue& value) const;
  // Every table of numbers says where they come from.
  static void check_source(const ModelValue& table);
  // Error `sentence` unless there are two values at least and each is larger than the one before.
  static void check_ascending(const ModelValue& value, const std::vector<double>& list, const char* sentence);

  void read_tissues(const ModelValue& layers);
  // `what` lies on the support, for the notes.
  void read_support(const std::string& what);

  ImplicitShape read_tube(const ModelValue& part, const Place& place) const;
  ImplicitShape read_plate(const ModelValue& part, const Place& place) const;
  Vec3d read_half_axes(const ModelValue& part, const char* names) const;
  void add_bone(const std::string& name, ImplicitShape shape);

  const ModelValue& root_;
  double scale_;
  const SubjectValues& subject_;
  double lateral_;  // 1 when lateral is to the right

 private:
  BodyModel& base_;
};

}  // namespace knead
