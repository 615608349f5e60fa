#pragma once
#include <optional>

#include "body/column_grid.hpp"
#include "body/slab_model.hpp"

namespace knead {

// Columns along y. Throws Error when sizes make no sense or the layers do not fit.
double coarsest_element(const SlabModel& model);  // m, that make_slab_grid takes
ColumnGrid make_slab_grid(const SlabModel& model, double element_size, const std::optional<Refinement>& refine);

}  // namespace knead
