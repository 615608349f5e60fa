#pragma once
#include <array>
#include <string>
#include <vector>

#include "render_colour.hpp"

class vtkRenderer;

namespace knead {

using Pixel = std::array<double, 2>;  // from the lower left corner of the picture

struct Rectangle {
  double left = 0, bottom = 0, right = 0, top = 0;
  bool overlaps(const Rectangle& other) const {
    return left < other.right && other.left < right && bottom < other.top && other.bottom < top;
  }
};

enum class Align { left, centre, right };

struct TextStyle {
  double size = 24;  // pixels
  Colour colour = ink;
  bool bold = false;
  Align align = Align::left;
  bool boxed = false;  // on a pale box
};

// Everything that is written or drawn flat over the picture. It remembers where it has drawn, so that labels can keep
// clear of each other.
class Overlay {
 public:
  Overlay(vtkRenderer* renderer, int width, int height);

  double width() const { return width_; }
  double height() const { return height_; }

  Rectangle measure(const std::string& text, const TextStyle& style) const;  // of a text at the origin
  // `at` is the middle of the text's height at its aligned end.
  Rectangle text(Pixel at, const std::string& text, const TextStyle& style);
  void line(Pixel from, Pixel to, double thickness, const Colour& colour, double opacity = 1);
  // A dark line with white sides, which is seen on any colour, and a small square at its end.
  void marked_line(Pixel from, Pixel end);
  void arrow(Pixel from, Pixel to, double thickness, const Colour& colour);
  void box(const Rectangle& where, const Colour& colour, double opacity = 1);
  void colour_bar(const Rectangle& where, const ColourScale& scale, const std::string& title, double text_size);

  bool is_free(const Rectangle& where) const;  // inside of the picture, with nothing there yet
  void occupy(const Rectangle& where) { occupied_.push_back(where); }
  // Writes a text beside a point, at the first of several places that nothing else occupies, with a thin line to the
  // point where it had to go far. False, and nothing is drawn, when there is no such place.
  bool label(Pixel point, const std::string& text, const TextStyle& style);
  // Writes the name of an area on it, or a few lines above or below where something else is there already.
  bool name_area(Pixel middle, const std::string& text, const TextStyle& style);

 private:
  vtkRenderer* renderer_;
  double width_, height_;
  std::vector<Rectangle> occupied_;
};

}  // namespace knead
