#include "render_overlay.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <vtkActor2D.h>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkLookupTable.h>
#include <vtkNew.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper2D.h>
#include <vtkProperty2D.h>
#include <vtkRenderer.h>
#include <vtkTextActor.h>
#include <vtkTextProperty.h>
#include <vtkUnsignedCharArray.h>

namespace knead {
namespace {

vtkSmartPointer<vtkTextActor> text_actor(const std::string& text, const TextStyle& style) {
  auto actor = vtkSmartPointer<vtkTextActor>::New();
  actor->SetInput(text.c_str());
  actor->SetTextScaleModeToNone();
  vtkTextProperty* property = actor->GetTextProperty();
  property->SetFontFamilyToArial();
  property->SetFontSize(static_cast<int>(std::lround(style.size)));
  property->SetBold(style.bold);
  property->SetColor(style.colour[0], style.colour[1], style.colour[2]);
  property->SetVerticalJustificationToCentered();
  if (style.boxed) {  // part of the text: a box of its own might cover it
    property->SetBackgroundColor(1, 1, 1);
    property->SetBackgroundOpacity(0.75);
  }
  if (style.align == Align::left) property->SetJustificationToLeft();
  if (style.align == Align::centre) property->SetJustificationToCentered();
  if (style.align == Align::right) property->SetJustificationToRight();
  return actor;
}

void add_polygon(vtkRenderer* renderer, const std::vector<Pixel>& corners, const Colour& colour, double opacity) {
  vtkNew<vtkPoints> points;
  vtkNew<vtkCellArray> cells;
  cells->InsertNextCell(static_cast<int>(corners.size()));
  for (const Pixel& c : corners) cells->InsertCellPoint(points->InsertNextPoint(c[0], c[1], 0));
  vtkNew<vtkPolyData> data;
  data->SetPoints(points);
  data->SetPolys(cells);
  vtkNew<vtkPolyDataMapper2D> mapper;
  mapper->SetInputData(data);
  vtkNew<vtkActor2D> actor;
  actor->SetMapper(mapper);
  actor->GetProperty()->SetColor(colour[0], colour[1], colour[2]);
  actor->GetProperty()->SetOpacity(opacity);
  renderer->AddActor2D(actor);
}

// "0.25" and "12", not "1e+01" unless there is no other way; all numbers of a bar with the same number of decimals.
std::string tick_text(double value, double step) {
  if (step < 1e-4 || std::abs(value) >= 1e6) return fmt::format("{:g}", value);
  const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 6);
  const bool half = std::abs(step * std::pow(10.0, decimals) - std::round(step * std::pow(10.0, decimals))) > 1e-6;
  return fmt::format("{:.{}f}", value, decimals + (half ? 1 : 0));
}

}  // namespace

Overlay::Overlay(vtkRenderer* renderer, int width, int height) : renderer_(renderer), width_(width), height_(height) {}

Rectangle Overlay::measure(const std::string& text, const TextStyle& style) const {
  const auto actor = text_actor(text, style);
  double size[2] = {0, 0};
  actor->GetSize(renderer_, size);
  const double w = size[0], h = std::max(size[1], style.size);
  const double left = style.align == Align::left ? 0 : style.align == Align::right ? -w : -w / 2;
  return {left, -h / 2, left + w, h / 2};
}

Rectangle Overlay::text(Pixel at, const std::string& text, const TextStyle& style) {
  const auto actor = text_actor(text, style);
  actor->SetPosition(std::round(at[0]), std::round(at[1]));
  renderer_->AddActor2D(actor);
  Rectangle where = measure(text, style);
  where = {where.left + at[0], where.bottom + at[1], where.right + at[0], where.top + at[1]};
  occupy(where);
  return where;
}

