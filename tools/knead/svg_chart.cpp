#include "svg_chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/xml.hpp"

namespace knead {
namespace {

// Okabe & Ito 2008: told apart by readers with any colour vision; beyond eight the lines are dashed.
constexpr std::array<const char*, 8> colours{"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                             "#E69F00", "#56B4E9", "#000000", "#B2A300"};
constexpr double width = 900, height = 440, left = 76, top = 48, bottom = 60, legend = 250;
constexpr double right = width - legend, floor_line = height - bottom;

std::string colour(std::size_t i) { return colours[i % colours.size()]; }
std::string dashes(std::size_t i) { return i < colours.size() ? "" : " stroke-dasharray=\"6 4\""; }

struct Axis {
  double low, high, from, to;  // data, and where that is in the picture
  double at(double value) const { return from + (value - low) / (high - low) * (to - from); }
};

struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
  void add(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

Axis make_axis(Range range, double from, double to, int wanted, std::vector<double>& ticks) {
  if (!(range.low <= range.high)) range.low = 0, range.high = 1;
  if (range.low > 0 && range.low < 0.5 * range.high) range.low = 0;
  if (range.high < 0 && range.high > 0.5 * range.low) range.high = 0;
  if (range.low == range.high) range.high = range.low + (range.low == 0 ? 1 : std::abs(range.low));
  ticks = chart_ticks(range.low, range.high, wanted);
  return {ticks.front(), ticks.back(), from, to};
}

std::string label(double x, double y, const std::string& text, const char* anchor, int size, const char* more = "") {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-size=\"{}\"{}>{}</text>\n", x, y, anchor,
                     size, more, xml_text(text));
}

std::string frame(const ChartText& text) {
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:g} {:g}\" font-family=\"Helvetica, Arial, "
      "sans-serif\" fill=\"#222\">\n<rect width=\"{:g}\" height=\"{:g}\" fill=\"white\"/>\n",
      width, height, width, height);
  out += label(left, 26, text.title, "start", 17, " font-weight=\"bold\"");
  out += label(0.5 * (left + right), height - 14, text.x, "middle", 13);
  out += fmt::format(
      "<text transform=\"translate(18 {:.1f}) rotate(-90)\" text-anchor=\"middle\" font-size=\"13\">{}</text>\n",
      0.5 * (top + floor_line), xml_text(text.y));
  return out;
}

std::string y_ticks(const Axis& axis, const std::vector<double>& ticks) {
  std::string out;
  for (const double tick : ticks) {
    out += fmt::format("<line x1=\"{0:g}\" x2=\"{1:g}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\" stroke=\"{3}\"/>\n", left, right,
                       axis.at(tick), tick == 0 ? "#666" : "#ddd");
    out += label(left - 8, axis.at(tick) + 4, fmt::format("{:g}", tick), "end", 12);
  }
  return out;
}

std::string x_ticks(const Axis& axis, const std::vector<double>& ticks) {
  std::string out;
  for (const double tick : ticks) {
    out += fmt::format("<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:g}\" y2=\"{2:g}\" stroke=\"{3}\"/>\n",
                       axis.at(tick), top, floor_line, tick == 0 ? "#666" : "#eee");
    out += label(axis.at(tick), floor_line + 18, fmt::format("{:g}", tick), "middle", 12);
  }
  return out;
}

std::string legend_entry(std::size_t i, const std::string& name) {
  const double y = top + 10 + 22 * static_cast<double>(i);
  constexpr std::size_t longest = 30;
  std::string shown = name;
  if (shown.size() > longest) shown = shown.substr(0, longest - 1) + "…";
  return fmt::format("<line x1=\"{:g}\" x2=\"{:g}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" stroke-width=\"4\"{}/>\n",
                     right + 16, right + 40, y, y, colour(i), dashes(i)) +
         label(right + 46, y + 4, shown, "start", 12);
}

std::string curves(const std::vector<Series>& series, const Axis& x, const Axis& y) {
  std::string out;
  for (std::size_t i = 0; i < series.size(); ++i) {
    std::string points;
    for (std::size_t k = 0; k < series[i].x.size(); ++k)
      if (std::isfinite(series[i].x[k]) && std::isfinite(series[i].y[k]))
        points += fmt::format("{:.1f},{:.1f} ", x.at(series[i].x[k]), y.at(series[i].y[k]));
    out += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2.2\"{}/>\n", points,
                       colour(i), dashes(i));
    out += legend_entry(i, series[i].name);
  }
  return out;
}

std::string chart(const ChartText& text, const std::vector<Series>& series, bool downwards) {
  Range xs, ys;
  for (const Series& s : series) {
    for (double x : s.x) xs.add(x);
    for (double y : s.y) ys.add(y);
  }
  if (downwards) ys.add(0);
  std::vector<double> x_marks, y_marks;
  const Axis x = make_axis(xs, left, right, 7, x_marks);
  const Axis y = make_axis(ys, downwards ? top : floor_line, downwards ? floor_line : top, 6, y_marks);
  return frame(text) + x_ticks(x, x_marks) + y_ticks(y, y_marks) + curves(series, x, y) + "</svg>\n";
}

}  // namespace

std::vector<double> chart_ticks(double low, double high, int wanted) {
  const double rough = (high - low) / std::max(1, wanted - 1), power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= rough * (1 - 1e-9)) {
      step = factor * power;
      break;
    }
  const auto first = static_cast<long>(std::floor(low / step + 1e-9)),
             last = static_cast<long>(std::ceil(high / step - 1e-9));
  std::vector<double> ticks;
  for (long i = first; i <= std::max(last, first + 1); ++i) ticks.push_back(static_cast<double>(i) * step);
  return ticks;
}

std::string line_chart(const ChartText& text, const std::vector<Series>& series) { return chart(text, series, false); }

std::string depth_chart(const ChartText& text, const std::vector<Series>& series) { return chart(text, series, true); }

std::string bar_chart(const ChartText& text, const std::vector<std::string>& groups,
                      const std::vector<Series>& series) {
  Range ys;
  ys.add(0);
  for (const Series& s : series)
    for (double y : s.y) ys.add(y);
  std::vector<double> marks;
  const Axis y = make_axis(ys, floor_line, top, 6, marks);
  std::string out = frame(text) + y_ticks(y, marks);
  const double group = (right - left) / static_cast<double>(std::max<std::size_t>(1, groups.size()));
  const double bar = 0.8 * group / static_cast<double>(std::max<std::size_t>(1, series.size()));
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const double start = left + (static_cast<double>(g) + 0.1) * group;
    out += label(start + 0.4 * group, floor_line + 18, groups[g], "middle", 12);
    for (std::size_t i = 0; i < series.size(); ++i) {
      const double value = g < series[i].y.size() ? series[i].y[g] : std::nan("");
      if (!std::isfinite(value)) continue;
      out += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"/>\n",
                         start + bar * static_cast<double>(i), std::min(y.at(value), y.at(0)), 0.94 * bar,
                         std::abs(y.at(value) - y.at(0)), colour(i));
    }
  }
  for (std::size_t i = 0; i < series.size(); ++i) out += legend_entry(i, series[i].name);
  return out + "</svg>\n";
}

}  // namespace knead
