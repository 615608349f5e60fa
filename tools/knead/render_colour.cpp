#include "render_colour.hpp"

#include <algorithm>
#include <cmath>

#include <vtkColorTransferFunction.h>
#include <vtkLookupTable.h>
#include <vtkNew.h>

namespace knead {
namespace {

// Sixteen equidistant colours of viridis (S. van der Walt and N. Smith, 2015, CC0).
constexpr int num_stops = 16;
constexpr unsigned char viridis[num_stops][3] = {{68, 1, 84},    {72, 26, 108},  {71, 47, 125},  {65, 68, 135},
                                                 {57, 86, 140},  {49, 104, 142}, {42, 120, 142}, {35, 136, 142},
                                                 {31, 152, 139}, {34, 168, 132}, {53, 183, 121}, {84, 197, 104},
                                                 {122, 209, 81}, {165, 219, 54}, {210, 226, 27}, {253, 231, 37}};

// The next larger number of the form m × 10^k that reads easily.
double round_up(double x) {
  if (!(x > 0) || !std::isfinite(x)) return 0;
  const double power = std::pow(10.0, std::floor(std::log10(x)));
  for (const double m : {1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0}) {
    if (x <= m * power * (1 + 1e-9)) return m * power;
  }
  return 10 * power;
}

double tick_step(double span) {
  const double power = std::pow(10.0, std::floor(std::log10(span / 4)));
  for (const double m : {1.0, 2.0, 2.5, 5.0}) {
    if (span / (m * power) <= 6.5) return m * power;
  }
  return 10 * power;
}

std::vector<double> ticks_between(double low, double high) {
  std::vector<double> ticks;
  const double step = tick_step(high - low);
  for (double t = std::ceil(low / step - 1e-6); t * step <= high + 1e-6 * step; ++t) {
    ticks.push_back(std::abs(t) < 0.5 ? 0.0 : t * step);
  }
  return ticks;
}

double quantile(std::vector<double>& values, double fraction) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(fraction * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace

vtkSmartPointer<vtkLookupTable> ColourScale::table() const {
  auto table = vtkSmartPointer<vtkLookupTable>::New();
  constexpr int size = 256;
  table->SetNumberOfTableValues(size);
  table->SetRange(low, high);
  vtkNew<vtkColorTransferFunction> map;
  if (diverging) {
    map->SetColorSpaceToDiverging();
    map->AddRGBPoint(0, 0.230, 0.299, 0.754);
    map->AddRGBPoint(1, 0.706, 0.016, 0.150);
  } else {
    map->SetColorSpaceToRGB();
    for (int i = 0; i < num_stops; ++i) {
      map->AddRGBPoint(i / (num_stops - 1.0), viridis[i][0] / 255.0, viridis[i][1] / 255.0, viridis[i][2] / 255.0);
    }
  }
  for (int i = 0; i < size; ++i) {
    double rgb[3];
    map->GetColor(i / (size - 1.0), rgb);
    table->SetTableValue(i, rgb[0], rgb[1], rgb[2], 1.0);
  }
  table->SetNanColor(0.6, 0.6, 0.6, 1.0);
  return table;
}

ColourScale choose_scale(std::vector<double> values, const std::optional<std::array<double, 2>>& range) {
  ColourScale scale;
  values.erase(std::remove_if(values.begin(), values.end(), [](double v) { return !std::isfinite(v); }), values.end());
  double low = 0, high = 0;
  if (!values.empty()) {
    low = quantile(values, 0.0005);
    high = quantile(values, 0.9995);
    if (high - low <=
        1e-12 * std::max(std::abs(high), std::abs(low))) {  // nearly everywhere the same: show the extremes
      low = *std::min_element(values.begin(), values.end());
      high = *std::max_element(values.begin(), values.end());
    }
  }
  constexpr double nothing = 1e-12;  // rounding errors of a body at rest
  if (std::max(std::abs(low), std::abs(high)) < nothing) low = high = 0;
  if (range) {
    scale.low = (*range)[0];
    scale.high = (*range)[1];
    scale.diverging = scale.low < 0 && std::abs(scale.low + scale.high) < 1e-9 * scale.high;
  } else if (high > 0 && low > -0.25 * high && low < 0.3 * high) {
    scale.high = round_up(high);
  } else if (low < 0 && high < -0.25 * low && high > 0.3 * low) {
    scale.low = -round_up(-low);
    scale.high = 0;
  } else if (low < 0 && high > 0) {
    scale.high = round_up(std::max(high, -low));
    scale.low = -scale.high;
    scale.diverging = true;
  } else if (high > low) {  // far from zero: a ratio near one
    const double step = tick_step(high - low) / 2;
    scale.low = step * std::floor(low / step);
    scale.high = step * std::ceil(high / step);
  } else {
    scale.low = low;
    scale.high = low + (low != 0 ? std::abs(low) : 1);
  }
  scale.ticks = ticks_between(scale.low, scale.high);
  return scale;
}

Colour tissue_colour(const std::string& name) {
  const auto holds = [&](const char* word) { return name.find(word) != std::string::npos; };
  if (holds("skin")) return {0.91, 0.72, 0.60};
  if (holds("heel pad") || holds("heel-pad")) return {0.93, 0.78, 0.42};
  if (holds("fat") || holds("adipose")) return {0.97, 0.87, 0.55};
  if (holds("multifidus")) return {0.50, 0.16, 0.26};
  if (holds("erector")) return {0.72, 0.30, 0.28};
  if (holds("quadratus")) return {0.57, 0.40, 0.62};
  if (holds("latissimus")) return {0.90, 0.52, 0.46};
  if (holds("gluteus maximus")) return {0.80, 0.44, 0.50};
  if (holds("gluteus medius")) return {0.62, 0.42, 0.28};
  // Deep muscles that lie beside those above.
  if (holds("minimus") || holds("rotators")) return {0.73, 0.55, 0.66};
  if (holds("piriformis") || holds("serratus")) return {0.55, 0.24, 0.38};
  if (holds("hamstrings")) return {0.66, 0.30, 0.34};
  if (holds("abductor hallucis") || holds("abductor digiti")) return {0.80, 0.44, 0.50};
  if (holds("flexor digitorum")) return {0.72, 0.30, 0.28};
  if (holds("flexor hallucis") || holds("adductor hallucis")) return {0.62, 0.42, 0.28};
  // Limbs: neighbours differ in hue or lightness.
  if (holds("sartorius")) return {0.93, 0.62, 0.50};
  if (holds("tensor fasciae")) return {0.66, 0.44, 0.24};
  if (holds("gracilis")) return {0.60, 0.28, 0.36};
  if (holds("semitendinosus")) return {0.88, 0.50, 0.52};
  if (holds("semimembranosus")) return {0.72, 0.34, 0.42};
  if (holds("biceps femoris")) return {0.66, 0.24, 0.22};
  if (holds("adductors")) return {0.84, 0.60, 0.68};
  if (holds("rectus femoris")) return {0.78, 0.30, 0.24};
  if (holds("vastus lateralis")) return {0.86, 0.48, 0.36};
  if (holds("vastus medialis")) return {0.70, 0.46, 0.62};
  if (holds("vastus intermedius")) return {0.56, 0.36, 0.50};
  if (holds("medial head")) return {0.74, 0.34, 0.32};
  if (holds("lateral head")) return {0.88, 0.52, 0.46};
  if (holds("soleus")) return {0.58, 0.24, 0.34};
  if (holds("deep compartment")) return {0.72, 0.50, 0.66};
  if (holds("peroneals")) return {0.78, 0.46, 0.30};
  if (holds("tibialis")) return {0.82, 0.62, 0.60};
  // Whole groups, as segmentations name them.
  if (holds("quadriceps")) return {0.78, 0.38, 0.32};
  if (holds("medial compartment")) return {0.84, 0.60, 0.68};
  if (holds("posterior compartment")) return {0.62, 0.26, 0.30};
  if (holds("iliopsoas")) return {0.70, 0.46, 0.62};
  if (holds("autochthon")) return {0.72, 0.30, 0.28};
  if (holds("other muscle")) return {0.87, 0.68, 0.64};
  if (holds("muscle")) return {0.74, 0.36, 0.33};
  if (holds("fascia") || holds("tendon") || holds("ligament")) return {0.88, 0.88, 0.86};
  return {0.62, 0.70, 0.78};
}

}  // namespace knead
