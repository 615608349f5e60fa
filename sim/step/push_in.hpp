#pragma once
#include <optional>
#include <vector>

#include "step/system.hpp"

namespace knead {

// A guess for Newton's method where the one from the last step is too far away: the applicator is moved from there by
// prescribed travels, with a solution at each, until it presses as hard as its motion wants at `time`; in between the
// last two the guess is linear in the force. A contact that grows stiffens as it does, and Newton's method under
// force control leaps from the soft few points it touches first; under prescribed travel it does not.
// Adds the iterations to `total`. Nothing is committed; the controls are those of `time` again. Nothing is returned
// when shorter and shorter ways of travel find no solution.
// from: solution of the last step; last_travel: as for System::set_time().
std::optional<Unknowns> push_in(System& system, std::size_t applicator, const Unknowns& from, double time,
                                const std::vector<double>& last_travel, NewtonReport& total);

}  // namespace knead
