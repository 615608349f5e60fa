#pragma once
// A quarter of a disc or half-space with element planes where a problem wants them, and the far field of a point load.
#include <memory>
#include <vector>

#include "verification/statics.hpp"

namespace knead::test {

// Quarter cylinder x, y ≥ 0 under the surface z = 0, its columns upright. radii: element circles, m, ascending; inside
// the first one is a core of squares. depths: element planes, m, ascending from 0.
// Face sets: top, bottom, outer, symmetry-x, symmetry-y.
Mesh quarter_layer(const std::vector<double>& radii, const std::vector<double>& depths);

// From first to last in `count` steps, each `growth` times the one before.
std::vector<double> graded(double first, double last, int count, double growth);
// `head` and then `tail` without its first value.
std::vector<double> joined(std::vector<double> head, const std::vector<double>& tail);

// Boussinesq: displacement in the half-space z ≤ 0 under a force F (N) that presses the origin towards −z, m (Johnson,
// Contact Mechanics, 1985, section 3.2).
Vec3d boussinesq(const Vec3d& x, double force, double poisson);

// Below, stresses are over the shear modulus.
inline constexpr double shear_modulus = 1;
inline double reduced_modulus(double poisson) { return 2 * shear_modulus / (1 - poisson); }  // E/(1 − ν²)
inline double youngs_modulus(double poisson) { return 2 * shear_modulus * (1 + poisson); }

// The quarter on its symmetry planes, with a bonded bottom or without.
std::shared_ptr<Body> quarter_body(Mesh mesh, double poisson, bool bonded);
// Outer boundary of a half-space: the displacement of a point load of *force, N, which may change between solves.
void prescribe_far_field(std::vector<PrescribedComponent>& list, const Body& body, double poisson,
                         std::shared_ptr<const double> force);
SystemSettings small_strain_settings();
// Newton at time 1; throws std::runtime_error with the reason.
void solve_at_end(System& system, Unknowns& x);

}  // namespace knead::test
