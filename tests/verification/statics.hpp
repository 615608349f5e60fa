#pragma once
// Bodies of one tissue under prescribed displacements and loads, for comparison with formulas.
#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "step/system.hpp"

namespace knead::test {

// A body of one tissue, held nowhere.
std::shared_ptr<Body> one_tissue_body(Mesh mesh, Law law, double kappa);
// Bulk modulus to a shear modulus and Poisson's ratio, Pa; infinite for ν = 0.5.
double bulk_modulus(double shear_modulus, double poisson);

std::vector<int> nodes_of(const Mesh& mesh, const std::string& face_set);  // ascending
std::vector<std::array<int, 9>> nodes_of_faces(const Mesh& mesh, const std::string& face_set);
// Holds the components (bit 0, 1, 2 = x, y, z) of all nodes of a face set.
void hold(Body& body, const std::string& face_set, unsigned bits);

// Displacement as a function of the rest position, m.
using Displacement = std::function<Vec3d(const Vec3d&)>;
// Prescribes the components in `bits` of those nodes to share(time) times a displacement.
void prescribe(
    std::vector<PrescribedComponent>& list, const Mesh& mesh, const std::vector<int>& nodes, unsigned bits,
    Displacement displacement, std::function<double(double)> share = [](double t) { return t; });

// Newton down to rounding: formulas are compared to many digits.
SystemSettings tight_settings();

// Solves at the times 1/steps … 1 from rest; throws std::runtime_error with the reason when a step does not converge.
Unknowns solve_in_steps(System& system, int steps);
// Internal forces of the tissue at its nodes, N (3 a node).
Vector<double> internal_forces(System& system, const Unknowns& x);
Vec3d sum_over(const Vector<double>& forces, const std::vector<int>& nodes);
Vec3d displacement_at(const Unknowns& x, int node);
// The node nearest to a rest position.
int nearest_node(const Mesh& mesh, const Vec3d& position);

// The linear pressure of a cell, Pa: constant and gradient by rest position, from the recorded field of a split law.
struct LinearPressure {
  Vec3d centre, gradient;
  double constant = 0;
  double at(const Vec3d& position) const { return constant + dot(gradient, position - centre); }
};
std::vector<LinearPressure> cell_pressures(System& system, const Unknowns& x);

std::string mesh_size(const Mesh& mesh);  // "512 cells"

}  // namespace knead::test
