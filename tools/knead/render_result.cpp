#include <algorithm>
#include <cmath>
#include <system_error>

#include <fmt/format.h>
#include <vtkObject.h>

#include "base/error.hpp"
#include "io/read.hpp"
#include "render_files.hpp"
#include "render_request.hpp"
#include "render_scene.hpp"
#include "render_threads.hpp"
#include "render_units.hpp"

namespace knead {
namespace {

std::filesystem::path result_path(const std::filesystem::path& input) {
  std::error_code failure;
  if (std::filesystem::is_directory(input, failure)) return input / "run.vtkhdf";
  return input;
}

void check_request(const RenderRequest& request) {
  constexpr int smallest = 200, largest = 8000;
  if (std::min(request.width, request.height) < smallest || std::max(request.width, request.height) > largest) {
    throw Error(ExitCode::wrong_usage,
                fmt::format("--size {}x{} is not between {} and {} pixels on each side; 1600x1000 is usual",
                            request.width, request.height, smallest, largest));
  }
  if (!std::isfinite(request.warp))
    throw Error(ExitCode::wrong_usage, "--warp must be a finite number; 1 is true to scale");
  if (request.range && !((*request.range)[0] < (*request.range)[1])) {
    throw Error(ExitCode::wrong_usage, "--range wants its lower end first and its upper end second, such as \"0,12\"");
  }
}

std::string summary_of(const PictureStep& step, const ColourScale& scale) {
  if (step.field.name == "tissue") return fmt::format("Tissues at t = {:g} s, {:.1f} N", step.time, step.force);
  const std::string unit = display_unit(step.field.units).name;
  const auto [low, high] = std::minmax_element(step.values.begin(), step.values.end());
  return fmt::format("{} at t = {:g} s, {:.1f} N: colours from {:g} to {:g}{}, values from {:.4g} to {:.4g}{}",
                     title_of(step.field), step.time, step.force, scale.low, scale.high, unit.empty() ? "" : " " + unit,
                     step.values.empty() ? 0.0 : *low, step.values.empty() ? 0.0 : *high,
                     unit.empty() ? "" : " " + unit);
}

// Frames per second with which the film runs as fast as the massage, as far as that is watchable.
double frame_rate(const std::vector<double>& times) {
  std::vector<double> steps;
  for (std::size_t s = 1; s < times.size(); ++s) steps.push_back(times[s] - times[s - 1]);
  if (steps.empty()) return 10;
  std::nth_element(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2), steps.end());
  const double median = steps[steps.size() / 2];
  return median > 0 ? std::clamp(std::round(1 / median), 4.0, 30.0) : 10;
}

}  // namespace

RenderOutcome render(const RenderRequest& request) {
  check_request(request);
  vtkObject::GlobalWarningDisplayOff();  // what goes wrong is said by Error
  use_one_thread_for_filters();
  const ResultFile file(result_path(request.input));
  const ShownField field = choose_field(file, request.field);
  const PosesOfRun run = load_poses(file);
  const int still = choose_step(run, request.time ? &*request.time : nullptr);
  const PictureBody body = load_body(file);
  const bool film = !request.film.empty();
  PictureStep step = load_step(file, still, field, run);

  Scene::Settings settings;
  settings.view = choose_view(body, run, still, field, request);
  // Most of the skin is far from the applicator: what lies near it is what one looks for.
  constexpr std::array<double, 2> near{0, 10};  // mm
  settings.scale =
      choose_scale(step.values, field.name == "gap" && !request.range ? std::optional(near) : request.range);
  settings.warp = request.warp;
  settings.fixed_camera = film;

  PictureWindow window(request.width, request.height);
  Scene scene(window, body, run);
  RenderOutcome outcome;
  outcome.summary = summary_of(step, settings.scale);
  if (!film) {
    const std::filesystem::path output =
        request.output.empty() ? file.path().parent_path() / (field.name + ".png") : request.output;
    write_png(scene.draw(step, settings), output);
    outcome.files.push_back(output);
    return outcome;
  }
  FilmWriter writer(request.film, frame_rate(run.time));
  for (int s = 0; s < file.num_steps(); ++s) {
    writer.add(scene.draw(load_step(file, s, field, run), settings));
    if (request.progress) request.progress(s + 1, file.num_steps());
  }
  outcome.files.push_back(writer.finish());
  outcome.hint = writer.hint();
  return outcome;
}

}  // namespace knead
