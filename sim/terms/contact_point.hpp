#pragma once
#include <limits>

#include "applicator/applicator.hpp"

namespace knead {

// Contact at one point of the skin, in the applicator's own axes; all quantities per reference area of skin.
struct ContactLaw {
  double stiffness = 1e7;             // k, Pa/m
  double tangential_stiffness = 1e6;  // k_T, Pa/m
  Friction friction;
  // h, m, of a pad that stiffens as it is compressed (Foundation); only without multipliers.
  double thickness = std::numeric_limits<double>::infinity();
};

// What a point remembers from the start of the step.
struct ContactMemory {
  Vec3d place{{0, 0, 0}};         // y₀, m
  Vec3d normal{{0, 0, 1}};        // n₀
  Vec3d elastic_slip{{0, 0, 0}};  // e₀, at right angles to n₀, m
  double open = 0;                // gap if it was open, m; 0 if it was in contact
  double pressure = 0;            // p₀ if it was in contact, Pa
  double multiplier = 0;          // λ here, Pa
};

// The state of a point at a displacement, and what is reported of it.
struct ContactState {
  bool active = false;
  bool sliding = false;
  double gap = 0;                 // g, m
  double pressure = 0;            // p ≥ 0, Pa
  double energy = 0;              // stored normal energy ψ, J/m²
  Vec3d shear{{0, 0, 0}};         // friction on the skin, Pa
  double lost = 0;                // to friction within the step, J/m²
  Vec3d elastic_slip{{0, 0, 0}};  // e, m
  Vec3d normal{{0, 0, 1}};        // n
};

struct ContactResponse : ContactState {
  Vec3d residual{{0, 0, 0}};       // ∂ψ/∂x less the friction on the skin, Pa
  Mat3d tangent = Mat3d::zero();   // derivative of residual by the point's place, Pa/m
  Mat3d positive = Mat3d::zero();  // its symmetric positive part
};

// ψ(g) = (⟨λ − k g⟩² − λ²)/(2k), the augmented Lagrangian of g ≥ 0 (λ = 0: ⟨−g⟩² k/2, the pad), t = ⟨λ − k g⟩;
// residual −t ∇g, tangent k ∇g ∇gᵀ − t ∇∇g. With a thickness t(−g) and k = dt/d(−g) are those of the foundation.
// Friction: the elastic slip e₀ is carried along with the turning normal and grows by the way Δ = y − y₀ across the
// mean normal s = n₀ + n: e = P (e₀ + Δ − N (2 e₀ + Δ)), N = s sᵀ/|s|², P = I − n nᵀ, of second order in the step. τ =
// k_T e while k_T |e| ≤ μ(p) p (stick), else μ(p) p e/|e| (slip): return mapping of Simo & Laursen, An augmented
// Lagrangian treatment of contact problems involving friction, Computers & Structures 42 (1992). A point that was open
// at the start of the step slips only after it has touched: the share β = −g/(g_open − g) of its way. Lost: ∫ |τ| over
// the slip, for a straight way and a limit μ p that changes linearly from the start of the step to its end or, where
// contact ends, to the share p₀/(p₀ − p) of it.
ContactResponse contact_point(const ContactLaw& law, const ContactMemory& memory, const Vec3d& y, const Distance& d);

}  // namespace knead
