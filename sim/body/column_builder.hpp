#pragma once
#include "body/body_model.hpp"
#include "body/chart_body.hpp"
#include "body/column_grid.hpp"

namespace knead {

// The body whose elements are the columns of a grid, without its bones: tissues, faces, holders, fasciae, regions.
// Throws Error when layers and sizes fold the mesh.
Body build_columns(const BodyRequest& request, const BodyModel& model, ColumnGrid grid);

}  // namespace knead
