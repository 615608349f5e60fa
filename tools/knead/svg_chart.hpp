#pragma once
// Charts as SVG text, for comparisons: nothing but lines, bars and their axes.
#include <string>
#include <vector>

namespace knead {

struct Series {
  std::string name;
  std::vector<double> x, y;
};

struct ChartText {
  std::string title, x, y;  // headings with units
};

// Curves over one axis, which begins at zero if that is near; the legend stands to the right.
std::string line_chart(const ChartText& text, const std::vector<Series>& series);
// Depth profiles: y downwards, from 0; each series a polyline through (x, y).
std::string depth_chart(const ChartText& text, const std::vector<Series>& series);
// One group of bars for each name, one bar for each series; y holds a value a group, NaN for none.
std::string bar_chart(const ChartText& text, const std::vector<std::string>& groups, const std::vector<Series>& series);

// Ticks at 1, 2 or 5 times a power of ten that cover [low, high], `wanted` of them or a few more.
std::vector<double> chart_ticks(double low, double high, int wanted);

}  // namespace knead
