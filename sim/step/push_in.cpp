#include "step/push_in.hpp"

#include <algorithm>
#include <cmath>

namespace knead {

namespace {

// Of the smallest element face on the skin.
constexpr double first_way = 0.05;
constexpr int easy_iterations = 6, most_solves = 40, most_failures = 6;

Unknowns between(const Unknowns& a, const Unknowns& b, double share) {
  Unknowns x = b;
  const auto mix = [share](auto& to, const auto& from) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = from[i] + share * (to[i] - from[i]);
  };
  mix(x.u, a.u);
  mix(x.p, a.p);
  mix(x.scalars, a.scalars);
  return x;
}

}  // namespace

std::optional<Unknowns> push_in(System& system, std::size_t applicator, const Unknowns& from, double time,
                                const std::vector<double>& last_travel, NewtonReport& total) {
  const PressedApplicator& a = system.applicators()[applicator];
  const double wanted = std::max(a.motion->force_at(time), system.smallest_force());
  const double face = a.contact->smallest_face();
  double way = first_way * face, towards = 0, force = 0;
  Unknowns here = from;
  std::optional<Unknowns> guess;
  for (int solves = 0, failures = 0; solves < most_solves && failures < most_failures && !guess; ++solves) {
    // The first solve stays where the last step ended and tells the force there.
    const double travel = here.scalars[applicator] + towards * way;
    system.set_time(time, last_travel);
    system.prescribe_travel(applicator, travel);
    Unknowns x = here;
    const NewtonReport report = system.solve(x);
    total.newton_iterations += report.newton_iterations;
    total.krylov_iterations += report.krylov_iterations;
    total.preconditioners += report.preconditioners;
    if (!report.converged) {
      if (towards == 0 || report.stopped) break;
      way *= 0.5;
      ++failures;
      continue;
    }
    const double before = force;
    force = a.force_along_pressing();
    if (towards == 0) {
      towards = force < wanted ? 1 : -1;
    } else if (towards * (force - wanted) >= 0) {
      guess = between(here, x, (wanted - before) / (force - before));
    } else if (report.longest_round <= easy_iterations) {
      way *= 2;
    }
    here = std::move(x);
  }
  system.set_time(time, last_travel);
  return guess;
}

}  // namespace knead
