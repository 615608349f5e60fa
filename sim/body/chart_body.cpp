#include "body/chart_body.hpp"

#include <algorithm>
#include <limits>
#include <variant>

#include <fmt/format.h>

#include "body/column_builder.hpp"
#include "body/limb_model.hpp"
#include "body/mesh_body.hpp"
#include "body/scan_model.hpp"
#include "body/slab_grid.hpp"

namespace knead {

namespace {

using ChartModel = std::variant<SlabModel, LimbModel, ScanModel>;

// What a scenario changes in the subject would change nothing.
void refuse_subject(const SubjectValues& subject, const std::string& body) {
  for (const auto& [key, entry] : subject.entries)
    if (entry.origin == SubjectEntry::Origin::given)
      throw Error(ExitCode::invalid_input, entry.where,
                  fmt::format("subject.{} has no meaning for {}: an imported body has its own shape and layers.", key,
                              in_quotes(body)));
}

bool is_mesh(const ModelValue& file) { return file.text_or("chart", "") == "mesh"; }

// The file of a body; a subject that is changed is refused where it would change nothing.
ModelValue read_body_file(const BodyRequest& request) {
  ModelValue file = read_model_file(request.path, "body");
  if (is_mesh(file)) refuse_subject(request.subject, file.at("name").text());
  return file;
}

ChartModel read_chart(const ModelValue& file, const BodyRequest& request) {
  const ModelValue& chart = file.at("chart");
  if (chart.text() == "slab") return read_slab_model(file, request.subject, request.side, request.posture);
  if (chart.text() == "limb") return read_limb_model(file, request.subject, request.side, request.posture);
  if (chart.text() == "scan") {
    refuse_subject(request.subject, file.at("name").text());
    return read_scan_model(file, request.side, request.posture);
  }
  chart.fail(fmt::format("{} is no chart; there are slab, limb, scan and mesh.", in_quotes(chart.text())));
}

const BodyModel& base(const ChartModel& model) {
  return std::visit([](const auto& m) -> const BodyModel& { return m; }, model);
}

ChartModel read_chart_model(const ModelValue& file, const BodyRequest& request) {
  ChartModel model = read_chart(file, request);
  BodyModel& body = std::visit([](auto& m) -> BodyModel& { return m; }, model);
  if (request.gliding && body.loose_tissue.empty())
    throw Error(ExitCode::invalid_input, *request.gliding,
                fmt::format("The fat of the body {} holds to what lies below it: there is no layer to glide on. Take "
                            "gliding away, or give the body's file a layer \"loose\".",
                            in_quotes(body.name)));
  if (!request.gliding) body.loose_thickness = 0;
  return model;
}

ColumnGrid make_grid(const ChartModel& model, const BodyRequest& request) {
  if (const auto* limb = std::get_if<LimbModel>(&model))
    return make_limb_grid(*limb, request.element_size, request.refine);
  if (const auto* scan = std::get_if<ScanModel>(&model))
    return make_limb_grid(*scan, request.element_size, request.refine);
  return make_slab_grid(std::get<SlabModel>(model), request.element_size, request.refine);
}

}  // namespace

bool is_mesh_body(const std::string& path) { return is_mesh(read_model_file(path, "body")); }

Body build_chart_body(const BodyRequest& request) {
  const ModelValue file = read_body_file(request);
  if (is_mesh(file)) return build_mesh_body(request, file);
  const ChartModel model = read_chart_model(file, request);
  return build_columns(request, base(model), make_grid(model, request));
}

Body outline_chart_body(const BodyRequest& request) {
  const ModelValue file = read_body_file(request);
  Body body;
  if (is_mesh(file)) {
    body.name = file.at("name").text();
    return body;
  }
  const ChartModel any = read_chart_model(file, request);
  const BodyModel& model = base(any);
  body.name = model.name;
  body.surface = model.surface;
  body.landmarks = model.landmarks;
  body.one_sided = model.one_sided;
  body.directions = model.directions;
  return body;
}

double coarsest_element(const BodyRequest& request) {
  const ModelValue file = read_body_file(request);
  if (is_mesh(file)) return std::numeric_limits<double>::infinity();
  const ChartModel model = read_chart_model(file, request);
  if (const auto* slab = std::get_if<SlabModel>(&model)) return coarsest_element(*slab);
  if (const auto* scan = std::get_if<ScanModel>(&model)) return coarsest_element(static_cast<const LimbModel&>(*scan));
  return coarsest_element(std::get<LimbModel>(model));
}

std::function<int(const Vec3d&)> region_function(const BodyRequest& request) {
  const ModelValue file = read_body_file(request);
  if (is_mesh(file)) return nullptr;
  const ChartModel any = read_chart_model(file, request);
  std::vector<std::string> names;
  const std::vector<std::uint8_t> regions = regions_of(base(any).muscles, names);
  return [muscles = base(any).muscles, regions](const Vec3d& x) {
    const Muscle* muscle = muscle_at(muscles, x);
    return muscle ? static_cast<int>(regions[static_cast<std::size_t>(muscle - muscles.data())]) : 0;
  };
}

void check_chart_grid(const BodyRequest& request) {
  const ModelValue file = read_body_file(request);
  if (!is_mesh(file)) static_cast<void>(make_grid(read_chart_model(file, request), request));
}

BodySummary read_body_summary(const std::string& path, const SubjectValues& subject) {
  const ModelValue file = read_model_file(path, "body");
  if (is_mesh(file)) return {file.at("name").text(), file.at("title").text(), {}, {}, {}, {}, true};
  BodyRequest request;
  request.path = path;
  request.subject = subject;
  request.side = Laterality::right;
  const ChartModel any = read_chart_model(file, request);
  const BodyModel& model = base(any);
  BodySummary summary{model.name, model.title, model.landmarks, {}, {}, {}, model.imported};
  static_cast<void>(regions_of(model.muscles, summary.muscles));
  summary.muscles.erase(summary.muscles.begin());  // "none"
  for (const Bone& b : model.bones)
    if (std::ranges::find(summary.bones, b.name) == summary.bones.end()) summary.bones.push_back(b.name);
  if (const ModelValue* stroke = file.find("first_stroke"))
    summary.first_stroke = {stroke->at("from").text(), stroke->at("to").text()};
  return summary;
}

}  // namespace knead
