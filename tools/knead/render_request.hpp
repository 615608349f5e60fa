#pragma once
#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace knead {

// What one call of `knead render` asks for; empty means "choose".
struct RenderRequest {
  std::filesystem::path input;                 // run.vtkhdf, or the folder that holds it; the name of a body
  std::string subject = "average";             // whose body
  double element_size = 8e-3;                  // m, of a body
  std::string field;                           // a field of the result; tissue_pressure where it was recorded
  std::optional<double> time;                  // s; the recorded step closest to it
  std::filesystem::path film;                  // every recorded step into this file instead of one picture
  std::string clip;                            // "across" | "along" the path | "x=30 mm" (y, z) | "L3" | "none"
  double warp = 1;                             // factor on the displacement
  int width = 1600, height = 1000;             // pixels
  std::optional<std::array<double, 2>> range;  // of the colours, in the unit of the colour bar
  std::string view;              // "auto" | "left" | "right" | "cranial" | "caudal" | "skin", from where one looks
  std::filesystem::path output;  // PNG
  std::function<void(int frame, int num_frames)> progress;  // called after every frame of a film
};

struct RenderOutcome {
  std::vector<std::filesystem::path> files;  // what was written
  std::string summary;                       // one line: field, time, force, range of the colours and of the values
  std::string hint;                          // what the user can do next (the ffmpeg command), or empty
};

// Draws a body of models/bodies/ without a run: its tissues, muscles and bones at rest. At a landmark the cut is seen
// straight on, with needles from the skin to the bone. Throws Error for an unknown body or subject.
RenderOutcome render_body(const RenderRequest& request);

// Draws a result without a display. Throws Error for a missing file, field or time, and where nothing can be drawn.
RenderOutcome render(const RenderRequest& request);

}  // namespace knead
