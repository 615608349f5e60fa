// knead render: pictures and films of a result, pictures of a body.
#include "render_request.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/progress.hpp"
#include "base/units.hpp"
#include "command.hpp"
#include "scenario/models.hpp"

namespace knead {
namespace {

// A whole text as a number.
bool parse_number(std::string_view text, double& number) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc{} && end == text.data() + text.size();
}

double parse_time(const std::string& text) {
  double seconds = 0;
  if (parse_number(text, seconds)) return seconds;
  const QuantityResult quantity = parse_quantity(text, dimension::time);
  if (!quantity.ok()) throw Error(ExitCode::wrong_usage, fmt::format("--time {}: {}", text, quantity.problem));
  return quantity.quantity.value;
}

double parse_length(const std::string& option, const std::string& text) {
  const QuantityResult quantity = parse_quantity(text, dimension::length);
  if (!quantity.ok()) throw Error(ExitCode::wrong_usage, fmt::format("{} {}: {}", option, text, quantity.problem));
  return quantity.quantity.value;
}

// The name of a body, or its file, rather than a result or its folder.
bool is_body(const std::filesystem::path& input) {
  std::error_code failure;
  const bool file = std::filesystem::exists(input, failure);
  return file == (input.extension() == ".toml") &&
         body_exists(standard_model_folders(std::filesystem::current_path()), input.string(), "");
}

double parse_plain(const std::string& option, const std::string& text) {
  double number = 0;
  if (!parse_number(text, number)) {
    throw Error(ExitCode::wrong_usage,
                fmt::format("{} {} is not a number; write for example {} 2", option, text, option));
  }
  return number;
}

void parse_size(const std::string& text, RenderRequest& request) {
  const std::size_t cross = text.find('x');
  double width = 0, height = 0;
  if (cross == std::string::npos || !parse_number(std::string_view(text).substr(0, cross), width) ||
      !parse_number(std::string_view(text).substr(cross + 1), height) || !(width >= 0 && width < 1e6) ||
      !(height >= 0 && height < 1e6)) {
    throw Error(ExitCode::wrong_usage, fmt::format("--size {} is not a size; write for example 1600x1000", text));
  }
  request.width = static_cast<int>(width);
  request.height = static_cast<int>(height);
}

std::array<double, 2> parse_range(const std::string& text) {
  std::array<double, 2> range{};
  const std::size_t comma = text.find(',');
  if (comma == std::string::npos || !parse_number(std::string_view(text).substr(0, comma), range[0]) ||
      !parse_number(std::string_view(text).substr(comma + 1), range[1])) {
    throw Error(
        ExitCode::wrong_usage,
        fmt::format("--range {} is not a range; write two numbers in the unit of the colour bar, such as 0,12", text));
  }
  return range;
}

// Where a picture or film goes. The ending of its name says what kind of file is wanted.
std::string parse_file(const std::string& option, const std::string& name, const std::vector<std::string>& endings) {
  const std::string ending = std::filesystem::path(name).extension().string();
  if (name.empty() || std::find(endings.begin(), endings.end(), ending) != endings.end()) return name;
  throw Error(ExitCode::wrong_usage, fmt::format("{} {}: the name must end in {}; write for example {} {}", option,
                                                 name, fmt::join(endings, ", "), option,
                                                 std::filesystem::path(name).replace_extension(endings[0]).string()));
}

int run_render(const Given& given) {
  RenderRequest request;
  request.input = given.value("RESULT");
  request.field = given.value("--field");
  if (given.has("--time")) request.time = parse_time(given.value("--time"));
  request.film = parse_file("--film", given.value("--film"), {".mp4", ".mkv", ".mov"});
  request.clip = given.value("--clip");
  request.view = given.value("--view");
  if (given.has("--subject")) request.subject = given.value("--subject");
  if (given.has("--element-size")) request.element_size = parse_length("--element-size", given.value("--element-size"));
  if (given.has("--warp")) request.warp = parse_plain("--warp", given.value("--warp"));
  if (given.has("--size")) parse_size(given.value("--size"), request);
  if (given.has("--range")) request.range = parse_range(given.value("--range"));
  request.output = parse_file("-o", given.value("--output"), {".png"});

  Progress progress("film");
  if (!request.film.empty()) {
    request.progress = [&](int frame, int num_frames) {
      progress.update(double(frame) / num_frames, fmt::format("picture {} of {}", frame, num_frames));
    };
  }
  const RenderOutcome outcome = is_body(request.input) ? render_body(request) : render(request);
  if (!request.film.empty()) progress.finish();
  log_info(outcome.summary);
  for (const auto& file : outcome.files) print_result(file.string() + "\n");
  if (!outcome.hint.empty()) log_warning(outcome.hint);
  return static_cast<int>(ExitCode::done);
}

}  // namespace

Command render_command() {
  using Kind = Argument::Kind;
  return {
      "render",
      "pictures and films of a result, or pictures of a body, without a display",
      {{"RESULT", Kind::value, "a result (run.vtkhdf) or its folder, or a body: lower-back, my-leg.toml", "", true},
       {"--subject", Kind::value, "whose body", "NAME", false, {}, "average"},
       {"--element-size", Kind::value, "of a body", "LENGTH", false, {}, "8 mm"},
       {"--field", Kind::value,
        "what the colours show; tissue_pressure unless given, `tissue` for the anatomy, \"displacement z\" for a "
        "component",
        "NAME"},
       {"--time", Kind::value, "the recorded step closest to this time; mid-stroke unless given", "TIME"},
       {"--film", Kind::value, "every recorded step as a film (needs ffmpeg; else single pictures)", "FILE.mp4"},
       {"--clip", Kind::value,
        "cut the body open: across or along the path, \"x=30 mm\" (y, z), at a landmark (L3), or none", "WHERE"},
       {"--view", Kind::value,
        "from where one looks: auto, left, right, cranial, caudal, posterior; on a leg proximal, distal", "DIRECTION"},
       {"--warp", Kind::value, "factor on the displacements", "FACTOR", false, {}, "1"},
       {"--range", Kind::value, "ends of the colours in the unit of the bar", "LOW,HIGH"},
       {"--size", Kind::value, "pixels", "WIDTHxHEIGHT", false, {}, "1600x1000"},
       {"-o,--output", Kind::value, "the picture; FIELD.png beside the result unless given", "FILE.png"}},
      run_render};
}

}  // namespace knead
