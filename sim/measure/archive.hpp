#pragma once
// Plain numbers from structures and back, for checkpoints: a structure lists its members once, in `members(archive,
// x)`, and the same list writes and reads. Doubles pass unchanged, bit for bit.
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "math/tensor.hpp"

namespace knead {

class NumberWriter {
 public:
  std::vector<double> numbers;
  static constexpr bool reading = false;
  void operator()(double& x) { numbers.push_back(x); }
};

class NumberReader {
 public:
  explicit NumberReader(std::span<const double> numbers) : numbers_(numbers) {}
  static constexpr bool reading = true;
  void operator()(double& x) { x = next_ < numbers_.size() ? numbers_[next_++] : 0.0; }
  bool exhausted() const { return next_ == numbers_.size(); }

 private:
  std::span<const double> numbers_;
  std::size_t next_ = 0;
};

template <class Archive>
void members(Archive& a, double& x) {
  a(x);
}
template <class Archive>
void members(Archive& a, int& x) {
  double d = x;
  a(d);
  x = static_cast<int>(d);
}
template <class Archive>
void members(Archive& a, bool& x) {
  double d = x;
  a(d);
  x = d != 0;
}
template <class Archive>
void members(Archive& a, Vec3d& x) {
  for (int i = 0; i < 3; ++i) a(x[i]);
}
template <class Archive>
void members(Archive& a, Mat3d& x) {
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) a(x(i, j));
}
template <class Archive>
void members(Archive& a, std::string& x) {
  int length = static_cast<int>(x.size());
  members(a, length);
  x.resize(static_cast<std::size_t>(length));
  for (char& c : x) {
    int code = static_cast<unsigned char>(c);
    members(a, code);
    c = static_cast<char>(code);
  }
}
template <class Archive, class T>
void members(Archive& a, std::vector<T>& x) {
  int length = static_cast<int>(x.size());
  members(a, length);
  x.resize(static_cast<std::size_t>(length));
  for (T& item : x) members(a, item);
}
template <class Archive, class First, class Second, class... Rest>
void members(Archive& a, First& first, Second& second, Rest&... rest) {
  members(a, first);
  members(a, second);
  (members(a, rest), ...);
}

}  // namespace knead
