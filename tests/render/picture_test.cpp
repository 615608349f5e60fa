#include "catch.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <vtkLookupTable.h>

#include "base/error.hpp"
#include "read_picture.hpp"
#include "render_colour.hpp"
#include "render_request.hpp"
#include "sample_run.hpp"

using namespace knead;
using namespace knead::test;
namespace fs = std::filesystem;

namespace {

template <class F>
std::string message_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// One sample for all cases, in a folder of this test.
const fs::path& folder() {
  static const fs::path path = [] {
    const fs::path made = fs::path(KNEAD_BINARY_DIR) / "render_test";
    fs::remove_all(made);
    fs::create_directories(made);
    write_sample_run(made / "run.vtkhdf");
    return made;
  }();
  return path;
}

RenderRequest small(const std::string& name) {
  RenderRequest request;
  request.input = folder();
  request.output = folder() / (name + ".png");
  request.width = 640, request.height = 400;
  return request;
}

std::array<double, 3> map_colour(double value, double low, double high) {
  ColourScale scale{low, high, false, {}};
  double rgb[3];
  scale.table()->GetColor(value, rgb);
  return {rgb[0], rgb[1], rgb[2]};
}

}  // namespace

TEST_CASE("a picture without a display has the asked size, the map's colours, bone and white paper") {
  REQUIRE(std::getenv("DISPLAY") == nullptr);
  const RenderOutcome outcome = render(small("still"));
  REQUIRE(outcome.files.size() == 1);
  const Picture picture = read_png(outcome.files[0]);
  CHECK(picture.width == 640);
  CHECK(picture.height == 400);
  const long all = 640 * 400;
  CHECK(picture.count({1, 1, 1}, 0) > all / 5);
  CHECK(picture.count({1, 1, 1}, 0) < all * 9 / 10);
  CHECK(picture.count(bone_colour) > 200);
  // On the cut, not only in the bar: more pixels than the bar has of each tenth of the map.
  for (const double value : {0.2, 2.0, 4.0}) {
    INFO(value);
    CHECK(picture.count(map_colour(value, 0, 8), 10) > 60);
  }
  CHECK(outcome.summary.find("25.0 N") != std::string::npos);
  CHECK(outcome.summary.find("from 0 to 8 kPa") != std::string::npos);
}

TEST_CASE("the cut shows the value that the file holds there") {
  // A uniform field: every coloured pixel of the cut has the colour of that value.
  RenderRequest request = small("uniform");
  request.field = "tissue";
  render(request);
  const Picture tissues = read_png(request.output);
  for (const char* name : {"skin", "fat", "muscle"}) {
    INFO(name);
    CHECK(tissues.count(tissue_colour(name)) > 20);
  }
  CHECK(tissues.count(tissue_colour("muscle")) > tissues.count(tissue_colour("fat")));
  CHECK(tissues.count(tissue_colour("fat")) > tissues.count(tissue_colour("skin")));
}

TEST_CASE("a warped picture differs, the same request gives the same picture") {
  render(small("first"));
  render(small("second"));
  RenderRequest request = small("warped");
  request.warp = 0;
  render(request);
  const Picture first = read_png(folder() / "first.png");
  const bool same = first.pixels == read_png(folder() / "second.png").pixels;
  CHECK(same);
  const bool other = first.pixels != read_png(folder() / "warped.png").pixels;
  CHECK(other);
}

TEST_CASE("every cut, view and kind of body can be drawn") {
  for (const char* clip : {"along", "x=-40 mm", "y=20 mm", "none", "x=9 m"}) {
    RenderRequest request = small("clip");
    request.clip = clip;
    INFO(clip);
    CHECK_NOTHROW(render(request));
  }
  for (const char* view : {"posterior", "left", "cranial"}) {
    RenderRequest request = small("view");
    request.view = view;
    INFO(view);
    CHECK_NOTHROW(render(request));
  }
  SampleRun specimen;
  specimen.elements = 6, specimen.steps = 1, specimen.specimen = true, specimen.travels = false;
  write_sample_run(folder() / "block.vtkhdf", specimen);
  RenderRequest request = small("block");
  request.input = folder() / "block.vtkhdf";
  CHECK_NOTHROW(render(request));
  request.field = "displacement";
  CHECK(render(request).summary.find("mm") != std::string::npos);
}

TEST_CASE("mistakes are errors that say what to do") {
  RenderRequest request = small("never");
  request.field = "tisue_pressure";
  CHECK(message_of([&] { render(request); }).find("did you mean \"tissue_pressure\"") != std::string::npos);
  request = small("never");
  request.time = 99;
  CHECK(message_of([&] { render(request); }).find("outside of the run") != std::string::npos);
  request = small("never");
  request.input = folder() / "no-such-run";
  CHECK_THROWS_AS(render(request), Error);
  request.input = folder() / "text.vtkhdf";
  std::ofstream(request.input) << "this is not a result";
  CHECK_THROWS_AS(render(request), Error);
  request = small("never");
  request.width = 10;
  CHECK(message_of([&] { render(request); }).find("--size") != std::string::npos);
  request = small("never");
  request.range = {{3, 1}};
  CHECK(message_of([&] { render(request); }).find("--range") != std::string::npos);
  request = small("never");
  request.output = folder() / "run.vtkhdf" / "picture.png";  // a file where a folder should be
  CHECK(message_of([&] { render(request); }).find("could not be written") != std::string::npos);
  CHECK_FALSE(fs::exists(folder() / "never.png"));
}

TEST_CASE("a film is a film where ffmpeg is installed, else pictures and the command") {
  RenderRequest request = small("film");
  request.film = folder() / "it's a film.mp4";
  request.width = 320, request.height = 200;
  int frames = 0;
  request.progress = [&](int done, int) { frames = done; };
  const std::string path = std::getenv("PATH");

  setenv("PATH", "/nonexistent", 1);
  const RenderOutcome pictures = render(request);
  setenv("PATH", path.c_str(), 1);
  CHECK(frames == 11);
  CHECK(pictures.hint.find("ffmpeg -framerate 5 -i") != std::string::npos);
  CHECK(fs::exists(pictures.files.at(0) / "frame-00010.png"));

  if (std::system("command -v ffmpeg > /dev/null") != 0) {
    WARN("ffmpeg is not installed: no film was made");
    return;
  }
  const RenderOutcome film = render(request);
  CHECK(film.hint.empty());
  std::ifstream stream(film.files.at(0), std::ios::binary);
  std::string head(12, '\0');
  stream.read(head.data(), 12);
  CHECK(head.substr(4, 4) == "ftyp");  // ISO base media file format
  CHECK(fs::file_size(film.files.at(0)) > 3000);
}
