#pragma once
#include <array>
#include <vector>

namespace knead {

// n × n Gauss points on a nine-node face, with the quadratic basis and its derivatives there.
struct FaceRule {
  explicit FaceRule(int points_per_direction);

  // For each point of another rule the nearest of this one.
  std::vector<std::size_t> nearest_of(const FaceRule& other) const;
  int size() const { return static_cast<int>(weight.size()); }
  std::vector<std::array<double, 2>> place;         // (r, s)
  std::vector<double> weight;                       // on [−1, 1]²
  std::vector<std::array<double, 9>> value;         // N_a at the point
  std::vector<std::array<double, 9>> derivative_r;  // ∂N_a/∂r, ∂N_a/∂s
  std::vector<std::array<double, 9>> derivative_s;
  // Bilinear hat functions of the four sub-quadrilaterals that share the nine nodes: not negative, sum 1.
  std::vector<std::array<double, 9>> hat;
};

// Gauss–Legendre points and weights on [−1, 1].
void gauss_legendre(int n, std::vector<double>& point, std::vector<double>& weight);

}  // namespace knead