void Overlay::line(Pixel from, Pixel to, double thickness, const Colour& colour, double opacity) {
  const double dx = to[0] - from[0], dy = to[1] - from[1], length = std::hypot(dx, dy);
  if (length <= 0) return;
  const double nx = -dy / length * thickness / 2, ny = dx / length * thickness / 2;
  add_polygon(
      renderer_,
      {{from[0] + nx, from[1] + ny}, {from[0] - nx, from[1] - ny}, {to[0] - nx, to[1] - ny}, {to[0] + nx, to[1] + ny}},
      colour, opacity);
}

// Nothing here covers anything: which of two flat things wins depends on what else is in the picture.
void Overlay::marked_line(Pixel from, Pixel end) {
  const double dx = end[0] - from[0], dy = end[1] - from[1], length = std::hypot(dx, dy);
  constexpr double square = 3, rim = 5, thickness = 1.8, side = 1.7;
  if (length > rim) {
    const Pixel stop{end[0] - rim * dx / length, end[1] - rim * dy / length};
    const double nx = -dy / length, ny = dx / length, out = (thickness + side) / 2;
    line(from, stop, thickness, ink);
    for (const double s : {-out, out}) {
      line({from[0] + s * nx, from[1] + s * ny}, {stop[0] + s * nx, stop[1] + s * ny}, side, {1, 1, 1}, 0.75);
    }
  }
  const double x = end[0], y = end[1];
  box({x - square, y - square, x + square, y + square}, ink);
  box({x - rim, y - rim, x - square, y + rim}, {1, 1, 1});
  box({x + square, y - rim, x + rim, y + rim}, {1, 1, 1});
  box({x - square, y - rim, x + square, y - square}, {1, 1, 1});
  box({x - square, y + square, x + square, y + rim}, {1, 1, 1});
}

void Overlay::arrow(Pixel from, Pixel to, double thickness, const Colour& colour) {
  const double dx = to[0] - from[0], dy = to[1] - from[1], length = std::hypot(dx, dy);
  const double head = 4.5 * thickness;
  if (length <= head) return;
  const Pixel along{dx / length, dy / length};
  const Pixel neck{to[0] - head * along[0], to[1] - head * along[1]};
  line(from, neck, thickness, colour);
  const double w = 0.42 * head;
  add_polygon(renderer_,
              {to, {neck[0] - w * along[1], neck[1] + w * along[0]}, {neck[0] + w * along[1], neck[1] - w * along[0]}},
              colour, 1);
}

void Overlay::box(const Rectangle& r, const Colour& colour, double opacity) {
  add_polygon(renderer_, {{r.left, r.bottom}, {r.right, r.bottom}, {r.right, r.top}, {r.left, r.top}}, colour, opacity);
}

