#pragma once
// One or more examples of every law and seeded deformations, for the tests that run over the list.
#include <random>
#include <string>
#include <vector>

#include "tissue/laws.hpp"

namespace knead {

struct SampleLaw {
  std::string name;
  Law law;
};

inline std::vector<SampleLaw> sample_laws() {
  std::vector<SampleLaw> list;
  for (const VolumetricSplit s : {VolumetricSplit::split, VolumetricSplit::coupled}) {
    const std::string form = s == VolumetricSplit::split ? " split" : " coupled";
    list.push_back({"neo-hookean" + form, NeoHookean{3.0, s}});
    list.push_back({"mooney-rivlin" + form, MooneyRivlin{1.2, 0.7, s}});
    list.push_back({"yeoh" + form, Yeoh{1.1, 0.6, 0.3, s}});
    list.push_back({"ogden, one term" + form, Ogden({{2.5, 12}}, s)});
    list.push_back({"ogden, skin" + form, Ogden({{150, 20}}, s)});
    list.push_back({"ogden, four terms" + form, Ogden({{1.5, 1.3}, {0.8, 5}, {0.4, -2}, {0.01, -0.5}}, s)});
  }
  return list;
}

template <class T = double>
LawResponse<T> respond(const Law& law, const Mat3<T>& F) {
  LawResponse<T> out;
  std::visit([&](const auto& l) { l.evaluate(F, out); }, law);
  return out;
}

inline Mat3d diagonal(double a, double b, double c) { return {{{a, 0, 0}, {0, b, 0}, {0, 0, c}}}; }

class Deformations {
 public:
  explicit Deformations(unsigned seed) : engine_(seed) {}
  double number(double low, double high) { return std::uniform_real_distribution<double>(low, high)(engine_); }
  Mat3d matrix(double size) {
    Mat3d a;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) a(i, j) = number(-size, size);
    return a;
  }
  Mat3d gradient(double size) { return Mat3d::identity() + matrix(size); }
  // From a random unit quaternion.
  Mat3d rotation() {
    double q[4], n = 0;
    for (double& x : q) x = number(-1, 1), n += x * x;
    for (double& x : q) x /= std::sqrt(n);
    const double w = q[0], x = q[1], y = q[2], z = q[3];
    return {{{1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)},
             {2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)},
             {2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)}}};
  }

 private:
  std::mt19937 engine_;
};

}  // namespace knead
