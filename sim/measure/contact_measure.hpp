#pragma once
#include <span>
#include <vector>

#include "math/tensor.hpp"
#include "terms/contact.hpp"

namespace knead {

// Pressure and shear over the part of the skin that is touched.
struct ContactMeasures {
  double area = 0;                                                // m², current, where the pressure is positive
  double peak_pressure = 0, mean_pressure = 0, p95_pressure = 0;  // Pa; mean and percentile by area
  double peak_shear = 0, mean_shear = 0, p95_shear = 0;           // Pa, magnitude of the tangential stress
  double pad_compression = 0;                                     // m, the largest; without a pad what penetrates
};

// One sample per contact point: pressure (Pa, compression positive), shear magnitude (Pa), current area (m²).
ContactMeasures measure_contact(std::span<const double> pressure, std::span<const double> shear,
                                std::span<const double> area);
// Of an applicator after a step, from its contact points, and what its pad gives way.
ContactMeasures measure_contact(const Contact& contact);

// What is left over when the forces on the body are added, N: contact force plus the reactions of everything that holds
// it. Zero in equilibrium.
double force_imbalance(const Vec3d& contact_force, std::span<const Vec3d> reactions);

}  // namespace knead
