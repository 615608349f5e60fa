#include "import_parts.hpp"

#include <system_error>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/units.hpp"
#include "body/chart_body.hpp"
#include "body/hexahedron.hpp"
#include "scenario/models.hpp"

namespace knead {

namespace fs = std::filesystem;

double parse_length(const std::string& option, const std::string& text) {
  const QuantityResult quantity = parse_quantity(text, dimension::length);
  if (!quantity.ok()) throw Error(ExitCode::wrong_usage, fmt::format("{} {}: {}", option, text, quantity.problem));
  return quantity.quantity.value;
}

double positive_length(const Given& given, const std::string& option) {
  const double length = parse_length(option, given.value(option));
  if (length > 0) return length;
  throw Error(ExitCode::wrong_usage, fmt::format("{} {}: give a positive length", option, given.value(option)));
}

void refuse_existing(const fs::path& file, bool force) {
  std::error_code problem;
  if (!force && fs::exists(file, problem))
    throw Error(ExitCode::file_error, Location{file.string()},
                "this file exists; choose another name with -o, or replace it with --force");
}

Body trial_body(const fs::path& file, Laterality side, double element_size) {
  BodyRequest request;
  request.path = file.string();
  request.models = standard_model_folders(fs::current_path());
  request.subject = read_subject(find_model(request.models, "subjects", "average"), request.models);
  request.side = side;
  request.element_size = element_size;
  return build_chart_body(request);
}

std::string volumes_of(const Body& body) {
  std::vector<double> volume(body.tissues.size(), 0.0);
  for (int c = 0; c < body.mesh.num_cells(); ++c)
    volume[static_cast<std::size_t>(body.mesh.cell_tissue[static_cast<std::size_t>(c)])] +=
        cell_volume(cell_points(body.mesh, c));
  std::string list;
  for (std::size_t t = 0; t < volume.size(); ++t)
    list += fmt::format("{}{} {:.0f} ml", t > 0 ? ", " : "", body.tissues[t].name, 1e6 * volume[t]);
  return list;
}

}  // namespace knead