void Overlay::colour_bar(const Rectangle& where, const ColourScale& scale, const std::string& title, double text_size) {
  const auto table = scale.table();
  const int count = static_cast<int>(table->GetNumberOfTableValues());
  vtkNew<vtkPoints> points;
  vtkNew<vtkCellArray> cells;
  vtkNew<vtkUnsignedCharArray> colours;
  colours->SetNumberOfComponents(3);
  for (int i = 0; i < count; ++i) {
    const double low = where.bottom + (where.top - where.bottom) * i / count;
    const double high = where.bottom + (where.top - where.bottom) * (i + 1) / count;
    cells->InsertNextCell(4);
    cells->InsertCellPoint(points->InsertNextPoint(where.left, low, 0));
    cells->InsertCellPoint(points->InsertNextPoint(where.right, low, 0));
    cells->InsertCellPoint(points->InsertNextPoint(where.right, high, 0));
    cells->InsertCellPoint(points->InsertNextPoint(where.left, high, 0));
    const double* c = table->GetTableValue(i);
    colours->InsertNextTuple3(std::round(255 * c[0]), std::round(255 * c[1]), std::round(255 * c[2]));
  }
  vtkNew<vtkPolyData> data;
  data->SetPoints(points);
  data->SetPolys(cells);
  data->GetCellData()->SetScalars(colours);
  vtkNew<vtkPolyDataMapper2D> mapper;
  mapper->SetInputData(data);
  vtkNew<vtkActor2D> actor;
  actor->SetMapper(mapper);
  renderer_->AddActor2D(actor);
  occupy(where);

  const double step = scale.ticks.size() > 1 ? scale.ticks[1] - scale.ticks[0] : std::max(std::abs(scale.high), 1e-6);
  const TextStyle style{text_size, ink, false, Align::left};
  for (const double tick : scale.ticks) {
    const double y = where.bottom + (where.top - where.bottom) * (tick - scale.low) / (scale.high - scale.low);
    line({where.right, y}, {where.right + 0.3 * text_size, y}, 2, ink);
    text({where.right + 0.55 * text_size, y}, tick_text(tick, step), style);
  }
  // The title stands above the bar, broken into lines of some twelve letters, its unit last.
  std::vector<std::string> lines(1);
  for (std::size_t start = 0; start < title.size();) {
    const std::size_t end = std::min(title.find(' ', start), title.size());
    const std::string word = title.substr(start, end - start);
    if (!lines.back().empty() && lines.back().size() + word.size() > 10) lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + word;
    start = end + 1;
  }
  TextStyle heading{text_size, ink, true, Align::left};
  for (const std::string& part : lines)
    while (heading.size > 8 && where.left + measure(part, heading).right > width_ - 4) heading.size -= 1;
  double y = where.top + 1.3 * text_size + 1.25 * text_size * static_cast<double>(lines.size() - 1);
  for (const std::string& part : lines) {
    text({where.left, y}, part, heading);
    y -= 1.25 * text_size;
  }
}

bool Overlay::is_free(const Rectangle& r) const {
  if (r.left < 4 || r.bottom < 4 || r.right > width_ - 4 || r.top > height_ - 4) return false;
  return std::none_of(occupied_.begin(), occupied_.end(), [&](const Rectangle& o) { return o.overlaps(r); });
}

bool Overlay::label(Pixel point, const std::string& words, const TextStyle& style) {
  const Rectangle size = measure(words, {style.size, style.colour, style.bold, Align::left});
  const double w = size.right - size.left, h = style.size, gap = 0.55 * style.size;
  for (const double reach : {1.0, 2.2, 3.6, 5.2}) {
    for (const Pixel direction :
         {Pixel{1, 0.25}, Pixel{0.6, 1}, Pixel{-1, 0.25}, Pixel{-0.6, 1}, Pixel{1, -0.8}, Pixel{-1, -0.8}}) {
      const Pixel end{point[0] + reach * gap * direction[0], point[1] + reach * gap * direction[1]};
      const double left = direction[0] > 0 ? end[0] : end[0] - w;
      const Rectangle where{left - 3, end[1] - 0.6 * h, left + w + 3, end[1] + 0.6 * h};
      if (!is_free(where)) continue;
      if (reach > 1) line(point, {direction[0] > 0 ? where.left : where.right, end[1]}, 1.5, style.colour, 0.8);
      text({left, end[1]}, words, {style.size, style.colour, style.bold, Align::left, true});
      return true;
    }
  }
  return false;
}

bool Overlay::name_area(Pixel middle, const std::string& words, const TextStyle& style) {
  const Rectangle size = measure(words, {style.size, style.colour, style.bold, Align::centre});
  for (const double lines : {0.0, 0.8, -0.8, 1.6, -1.6, 2.4, -2.4}) {
    const Pixel at{middle[0], middle[1] + lines * style.size};
    const double half = size.top + 0.1 * style.size;
    const Rectangle where{at[0] + size.left - 3, at[1] - half, at[0] + size.right + 3, at[1] + half};
    if (!is_free(where)) continue;
    text(at, words, {style.size, style.colour, style.bold, Align::centre, true});
    return true;
  }
  return false;
}

}  // namespace knead
