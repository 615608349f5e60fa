#pragma once
#include <cstdint>
#include <memory>
#include <vector>

class vtkRenderWindow;

namespace knead {

// Colours of one picture: rows from top to bottom, three bytes per pixel.
struct Image {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;
};

// Somewhere to draw that needs neither a display nor a window manager: a surfaceless EGL context, or, where EGL has
// none, an off-screen window on $DISPLAY. Throws Error with the way out when there is neither.
class PictureWindow {
 public:
  PictureWindow(int width, int height);
  ~PictureWindow();
  PictureWindow(const PictureWindow&) = delete;
  PictureWindow& operator=(const PictureWindow&) = delete;

  vtkRenderWindow* window() const;
  Image draw();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace knead
