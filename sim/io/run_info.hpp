#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "math/tensor.hpp"

namespace knead {

struct NamedPoint {
  std::string name;
  Vec3d position;  // m, at rest
  std::string description;
};

// What touches the body, so that a picture can draw it without knowing the solver.
struct ApplicatorInfo {
  std::string name;                          // as the scenario calls it, "palm"
  std::string kind;                          // kind of shape: "sphere", "ellipsoid", "cylinder", "capsule", …
  std::map<std::string, double> parameters;  // of the shape, SI: {"radius", 0.02}, …
};

// Where an applicator is: a point x of its own axes stands at position + rotation x.
struct Pose {
  Vec3d position{{0, 0, 0}};  // m
  Mat3d rotation = Mat3d::identity();
  Vec3d velocity{{0, 0, 0}};  // m/s
  Vec3d force{{0, 0, 0}};     // on the body, N
  bool active = true;         // false while it is away and should not be drawn
};

// What every result and picture says: whose anatomy it is of, and what it is not.
inline std::string result_statement(const std::string& anatomy) {
  return anatomy + "; not a medical device; not treatment advice";
}

// What is known before the first step and told once per file, under /Knead.
struct RunInfo {
  std::string title;
  std::string scenario_path;
  std::string scenario_text;      // as the user wrote it
  std::string resolved_scenario;  // JSON, everything the run used, SI
  std::string sources;            // JSON, where the numbers of its models come from
  std::string version;            // of the program
  std::string git_hash;
  std::string host;
  std::string cpu;
  std::string flags;  // compiler and its flags
  int threads = 0;
  std::string stiffness_class;          // "indentation" or "lower-bound"
  std::string body;                     // name of the body
  std::string anatomy;                  // "generic adult body", "imported body", "specimen"
  bool preview = false;                 // on a coarse mesh, for a first look
  std::vector<std::string> notes;       // what was assumed
  std::vector<std::string> tissues;     // names, by the values of the cell field `tissue`
  std::vector<std::string> directions;  // what z, −z, −y, y are called on the body, empty for a specimen
  std::vector<std::string> regions;     // names, by the values of the cell field `region`; may be empty
  std::vector<std::string> holders;     // what holds nodes; 0 is "free"; may be empty
  std::vector<std::uint8_t> holder;     // per node: index into holders; may be empty
  std::vector<NamedPoint> landmarks;
  std::vector<ApplicatorInfo> applicators;
};

}  // namespace knead
