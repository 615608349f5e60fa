#pragma once
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "body/chart_body.hpp"
#include "body/model_file.hpp"
#include "body/model_folder.hpp"

namespace knead::test {

inline std::vector<std::string> models() { return {std::string(KNEAD_SOURCE_DIR) + "/models"}; }
// In the long set (KNEAD_PLACES in the environment) tests of bodies take every subject, else the one in most danger.
inline bool everybody() { return std::getenv("KNEAD_PLACES") != nullptr; }

inline SubjectValues subject(const std::string& name) {
  return read_subject(find_model(models(), "subjects", name), models());
}
inline constexpr const char* subjects[] = {"runner-lean", "average", "high-bmi"};
inline BodyRequest body_request(const std::string& body, const std::string& subject_name, double size,
                                Laterality side = Laterality::right) {
  BodyRequest request;
  request.models = models();
  request.path = find_model(models(), "bodies", body);
  request.subject = subject(subject_name);
  request.element_size = size;
  request.side = side;
  return request;
}
inline BodyRequest lower_back(const std::string& subject_name) {
  const BodyRequest usual;
  return body_request("lower-back", subject_name, usual.element_size, usual.side);
}
// The body at the default element size, built once.
inline const Body& built(const std::string& subject_name) {
  static std::map<std::string, Body> bodies;
  auto it = bodies.find(subject_name);
  if (it == bodies.end()) it = bodies.emplace(subject_name, build_chart_body(lower_back(subject_name))).first;
  return it->second;
}

}  // namespace knead::test
